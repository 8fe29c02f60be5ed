"""Tokens that no person wrote: their characters change class too often to be words, names, versions or paths.

Covers the vendor formats that nobody has a rule for. Digests stay where they carry a label, UUIDs always.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache

from llm_audit.redact.labels import HEX, labelled
from llm_audit.redact.names import is_placeholder
from llm_audit.redact.spans import Span
from llm_audit.redact.words import RARE, chunks, long_words, rare, remembered, shape, turns

MIN_LENGTH = 16
_TOKEN = re.compile(r"[A-Za-z0-9+/=_\-.~]{16,}")
_PART = re.compile(r"[A-Za-z0-9+_\-~]+")
_JOINT = re.compile(r"[^A-Za-z0-9]+")
_LETTER = re.compile(r"[^A-Za-z]+")
_PUBLIC = re.compile(
    r"(?:0x[0-9a-fA-F]{40}|[a-z][a-z\-]+-[0-9a-z]{8,10}-[0-9a-z]{5}|GHSA(?:-[0-9a-z]{4}){3}"
    r"|0[0-7](?:[0-9A-HJKMNP-TV-Z]{24}|[0-9a-hjkmnp-tv-z]{24})"
    r"|(?:ami|i|vpc|subnet|sg|vol|snap|eni|rtb|igw|nat|acl|tgw|eipalloc|lt|fs)-[0-9a-f]{17})\Z"
)
"""Addresses of contracts, pods, advisories, ULIDs, resources of a cloud: they name, and open nothing."""
_UUID = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NAMED = re.compile(
    r"(?i)\.(?:js|mjs|cjs|css|ts|tsx|py|json|ya?ml|md|html?|png|svg|jpe?g|woff2?|map|lock|toml|sh|go|rs)\Z"
)
_WORD = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}")
_NAME = re.compile(r"[A-Za-z_][\w.\-]*")
_VOWEL = re.compile(r"(?i)[aeiouy]")
_BEFORE = re.compile(
    r"(?<![\w.\-~%])[A-Za-z0-9_.\-~%]{1,24}[._\-~%!]\Z|(?<![\w.\-~%])(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{1,6}[+/=]\Z"
)
_AFTER = re.compile(r"(?:[._\-~%!=+][A-Za-z0-9_\-~%+=]{4,}){1,20}|[=]{1,2}|[/][A-Za-z0-9+/]{4,}={1,2}")
_BEFORE_SIGNS, _AFTER_SIGNS = frozenset("._-~%!+/="), frozenset("._-~%!=+/")
_FEWEST_LETTERS = 12
_LARGE = 2000
"""Longer tokens are judged whole: an image in base64 is no path."""
_LOOK = 400


def spans(text: str) -> Iterator[Span]:
    """Random tokens of 16 characters and more."""
    for at, word in long_words(text):
        for pieces in _in_word(word):
            found = [(at + start, at + end) for start, end in pieces if not labelled(text, at + start, at + end)]
            if found:
                yield from _whole(text, found)


@remembered
def _in_word(word: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """By token of the word, the pieces that read as random."""
    found: list[tuple[tuple[int, int], ...]] = []
    for match in _TOKEN.finditer(word):
        token, at = match[0], match.start()
        if len(token) >= 40 or _suspect(token):
            if len(token) > _LARGE and _is_blob(token):
                found.append(((at, at + len(token)),))
                continue
            pieces = tuple((at + start, at + end) for start, end in _pieces(token) if is_random(token[start:end]))
            if pieces:
                found.append(pieces)
    return tuple(found)


def _is_blob(token: str) -> bool:
    """Whether a long token is random wherever one looks: its slashes then separate nothing."""
    return all(is_random(token[at : at + _LOOK]) for at in range(0, len(token) - _LOOK, len(token) // 4))


def _whole(text: str, found: list[tuple[int, int]]) -> Iterator[Span]:
    """The pieces with what belongs to the same token: a prefix, a checksum, what a sign of its alphabet cut off."""
    last = -1
    for start, end in found:
        if start < last:
            continue
        if text[start - 1 : start] in _BEFORE_SIGNS and (before := _BEFORE.search(text, max(0, start - 40), start)):
            start = before.start()
        after = _AFTER.match(text, end, end + 2000) if text[end : end + 1] in _AFTER_SIGNS else None
        last = after.end() if after else end
        yield Span(start, last, "random")


def _suspect(token: str) -> bool:
    """A quick look: enough chunks for its length, or letters that follow each other in no word."""
    return chunks(token) * 4.2 > len(token) or len(RARE.findall(token.lower())) * 7 > len(token)


def _pieces(token: str) -> Iterator[tuple[int, int]]:
    """The token whole when its separators are part of an alphabet (base64), else what stands between them."""
    slashes = token.count("/") + token.count(".")
    if not slashes or (slashes * 5 < len(token) and _dense(token)):
        start = len(token) - len(token.lstrip("=-./~_+")) if token[0] in "=./~+" else 0
        assigned = token.find("=", start, len(token) - 2)
        if 0 < assigned < 40 and token[assigned + 1] != "=" and _is_name(token[start:assigned]):
            start = assigned + 1
        yield start, len(token.rstrip(".~"))
        return
    for part in _PART.finditer(token):
        if part.end() - part.start() >= MIN_LENGTH:
            yield part.span()


def _is_name(text: str) -> bool:
    """Whether what stands before an equals sign names what follows."""
    return bool(_NAME.fullmatch(text)) and chunks(text) * 3 <= len(text) + 3


def _dense(token: str) -> bool:
    """No part between slashes and dots reads as a word: each is short or changes class often."""
    parts = {part for part in re.split(r"[/.]", token) if len(part) > 3}
    if not parts or chunks(token) * 2.8 <= len(token):
        return False
    return not any(len(part) > 4 and (part.isdigit() or is_worded(part)) for part in parts)


def is_random(token: str) -> bool:
    """Whether the token reads as random: no words, no name, no version, no date, no UUID, no object id."""
    bare = token.strip("=")
    classes = shape(bare)
    if (
        len(bare) < MIN_LENGTH
        or len(bare) - classes.count(b"d") - classes.count(b".") < 4
        or len(set(bare.lower())) < 8
    ):
        return False
    # what costs most is asked last, and of few
    return _reads_random(bare, classes) and not (
        (b"." in classes and _hyphenated(bare))
        or is_worded(bare)
        or ("-" in bare and _UUID.search(bare))
        or ("." in bare and _NAMED.search(bare))
        or _PUBLIC.match(bare)
        or is_placeholder(bare)
        or (bare.startswith("eyJ") and _is_json(bare))
    )


def _reads_random(bare: str, classes: bytes) -> bool:
    """Whether its characters change class as often as chance would have it."""
    size = len(bare)
    digits = classes.count(b"d")
    plain = size - classes.count(b".")
    if plain < MIN_LENGTH - 2:
        return False
    if digits == 0:
        return _unspeakable(bare, 0)
    stretches = turns(classes)
    if HEX.match(bare):
        return digits < plain and stretches * 4.6 > plain
    return stretches * (3.0 if size >= 20 else 2.6) > plain or _unspeakable(bare, digits)


def _is_json(bare: str) -> bool:
    """Whether the token is base64 of readable text, as the parts of a JWT are: they are judged by what they hold."""
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4)).isascii()
    except ValueError:
        return False


def _hyphenated(bare: str) -> bool:
    """Many short parts, as names of machines, slugs and identifiers have; not five by five, as licence keys are."""
    parts = [part for part in _JOINT.split(bare) if part]
    sizes = {len(part) for part in parts}
    if len(sizes) == 1 and len(parts) > 2 and min(sizes) >= 4:
        return False
    if len(parts) < 2 or max(sizes) >= MIN_LENGTH or sum(map(len, parts)) >= 7.5 * len(parts):
        return False
    return sum(len(part) for part in parts if len(part) > 7 and _mixed(part)) * 2 <= sum(map(len, parts))


def _mixed(part: str) -> bool:
    """Digits among letters, or neighbours that no language puts together."""
    return chunks(part) * 2.8 > len(part) or rare(part) * 5 > len(part)


def _unspeakable(bare: str, digits: int) -> bool:
    """Letters alone: case that changes as in no name, or neighbours that no language puts together."""
    letters = _LETTER.sub("", bare)
    if len(letters) < _FEWEST_LETTERS:
        return False
    odd = rare(bare)
    if letters.islower() or letters.isupper():
        return odd * 6 > len(letters)
    stretches = chunks(letters)
    if stretches * 2.7 > len(letters):
        return odd * 14 > len(letters)
    return (
        digits > 0 and odd * 7 > len(letters) and (stretches * 4 > len(letters) or len(letters) >= 2 * _FEWEST_LETTERS)
    )


def is_worded(token: str) -> bool:
    """Mostly words: long chunks of letters with vowels make up the better half."""
    classes = shape(token)
    if b"lll" not in classes and b"UUUU" not in classes:
        return False
    return sum(len(chunk) for chunk in _WORD.findall(token) if _speakable(chunk)) * 2 > len(token)


@lru_cache(maxsize=1 << 14)
def _speakable(chunk: str) -> bool:
    return bool(_VOWEL.search(chunk)) and not RARE.search(chunk.lower())
