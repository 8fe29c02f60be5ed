"""`llm-audit facts`: every fact with its place."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from llm_audit.cli.options import AsJson, NoProgress, Paths, TreePath, prepare, progress_line
from llm_audit.errors import UsageError


def facts(
    path: TreePath = ".",
    kind: Annotated[str | None, typer.Option("--kind", help="Only facts of this kind, such as env_read.")] = None,
    as_json: AsJson = False,
    paths: Paths = None,
    no_progress: NoProgress = False,
) -> None:
    """Show every fact that was read, with its place: what to look at when a line is missing."""
    from llm_audit.gathering.collecting import collect
    from llm_audit.model import Kind

    if kind is not None and kind not in set(Kind):
        raise UsageError(f"--kind {kind}: no such kind", f"known: {', '.join(Kind)}")
    root, settings, remarks = prepare(path, {"paths": paths, "progress": False if no_progress else None})
    collected = collect(root, settings.paths, progress_line(settings))
    for line in remarks:
        print(line, file=sys.stderr)
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
