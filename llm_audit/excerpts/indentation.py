"""Blocks by indentation, for languages that no grammar is at hand for."""

from __future__ import annotations

import re
from collections.abc import Sequence


def block(text: Sequence[str], line: int, limit: int) -> range:
    """The 1-based lines of the largest enclosing block of at most `limit` lines, else lines around.

    Args:
        text: all lines of the file.
        line: 1-based line that must be inside.
        limit: how many lines are wanted at most.
    """
    best: range | None = None
    at = line
    for _ in range(12):
        found = _enclosing(text, at, limit)
        if found is None or len(found) > limit:
            break
        best, at = found, found.start
    if best is not None and line in best and len(best) > 1:
        return best
    outer = _enclosing(text, line, 10_000) or range(1, len(text) + 1)
    start = max(line - limit // 3, outer.start, 1)
    stop = min(start + limit, outer.stop, len(text) + 1)
    return range(start, max(stop, line + 1))


def _enclosing(text: Sequence[str], line: int, limit: int) -> range | None:
    """The block that `line` is in or opens: from the nearest line above that is indented less, to its end."""
    depth = _indent(text[line - 1])
    start = line
    while start > 1 and (_blank(text[start - 1]) or _indent(text[start - 1]) >= depth or start == line):
        start -= 1
        if line - start > limit:
            return None
        if not _blank(text[start - 1]) and _indent(text[start - 1]) < depth:
            break
    else:
        if depth > 0:
            return None
    if depth == 0:
        start = line
    base = _indent(text[start - 1])
    stop = start + 1
    while stop <= len(text) and (_blank(text[stop - 1]) or _indent(text[stop - 1]) > base):
        stop += 1
        if stop - start > limit + 1:
            return range(start, stop)
    if stop <= len(text) and re.match(r"\s*(?:[)}\]]|end\b)", text[stop - 1]) and stop > start + 1:
        stop += 1
    while stop - 1 > start and _blank(text[stop - 2]):
        stop -= 1
    return range(start, stop)


def _blank(line: str) -> bool:
    return not line.strip()


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))
