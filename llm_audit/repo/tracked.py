"""The paths that git's index lists, read from the file as it lies on the disk: no git runs, nothing is trusted.

Git's ignore rules have no say over a file that is tracked; so a walk that follows them needs to know which ones are.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

from llm_audit.repo.files import content

_MOST = 256 << 20
_HEAD = struct.Struct(">4sII")
_FIXED = {20: 62, 32: 74}
"""The length of an entry before its path, by the length of an object's id."""
_EXTENDED = 0x4000
_SPECIAL = (0o160000, 0o040000)
"""Modes of entries that are no files: submodules, and folders of a sparse index."""


_ODD_START = frozenset({"", ".", "/"})
"""How a path begins, where it does not begin with the name of a file or folder that anybody sees."""


def paths(index: Path) -> Iterator[str]:
    """The paths of an index file, relative to the work tree; none of one that is damaged, from there on.

    Args:
        index: git's file of that name, of version 2, 3 or 4.
    """
    data = content(index, _MOST + 1) or b""
    if not _HEAD.size <= len(data) <= _MOST:
        return
    magic, version, count = _HEAD.unpack_from(data)
    if magic != b"DIRC" or version not in (2, 3, 4):
        return
    for size in _FIXED:
        found = _entries(data, version, count, size)
        if found is not None:
            yield from (path for path in map(os.fsdecode, found) if _is_inside(path))
            return


def _is_inside(path: str) -> bool:
    if path[:1] not in _ODD_START and "/." not in path and "//" not in path and path[-1] != "/":
        return True
    parts = path.split("/")
    return not ({"", ".", "..", ".git"} & set(parts)) and "\0" not in path


def _entries(data: bytes, version: int, count: int, id_size: int) -> list[bytes] | None:
    """All files, or None when the bytes make no sense with ids of that length."""
    fixed = _FIXED[id_size]
    entry = struct.Struct(f">24xI{fixed - 30}xH")
    found: list[bytes] = []
    at, before = _HEAD.size, b""
    for _ in range(count):
        if at + fixed > len(data):
            return None
        mode, flags = entry.unpack_from(data, at)
        start = at + fixed + (2 if version > 2 and flags & _EXTENDED else 0)
        if version == 4:
            cut, start = _varint(data, start)
            if cut > len(before):
                return None
        else:
            cut = len(before)
        end = data.find(b"\0", start)
        if end < 0 or mode >> 12 not in (0o10, 0o12, 0o16, 0o04):
            return None
        before = before[: len(before) - cut] + data[start:end]
        at = end + 1 if version == 4 else at + ((end - at + 8) & ~7)
        if mode not in _SPECIAL:
            found.append(before)
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number in git's offset encoding, and where what follows it begins."""
    value = 0
    for position in range(at, min(at + 9, len(data))):
        byte = data[position]
        value = (value << 7) | (byte & 0x7F)
        if not byte & 0x80:
            return value, position + 1
        value += 1
    return 1 << 62, at
