"""Readers of configuration formats that keep the line of every value. Nothing is expanded, resolved or executed."""

from llm_audit.parse.jsonc import parse_json
from llm_audit.parse.node import MISSING, BadSyntax, Node
from llm_audit.parse.toml import parse_toml
from llm_audit.parse.xml import parse_xml
from llm_audit.parse.yaml import parse_yaml

__all__ = ["MISSING", "BadSyntax", "Node", "parse_json", "parse_toml", "parse_xml", "parse_yaml"]
