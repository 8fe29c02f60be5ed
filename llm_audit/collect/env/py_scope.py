"""What stands around a Python expression: fallbacks, guards, conditions, loops over literal names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from llm_audit.collect.env.py_names import READERS, Names
from llm_audit.collect.env.py_syntax import CAPS, Item, dotted, fails, list_items, literal


class Scope:
    """The surroundings of any node of one tree."""

    def __init__(self, parents: dict[ast.AST, ast.AST], names: Names) -> None:
        self._parents = parents
        self._names = names

    def up(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Pairs of child and parent from `node` to the root."""
        while parent := self._parents.get(node):
            yield node, parent
            node = parent

    def fallback(self, node: ast.expr) -> ast.expr | None:
        """What stands in when the value is empty: `x or "default"`, `x if x else "default"`."""
        for child, parent in self.up(node):
            if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or) and parent.values[-1] is not child:
                return parent.values[-1]
            if not isinstance(parent, ast.Call | ast.Attribute | ast.NamedExpr):
                return None
        return None

    def guards(self, node: ast.expr) -> bool:
        """Whether the absence of this value raises or exits, here or where its variable is tested."""
        negative = isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.NotIn)
        for child, parent in self.up(node):
            if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
                negative = True
            elif isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
                return False
            elif (
                isinstance(parent, ast.Compare) and parent.left is child and isinstance(parent.ops[0], ast.Is | ast.Eq)
            ):
                negative = isinstance(parent.comparators[0], ast.Constant) and parent.comparators[0].value in (None, "")
            elif isinstance(parent, ast.If):
                return negative and parent.test is child and fails(parent.body)
            elif isinstance(parent, ast.Assert):
                return parent.test is child
            elif isinstance(parent, ast.Assign | ast.AnnAssign):
                targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
                return any(dotted(target) in self._names.guarded for target in targets if dotted(target))
            elif isinstance(parent, ast.NamedExpr):
                if dotted(parent.target) in self._names.guarded:
                    return True
            elif isinstance(parent, ast.stmt):
                return False
        return False

    def checked(self, node: ast.expr) -> bool:
        """Whether the value is tested or compared rather than used."""
        for child, parent in self.up(node):
            if isinstance(parent, ast.Compare):
                return True
            if isinstance(parent, ast.If | ast.IfExp | ast.While):
                return parent.test is child
            if isinstance(parent, ast.BoolOp | ast.UnaryOp | ast.NamedExpr):
                continue
            if isinstance(parent, ast.Call) and dotted(parent.func) == "bool":
                return True
            if not isinstance(parent, ast.Attribute | ast.Call):
                return False
        return False

    def caught(self, node: ast.AST) -> bool:
        """Whether a missing key is caught here and does not end the program."""
        for child, parent in self.up(node):
            if isinstance(parent, ast.Try) and child in parent.body:
                return any(_takes_key_error(handler) and not fails(handler.body) for handler in parent.handlers)
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                return False
        return False

    def tested(self, node: ast.AST, name: str) -> bool:
        """Whether the node stands in a branch whose condition asks for the variable `name` itself."""
        for child, parent in self.up(node):
            if not isinstance(parent, ast.IfExp | ast.If):
                asked: list[ast.AST] = []
            else:
                asked = list(ast.walk(parent.test)) if child is not parent.test and name else []
            if any(isinstance(one, ast.Constant) and one.value == name for one in asked):
                return True
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                return False
        return False

    def sets(self, node: ast.Subscript) -> bool:
        """Whether the function around the node gives the same key a value: what is read there need not be set outside."""
        function = next(
            (one for _, one in self.up(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)), None
        )
        key = ast.dump(node.slice)
        return function is not None and any(
            isinstance(one, ast.Subscript)
            and isinstance(one.ctx, ast.Store)
            and dotted(one.value) == dotted(node.value)
            and ast.dump(one.slice) == key
            for one in ast.walk(function)
        )

    def condition(self, node: ast.AST) -> str:
        """The nearest comparison with a literal that the node stands under: `STORAGE == "s3"`; or the argument it stands in for."""
        for child, parent in self.up(node):
            if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or) and child is parent.values[-1]:
                text = self._not_passed(parent.values[0], parent)
            elif isinstance(parent, ast.If) and child in parent.body:
                text = _condition(parent.test, self._names) or self._not_passed(_missing(parent.test), parent)
            else:
                text = ""
            if text:
                return text
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                return ""
        return ""

    def _not_passed(self, value: ast.expr | None, node: ast.AST) -> str:
        """`key is None` for an argument of the function around the node that calls of the same file give it; else empty."""
        function = next(
            (one for _, one in self.up(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)), None
        )
        if function is None or not isinstance(value, ast.Name):
            return ""
        return f"{value.id} is None" if (function.name, value.id) in self._passed else ""

    @cached_property
    def _passed(self) -> frozenset[tuple[str, str]]:
        """The functions that calls of the tree give an argument by its name, each with that name."""
        calls = [one for one in self._parents if isinstance(one, ast.Call)]
        return frozenset(
            (dotted(call.func).rpartition(".")[2], word.arg)
            for call in calls
            for word in call.keywords
            if word.arg and not (isinstance(word.value, ast.Constant) and word.value.value is None)
        )

    def fails_nearby(self, node: ast.AST) -> bool:
        """Whether the function around the node, or the module outside of all functions, raises or exits."""
        for _, parent in self.up(node):
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
                return any(isinstance(one, ast.Raise) or _exits(one) for one in ast.walk(parent))
        return True

    def loop_names(self, node: ast.expr) -> list[Item]:
        """The literal names that a loop variable runs over."""
        if not isinstance(node, ast.Name):
            return []
        for _, parent in self.up(node):
            loops: list[ast.For | ast.comprehension] = []
            if isinstance(parent, ast.For):
                loops = [parent]
            elif isinstance(parent, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
                loops = list(parent.generators)
            for loop in loops:
                targets = loop.target.elts[:1] if isinstance(loop.target, ast.Tuple) else [loop.target]
                if any(isinstance(target, ast.Name) and target.id == node.id for target in targets):
                    return self._items(loop.iter)
        return []

    def _items(self, node: ast.expr) -> list[Item]:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "keys"):
            node = node.func.value
        name = dotted(node).rpartition(".")[2]
        return self._names.lists.get(name, []) if name else list_items(node)


def _exits(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) in ("sys.exit", "exit", "quit", "os._exit")


def _missing(test: ast.expr) -> ast.expr | None:
    """What a test finds missing: `key` of `key is None` and `not key`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is):
        nothing = isinstance(test.comparators[0], ast.Constant) and test.comparators[0].value is None
        return test.left if nothing else None
    return None


def _takes_key_error(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or dotted(kind) in ("KeyError", "Exception", "LookupError") for kind in kinds)


def _is_set(test: ast.expr, names: Names) -> str:
    """`X is set` for a test of a constant, of a variable or of its presence; `A is set or B is set` for several."""
    if isinstance(test, ast.BoolOp):
        parts = [_is_set(part, names) for part in test.values]
        return (" or " if isinstance(test.op, ast.Or) else " and ").join(parts) if all(parts) else ""
    name = ""
    if isinstance(test, ast.Name) and CAPS.match(test.id):
        name = test.id
    elif isinstance(test, ast.Call) and test.args and names.full(dotted(test.func)) in READERS:
        name = literal(test.args[0]) or ""
    elif isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In):
        name = (literal(test.left) or "") if names.is_environ(dotted(test.comparators[0])) else ""
    return f"{name} is set" if name and name not in _ALWAYS else ""


_ALWAYS = frozenset({"TYPE_CHECKING", "DEBUG", "TESTING"})
"""Names that say how the program runs rather than that a feature is on."""


def _is_member(node: ast.expr) -> bool:
    """Whether an expression takes a named member out of a mapping: `options["kind"]`."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
        return False
    return bool(dotted(node.value)) and isinstance(node.slice.value, str)


def _condition(test: ast.expr, names: Names) -> str:
    if said := _is_set(test, names):
        return said[:100]
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq | ast.In):
        return ""
    right = test.comparators[0]
    if not isinstance(right, ast.Constant | ast.Tuple | ast.List) or (
        isinstance(right, ast.Constant) and not isinstance(right.value, str)
    ):
        return ""
    left = ""
    if isinstance(test.left, ast.Call) and test.left.args and names.full(dotted(test.left.func)) in READERS:
        left = literal(test.left.args[0]) or ""
    left = left or dotted(test.left) or (ast.unparse(test.left) if _is_member(test.left) else "")
    if not left or left == "__name__":
        return ""
    operator = "==" if isinstance(test.ops[0], ast.Eq) else "in"
    return f"{left} {operator} {ast.unparse(right)}"[:100]


def scan(tree: ast.Module, names: Names) -> Iterator[tuple[ast.Call | ast.Subscript | ast.Compare, Scope]]:
    """Every call, subscript and comparison with its surroundings, in document order of nesting."""
    parents: dict[ast.AST, ast.AST] = {}
    scope = Scope(parents, names)
    found: list[ast.Call | ast.Subscript | ast.Compare] = []
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            parents[child] = node
        if isinstance(node, ast.Call | ast.Subscript | ast.Compare):
            found.append(node)
    for each in found:
        yield each, scope
