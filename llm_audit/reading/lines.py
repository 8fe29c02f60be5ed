"""The lines of a Markdown document and what each one is: heading, bullet, row of a table, label, code, prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_FENCE = re.compile(r" {0,12}(?:(?:[-*+]|\d{1,3}[.)]) +)?(?P<fence>`{3,}|~{3,})")
_HEADING = re.compile(r"(?P<marks>#{1,6}) +(?P<body>.*?)[ #]*$")
_BULLET = re.compile(r"(?P<indent>[ \t]*)(?:[-*+]|\d{1,3}[.)]) +(?:\[[ xX]\] +)?(?P<body>.*)$")
_LABEL = re.compile(r"\s{0,3}(?:\*\*|__)(?P<body>[^*\n]{1,120})(?:\*\*|__)\s*(?P<colon>:?)\s*$")
_ROW = re.compile(r"\s{0,3}\|(?P<body>.*?)\|?\s*$")
_RULED = re.compile(r"[\s|:\-]+$")
_BREAK = re.compile(r" {0,3}([-*_])( *\1){2,} *$")


class Kind(StrEnum):
    """What a line is to a reader."""

    BLANK = "blank"
    HEADING = "heading"
    LABEL = "label"  # bold text alone on its line
    BULLET = "bullet"
    ROW = "row"  # of a table
    RULED = "ruled"  # the line under a table's head
    CODE = "code"  # inside a fenced block, and its fences
    FRONT = "front"  # front matter, and its fences
    COMMENT = "comment"
    BREAK = "break"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document.

    Attributes:
        number: 1-based.
        text: as it stands, without its line end.
        kind: what it is.
        depth: level of a heading, columns of indent of a bullet, else 0.
        body: what it says without its marker.
    """

    number: int
    text: str
    kind: Kind
    depth: int
    body: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of a table's row."""
        return tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", self.body)) if self.kind == Kind.ROW else ()


def read(text: str) -> tuple[Line, ...]:
    """All lines of a document whose line ends are `\\n`."""
    return tuple(_lines(text.split("\n")))


def _lines(texts: list[str]) -> Iterator[Line]:
    fence = ""
    front = bool(texts) and texts[0].strip() == "---" and "---" in (one.rstrip() for one in texts[1:60])
    comment = False
    for number, text in enumerate(texts, 1):
        if front:
            yield Line(number, text, Kind.FRONT, 0, text.strip())
            front = number == 1 or text.rstrip() != "---"
            continue
        mark = _FENCE.match(text)
        if fence:
            yield Line(number, text, Kind.CODE, 0, "" if mark else text.strip())
            if mark and mark["fence"].startswith(fence) and not text.strip(" `~"):
                fence = ""
            continue
        if mark:
            fence = mark["fence"]
            yield Line(number, text, Kind.CODE, 0, "")
            continue
        if comment or text.lstrip().startswith("<!--"):
            comment = "-->" not in text
            yield Line(number, text, Kind.COMMENT, 0, text.strip())
            continue
        yield _plain(number, text)


def _plain(number: int, text: str) -> Line:
    """The line of that text, outside of front matter, code and comments."""
    if not text.strip():
        return Line(number, text, Kind.BLANK, 0, "")
    if heading := _HEADING.match(text):
        return Line(number, text, Kind.HEADING, len(heading["marks"]), heading["body"])
    if _BREAK.match(text):
        return Line(number, text, Kind.BREAK, 0, "")
    if label := _LABEL.match(text):
        return Line(number, text, Kind.LABEL, 0, label["body"].rstrip(": "))
    if bullet := _BULLET.match(text):
        return Line(number, text, Kind.BULLET, len(bullet["indent"].expandtabs(4)), bullet["body"])
    if row := _ROW.match(text):
        return Line(number, text, Kind.RULED if _RULED.match(row["body"]) else Kind.ROW, 0, row["body"])
    return Line(number, text, Kind.PROSE, 0, text.strip().lstrip("> "))
