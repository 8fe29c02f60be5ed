"""False findings that a person allowed in their own settings, by kind and place. The audited tree has no say here."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple


class Allowed(NamedTuple):
    """Findings of this kind in files whose path matches this glob are left alone."""

    kind: str
    path: str


_entries: tuple[Allowed, ...] = ()
_values: set[str] = set()


def allow(entries: Iterable[Allowed]) -> None:
    """Sets what is allowed from now on; what was seen under earlier entries is forgotten."""
    global _entries
    _entries = tuple(entries)
    _values.clear()


def entries() -> tuple[Allowed, ...]:
    """What is allowed, for summaries."""
    return _entries


def concerns(path: str) -> bool:
    """Whether any entry speaks of this file."""
    return bool(_entries) and any(fnmatchcase(path, entry.path) for entry in _entries)


def here(kind: str, path: str, value: str) -> bool:
    """Whether a finding is allowed. A value allowed at its place is allowed wherever else it appears in this run."""
    if not _entries:
        return False
    if path and any(entry.kind == kind and fnmatchcase(path, entry.path) for entry in _entries):
        _values.add(value)
    return value in _values


def value(text: str) -> bool:
    """Whether this text was allowed at its place."""
    return text in _values
