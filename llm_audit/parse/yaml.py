"""YAML by composition only: tags are never constructed, and an alias stands for its anchor's node without being copied."""

from __future__ import annotations

import re

import yaml

from llm_audit.parse.node import MAX_DEPTH, BadSyntax, Content, Node

MAX_ALIASES = 1000
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def parse_yaml(text: str) -> list[Node]:
    """The documents of a YAML stream. Booleans and numbers stay text as written, null becomes None.

    Raises:
        BadSyntax: the text is no YAML, nested too deeply, or holds an excess of aliases.
    """
    if text.count("*") > MAX_ALIASES and text.count(": *") + text.count("- *") > MAX_ALIASES:
        raise BadSyntax("too many YAML aliases")
    _refuse_deep(text)
    try:
        roots = _compose(text)
        memo: dict[int, Content] = {}
        return [Node(_content(root, memo, 0), root.start_mark.line + 1) for root in roots if root is not None]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadSyntax("invalid YAML", mark.line + 1 if mark else 0) from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, BadSyntax):
            raise
        raise BadSyntax("invalid YAML") from error


def _refuse_deep(text: str) -> None:
    """Refuses nesting that would exhaust the C stack of the composer, which recurses without a bound of its own.

    Raises:
        BadSyntax: brackets or block markers are nested deeper than people write.
    """
    if _BLOCK_TOWER.search(text):
        raise BadSyntax("nested too deeply")
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "[{" else -1 if depth else 0
        if depth > MAX_DEPTH * 5:
            raise BadSyntax("nested too deeply")


_BLOCK_TOWER = re.compile(r"(?m)^(?:[ \t]{2000}|(?:[-?][ \t]+){200})")
_BRACKET = re.compile(r"[\[\]{}]")


def _compose(text: str) -> list[yaml.Node | None]:
    try:
        return list(yaml.compose_all(text, Loader=_Loader))
    except yaml.composer.ComposerError as error:
        if "duplicate anchor" not in str(error):
            raise
        return list(yaml.compose_all(text, Loader=_Redefining))


class _Redefining(yaml.SafeLoader):
    """Lets an anchor be defined again, as YAML 1.2 does; the library's composer follows 1.1 and refuses."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if not self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            self.anchors.pop(event.anchor, None)
        return super().compose_node(parent, index)


def _content(node: yaml.Node, memo: dict[int, Content], depth: int) -> Content:
    if depth > MAX_DEPTH:
        raise BadSyntax("nested too deeply", node.start_mark.line + 1)
    if id(node) in memo:
        return memo[id(node)]
    content: Content
    if isinstance(node, yaml.MappingNode):
        memo[id(node)] = content = {}
        _fill(content, node, memo, depth)
    elif isinstance(node, yaml.SequenceNode):
        memo[id(node)] = content = []
        content.extend(Node(_content(item, memo, depth + 1), item.start_mark.line + 1) for item in node.value)
    else:
        content = None if node.value in _NULLS and getattr(node, "style", None) is None else str(node.value)
        memo[id(node)] = content
    return content


def _fill(content: dict[str, Node], node: yaml.MappingNode, memo: dict[int, Content], depth: int) -> None:
    merged: list[yaml.Node] = []
    for key, value in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            merged.extend(value.value if isinstance(value, yaml.SequenceNode) else [value])
        elif isinstance(key, yaml.ScalarNode):
            content[str(key.value)] = Node(_content(value, memo, depth + 1), key.start_mark.line + 1)
    for source in merged:
        inherited = _content(source, memo, depth + 1)
        if isinstance(inherited, dict):
            for name, child in inherited.items():
                content.setdefault(name, child)
