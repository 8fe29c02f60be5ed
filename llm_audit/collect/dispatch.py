"""Which collectors want a file: what a suffix tells is asked once, and literals are searched together, in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from llm_audit.collect.base import Collector
from llm_audit.collect.literals import Literals
from llm_audit.model import SourceFile


@dataclass(frozen=True, slots=True)
class _Split:
    """What a suffix tells.

    Attributes:
        wanted: by name, the collectors of every file that has it.
        always: those of them that need no literal.
        by_need: the others, by each literal that they need.
        literals: all that these collectors need.
        asked: by the literals that a text holds, the collectors that want it; most texts of a suffix hold the same few.
    """

    wanted: dict[str, Collector]
    always: dict[str, Collector]
    by_need: dict[str, dict[str, Collector]]
    literals: Literals
    asked: dict[frozenset[str], list[Collector]] = field(default_factory=dict)

    def of(self, text: str) -> list[Collector]:
        """The collectors that want a file of this suffix with this text."""
        held = self.literals.in_text(text)
        known = self.asked.get(held)
        if known is None:
            chosen = dict(self.always)
            for literal in sorted(held):
                chosen |= self.by_need[literal]
            known = self.asked[held] = list(chosen.values())
        return known


class Dispatch:
    """Answers `Collector.wants` for many files and all collectors at once.

    Args:
        known: all collectors.
    """

    def __init__(self, known: Iterable[Collector]) -> None:
        self._known = tuple(known)
        self._by_suffix: dict[str, _Split] = {}
        self._by_name: dict[str, list[Collector]] = {}
        self._by_mark: dict[str, list[Collector]] = {}
        for one in self._known:
            for name in one.names:
                self._by_name.setdefault(name, []).append(one)
            for mark in one.marks:
                self._by_mark.setdefault(mark, []).append(one)
        self._marks = Literals(self._by_mark)
        self._unmarked = [one for one in self._known if one.paths and not one.marks]

    def of(self, file: SourceFile) -> list[Collector]:
        """The collectors that should read this file, in no particular order."""
        split = self._by_suffix.get(file.suffix) or self._split(file.suffix)
        placed = [
            one
            for one in self._placed(file)
            if one.name not in split.wanted and (not one.needs or any(literal in file.text for literal in one.needs))
        ]
        return [*split.of(file.text), *placed]

    def _placed(self, file: SourceFile) -> list[Collector]:
        """The collectors that want the file for its name or its path, each once."""
        named = self._by_name.get(file.name, [])
        held = sorted(self._marks.in_text(file.path.casefold()))
        marked = {one.name: one for mark in held for one in self._by_mark[mark]}
        may_be = (*self._unmarked, *marked.values())
        return named + [one for one in may_be if one not in named and one.paths and one.paths.search(file.path)]

    def _split(self, suffix: str) -> _Split:
        """The collectors that want every file of this suffix."""
        wanted = {one.name: one for one in self._known if suffix in one.suffixes}
        by_need: dict[str, dict[str, Collector]] = {}
        for one in wanted.values():
            for literal in one.needs:
                by_need.setdefault(literal, {})[one.name] = one
        always = {name: one for name, one in wanted.items() if not one.needs}
        return self._by_suffix.setdefault(suffix, _Split(wanted, always, by_need, Literals(by_need)))
