"""The command line, the only part that imports typer or prints: options become settings, settings go to the pipeline.

One module per command; `app.py` joins them, `options.py` holds what they share.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import NoReturn

_READING = frozenset({"draft", "facts", "explain", "refresh"})
_RARELY = (500_000, 50, 100)
_ASKING = frozenset({"-h", "--help"})


def main() -> NoReturn:
    """Runs the command line and ends the process at once: to free all that a run made, piece by piece, is for nothing."""
    try:
        run()
    except SystemExit as ended:
        # where nobody listens any more, or there is a last word, the interpreter's own way out knows what to do
        with contextlib.suppress(OSError, ValueError):
            if isinstance(ended.code, int):
                for stream in filter(None, (sys.stdout, sys.stderr)):
                    stream.flush()
                os._exit(ended.code)
        raise


def run() -> NoReturn:
    """Runs the command line. The commands that read a tree need the secret engine, which starts while they are loaded."""
    # what a run makes lives to its end and forms few cycles: looking for them over and over takes a tenth of its time
    gc.set_threshold(*_RARELY)
    given = sys.argv[1:]
    if given and given[0] in _READING and _ASKING.isdisjoint(given):
        from llm_audit import folders
        from llm_audit.redact import engine

        engine.use_cache(folders.cache_folder() / "rules")
        engine.start()
    from llm_audit.cli.app import main as run_app

    run_app()


__all__ = ["main", "run"]
