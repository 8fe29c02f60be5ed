"""Fakes of every kind, put together from parts: what the self-test plants and expects never to see again."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import NamedTuple

from llm_audit.redact.formats import RULES
from llm_audit.redact.places import PLACES

_BODY = "q9Zt4LmX7vBd2Kws8RfhT3nYc6Jp"
_KNOWN = "plain-looking " + "orchard"


class Fake(NamedTuple):
    """A made-up secret in a line of text.

    Attributes:
        kind: the kind of marker it calls for; several layers may claim it.
        line: what is planted; several lines for a key block.
        secret: what must not survive.
        known: whether the value is told to the filter first, as one from a dotenv file would be.
    """

    kind: str
    line: str
    secret: str
    known: bool = False


def fakes() -> Iterator[Fake]:
    """One for every kind, and one for every row of the tables."""
    token = "gh" + "p_" + _BODY[:26] + "0nFxq1aB4k"
    yield Fake("assigned-value", f"DB_PASSWORD = '{_BODY[:11]}!'", f"{_BODY[:11]}!")
    yield Fake("connection-string", f"Server=db;User Id=sa;Password={_BODY[3:15]};Encrypt=true", _BODY[3:15])
    blob = base64.b64encode(f"token: {token}".encode()).decode()
    yield Fake("encoded", f"data: {blob}", blob)
    yield Fake("header-value", f"Authorization: Bearer {_BODY[::-1]}", _BODY[::-1])
    yield Fake("known-value", f"the phrase is {_KNOWN}.", _KNOWN, known=True)
    body = "\n".join(_BODY[at:] + _BODY[:at] + _BODY for at in range(0, 24, 3))
    yield Fake("private-key", f"-----BEGIN {'PRIVATE'} KEY-----\n{body}\n-----END {'PRIVATE'} KEY-----", body)
    yield Fake("random", f"see {_BODY[5:]}Qa7 there", f"{_BODY[5:]}Qa7")
    yield Fake("secret", f'github = "{token}"', token)
    yield Fake("url-password", f"redis://cache:{_BODY[2:14]}@cache:6379", _BODY[2:14])
    for rule in RULES:
        if match := rule.pattern.search(rule.example):
            start, end = match.span("secret" if "secret" in rule.pattern.groupindex else 0)
            yield Fake(rule.kind, f"value: {rule.example} .", rule.example[start:end])
    for place in PLACES:
        if match := place.pattern.search(place.example.lower()):
            yield Fake("assigned-value", place.example, place.example[slice(*match.span("secret"))])
