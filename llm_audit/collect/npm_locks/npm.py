"""`package-lock.json` and `npm-shrinkwrap.json`: versions 2 and 3 know each workspace's dependencies, 1 does not."""

from __future__ import annotations

import re
from typing import Any

from llm_audit.collect.base import Collector, Finds, skipped
from llm_audit.collect.expressions import expression
from llm_audit.collect.npm_locks import MANIFEST_FIELDS, app_of, load_json, locked, mapping, offsets
from llm_audit.model import SourceFile
from llm_audit.parse import BadSyntax

_PLACE = expression(r'"((?:[^"\n]{1,300}/)?node_modules/[^"\n]{1,300})"\s*:\s*\{')
_OLD_PLACE = expression(r'"([^"\n]{1,214})"\s*:\s*\{\s*"version"')
_LINEWISE = expression(
    r'^[ \t]*"node_modules/((?:@[^/"\n]+/)?[^/"\n]+)": \{\n\s*(?:"name": "[^"\n]+",\n\s*)?"version": "([^"\n]+)"',
    re.MULTILINE,
)


def _collect(file: SourceFile) -> Finds:
    try:
        data = load_json(file.text)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        for match in _LINEWISE.finditer(file.text):
            yield from locked(file, match.start(1), match[1], match[2])
        return
    packages = mapping(data.get("packages"))
    if packages:
        yield from _by_importer(file, packages)
    else:
        yield from _flat(file, mapping(data.get("dependencies")))


def _by_importer(file: SourceFile, packages: dict[str, Any]) -> Finds:
    places = offsets(_PLACE, file.text)
    for importer, entry in packages.items():
        if "node_modules/" in importer or importer == "node_modules":
            continue
        names = {name for field in MANIFEST_FIELDS for name in mapping(mapping(entry).get(field))}
        for name in sorted(names):
            place = _resolve(packages, importer, name)
            resolved = mapping(packages.get(place))
            version = resolved.get("version")
            if isinstance(version, str) and not resolved.get("link"):
                real = resolved.get("name")
                package = real if isinstance(real, str) else name
                yield from locked(file, places.get(place, 0), package, version, app_of(file, importer))


def _resolve(packages: dict[str, Any], importer: str, name: str) -> str:
    """The place of a package as Node finds it: in the importer's own folder, else in those above."""
    folder = importer
    while folder:
        place = f"{folder}/node_modules/{name}"
        if place in packages:
            return place
        folder = folder.rpartition("/")[0]
    return f"node_modules/{name}"


def _flat(file: SourceFile, dependencies: dict[str, Any]) -> Finds:
    places = offsets(_OLD_PLACE, file.text)
    for name, entry in dependencies.items():
        version = mapping(entry).get("version")
        if isinstance(version, str):
            alias = version.removeprefix("npm:")
            package, _, resolved = alias.rpartition("@") if alias != version else (name, "", version)
            yield from locked(file, places.get(name, 0), package or name, resolved)


COLLECTORS = (Collector("npm-lock", _collect, names=frozenset({"package-lock.json", "npm-shrinkwrap.json"})),)
