"""Values known to be secret in this run: matched wherever they appear, in whatever form. They live in memory only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llm_audit.redact.names import is_placeholder
from llm_audit.redact.randomness import is_random, is_worded
from llm_audit.redact.spans import Span

_MAX_VALUES = 20_000
_MANY = 100
_GRAM = 6
_values: tuple[str, ...] = ()
_short = 0
_version = 0
_PLAIN = re.compile(
    r"[A-Za-z\-_./: ]++\d{0,3}|[\d.,:\-+/ ]+|v?\d+(?:\.\d+)+\S*|[A-Za-z_][\w]*(?:[./\\:\-]+[A-Za-z_]\w*)+"
    r"|[^\s@]+@[^\s@]+\.[a-z]{2,10}|[\w.\-]+:\d{2,5}|[a-z]{2,6}-[a-z]+-\d[a-z]?|(?:/|\./|~/)\S+|[\w.\-]+\.[a-z]{2,6}"
    r"|[A-Za-z]{2,}(?:[-_ .][A-Za-z0-9]{1,9})+"
)
_MIXED = re.compile(r"(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[^\s/@:.]{8,}\Z")
_URL_PASSWORD = re.compile(r"[a-z][a-z0-9+.\-]{1,30}://[^\s/@:]{0,200}:([^\s@]{1,300})@")


def learn(values: Iterable[str]) -> int:
    """Adds values to what is known; gives how many are new. Longer ones are matched first."""
    global _values, _short, _version
    before = len(_values)
    _values = tuple(sorted({*_values, *values}, key=lambda one: (-len(one), one))[:_MAX_VALUES])
    _short = len(_values[-1]) if _values else 0
    _version += 1
    return len(_values) - before


def forget() -> None:
    """Knows nothing again."""
    global _values, _short, _version
    _values, _short = (), 0
    _version += 1


def count() -> int:
    """How many values are known."""
    return len(_values)


def version() -> int:
    """Changes with what is known."""
    return _version


def worth(value: str, *, named: bool) -> Iterator[str]:
    """The value, or its part, that is worth knowing: no placeholder, name, path, number or word; of a URL the password.

    Args:
        value: what was found.
        named: its name speaks of a secret, so that less of the value itself has to.
    """
    value = value.strip(" \t\r\n'\"`")
    if "://" in value:
        for match in _URL_PASSWORD.finditer(value):
            yield from worth(match[1], named=True)
        return
    if (
        len(value) < 6
        or len(value) > 4000
        or is_placeholder(value)
        or "\n" in value
        or "\\u" in value
        or "${" in value
        or "{{" in value
    ):
        return
    if _PLAIN.fullmatch(value) and not is_random(value) and not (named and _MIXED.match(value)):
        return
    mixed = bool(re.search(r"\d|[^\w\s]", value)) and bool(re.search(r"[A-Za-z]", value))
    if is_random(value) or (named and mixed and value.count(" ") < 2 and not (is_worded(value) and " " in value)):
        yield value


def present(text: str, values: Iterable[str] | None = None) -> list[str]:
    """Which known values occur in the text."""
    chosen = _values if values is None else tuple(values)
    if not chosen or (values is None and len(text) < _short):
        return []
    if len(chosen) > _MANY and len(text) > 20_000:
        grams = {text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1)}
        chosen = tuple(one for one in chosen if one[:_GRAM] in grams)
    return [one for one in chosen if one in text]


def spans(text: str, values: Iterable[str] | None = None) -> Iterator[Span]:
    """Where known values stand; short ones only as whole tokens."""
    for value in present(text, values):
        at = text.find(value)
        while at >= 0:
            end = at + len(value)
            if len(value) >= 12 or not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
                yield Span(at, end, "known-value")
            at = text.find(value, end)
