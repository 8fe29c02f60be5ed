"""Findings as JSON values and back, for what is remembered between runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from llm_audit.checking.findings import Edit, Finding
from llm_audit.checking.rules import Severity
from llm_audit.model import Place, Redacted


@dataclass(frozen=True)
class Checked:
    """The outcome of a check.

    Attributes:
        findings: everything that is wrong.
        excerpts: the line of code at each place that a finding cites.
        quotes: the line of the document that each finding is about, by number.
    """

    findings: tuple[Finding, ...]
    excerpts: dict[Place, Redacted]
    quotes: dict[int, Redacted]


def pack(checked: Checked) -> list[Any]:
    """The outcome as lists of plain values."""
    excerpts = [[place.path, place.line, text] for place, text in checked.excerpts.items()]
    return [_packed(checked.findings), excerpts, list(checked.quotes.items())]


def unpack(rows: list[Any]) -> Checked:
    """The way back from `pack`."""
    findings, excerpts, quotes = rows
    return Checked(
        tuple(_finding(row) for row in findings),
        {Place(path, line): Redacted(text) for path, line, text in excerpts},
        {line: Redacted(text) for line, text in quotes},
    )


def _packed(findings: Iterable[Finding]) -> list[Any]:
    return [
        [
            one.rule, one.severity.value, one.entry, one.subject, one.message, one.line,
            [[place.path, place.line] for place in one.code], one.mend,
            [one.edit.line, one.edit.old, one.edit.new] if one.edit else None, one.section,
        ]
        for one in findings
    ]  # fmt: skip


def _finding(row: list[Any]) -> Finding:
    rule, severity, entry, subject, message, line, code, mend, edit, section = row
    places = tuple(Place(path, number) for path, number in code)
    change = Edit(edit[0], edit[1], Redacted(edit[2])) if edit else None
    texts = (Redacted(entry), Redacted(subject), Redacted(message))
    return Finding(rule, Severity(severity), *texts, line, places, Redacted(mend), change, section)
