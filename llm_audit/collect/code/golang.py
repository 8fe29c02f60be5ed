"""Go: import blocks. The name of a package is guessed from its path where the file gives no alias."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llm_audit.collect.code import noise
from llm_audit.collect.code.chains import DOTTED, Follower, Root
from llm_audit.collect.code.source import Bound, Call, Import, Language
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_BLOCK = expression(
    r"^import\s{0,10}(?:\((?P<many>[^()]{0,20000}+)\)|(?P<one>[\w.]{0,60}[ \t]{0,10}\"[^\"\n]{1,200}\"))", re.M
)
_ITEM = expression(r"^[ \t]*(?:(?P<alias>[\w.]{1,60})[ \t]{1,10})?\"(?P<module>[^\"\n]{1,200})\"", re.M)
_VERSION = expression(r"/v\d{1,3}\Z|\.v\d{1,3}\Z")
_AFFIX = expression(r"^go-|[-.]go(?:lang)?(?:-v\d)?\Z|^golang-|-sdk\Z|-client\Z")
_FIELD = expression(r"([A-Za-z_]\w{0,60})[ \t]{1,10}\*?\Z")
_TYPE = expression(r"\.([A-Z]\w{0,60})")
_MADE = expression(r"(?:New|Open|Dial|Connect|Make|Init|Load|Must|Default)\w*\Z")
_SYNTAX = replace(
    DOTTED, typed_after=None, typed_before=None, receivers=expression(r"\b[a-z]\w{0,5}\.\Z"), factory=_MADE
)


def imports(file: SourceFile) -> Iterator[Import]:
    """All imports of a file; one below an `internal` folder is the project's own."""
    for block in _BLOCK.finditer(file.text):
        start = block.start("many") if block["many"] is not None else block.start("one")
        for item in _ITEM.finditer(block["many"] or block["one"] or ""):
            module = item["module"]
            names = tuple(Bound(name, "*") for name in _names(module, item["alias"]))
            yield Import(module, start + item.start("module"), names, local="/internal/" in module or module[0] == ".")


def _names(module: str, alias: str | None) -> list[str]:
    """The identifiers that a package may go by; none for a blank import."""
    if alias:
        return [] if alias in ("_", ".") else [alias]
    last = _VERSION.sub("", _VERSION.sub("", module)).rpartition("/")[2]
    plain = _AFFIX.sub("", _AFFIX.sub("", last))
    return list(dict.fromkeys(re.sub(r"\W", "", name) for name in (plain, last) if name))


def calls(file: SourceFile, found: tuple[Import, ...]) -> list[Call]:
    """The calls through packages, and through variables and fields that hold what a package made."""
    follower = Follower(file.text, _SYNTAX, shows_new=False)
    roots = [
        Root(bound.name, item.module, depth=1)
        for item in found
        if not item.local and not noise.go(item.module)
        for bound in item.names
    ]
    found_calls = follower.follow([*roots, *_fields(file.text, roots)])
    return [call for call in found_calls if not _is_accessor(file.text, call)]


def _is_accessor(text: str, call: Call) -> bool:
    """Whether a call reads a field of a message that is there already: a request takes a context at least."""
    last = call.chain.rpartition(".")[2]
    return last.startswith("Get") and text.startswith("()", call.offset + len(call.chain))


def _fields(text: str, roots: list[Root]) -> Iterator[Root]:
    """Fields, parameters and variables that are declared with a package's type: `client *stripe.Client`."""
    for root in roots:
        at = text.find(root.name + ".")
        for _ in range(40):
            if at < 0:
                break
            kind = _TYPE.match(text, at + len(root.name))
            field = _FIELD.search(text[max(0, at - 80) : at])
            if kind and field and field[1] not in ("return", "case", "func", "type", "range", "go", "defer", "var"):
                start = at - len(field[0])
                local = _is_parameter(text, start)
                yield Root(field[1], root.module, kind[1], depth=1, local=local, at=start if local else -1)
            at = text.find(root.name + ".", at + 1)


def _is_parameter(text: str, start: int) -> bool:
    """Whether a name with its type stands among the parameters of a function, rather than on a line of a struct."""
    return text[max(0, start - 40) : start].rstrip(" \t")[-1:] in ("(", ",")


LANGUAGE = Language(
    id="go",
    suffixes=frozenset([".go"]),
    needs=("import",),
    imports=imports,
    calls=calls,
    noise=noise.go,
)
