"""Workflow commands that GitHub Actions turns into annotations at the line of the document."""

from __future__ import annotations

from llm_audit.checking.findings import Finding
from llm_audit.reports.report import Report

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """One command per finding, one line each."""
    return "".join(f"{_command(one, report)}\n" for one in report.findings)


def _command(one: Finding, report: Report) -> str:
    place = f"file={_property(report.document)},line={max(one.line, 1)}"
    where = f" ({', '.join(str(place) for place in one.code[:2])})" if one.code else ""
    text = _data(f"{one.message}{where}. {one.mend}")
    return f"::{_LEVELS[one.severity.value]} {place},title={_property(one.rule)}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
