"""Passwords that only their place gives away, by a table of places.

A row's expression is matched against the text in lower case, from wherever one of the row's words stands. What its group
`secret` holds is judged as the value of a password's name would be, after its group `name`, where there is one, has been
found to end a name that speaks of a secret.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from functools import cache

from llm_audit.redact.marks import Marks
from llm_audit.redact.names import is_expression, is_secret_name, looks_password
from llm_audit.redact.places import PLACES, Place
from llm_audit.redact.spans import Span
from llm_audit.redact.words import lowered

_NAME_SIGNS, _LONGEST_NAME = f"{string.ascii_letters}{string.digits}_", 80
_MARKS = Marks(word for place in PLACES for word in place.words)


def spans(text: str) -> Iterator[Span]:
    """What stands where a password stands, stand-ins and references left out."""
    low = lowered(text)
    for at, word in _MARKS.starts(low):
        for look in _looks(word):
            if (match := look(low, at)) and _is_secret(match, text):
                yield Span(*match.span("secret"), "assigned-value")


Look = Callable[[str, int], re.Match[str] | None]


@cache
def _looks(word: str) -> tuple[Look, ...]:
    """How the rows look from this word."""
    return tuple(
        _behind(place, word) if place.before else place.pattern.match for place in PLACES if word in place.words
    )


def _behind(place: Place, word: str) -> Look:
    def look(low: str, at: int) -> re.Match[str] | None:
        first = max(0, at - place.before)
        other = low.rfind(word, first, at)
        return place.pattern.search(low, other + len(word) if other >= 0 else first, at + len(word))

    return look


def _is_secret(match: re.Match[str], text: str) -> bool:
    if "name" in match.re.groupindex and not is_secret_name(_name(text, *match.span("name"))):
        return False
    value = text[slice(*match.span("secret"))]
    return looks_password(value) and not is_expression(value)


def _name(text: str, start: int, end: int) -> str:
    """The whole name that ends there, as one word."""
    first = max(0, start - _LONGEST_NAME)
    head = text[first:start]
    return (head[len(head.rstrip(_NAME_SIGNS)) :] + text[start:end]).replace(" ", "")
