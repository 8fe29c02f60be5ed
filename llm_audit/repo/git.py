"""What git's own files say of the checked-out commit; read as files, so that nothing of the repository runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from llm_audit.repo.files import content


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


def is_bare(folder: Path) -> bool:
    """Whether a folder is what git keeps, with no work tree: a bare repository, or the inside of a `.git`."""
    kept = (folder / "objects").is_dir() and (folder / "refs").is_dir()
    return kept and not (folder / ".git").exists() and small(folder / "HEAD").startswith("ref:")


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
    """The beginning of one of git's text files; empty where there is none."""
    return (content(path, limit) or b"").decode("utf-8", "replace").strip()
