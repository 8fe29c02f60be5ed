"""Markdown for one comment on a pull request; its first line is a mark by which the comment is found and updated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llm_audit.checking.findings import Finding
from llm_audit.checking.rules import Severity
from llm_audit.document import code, plain
from llm_audit.reports.report import Report

MARK = "<!-- llm-audit check -->"
_NEW = {"missing-integration": "", "undocumented-env-var": "env var ", "undocumented-webhook": "webhook "}
_GONE = {"unsupported-integration": "", "unknown-env-var": "env var "}
_SIGNS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}
_MOST = 50


def render(report: Report) -> str:
    """The comment: what came, what went, then the rest by severity."""
    name = code(report.document)
    if not report.findings:
        return f"{MARK}\n### Integrations\n\n{name} agrees with the code.\n"
    changes = list(_changes(report.findings))
    rest = [one for one in report.findings if one.rule not in {**_NEW, **_GONE}]
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count)
    lines = [MARK, "### Integrations", "", f"{name} and the code disagree: {counts}.", ""]
    lines += [*changes[:_MOST], *_more(len(changes)), *([""] if changes else [])]
    lines += [*(_row(one, report) for one in rest[:_MOST]), *_more(len(rest)), *([""] if rest else [])]
    return "\n".join([*lines, "Mend it with `llm-audit refresh`.", ""])


def _changes(findings: Iterable[Finding]) -> Iterator[str]:
    """One line each: what the code has and the document lacks, then what the document has and the code lacks."""
    rows = list(findings)
    bare = {one.entry for one in rows if one.rule in ("undocumented-webhook", "unverified-webhook") and _is_bare(one)}
    named = {one.entry for one in rows if one.rule == "missing-integration"}
    for one in rows:
        if one.rule == "undocumented-webhook" and one.entry in named:
            continue
        if one.rule in _NEW and one.severity != Severity.INFO:
            where = f" ({code(str(one.code[0]))})" if one.code else ""
            yield f"- **+** {_NEW[one.rule]}{plain(one.entry)}{where}" + (
                ", webhook without verification" if one.entry in bare else ""
            )
    for one in rows:
        if one.rule in _GONE and one.severity != Severity.INFO:
            yield f"- **−** {_GONE[one.rule]}{plain(one.entry)}"


def _is_bare(one: Finding) -> bool:
    return one.rule == "unverified-webhook" or "without verification" in one.message


def _row(one: Finding, report: Report) -> str:
    place = f"{report.document}:{one.line}" if one.line else report.document
    return f"- {_SIGNS[one.severity.value]} {_prose(one.message)} ({code(place)}, {code(one.rule)})"


def _prose(text: str) -> str:
    """A message as Markdown: its code spans stay, everything else is harmless."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([\\*_\[\]<>#|!@])", r"\\\1", part) for part in parts)


def _more(count: int) -> list[str]:
    return [f"- … and {count - _MOST} more"] if count > _MOST else []
