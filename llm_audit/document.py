"""The document as a value, its Markdown, and the way back: `parse(render(d)) == d`.

Text that comes from the audited tree enters through `code` or `plain`, which leave it no way to add a heading, a link, a
tag or a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from llm_audit.model import Place, Value

NONE_DETECTED = "None detected"
_SAFE = re.compile(r"[A-Za-z0-9@][A-Za-z0-9 ._/+:,@()'&$%?=-]*\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """A bullet of a group: `- name - text`, or `- name: text` when it is a labelled line; fields; evidence.

    `together` holds the names of the entries that one line tells together; a text that is read back does not know them.
    """

    name: str
    text: str
    values: tuple[Value, ...] = ()
    evidence: tuple[Place, ...] = ()
    labelled: bool = False
    together: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """A bold label and its entries; without entries, what was searched in vain may be said in `none`."""

    label: str
    entries: tuple[Entry, ...] = ()
    none: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its groups."""

    name: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; `date` is ISO 8601."""

    title: str
    date: str
    sections: tuple[Section, ...]


def code(text: str, limit: int = 160) -> str:
    """Untrusted text as an inline code span: one line, no backticks, cut at `limit` characters."""
    flat = " ".join(text.replace("`", "'").split())
    flat = "".join(char if char.isprintable() else "?" for char in flat)
    return f"`{flat if len(flat) <= limit else flat[: limit - 1] + '…'}`"


def plain(text: str, limit: int = 160) -> str:
    """Untrusted text as prose where it is harmless (letters, digits, common punctuation), else as a code span."""
    flat = " ".join(text.split())
    if not flat:
        return ""
    harmless = _SAFE.match(flat) and "://" not in flat and len(flat) <= limit
    return flat if harmless and not re.search(r"(?i)www\.|javascript:", flat) else code(text, limit)


def joined(words: Sequence[str]) -> str:
    """`a, b and c`; what is given must hold at least one word."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _evidence(place: Place) -> str:
    return f"`{place.path.replace('`', '%60')}:{place.line}`"


def render(document: Document, *, evidence: bool = True) -> str:
    """The Markdown of a document, ending with a line feed.

    Args:
        document: what to write.
        evidence: whether each entry ends with its `Evidence:` line.
    """
    lines = [f"# {document.title}", "", f"**Analysis Date:** {document.date}", ""]
    for section in document.sections:
        lines += [f"## {section.name}", ""]
        for group in section.groups:
            lines += [f"**{group.label}:**", *_group_lines(group, evidence), ""]
    lines += ["---", "", f"*Integration audit: {document.date}*", "*Update when adding/removing external services*"]
    return "\n".join(lines) + "\n"


def _group_lines(group: Group, evidence: bool) -> Iterator[str]:
    if not group.entries:
        yield f"- {NONE_DETECTED}{f' ({group.none})' if group.none else ''}"
    for entry in group.entries:
        yield from entry_lines(entry, evidence=evidence)


def entry_lines(entry: Entry, *, evidence: bool = True) -> Iterator[str]:
    """The lines of one entry, its bullet first."""
    joint = ": " if entry.labelled else " - "
    yield f"- {entry.name}{joint if entry.text else ''}{entry.text}".rstrip()
    yield from _value_lines(entry.values, "  ")
    if evidence and entry.evidence:
        yield f"  - Evidence: {', '.join(map(_evidence, entry.evidence))}"


def _value_lines(values: tuple[Value, ...], indent: str) -> Iterator[str]:
    for value in values:
        yield f"{indent}- {value.label}: {value.text}".rstrip()
        yield from _value_lines(value.children, indent + "  ")


_BULLET = re.compile(r"- (?P<rest>.+)$")
_VALUE = re.compile(r"(?P<indent> {2,})- (?P<label>[^:`]+): ?(?P<text>.*)$")
_PLACE = re.compile(r"`([^`]+):(\d+)`")


def parse(text: str) -> Document:
    """The document that a Markdown text of our own layout spells out.

    Lines that are none of ours are ignored; a document of another layout gives few sections, never an error.
    """
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    date = re.search(r"^\*\*Analysis Date:\*\* (\S+)$", text, re.MULTILINE)
    body = text.split("\n---\n", 1)[0]
    sections = [_parse_section(block) for block in re.split(r"(?m)^## ", body)[1:]]
    return Document(title[1] if title else "", date[1] if date else "", tuple(sections))


def _parse_section(block: str) -> Section:
    name, _, rest = block.partition("\n")
    parts = re.split(r"(?m)^\*\*([^*\n]+):\*\*$", rest)
    groups = [_parse_group(label, body) for label, body in zip(parts[1::2], parts[2::2], strict=True)]
    return Section(name.strip(), tuple(groups))


def _parse_group(label: str, body: str) -> Group:
    entries: list[Entry] = []
    none = ""
    for chunk in re.split(r"(?m)^(?=- )", body):
        lines = chunk.rstrip("\n").split("\n")
        bullet = _BULLET.match(lines[0])
        if not bullet:
            continue
        if bullet["rest"].startswith(NONE_DETECTED):
            none = bullet["rest"].removeprefix(NONE_DETECTED).strip().removeprefix("(").removesuffix(")")
        else:
            entries.append(_parse_entry(bullet["rest"], [line for line in lines[1:] if line.strip()]))
    return Group(label, tuple(entries), none)


def parse_entry(lines: list[str]) -> Entry:
    """The entry that its lines spell out; the way back from `entry_lines`."""
    return _parse_entry(lines[0].removeprefix("- "), list(lines[1:]))


def _parse_entry(head: str, lines: list[str]) -> Entry:
    evidence: tuple[Place, ...] = ()
    if lines and lines[-1].startswith("  - Evidence: "):
        found = _PLACE.findall(lines.pop())
        evidence = tuple(Place(path.replace("%60", "`"), int(line)) for path, line in found)
    name, text, labelled = _split_head(head)
    return Entry(name, text, _parse_values(lines, 2), evidence, labelled)


def _split_head(head: str) -> tuple[str, str, bool]:
    """Name, text and whether the joint is a colon; a joint inside a code span does not count."""
    outside = re.sub(r"`[^`]*`", lambda span: "\0" * len(span[0]), head)
    joint = re.search(r" - |: |:$", outside)
    if not joint:
        return head, "", False
    return head[: joint.start()], head[joint.end() :], joint[0] != " - "


def _parse_values(lines: list[str], indent: int) -> tuple[Value, ...]:
    values: list[Value] = []
    for position, line in enumerate(lines):
        match = _VALUE.match(line)
        if match and len(match["indent"]) == indent:
            below = []
            for other in lines[position + 1 :]:
                if len(other) - len(other.lstrip(" ")) <= indent:
                    break
                below.append(other)
            values.append(Value(match["label"], match["text"], _parse_values(below, indent + 2)))
    return tuple(values)
