"""Base64 blobs that decode to text: what is inside is looked at like any other text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from llm_audit.redact.words import long_words, remembered

_BLOB = re.compile(r"[A-Za-z0-9+/_\-]{20,}(?:\n[ \t>#*|]{0,40}[A-Za-z0-9+/_\-]{20,}){0,400}={0,2}")
_RUN = re.compile(r"[A-Za-z0-9+/_\-]{20,}")
_HEX_BLOB = re.compile(r"(?:[0-9a-fA-F]{2}){20,4000}")
_LINE = re.compile(r"[A-Za-z0-9+/_\-]{20,}={0,2}")
_MAX_BLOB = 4_000_000
_MAX_WORK = 8
"""How many characters may be decoded for each character of the text."""
_HEAD = 16
_CONTROLS = bytes(one for one in (*range(32), 127) if one not in b"\n\r\t")
_BREAKS = str.maketrans("", "", "\n \t>#*|=")


def blobs(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and content of each blob that decodes to readable text."""
    done = 0
    work = _MAX_WORK * (len(text) + _MAX_BLOB)
    for at, word in long_words(text):
        starts, in_hex = _in_word(word)
        for start in starts:
            if at + start < done:
                continue
            # text made of beginnings that lead nowhere must not cost a long look at each
            match = (_BLOB if work > 0 else _LINE).match(text, at + start)
            if match and len(match[0]) <= _MAX_BLOB:
                work -= len(match[0])
                if content := _decoded(match[0]):
                    done = match.end()
                    yield match.start(), match.end(), content
        for start, end, content in in_hex:
            yield at + start, at + end, content


@remembered
def _in_word(word: str) -> tuple[tuple[int, ...], tuple[tuple[int, int, str], ...]]:
    """Where in the word base64 may begin, and the hex in it that reads as text."""
    starts = tuple(run.start() for run in _RUN.finditer(word) if _begins(run[0][:_HEAD]))
    in_hex = tuple(
        (match.start(), match.end(), content)
        for match in _HEX_BLOB.finditer(word)
        if (content := _readable(bytes.fromhex(match[0])))
    )
    return starts, in_hex


def _begins(head: str) -> bool:
    return base64.b64decode(_standard(head)).isascii()


def _standard(blob: str) -> str:
    return blob.replace("-", "+").replace("_", "/") if "-" in blob or "_" in blob else blob


def _decoded(blob: str) -> str:
    bare = _standard(blob.translate(_BREAKS))
    bare = bare[: len(bare) - 1] if len(bare) % 4 == 1 else bare
    try:
        return _readable(base64.b64decode(bare + "=" * (-len(bare) % 4)))
    except (binascii.Error, ValueError):
        return ""


def _readable(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    if len(data.translate(None, _CONTROLS)) * 20 < len(data) * 19:
        return ""
    odd = (
        0 if text.isascii() else sum(not (char.isprintable() or char.isspace()) for char in text if not char.isascii())
    )
    return text if len(text) >= 8 and odd * 20 <= len(text) else ""
