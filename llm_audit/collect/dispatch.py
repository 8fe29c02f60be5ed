"""Which collectors want a file: what a suffix tells is asked once, and all literals are searched in one pass per file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from llm_audit.collect.base import Collector
from llm_audit.collect.expressions import expression
from llm_audit.collect.literals import Literals
from llm_audit.model import SourceFile


@dataclass(frozen=True, slots=True)
class _Split:
    """What a suffix tells.

    Attributes:
        wanted: collectors of every file that has it.
        by_path: collectors whose path expressions may match one, with their search.
        literals: all that the collectors of every file need.
    """

    wanted: tuple[Collector, ...]
    by_path: tuple[tuple[Collector, Callable[[str], object]], ...]
    literals: Literals


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
        split = self._by_suffix.get(file.suffix) or self._split(file.suffix)
        text, path = file.text, file.path
        held = split.literals.in_text(text)
        chosen = [one for one in split.wanted if not one.needs or not held.isdisjoint(one.needs)]
        named = self._by_name.get(file.name, ())
        others = [one for one in named if one not in split.wanted]
        others += [one for one, search in split.by_path if search(path) and one not in named]
        return chosen + [one for one in others if not one.needs or any(literal in text for literal in one.needs)]

    def _split(self, suffix: str) -> _Split:
        """The collectors that want every file of this suffix, and those whose paths may have it."""
        wanted = tuple(one for one in self._known if suffix in one.suffixes)
        by_path = tuple(
            (one, one.paths.search)
            for one in self._known
            if one.paths and suffix not in one.suffixes and _may_end(one.paths, suffix)
        )
        literals = Literals(literal for one in wanted for literal in one.needs)
        return self._by_suffix.setdefault(suffix, _Split(wanted, by_path, literals))


_ESCAPED = expression(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_GROUP = expression(r"\([^()]*\)")
_ENDING = expression(r"(?<!\\)\\\.(?P<ending>(?:\w|\?|\[\w+\]|\(\?:[\w?|\[\]]+\))+)(?:\$|\\Z)\Z")


def _may_end(pattern: re.Pattern[str], suffix: str) -> bool:
    """Whether a path of this suffix may match. Only a pattern with one plain ending, as `\\.ya?ml$`, can say no."""
    ending = _ending(pattern.pattern, pattern.flags) if suffix else None
    return ending is None or ending.fullmatch(suffix) is not None


@cache
def _ending(pattern: str, flags: int) -> re.Pattern[str] | None:
    """The one plain ending of all paths that match, dot included; None where there may be another."""
    found = _ENDING.search(pattern)
    if not found or flags & re.VERBOSE:
        return None
    plain = _ESCAPED.sub("", pattern)
    while _GROUP.search(plain):
        plain = _GROUP.sub("", plain)
    return None if "|" in plain else re.compile(rf"\.(?:{found['ending']})", re.IGNORECASE)
