"""Cuts a text into what the layers share: its long words with their places, and the text in other forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

LONG = 16
_REMEMBERED = 400
_TOKEN = re.compile(rf"[A-Za-z0-9_\-.~+/=%$:@|?&]{{{LONG}}}")
RARE = re.compile(
    r"b[cdfghjkmnpqtvwxz]|c[bdfgjmnpvwxz]|d[bcfhjkmnpqtvxz]|f[bcdghjkmnpqsvwxz]|g[bcdfjkmpqtvwxz]|h[bcdfghjkpqsvxz]"
    r"|j[b-df-hj-np-tv-z]|k[bcdfghjkmpqrtvwxz]|l[hjnqrwxz]|m[cdfghjkqrtvwxz]|n[bhjlmqrwxz]|p[bcdfgjkmnqvwxz]|q[a-tv-z]|r[hjqwxz]"
    r"|s[bdfgjrvxz]|t[bdfgjkmnpqvxz]|v[b-df-hj-np-tv-xz]|w[bcdfgjkmpqtuvwxyz]|x[bdfghjklmnoqrsuvwyz]|y[hijkqvwxy]"
    r"|z[bcdfghjkmnpqrstvwx]"
    r"|a[aoq]|e[ou]h|i[hijuwy]|o[qz]|u[hjoquvwy]"
)
"""Neighbours found in no word, of small letters."""
_ACRONYM = re.compile("https?|xml|html|css|svg|pdf|json|sql|mqtt|grpc|jwt|tls|ssl|cpp|npm|llvm|wasm|rxjs")
"""What stands among words and is none."""
_RUN = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_Answer = TypeVar("_Answer")
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


_CLASSES = bytes(
    ord("l" if 97 <= one <= 122 else "U" if 65 <= one <= 90 else "d" if 48 <= one <= 57 else ".") for one in range(256)
)
_TURNS = (b".l", b".U", b".d", b"lU", b"ld", b"dl", b"dU", b"Ud", b"UUl")


def shape(text: str) -> bytes:
    """The class of each character: a lower-case letter `l`, a capital `U`, a digit `d`, anything else a full stop."""
    return text.encode("ascii", "replace").translate(_CLASSES)


def chunks(text: str) -> int:
    """How many stretches of one class of characters; a capital belongs to the small letters behind it.

    Names have few of them for their length, random tokens many.
    """
    return turns(shape(text))


def turns(classes: bytes) -> int:
    """The same of a shape."""
    classes = b"." + classes
    return sum(map(classes.count, _TURNS))


def rare(text: str) -> int:
    """How many neighbours of the same case are found in no word; where one word meets the next does not count."""
    return len(RARE.findall(_ACRONYM.sub("\n", "\n".join(_RUN.findall(text)).lower())))


def remembered(judge: Callable[[str], _Answer]) -> Callable[[str], _Answer]:
    """What is said of one word, kept for the next time: words come back, from view to view and from line to line."""
    kept = lru_cache(maxsize=1 << 14)(judge)

    def answer(word: str) -> _Answer:
        return kept(word) if len(word) <= _REMEMBERED else judge(word)

    return answer


class Patience:
    """How much may be looked at for each character of a text, beyond a start's allowance.

    Text made of beginnings must not cost a long look at each of them; looks that do not overlap are never refused.
    """

    def __init__(self, share: int = 4, allowance: int = 1 << 15) -> None:
        self._share = share
        self._left = allowance

    def lasts(self, start: int) -> bool:
        """Whether what begins here is worth a look."""
        return self._left + self._share * start > 0

    def looked(self, size: int) -> None:
        """A look went over so many characters."""
        self._left -= size


@lru_cache(maxsize=8)
def lowered(text: str) -> str:
    """The text in lower case, offsets kept."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_CASED)
