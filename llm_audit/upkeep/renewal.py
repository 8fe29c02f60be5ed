"""The verb `refresh`: merge the document with the facts, and write it and its evidence file, both or none."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llm_audit import evidence, redact, repo
from llm_audit.checking.findings import Finding
from llm_audit.checking.rules import Severity
from llm_audit.checking.world import World
from llm_audit.composing import sealed
from llm_audit.errors import SafetyError, UsageError
from llm_audit.gathering.collecting import Progress
from llm_audit.model import Redacted
from llm_audit.reading.outline import meaning
from llm_audit.refreshing import ends, rewording, sides, stamps
from llm_audit.refreshing.blocks import put_together, take_apart
from llm_audit.refreshing.fields import Conflict, Decide
from llm_audit.refreshing.mends import Mended, line_digest, mend
from llm_audit.refreshing.merge import Id, Plan, Result, merge
from llm_audit.refreshing.rewording import Words
from llm_audit.upkeep import judging, subjects
from llm_audit.upkeep.subjects import Subject
from llm_audit.writers import offline

if TYPE_CHECKING:
    from llm_audit.settings import Settings


@dataclass(frozen=True)
class Wish:
    """What a refresh was asked to do beyond the settings.

    Attributes:
        section: only entries under this heading or label.
        stamp: write the commit into the front matter, and make one where there is none.
        decide: whose text wins in a contradiction.
    """

    section: str
    stamp: bool
    decide: Decide


@dataclass(frozen=True)
class Renewal:
    """What a refresh would write, and what it did to get there.

    Attributes:
        target: absolute path of the document.
        old: its text as it stood.
        text: its new text.
        file: the whole new file, with its line ends.
        evidence: the new evidence file.
        is_new: whether the evidence file differs in more than what changes with every run.
        result: the merge.
        mended: the mends of single values.
        adopted: whether there was no evidence file before.
    """

    target: Path
    old: str
    text: str
    file: Redacted
    evidence: Redacted
    is_new: bool
    result: Result
    mended: Mended
    adopted: bool

    @property
    def open(self) -> tuple[Conflict, ...]:
        """Contradictions and proposals that nobody has settled."""
        return (*self.result.conflicts, *self.mended.proposed)

    @property
    def differs(self) -> bool:
        """Whether the document's text changes."""
        return self.old != self.text


def renew(
    root: Path, settings: Settings, wish: Wish, progress: Progress | None = None, words: Words | None = None
) -> Renewal:
    """Merges the document with the facts; writes nothing.

    Args:
        root: absolute path of the tree.
        settings: what was asked for.
        wish: what was asked for besides.
        progress: told as files are read.
        words: rewrites the sentences of the entries that changed; without it code alone writes.

    Raises:
        UsageError: there is no document, or it is not UTF-8.
        SafetyError: the document holds a secret, its path leaves the tree, or the secret filter cannot run.
    """
    subject = subjects.subject_of(root, settings)
    spelt = ends.read(subject.target.read_bytes(), settings.output)
    world = judging.survey(root, settings, progress=progress, cache=subjects.cache_of(root, settings))
    findings = judging.findings_of(root, subject, world, settings.output)
    _refuse_secrets(findings)
    touch = _touched(settings.paths, wish.section, sides.theirs_of(world, subject.base), subject.base)
    plan = _planned(spelt.text, subject, world, wish.decide, touch, words)
    mended = _mended(spelt.text, findings, plan, subject, narrowed=touch is not None)
    result = merge(take_apart(mended.text), plan)
    commit = repo.commit_of(root).id
    merged = put_together(result.blocks)
    changed = merged != spelt.text and bool(result.changed or mended.made)
    text = _stamped(merged, settings.day, commit, changed=changed, asked=wish.stamp)
    _seal_new(spelt.text, text)
    content = _evidence(world, settings.day, commit)
    lines = {line_digest(line) for line in text.split("\n")} if sides.is_adopted(subject.base) else set()
    content = evidence.kept(content, result.base, lines, mended.left, mended.settled)
    is_new = _differs(content, repo.beside(subject.target))
    # what a person wrote goes back as it stands on the disk; every line that is new has been sealed
    file = Redacted(ends.spell(text, spelt))
    return Renewal(
        subject.target, spelt.text, text, file, sealed(evidence.to_json(content)), is_new, result, mended,
        subject.base is None,
    )  # fmt: skip


def _planned(
    text: str, subject: Subject, world: World, decide: Decide, touch: frozenset[Id] | None, words: Words | None
) -> Plan:
    """Both sides of the merge; with `words`, the sentences of what changed are a model's."""
    theirs = sides.theirs_of(world, subject.base)
    plan = sides.plan_of(text, subject.base, world, theirs, decide, touch)
    if words is None:
        return plan
    wanted = rewording.changed(theirs, subject.base, plan.present)
    wanted = wanted if touch is None else wanted & touch
    return replace(plan, theirs=rewording.reworded(theirs, world.candidates, world.template, wanted, words))


def _stamped(text: str, day: str, commit: str, *, changed: bool, asked: bool) -> str:
    """The text with the day and commit of this run, where it changed; the commit also where that was asked for."""
    if changed:
        text = stamps.dated(text, day)
    if asked or (changed and stamps.has_front_matter(text)):
        text = stamps.stamped(text, commit, day)
    return text


def _evidence(world: World, day: str, commit: str) -> dict[str, Any]:
    """What the evidence file of a new document would hold."""
    document = offline.write(world.found, world.template, day)
    return evidence.evidence_of(document, world.candidates, world.dismissed, world.collected, commit)


def _refuse_secrets(findings: tuple[Finding, ...]) -> None:
    held = [one for one in findings if one.rule == "secret" and one.severity == Severity.ERROR]
    if held:
        lines = ", ".join(str(one.line) for one in held[:5])
        raise SafetyError(
            f"line {lines} of the document looks like a secret", "remove it and revoke it; nothing was written"
        )


def _seal_new(old: str, new: str) -> None:
    """Proves the lines that are new clean.

    Raises:
        SafetyError: one of them still looks like it holds a secret.
    """
    known = set(old.split("\n"))
    lines = (line for line in new.split("\n") if line not in known)
    added = "\n".join(line for line in lines if not line.startswith(f"{stamps.COMMIT}: "))
    if redact.scan(added):
        raise SafetyError("the new text still holds what looks like a secret", "nothing was written")


def _touched(
    paths: tuple[str, ...], section: str, theirs: tuple[evidence.Written, ...], base: evidence.Base | None
) -> frozenset[Id] | None:
    """The entries that --paths and --section let change; None for all."""
    if not paths and not section:
        return None
    every = [*theirs, *(base.entries if base else ())]
    wanted = section.casefold()
    names = {one.section for one in every} | {one.group for one in every}
    if section and not any(wanted == name.casefold() for name in names) and not meaning(section):
        raise UsageError(f"--section {section}: no such section", f"known: {', '.join(sorted(names))}")
    prefixes = tuple(f"{path.strip('/')}/" for path in paths)
    return frozenset(
        (one.key, one.group)
        for one in every
        if (not section or wanted in (one.section.casefold(), one.group.casefold()) or meaning(section) == one.section)
        and (not paths or any(path.startswith(prefixes) for path in _paths(one, base)))
    )


def _paths(one: evidence.Written, base: evidence.Base | None) -> set[str]:
    known = {base.paths.get(fact, "") for fact in one.facts} if base else set()
    return known | {place.path for place in one.entry.evidence}


def _mended(text: str, findings: tuple[Finding, ...], plan: Plan, subject: Subject, *, narrowed: bool) -> Mended:
    ours = merge(take_apart(text), plan).homes if subject.base else frozenset()
    return mend(text, () if narrowed else findings, subject.base, ours, plan.decide)


def _differs(content: dict[str, Any], beside: Path) -> bool:
    """Whether an evidence file says something else than before, apart from what every run says anew."""
    try:
        before = json.loads(beside.read_bytes())
    except (OSError, ValueError):
        return True
    return not isinstance(before, dict) or _lasting(before) != _lasting(json.loads(evidence.to_json(content)))


def _lasting(content: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in evidence.VOLATILE}


def save(renewal: Renewal) -> bool:
    """Writes what changed; the document before its evidence, so that a run that is cut off is made good by the next.

    Returns whether anything was written.

    Raises:
        WriteError: a file cannot be written; both stand as they were.
    """
    if not renewal.differs and not renewal.is_new:
        return False
    files = {renewal.target: renewal.file} if renewal.differs else {}
    repo.write_atomic({**files, repo.beside(renewal.target): renewal.evidence})
    return True


def diff(renewal: Renewal, name: str) -> Redacted:
    """The change as a unified diff."""
    rows = difflib.unified_diff(
        renewal.old.splitlines(), renewal.text.splitlines(), f"a/{name}", f"b/{name}", lineterm=""
    )
    return redact.redact("\n".join(rows))[0]
