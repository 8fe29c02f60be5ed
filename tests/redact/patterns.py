"""Strings made from the engine's own rule patterns: a second set of fakes that owes nothing to our rules."""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Iterator
from random import Random
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import re._constants as sre
    import re._parser as parser

_TEXT = string.ascii_letters + string.digits
_NO_SECRET = re.compile(
    r"-id(?:\.\d+)?$|public|publishable|client-key|service-account|private-key|-email|-url|credentials|connection"
)
_CATEGORIES = {
    sre.CATEGORY_DIGIT: string.digits,
    sre.CATEGORY_WORD: _TEXT + "_",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: _TEXT,
    sre.CATEGORY_NOT_WORD: " ",
    sre.CATEGORY_NOT_DIGIT: string.ascii_letters,
}


def samples(catalogue: Any, rng: Random, each: int = 2) -> Iterator[tuple[str, str, str]]:
    """Rule id, a text that the rule's pattern matches, and the secret in it; rules without a secret are left out."""
    for entry in catalogue.metadata():
        detail = catalogue.detail(entry["id"])
        if not entry["visible"] or _NO_SECRET.search(entry["id"]):
            continue
        pattern = _parsed(detail["detection_regex"])
        if pattern is None:
            continue
        for _ in range(each):
            if found := _sample(pattern, detail, rng):
                yield entry["id"], *found


def _parsed(text: str) -> re.Pattern[str] | None:
    flags = re.IGNORECASE if "(?i)" in text else 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(text.replace("(?i)", "").replace(r"\z", r"\Z"), flags)
    except re.error:
        return None


def _sample(pattern: re.Pattern[str], detail: dict[str, Any], rng: Random) -> tuple[str, str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parser.parse(pattern.pattern, pattern.flags & re.IGNORECASE)
    for _ in range(30):
        text = f"\n{_made(tree, rng, {})}\n"
        match = pattern.search(text)
        if not match:
            continue
        secret = _secret(match, detail)
        if len(secret) >= 8 and len(set(secret)) >= 6 and re.search(r"\d|[a-z][A-Z]", secret):
            return text, secret
    return None


def _secret(match: re.Match[str], detail: dict[str, Any]) -> str:
    group = detail.get("betterleaks_secret_group") or 0
    names = match.re.groupindex
    if "TOKEN" in names:
        return match["TOKEN"] or ""
    if not group and match.re.groups:
        group = 1
    return (match[group] or "") if group <= match.re.groups else match[0]


def _made(tree: Any, rng: Random, groups: dict[int, str]) -> str:
    return "".join(_piece(op, value, rng, groups) for op, value in tree)


def _piece(op: Any, value: Any, rng: Random, groups: dict[int, str]) -> str:
    if op is sre.LITERAL:
        return chr(value)
    if op in (sre.NOT_LITERAL, sre.ANY):
        return rng.choice(_TEXT)
    if op is sre.IN:
        return _of_class(value, rng)
    if op is sre.BRANCH:
        return _made(rng.choice(value[1]), rng, groups)
    if op is sre.SUBPATTERN:
        text = _made(value[3], rng, groups)
        if value[0] is not None:
            groups[value[0]] = text
        return text
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        low, high, body = value
        # what surrounds the secret is as short as it may be; the secret itself is long where it may be
        wide = op is not sre.MIN_REPEAT and (groups or value[1] > 40 or low > 0)
        count = rng.randint(low, min(high, low + 24)) if wide else low
        return "".join(_made(body, rng, groups) for _ in range(count))
    if op is sre.ATOMIC_GROUP:
        return _made(value, rng, groups)
    return groups.get(value, "") if op is sre.GROUPREF else ""


def _of_class(items: Any, rng: Random) -> str:
    choices: list[str] = []
    for op, value in items:
        if op is sre.NEGATE:
            banned = {chr(v) for o, v in items if o is sre.LITERAL}
            return rng.choice([one for one in _TEXT if one not in banned])
        if op is sre.LITERAL:
            choices.append(chr(value))
        elif op is sre.RANGE:
            choices += [chr(one) for one in range(value[0], min(value[1], 126) + 1) if chr(one).isprintable()]
        elif op is sre.CATEGORY:
            choices += _CATEGORIES.get(value, _TEXT)
    return rng.choice(choices or ["a"])
