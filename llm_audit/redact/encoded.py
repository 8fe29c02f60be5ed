"""Base64 blobs that decode to text: what is inside is looked at like any other text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from llm_audit.redact.words import long_words

_BLOB = re.compile(r"[A-Za-z0-9+/_\-]{20,}(?:\n[ \t>#*|]{0,40}[A-Za-z0-9+/_\-]{20,}){0,400}={0,2}")
_RUN = re.compile(r"[A-Za-z0-9+/_\-]{20,}")
_HEX_BLOB = re.compile(r"(?:[0-9a-fA-F]{2}){20,4000}")
_MAX_BLOB = 200_000
_BREAK = re.compile(r"[^A-Za-z0-9+/_\-]+")


def blobs(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and content of each blob that decodes to readable text."""
    done = 0
    for at, word in long_words(text):
        for start in _RUN.finditer(word):
            if at + start.start() < done:
                continue
            match = _BLOB.match(text, at + start.start())
            if match and len(match[0]) <= _MAX_BLOB and (content := _decoded(match[0])):
                done = match.end()
                yield match.start(), match.end(), content
        for match in _HEX_BLOB.finditer(word):
            if content := _readable(bytes.fromhex(match[0])):
                yield at + match.start(), at + match.end(), content


def _decoded(blob: str) -> str:
    bare = _BREAK.sub("", blob)
    if "-" in bare or "_" in bare:
        bare = bare.replace("-", "+").replace("_", "/")
    bare = bare[: len(bare) - 1] if len(bare) % 4 == 1 else bare
    try:
        if not base64.b64decode(bare[:16]).isascii():
            return ""
        return _readable(base64.b64decode(bare + "=" * (-len(bare) % 4)))
    except (binascii.Error, ValueError):
        return ""


def _readable(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    odd = sum(not (char.isprintable() or char in "\n\r\t") for char in text)
    return text if len(text) >= 8 and odd * 20 <= len(text) else ""
