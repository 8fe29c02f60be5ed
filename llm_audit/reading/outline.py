"""What a document has an entry for, and under which of our sections each entry stands by its headings' meaning.

An entry may be a heading (`### Payment — Stripe`), a bullet (`- Stripe - Payments`, `- **Stripe**: ...`), a bold label
with lines below it, or the first cell of a table's row. Whether it names a service at all is for others to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from llm_audit.reading.lines import Kind, Line, read

ABSENT = re.compile(
    r"(?i)\b(not (detected|used|found|present|implemented|integrated|configured|applicable|in use|yet)|none|n/?a|absent"
    r"|absence|missing|planned|future|removed|deprecated|former|legacy|unused|retired|dropped|recommend\w*|todo|potential"
    r"|possible|proposed|roadmap|upcoming|alternatives?|out of scope|no longer|examples?|how to|adding|to avoid|next steps|afterwards|later|gets built"
    r"|(docs|documented|documentation) only|only documented|not in (the |this )?(repo\w*|code\w*|tree|project)"
    r"|no .{0,40}(detected|found|integration|configured))\b"
)
"""Words of a heading or an entry that say it speaks of what is not there."""
_SECTIONS: tuple[tuple[str, str], ...] = (
    (r"webhooks?|callbacks?", "Webhooks & Callbacks"),
    (r"environment|env\.? vars?|variables|secrets? (location|management)", "Environment Configuration"),
    (r"auth\w*|identity|oauth|sso|log-?in", "Authentication & Identity"),
    (
        r"monitor\w*|observab\w*|logs|logging|analytics|metrics|tracing|telemetry|error tracking",
        "Monitoring & Observability",
    ),
    (r"ci|cd|ci/cd|deploy\w*|hosting|pipelines?|release|build", "CI/CD & Deployment"),
    (r"data|databases?|storage|cach\w*|queues?|persistence|search|messag\w+ queues?", "Data Storage"),
    (r"apis?|external|third.part\w*|services|payments?|e-?mail|sms|ai|llms?|integrations", "APIs & External Services"),
)
_MEANING = tuple((re.compile(rf"(?i)\b({words})\b"), section) for words, section in _SECTIONS)


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a document, as far as its layout tells.

    Attributes:
        head: its first line's text, without the marker.
        line: 1-based line of the head.
        end: last line that belongs to it.
        trail: headings and labels that it stands under, outermost first.
        form: `heading`, `label`, `bullet` or `row`.
    """

    head: str
    line: int
    end: int
    trail: tuple[str, ...]
    form: Kind

    @property
    def section(self) -> str:
        """The section of ours that the nearest heading means; empty when no heading tells."""
        return next((found for one in reversed(self.trail) if (found := meaning(one))), "")

    @property
    def absent(self) -> bool:
        """Whether the entry, or a heading above it, says that it speaks of what is not there."""
        return any(ABSENT.search(one) for one in (*self.trail[1:], self.head))


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, read.

    Attributes:
        text: the whole text, line ends `\\n`, without byte order mark.
        lines: its lines.
        items: its entries, in order; one may hold others.
        absent: the lines below a heading, label or bullet that speaks of what is not there.
    """

    text: str
    lines: tuple[Line, ...]
    items: tuple[Item, ...]
    absent: frozenset[int]

    def line(self, number: int) -> str:
        """The text of a 1-based line."""
        return self.lines[number - 1].text

    @property
    def front(self) -> dict[str, str]:
        """The plain `key: value` lines of the front matter."""
        rows = (line.body.partition(":") for line in self.lines if line.kind == Kind.FRONT)
        return {key.strip(): value.strip().strip("'\"") for key, colon, value in rows if colon}

    @property
    def headings(self) -> tuple[Line, ...]:
        """Its headings."""
        return tuple(line for line in self.lines if line.kind == Kind.HEADING)


def read_document(text: str) -> Reading:
    """Reads a document of any layout; never fails."""
    lines = read(text)
    items = tuple(_items(lines))
    return Reading(text, lines, items, frozenset(_absent_lines(items)))


def _absent_lines(items: Iterable[Item]) -> Iterator[int]:
    for item in items:
        if item.form != Kind.ROW and item.line > 1 and ABSENT.search(item.head):
            yield from range(item.line, item.end + 1)


def meaning(heading: str) -> str:
    """The section of ours that a heading means, or empty."""
    return next((section for words, section in _MEANING if words.search(heading)), "")


def _items(lines: tuple[Line, ...]) -> Iterator[Item]:
    headings: list[Line] = []
    label = ""
    for position, line in enumerate(lines):
        match line.kind:
            case Kind.HEADING:
                headings = [one for one in headings if one.depth < line.depth]
                if line.depth >= 2:
                    yield _item(lines, position, _bodies(headings))
                headings.append(line)
                label = ""
            case Kind.LABEL:
                yield _item(lines, position, _bodies(headings))
                label = line.body
            case Kind.BULLET | Kind.ROW:
                if not _is_table_head(lines, position):
                    yield _item(lines, position, (*_bodies(headings), *([label] if label else [])))


def _bodies(headings: Iterable[Line]) -> tuple[str, ...]:
    return tuple(one.body for one in headings)


def _is_table_head(lines: tuple[Line, ...], position: int) -> bool:
    return lines[position].kind == Kind.ROW and position + 1 < len(lines) and lines[position + 1].kind == Kind.RULED


def _item(lines: tuple[Line, ...], position: int, trail: tuple[str, ...]) -> Item:
    line = lines[position]
    head = line.cells[0] if line.kind == Kind.ROW and line.cells else line.body
    end = line.number
    for other in lines[position + 1 :]:
        if _closes(line, other):
            break
        if other.kind != Kind.BLANK:
            end = other.number
    return Item(head, line.number, end, trail, line.kind)


def _closes(first: Line, other: Line) -> bool:
    """Whether `other` begins something after the entry that `first` began."""
    if other.kind == Kind.HEADING:
        return first.kind != Kind.HEADING or other.depth <= first.depth
    if first.kind == Kind.ROW or other.kind == Kind.BREAK:
        return True
    if other.kind == Kind.LABEL:
        return first.kind != Kind.HEADING
    return first.kind == Kind.BULLET and (
        (other.kind == Kind.BULLET and other.depth <= first.depth)
        or (other.kind in (Kind.PROSE, Kind.ROW) and not other.text.startswith((" ", "\t")))
    )
