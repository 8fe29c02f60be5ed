"""Asks the repository's history: commits between, last change of a file, all files of an older commit.

Runs git's plumbing alone, with the tree's settings unable to start anything: no hooks, no filters, no file system
monitor, no network, no replacement objects, no prompt. Every answer is empty where git or the history is not there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

_REVISION = re.compile(r"[A-Za-z0-9_@][\w./@{}^~+\-]{0,200}")
_SAFE = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
    "-c", "safe.directory=*", "-c", "core.alternateRefsCommand=", "--no-replace-objects", "--no-pager",
)  # fmt: skip
_SECONDS = 60


def can_be_asked(root: Path) -> bool:
    """Whether there is a git that can be asked about the tree."""
    return _command(root) is not None


def commits_since(root: Path, commit: str, besides: tuple[str, ...] = ()) -> int | None:
    """The number of commits that HEAD has and `commit` has not; None when the history does not hold it.

    Args:
        root: absolute path of the tree.
        commit: a revision.
        besides: files whose changes do not count.
    """
    if not _REVISION.fullmatch(commit):
        return None
    apart = [f":(exclude,literal){path}" for path in besides]
    answer = _ask(root, "rev-list", "--count", f"{commit}..HEAD", "--", ".", *apart)
    return int(answer) if answer and answer.strip().isdigit() else None


def last_change(root: Path, path: str) -> str:
    """The id of the last commit that touched a file; empty when there is none, or the history is cut off."""
    if _ask(root, "rev-parse", "--is-shallow-repository") != b"false\n":
        return ""
    return (_ask(root, "rev-list", "-1", "HEAD", "--", f":(literal){path}") or b"").decode().strip()


def resolve(root: Path, revision: str) -> str:
    """The full id of the commit that a revision names, or empty."""
    if not _REVISION.fullmatch(revision):
        return ""
    answer = _ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return (answer or b"").decode().strip()


def ignored(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """Those of the relative paths, existing or not, that git's ignore rules below `root` match."""
    inside = [
        path for path in paths if path and "\0" not in path and path[0] not in "/:" and ".." not in path.split("/")
    ]
    command = _command(root, "check-ignore", "--no-index", "--stdin", "-z")
    if not inside or command is None:
        return frozenset()
    done = _run(command, b"\0".join(map(os.fsencode, inside)), _SECONDS)
    return frozenset(os.fsdecode(one) for one in (done or b"").split(b"\0") if one)


def files_at(root: Path, commit: str) -> Iterator[tuple[str, bytes]]:
    """The regular files below `root` at a commit, with their content; those whose content is missing are left out."""
    listing = _ask(root, "ls-tree", "-r", "-z", commit, "--", ".") or b""
    rows = [row.partition(b"\t") for row in listing.split(b"\0") if row]
    blobs = [(meta.split()[2], path) for meta, _, path in rows if meta.startswith((b"100644", b"100755"))]
    if not blobs:
        return
    command = _command(root, "cat-file", "--batch", "--buffer")
    if command is None:
        return
    wanted = b"".join(blob + b"\n" for blob, _ in blobs)
    done = _run(command, wanted, _SECONDS * 5)
    if done is None:
        return
    at = 0
    for _, path in blobs:
        end = done.find(b"\n", at)
        head = done[at:end].split()
        at = end + 1
        if len(head) == 3 and head[1] == b"blob":
            size = int(head[2])
            yield os.fsdecode(path), done[at : at + size]
            at += size + 1


def _ask(root: Path, *arguments: str) -> bytes | None:
    """The answer of a git command, or None when it fails."""
    command = _command(root, *arguments)
    return _run(command, b"", _SECONDS) if command else None


def _run(command: list[str], given: bytes, seconds: int) -> bytes | None:
    """The output of a command, or None when it fails or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - git itself, found on the user's path, with arguments that are no options
            command, input=given, capture_output=True, env=_environment(), timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _command(root: Path, *arguments: str) -> list[str] | None:
    git = shutil.which("git")
    # a program of that name inside the audited tree is not git
    if git is None or Path(git).resolve().is_relative_to(root):
        return None
    return [git, "-C", str(root), *_SAFE, *arguments]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
