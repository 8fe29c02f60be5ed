"""Python: the environment mapping, helpers of the file, option parsers; read from the syntax tree."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, skipped
from llm_audit.collect.env.py_names import Names, name_of
from llm_audit.collect.env.py_scope import Scope, scan
from llm_audit.collect.env.py_settings import settings_readings
from llm_audit.collect.env.py_syntax import dotted, literal
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, REQUIRED, Reading, commented, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_GATE = expression(
    r"environ|getenv|st\.secrets|streamlit\.secrets|env_?var|BaseSettings|Settings\(|env_prefix|(?:env|Env|ENV|config|Config|secret|Secret)\w{0,40}"
    r"(?:\.\w{1,30})?\(\s{0,20}[\"'][A-Z]"
)
_PLAIN = expression(
    r"(?:os\.)?(?:environ(?:\.get\(|\[)|getenv\()\s{0,9}[\"'](?P<name>[A-Za-z_]\w{1,79})[\"'](?P<rest>\s{0,3}\]"
    r"(?!\s{0,3}=[^=])|\s{0,3}[,)])"
)


def collect(file: SourceFile) -> Finds:
    """Readings of a Python file; of one that does not parse, those that a search finds."""
    if not _GATE.search(file.text):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(file.text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield from facts_of(file, _searched(file))
        if not re.search(r"\bprint [\"'%]|except \w+, \w+:", file.text):
            yield skipped(file, "invalid Python", getattr(error, "lineno", 0) or 0)
        return
    names = Names(tree)
    schemed = [*settings_readings(tree, names, file.text)]
    typed = {one.name for one in schemed if one.via == "django-environ"}
    # a name with a default in the scheme of `environ.Env(...)` may be looked up without one
    looked_up = [one for one in _tree_readings(tree, names) if one.via != "django-environ" or one.name not in typed]
    yield from facts_of(file, [*looked_up, *schemed])


def _searched(file: SourceFile) -> Iterator[Reading]:
    for match in _PLAIN.finditer(file.text):
        if not commented(file.text, match.start()):
            need = REQUIRED if "]" in match["rest"] else OPTIONAL
            yield Reading(
                match["name"],
                file.line_of(match.start()),
                "os.environ",
                need,
                "",
                "lookup" if need == REQUIRED else "bare",
            )


def _tree_readings(tree: ast.Module, names: Names) -> Iterator[Reading]:
    for node, scope in scan(tree, names):
        if isinstance(node, ast.Call):
            yield from _call(node, scope, names)
        elif (
            isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and names.is_environ(dotted(node.value))
        ):
            if scope.sets(node):
                continue
            soft = scope.caught(node) or scope.tested(node, name_of(node.slice, names))
            need = (OPTIONAL, "", "check") if soft else (REQUIRED, "", "lookup")
            yield from _made(node, node.slice, scope, names, "os.environ", *need)
        elif isinstance(node, ast.Subscript) and dotted(node.value) in _STREAMLIT:
            yield from _made(node, node.slice, scope, names, "st.secrets", REQUIRED, "", "lookup")
        elif isinstance(node, ast.Compare) and len(node.ops) == 1 and names.is_environ(dotted(node.comparators[0])):
            yield from _membership(node, scope, names)


def _membership(node: ast.Compare, scope: Scope, names: Names) -> Iterator[Reading]:
    """`"X" in os.environ`; the guard `if "X" not in os.environ: raise` makes it required."""
    if isinstance(node.ops[0], ast.NotIn) and scope.guards(node):
        yield from _made(node, node.left, scope, names, "os.environ", REQUIRED, "", "throw")
    elif isinstance(node.ops[0], ast.In | ast.NotIn):
        yield from _made(node, node.left, scope, names, "os.environ", OPTIONAL, "", "check")


_SETTER = expression(
    r"(?i)^(?:set|patch|mock|del|un|override|add|update|create|write|save|store|make|build|print|log|is_|has_|clear"
    r"|temp|restore|with_|use_|test|check_no|assert_not)"
)
_ENVISH = expression(
    r"(?i)^(?:get|require|required|read|must|need|fetch|load|parse|opt|optional)?_?env(?:iron(?:ment)?)?"
    r"(?:_?[a-z]{1,9}){0,3}$|_env$|_env_|^secret$|(?:get|read|require|env)_?secret|^(?:get_?)?config$|^Config$"
    r"|get_?config(?:_value|_var)?$"
)
_OWNER = expression(r"^(?:\w*env|\w*Env|\w*_?config|\w*Config|\w*secrets?|conf|cfg|settings_env)$")
_GETTER = expression(
    r"^(?:get\w*|str|bool|int|float|list|tuple|dict|json|url|db|db_url|cache|cache_url|email|email_url|search_url"
    r"|path|bytes|date|datetime|log_level|enum|decimal|uuid|timedelta"
    r"|require\w*|unicode|dj_\w+|read_\w+|parse\w*|required|optional|storage_url|channels)$"
)
_MUST = expression(r"(?i)require|must|mandatory|or_(?:raise|fail|die|exit)|ensure")
_CAPS = expression(r"[A-Z_*][A-Z0-9_*]+\Z")


_STREAMLIT = frozenset({"st.secrets", "streamlit.secrets"})
"""Streamlit's secrets, whose top level is in the environment too ("Secrets management", Streamlit documentation)."""


def _call(node: ast.Call, scope: Scope, names: Names) -> Iterator[Reading]:
    name = names.full(dotted(node.func))
    yield from _options(node)
    if name.endswith("environ.pop") or not node.args:
        return
    first = node.args[0]
    default, given = _default(node)
    if name == "environ.get" and not names.is_environ("environ"):
        return
    if name.removesuffix(".get") in _STREAMLIT:
        yield from _made(node, first, scope, names, "st.secrets", *_need(node, default, given, scope))
        return
    if name in ("os.getenv", "os.environ.get", "environ.get", "getenv", "os.environ.setdefault", "os.getenvb"):
        need = _need(node, default, given, scope)
        yield from _made(node, first, scope, names, "os.environ" if "environ" in name else "os.getenv", *need)
        return
    last = name.rpartition(".")[2]
    helper = names.helpers.get(last)
    if helper and helper.index < len(node.args):
        first = node.args[helper.index]
    text = name_of(first, names)
    if helper is None and not (text and _CAPS.match(text) and _believed(name)):
        return
    if helper and not (text and re.fullmatch(r"[A-Za-z_*][\w*]{1,79}", text)):
        return
    if helper and not given and literal(helper.default):
        default, given = helper.default, True
    need = _need(node, default, given, scope)
    strict = helper.strict if helper else not given and (_strict_library(name, names) or bool(_MUST.search(last)))
    strict = strict and not _may_lack(node)
    if strict and not given:
        need = (REQUIRED, "", "lookup")
    shown = f"{helper.prefix}{text}" if helper else text
    via = names.library(name) or last
    yield Reading(shown, node.lineno, via, need[0], need[1], need[2], scope.condition(node))
    for suffix in helper.suffixes if helper else ():
        yield Reading(shown + suffix, node.lineno, via, OPTIONAL, "", "fallback")


def _strict_library(name: str, names: Names) -> bool:
    """django-environ, environs, decouple and starlette raise when there is neither a value nor a default."""
    return bool(names.library(name)) and not name.endswith(".get")


def _believed(name: str) -> bool:
    """Whether a function defined elsewhere is taken for a reader by its name."""
    owner, _, last = name.rpartition(".")
    if _SETTER.match(last):
        return False
    if _ENVISH.search(last) and not re.search(r"(?i)envelope|inventory", last):
        return True
    if owner.endswith("app.config"):  # Flask's own settings, wherever they come from
        return False
    return bool(_OWNER.search(owner.rpartition(".")[2])) and bool(_GETTER.match(last))


def _default(node: ast.Call) -> tuple[ast.expr | None, bool]:
    for keyword in node.keywords:
        if keyword.arg in ("default", "fallback", "default_value"):
            return keyword.value, True
    if len(node.args) > 1 and not isinstance(node.args[1], ast.Starred):
        return node.args[1], True
    return None, False


def _may_lack(node: ast.Call) -> bool:
    """Whether a call of a helper says that the variable need not be there: `optional=True`, `required=False`."""
    return any(
        isinstance(keyword.value, ast.Constant)
        and (keyword.arg, keyword.value.value) in (("optional", True), ("required", False), ("strict", False))
        for keyword in node.keywords
    )


def _need(node: ast.expr, default: ast.expr | None, given: bool, scope: Scope) -> tuple[str, str, str]:
    if not given or (isinstance(default, ast.Constant) and default.value in (None, "")):
        fallback = scope.fallback(node)
        if fallback is not None:
            return by_default(fallback)
        if scope.guards(node):
            return REQUIRED, "", "throw"
        if scope.checked(node):
            return OPTIONAL, "", "check"
        return OPTIONAL, "", "fallback" if given else "bare"
    return by_default(default)


def by_default(default: ast.expr | None) -> tuple[str, str, str]:
    """What a default expression says; one that is computed is a fallback without a literal."""
    value = literal(default)
    if value is None:
        return OPTIONAL, "", "fallback"
    return (DEFAULT, value, "fallback") if value else (OPTIONAL, "", "fallback")


def _made(
    node: ast.expr, name: ast.expr, scope: Scope, names: Names, via: str, need: str, default: str, by: str
) -> Iterator[Reading]:
    text = name_of(name, names)
    if text:
        yield Reading(text, node.lineno, via, need, default, by, scope.condition(node))
        return
    for each in scope.loop_names(name):
        strict = (REQUIRED, "check") if need == REQUIRED or (names.raises and scope.fails_nearby(node)) else (need, by)
        yield Reading(each.text, each.line, via, strict[0], "", strict[1])


_OPTION_KEYS = ("envvar", "env_var", "env_vars", "auto_envvar_prefix", "envvar_prefix", "envvar_prefix_for_dynaconf")


def _options(node: ast.Call) -> Iterator[Reading]:
    """Variables that an option parser or dynaconf is told to look at."""
    for keyword in node.keywords:
        if keyword.arg not in _OPTION_KEYS:
            continue
        values = keyword.value.elts if isinstance(keyword.value, ast.List | ast.Tuple) else [keyword.value]
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                if "prefix" in keyword.arg:
                    yield Reading(f"{value.value.upper()}_*", node.lineno, keyword.arg)
                else:
                    yield Reading(value.value, node.lineno, keyword.arg, OPTIONAL, "", "fallback")


COLLECTORS = (
    Collector(
        "env.python",
        collect,
        suffixes=frozenset({".py", ".pyi", ".pyw"}),
        needs=("env", "ENV", "Env", "BaseSettings", "onfig(", "ecret", "onfig."),
    ),
)
