"""What the names of a Python module stand for: import aliases, literals, configuration objects, helper functions."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from llm_audit.collect.env.py_syntax import CAPS, EXITS, Item, absent_names, dotted, fails, list_items, text_of

READERS = ("os.getenv", "os.environ.get", "getenv", "environ.get")
_LIBRARIES = {
    "environ.Env": "django-environ",
    "environ.FileAwareEnv": "django-environ",
    "environs.Env": "environs",
    "environs.FileAwareEnv": "environs",
    "decouple.AutoConfig": "decouple",
    "decouple.Config": "decouple",
    "decouple.config": "decouple",
    "starlette.config.Config": "starlette",
    "prettyconf.config": "prettyconf",
}


@dataclass(frozen=True, slots=True)
class Helper:
    """A function of the file that reads the variable whose name it is given."""

    strict: bool
    default: ast.expr | None
    prefix: str = ""
    suffixes: tuple[str, ...] = ()
    index: int = 0


class Names:
    """What the names of a module stand for, as far as literals and imports tell."""

    def __init__(self, tree: ast.Module) -> None:
        self.aliases: dict[str, str] = {}
        self.constants: dict[str, str] = {}
        self.lists: dict[str, list[Item]] = {}
        self.objects: dict[str, str] = {}
        self.helpers: dict[str, Helper] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.request = False
        """Whether a parameter `environ` is a web request's, as WSGI hands it on."""
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
                self._defaults(node.args)
            elif isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
            elif isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and dotted(node.func) in EXITS):
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

    def _defaults(self, given: ast.arguments) -> None:
        """Parameters that stand for the environment unless a caller gives something else, as tests do."""
        positional = [*given.posonlyargs, *given.args]
        self.request |= any(one.arg == "environ" for one in positional[:2])
        pairs = [
            *zip(positional[len(positional) - len(given.defaults) :], given.defaults, strict=True),
            *zip(given.kwonlyargs, given.kw_defaults, strict=True),
        ]
        self.aliases.update({one.arg: "os.environ" for one, value in pairs if value and dotted(value) == "os.environ"})

    def is_environ(self, name: str) -> bool:
        """Whether a dotted name is the process's environment."""
        if name == "environ" and self.request:
            return self.aliases.get(name, "") == "os.environ"
        return name in ("os.environ", "environ", "os.environb") or self.aliases.get(name, "") == "os.environ"

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
        strict = strict and not self._looks_first(function, parameter)
        strict = strict or any(isinstance(node, ast.If) and self._guards(node) for node in ast.walk(function))
        plain = [prefix for prefix, suffix in shapes if not suffix]
        if not plain:
            return None
        suffixes = tuple(sorted({suffix for _, suffix in shapes if suffix}))
        return Helper(strict, _parameter_default(function), plain[0], suffixes, index)

    def _looks_first(self, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str) -> bool:
        """Whether a function that never raises asks if the variable is there, or catches that it is not."""
        inside = list(ast.walk(function))
        if any(isinstance(node, ast.Raise) for node in inside):
            return False
        return any(isinstance(node, ast.Try) and node.handlers for node in inside) or any(
            isinstance(node, ast.Compare)
            and isinstance(node.ops[0], ast.In | ast.NotIn)
            and isinstance(node.left, ast.Name)
            and node.left.id == parameter
            and self.full(dotted(node.comparators[0])) == "os.environ"
            for node in inside
        )

    def _guards(self, node: ast.If) -> bool:
        """Whether the branch fails because a value is absent, held in a name or read in the test itself."""
        if not fails(node.body):
            return False
        negated = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
        read = negated and any(self._asked(inner)[0] is not None for inner in ast.walk(node.test))
        return read or any("." not in name for name in absent_names(node.test))

    def _asked(self, node: ast.AST) -> tuple[ast.expr | None, bool]:
        """The expression that names the variable which `node` reads, and whether its absence fails there."""
        if isinstance(node, ast.Call) and node.args:
            name = self.full(dotted(node.func))
            if name in READERS:
                return node.args[0], False
            known = self.helpers.get(name.rpartition(".")[2])
            if known and known.index == 0:
                return node.args[0], known.strict and len(node.args) < 2 and not node.keywords
        read = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
        if isinstance(node, ast.Subscript) and read and self.full(dotted(node.value)) == "os.environ":
            return node.slice, True
        return None, False


def _mentions_environ(value: ast.Call) -> bool:
    return any(dotted(argument) == "os.environ" for argument in value.args)


def _shape(node: ast.expr, parameter: str, constants: dict[str, str]) -> tuple[str, str] | None:
    """Literal text before and after the parameter in the name that is asked for."""
    marked = text_of(node, constants, parameter)
    if marked is None or marked.count("\0") != 1:
        return None
    before, _, after = marked.partition("\0")
    return (before, after) if re.fullmatch(r"\w*", before + after) else None


def name_of(node: ast.expr, names: Names) -> str:
    """The variable that an expression names; `*` for parts known at run time only, empty when nothing is known."""
    if isinstance(node, ast.Constant):
        value = node.value.decode("ascii", "ignore") if isinstance(node.value, bytes) else node.value
        return value if isinstance(value, str) else ""
    if isinstance(node, ast.Name):
        value = names.constants.get(node.id, "")
        return value if CAPS.match(value) else ""
    if isinstance(node, ast.Attribute):
        value = names.constants.get(node.attr, "")
        return value if CAPS.match(value) else ""
    text = text_of(node, names.constants) or ""
    text = re.sub(r"\*+", "*", text)
    return (
        text
        if re.fullmatch(r"[\w*]{3,100}", text)
        and len(re.sub(r"[^A-Z]", "", text)) >= (6 if text.startswith("*") else 2)
        else ""
    )


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
