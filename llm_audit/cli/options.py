"""What the commands share: common options, settings, the progress line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from llm_audit.settings import Settings

TreePath = Annotated[
    str, typer.Argument(metavar="[PATH]", help="Folder of the repository.", show_default="this folder")
]
Paths = Annotated[str | None, typer.Option("--paths", help="Only these sub-folders, with commas between them.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="List what was skipped and what was dismissed.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write the fact cache.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="No progress line on the terminal.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable JSON on stdout.")]


def prepare(path: str, flags: dict[str, Any]) -> tuple[Path, Settings, list[str]]:
    """The tree, the settings of this run, and remarks on settings of the tree that were ignored.

    Raises:
        UsageError: the folder or a setting is wrong.
    """
    root, settings, remarks = settle(path, flags)
    arm(settings)
    return root, settings, remarks


def settle(path: str, flags: dict[str, Any]) -> tuple[Path, Settings, list[str]]:
    """As `prepare`, without the secret filter: only for what reads and writes no text before `arm`.

    Raises:
        UsageError: the folder or a setting is wrong.
    """
    from llm_audit import config, repo

    root = repo.open_root(path)
    settings, remarks = config.load(root, flags)
    return root, settings, remarks


def arm(settings: Settings) -> None:
    """Readies the secret filter as the settings want it."""
    from llm_audit import folders
    from llm_audit import redact as filter_

    filter_.use_cache(folders.cache_folder() / "rules")
    filter_.allow(settings.redact.allow)


def progress_line(settings: Settings) -> Callable[[int, int], None] | None:
    """A line on the terminal that is rewritten as files are read; nothing when stderr is piped."""
    if not settings.progress or settings.quiet or not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        if done % 200 == 0 or done == total:
            end = "\r" if done < total else "\r\x1b[K"
            print(f"Reading {done:,} of {total:,} files", end=end, file=sys.stderr, flush=True)

    return show


def say(settings: Settings, text: str) -> None:
    """Tells the user something on stderr, unless they want quiet."""
    if not settings.quiet:
        print(text, file=sys.stderr)
