"""Where the words stand from which the layers look: those of all layers are found in one pass over a text.

An expression that begins with a choice of words costs ten times as much for each character, and a text seldom holds any.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from llm_audit.automaton import Automaton

_every: dict[str, None] = {}
_PIECE = 1 << 18
"""Characters looked through at once: each place found takes much more room than a character until it is noted."""


class Marks:
    """What a layer looks from, noted when the layer is loaded.

    Args:
        literals: in lower case; each is found for itself, also where it overlaps another.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        self._own = frozenset(literals)
        _every.update(dict.fromkeys(sorted(self._own)))
        _automaton.cache_clear()
        _places.cache_clear()

    def held(self, low: str) -> list[str]:
        """Which of them a text in lower case holds."""
        return [literal for literal in _places(low) if literal in self._own]

    def starts(self, low: str) -> Iterable[tuple[int, str]]:
        """Where they begin in a text in lower case, in order."""
        places = _places(low)
        return sorted((at, literal) for literal in self.held(low) for at in places[literal])


def stand_in(low: str) -> bool:
    """Whether a text in lower case holds a literal of any layer."""
    return bool(_places(low))


@cache
def _automaton() -> tuple[Automaton, int]:
    """The literals of all layers, and how long the longest is."""
    return Automaton(_every), max(map(len, _every))


@lru_cache(maxsize=8)
def _places(low: str) -> Mapping[str, Iterable[int]]:
    """Each literal that the text holds, and where it begins."""
    automaton, longest = _automaton()
    places: dict[int, array[int]] = {}
    for first in range(0, len(low), _PIECE):
        for number, start in automaton.matches(low[first : first + _PIECE + longest - 1]):
            if start < _PIECE:
                if number not in places:
                    places[number] = array("I")
                places[number].append(first + start)
    return {automaton.literals[number]: starts for number, starts in places.items()}
