"""Which of many literals stand in a text, found in one pass over it: a search for each would be most of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llm_audit.automaton import Automaton


class Literals:
    """A set of literals to be looked for together.

    Args:
        wanted: each counts for itself, also where one overlaps or holds another; none may be empty.
    """

    def __init__(self, wanted: Iterable[str]) -> None:
        self._automaton = Automaton(wanted)

    def in_text(self, text: str) -> frozenset[str]:
        """Those of the literals that the text holds, upper and lower case told apart."""
        return self._automaton.held(text)


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
