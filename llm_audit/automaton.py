"""Many literals found in one pass over a text: the one way to the engine that does it."""

from __future__ import annotations

from collections.abc import Iterable

from ahocorasick_rs import BytesAhoCorasick, Implementation

from llm_audit.offsets import in_characters


class Automaton:
    """A set of literals to be looked for together.

    Args:
        literals: each counts for itself, also where one overlaps or holds another; none may be empty.

    Attributes:
        literals: those, each once, in the order given.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        self.literals = tuple(dict.fromkeys(literals))
        # over bytes, for over characters the engine makes a table of them all for each text; its own choice for many
        # literals is the smaller machine, which takes twice the time
        self._engine = BytesAhoCorasick([one.encode() for one in self.literals], implementation=Implementation.DFA)

    def held(self, text: str) -> frozenset[str]:
        """Those of the literals that the text holds, upper and lower case told apart."""
        literals = self.literals
        return frozenset([literals[match[0]] for match in self._found(_encoded(text))])

    def matches(self, text: str) -> list[tuple[int, int]]:
        """For each place where a literal stands: the literal's number, and the character at which it begins."""
        data = _encoded(text)
        found = [(number, start) for number, start, _ in self._found(data)]
        if len(data) == len(text):
            return found
        characters = in_characters(data, (start for _, start in found))
        return [(number, characters[start]) for number, start in found]

    def _found(self, data: bytes) -> list[tuple[int, int, int]]:
        # without literals the engine would go through the text all the same
        return self._engine.find_matches_as_indexes(data, overlapping=True) if self.literals else []


def _encoded(text: str) -> bytes:
    """The text as bytes, with half a surrogate pair, as an odd UTF-16 file may hold, as one that no literal is part of."""
    return text.encode("utf-8", "surrogatepass")
