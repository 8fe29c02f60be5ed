"""`INTEGRATIONS.evidence.json`: what was written, from which facts, what was dismissed, searched and skipped.

`refresh` and `check` compare with it, and other programs read it. Schema version 1; every text in it is redacted.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from llm_audit import __version__
from llm_audit.document import Document, Entry, entry_lines
from llm_audit.model import Candidate, Collected, Dismissed, Fact, Place, Value

SCHEMA = 1
TOGETHER = " + "
"""Stands between the keys of candidates that one line tells together."""


def evidence_of(
    document: Document,
    candidates: tuple[Candidate, ...],
    dismissed: tuple[Dismissed, ...],
    collected: Collected,
    commit: str,
    plain: tuple[Written, ...] | None = None,
) -> dict[str, Any]:
    """The evidence file's content as JSON values, in a stable order.

    Args:
        document: what was written.
        candidates: the entries of the document with their facts, in the document's order.
        dismissed: look-alikes and why they were dropped.
        collected: what reading the tree gave.
        commit: full id of the commit that was read, or empty.
        plain: the entries as code alone would have written them, where a model had a say.
    """
    entries = entries_of(document, candidates)
    if plain is not None:
        entries = with_code(entries, plain)
    facts = {fact.id: fact for one in candidates for fact in one.facts}
    facts |= {fact.id: fact for one in dismissed for fact in one.facts}
    return {
        "schema": SCHEMA,
        "tool": {"name": "llm-audit", "version": __version__},
        "template": "integrations",
        "date": document.date,
        "commit": commit,
        "entries": [_row(one) for one in entries],
        "facts": {key: _fact(facts[key]) for key in sorted(facts)},
        "dismissed": [
            {"name": one.name, "reason": one.reason, "facts": [fact.id for fact in one.facts]} for one in dismissed
        ],
        "searched": {
            "files": collected.files,
            "bytes": collected.size,
            "facts": {kind.value: count for kind, count in sorted(Counter(f.kind for f in collected.facts).items())},
        },
        "skipped": [
            {"path": s.path, "reason": s.reason, **({"line": s.line} if s.line else {})} for s in collected.skipped
        ],
    }


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it was last written.

    Attributes:
        key: the candidate's key.
        section: the heading it was written under.
        group: the bold label it was written under.
        entry: its text.
        facts: ids of its facts.
        digest: what the facts said.
        deleted: whether a person has taken it out since.
        foreign: whether it stands in the document in words that are not llm-audit's.
        code: its lines as code alone would have written them, evidence apart; empty when they are the same.
    """

    key: str
    section: str
    group: str
    entry: Entry
    facts: tuple[str, ...]
    digest: str
    deleted: bool = False
    foreign: bool = False
    code: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Base:
    """What an evidence file says was last written.

    Attributes:
        commit: full id of the commit that was read, or empty.
        date: date of the document.
        entries: in the document's order.
        lines: digests of the lines of a document that llm-audit did not write, as it was last seen.
        open: fingerprints of mends that were proposed for a person's lines and left open.
        settled: fingerprints of mends that a person declined.
        paths: path of each fact, by its id.
    """

    commit: str
    date: str
    entries: tuple[Written, ...]
    lines: frozenset[str]
    open: frozenset[str]
    settled: frozenset[str]
    paths: Mapping[str, str]


def read(text: str) -> Base | None:
    """What an evidence file says; None when it is none of ours, of another schema, or broken."""
    try:
        content = json.loads(text)
        if not isinstance(content, dict) or content.get("schema") != SCHEMA:
            return None
        adopted = content.get("adopted", {})
        return Base(
            str(content.get("commit", "")),
            str(content.get("date", "")),
            tuple(_written(row) for row in content["entries"]),
            frozenset(map(str, adopted.get("lines", ()))),
            frozenset(map(str, adopted.get("open", ()))),
            frozenset(map(str, adopted.get("settled", ()))),
            {str(key): str(row["path"]) for key, row in content.get("facts", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _written(row: dict[str, Any]) -> Written:
    places = tuple(_place(text) for text in row["evidence"])
    entry = Entry(str(row["name"]), str(row["text"]), _read_values(row["values"]), places, bool(row.get("labelled")))
    return Written(
        str(row["key"]),
        str(row["section"]),
        str(row["group"]),
        entry,
        tuple(map(str, row["facts"])),
        str(row["digest"]),
        bool(row.get("deleted")),
        bool(row.get("foreign")),
        tuple(map(str, row.get("code", ()))),
    )


def _read_values(rows: list[dict[str, Any]]) -> tuple[Value, ...]:
    return tuple(Value(str(row["label"]), str(row["text"]), _read_values(row.get("values", []))) for row in rows)


def _place(text: str) -> Place:
    match = re.fullmatch(r"(.*):(\d+)", text, re.DOTALL)
    return Place(match[1], int(match[2])) if match else Place(text, 1)


def entries_of(document: Document, candidates: tuple[Candidate, ...]) -> tuple[Written, ...]:
    """The entries of a document of ours with the facts behind each, in the document's order."""
    by_place = {(one.section, one.group, one.name): one for one in candidates}
    rows: list[Written] = []
    for section in document.sections:
        for group in section.groups:
            for entry in group.entries:
                named = (by_place.get((section.name, group.label, name)) for name in entry.together or (entry.name,))
                rows.append(_of(section.name, group.label, entry, [one for one in named if one]))
    return tuple(rows)


def _of(section: str, group: str, entry: Entry, candidates: list[Candidate]) -> Written:
    facts = tuple(fact for one in candidates for fact in one.facts)
    key = TOGETHER.join(one.key for one in candidates) or entry.name
    return Written(key, section, group, entry, tuple(fact.id for fact in facts), digest(facts))


def members(key: str) -> tuple[str, ...]:
    """The keys of the candidates that one entry tells together; of most entries its own key alone."""
    return tuple(key.split(TOGETHER))


def with_code(entries: tuple[Written, ...], plain: tuple[Written, ...]) -> tuple[Written, ...]:
    """The entries of a document that a model had a say in, each with what code alone would have written.

    Args:
        entries: what was written.
        plain: what code alone would have written; an entry that the model took out is remembered as taken out.
    """
    known = {(one.key, one.group): without_evidence(one.entry) for one in plain}
    # what words add or take out may let another tail be told together
    here = {(key, one.group) for one in entries for key in members(one.key)}
    out = [replace(one, deleted=True) for one in plain if not any((key, one.group) in here for key in members(one.key))]
    rows = []
    for one in entries:
        code = known.get((one.key, one.group), ())
        rows.append(replace(one, code=code) if code != without_evidence(one.entry) else one)
    return (*rows, *out)


def without_evidence(entry: Entry) -> tuple[str, ...]:
    """The lines of an entry without the one that says where its facts stand."""
    return tuple(entry_lines(entry, evidence=False))


def kept(
    content: dict[str, Any],
    entries: Iterable[Written],
    lines: Iterable[str] = (),
    left: Iterable[str] = (),
    settled: Iterable[str] = (),
) -> dict[str, Any]:
    """The content of an evidence file with what a merge settled on.

    Args:
        content: what `evidence_of` gave.
        entries: what the next merge takes for last written.
        lines: digests of the lines of a document that llm-audit did not write.
        left: fingerprints of mends that were left open.
        settled: fingerprints of mends that a person declined.
    """
    rows = {"lines": sorted(lines), "open": sorted(left), "settled": sorted(settled)}
    adopted = {key: values for key, values in rows.items() if values}
    return content | {"entries": [_row(one) for one in entries]} | ({"adopted": adopted} if adopted else {})


VOLATILE = ("tool", "date", "commit", "searched", "skipped", "dismissed")
"""What alone is no reason to write an evidence file anew."""


def _row(one: Written) -> dict[str, Any]:
    return {
        "key": one.key,
        "section": one.section,
        "group": one.group,
        "name": one.entry.name,
        "text": one.entry.text,
        "values": _values(one.entry.values),
        "evidence": [str(place) for place in one.entry.evidence],
        "facts": list(one.facts),
        "digest": one.digest,
        **({"labelled": True} if one.entry.labelled else {}),
        **({"deleted": True} if one.deleted else {}),
        **({"foreign": True} if one.foreign else {}),
        **({"code": list(one.code)} if one.code else {}),
    }


def _values(values: tuple[Value, ...]) -> list[dict[str, Any]]:
    return [
        {"label": one.label, "text": one.text, **({"values": _values(one.children)} if one.children else {})}
        for one in values
    ]


def _fact(fact: Fact) -> dict[str, Any]:
    row: dict[str, Any] = {"kind": fact.kind.value, "name": fact.name, "path": fact.path, "line": fact.line}
    if fact.value:
        row["value"] = fact.value
    if fact.role != "source":
        row["role"] = fact.role.value
    return row | ({"details": dict(fact.details)} if fact.details else {})


def digest(facts: tuple[Fact, ...]) -> str:
    """What the facts say apart from where they stand: sixteen hex digits over ids, values and details, order-free."""
    rows = sorted(f"{fact.id}\0{fact.value}\0{fact.details}" for fact in facts)
    return hashlib.sha256("\n".join(rows).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def to_json(content: dict[str, Any]) -> str:
    """The file's text: indented, keys in the order above, ending with a line feed."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
