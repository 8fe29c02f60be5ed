"""Which of many literals stand in a text, found in one pass over it: a search for each would be most of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick, Implementation


class Literals:
    """A set of literals to be looked for together.

    Args:
        wanted: each counts for itself, also where one overlaps or holds another; none may be empty.
    """

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = tuple(dict.fromkeys(wanted))
        # the engine's own choice for many literals is the smaller table, which takes twice the time for each character
        self._machine = AhoCorasick(self._wanted, implementation=Implementation.DFA) if self._wanted else None

    def in_text(self, text: str) -> frozenset[str]:
        """Those of the literals that the text holds, upper and lower case told apart."""
        if self._machine is None:
            return frozenset()
        try:
            found = self._machine.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            # half a surrogate pair, as an odd UTF-16 file may hold, has no form in the bytes that the machine reads
            return frozenset(literal for literal in self._wanted if literal in text)
        return frozenset([self._wanted[match[0]] for match in found])


class Guarded:
    """An expression that is asked only of texts which hold one of the literals that every match of it holds.

    Args:
        pattern: to be found; an alternative of words costs a hundred times what the literals do.
        literals: one of them is part of every match, in this case of letters.
        any_case: the literals are in lower case, the matches in any.
    """

    def __init__(self, pattern: re.Pattern[str], literals: Iterable[str], *, any_case: bool = False) -> None:
        self._pattern = pattern
        self._literals = Literals(literals)
        self._any_case = any_case

    def search(self, text: str) -> re.Match[str] | None:
        """The first match, or None."""
        return self._pattern.search(text) if self._may_match(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches, in order."""
        return self._pattern.finditer(text) if self._may_match(text) else iter(())

    def _may_match(self, text: str) -> bool:
        return bool(self._literals.in_text(text.casefold() if self._any_case else text))
