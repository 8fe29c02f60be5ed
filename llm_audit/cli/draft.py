"""`llm-audit draft`: write the document and its evidence file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llm_audit.cli.model import NOTHING, Asked, DryRun, asks_model, author_of, outcome_lines, require_words
from llm_audit.cli.options import NoCache, NoProgress, Paths, Quiet, TreePath, Verbose, prepare, progress_line, say
from llm_audit.errors import UsageError

if TYPE_CHECKING:
    from llm_audit.composing import Report
    from llm_audit.settings import Settings
    from llm_audit.writers.author import Author


@asks_model
def draft(
    path: TreePath = ".",
    output: Annotated[str | None, typer.Option("--output", "-o", help="Where the document goes, inside PATH.")] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="Print the document; write no file.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write anew even when a document exists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the evidence file's JSON; write no file.")] = False,
    paths: Paths = None,
    date: Annotated[str | None, typer.Option("--date", help="YYYY-MM-DD that the document carries.")] = None,
    evidence: Annotated[
        str | None, typer.Option("--evidence", help="Evidence lines `inline`, or only in the evidence `file`.")
    ] = None,
    dry_run: DryRun = False,
    asked: Asked = NOTHING,
    no_cache: NoCache = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_progress: NoProgress = False,
) -> None:
    """Write INTEGRATIONS.md and its evidence file for a repository; without --model no key, no network."""
    from llm_audit import pipeline

    flags = {
        "output": output, "paths": paths, "date": date, "evidence": evidence,
        "quiet": quiet or None, "verbose": verbose or None, "progress": False if no_progress else None,
        "cache": False if no_cache else None, **asked,
    }  # fmt: skip
    root, settings, remarks = prepare(path, flags)
    author = author_of(root, settings, dry=dry_run)
    if dry_run and author is None:
        raise UsageError("--dry-run: no model would be asked", "name one with --model NAME")
    if not (stdout or as_json or force or dry_run):
        _refuse_existing(root, settings)
    drafted = pipeline.draft(root, settings, progress_line(settings), author)
    if author and dry_run:
        _show_requests(author)
        return
    if as_json:
        sys.stdout.write(drafted.evidence)
    elif stdout:
        sys.stdout.write(drafted.markdown)
    else:
        target = pipeline.save(root, settings, drafted, force=force)
        say(settings, f"Wrote {target}")
    if not settings.quiet:
        for line in [*remarks, *_summary(drafted.report, drafted.content, verbose=settings.verbose)]:
            print(line, file=sys.stderr)
        for line in outcome_lines(author) or [_HOW]:
            print(line, file=sys.stderr)
    require_words(author)


_HOW = "Written by code alone; `--model NAME` (and --base-url URL) has a model write the sentences"


def _show_requests(author: Author) -> None:
    from llm_audit.writers.author import requests

    if author.prepared:
        sys.stdout.write(requests(author.prepared, author.endpoint, author.settings.model))


def _refuse_existing(root: Path, settings: Settings) -> None:
    """Says so before the work, not after it."""
    from llm_audit.repo import target_in

    if target_in(root, settings.output).exists():
        raise UsageError(f"{settings.output} exists already", "use `llm-audit refresh`, or --force to write it anew")


def _summary(report: Report, content: dict[str, Any], *, verbose: bool) -> list[str]:
    skipped = ", ".join(f"{count} {reason}" for reason, count in report.skipped.items())
    by_section = ", ".join(f"{name} {count}" for name, count in report.sections.items() if count)
    lines = [
        f"Read {report.files:,} files in {report.seconds:.1f} s" + (f"; skipped: {skipped}" if skipped else ""),
        f"Integrations: {by_section or 'none'}",
        f"Env vars: {report.variables}; redactions: {report.redactions}",
    ]
    shown = report.unparsed if verbose else report.unparsed[:5]
    lines += [f"Not understood: {one}" for one in shown]
    if len(report.unparsed) > len(shown):
        lines.append(f"… and {len(report.unparsed) - len(shown)} more in the evidence file")
    if verbose:
        lines += [f"Dismissed: {one['name']}: {one['reason']}" for one in content["dismissed"]]
    return lines
