"""Files left with merge conflict markers: the first side is still worth reading, its lines stay where they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from llm_audit.parse.node import BadSyntax

T = TypeVar("T")

_START = re.compile(r"^<{7}(?= |$)", re.MULTILINE)


def parse_first_side(parse: Callable[[str], T], text: str) -> tuple[T, BadSyntax | None]:
    """What `parse` makes of the text; where it fails on conflict markers, of its first side.

    Args:
        parse: a reader that raises `BadSyntax`.
        text: the whole file.

    Returns:
        The result, and the complaint about conflict markers when there were any.

    Raises:
        BadSyntax: the first side is not valid either, or there are no markers.
    """
    try:
        return parse(text), None
    except BadSyntax:
        start = _START.search(text)
        if start is None:
            raise
        complaint = BadSyntax("merge conflict", text.count("\n", 0, start.start()) + 1)
        return parse(first_side(text)), complaint


def first_side(text: str) -> str:
    """The text with markers and second sides emptied, so that every kept line has its old number."""
    rows: list[str] = []
    keep = True
    for row in text.split("\n"):
        if row.startswith("<<<<<<<"):
            rows.append("")
        elif row.startswith(("|||||||", "=======")):
            keep = False
            rows.append("")
        elif row.startswith(">>>>>>>"):
            keep = True
            rows.append("")
        else:
            rows.append(row if keep else "")
    return "\n".join(rows)
