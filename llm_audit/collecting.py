"""Runs the collectors over a tree: one read per file, only facts are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from llm_audit import redact, repo
from llm_audit.collect import collectors
from llm_audit.collect.dispatch import Dispatch
from llm_audit.factcache import FactCache, Row
from llm_audit.model import Collected, Fact, Role, Skipped, SourceFile
from llm_audit.redact import MARKER, clean
from llm_audit.redact.learning import Learner

Progress = Callable[[int, int], None]
"""Told after each file: files done, files in all."""


def collect(
    root: Path, subtrees: tuple[str, ...] = (), progress: Progress | None = None, cache: FactCache | None = None
) -> Collected:
    """Reads every file of the tree once and gives all facts, ordered by path, line, kind and name.

    Args:
        root: absolute path of the tree.
        subtrees: when given, only files below these relative folders.
        progress: told as files are read.
        cache: what is remembered of files that have not changed.

    Raises:
        UsageError: a subtree does not exist.
        SafetyError: a subtree leaves the tree, or the secret filter cannot run.
    """
    dispatch = Dispatch(collectors())
    facts: list[Fact] = []
    skipped: list[Skipped] = []
    files = size = 0
    paths = repo.walk(root, subtrees)
    with Learner() as learner:
        for done, path in enumerate(paths, 1):
            length, found = (cache and cache.known(path)) or _read(root, path, dispatch, cache, learner)
            if length >= 0:
                files += 1
                size += length
            facts.extend(item for item in found if isinstance(item, Fact))
            skipped.extend(item for item in found if isinstance(item, Skipped))
            if progress:
                progress(done, len(paths))
        facts = _cleaned_of_known(facts, skipped, learner, cache)
    skipped = [Skipped(clean(one.path), clean(one.reason), one.line) for one in skipped]
    facts.sort(key=lambda fact: fact.order)
    redactions = sum(bool(MARKER.search(fact.value)) for fact in facts)
    return Collected(tuple(facts), tuple(sorted(set(skipped))), files, size, redactions)


def _cleaned_of_known(
    facts: list[Fact], skipped: list[Skipped], learner: Learner, cache: FactCache | None
) -> list[Fact]:
    """The facts without values that other files betrayed as secret; the cache is told of both.

    The whole tree has been read by now, so everything that can be known is known: a password of a dotenv file goes from
    the comment of a source file that was read before it.
    """
    redact.learn(value for value in learner.finish() if not redact.is_allowed(value))
    if cache:
        for path in learner.teachers:
            cache.taught(path)
    hits = set(redact.occurring("\0".join(text for one in facts for text in _texts(one))))
    if not hits:
        return facts
    cleaned = [_without(one, hits) for one in facts]
    changed = {one.path for one, before in zip(cleaned, facts, strict=True) if cache and one is not before}
    for path in changed:
        said: list[Fact | Skipped] = [one for one in cleaned if one.path == path]
        said += [one for one in skipped if one.path == path]
        if cache:
            cache.correct(path, said)
    return cleaned


def _texts(one: Fact) -> Iterator[str]:
    yield one.name
    yield one.value
    yield from (text for _, text in one.details)


def _without(one: Fact, values: set[str]) -> Fact:
    if not any(value in text for text in _texts(one) for value in values):
        return one
    details = tuple((key, clean(text)) for key, text in one.details)
    return replace(one, name=clean(one.name), value=clean(one.value), details=details)


def _read(root: Path, path: str, dispatch: Dispatch, cache: FactCache | None, learner: Learner) -> Row:
    """The length of a file's text, -1 when it is not read, and what the collectors say of it."""
    file = repo.read(root, path)
    if not isinstance(file, SourceFile):
        refused = (file,) if file else ()
        if cache:
            cache.keep(path, None, refused)
        return -1, refused
    learner.see(file.path, file.text)
    if redact.concerns(file.path):
        redact.scan(file.text, file.path)  # what the user allowed here is let through before facts are made of it
        return len(file.text), tuple(facts_of(file, dispatch))
    if cache and (row := cache.recall(file)):
        return row
    found = facts_of(file, dispatch)
    if cache:
        cache.keep(path, file, found)
    return len(file.text), tuple(found)


def facts_of(file: SourceFile, dispatch: Dispatch) -> list[Fact | Skipped]:
    """Everything that the collectors say of one file. Installed and built code speaks for itself, not for its host."""
    found: list[Fact | Skipped] = []
    if file.role in (Role.VENDORED, Role.GENERATED) and file.name not in repo.LOCKFILES:
        return found
    for collector in dispatch.of(file):
        try:
            found.extend(collector.collect(file))
        except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError) as error:
            # one file that a collector stumbles over must not cost the user the other thousand; it is listed
            found.append(Skipped(file.path, f"not understood by {collector.name} ({type(error).__name__})"))
    return found
