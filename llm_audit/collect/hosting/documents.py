"""Configuration documents read whole: a root node, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Generator

from llm_audit.collect.base import skipped
from llm_audit.model import Fact, Skipped, SourceFile
from llm_audit.parse import MISSING, BadSyntax, Node, parse_json, parse_toml, parse_yaml

Reading = Generator[Fact | Skipped, None, Node]
"""What `yield from` gives the root node of."""


def root_of(file: SourceFile) -> Reading:
    """The root mapping of a JSON, TOML or YAML file, by its suffix; `MISSING` and a skipped part otherwise."""
    try:
        if file.suffix in (".json", ".jsonc"):
            return parse_json(file.text)
        if file.suffix == ".toml":
            return parse_toml(file.text)
        return next((root for root in parse_yaml(file.text) if root.is_map), MISSING)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        return MISSING


def joined(node: Node, limit: int = 300) -> str:
    """The texts of a list, or the keys of a mapping, or the text, comma-separated."""
    items = [item.text for item in node] or [key for key, _ in node.items()] or [node.text]
    return ", ".join(filter(None, items))[:limit]
