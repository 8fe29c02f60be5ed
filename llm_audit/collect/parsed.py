"""Collectors of files in a known syntax get what a parser makes of the text; where it makes nothing, that is what they find."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import wraps
from typing import TypeVar

from llm_audit.collect.base import Finds, skipped
from llm_audit.model import Fact, Skipped, SourceFile
from llm_audit.parse import MISSING, BadSyntax, Node, parse_json, parse_toml, parse_yaml
from llm_audit.parse.conflicts import parse_first_side

Content = TypeVar("Content")
OfContent = Callable[[SourceFile, Content], Finds]
OfFile = Callable[[SourceFile], Finds]
Root = Generator[Fact | Skipped, None, Node]
"""What `yield from` gives the root node of."""


def parsed(parse: Callable[[str], Content], *, half_merged: bool = False) -> Callable[[OfContent[Content]], OfFile]:
    """Makes a collector of a function that wants a file's content; a file that cannot be parsed is skipped with the reason.

    Args:
        parse: a reader of the whole text that raises `BadSyntax`.
        half_merged: whether the first side of a file with conflict markers is read, as that of a manifest is worth it.
    """

    def wrap(collect: OfContent[Content]) -> OfFile:
        @wraps(collect)
        def collector(file: SourceFile) -> Finds:
            conflict = None
            try:
                content, conflict = parse_first_side(parse, file.text) if half_merged else (parse(file.text), None)
            except BadSyntax as error:
                yield skipped(file, error.what, error.line)
                return
            if conflict:
                yield skipped(file, conflict.what, conflict.line)
            yield from collect(file, content)

        return collector

    return wrap


def first_mapping(text: str) -> Node:
    """The first document of a YAML text that is a mapping; `MISSING` where there is none."""
    return next((root for root in parse_yaml(text) if root.is_map), MISSING)


def root_of(file: SourceFile, parse: Callable[[str], Node] = first_mapping) -> Root:
    """The root node of a file; `MISSING` and a skipped file where it cannot be parsed.

    Args:
        file: to be read whole, by a collector that has something to say of it even then.
        parse: a reader of the whole text that raises `BadSyntax`.
    """
    try:
        return parse(file.text)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        return MISSING


def parser_of(file: SourceFile) -> Callable[[str], Node]:
    """The parser for a file's suffix: JSON, TOML, or else YAML."""
    if file.suffix in (".json", ".jsonc"):
        return parse_json
    return parse_toml if file.suffix == ".toml" else first_mapping
