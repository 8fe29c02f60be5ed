"""Runs the collectors over a tree: one read per file, only facts are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from llm_audit import redact, repo
from llm_audit.gathering.factcache import FactCache
from llm_audit.gathering.reader import Gathering, Progress
from llm_audit.model import IN_ORDER, Collected, Fact, Skipped
from llm_audit.redact import MARKER, clean

__all__ = ["Progress", "collect"]


def collect(
    root: Path,
    subtrees: tuple[str, ...] = (),
    progress: Progress | None = None,
    cache: FactCache | None = None,
    meanwhile: Iterator[None] | None = None,
) -> Collected:
    """Reads every file of the tree once and gives all facts, ordered by path, line, kind and name.

    Args:
        root: absolute path of the tree.
        subtrees: when given, only files below these relative folders.
        progress: told as files are read.
        cache: what is remembered of files that have not changed.
        meanwhile: something else that has to be done, now or later, in short steps; they are taken where this process
            would wait, or while others read already.

    Raises:
        UsageError: a subtree does not exist.
        SafetyError: a subtree leaves the tree, or the secret filter cannot run.
    """
    gathering = Gathering(root, cache)
    steps = meanwhile or iter(())
    paths = gathering.walk(subtrees)
    gathering.read(paths, progress, steps)
    rows = [gathering.rows[path] for path in paths]
    facts = [one for _, found in rows for one in found if isinstance(one, Fact)]
    skipped = [one for _, found in rows for one in found if isinstance(one, Skipped)]
    facts = _cleaned_of_known(facts, skipped, gathering, cache)
    if telling := redact.holding(map(repo.printable, paths)):
        facts = [replace(one, path=telling.get(one.path, one.path)) for one in facts]
        for path in paths:
            if cache and repo.printable(path) in telling:
                cache.forget(path)
    skipped = [Skipped(clean(one.path), clean(one.reason), one.line) for one in skipped]
    facts.sort(key=IN_ORDER)
    redactions = sum(1 for fact in facts if "[REDACTED:" in fact.value and MARKER.search(fact.value))
    sizes = [size for size, _ in rows if size >= 0]
    return Collected(tuple(facts), tuple(sorted(set(skipped))), len(sizes), sum(sizes), redactions)


def _cleaned_of_known(
    facts: list[Fact], skipped: list[Skipped], gathering: Gathering, cache: FactCache | None
) -> list[Fact]:
    """The facts without values that other files betrayed as secret; the cache is told of both.

    The whole tree has been read by now, so everything that can be known is known: a password of a dotenv file goes from
    the comment of a source file that was read before it.
    """
    redact.learn(value for value in gathering.values if not redact.is_allowed(value))
    if cache:
        for path in gathering.teachers:
            cache.taught(path)
    names, values = [one.name for one in facts], [one.value for one in facts]
    details = [text for one in facts for _, text in one.details]
    hits = set(redact.occurring("\0".join([*names, *values, *details])))
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
