"""SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from llm_audit.checking.findings import Finding
from llm_audit.checking.rules import RULES, Rule
from llm_audit.model import Place
from llm_audit.reports.report import Report

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report) -> str:
    """The report as a SARIF log with one run."""
    order = {rule.id: position for position, rule in enumerate(RULES)}
    run = {
        "tool": {
            "driver": {
                "name": "llm-audit",
                "semanticVersion": report.version,
                "rules": [_rule(rule) for rule in RULES],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, report, order) for one in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.meaning},
        "help": {"text": rule.mend},
        "defaultConfiguration": {"level": _LEVELS[rule.severity.value]},
    }


def _result(one: Finding, report: Report, order: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": order[one.rule],
        "level": _LEVELS[one.severity.value],
        "message": {"text": f"{one.message}. {one.mend}"},
        "locations": [_location(Place(report.document, max(one.line, 1)))],
        "partialFingerprints": {"llmAudit/v1": one.fingerprint},
    }
    if one.code:
        result["relatedLocations"] = [_location(place) | {"id": number} for number, place in enumerate(one.code)]
    return result


def _location(place: Place) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.path, safe="/")},
            "region": {"startLine": place.line},
        }
    }
