"""`llm-audit check`: hold the document against the code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from llm_audit.cli.options import NoCache, NoProgress, Quiet, TreePath, arm, progress_line, settle


def check(
    path: TreePath = ".",
    output: Annotated[
        str | None, typer.Option("--output", "--document", "-o", help="The document, inside PATH.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", "-f", help="text, json, github, sarif or markdown.", metavar="FORMAT")
    ] = "text",
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="error, warning, info or off: from where on to exit with 1.")
    ] = None,
    severity: Annotated[
        str | None, typer.Option("--severity", help="Severities of rules: `stale-version=warning,wrong-section=off`.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", help="File of accepted findings; written when it is not there.")
    ] = None,
    since: Annotated[str | None, typer.Option("--since", help="Only what changes since this commit caused.")] = None,
    explain: Annotated[str | None, typer.Option("--explain", help="Say what a rule means; `all` lists them.")] = None,
    no_cache: NoCache = False,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> None:
    """Say where INTEGRATIONS.md and the code disagree. Exit 1 when they do. No model, no key, no network."""
    from llm_audit.upkeep import verdict

    if explain:
        sys.stdout.write(verdict.explained(explain))
        return
    flags = {
        "output": output, "fail_on": fail_on, "severity": severity, "quiet": quiet or None,
        "progress": False if no_progress else None, "cache": False if no_cache else None,
    }  # fmt: skip
    root, settings, remarks = settle(path, flags)
    same = verdict.same_as_before(root, settings)
    if same is None or since:
        arm(settings)
    report = verdict.report(root, settings, same, since=since, baseline=baseline, progress=progress_line(settings))
    sys.stdout.write(verdict.shown(form, report))
    if not quiet:
        for line in remarks:
            print(line, file=sys.stderr)
    if report.failed:
        raise typer.Exit(1)
