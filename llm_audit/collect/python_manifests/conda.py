"""conda's `environment.yml`: channel packages, and the `pip:` list inside."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.collect.python_manifests import include, requirement, scope_of_group
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node, parse_yaml

_PATHS = expression(r"(?i)(?:^|/)(?:[^/]{0,60}environment[^/]{0,60}|conda[^/]{0,60}|env)\.ya?ml\Z")
_PACKAGE = expression(
    r"(?:(?P<channel>[\w./\-]{1,100})::)?(?P<name>[A-Za-z0-9_][A-Za-z0-9_.\-]{0,100})\s*(?P<spec>[<>=!~\s].*)?\Z"
)
_OPTION = expression(r"(?:-r|--requirement)[ =]*(\S+)")


@parsed(parse_yaml)
def _collect(file: SourceFile, documents: list[Node]) -> Finds:
    scope = scope_of_group(file.name.partition(".")[0], "runtime")
    for root in documents:
        for node in root.get("dependencies"):
            if node.is_map:
                yield from _pip(file, node.get("pip"), scope)
            elif found := _PACKAGE.match(node.text[:400]):
                yield from _package(file, node.line, found, scope)


def _package(file: SourceFile, line: int, found: re.Match[str], scope: str) -> Finds:
    spec = (found["spec"] or "").strip()
    channel = found["channel"] or ""
    name = found["name"].lower()
    yield fact(file, line, Kind.DEPENDENCY, name, spec, ecosystem="conda", scope=scope, channel=channel)


def _pip(file: SourceFile, nodes: Node, scope: str) -> Finds:
    for node in nodes:
        if option := _OPTION.match(node.text):
            yield from include(file, node.line, option[1])
        else:
            yield from requirement(file, node.line, node.text, scope)


COLLECTORS = (Collector("python-conda", _collect, paths=_PATHS, marks=(".yml", ".yaml"), needs=("dependencies:",)),)
