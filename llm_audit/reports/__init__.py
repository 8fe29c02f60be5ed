"""Shapes of a check's report, one module per format; each has `render(Report) -> str` and knows none of the others."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

from llm_audit.reports.report import Report

FORMATS = ("text", "json", "github", "sarif", "markdown")


def render(name: str, report: Report) -> str:
    """The report in the format of that name, ending with a line feed unless it is empty."""
    module = importlib.import_module(f"{__name__}.{'json_' if name == 'json' else name}")
    return cast("Callable[[Report], str]", module.render)(report)
