"""Collectors of files in a known syntax get what a parser makes of the text; where it makes nothing, that is what they find."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from llm_audit.collect.base import Finds, skipped
from llm_audit.model import SourceFile
from llm_audit.parse import BadSyntax
from llm_audit.parse.conflicts import parse_first_side

Content = TypeVar("Content")
OfContent = Callable[[SourceFile, Content], Finds]
OfFile = Callable[[SourceFile], Finds]


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
