"""appsettings.json: every key of it is a setting that the variable `Section__Key` overrides; its value is the default."""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, skipped
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, Reading, facts_of, harmless, sensitive
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile
from llm_audit.parse.jsonc import parse_json
from llm_audit.parse.node import BadSyntax, Node

_PATH = expression(r"(?:^|/)(?<!wwwroot/)appsettings(?:\.Production)?\.json\Z")
_FRAMEWORK = frozenset(
    "logging serilog nlog kestrel allowedhosts $schema detailederrors iissettings host profiles openapi swagger applicationinsights"
    " metrics tracing circuitoptions reverseproxy ipratelimiting ipratelimitpolicies hosting".split()
)
"""Sections that the framework and its loggers read."""
_KEY = expression(r"[A-Za-z]\w{0,59}\Z")
_BLANK = expression(
    r"(?i)\s*\Z|secret\Z|placeholder\Z|todo\Z|change.?me|replace.?me|your\b|your[-_ ]|[<{\[$#%].*[>}\]%]\Z|x{3,}\Z"
)
"""What stands for a value that somebody has to fill in."""
_DEEP = 4
_MOST = 60


def collect(file: SourceFile) -> Finds:
    """One reading per plain value; lists and what the framework itself reads are left out."""
    try:
        root = parse_json(file.text)
    except BadSyntax as error:
        yield skipped(file, "invalid JSON", error.line)
        return
    readings = [one for key, node in root.items() if key.lower() not in _FRAMEWORK for one in _leaves(key, node, 1)]
    yield from facts_of(file, readings[:_MOST])


def _leaves(name: str, node: Node, depth: int) -> Iterator[Reading]:
    if not _KEY.match(name.rpartition("__")[2]):
        return
    if isinstance(node.content, dict):
        for key, child in node.items() if depth < _DEEP else ():
            yield from _leaves(f"{name}__{key}", child, depth + 1)
    elif not isinstance(node.content, list | tuple):
        given = "" if _BLANK.match(node.text) else node.text
        value = given if not sensitive(name) else ""
        yield Reading(name, node.line, "appsettings", DEFAULT if given else OPTIONAL, harmless(value), "schema")


COLLECTORS = (Collector("env.appsettings", collect, paths=_PATH, marks=("appsettings",)),)
