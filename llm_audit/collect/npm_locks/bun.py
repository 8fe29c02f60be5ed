"""`bun.lock`, Bun's text lockfile: JSON with trailing commas, workspaces first, then one row per package."""

from __future__ import annotations

import re
from typing import Any

from llm_audit.collect.base import Collector, Finds, at, skipped
from llm_audit.collect.expressions import expression
from llm_audit.collect.npm_locks import MANIFEST_FIELDS, app_of, load_json, locked, mapping, offsets
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax

_TRAILING = expression(r",(?=\s*[}\]])")
_ROW = expression(r'^\s*"([^"\n]{1,500})": \["', re.MULTILINE)
_LINEWISE = expression(r'^\s*"((?:@[^/"\n]+/)?[^/"\n]+)": \["((?:@[^/"\n]+/)?[^@"\n]+)@(\d[^"\n]*)"', re.MULTILINE)
_RESOLVED = expression(r"((?:@[^/@\s]+/)?[^/@\s]+)@(?!workspace:|link:|file:)(.+)")


def _collect(file: SourceFile) -> Finds:
    try:
        data = load_json(_TRAILING.sub("", file.text))
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        for match in _LINEWISE.finditer(file.text):
            yield from locked(file, match.start(1), match[2], match[3])
        return
    places = offsets(_ROW, file.text)
    packages = mapping(data.get("packages"))
    for importer, entry in mapping(data.get("workspaces")).items():
        own = mapping(entry).get("name")
        names = {name for field in MANIFEST_FIELDS for name in mapping(mapping(entry).get(field))}
        for name in sorted(names):
            place = next((key for key in (f"{own}/{name}", name) if key in packages), "")
            resolved = _RESOLVED.match(_first(packages.get(place)))
            if resolved:
                app = app_of(file, importer)
                yield from locked(file, places.get(place, 0), resolved[1], resolved[2], app)
    yield from _catalogs(file, data)


def _first(row: Any) -> str:
    return row[0] if isinstance(row, list) and row and isinstance(row[0], str) else ""


def _catalogs(file: SourceFile, data: dict[str, Any]) -> Finds:
    """Specs of the shared catalogs, on the line of the catalog's key where its own cannot be told."""
    catalogs = {"default": data.get("catalog"), **mapping(data.get("catalogs"))}
    start = max(file.text.find('"catalog'), 0)
    for catalog, entries in catalogs.items():
        for name, spec in mapping(entries).items():
            if isinstance(spec, str):
                offset = max(file.text.find(f'"{name}": "{spec}"', start), start)
                yield at(file, offset, Kind.LOCKED, name, spec, ecosystem="npm", catalog=catalog)


COLLECTORS = (Collector("bun-lock", _collect, names=frozenset({"bun.lock"})),)
