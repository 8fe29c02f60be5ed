"""Cuts a text into what the layers share: its long words with their places, and the text in lower case."""

from __future__ import annotations

from functools import lru_cache

LONG = 16
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


@lru_cache(maxsize=8)
def lowered(text: str) -> str:
    """The text in lower case, offsets kept."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_CASED)
