"""`yarn.lock`: classic, which knows no direct dependencies, and Berry, which lists each workspace with its own."""

from __future__ import annotations

import re
from typing import NamedTuple

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.expressions import expression
from llm_audit.collect.npm_locks import app_of, locked
from llm_audit.model import SourceFile

_BLOCK = expression(r'^(?![#\s])([^\n]{1,20000}):\n[ \t]+version:? "?([^"\n]+)"?\n', re.MULTILINE)
_RESOLUTION = expression(r'[ \t]+resolution: "((?:@[^/@"\n]+/)?[^@"\n]+)@')
_WORKSPACE = expression(r'(?:@[^/@"\n]+/)?[^@"\n]+@workspace:([^",\n]+)')
_DEPENDENCY = expression(r'^    "?((?:@[^/@"\s]+/)?[^@"\s:]+)"?: "?([^"\n]+)"?$', re.MULTILINE)
_LISTS = expression(r"^  (\w+):\n", re.MULTILINE)


class _Entry(NamedTuple):
    header: str
    name: str
    version: str
    offset: int
    end: int


def _collect(file: SourceFile) -> Finds:
    entries = [_entry(file.text, match) for match in _BLOCK.finditer(file.text) if "@" in match[1]]
    workspaces = [entry for entry in entries if "@workspace:" in entry.header]
    if workspaces:
        yield from _by_workspace(file, entries, workspaces)
    else:
        yield from _flat(file, entries)


def _entry(text: str, match: re.Match[str]) -> _Entry:
    resolution = _RESOLUTION.match(text, match.end())
    header = match[1].replace('"', "")
    name = resolution[1] if resolution else _real(_split(header.partition(", ")[0]))
    end = text.find("\n\n", match.end())
    return _Entry(header, name, match[2], match.start(), end if end >= 0 else len(text))


def _split(descriptor: str) -> tuple[str, str]:
    """Name and range of `name@range`; a scope's own `@` is no separator."""
    at = descriptor.find("@", 1)
    return (descriptor[:at], descriptor[at + 1 :]) if at > 0 else (descriptor, "")


def _real(descriptor: tuple[str, str]) -> str:
    name, spec = descriptor
    target = spec.removeprefix("npm:")
    return _split(target)[0] if target != spec and "@" in target[1:] else name


def _flat(file: SourceFile, entries: list[_Entry]) -> Finds:
    """Every package; the range is told only where a name has several versions to choose from."""
    versions: dict[str, set[str]] = {}
    for entry in entries:
        versions.setdefault(entry.name, set()).add(entry.version)
    for entry in entries:
        if len(versions[entry.name]) == 1:
            yield from locked(file, entry.offset, entry.name, entry.version)
            continue
        for descriptor in entry.header.split(", "):
            yield from locked(file, entry.offset, entry.name, entry.version, spec=_split(descriptor)[1])


def _by_workspace(file: SourceFile, entries: list[_Entry], workspaces: list[_Entry]) -> Finds:
    known = {descriptor: entry for entry in entries for descriptor in entry.header.split(", ")}
    for workspace in workspaces:
        folder = _WORKSPACE.search(workspace.header)
        if not folder:
            continue
        for name, spec in _listed(file.text, workspace):
            entry = known.get(f"{name}@{spec}") or known.get(f"{name}@npm:{spec}")
            if entry and "@workspace:" not in entry.header:
                yield from locked(file, entry.offset, entry.name, entry.version, app_of(file, folder[1]))


def _listed(text: str, workspace: _Entry) -> list[tuple[str, str]]:
    """The rows under `dependencies:`, where Berry puts development ones as well."""
    for start in _LISTS.finditer(text, workspace.offset, workspace.end):
        if start[1] == "dependencies":
            after = _LISTS.search(text, start.end(), workspace.end)
            end = after.start() if after else workspace.end
            return [(match[1], match[2]) for match in _DEPENDENCY.finditer(text, start.end(), end)]
    return []


COLLECTORS = (Collector("yarn-lock", _collect, names=frozenset({"yarn.lock"})),)
