"""Patterns of the catalogue: exact names, and globs whose `*` matches any run of characters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

Holder = TypeVar("Holder")


class Index(Generic[Holder]):
    """Look-up of exact names first, then of globs: the longest that matches wins.

    Globs are kept by the text before their first `*`, or, where they begin with it, by the text after their last one: a
    name meets only those that begin or end like it.

    Args:
        rows: each pattern with whom it betrays.
    """

    def __init__(self, rows: Iterable[tuple[str, Holder]]) -> None:
        self.exact: dict[str, list[Holder]] = {}
        self.globs: dict[str, list[tuple[str, Holder]]] = {}
        self.tails: dict[str, list[tuple[str, Holder]]] = {}
        self._seen: dict[str, tuple[int, tuple[Holder, ...]]] = {}
        for pattern, holder in rows:
            if "*" not in pattern:
                self.exact.setdefault(pattern, []).append(holder)
            elif pattern[0] == "*":
                self.tails.setdefault(pattern.rpartition("*")[2], []).append((pattern, holder))
            else:
                self.globs.setdefault(pattern.partition("*")[0], []).append((pattern, holder))

    def best(self, name: str) -> tuple[int, tuple[Holder, ...]]:
        """How many characters of the best pattern are literal, and whom it betrays; zero and none otherwise."""
        if name not in self._seen:
            self._seen[name] = self._best(name)
        return self._seen[name]

    def _best(self, name: str) -> tuple[int, tuple[Holder, ...]]:
        if name in self.exact:
            return len(name), tuple(self.exact[name])
        sizes = range(len(name) + 1)
        near = [glob for size in sizes for glob in self.tails.get(name[size:], ())] if self.tails else []
        near += [glob for size in sizes for glob in self.globs.get(name[:size], ())] if self.globs else []
        hits = [(len(pattern) - pattern.count("*"), holder) for pattern, holder in near if matches(pattern, name)]
        longest = max((size for size, _ in hits), default=0)
        return longest, tuple(holder for size, holder in hits if size == longest)


def matches(pattern: str, name: str) -> bool:
    """Whether a glob, whose `*` matches any run of characters, matches the whole name."""
    if "*" not in pattern:
        return pattern == name
    first, *middle, last = pattern.split("*")
    if not (name.startswith(first) and name.endswith(last) and len(name) >= len(first) + len(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
