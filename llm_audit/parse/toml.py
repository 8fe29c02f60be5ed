"""TOML with lines: the standard library reads the values, a scan of headers and keys finds where they stand."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from llm_audit.parse.node import MAX_DEPTH, BadSyntax, Content, Node

_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([A-Za-z0-9_\-]+)')
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"^\s*((?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_\-]+)(?:\s*\.\s*(?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_\-]+))*)\s*="
)


def parse_toml(text: str) -> Node:
    """The root table of a TOML text; an array's elements stand on their own lines where their text is found.

    Raises:
        BadSyntax: the text is no TOML, or nested too deeply.
    """
    rows = text.split("\n")
    for number, row in enumerate(rows, 1):
        # the reader takes quadratic time on long dotted keys
        if row.count(".") > MAX_DEPTH and row.partition("=")[0].count(".") > MAX_DEPTH:
            raise BadSyntax("nested too deeply", number)
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = re.search(r"line (\d+)", str(error))
        raise BadSyntax("invalid TOML", int(found[1]) if found else 0) from error
    return _node(data, (), _lines(rows), rows, 1, 0)


def _lines(rows: list[str]) -> dict[tuple[str, ...], int]:
    """The line of each dotted path; elements of arrays of tables have their index in the path."""
    found: dict[tuple[str, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, row in enumerate(rows, 1):
        if header := _HEADER.match(row):
            table = _indexed(_parts(header[2]), counts)
            if header[1] == "[[":
                path = table
                counts[path] = counts.get(path, -1) + 1
                table = (*path, str(counts[path]))
            found.setdefault(table, number)
        elif key := _KEY.match(row):
            parts = _parts(key[1])
            for size in range(1, len(parts) + 1):
                found.setdefault((*table, *parts[:size]), number)
    return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(match[1] or match[2] or match[3] or "" for match in _PART.finditer(dotted))


def _indexed(parts: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> tuple[str, ...]:
    """The path of a header, with the current index after every array of tables that it passes through."""
    path: tuple[str, ...] = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if path in counts and position < len(parts) - 1:
            path = (*path, str(counts[path]))
    return path


def _node(
    value: Any, path: tuple[str, ...], lines: dict[tuple[str, ...], int], rows: list[str], line: int, depth: int
) -> Node:
    if depth > MAX_DEPTH:
        raise BadSyntax("nested too deeply", line)
    line = lines.get(path, line)
    content: Content
    if isinstance(value, dict):
        content = {key: _node(child, (*path, key), lines, rows, line, depth + 1) for key, child in value.items()}
    elif isinstance(value, list):
        content, at = [], line
        for index, child in enumerate(value):
            at = _seek(child, rows, at)
            content.append(_node(child, (*path, str(index)), lines, rows, at, depth + 1))
    else:
        content = value if isinstance(value, str | int | float | bool) else str(value)
    return Node(content, line)


def _seek(child: Any, rows: list[str], start: int) -> int:
    """The line at or after `start` that holds a scalar's text, `start` when it is not found nearby."""
    if not isinstance(child, str) or not child:
        return start
    window = range(start, min(start + 400, len(rows) + 1))
    for wanted in (f'"{child}"', f"'{child}'", child):
        for number in window:
            if wanted in rows[number - 1]:
                return number
    return start
