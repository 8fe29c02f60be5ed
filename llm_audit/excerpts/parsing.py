"""The process in which grammars run: text in, blocks out, one JSON line each. Started as a script, never imported.

Grammars take minutes over a few thousand characters that were written to that end. So they run apart from the program, and
the system ends this process when one text has taken too much of the processor.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

SECONDS = 3.0
"""Processor time for one text; honest files of this size take some hundredths of a second."""
MEMORY = 2 << 30
MOST_NODES = 200_000

_FUNCTIONS = frozenset(
    "function_definition function_declaration function_item method_definition method_declaration method singleton_method "
    "constructor_declaration constructor_definition function_expression arrow_function func_literal lambda_expression "
    "closure_expression local_function_statement init_declaration generator_function_declaration function "
    "anonymous_function anonymous_function_creation_expression secondary_constructor property_declaration".split()
)
_TYPES = frozenset(
    "class_definition class_declaration class class_specifier struct_specifier struct_item enum_item impl_item trait_item "
    "mod_item interface_declaration type_declaration object_declaration object_definition module record_declaration "
    "struct_declaration enum_declaration trait_declaration trait_definition namespace_declaration protocol_declaration".split()
)
_MAPPINGS = frozenset({"block_mapping_pair", "block_sequence_item", "pair"})
_BEFORE = frozenset({"decorator", "attribute_item", "attribute_list", "annotation", "marker_annotation"})
_DEFINE = {"def": "f", "defp": "f", "defmacro": "f", "defmodule": "t"}
_ORDER = "ftmb"


def kind_of(node: Any, language: str) -> str:
    """What a node is: `f`unction or resource, `t`ype, `m`apping, other `b`lock; empty for none."""
    kind = node.kind()
    if kind in _FUNCTIONS or (language == "hcl" and kind == "block"):
        return "f"
    if kind in _TYPES:
        return "t"
    if kind in _MAPPINGS:
        return "m"
    if language == "elixir" and kind == "call":
        first = next(iter(node.children()), None)
        return _DEFINE.get(first.text() if first is not None else "", "b")
    return "" if "comment" in kind else "b"


def blocks(text: str, language: str) -> list[tuple[int, int, str]]:
    """Every node of more than one line: 1-based first and last line, and what it is."""
    from ast_grep_py import SgRoot

    best: dict[tuple[int, int], str] = {}
    stack = [(child, 0, 0) for child in SgRoot(text, language).root().children()]
    left = MOST_NODES
    while stack and left:
        left -= 1
        node, outer_start, outer_end = stack.pop()
        start, end = _lines(node)
        if start == end:
            continue
        kind = kind_of(node, language)
        first, last = start, end
        if kind in ("f", "t"):
            # what opens on the same line is one with it: `export const x = async () => {`, `app.post("/", () => {`
            if outer_start == start and outer_end <= end + 2:
                last = max(outer_end, end)
            first = min([start, *_leading(node)])
        if kind:
            known = best.get((first, last), "b")
            best[first, last] = min(known, kind, key=_ORDER.index)
        wide = (outer_start, max(outer_end, end)) if outer_start == start else (start, end)
        stack += [(child, *wide) for child in node.children()]
    return [(start, end, kind) for (start, end), kind in sorted(best.items())]


def _lines(node: Any) -> tuple[int, int]:
    where = node.range()
    start, end = where.start.line + 1, where.end.line + 1
    return start, end - 1 if where.end.column == 0 and end > start else end


def _leading(node: Any) -> Iterator[int]:
    """First lines of the decorators and attributes that stand before a definition."""
    parent = node.parent()
    if parent is not None and parent.kind() == "decorated_definition":
        yield _lines(parent)[0]
    before = node.prev()
    while before is not None and before.kind() in _BEFORE:
        yield _lines(before)[0]
        before = before.prev()


def main() -> None:
    """Answers each line of standard input, until it ends."""
    _bound(MEMORY)
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        _allow(SECONDS)
        asked = json.loads(line)
        try:
            found = blocks(asked["text"], asked["language"])
        except Exception:  # noqa: BLE001 - text that no grammar takes has no blocks
            found = []
        out.write(json.dumps(found).encode() + b"\n")
        out.flush()


def _bound(size: int) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (ImportError, ValueError, OSError):
        return


def _allow(seconds: float) -> None:
    """Has the system end this process after so much processor time; where it cannot, the parent's patience counts."""
    import signal

    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main()
