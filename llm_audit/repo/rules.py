"""The files of ignore rules, looked at before ripgrep's walker reads them: it takes whatever carries their name.

A pipe would keep it waiting for ever, a link to `/dev/zero` would fill the memory, and neither can be interrupted. It reads the rules
of a folder as it comes to it, so they are looked at one level ahead of it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

from llm_audit.errors import UsageError
from llm_audit.repo.files import MAX_SIZE, printable

IGNORE_FILE = ".llmauditignore"
EXCLUDED = "info/exclude"
"""Git's own file of rules for one clone, in its folder."""
_NAMES = frozenset({".gitignore", IGNORE_FILE})


class Outlook:
    """Looks ahead of a walk.

    Args:
        root: absolute path of the tree, where the walk begins.
        unread: names of folders that the walk does not enter.

    Raises:
        UsageError: as `refuse_unfit`, of the rules at the root.
    """

    def __init__(self, root: str, unread: Collection[str]) -> None:
        self._unread = unread
        self._seen = {root: self._folders_in(root)}

    def ahead_of(self, path: str) -> None:
        """Looks at the rules of all folders in the one that the walk has come to; of what is no folder there is nothing to see.

        Raises:
            UsageError: as `refuse_unfit`.
        """
        if path in self._seen:
            for folder in self._seen.pop(path):
                self._seen[folder] = self._folders_in(folder)

    def _folders_in(self, folder: str) -> list[str]:
        found = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name in _NAMES:
                        refuse_unfit(entry.path)
                    elif entry.name == ".git":
                        refuse_unfit(f"{entry.path}/{EXCLUDED}")
                    elif entry.is_dir(follow_symlinks=False) and entry.name not in self._unread:
                        found.append(entry.path)
        except OSError:  # the walk cannot enter it either
            return []
        return found


def refuse_unfit(path: str | Path) -> None:
    """Sees to it that a file of rules can be read to its end; one that is not there, or is a folder, gives no rules.

    Raises:
        UsageError: a pipe, a socket or a device is there, or a file that is too large.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - once for each such file, and links are followed as the walker does
    except (OSError, ValueError):
        return
    if stat.S_ISDIR(status.st_mode):
        return
    shown = printable(os.fspath(path))
    if not stat.S_ISREG(status.st_mode):
        raise UsageError(f"{shown}: no regular file that ignore rules could be read from", "remove it")
    if status.st_size > MAX_SIZE:
        raise UsageError(f"{shown}: over {MAX_SIZE:,} bytes of ignore rules", "shorten it")
