"""Cuts a text into what the layers share: its long words with their places, and the text in lower case."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

LONG = 16
_REMEMBERED = 400
_Answer = TypeVar("_Answer")
_CASED = str.maketrans({chr(one): chr(one + 32) for one in range(65, 91)})


@lru_cache(maxsize=8)
def long_words(text: str) -> tuple[tuple[int, str], ...]:
    """Each run of 16 and more characters without white space, and where it begins."""
    at = 0
    found: list[tuple[int, str]] = []
    for word in [word for word in text.split() if len(word) >= LONG]:
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


@lru_cache(maxsize=8)
def lowered(text: str) -> str:
    """The text in lower case, offsets kept."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_CASED)
