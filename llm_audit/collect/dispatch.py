"""Which collectors want a file: what a suffix tells is asked once, and each literal is searched once per file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from llm_audit.collect.base import Collector
from llm_audit.model import SourceFile

_Split = tuple[tuple[Collector, ...], tuple[tuple[Collector, Callable[[str], object]], ...]]


class Dispatch:
    """Answers `Collector.wants` for many files and all collectors at once.

    Args:
        known: all collectors.
    """

    def __init__(self, known: Iterable[Collector]) -> None:
        self._known = tuple(known)
        self._by_name: dict[str, list[Collector]] = {}
        for one in self._known:
            for name in one.names:
                self._by_name.setdefault(name, []).append(one)
        self._by_suffix: dict[str, _Split] = {}

    def of(self, file: SourceFile) -> list[Collector]:
        """The collectors that should read this file, in no particular order."""
        by_suffix, by_path = self._by_suffix.get(file.suffix) or self._split(file.suffix)
        named = self._by_name.get(file.name, ())
        chosen = [*by_suffix, *(one for one in named if one not in by_suffix)]
        path = file.path
        for one, search in by_path:
            if search(path) and one not in named:
                chosen.append(one)
        found: dict[str, bool] = {}
        text = file.text
        return [one for one in chosen if not one.needs or _holds(text, one.needs, found)]

    def _split(self, suffix: str) -> _Split:
        """The collectors that want every file of this suffix, and those whose paths may have it."""
        wanted = tuple(one for one in self._known if suffix in one.suffixes)
        by_path = tuple(
            (one, one.paths.search)
            for one in self._known
            if one.paths and suffix not in one.suffixes and _may_end(one.paths, suffix)
        )
        self._by_suffix[suffix] = wanted, by_path
        return wanted, by_path


def _holds(text: str, literals: tuple[str, ...], found: dict[str, bool]) -> bool:
    for literal in literals:
        known = found.get(literal)
        if known is None:
            known = found[literal] = literal in text
        if known:
            return True
    return False


_ESCAPED = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_GROUP = re.compile(r"\([^()]*\)")
_ENDING = re.compile(r"(?<!\\)\\\.(?P<ending>(?:\w|\?|\[\w+\]|\(\?:[\w?|\[\]]+\))+)(?:\$|\\Z)\Z")


def _may_end(pattern: re.Pattern[str], suffix: str) -> bool:
    """Whether a path of this suffix may match. Only a pattern with one plain ending, as `\\.ya?ml$`, can say no."""
    plain = _ESCAPED.sub("", pattern.pattern)
    while _GROUP.search(plain):
        plain = _GROUP.sub("", plain)
    ending = _ENDING.search(pattern.pattern)
    if not ending or not suffix or "|" in plain or pattern.flags & re.VERBOSE:
        return True
    return re.fullmatch(rf"\.(?:{ending['ending']})", suffix, re.IGNORECASE) is not None
