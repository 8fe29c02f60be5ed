"""Runs the collectors over a tree: one read per file, only facts are kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from llm_audit import repo
from llm_audit.collect import collectors
from llm_audit.collect.base import Collector
from llm_audit.factcache import FactCache, Row
from llm_audit.model import Collected, Fact, Role, Skipped, SourceFile
from llm_audit.redact import MARKER

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
    for done, path in enumerate(paths, 1):
        length, found = (cache and cache.known(path)) or _read(root, path, dispatch, cache)
        if length >= 0:
            files += 1
            size += length
        facts.extend(item for item in found if isinstance(item, Fact))
        skipped.extend(item for item in found if isinstance(item, Skipped))
        if progress:
            progress(done, len(paths))
    facts.sort(key=lambda fact: fact.order)
    redactions = sum(bool(MARKER.search(fact.value)) for fact in facts)
    return Collected(tuple(facts), tuple(sorted(set(skipped))), files, size, redactions)


def _read(root: Path, path: str, dispatch: Dispatch, cache: FactCache | None) -> Row:
    """The length of a file's text, -1 when it is not read, and what the collectors say of it."""
    file = repo.read(root, path)
    if not isinstance(file, SourceFile):
        refused = (file,) if file else ()
        if cache:
            cache.keep(path, None, refused)
        return -1, refused
    if cache and (row := cache.recall(file)):
        return row
    found = facts_of(file, dispatch)
    if cache:
        cache.keep(path, file, found)
    return len(file.text), tuple(found)


class Dispatch:
    """Which collectors want a file, remembered by name and suffix so that a tree of many files asks few questions."""

    def __init__(self, known: tuple[Collector, ...]) -> None:
        self._by_path = tuple(one for one in known if one.paths is not None)
        self._plain = tuple(one for one in known if one.paths is None)
        self._remembered: dict[tuple[str, str], tuple[Collector, ...]] = {}

    def of(self, file: SourceFile) -> list[Collector]:
        """The collectors that should read this file."""
        key = (file.name if file.suffix == "" else "", file.suffix)
        exact = tuple(one for one in self._plain if file.name in one.names)
        if key not in self._remembered:
            self._remembered[key] = tuple(one for one in self._plain if file.suffix in one.suffixes)
        rest = self._remembered[key]
        chosen = [*exact, *(one for one in rest if one not in exact), *self._by_path]
        return [one for one in chosen if one.wants(file)]


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
