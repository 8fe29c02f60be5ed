"""The command line, the only part that imports typer or prints: options become settings, settings go to the pipeline.

One module per command; `app.py` joins them, `options.py` holds what they share.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from pathlib import Path
from typing import NoReturn

_READING = frozenset({"draft", "facts", "explain", "refresh"})
_RARELY = (500_000, 50, 100)
_ASKING = frozenset({"-h", "--help"})


def main() -> NoReturn:
    """Runs the command line and ends the process at once: to free all that a run made, piece by piece, is for nothing."""
    _ready_streams()
    try:
        run()
    except SystemExit as ended:
        if not isinstance(ended.code, int):
            raise
        try:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        except (OSError, ValueError) as error:
            _fail(error)
        # typer ends with 1 where nobody reads any more, and leaves a stream of its own
        os._exit(0 if type(sys.stdout).__name__ == "PacifyFlushWrapper" else ended.code)
    except BaseException as error:  # noqa: BLE001 - whatever it is, a user reads one line
        _fail(error)


def _ready_streams() -> None:
    """Streams that can be written to: closed ones lead nowhere, what an encoding lacks is escaped."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - as long as the process
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.encoding != "utf-8":
        sys.stdout.reconfigure(errors="backslashreplace")


def _fail(error: BaseException) -> NoReturn:
    from llm_audit.cli import failing

    os._exit(failing.told(error))


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
