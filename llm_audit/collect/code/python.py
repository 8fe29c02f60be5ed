"""Python: `import x.y`, `from x import y`. Packages that only hold products of one vendor are told apart by product."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from llm_audit.collect.code import noise
from llm_audit.collect.code.chains import DOTTED, Follower, Root
from llm_audit.collect.code.source import Bound, Call, Import, Language, in_comment_line
from llm_audit.collect.expressions import expression, led
from llm_audit.model import SourceFile

_STATEMENT = expression(
    r"^[ \t]*(?:from[ \t]++(?P<module>\.{0,5}[\w.]*)[ \t]++import[ \t]*+(?:\((?P<many>[^()]{0,6000}+)|(?P<few>(?:\\\n"
    r"|[^\n#;()]){1,600}))"
    r"|import[ \t]++(?P<plain>\w(?:\\\n|[^\n#;()\"']){0,600}))",
    re.M,
)
_NAMESPACES = frozenset(
    [
        "logging.handlers",
        "google",
        "google.cloud",
        "azure",
        "azure.storage",
        "azure.mgmt",
        "azure.ai",
        "opentelemetry.exporter",
        "airflow.providers",
    ]
)
_NAME = expression(r"[\w.]+\Z")
_LOADED = expression(r"""import_module\(\s{0,20}["'](?P<module>[A-Za-z_][\w.]{0,100})["']\s{0,20}\)""")
_TARGET = expression(r"\b([A-Za-z_]\w{0,60})\s{0,3}=\s{0,3}(?:importlib\.)?\Z")


def imports(file: SourceFile) -> Iterator[Import]:
    """All imports of a file; relative ones, and those whose first part is a folder above the file, are local.

    A folder `openai` in a package holds the code for a library of that name: `import openai` in it is the library, and
    `from app.models import User` below `backend/app` is not.
    """
    folders = file.path.split("/")[:-1]
    own = _Own(frozenset(folders[:1]) - _SHARED, frozenset(folders) - _SHARED)
    for match in _STATEMENT.finditer(file.text):
        if match["plain"]:
            yield from _plain(match["plain"], match.start("plain"), own)
        else:
            names = tuple(_names(match["many"] or match["few"] or ""))
            yield from _from(match["module"], match.start("module"), names, own)
    yield from _by_name(file.text, own)


_SHARED = frozenset(
    "src google azure airflow dagster prefect datahub dbt dlt snowflake databricks great_expectations meltano mlflow feast".split()
)
"""Folders that libraries' packages are named like, too: pipelines lie in a folder that bears the name of what runs them."""


class _Own(NamedTuple):
    """The folders above a file that may be packages of its own."""

    first: frozenset[str]
    every: frozenset[str]

    def has(self, module: str) -> bool:
        root, dot, _ = module.partition(".")
        return root in (self.every if dot else self.first)


_FEW = 5
"""So often at most stands the name of a module in a file that only switches it off."""
_OFF = expression(
    r"(?:\.\w{1,60}){1,4}[ \t]*=[ \t]*(?:(?P<plain>None|True|False|lambda\b)|(?P<name>[A-Za-z_]\w{0,60})[ \t]*$)", re.M
)


def is_switched_off(text: str, items: Iterable[Import]) -> bool:
    """Whether all that a file does with a module is to put a switch or an own function in place of one of its members.

    Args:
        text: of the file.
        items: its imports of the module.
    """
    names = {bound.name for one in items for bound in one.names if bound.origin == "*"}
    if len(names) != 1 or any(bound.origin != "*" for one in items for bound in one.names):
        return False
    [name] = names
    if f"{name}." not in text or text.count(name) > _FEW:
        return False
    offs = [
        _off(text, match) for match in re.finditer(rf"\b{re.escape(name)}\b", text) if _is_used(text, match.start())
    ]
    return bool(offs) and all(offs)


def _is_used(text: str, offset: int) -> bool:
    """Whether a name is neither that of an import nor part of a comment or of text."""
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    return (
        not before.lstrip().startswith("import ")
        and "#" not in before
        and (before.count('"') + before.count("'")) % 2 == 0
    )


def _off(text: str, match: re.Match[str]) -> bool:
    """Whether a statement begins with the name, and puts a switch or a function of the file in a member's place."""
    begins = not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
    off = _OFF.match(text, match.end()) if begins else None
    return off is not None and bool(off["plain"] or f"def {off['name']}(" in text)


def _plain(inside: str, offset: int, own: _Own) -> Iterator[Import]:
    for part in inside.split(","):
        words = part.replace("\\", " ").split()
        if not words or not _NAME.match(words[0]) or (len(words) > 1 and words[1] != "as"):
            return
        module = words[0]
        bound = Bound(words[2] if len(words) > 2 else module, "*")
        yield Import(module, offset, (bound,), local=own.has(module))


def _by_name(text: str, own: _Own) -> Iterator[Import]:
    """The modules that are loaded by their names when they are needed: `client = importlib.import_module("client")`."""
    for match in led("import_module(", _LOADED, text):
        if not in_comment_line(text, match.start()):
            target = _TARGET.search(text, max(0, match.start() - 80), match.start())
            names = (Bound(target[1], "*"),) if target else ()
            yield Import(match["module"], match.start("module"), names, local=own.has(match["module"]))


def _names(inside: str) -> Iterator[Bound]:
    for line in inside.split("\n"):
        for part in line.partition("#")[0].split(","):
            words = part.replace("\\", " ").split()
            if words and _NAME.match(words[0]):
                yield Bound(words[2] if len(words) > 2 else words[0], words[0])


def _from(module: str, offset: int, names: tuple[Bound, ...], own: _Own) -> Iterator[Import]:
    if module in _NAMESPACES:
        for bound in names:
            yield Import(f"{module}.{bound.origin}", offset, (Bound(bound.name, "*"),))
    elif module:
        yield Import(module, offset, names, local=module[0] == "." or own.has(module))


def calls(file: SourceFile, found: tuple[Import, ...]) -> list[Call]:
    """The calls through what `found` binds; what comes from the project itself counts from two dots on."""
    return Follower(file.text, DOTTED, shows_new=False).follow(_roots(found))


def _roots(found: tuple[Import, ...]) -> Iterator[Root]:
    for item in found:
        if not item.local and noise.python(item.module):
            continue
        for bound in item.names:
            if not item.local:
                yield Root(bound.name, item.module)
            elif bound.name[0].islower():
                yield Root(bound.name, item.module, depth=2)


LANGUAGE = Language(
    id="python",
    suffixes=frozenset([".py", ".pyi", ".pyx"]),
    needs=("import",),
    imports=imports,
    calls=calls,
    noise=noise.python,
)
