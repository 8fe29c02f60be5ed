"""Answers what a check asks of the disk: whether a path exists, how long a file is, where a word stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from llm_audit import repo
from llm_audit.checking.world import Mention
from llm_audit.model import Role, SourceFile
from llm_audit.repo import history

_AGENTS = re.compile(r"(^|/)\.(planning|claude|cursor|codex|windsurf|gemini|agents?)/")
"""Where coding agents keep their notes: what they say of a name proves nothing."""


class Disk:
    """A tree on the disk.

    Args:
        root: absolute path of the tree.
        paths: its files that are not ignored.
        unheard: paths whose words do not count, such as the document itself.
    """

    def __init__(self, root: Path, paths: Iterable[str], unheard: frozenset[str] = frozenset()) -> None:
        self._root = root
        self._paths = tuple(paths)
        self._unheard = unheard

    def exists(self, path: str) -> bool:
        """Whether a relative path exists inside the tree, ignored or not."""
        if ".." in Path(path).parts or Path(path).is_absolute() or "\0" in path:
            return False
        try:
            return (self._root / path).exists()
        except OSError:
            return False

    def ignored(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of the relative paths that git's ignore rules keep out of the tree."""
        return history.ignored(self._root, paths)

    def length(self, path: str) -> int:
        """The number of lines of a file; 0 when it cannot be read."""
        file = repo.read(self._root, path)
        return len(file.text.splitlines()) if isinstance(file, SourceFile) else 0

    def mentions(self, words: Iterable[str]) -> dict[str, Mention]:
        """Where each word stands in the tree at best, in any case and with any separators."""
        spelt = {word: spellings(word) for word in words}
        best = dict.fromkeys(spelt, Mention.NOWHERE)
        for path in self._paths:
            open_words = [word for word, where in best.items() if where < Mention.CODE]
            if not open_words:
                break
            if path in self._unheard or path.rpartition("/")[2] in repo.LOCKFILES or _AGENTS.search(path):
                continue
            file = repo.read(self._root, path)
            if isinstance(file, SourceFile):
                where = Mention.PROSE if file.role == Role.DOCS else Mention.CODE
                text = file.text.lower()
                for word in open_words:
                    if where > best[word] and any(_stands(one, text) for one in spelt[word]):
                        best[word] = where
        return best


def spellings(word: str) -> tuple[str, ...]:
    """The lower-case ways in which code may write a name: `db_host`, `db-host`, `db.host`, `dbhost`, `db host`."""
    parts = re.findall(r"[a-z0-9]+", word.lower())
    return tuple(dict.fromkeys([word.lower(), *(joint.join(parts) for joint in ("_", "-", ".", "", " "))]))


def _stands(word: str, text: str) -> bool:
    """Whether a word stands in a text with no letter or digit right before or after it."""
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = text.find(word, at + 1)
    return False
