"""Dart and Flutter: `pubspec.yaml` and the resolved versions of `pubspec.lock`."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import MISSING, Node, parse_yaml

_TABLES = {"dependencies": "runtime", "dev_dependencies": "dev", "dependency_overrides": "managed"}
_LOCKED = expression(
    r'^  (?P<name>\w+):$|^    dependency: "?(?P<how>[^"\n]*)"?$|^    source: (?P<source>\w+)$'
    r'|^    version: "(?P<version>[^"\n]+)"$',
    re.MULTILINE,
)


@parsed(parse_yaml, half_merged=True)
def collect_manifest(file: SourceFile, roots: list[Node]) -> Finds:
    """Dependencies from a registry, a repository or a folder; those that come with the SDK are part of the language."""
    root = roots[0] if roots else MISSING
    if name := root.get("name").text:
        yield fact(file, root.get("name").line, Kind.SETTING, "project.name", name, ecosystem="pub")
    for member in root.get("workspace"):
        if member.text:
            yield fact(file, member.line, Kind.SETTING, "workspace.member", member.text, ecosystem="pub")
    for table, scope in _TABLES.items():
        for package, node in root.get(table).items():
            if not node.get("sdk"):
                yield from _dependency(file, package, node, scope)


def _dependency(file: SourceFile, package: str, node: Node, scope: str) -> Finds:
    git = node.get("git")
    yield fact(
        file,
        node.line,
        Kind.DEPENDENCY,
        package,
        node.get("version").text or git.get("ref").text if node.is_map else node.text,
        ecosystem="pub",
        scope=scope,
        source="local" if node.get("path") else "git" if git else "",
        url=git.get("url").text or git.text,
    )


def collect_lock(file: SourceFile) -> Finds:
    """Resolved versions of hosted and repository packages; `transitive` ones have scope `indirect`."""
    name, how, source, where = "", "", "", 0
    for match in _LOCKED.finditer(file.text):
        if match["name"]:
            name, how, source, where = match["name"], "", "", match.start()
        elif match["how"]:
            how = match["how"]
        elif match["source"]:
            source = match["source"]
        elif name and match["version"] and source in ("hosted", "git", ""):
            scope = "indirect" if how == "transitive" else "dev" if how == "direct dev" else "runtime"
            git = "git" if source == "git" else ""
            yield at(file, where, Kind.LOCKED, name, match["version"], ecosystem="pub", scope=scope, source=git)


COLLECTORS = (
    Collector("pub-manifest", collect_manifest, names=frozenset({"pubspec.yaml", "pubspec.yml"})),
    Collector("pub-lock", collect_lock, names=frozenset({"pubspec.lock"})),
)
