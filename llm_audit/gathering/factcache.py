"""Facts of unchanged files, kept between runs in the user's cache folder: content-addressed, redacted, safe to delete.

A file whose size, times and inode stand as they did is not read again; one of known content is not collected again.
Everything lies below a folder named after the version of the tool and the state of its sources, so that no other
version trusts it. What cannot be read or written is as good as absent.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from llm_audit import __version__
from llm_audit.model import Fact, Kind, Role, Skipped, SourceFile
from llm_audit.repo import printable, rules_beyond

_TREES = 24
"""How many trees are remembered; the ones that were not used for longest go first."""
_SPARED = 3600
"""Seconds within which a tree that was used is in use, however many others there are."""
_RACY = 2_000_000_000
"""A file that changed within two seconds of the index could change again unseen."""

Stamp = tuple[int, int, int, int]
Row = tuple[int, tuple[Fact | Skipped, ...]]
"""The length of a file's text and what the collectors said of it."""
_FOLDER: Row = (-1, ())


class FactCache:
    """What is remembered of one tree.

    Args:
        folder: the user's cache folder.
        root: absolute path of the tree.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        name = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
        self._all = folder / "facts"
        self._folder = self._all / fingerprint() / name
        self._root = root
        content = _load(self._folder / "index.json")
        self._made = int(content.get("made", 0))
        self._stamps: dict[str, list[Any]] = content.get("files", {})
        self._folders: frozenset[str] = frozenset(content.get("folders", ()))
        self._rules: dict[str, Any] = content.get("rules", {})
        self._own: list[str] = content.get("own", [])
        self._rows: dict[str, Any] | None = None
        self._now: dict[str, tuple[Stamp, str]] = {}
        self._new: dict[str, Row] = {}
        self._teachers: set[str] = set()
        self._listed: set[str] = set()

    def among(self, own: frozenset[str]) -> None:
        """Forgets all when the tree holds other packages of its own than before: what files import is judged by them."""
        if sorted(own) != self._own:
            self._stamps, self._folders, self._rules = {}, frozenset(), {}
            self._own = sorted(own)

    def known(self, path: str) -> Row | None:
        """What is remembered of a file that has not changed since it was read; None when it has to be read."""
        stamp = self._stamp(path)
        digest = self._digest(path, stamp)
        if stamp is None or not digest:
            return None
        row = self._row(digest, path)
        if row is not None:
            self._now[path] = (stamp, digest)
            if path in self._folders:
                self._listed.add(path)
        return row

    def recall(self, file: SourceFile) -> Row | None:
        """What is remembered of a file of that path and content."""
        digest = _digest_of(file)
        row = self._row(digest, file.path)
        if row is not None:
            self._remember(file.path, digest)
        return row

    def keep(self, path: str, file: SourceFile | None, found: Sequence[Fact | Skipped]) -> None:
        """Remembers what the collectors said of a file, or why it was not read."""
        digest = _digest_of(file) if file else hashlib.sha256(f"{path}\0{found}".encode("utf-8", "replace")).hexdigest()
        self._new[digest] = (len(file.text) if file else -1, tuple(found))
        self._remember(path, digest)
        if file is None and not found:
            self._listed.add(path)

    def told(self, path: str) -> tuple[Stamp, str] | None:
        """The state and the digest under which a file was remembered in this run: what another process adopts."""
        return self._now.get(path)

    def adopt(self, path: str, stamp: Stamp, digest: str, row: Row) -> None:
        """Remembers what another process read of a file."""
        self._new[digest] = row
        self._now[path] = (stamp, digest)
        if row == _FOLDER:
            self._listed.add(path)

    def correct(self, path: str, found: Sequence[Fact | Skipped]) -> None:
        """Replaces what is remembered of a file: a text of its facts turned out to be secret."""
        if path in self._now:
            digest = self._now[path][1]
            row = self._new.get(digest) or self._row(digest, path)
            if row is not None:
                self._new[digest] = (row[0], tuple(found))

    def forget(self, path: str) -> None:
        """Keeps nothing of a file whose very name holds a secret."""
        self._now.pop(path, None)

    def taught(self, path: str) -> None:
        """Has the file read in every run: it holds values that the filter must know."""
        self._teachers.add(path)

    def state(self, walk: Callable[[], Iterable[str]]) -> str:
        """What the whole tree is known by, when no file has changed since it was read; else empty.

        Args:
            walk: lists the tree's paths; asked only when a folder or a file of ignore rules has changed.
        """
        sum_ = hashlib.sha256()
        for path in sorted(self._stamps) if self._is_listed_alike() else walk():
            if path in self._folders:
                sum_.update(f"{path}\0\n".encode("utf-8", "surrogateescape"))
                continue
            digest = self._digest(path, self._stamp(path), always=True)
            if not digest:
                return ""
            sum_.update(f"{path}\0{digest}\n".encode("utf-8", "surrogateescape"))
        return sum_.hexdigest()

    def _is_listed_alike(self) -> bool:
        """Whether every folder, and every file that decides what is listed, stands as it did."""
        if not self._rules:
            return False
        for path, stamp in self._rules.items():
            now = _stamp_of(path)
            if now != (tuple(stamp) if stamp else None) or (now and self._is_racy(now)):
                return False
        return all(self._digest(path, self._stamp(path), always=True) for path in self._folders)

    def _is_racy(self, stamp: Stamp) -> bool:
        """Whether what has this state could have changed again unseen."""
        return max(stamp[1], stamp[2]) > self._made - _RACY

    def answer(self, key: str) -> Any:
        """What was remembered under a key, or None."""
        return _load(self._folder / "answer.json").get(key)

    def remember(self, key: str, content: Any) -> None:
        """Remembers one answer; the one before is forgotten."""
        _write(self._folder / "answer.json", {key: content})

    def save(self) -> None:
        """Writes what is new; nothing when nothing is."""
        stamps = {
            path: [*stamp, digest, *([1] if path in self._teachers else [])]
            for path, (stamp, digest) in self._now.items()
        }
        rules = {os.fspath(path): _stamp_of(os.fspath(path)) for path in (self._root, *rules_beyond(self._root))}
        same_rules = {path: stamp and list(stamp) for path, stamp in rules.items()} == self._rules
        if not self._new and stamps == self._stamps and same_rules:
            return
        old = self._facts() if self._stamps else {}
        used = {digest for _, digest in self._now.values()}
        rows = {digest: row for digest, row in old.items() if digest in used}
        rows |= {digest: [size, [pack(one) for one in found]] for digest, (size, found) in self._new.items()}
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(self._folder / "facts.json", rows)
            content = {
                "made": time.time_ns(), "files": stamps, "folders": sorted(self._listed), "rules": rules, "own": self._own,
            }  # fmt: skip
            _write(self._folder / "index.json", content)
            self._prune()

    def _prune(self) -> None:
        """Forgets other versions and the trees that were not used for longest."""
        for version in self._all.iterdir():
            if version.name != fingerprint():
                shutil.rmtree(version, ignore_errors=True)
        trees = sorted(self._folder.parent.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
        for tree in trees[_TREES:]:
            if time.time() - tree.stat().st_mtime > _SPARED:
                shutil.rmtree(tree, ignore_errors=True)

    def _stamp(self, path: str) -> Stamp | None:
        return _stamp_of(f"{self._root}/{path}")

    def _digest(self, path: str, stamp: Stamp | None, *, always: bool = False) -> str:
        """The digest under which an unchanged file is known, or empty."""
        row = self._stamps.get(path)
        if stamp is None or row is None or tuple(row[:4]) != stamp or self._is_racy(stamp):
            return ""
        return "" if not always and (len(row) > 5 or _may_teach(path)) else str(row[4])

    def _remember(self, path: str, digest: str) -> None:
        stamp = self._stamp(path)
        if stamp is not None:
            self._now[path] = (stamp, digest)

    def _facts(self) -> dict[str, Any]:
        if self._rows is None:
            self._rows = _load(self._folder / "facts.json")
        return self._rows

    def _row(self, digest: str, path: str) -> Row | None:
        if not self._stamps:
            return None
        row = self._facts().get(digest)
        shown = printable(path)
        try:
            return (row[0], tuple(unpack(one, shown) for one in row[1])) if row else None
        except (KeyError, IndexError, TypeError, ValueError):
            return None


SOURCES = Path(__file__).parent.parent
"""The whole package: collectors, catalogue and filter make the facts, not this folder alone."""


def fingerprint() -> str:
    """The version of the tool and the state of its own files: two that differ do not trust each other's facts."""
    global _fingerprint
    if not _fingerprint:
        folder = SOURCES
        sum_ = hashlib.sha256(f"{__version__}\0{sys.version}".encode())
        for where, folders, files in os.walk(folder):
            folders[:] = sorted(one for one in folders if one != "__pycache__")
            for name in sorted(files):
                status = os.stat(f"{where}/{name}")  # noqa: PTH116 - os.walk gives text
                sum_.update(f"{where}/{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "replace"))
        _fingerprint = sum_.hexdigest()[:16]
    return _fingerprint


_fingerprint = ""


def _may_teach(path: str) -> bool:
    """Whether a file may teach the filter what is secret: it is read in every run that reads any."""
    from llm_audit.redact import holders

    return holders.is_holder(path)


def _stamp_of(path: str) -> Stamp | None:
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _digest_of(file: SourceFile) -> str:
    raw = f"{file.path}\0{file.role}\0{file.text}"
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def pack(one: Fact | Skipped) -> list[Any]:
    """What was said of a file as JSON, without the file's path."""
    if isinstance(one, Skipped):
        return [one.reason, one.line]
    return [one.kind.value, one.name, one.value, one.line, one.role.value, [list(pair) for pair in one.details]]


_KINDS = {kind.value: kind for kind in Kind}
_ROLES = {role.value: role for role in Role}


def unpack(row: list[Any], path: str) -> Fact | Skipped:
    """The opposite of `pack`; only for what this very version packed, for it is trusted to be redacted."""
    if len(row) == 2:
        return Skipped(path, row[0], row[1])
    kind, name, value, line, role, details = row
    # nothing but redacted text was written, by this very version
    return Fact(_KINDS[kind], name, value, path, line, _ROLES[role], tuple(map(tuple, details)))


def _load(path: Path) -> dict[str, Any]:
    """The content of one of our files; empty when it is not there, not ours, or broken."""
    try:
        if path.stat().st_uid != os.getuid():
            return {}
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, AttributeError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(path: Path, content: dict[str, Any]) -> None:
    with contextlib.suppress(OSError, ValueError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(json.dumps(content, separators=(",", ":")).encode("utf-8", "surrogatepass"))
        os.replace(temporary, path)  # noqa: PTH105 - mkstemp's name is a str
