"""What git's own files say of the checked-out commit; read as files, so that nothing of the repository runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple


class Commit(NamedTuple):
    """What git's own files say of the checked-out commit: full id, or empty outside a work tree or before a commit."""

    id: str


def commit_of(root: Path) -> Commit:
    """The commit that HEAD names, read from git's files without running git."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.exists():
            return Commit(_head(git_folder(git)))
    return Commit("")


def git_folder(git: Path) -> Path:
    """The real git directory: `.git` is a file in submodules and linked work trees."""
    if git.is_dir():
        return git
    text = small(git)
    return (git.parent / text.removeprefix("gitdir:").strip()) if text.startswith("gitdir:") else git


def _head(git: Path) -> str:
    head = small(git / "HEAD")
    if re.fullmatch(r"[0-9a-f]{40,64}", head):
        return head
    name = head.removeprefix("ref:").strip()
    if not re.fullmatch(r"refs/[\w./\-]+", name) or ".." in name:
        return ""
    common = small(git / "commondir")
    for base in (git, git / common) if common else (git,):
        if re.fullmatch(r"[0-9a-f]{40,64}", loose := small(base / name)):
            return loose
        packed = re.search(
            rf"^([0-9a-f]{{40,64}}) {re.escape(name)}$", small(base / "packed-refs", 8 << 20), re.MULTILINE
        )
        if packed:
            return packed[1]
    return ""


def small(path: Path, limit: int = 4096) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(limit).decode("utf-8", "replace").strip()
    except OSError:
        return ""
