"""Tokens that no person wrote: their characters change class too often to be words, names, versions or paths.

Covers the vendor formats that nobody has a rule for. Digests stay where they carry a label, UUIDs always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.redact.names import is_placeholder
from llm_audit.redact.spans import Span

MIN_LENGTH = 16
_TOKEN = re.compile(r"[A-Za-z0-9+/=_\-.~]{16,}")
_PART = re.compile(r"[A-Za-z0-9+_\-~]+")
_CHUNK = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_DIGIT = re.compile(r"\d")
_HEX = re.compile(r"(?:0x)?([0-9a-f]{16,}|[0-9A-F]{16,})\Z")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGEST_WORD = re.compile(
    r"(?i)sha-?(?:1|224|256|384|512)|\bmd5|blake|digest|checksum|integrity|\bcommit|\bhash|\brev(?:ision)?\b|\bgit\b|\btree\b"
    r"|\bblob\b|\betag|fingerprint|\bpin(?:ned)?\b|\bsum\b|nonce-|\bh1:|\bref\b|\bmerge|\btag\b|\bbase\b|\bhead\b|\bparent"
    r"|\bcid\b|\baddress|\bcontract|\btx\b|transaction|\b0x"
)
_DIGEST_LEFT = re.compile(r"(?i)(?:@|sha(?:1|224|256|384|512)[:\-=]|/(?:commit|blob|tree|raw|archive)s?/|#|\bg)\Z")
_NAMED = re.compile(
    r"(?i)\.(?:js|mjs|cjs|css|ts|tsx|py|json|ya?ml|md|html?|png|svg|jpe?g|woff2?|map|lock|toml|sh|go|rs)\Z"
)
_RARE = re.compile(
    r"(?i)b[cdfghjkmnpqtvwxz]|c[bdfgjmnpvwxz]|d[bcfhjkmnpqtvxz]|f[bcdghjkmnpqsvwxz]|g[bcdfjkmpqtvwxz]|h[bcdfghjkpqsvxz]"
    r"|j[^aeiou]|k[bcdfghjkmpqrtvwxz]|l[hjnqrwxz]|m[cdfghjkqrtvwxz]|n[bhjlmqrwxz]|p[bcdfgjkmnqvwxz]|q[^u]|r[hjqwxz]"
    r"|s[bdfgjrvxz]|t[bdfgjkmnpqvxz]|v[^aeiouy]|w[bcdfgjkmpqtuvwxyz]|x[bdfghjklmnoqrsuvwyz]|y[hijkqvwxy]|z[bcdfghjkmnpqrstvwx]"
    r"|a[aoq]|e[ou]h|i[hijuwy]|o[qz]|u[hjoquvwy]"
)


def spans(text: str) -> Iterator[Span]:
    """Random tokens of 16 characters and more."""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if len(token) < 40 and not _suspect(token):
            continue
        for start, end in _pieces(token):
            piece = token[start:end]
            if is_random(piece) and not _labelled(text, match.start() + start, match.start() + end, piece):
                yield Span(match.start() + start, match.start() + end, "random")


def _suspect(token: str) -> bool:
    """A quick look: enough chunks for its length, or letters that follow each other in no word."""
    return len(_CHUNK.findall(token)) * 4.2 > len(token) or len(_RARE.findall(token)) * 7 > len(token)


def _pieces(token: str) -> Iterator[tuple[int, int]]:
    """The token whole when its separators are part of an alphabet (base64), else what stands between them."""
    slashes = token.count("/") + token.count(".")
    if not slashes or (slashes * 9 < len(token) and _base64ish(token)):
        start = len(token) - len(token.lstrip("=-./~_+")) if token[0] in "=./~+" else 0
        assigned = token.find("=", start, len(token) - 2)
        if 0 < assigned < 40 and token[assigned + 1] != "=":
            start = assigned + 1
        yield start, len(token.rstrip(".~"))
        return
    for part in _PART.finditer(token):
        if part.end() - part.start() >= MIN_LENGTH:
            yield part.span()


def _base64ish(token: str) -> bool:
    """No part reads as a word: each is short or changes class often."""
    parts = [part for part in re.split(r"[/.]", token) if len(part) > 3]
    return bool(parts) and all(len(_CHUNK.findall(part)) * 3 > len(part) for part in parts)


def is_random(token: str) -> bool:
    """Whether the token reads as random: no words, no name, no version, no date, no UUID."""
    bare = token.strip("=")
    size = len(bare)
    if size < MIN_LENGTH or _UUID.search(bare) or is_placeholder(bare) or _NAMED.search(bare):
        return False
    letters = re.sub(r"[^A-Za-z]", "", bare)
    if len(letters) < 4 or len(set(bare.lower())) < 8:
        return False
    digits = len(_DIGIT.findall(bare))
    joints = len(bare) - len(letters) - digits
    plain = size - joints
    chunks = len(_CHUNK.findall(bare))
    if joints * 4 > size or plain < MIN_LENGTH - 2:
        return False
    if is_worded(bare):
        return False
    if digits == 0:
        return _unspeakable(letters, chunks)
    if _HEX.match(bare):
        return digits < plain and chunks * 4.6 > plain
    return chunks * (3.0 if size >= 20 else 2.6) > plain or (digits * 12 > plain and _unspeakable(letters, chunks))


def _unspeakable(letters: str, chunks: int) -> bool:
    """Letters alone: case that changes as in no name, or neighbours that no language puts together."""
    if len(letters) < 12:
        return False
    rare = len(_RARE.findall(letters))
    if letters.islower() or letters.isupper():
        return len(letters) >= 16 and rare * 6 > len(letters)
    return chunks * 2.7 > len(letters) and rare * 14 > len(letters)


def is_worded(token: str) -> bool:
    """Mostly words: long chunks of letters with vowels make up the better half."""
    long = sum(len(chunk) for chunk in re.findall(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}", token) if _speakable(chunk))
    return long * 2 > len(token)


def _speakable(chunk: str) -> bool:
    return bool(re.search(r"(?i)[aeiouy]", chunk)) and not _RARE.search(chunk)


def _labelled(text: str, start: int, end: int, piece: str) -> bool:
    """Whether a digest or a public identifier stands here: its label is on the line or just before it."""
    before = text[max(0, start - 12) : start]
    if _DIGEST_LEFT.search(before):
        return True
    if before.endswith(("sha512-", "sha384-", "sha256-", "h1:", "sha1-")) or piece.startswith(
        ("sha512-", "sha384-", "sha256-")
    ):
        return True
    if _HEX.match(piece.strip("=")):
        line = (
            text[max(text.rfind("\n", max(0, start - 200), start) + 1, start - 200) : start]
            + " "
            + text[end : end + 60].split("\n")[0]
        )
        return bool(_DIGEST_WORD.search(line))
    return False
