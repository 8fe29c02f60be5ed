"""A document as blocks of lines: put together again they are the document, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from llm_audit.document import NONE_DETECTED
from llm_audit.reading.lines import Kind, Line, read

KEEP = re.compile(r"<!--\s{0,5}llm-audit:\s{0,5}keep\b")
"""The mark that pins a line."""
_GROUP = re.compile(r"\*\*(?P<label>[^*\n]+):\*\*\s*$")


class Part(StrEnum):
    """What a block is."""

    LOOSE = "loose"  # anything that is none of the others
    SECTION = "section"
    GROUP = "group"
    NONE = "none"  # the line that says that a group has no entries
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stay together.

    Attributes:
        part: what they are.
        lines: without line ends.
        section: the second-level heading above.
        group: the bold label above, or empty.
        number: 1-based line of the first in the document that was read; 0 for new ones.
    """

    part: Part
    lines: tuple[str, ...]
    section: str = ""
    group: str = ""
    number: int = 0

    @property
    def pinned(self) -> bool:
        """Whether a person has pinned one of its lines."""
        return any(KEEP.search(line) for line in self.lines)

    @property
    def head(self) -> str:
        """The first line of an entry, without its bullet and without a mark that pins it."""
        return re.sub(r"\s*<!--.*?-->\s*$", "", self.lines[0][2:]).strip()


def take_apart(text: str) -> list[Block]:
    """The blocks of a document whose line ends are `\\n`; joined, their lines are the document."""
    blocks: list[Block] = []
    section = group = ""
    for line in read(text):
        part = _part(line)
        if part == Part.SECTION:
            section, group = line.body, ""
        elif part == Part.GROUP:
            match = _GROUP.match(line.text)
            group = match["label"] if match else line.body
        elif line.kind in (Kind.HEADING, Kind.BREAK):
            section, group = (section, "") if line.kind == Kind.HEADING and line.depth > 2 else ("", "")
        if part == Part.LOOSE and _continues(line, blocks):
            last = blocks[-1]
            blocks[-1] = Block(last.part, (*last.lines, line.text), last.section, last.group, last.number)
        else:
            blocks.append(Block(part, (line.text,), section, group, line.number))
    return blocks


def _part(line: Line) -> Part:
    if line.kind == Kind.HEADING and line.depth == 2:
        return Part.SECTION
    if line.kind == Kind.LABEL and _GROUP.match(line.text):
        return Part.GROUP
    if line.kind == Kind.BULLET and line.text.startswith("- "):
        return Part.NONE if line.body.startswith(NONE_DETECTED) else Part.ENTRY
    return Part.LOOSE


def _continues(line: Line, blocks: list[Block]) -> bool:
    """Whether a line belongs to the block above: to an entry when it is indented, to loose lines otherwise."""
    if not blocks:
        return False
    if blocks[-1].part in (Part.ENTRY, Part.NONE):
        return line.text[:1] in (" ", "\t") and line.text.strip() != ""
    return blocks[-1].part == Part.LOOSE


def put_together(blocks: Iterable[Block]) -> str:
    """The text of the blocks, their lines joined with `\\n`."""
    return "\n".join(line for block in blocks for line in block.lines)
