"""`pnpm-lock.yaml`, formats 5 to 9: the importers' direct dependencies and the catalogs, not the package list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.npm_locks import app_of, locked
from llm_audit.model import Kind, SourceFile

_SECTION = expression(r"\n(?:([A-Za-z]\w*):|---)")
_FIELDS = frozenset({"dependencies", "devDependencies", "optionalDependencies"})
_READ = _FIELDS | {"importers", "catalogs"}
_ROW = expression(r"^( *)('[^'\n]+'|\"[^\"\n]+\"|[^\s'\"#][^\n]*?):(?: +(\S[^\n]*))?$", re.MULTILINE)
_NAME = r"((?:@[^/@\s]+/)?[^/@\s]+)"
_VERSION = r"(\d+\.\d[^(_\s]*)"
_PLAIN = expression(rf"{_VERSION}")
_ALIASED = expression(rf"(?:(?:[\w\-]+\.)+[a-z]+)?/{_NAME}[/@]{_VERSION}|{_NAME}@{_VERSION}")
_LOCAL = ("link:", "file:", "workspace:")

Row = tuple[tuple[str, ...], str, int]
"""Keys from the section down, value as written, offset."""


def _collect(file: SourceFile) -> Finds:
    for section, start, end in _sections(file.text):
        rows = _rows(file.text, section, start, end)
        if section == "catalogs":
            yield from _catalogs(file, rows)
        elif section == "importers":
            yield from _importers(file, ((keys[1:], value, offset) for keys, value, offset in rows))
        else:
            yield from _importers(file, (((".", *keys), value, offset) for keys, value, offset in rows))


def _sections(text: str) -> Iterator[tuple[str, int, int]]:
    """The parts of interest as name, start and end; the long lists of packages are never entered."""
    # with a line end before the first line, too, a section begins where the match does
    marks = [(match[1] or "", match.start()) for match in _SECTION.finditer(f"\n{text}")]
    ends = [start for _, start in marks[1:]] + [len(text)]
    for (name, start), end in zip(marks, ends, strict=False):
        if name in _READ:
            yield name, start, end


def _rows(text: str, section: str, start: int, end: int) -> Iterator[Row]:
    """The mapping rows of a section, each with all its keys; nesting is read off the indentation."""
    stack: list[tuple[int, str]] = []
    for match in _ROW.finditer(text, start, end):
        indent = len(match[1])
        while stack and stack[-1][0] >= indent:
            stack.pop()
        stack.append((indent, match[2].strip("'\"")))
        if match[3] and len(stack) < 8:
            yield tuple(key for _, key in stack), match[3].strip("'\""), match.start(2)


def _importers(file: SourceFile, rows: Iterator[Row]) -> Finds:
    """Rows are importer, field, package with the version, or with `version` as a further key since format 6."""
    for keys, value, offset in rows:
        written = len(keys) == 3 or (len(keys) == 4 and keys[3] == "version")
        if not written or keys[1] not in _FIELDS or value.startswith(_LOCAL):
            continue
        name, version = _resolved(keys[2], value)
        yield from locked(file, offset, name, version, app_of(file, keys[0]))


def _resolved(name: str, value: str) -> tuple[str, str]:
    """Package and version without the peers in brackets (or behind `_` before format 6), aliases followed."""
    if plain := _PLAIN.match(value):
        return name, plain[1]
    if aliased := _ALIASED.match(value):
        return aliased[1] or aliased[3], aliased[2] or aliased[4]
    return name, value


def _catalogs(file: SourceFile, rows: Iterator[Row]) -> Finds:
    for keys, value, offset in rows:
        if len(keys) == 4 and keys[3] == "version":
            name, version = _resolved(keys[2], value)
            yield at(file, offset, Kind.LOCKED, name, version, ecosystem="npm", catalog=keys[1])


COLLECTORS = (Collector("pnpm-lock", _collect, names=frozenset({"pnpm-lock.yaml"})),)
