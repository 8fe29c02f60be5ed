"""What keeping a document true begins with: reading the tree, the document and its evidence file, and judging them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from llm_audit import catalog, folders, integrations, repo, templates
from llm_audit.checking import judge, packed, whole
from llm_audit.checking.findings import Finding
from llm_audit.checking.packed import Checked
from llm_audit.checking.world import World
from llm_audit.errors import UsageError
from llm_audit.gathering.collecting import Progress, collect
from llm_audit.gathering.factcache import FactCache
from llm_audit.model import Place, Redacted, SourceFile
from llm_audit.reading.outline import Reading, read_document
from llm_audit.redact import clean
from llm_audit.refreshing import blocks, drift, merge, sides
from llm_audit.refreshing.fields import Choice
from llm_audit.repo import history
from llm_audit.upkeep.disk import Disk
from llm_audit.upkeep.subjects import Subject, cache_of, key_of, subject_at, subject_of

if TYPE_CHECKING:
    from llm_audit.settings import Settings


def survey(
    root: Path, settings: Settings, project: str = "", progress: Progress | None = None, cache: FactCache | None = None
) -> World:
    """Reads the tree and finds its integrations.

    Args:
        root: absolute path of the tree.
        settings: own hosts.
        project: name of the project when the folder's name is another.
        progress: told as files are read.
        cache: what is remembered of files that have not changed.
    """
    known, template = catalog.load(), templates.load()
    collected = collect(root, (), progress, cache)
    if cache:
        cache.save()
    found = integrations.find(collected, known, template, project or root.name, settings.own_hosts)
    return World(found, collected, known, template, tuple(repo.walk(root)))


def findings_of(root: Path, subject: Subject, world: World, output: str) -> tuple[Finding, ...]:
    """Everything that is wrong with a document.

    Args:
        root: absolute path of the tree.
        subject: the document.
        world: the code.
        output: the document's path relative to the tree.
    """
    reading = read_document(subject.text)
    unheard = frozenset({output, repo.beside(Path(output)).as_posix()})
    disk = Disk(root, world.paths, unheard)
    distance = _distance(root, subject, reading, output)
    if subject.base is None:
        return judge.judge(reading, world, disk, distance)
    plan = sides.plan_of(subject.text, subject.base, world, sides.theirs_of(world, subject.base), lambda _: Choice.OPEN)
    result = merge.merge(blocks.take_apart(subject.text), plan)
    ours = not sides.is_adopted(subject.base)
    found = [
        one
        for one in judge.judge(reading, world, disk, distance, ours=ours)
        # code that moves within its file is no change: a refresh counts the lines of its own evidence anew
        if one.rule != "dead-line"
        or one.line not in result.homes
        or not reading.line(one.line).startswith("  - Evidence: ")
    ]
    return judge.ordered([*found, *drift.drift(result, found, world)])


def _distance(root: Path, subject: Subject, reading: Reading, output: str) -> whole.Behind | None:
    own = (output, repo.beside(Path(output)).as_posix())
    told = [
        (reading.front.get("last_mapped_commit", ""), "its front matter"),
        (subject.base.commit if subject.base else "", "its evidence file"),
    ]
    for commit, told_by in told:
        if commit and (count := history.commits_since(root, commit, own)) is not None:
            return whole.Behind(count, commit, told_by)
    last = history.last_change(root, output)
    count = history.commits_since(root, last, own) if last else None
    return whole.Behind(count, last, "the last commit that touched it") if count is not None else None


def check(root: Path, settings: Settings, progress: Progress | None = None) -> Checked:
    """Holds the document against the code; writes nothing.

    Raises:
        UsageError: there is no document.
        SafetyError: the document's path leaves the tree, or the secret filter cannot run.
    """
    subject = subject_of(root, settings)
    cache = cache_of(root, settings)
    world = survey(root, settings, progress=progress, cache=cache)
    found = findings_of(root, subject, world, settings.output)
    checked = Checked(found, _excerpts(root, found), _quotes(subject.text, found))
    if cache and (key := key_of(root, settings, FactCache(folders.cache_folder(), root))):
        cache.remember(key, packed.pack(checked))
    return checked


def check_at(root: Path, settings: Settings, revision: str) -> tuple[Finding, ...]:
    """What was wrong at an older commit: the tree and the document as they were; the document of now where it had none.

    Raises:
        UsageError: the revision names no commit.
    """
    commit = history.resolve(root, revision)
    if not commit:
        raise UsageError(f"--since {revision}: no such commit", _why_unknown(root))
    now = subject_of(root, settings)
    with _unpacked(root, commit) as then:
        old = subject_at(then / settings.output) or now
        world = survey(then, settings, project=root.name)
        return findings_of(then, old, world, settings.output)


def _why_unknown(root: Path) -> str:
    """What a user can do where git does not know a commit."""
    if not history.can_be_asked(root):
        return "it takes git, which is not installed"
    if not repo.commit_of(root).id:
        return "it takes a git repository with commits"
    return "a shallow clone lacks older ones: fetch more history"


@contextmanager
def _unpacked(root: Path, commit: str) -> Iterator[Path]:
    """The files of a commit in a private folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="llm-audit-") as name:
        folder = Path(name).resolve()
        for path, data in history.files_at(root, commit):
            target = folder / path
            if ".." not in Path(path).parts and len(data) <= repo.MAX_LOCKFILE:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        yield folder


def _excerpts(root: Path, findings: tuple[Finding, ...]) -> dict[Place, Redacted]:
    places = {place for one in findings for place in one.code}
    found: dict[Place, Redacted] = {}
    for path in sorted({place.path for place in places}):
        file = repo.read(root, path)
        if isinstance(file, SourceFile):
            found |= {place: clean(file.line(place.line)[:300]) for place in places if place.path == path}
    return found


def _quotes(text: str, findings: tuple[Finding, ...]) -> dict[int, Redacted]:
    lines = text.split("\n")
    return {one.line: clean(lines[one.line - 1]) for one in findings if 0 < one.line <= len(lines)}
