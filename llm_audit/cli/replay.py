"""`llm-audit replay`: the document of a recorded run once more, without a network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from llm_audit.cli.model import result_lines
from llm_audit.cli.options import NoProgress, Quiet, TreePath, prepare, progress_line, say


def replay(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="A run record.")],
    path: TreePath = ".",
    output: Annotated[str | None, typer.Option("--output", "-o", help="Where the document goes, inside PATH.")] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="Print the document; write no file.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write anew even when a document exists.")] = False,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> None:
    """Rebuild the document of a recorded run from its answers, judged anew. No network."""
    from llm_audit import pipeline
    from llm_audit.wording.records import read_record
    from llm_audit.writers.author import Replay

    content = read_record(Path(record))
    given = content.get("document")
    recorded = given if isinstance(given, dict) else {}
    flags = {
        **{name: recorded.get(name) for name in ("date", "paths", "own_hosts", "evidence")},
        "output": output, "quiet": quiet or None, "progress": False if no_progress else None,
    }  # fmt: skip
    root, settings, _ = prepare(path, flags)
    words = Replay(root, content)
    drafted = pipeline.draft(root, settings, progress_line(settings), words)
    if stdout:
        sys.stdout.write(drafted.markdown)
    else:
        say(settings, f"Wrote {pipeline.save(root, settings, drafted, force=force)}")
    if words.worded and not settings.quiet:
        print("\n".join(result_lines(words.worded, None)), file=sys.stderr)
