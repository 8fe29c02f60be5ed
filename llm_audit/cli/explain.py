"""`llm-audit explain`: the facts behind an entry, and why look-alikes were dropped."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from llm_audit.cli.options import NoProgress, Paths, TreePath, prepare, progress_line


def explain(
    name: Annotated[str, typer.Argument(help="An entry's name, a package, a variable or a host.")],
    path: TreePath = ".",
    paths: Paths = None,
    no_progress: NoProgress = False,
) -> None:
    """Show the facts behind an entry, and why look-alikes were dropped."""
    from llm_audit import explaining, folders
    from llm_audit.wording.records import Store, said

    root, settings, remarks = prepare(path, {"paths": paths, "progress": False if no_progress else None})
    lines = explaining.explain(name, root, settings, progress_line(settings))
    for line in remarks:
        print(line, file=sys.stderr)
    record = Store(folders.cache_folder()).last_record(root)
    for line in [*lines, *(said(record, name) if record else ())]:
        print(line)
