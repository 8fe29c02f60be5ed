"""The command line, the only part that imports typer or prints: options become settings, settings go to the pipeline.

One module per command; `app.py` joins them, `options.py` holds what they share.
"""

from __future__ import annotations

import atexit
import gc
import sys
from typing import NoReturn

_READING = frozenset({"draft", "facts", "explain", "refresh"})
_RARELY = (500_000, 50, 100)
_ASKING = frozenset({"-h", "--help"})


def main() -> NoReturn:
    """Runs the command line. The commands that read a tree need the secret engine, which starts while they are loaded."""
    # what a run makes lives to its end and forms few cycles: looking for them over and over takes a tenth of its time,
    # and a last look when all is done is for nothing
    gc.set_threshold(*_RARELY)
    atexit.register(gc.freeze)
    given = sys.argv[1:]
    if given and given[0] in _READING and _ASKING.isdisjoint(given):
        from llm_audit import folders
        from llm_audit.redact import engine

        engine.use_cache(folders.cache_folder() / "rules")
        engine.start()
    from llm_audit.cli.app import main as run

    run()


__all__ = ["main"]
