"""Python lockfiles: Poetry, PDM, uv, `pylock.toml` and Pipenv. uv's alone knows which packages are direct, and whose.

Locks of thousands of packages are read by expression, not as TOML; only their `[[package]]` tables matter.
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import Any, NamedTuple

from llm_audit.collect.base import Collector, Finds, at, skipped
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_PACKAGE = expression(
    r"^\[\[packages?\]\]\n(?:#[^\n]*\n)?"
    r'name = "(?P<name>[^"\n]{1,200})"\n(?:version = "(?P<version>[^"\n]{1,200})"\n)?',
    re.MULTILINE,
)
_MEMBER = expression(r'^source = \{ (?:virtual|editable|directory) = "([^"\n]*)"', re.MULTILINE)
_METADATA = expression(r"^\[package\.metadata", re.MULTILINE)
_NEEDS = expression(r'\{ name = "([^"\n]{1,200})"(?:, version = "([^"\n]{1,200})")?')
_PIPENV_PLACE = expression(r'^\s*"([^"\n]{1,200})":\s*\{', re.MULTILINE)


class _Package(NamedTuple):
    name: str
    version: str
    start: int
    end: int


def _collect_toml(file: SourceFile) -> Finds:
    packages = _packages(file.text)
    members = [(package, found[1]) for package in packages if (found := _member(file.text, package))]
    if not members:
        seen: set[tuple[str, str]] = set()
        for package in packages:
            # PDM repeats a package for each set of extras
            if package.version and (package.name, package.version) not in seen:
                seen.add((package.name, package.version))
                yield at(file, package.start, Kind.LOCKED, package.name, package.version, ecosystem="pypi")
        return
    by_name: dict[str, list[_Package]] = {}
    local = {package.name for package, _ in members}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
    for package, folder in members:
        app = posixpath.normpath(posixpath.join(file.folder, folder))
        for name, version in sorted(_direct(file.text, package)):
            for target in by_name.get(name, ()):
                if name not in local and target.version and version in ("", target.version):
                    yield at(
                        file, target.start, Kind.LOCKED, name, target.version, ecosystem="pypi", app=app, direct="yes"
                    )


def _packages(text: str) -> list[_Package]:
    matches = list(_PACKAGE.finditer(text))
    ends = [match.start() for match in matches[1:]] + [len(text)]
    return [
        _Package(match["name"].lower(), match["version"] or "", match.start("name"), end)
        for match, end in zip(matches, ends, strict=False)
    ]


def _member(text: str, package: _Package) -> re.Match[str] | None:
    """The source of a package that is part of the repository itself."""
    return _MEMBER.search(text, package.start, package.end)


def _direct(text: str, package: _Package) -> set[tuple[str, str]]:
    """What a member depends on, in any group; its metadata repeats them without resolved versions."""
    metadata = _METADATA.search(text, package.start, package.end)
    end = metadata.start() if metadata else package.end
    return {(match[1], match[2] or "") for match in _NEEDS.finditer(text, package.start, end)}


def _collect_pipenv(file: SourceFile) -> Finds:
    try:
        data: Any = json.loads(file.text)
    except (ValueError, RecursionError) as error:
        yield skipped(file, "invalid JSON", getattr(error, "lineno", 0))
        return
    places: dict[str, int] = {}
    for match in _PIPENV_PLACE.finditer(file.text):
        places.setdefault(match[1], match.start(1))
    for group, packages in data.items() if isinstance(data, dict) else ():
        if group == "_meta" or not isinstance(packages, dict):
            continue
        for name, entry in packages.items():
            version = entry.get("version") if isinstance(entry, dict) else None
            if isinstance(version, str):
                resolved = version.removeprefix("==")
                yield at(file, places.get(name, 0), Kind.LOCKED, name.lower(), resolved, ecosystem="pypi")


COLLECTORS = (
    Collector(
        "python-lock",
        _collect_toml,
        names=frozenset({"poetry.lock", "uv.lock", "pdm.lock"}),
        paths=expression(r"(?:^|/)pylock(?:\.[^/]{1,60})?\.toml\Z"),
        marks=("pylock",),
    ),
    Collector("python-pipenv-lock", _collect_pipenv, names=frozenset({"Pipfile.lock"})),
)
