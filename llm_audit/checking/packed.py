"""Findings as JSON values and back, for what is remembered between runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llm_audit.checking.findings import Edit, Finding
from llm_audit.checking.rules import Severity
from llm_audit.model import Place, Redacted


def pack(findings: Iterable[Finding]) -> list[Any]:
    """The findings as lists of plain values."""
    return [
        [
            one.rule, one.severity.value, one.entry, one.subject, one.message, one.line,
            [[place.path, place.line] for place in one.code], one.mend,
            [one.edit.line, one.edit.old, one.edit.new] if one.edit else None, one.section,
        ]
        for one in findings
    ]  # fmt: skip


def unpack(rows: Iterable[list[Any]]) -> tuple[Finding, ...]:
    """The way back from `pack`."""
    return tuple(_finding(row) for row in rows)


def _finding(row: list[Any]) -> Finding:
    rule, severity, entry, subject, message, line, code, mend, edit, section = row
    places = tuple(Place(path, number) for path, number in code)
    change = Edit(edit[0], edit[1], Redacted(edit[2])) if edit else None
    texts = (Redacted(entry), Redacted(subject), Redacted(message))
    return Finding(rule, Severity(severity), *texts, line, places, Redacted(mend), change, section)
