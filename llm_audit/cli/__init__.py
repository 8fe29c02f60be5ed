"""Commands and options: they become settings, settings go to the pipeline, its report becomes text and an exit code."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from llm_audit import __version__
from llm_audit.errors import AuditError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from llm_audit.config import Settings
    from llm_audit.pipeline import Report

app = typer.Typer(
    name="llm-audit",
    help="Reads a repository and writes which external systems it depends on, each line with its evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

TreePath = Annotated[
    str, typer.Argument(metavar="[PATH]", help="Folder of the repository.", show_default="this folder")
]
Paths = Annotated[str | None, typer.Option("--paths", help="Only these sub-folders, with commas between them.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="List what was skipped and what was dismissed.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="No progress line on the terminal.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable JSON on stdout.")]


def main() -> NoReturn:
    """Runs the command line; every expected error becomes one line on stderr and its exit code."""
    try:
        app()
    except AuditError as error:
        print(f"llm-audit: {error.line()}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("llm-audit: interrupted; nothing was written", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(0)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"llm-audit {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Exit codes: 0 fine, 1 something was found, 2 usage or settings, 4 refused for safety, 70 a bug."""


@app.command()
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
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_progress: NoProgress = False,
) -> None:
    """Write INTEGRATIONS.md and its evidence file for a repository. No model, no key, no network."""
    from llm_audit import pipeline

    flags = {
        "output": output, "paths": paths, "date": date, "evidence": evidence,
        "quiet": quiet or None, "verbose": verbose or None, "progress": False if no_progress else None,
    }  # fmt: skip
    root, settings, remarks = _prepare(path, flags)
    if not (stdout or as_json or force):
        _refuse_existing(root, settings)
    drafted = pipeline.draft(root, settings, _progress(settings))
    if as_json:
        sys.stdout.write(drafted.evidence)
    elif stdout:
        sys.stdout.write(drafted.markdown)
    else:
        target = pipeline.save(root, settings, drafted, force=force)
        _say(settings, f"Wrote {target}")
    if not settings.quiet:
        for line in [*remarks, *_summary(drafted.report, drafted.content, verbose=settings.verbose)]:
            print(line, file=sys.stderr)


@app.command()
def facts(
    path: TreePath = ".",
    kind: Annotated[str | None, typer.Option("--kind", help="Only facts of this kind, such as env_read.")] = None,
    as_json: AsJson = False,
    paths: Paths = None,
    no_progress: NoProgress = False,
) -> None:
    """Show every fact that was read, with its place: what to look at when a line is missing."""
    from llm_audit.collecting import collect
    from llm_audit.model import Kind

    if kind is not None and kind not in set(Kind):
        raise UsageError(f"--kind {kind}: no such kind", f"known: {', '.join(Kind)}")
    root, settings, _ = _prepare(path, {"paths": paths, "progress": False if no_progress else None})
    collected = collect(root, settings.paths, _progress(settings))
    chosen = [one for one in collected.facts if kind is None or one.kind == kind]
    if as_json:
        rows = [
            {
                "id": f.id,
                "kind": f.kind,
                "name": f.name,
                "value": f.value,
                "path": f.path,
                "line": f.line,
                "role": f.role,
            }
            | {"details": dict(f.details)}
            for f in chosen
        ]
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for one in chosen:
        details = " ".join(f"{key}={value}" for key, value in one.details)
        role = "" if one.role == "source" else f" ({one.role})"
        print(
            f"{one.kind:<12} {one.name}{f' = {one.value}' if one.value else ''}  {one.place}{role}  {details}".rstrip()
        )


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="An entry's name, a package, a variable or a host.")],
    path: TreePath = ".",
    paths: Paths = None,
    no_progress: NoProgress = False,
) -> None:
    """Show the facts behind an entry, and why look-alikes were dropped."""
    from llm_audit import explaining

    root, settings, _ = _prepare(path, {"paths": paths, "progress": False if no_progress else None})
    lines = explaining.explain(name, root, settings, _progress(settings))
    for line in lines:
        print(line)


@app.command()
def redact(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="A text file.", show_default="stdin")] = "-",
) -> None:
    """Copy a text to stdout with everything that looks like a secret replaced."""
    from llm_audit import config
    from llm_audit import redact as filter_
    from llm_audit.repo import decode

    filter_.use_cache(config.cache_folder() / "rules")
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    text = decode(data)
    if text is None:
        raise UsageError(f"{file} is not a text file")
    sys.stdout.write(filter_.redact(text)[0])


def _prepare(path: str, flags: dict[str, Any]) -> tuple[Path, Settings, list[str]]:
    from llm_audit import config, repo
    from llm_audit import redact as filter_

    root = repo.open_root(path)
    settings, remarks = config.load(root, flags)
    filter_.use_cache(config.cache_folder() / "rules")
    return root, settings, remarks


def _refuse_existing(root: Path, settings: Settings) -> None:
    """Says so before the work, not after it."""
    from llm_audit.repo import target_in

    if target_in(root, settings.output).exists():
        raise UsageError(f"{settings.output} exists already", "use `llm-audit refresh`, or --force to write it anew")


def _progress(settings: Settings) -> Callable[[int, int], None] | None:
    """A line on the terminal that is rewritten as files are read; nothing when stderr is piped."""
    if not settings.progress or settings.quiet or not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        if done % 200 == 0 or done == total:
            end = "\r" if done < total else "\r\x1b[K"
            print(f"Reading {done:,} of {total:,} files", end=end, file=sys.stderr, flush=True)

    return show


def _say(settings: Settings, text: str) -> None:
    if not settings.quiet:
        print(text, file=sys.stderr)


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


if __name__ == "__main__":
    main()
