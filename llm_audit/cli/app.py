"""All commands in one application, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, NoReturn

import typer

from llm_audit import __version__
from llm_audit.cli import cache, check, doctor, draft, explain, facts, redact, refresh, replay
from llm_audit.errors import AuditError

_COMMANDS: dict[str, Callable[..., None]] = {
    "draft": draft.draft, "check": check.check, "refresh": refresh.refresh, "facts": facts.facts, "explain": explain.explain,
    "redact": redact.redact, "replay": replay.replay, "doctor": doctor.doctor, "cache": cache.cache,
}  # fmt: skip
_INTERRUPTED = 130


def main() -> NoReturn:
    """Runs the command line; every expected error becomes one line on stderr and its exit code."""
    try:
        application(sys.argv[1] if len(sys.argv) > 1 else "")()
    except AuditError as error:
        print(f"llm-audit: {error.line()}", file=sys.stderr)
        sys.exit(error.exit_code)
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:  # what typer makes of an interrupt, without a word
            raise KeyboardInterrupt from None
        raise
    sys.exit(0)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"llm-audit {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Exit codes: 0 fine, 1 something was found, 2 usage or settings, 3 a section lacks its model's words, 4 refused for
    safety, 70 a bug.
    """


def application(asked: str = "") -> typer.Typer:
    """All commands, or the asked one alone: what the options of the others may be need not be worked out to run it."""
    app = typer.Typer(
        name="llm-audit",
        help="Reads a repository and writes which external systems it depends on, each line with its evidence.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for command in (_COMMANDS[asked],) if asked in _COMMANDS else _COMMANDS.values():
        app.command()(command)
    return app
