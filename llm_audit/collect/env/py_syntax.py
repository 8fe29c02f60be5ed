"""Python expressions and statements read without running them: names, literals, lists of names, tests for absence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from llm_audit.collect.expressions import expression

CAPS = expression(r"[A-Z_][A-Z0-9_]{1,79}\Z")


class Item(NamedTuple):
    """An element of a literal list and its line."""

    text: str
    line: int


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a chain of attributes, empty for anything else; calls within the chain are left out."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Name):
            return ".".join(reversed([*parts, node.id]))
        elif isinstance(node, ast.Call) and parts:
            node = node.func
        else:
            return ""


def literal(node: ast.expr | None) -> str | None:
    """The text of a literal; empty for None and empty containers; None when it is computed."""
    if isinstance(node, ast.Constant):
        return "" if node.value is None or node.value is ... else str(node.value)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return "" if not node.elts else None
    if isinstance(node, ast.Dict):
        return "" if not node.keys else None
    if isinstance(node, ast.UnaryOp | ast.BinOp):
        text = ast.unparse(node) if all(isinstance(n, _ARITHMETIC) for n in ast.walk(node)) else ""
        return text[:60] or None
    return None


_ARITHMETIC = (ast.UnaryOp, ast.BinOp, ast.Constant, ast.operator, ast.unaryop)


def text_of(node: ast.expr, constants: dict[str, str], parameter: str = "") -> str | None:
    """The text of a name expression: `*` for unknown parts, NUL for the parameter."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        if node.id == parameter:
            return "\0"
        return constants.get(node.id, "*")
    if isinstance(node, ast.JoinedStr):
        parts = [
            text_of(part.value if isinstance(part, ast.FormattedValue) else part, constants, parameter)
            for part in node.values
        ]
        return "".join(part if part is not None else "*" for part in parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = text_of(node.left, constants, parameter), text_of(node.right, constants, parameter)
        return f"{left if left is not None else '*'}{right if right is not None else '*'}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        left = text_of(node.left, constants)
        return re.sub(r"%[sdr]", "*", left) if left else None
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("upper", "strip", "format")
    ):
        inner = text_of(node.func.value, constants, parameter)
        return re.sub(r"\{[^{}]{0,40}\}", "*", inner) if inner and node.func.attr == "format" else inner
    return "*"


def list_items(node: ast.expr) -> list[Item]:
    """The names in a literal list, tuple or set, or the keys of a mapping, provided that all are in capitals."""
    if isinstance(node, ast.Call) and dotted(node.func) in ("frozenset", "set", "tuple", "list") and node.args:
        node = node.args[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "keys"):
        node = node.func.value
    elements: list[ast.expr | None] = []
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        elements = [item.elts[0] if isinstance(item, ast.Tuple) and item.elts else item for item in node.elts]
    elif isinstance(node, ast.Dict):
        elements = list(node.keys)
    found = [
        Item(item.value, item.lineno)
        for item in elements
        if isinstance(item, ast.Constant) and isinstance(item.value, str) and CAPS.match(item.value)
    ]
    return found if found and len(found) == len(elements) else []


EXITS = ("sys.exit", "exit", "os._exit", "quit")


def fails(body: list[ast.stmt]) -> bool:
    """Whether the branch ends the program or raises, in one of its first statements."""
    for statement in body[:4]:
        if isinstance(statement, ast.Raise):
            return True
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = dotted(statement.value.func)
            if called in EXITS or called.endswith((".fail", ".abort", ".exit")):
                return True
    return False


def absent_names(test: ast.expr) -> Iterator[str]:
    """Names whose emptiness makes the test true: `not x`, `x is None`, `x == ""`, joined by or."""
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from absent_names(value)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        operands = [test.operand]
        if isinstance(test.operand, ast.Call) and dotted(test.operand.func) == "all" and test.operand.args:
            inner = test.operand.args[0]
            operands = list(inner.elts) if isinstance(inner, ast.List | ast.Tuple) else []
        elif isinstance(test.operand, ast.BoolOp):
            operands = test.operand.values
        yield from (dotted(operand) for operand in operands if dotted(operand))
    elif isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Is | ast.Eq):
        right = test.comparators[0]
        if isinstance(right, ast.Constant) and right.value in (None, "") and dotted(test.left):
            yield dotted(test.left)
