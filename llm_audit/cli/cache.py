"""`llm-audit cache`: what is kept of runs with a model."""

from __future__ import annotations

from typing import Annotated

import typer

from llm_audit.errors import UsageError


def cache(what: Annotated[str, typer.Argument(metavar="info|clear")] = "info") -> None:
    """Show or delete the answers, run records and endpoint abilities that are kept for you."""
    from llm_audit import folders
    from llm_audit.wording.records import Store

    store = Store(folders.cache_folder())
    if what == "clear":
        print(f"Deleted {store.clear()} files of {store.folder}")
    elif what == "info":
        answers, runs, size = store.usage()
        print(f"{store.folder}: {answers} answers, {runs} run records, {size:,} bytes")
    else:
        raise UsageError(f"cache {what}: unknown", "say `info` or `clear`")
