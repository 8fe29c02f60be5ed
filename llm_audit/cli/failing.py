"""The last word of a run that no command could end by itself: what the system refused, an interrupt, or a bug of ours."""

from __future__ import annotations

import contextlib
import platform
import sys
import traceback
from pathlib import Path

from llm_audit import __version__

INTERRUPTED = 130
_REFUSED = 2
_BUG = 70
_PACKAGE = Path(__file__).parent.parent


def told(error: BaseException) -> int:
    """Says on stderr what happened, and gives the exit code.

    Args:
        error: whatever ended the run.
    """
    # where nobody listens any more there is nothing to say
    with contextlib.suppress(OSError, ValueError):
        for line in _lines(error):
            print(line, file=sys.stderr)
        sys.stderr.flush()
    return _code(error)


def _code(error: BaseException) -> int:
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return 0
    return _REFUSED if isinstance(error, OSError) else _BUG


def _lines(error: BaseException) -> list[str]:
    if isinstance(error, KeyboardInterrupt):
        return ["llm-audit: interrupted; nothing was written"]
    if isinstance(error, BrokenPipeError):
        return []
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return [f"llm-audit: {where}{error.strerror or type(error).__name__}"]
    # an error's own text may quote what was read, so only its kind and its places are told
    kind = f"{type(error).__name__}, llm-audit {__version__}, Python {platform.python_version()}"
    return [f"llm-audit: a bug of ours ({kind}); please report it with these lines", *_places(error)]


def _places(error: BaseException) -> list[str]:
    """Where the error was raised, outermost first."""
    return [
        f"  {_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]


def _short(file: str) -> str:
    """The path of a file of ours inside the package; of another's the name alone, for the rest is the user's."""
    path = Path(file)
    return path.relative_to(_PACKAGE).as_posix() if path.is_relative_to(_PACKAGE) else path.name
