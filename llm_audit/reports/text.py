"""Text for people: what is wrong, the lines of the document and of the code, the mend, and one line that sums up."""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.checking.findings import Finding
from llm_audit.checking.rules import Severity
from llm_audit.reports.report import Report

_WIDTH = 100


def render(report: Report) -> str:
    """The report as plain text."""
    ranked = sorted(report.findings, key=lambda one: one.severity == Severity.INFO)
    lines = [line for one in ranked for line in _finding(one, report)]
    return "\n".join([*lines, _summary(report)]) + "\n"


def _finding(one: Finding, report: Report) -> Iterator[str]:
    place = f"{report.document}:{one.line}" if one.line else report.document
    yield f"{place}: {one.severity.value}: {one.message} [{one.rule}]"
    if one.severity == Severity.INFO:
        return
    if quote := report.quotes.get(one.line, ""):
        yield f"    {one.line:>5} | {_cut(quote)}"
    for place_ in one.code:
        excerpt = report.excerpts.get(place_, "")
        yield f"    {place_}" + (f" | {_cut(excerpt.strip())}" if excerpt.strip() else "")
    yield f"    mend: {one.mend}"
    yield ""


def _cut(text: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in text.expandtabs(4))
    return shown if len(shown) <= _WIDTH else f"{shown[: _WIDTH - 1]}…"


def _summary(report: Report) -> str:
    if not report.findings:
        known = f" ({report.accepted} accepted)" if report.accepted else ""
        return f"{report.document} agrees with the code{known}"
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count)
    return f"{report.document}: {counts}" + (f"; {report.accepted} accepted" if report.accepted else "")
