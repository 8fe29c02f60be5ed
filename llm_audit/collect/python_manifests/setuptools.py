"""`setup.cfg` and literal arguments of `setup()` in `setup.py`, which is parsed and never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, fact, skipped
from llm_audit.collect.expressions import expression
from llm_audit.collect.python_manifests import pypi_name, requirement, scope_of_group
from llm_audit.model import Kind, SourceFile

_SECTION = expression(r"\[([^\]\n]{1,100})\]")
_KEY = expression(r"([A-Za-z0-9_.\-]{1,100})\s*[=:]\s*(.*)")
_OPTIONS = {"install_requires": "runtime", "tests_require": "dev", "setup_requires": "dev"}
MAX_SETUP_PY = 400_000


def _collect_cfg(file: SourceFile) -> Finds:
    section = key = ""
    for number, row in enumerate(file.text.split("\n"), 1):
        if header := _SECTION.match(row):
            section, key = header[1].strip(), ""
            continue
        text = row.strip()
        if text and not row[0].isspace():
            entry = _KEY.match(row)
            key, text = (entry[1], entry[2].strip()) if entry else ("", "")
        if not text or text.startswith(("#", ";")):
            continue
        if section == "metadata" and key == "name":
            yield fact(file, number, Kind.SETTING, "python.name", pypi_name(text))
        elif section == "options" and key in _OPTIONS:
            yield from requirement(file, number, text, _OPTIONS[key])
        elif section == "options.extras_require" and key:
            yield from requirement(file, number, text, scope_of_group(key, "optional"), key)


def _collect_py(file: SourceFile) -> Finds:
    if len(file.text) > MAX_SETUP_PY:
        yield skipped(file, "too large")
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield skipped(file, "invalid Python", getattr(error, "lineno", 0) or 0)
        return
    names = _assigned(tree)
    for keyword in _setup_keywords(tree):
        value = names.get(keyword.value.id, keyword.value) if isinstance(keyword.value, ast.Name) else keyword.value
        if keyword.arg == "name" and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield fact(file, value.lineno, Kind.SETTING, "python.name", pypi_name(value.value))
        elif keyword.arg in _OPTIONS:
            yield from _listed(file, value, names, _OPTIONS[keyword.arg], "")
        elif keyword.arg == "extras_require" and isinstance(value, ast.Dict):
            for key, items in zip(value.keys, value.values, strict=True):
                group = str(key.value) if isinstance(key, ast.Constant) else ""
                yield from _listed(file, items, names, scope_of_group(group, "optional"), group)


def _assigned(tree: ast.Module) -> dict[str, ast.expr]:
    """What the module's own names are set to, the last assignment winning."""
    found: dict[str, ast.expr] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            found[statement.target.id] = statement.value
    return found


def _setup_keywords(tree: ast.Module) -> Iterator[ast.keyword]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == "setup":
                yield from node.keywords


def _listed(file: SourceFile, value: ast.expr, names: dict[str, ast.expr], scope: str, group: str) -> Finds:
    """The string literals of a list, of a sum of lists, or of a name that stands for one; one level of names deep."""
    parts = [value]
    while parts:
        part = parts.pop(0)
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            parts[:0] = [part.left, part.right]
        elif isinstance(part, ast.Name):
            target = names.get(part.id)
            if isinstance(target, ast.List | ast.Tuple):
                parts.insert(0, target)
        elif isinstance(part, ast.List | ast.Tuple):
            for item in part.elts:
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield from requirement(file, item.lineno, item.value, scope, group)


COLLECTORS = (
    Collector("python-setup-cfg", _collect_cfg, names=frozenset({"setup.cfg"})),
    Collector("python-setup-py", _collect_py, names=frozenset({"setup.py"}), needs=("setup(",)),
)
