"""What a Python syntax tree says around an expression: bound names, helper functions, fallbacks, guards, loops."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_CAPS = re.compile(r"[A-Z_][A-Z0-9_]{1,79}\Z")
_READERS = ("os.getenv", "os.environ.get", "getenv", "environ.get")
_LIBRARIES = {
    "environ.Env": "django-environ",
    "environ.FileAwareEnv": "django-environ",
    "environs.Env": "environs",
    "decouple.AutoConfig": "decouple",
    "decouple.Config": "decouple",
    "decouple.config": "decouple",
    "starlette.config.Config": "starlette",
    "prettyconf.config": "prettyconf",
}


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


@dataclass(frozen=True, slots=True)
class Helper:
    """A function of the file that reads the variable whose name it is given."""

    strict: bool
    default: ast.expr | None
    prefix: str = ""
    suffixes: tuple[str, ...] = ()
    index: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """An element of a literal list and its line."""

    text: str
    line: int


class Names:
    """What the names of a module stand for, as far as literals and imports tell."""

    def __init__(self, tree: ast.Module) -> None:
        self.aliases: dict[str, str] = {}
        self.constants: dict[str, str] = {}
        self.lists: dict[str, list[Item]] = {}
        self.objects: dict[str, str] = {}
        self.helpers: dict[str, Helper] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.raises = False
        self.guarded: set[str] = set()
        functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                self._import(node)
            elif isinstance(node, ast.Import):
                self.aliases.update({item.asname: item.name for item in node.names if item.asname})
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                self._assign(node, node.value)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions.append(node)
            elif isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
            elif isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and dotted(node.func) in _EXITS):
                self.raises = True
            elif isinstance(node, ast.If) and fails(node.body):
                self.guarded.update(absent_names(node.test))
        for _ in range(2):
            for function in functions:
                helper = self._helper(function)
                if helper:
                    self.helpers.setdefault(function.name, helper)

    def _import(self, node: ast.ImportFrom) -> None:
        for item in node.names:
            self.aliases[item.asname or item.name] = f"{node.module or ''}.{item.name}"

    def _assign(self, node: ast.Assign | ast.AnnAssign, value: ast.expr) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        for name in names:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                self.constants.setdefault(name, value.value)
            elif items := list_items(value):
                self.lists[name] = items
            elif isinstance(value, ast.Call):
                made = self.full(dotted(value.func))
                if made in _LIBRARIES:
                    self.objects[name] = _LIBRARIES[made]
                elif made in ("os.environ.copy", "dict") and (made != "dict" or _mentions_environ(value)):
                    self.aliases[name] = "os.environ"
            elif dotted(value) == "os.environ":
                self.aliases[name] = "os.environ"

    def full(self, name: str) -> str:
        """The name with an import alias of the standard library or of a known package resolved."""
        root, dot, rest = name.partition(".")
        target = self.aliases.get(root, "")
        return f"{target}{dot}{rest}" if target.startswith(("os", "environ", "decouple", "starlette")) else name

    def library(self, name: str) -> str:
        """The configuration library that a called object belongs to, or empty."""
        return self.objects.get(name.partition(".")[0], "") or _LIBRARIES.get(name, "")

    def _helper(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Helper | None:
        arguments = [*function.args.posonlyargs, *function.args.args]
        names = [argument.arg for argument in arguments if argument.arg not in ("self", "cls")]
        for index, name in enumerate(names[:4]):
            helper = self._helper_by(function, name, index)
            if helper:
                return helper
        return None

    def _helper_by(self, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str, index: int) -> Helper | None:
        shapes: list[tuple[str, str]] = []
        strict = False
        for node in ast.walk(function):
            name, hard = self._asked(node)
            shape = _shape(name, parameter, self.constants) if name is not None else None
            if shape:
                shapes.append(shape)
                strict = strict or hard
        if not shapes:
            return None
        strict = strict or any(
            isinstance(node, ast.If) and fails(node.body) and absent_names(node.test) for node in ast.walk(function)
        )
        plain = [prefix for prefix, suffix in shapes if not suffix]
        if not plain:
            return None
        suffixes = tuple(sorted({suffix for _, suffix in shapes if suffix}))
        return Helper(strict, _parameter_default(function), plain[0], suffixes, index)

    def _asked(self, node: ast.AST) -> tuple[ast.expr | None, bool]:
        """The expression that names the variable which `node` reads, and whether its absence fails there."""
        if isinstance(node, ast.Call) and node.args:
            name = self.full(dotted(node.func))
            if name in _READERS:
                return node.args[0], False
            known = self.helpers.get(name.rpartition(".")[2])
            if known and known.index == 0:
                return node.args[0], known.strict and len(node.args) < 2 and not node.keywords
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            if self.full(dotted(node.value)) == "os.environ":
                return node.slice, True
        return None, False


_EXITS = ("sys.exit", "exit", "os._exit", "quit")


def _mentions_environ(value: ast.Call) -> bool:
    return any(dotted(argument) == "os.environ" for argument in value.args)


def _shape(node: ast.expr, parameter: str, constants: dict[str, str]) -> tuple[str, str] | None:
    """Literal text before and after the parameter in the name that is asked for."""
    marked = _text(node, constants, parameter)
    if marked is None or marked.count("\0") != 1:
        return None
    before, _, after = marked.partition("\0")
    return (before, after) if re.fullmatch(r"\w*", before + after) else None


def _text(node: ast.expr, constants: dict[str, str], parameter: str = "") -> str | None:
    """The text of a name expression: `*` for unknown parts, NUL for the parameter."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        if node.id == parameter:
            return "\0"
        return constants.get(node.id, "*")
    if isinstance(node, ast.JoinedStr):
        parts = [
            _text(part.value if isinstance(part, ast.FormattedValue) else part, constants, parameter)
            for part in node.values
        ]
        return "".join(part if part is not None else "*" for part in parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left, constants, parameter), _text(node.right, constants, parameter)
        return f"{left if left is not None else '*'}{right if right is not None else '*'}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        left = _text(node.left, constants)
        return re.sub(r"%[sdr]", "*", left) if left else None
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("upper", "strip", "format")
    ):
        inner = _text(node.func.value, constants, parameter)
        return re.sub(r"\{[^{}]{0,40}\}", "*", inner) if inner and node.func.attr == "format" else inner
    return "*"


def name_of(node: ast.expr, names: Names, scope: Scope) -> str:
    """The variable's name that an expression stands for; `*` for parts known at run time; empty when nothing is known."""
    if isinstance(node, ast.Constant):
        value = node.value.decode("ascii", "ignore") if isinstance(node.value, bytes) else node.value
        return value if isinstance(value, str) else ""
    if isinstance(node, ast.Name):
        value = names.constants.get(node.id, "")
        return value if _CAPS.match(value) else ""
    if isinstance(node, ast.Attribute):
        value = names.constants.get(node.attr, "")
        return value if _CAPS.match(value) else ""
    text = _text(node, names.constants) or ""
    text = re.sub(r"\*+", "*", text)
    return (
        text
        if re.fullmatch(r"[\w*]{3,100}", text)
        and len(re.sub(r"[^A-Z]", "", text)) >= (6 if text.startswith("*") else 2)
        else ""
    )


def list_items(node: ast.expr) -> list[Item]:
    """The capital names in a literal list, tuple, set, or among the keys of a mapping; empty when others are among them."""
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
        if isinstance(item, ast.Constant) and isinstance(item.value, str) and _CAPS.match(item.value)
    ]
    return found if found and len(found) == len(elements) else []


def _parameter_default(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.expr | None:
    positional = [*function.args.posonlyargs, *function.args.args]
    pairs = dict(zip([item.arg for item in reversed(positional)], reversed(function.args.defaults), strict=False))
    pairs.update(
        {
            item.arg: value
            for item, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=False)
            if value
        }
    )
    return next((value for name, value in pairs.items() if "default" in name or name == "fallback"), None)


def fails(body: list[ast.stmt]) -> bool:
    """Whether the branch ends the program or raises, in one of its first statements."""
    for statement in body[:4]:
        if isinstance(statement, ast.Raise):
            return True
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            if dotted(statement.value.func) in _EXITS or dotted(statement.value.func).endswith(
                (".fail", ".abort", ".exit")
            ):
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

    def condition(self, node: ast.AST) -> str:
        """The nearest comparison with a literal that the node stands under: `STORAGE == "s3"`."""
        for child, parent in self.up(node):
            if isinstance(parent, ast.If) and child in parent.body:
                text = _condition(parent.test, self._names)
                if text:
                    return text
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                return ""
        return ""

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


def _takes_key_error(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or dotted(kind) in ("KeyError", "Exception", "LookupError") for kind in kinds)


def _condition(test: ast.expr, names: Names) -> str:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq | ast.In):
        return ""
    right = test.comparators[0]
    if not isinstance(right, ast.Constant | ast.Tuple | ast.List) or (
        isinstance(right, ast.Constant) and not isinstance(right.value, str)
    ):
        return ""
    left = ""
    if isinstance(test.left, ast.Call) and test.left.args and names.full(dotted(test.left.func)) in _READERS:
        left = literal(test.left.args[0]) or ""
    left = left or dotted(test.left)
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
