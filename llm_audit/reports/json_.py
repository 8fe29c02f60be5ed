"""JSON for programs: `{"findings": [...], "summary": {...}}`."""

from __future__ import annotations

import json
from typing import Any

from llm_audit.checking.findings import Finding
from llm_audit.reports.report import Report


def render(report: Report) -> str:
    """The report as JSON."""
    summary = {
        **report.counts,
        "accepted": report.accepted,
        "document": report.document,
        "failed": report.failed,
        "fail_on": report.fail_on.value,
        "tool": {"name": "llm-audit", "version": report.version},
    }
    content = {"findings": [_row(one) for one in report.findings], "summary": summary}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _row(one: Finding) -> dict[str, Any]:
    row = {
        "rule": one.rule,
        "severity": one.severity.value,
        "entry": one.entry,
        "subject": one.subject,
        "message": one.message,
        "document": {"line": one.line},
        "code": [{"path": place.path, "line": place.line} for place in one.code],
        "mend": one.mend,
        "fingerprint": one.fingerprint,
    }
    return row | ({"section": one.section} if one.section else {})
