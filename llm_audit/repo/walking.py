"""Lists the files of a tree under git's ignore rules and our own. Ripgrep's walker reads the rules; no git runs."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from llm_audit.errors import SafetyError, UsageError
from llm_audit.repo import tracked
from llm_audit.repo.git import git_folder, is_bare, small
from llm_audit.repo.rules import EXCLUDED, IGNORE_FILE, Outlook, refuse_unfit
from llm_audit.repo.writing import STAGED

_NEVER_READ = (
    ".git",
    "node_modules",
    ".venv",
    "venv",
    "__pycache__",
    ".tox",
    ".mypy_cache",
    ".terraform",
)


def open_root(path: str) -> Path:
    """The absolute path of the tree to audit.

    Raises:
        UsageError: there is no such folder, it cannot be listed, or it is a repository without a work tree.
    """
    if not path:  # most often a variable of a script that nothing was put into: the current folder is not meant
        raise UsageError("the folder's path is empty", "name a folder that holds a repository")
    try:
        root = Path(path).expanduser().resolve()
        there = root.exists()
    except (
        OSError,
        RuntimeError,
        ValueError,
    ) as error:  # a name too long, a user who is not there, a folder that is gone
        raise UsageError(f"no such folder: {path[:200]}", "name a folder that holds a repository") from error
    if not there:
        raise UsageError(f"no such folder: {path}", "name a folder that holds a repository")
    if not root.is_dir():
        raise UsageError(f"not a folder: {path}", "name the folder that holds the repository")
    if not os.access(root, os.R_OK | os.X_OK):
        raise UsageError(f"no permission to read {path}")
    if is_bare(root):
        raise UsageError(
            f"{path} is what git keeps, without the files", "name the folder in which they are checked out"
        )
    return root


def walk(root: Path, subtrees: tuple[str, ...] = ()) -> list[str]:
    """The paths of all files under git's ignore rules and `.llmauditignore`, sorted, relative to `root`.

    A file that git tracks is listed whatever its ignore rules say; `.llmauditignore` has the last word.
    Works in git work trees and plain folders. Symbolic links are listed but never followed; the user's global ignore file
    has no say, so that the same tree gives the same list everywhere.

    Args:
        root: absolute path of the tree.
        subtrees: when given, only files below these relative folders.

    Raises:
        UsageError: a subtree is absolute, leaves the tree, or does not exist; ignore rules that cannot be read to their end.
    """
    for subtree in subtrees:
        _check_subtree(root, subtree)
    known = frozenset(_tracked(root)) if _inside_git(root) else None
    found = _all_there(root, known)
    if found is None:
        for rules in _rules_from(root):
            refuse_unfit(rules)
        found = _listed(root, git_rules=True)
        found |= _tracked_besides(root, found, known or frozenset())
    wanted = tuple(f"{subtree.strip('/')}/" for subtree in subtrees if subtree.strip("/.") != "")
    return sorted(path for path in found if not wanted or path.startswith(wanted))


def _all_there(root: Path, known: frozenset[str] | None) -> set[str] | None:
    """Everything below the root, where no rule can leave anything out; None where one may.

    Of most clones each file is tracked, and of those no rule is asked. To see that takes a third of what it takes to read
    the rules and follow them.

    Args:
        root: absolute path of the tree.
        known: what git tracks; None outside of a work tree.
    """
    rules = {IGNORE_FILE} if known is not None else {IGNORE_FILE, ".gitignore", ".git"}
    if known is not None and any((folder / IGNORE_FILE).exists() for folder in root.parents):
        return None
    found: set[str] = set()
    folders = [""]
    while folders:
        folder = folders.pop()
        for name, is_folder in _inside(f"{root}/{folder}"):
            if name in rules:
                return None
            if name in _NEVER_READ or name.startswith(STAGED):
                continue
            path = folder + name
            if is_folder:
                folders.append(f"{path}/")
            elif known is not None and path not in known:
                return None
            found.add(path)
    return found


def _inside(folder: str) -> list[tuple[str, bool]]:
    """The names in a folder and whether they are folders themselves; none of one that cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except OSError:
        return []


def _listed(root: Path, *, git_rules: bool) -> set[str]:
    """The walker's paths; `git_rules` says whether git's ignore files count."""
    import ignore
    from ignore import overrides

    builder = ignore.WalkBuilder(root)
    builder.hidden(False)
    builder.ignore(False)
    builder.git_global(False)
    builder.git_ignore(git_rules)
    builder.git_exclude(git_rules)
    builder.require_git(False)
    builder.parents(_inside_git(root))
    builder.follow_links(False)
    builder.add_custom_ignore_filename(IGNORE_FILE)
    unread = overrides.OverrideBuilder(root)
    for name in (f"{STAGED}*", *_NEVER_READ):
        unread.add(f"!{name}")
    builder.overrides(unread.build())
    at = os.fspath(root)
    ahead_of = Outlook(at, _NEVER_READ).ahead_of
    found = set()
    for entry in _entries(builder):
        path = str(entry.path())
        ahead_of(path)
        found.add(path)
    found.discard(at)
    prefix = len(at) + 1 if at != "/" else 1
    return {path[prefix:] for path in found}


def _tracked_besides(root: Path, found: set[str], known: frozenset[str]) -> set[str]:
    """The tracked files that git's ignore rules kept out of a walk."""
    lost = {
        path
        for path in known
        if path not in found and not any(part in _NEVER_READ for part in path.split("/")) and _is_there(root, path)
    }
    if lost and _has_own_rules(root, found):
        return lost & _listed(root, git_rules=False)
    return lost


def _tracked(root: Path) -> Iterator[str]:
    """What git's index lists below `root`."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.exists():
            below = root.relative_to(folder).as_posix()
            prefix = "" if below == "." else f"{below}/"
            listed = tracked.paths(git_folder(git) / "index")
            yield from (path[len(prefix) :] for path in listed if path.startswith(prefix)) if prefix else listed
            return


def _is_there(root: Path, path: str) -> bool:
    """Whether a path names something below `root` without passing through a symbolic link."""
    at = os.fspath(root)
    try:
        for part in path.split("/")[:-1]:
            at = f"{at}/{part}"
            if not stat.S_ISDIR(os.lstat(at).st_mode):
                return False
        os.lstat(f"{root}/{path}")
    except OSError:
        return False
    return True


def _has_own_rules(root: Path, found: set[str]) -> bool:
    return any((folder / IGNORE_FILE).exists() for folder in (root, *root.parents)) or any(
        path.endswith(IGNORE_FILE) for path in found
    )


def rules_beyond(root: Path) -> list[Path]:
    """The files outside of what `walk` lists that decide what it lists, whether they exist or not."""
    git = next((folder / ".git" for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    return [*_rules_from(root), *((git_folder(git) / "index",) if git else ())]


def _rules_from(root: Path) -> list[Path]:
    """The files of ignore rules from the root of the tree up to that of its repository, and git's own."""
    found: list[Path] = []
    for folder in (root, *root.parents):
        found += [folder / ".gitignore", folder / IGNORE_FILE]
        if (folder / ".git").exists():
            git = git_folder(folder / ".git")
            return [*found, git / small(git / "commondir") / EXCLUDED]
    return found[:2]


def _entries(builder: Any) -> Iterator[Any]:
    """The walker's entries; a folder that cannot be listed yields nothing and is no reason to stop."""
    walker = builder.build()
    while True:
        try:
            yield from walker
        except OSError:
            continue
        except Exception as error:
            if type(error).__module__.startswith("ignore") or type(error).__name__ in ("Error", "IOError"):
                continue
            raise
        return


def _check_subtree(root: Path, subtree: str) -> None:
    parts = Path(subtree).parts
    if Path(subtree).is_absolute() or ".." in parts:
        raise SafetyError(f"--paths {subtree}: leaves the repository", "give folders below the audited one")
    if not (root / subtree).is_dir() or (root / subtree).is_symlink():
        raise UsageError(f"--paths {subtree}: no such folder in {root}")


def _inside_git(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root, *root.parents))
