"""An excerpt, and how excerpts are written into a prompt: labelled, fenced, their facts' lines marked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llm_audit.model import Fact, Redacted


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of one file.

    Attributes:
        path: of the file.
        spans: 1-based first and last lines.
        lines: number and redacted text of each line.
        marks: lines that show something of a fact: its own, or one that uses what it declares.
    """

    path: str
    spans: tuple[tuple[int, int], ...]
    lines: tuple[tuple[int, Redacted], ...]
    marks: tuple[tuple[int, Fact], ...]

    @property
    def place(self) -> str:
        """`path:first-last`, with a comma between spans."""
        return f"{self.path}:{','.join(f'{a}-{b}' if b > a else str(a) for a, b in self.spans)}"

    @property
    def text(self) -> str:
        """The lines without their numbers."""
        return "\n".join(line for _, line in self.lines)


def render(excerpts: Sequence[Excerpt], handles: Mapping[Fact, str]) -> str:
    """The excerpts as labelled, fenced text. The fence is longer than any run of backticks inside.

    Args:
        excerpts: what to show.
        handles: the short names of facts, which stand before their lines.
    """
    longest = max((len(run) for e in excerpts for run in re.findall(r"`+", e.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join(f"{_label(e.place)}\n{fence}\n{_body(e, handles)}\n{fence}" for e in excerpts)


def _label(place: str) -> str:
    return place.replace("`", "'").replace("\n", " ")


def _body(excerpt: Excerpt, handles: Mapping[Fact, str]) -> str:
    marks: dict[int, list[str]] = {}
    for number, fact in excerpt.marks:
        if fact in handles and handles[fact] not in marks.setdefault(number, []):
            marks[number].append(handles[fact])
    rows: list[str] = []
    previous = 0
    for number, line in excerpt.lines:
        if previous and number > previous + 1:
            rows.append("…")
        rows.append(f"{','.join(marks.get(number, ()))}> {line}" if marks.get(number) else line)
        previous = number
    return "\n".join(rows)
