"""Many literals found in one pass over a text: the one way to the engine that does it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, Implementation

_HALF_PAIR = re.compile("[\ud800-\udfff]")


class Automaton:
    """A set of literals to be looked for together.

    Args:
        literals: each counts for itself, also where one overlaps or holds another; none may be empty.

    Attributes:
        literals: those, each once, in the order given.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        self.literals = tuple(dict.fromkeys(literals))
        # the engine's own choice for many literals is the smaller table, which takes twice the time for each character
        self._engine = AhoCorasick(self.literals, implementation=Implementation.DFA)

    def matches(self, text: str) -> list[tuple[int, int, int]]:
        """For each place where a literal stands: the literal's number, where it begins and where it ends."""
        if not self.literals:
            return []  # the engine would go through the text all the same
        try:
            return self._engine.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            # half a surrogate pair, as an odd UTF-16 file may hold, has no form in the bytes that the engine reads
            return self._engine.find_matches_as_indexes(_HALF_PAIR.sub("\ufffd", text), overlapping=True)
