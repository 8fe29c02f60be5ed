"""A value of a configuration file together with the line it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

Scalar = str | int | float | bool | None
Content: TypeAlias = "Scalar | dict[str, Node] | list[Node]"

MAX_DEPTH = 100
"""Deeper nesting is refused: no configuration that people write comes near it."""


class BadSyntax(ValueError):
    """The text is not valid in its format.

    Args:
        what: a short phrase such as `invalid JSON`.
        line: 1-based line where reading stopped, 0 when unknown.
    """

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


@dataclass(frozen=True, slots=True)
class Node:
    """A mapping, list or scalar; `line` is 1-based, that of the key for a mapping's values, else of the value."""

    content: Content
    line: int

    def get(self, *path: str) -> Node:
        """The node under these keys, or `MISSING`; never raises."""
        node = self
        for key in path:
            node = node.content.get(key, MISSING) if isinstance(node.content, dict) else MISSING
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping; nothing for any other node."""
        return iter(self.content.items() if isinstance(self.content, dict) else ())

    def __iter__(self) -> Iterator[Node]:
        """The elements of a list; nothing for any other node."""
        return iter(self.content if isinstance(self.content, list) else ())

    def __bool__(self) -> bool:
        return self is not MISSING

    @property
    def text(self) -> str:
        """The scalar as text (`true`, `3.1`), empty for null, mappings and lists."""
        if self.content is None or isinstance(self.content, dict | list):
            return ""
        return str(self.content).lower() if isinstance(self.content, bool) else str(self.content)

    @property
    def is_map(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.content, dict)

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.content, list)

    def walk(self) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Every scalar below, with its keys; list elements have their index as key. Aliased nodes appear once."""
        seen: set[int] = set()
        stack: list[tuple[tuple[str, ...], Node]] = [((), self)]
        while stack:
            path, node = stack.pop()
            if isinstance(node.content, dict | list):
                if id(node.content) in seen:
                    continue
                seen.add(id(node.content))
                pairs = node.content.items() if isinstance(node.content, dict) else enumerate(node.content)
                stack.extend(reversed([((*path, str(key)), child) for key, child in pairs]))
            else:
                yield path, node


MISSING = Node(None, 0)
"""Stands for a key that is not there; false in a condition."""
