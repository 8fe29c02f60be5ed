"""`INTEGRATIONS.evidence.json`: what was written, from which facts, what was dismissed, searched and skipped.

`refresh` and `check` compare with it, and other programs read it. Schema version 1; every text in it is redacted.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

from llm_audit import __version__
from llm_audit.document import Document, Entry
from llm_audit.model import Candidate, Collected, Dismissed, Fact, Value

SCHEMA = 1


def evidence_of(
    document: Document,
    candidates: tuple[Candidate, ...],
    dismissed: tuple[Dismissed, ...],
    collected: Collected,
    commit: str,
) -> dict[str, Any]:
    """The evidence file's content as JSON values, in a stable order.

    Args:
        document: what was written.
        candidates: the entries of the document with their facts, in the document's order.
        dismissed: look-alikes and why they were dropped.
        collected: what reading the tree gave.
        commit: full id of the commit that was read, or empty.
    """
    facts = {fact.id: fact for one in candidates for fact in one.facts}
    facts |= {fact.id: fact for one in dismissed for fact in one.facts}
    by_place = {(one.section, one.group, one.name): one for one in candidates}
    return {
        "schema": SCHEMA,
        "tool": {"name": "llm-audit", "version": __version__},
        "template": "integrations",
        "date": document.date,
        "commit": commit,
        "entries": [
            _entry(section.name, group.label, entry, by_place.get((section.name, group.label, entry.name)))
            for section in document.sections
            for group in section.groups
            for entry in group.entries
        ],
        "facts": {key: _fact(facts[key]) for key in sorted(facts)},
        "dismissed": [
            {"name": one.name, "reason": one.reason, "facts": [fact.id for fact in one.facts]} for one in dismissed
        ],
        "searched": {
            "files": collected.files,
            "bytes": collected.size,
            "facts": dict(sorted(Counter(fact.kind.value for fact in collected.facts).items())),
        },
        "skipped": [
            {"path": s.path, "reason": s.reason, **({"line": s.line} if s.line else {})} for s in collected.skipped
        ],
    }


def _entry(section: str, group: str, entry: Entry, candidate: Candidate | None) -> dict[str, Any]:
    facts = candidate.facts if candidate else ()
    return {
        "key": candidate.key if candidate else entry.name,
        "section": section,
        "group": group,
        "name": entry.name,
        "text": entry.text,
        "values": _values(entry.values),
        "evidence": [str(place) for place in entry.evidence],
        "facts": [fact.id for fact in facts],
        "digest": digest(facts),
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
