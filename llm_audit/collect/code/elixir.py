"""Elixir: alias, import, use and require, and modules that are called by their full name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.code import noise
from llm_audit.collect.code.source import Bound, Call, Import, Language, first_argument, in_comment_line
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_OWN = expression(r"^[ \t]*defmodule[ \t]+([A-Z]\w*)", re.M)
_STATEMENT = expression(
    r"^[ \t]*(?:alias|import|use"
    r"|require)[ \t(]+(?P<module>(?:__MODULE__|[A-Z]\w*)(?:\.[A-Z]\w*){0,8})(?:\.\{(?P<group>[^{}]{0,800})\})?"
    r"(?:,\s{0,40}as:\s{0,4}(?P<alias>[A-Z]\w*))?",
    re.M,
)
_REMOTE = expression(r"(?<![\w.:@%\"'&])([A-Z]\w{0,60}(?:\.[A-Z]\w{0,60}){0,6})\.([a-z_]\w{0,60}[!?]?)\(")


def imports(file: SourceFile) -> Iterator[Import]:
    """The modules of a file; what starts with the file's own first module part, or with that and `Web`, is local."""
    text = file.text
    own = {match[1] for match in _OWN.finditer(text)}
    own.add("__MODULE__")
    own |= {name.removesuffix("Web") for name in own} | {name + "Web" for name in own}
    bound: set[str] = set()
    for match in _STATEMENT.finditer(text):
        for module, name in _named(match):
            bound.add(name)
            yield Import(module, match.start("module"), (Bound(name, "*"),), local=module.partition(".")[0] in own)
    seen: set[str] = set()
    for match in _REMOTE.finditer(text):
        root = match[1].partition(".")[0]
        if root not in own and root not in bound and match[1] not in seen and not in_comment_line(text, match.start()):
            seen.add(match[1])
            yield Import(match[1], match.start(), (Bound(match[1], "*"),))


def _named(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    module = match["module"]
    if match["group"] is None:
        yield module, match["alias"] or module.rpartition(".")[2]
        return
    for part in match["group"].split(","):
        if part.strip()[:1].isupper():
            yield f"{module}.{part.strip()}", part.strip().rpartition(".")[2]


def _in_type(text: str, offset: int) -> bool:
    """Whether an offset stands in the description of a function's types, where `Module.name()` is a type and no call."""
    before = text[max(0, offset - 600) : offset]
    described = max((match.end() for match in _TYPES.finditer(before)), default=-1)
    return described >= 0 and _ELSE.search(before, described) is None


_TYPES = expression(r"^[ \t]*@(?:macro)?(?:callback|spec|typep?|opaque)\b", re.M)
_ELSE = expression(r"\n[ \t]*(?:\n|def|@|end\b)|\bdo\b")
"""What stands behind a description."""


def calls(file: SourceFile, found: tuple[Import, ...]) -> Iterator[Call]:
    """The remote calls on modules that are not the project's own."""
    known = {bound.name: item.module for item in found if not item.local for bound in item.names}
    seen: set[str] = set()
    for match in _REMOTE.finditer(file.text):
        chain = f"{match[1]}.{match[2]}"
        module = known.get(match[1]) or known.get(match[1].partition(".")[0], "")
        if not module or chain in seen or noise.elixir(module) or in_comment_line(file.text, match.start()):
            continue
        if file.text.startswith(")", match.end()) and _in_type(file.text, match.start()):
            continue
        seen.add(chain)
        yield Call(chain, first_argument(file.text, match.end(), chain), match.start(), module)


LANGUAGE = Language(
    id="elixir",
    suffixes=frozenset([".ex", ".exs"]),
    needs=("alias ", "import ", "use ", "."),
    imports=imports,
    calls=calls,
    noise=noise.elixir,
)
