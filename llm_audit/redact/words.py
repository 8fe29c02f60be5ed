"""Cuts a text into what the layers share: its long words with their places, and the text in other forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

LONG = 16
CHUNK = re.compile("[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
"""A stretch of one class of characters: names have few of them for their length, random tokens many."""
_REMEMBERED = 400
_TOKEN = re.compile(rf"[A-Za-z0-9_\-.~+/=%$:@|?&]{{{LONG}}}")
_Answer = TypeVar("_Answer")
_BREAKS = str.maketrans(dict.fromkeys((*"\"'`<>|", *(chr(one) for one in range(12289) if chr(one).isspace())), " "))
_CASED = str.maketrans({chr(one): chr(one + 32) for one in range(65, 91)})


@lru_cache(maxsize=8)
def long_words(text: str) -> tuple[tuple[int, str], ...]:
    """Each run of characters without white space that holds 16 signs of a token in a row, and where it begins."""
    at = 0
    found: list[tuple[int, str]] = []
    for word in [word for word in text.split() if len(word) >= LONG and _TOKEN.search(word)]:
        at = text.index(word, at)
        found.append((at, word))
        at += len(word)
    return tuple(found)


def remembered(judge: Callable[[str], _Answer]) -> Callable[[str], _Answer]:
    """What is said of one word, kept for the next time: words come back, from view to view and from line to line."""
    kept = lru_cache(maxsize=1 << 14)(judge)

    def answer(word: str) -> _Answer:
        return kept(word) if len(word) <= _REMEMBERED else judge(word)

    return answer


class Patience:
    """How often something may begin within what was looked at already.

    Text made of beginnings must not cost a long look at each of them.
    """

    def __init__(self, tries: int = 8) -> None:
        self._tries = tries
        self._done = self._tried = 0

    def lasts(self, start: int) -> bool:
        """Whether what begins here is worth a look."""
        if start >= self._done:
            self._tried = 0
        return self._tried < self._tries

    def looked(self, end: int) -> None:
        """A look went as far as this."""
        self._tried += 1
        self._done = max(self._done, end)


@lru_cache(maxsize=8)
def lowered(text: str) -> str:
    """The text in lower case, offsets kept."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_CASED)


@lru_cache(maxsize=8)
def blanked(text: str) -> str:
    """The text with all that ends a value without quotes as blanks, offsets kept."""
    return text.translate(_BREAKS)
