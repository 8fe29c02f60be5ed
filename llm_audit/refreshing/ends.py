"""How a file spells its text: byte order mark, line ends, final newline; kept when the text changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from llm_audit.errors import UsageError

_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Spelt:
    """A file's text.

    Attributes:
        text: with `\\n` for every line end, without byte order mark.
        ends: the line end of each line but the last.
        mark: the byte order mark, or empty.
    """

    text: str
    ends: tuple[str, ...]
    mark: str


def read(data: bytes, name: str) -> Spelt:
    """Reads a file's bytes.

    Raises:
        UsageError: they are not UTF-8.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8", "save it as UTF-8 first") from error
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark) if mark else text
    return Spelt(_END.sub("\n", body), tuple(_END.findall(body)), mark)


def spell(text: str, like: Spelt) -> str:
    """A new text with the line ends of the old one: lines that were there keep theirs, new ones take the usual one."""
    usual = max(("\n", "\r\n", "\r"), key=like.ends.count) if like.ends else "\n"
    lines = text.split("\n")
    if len(set(like.ends)) <= 1:
        return like.mark + usual.join(lines)
    old = like.text.split("\n")
    ends = [usual] * (len(lines) - 1)
    for one in SequenceMatcher(None, old, lines, autojunk=False).get_matching_blocks():
        for offset in range(one.size):
            if one.a + offset < len(like.ends) and one.b + offset < len(ends):
                ends[one.b + offset] = like.ends[one.a + offset]
    return like.mark + "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))
