"""Writes into a tree, and only there: all files of a run or none."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from llm_audit.errors import SafetyError, UsageError, WriteError
from llm_audit.model import Redacted

STAGED = ".llm-audit-"
"""How the names of files begin that wait to be renamed to what they replace; the writer's process id follows."""


def target_in(root: Path, output: str) -> Path:
    """The absolute path that a relative output names inside the tree; of a symbolic link, what it leads to.

    Raises:
        SafetyError: the path is absolute, leaves the tree, passes through a symbolic link out of it, or is git's own.
        UsageError: it names no file, or cannot be looked at.
    """
    parts = Path(output).parts
    if Path(output).is_absolute() or ".." in parts:
        raise SafetyError(f"output {output} leaves the repository", "give a path below the audited folder")
    if not parts:
        raise UsageError("output names no file", f"give a path below {root}")
    if ".git" in map(str.lower, parts):
        raise SafetyError(f"output {output} is in git's own folder", "give another path below the audited folder")
    try:
        target = (root / output).resolve()
        if not target.is_relative_to(root):
            raise SafetyError(f"output {output} leaves the repository through a symbolic link")
        target.exists()  # whether that can be told
    except (OSError, RuntimeError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or "no such path can be"
        raise UsageError(f"cannot look at output {output[:200]}: {why}") from error
    return target


def beside(document: Path) -> Path:
    """Where the evidence file of a document stands: `INTEGRATIONS.md` -> `INTEGRATIONS.evidence.json`."""
    return document.with_name(f"{document.name.removesuffix('.md')}.evidence.json")


def write_atomic(files: dict[Path, Redacted]) -> None:
    """Writes all files or leaves all as they were: each goes to a temporary file beside its target, then all are renamed.

    Args:
        files: absolute paths and their whole new text, UTF-8.

    Raises:
        WriteError: a folder or file cannot be written, or the disk is full.
    """
    staged: list[tuple[str, Path]] = []
    made: list[Path] = []
    try:
        for target, text in files.items():
            if target.is_dir():
                raise WriteError(f"{target} is a folder", "name a file with --output")
            made += [one for one in target.parents if not one.exists()]
            target.parent.mkdir(parents=True, exist_ok=True)
            _sweep(target.parent)
            handle, temporary = tempfile.mkstemp(prefix=f"{STAGED}{os.getpid()}-", dir=target.parent)
            staged.append((temporary, target))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, _mode(target))  # noqa: PTH101 - mkstemp's name is a str
        for temporary, target in staged:
            os.replace(temporary, target)  # noqa: PTH105
        staged.clear()
        made.clear()
    except OSError as error:
        where = error.filename or next(iter(files))
        raise WriteError(f"cannot write {where}: {error.strerror}", "nothing was changed") from error
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
        for folder in made:  # the innermost first; one that holds anything stays
            with contextlib.suppress(OSError):
                folder.rmdir()


def _sweep(folder: Path) -> None:
    """Removes what writers left behind that were killed between writing and renaming."""
    for path in folder.glob(f"{STAGED}*"):
        number = path.name.removeprefix(STAGED).partition("-")[0]
        if number.isdecimal() and not _is_alive(int(number)):
            with contextlib.suppress(OSError):
                path.unlink()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _mode(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
