"""Ruby: `require`, and top-level constants that a file uses, for Bundler requires gems without a word in the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llm_audit.collect.code import noise
from llm_audit.collect.code.chains import DOTTED, SERVICE_CLASS, Follower, Root
from llm_audit.collect.code.source import Bound, Call, Import, Language, in_comment_line
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_REQUIRE = expression(r"^[ \t]*require[ \t(]+[\"'](?P<module>[\w\-./]{1,120})[\"']", re.M)
_CONSTANT = expression(
    r"(?<![\w:.$@\"'#/<])(?:::)?(?P<name>[A-Z]\w{0,60}(?:::[A-Z]\w{0,60}){0,5})"
    r"(?P<call>(?:\.[a-z_]\w{0,60}[!?]?){0,4})(?P<set>[ \t]{0,3}=(?![=~>]))?"
)
_DEFINED = expression(
    r"^[ \t]*(?:class|module)[ \t]+(?:::)?([A-Z]\w{0,60})|^[ \t]*([A-Z]\w{0,60})[ \t]*=(?![=~])", re.M
)
_NAMESPACES = frozenset(["Aws", "Google", "Google::Cloud", "Azure", "Elastic", "OmniAuth::Strategies", "Fog"])
_RECORD = frozenset(
    """find find_by find_by! find_each find_in_batches find_or_create_by find_or_initialize_by where all order
    joins includes first last count exists? transaction pluck create create! insert_all upsert_all
    update_all delete_all destroy_all limit select group none unscoped left_joins preload perform_later
    perform_async perform_in deliver_later with name to_s model_name table_name human_attribute_name
    i18n_scope class_name build new call""".split()
)
_SYNTAX = replace(
    DOTTED,
    tail=expression(r"(?P<parts>(?:\s{0,60}&?\.\s{0,20}[A-Za-z_]\w*[!?]?){1,8}+)(?P<open>[( \n])"),
    separators=expression(r"\s*&?\.\s*"),
    typed_after=None,
    typed_before=None,
)


def imports(file: SourceFile) -> Iterator[Import]:
    """The required libraries, and the top-level constants used but not defined in the file."""
    for match in _REQUIRE.finditer(file.text):
        yield Import(match["module"], match.start("module"), local=match["module"][0] in "./")
    for name, offset in _constants(file.text):
        yield Import(name, offset, (Bound(name, "*"),))


def _constants(text: str) -> Iterator[tuple[str, int]]:
    defined = {match[1] or match[2] for match in _DEFINED.finditer(text)}
    seen: set[str] = set()
    for match in _CONSTANT.finditer(text):
        parts = match["name"].split("::")
        method = match["call"].rpartition(".")[2]
        if parts[0] in defined or noise.ruby(parts[0]) or not (len(parts) > 1 or method):
            continue
        if len(parts) == 1 and method in _RECORD and method not in ("new", "call"):
            continue
        root = _product(parts)
        if root not in seen and not in_comment_line(text, match.start()):
            seen.add(root)
            yield root, match.start("name")


def _product(parts: list[str]) -> str:
    """The top-level constant, and what follows it where that holds the products of one vendor."""
    root = parts[0]
    for part in parts[1:]:
        if root not in _NAMESPACES:
            break
        root = f"{root}::{part}"
    return root


_OF_TEXTS = frozenset({"email_address_with_name", "read_from_string"})
"""What puts an address together or takes a mail apart: nothing is sent by it."""


def calls(file: SourceFile, found: tuple[Import, ...]) -> Iterator[Call]:
    """The calls and settings on constants, and the calls through variables that hold an instance."""
    known = {bound.name: item.module for item in found for bound in item.names}
    made: list[Root] = []
    seen: set[str] = set()
    for match in _CONSTANT.finditer(file.text):
        module = known.get(_product(match["name"].split("::")))
        chain = match["name"] + match["call"]
        if (
            module is None
            or not match["call"]
            or match["call"][1:] in _OF_TEXTS
            or chain in seen
            or in_comment_line(file.text, match.start())
        ):
            continue
        if "::" not in match["name"] and match["call"][1:] in _RECORD - {"new"}:
            continue
        seen.add(chain)
        yield Call(chain, "" if match["set"] else _argument(file.text, match.end()), match.start("name"), module)
        if chain.endswith((".new", ".connect", ".client")) and _keeps(match["name"]):
            target = _target(file.text, match.start())
            if target:
                made.append(Root(target, module, match["name"], depth=1))
                if target.startswith("@") and _is_read_as_method(target.lstrip("@"), file.text):
                    made.append(Root(target.lstrip("@"), module, match["name"], depth=1))
    yield from Follower(file.text, _SYNTAX, shows_new=False).follow(made)


_ASSIGNED = expression(r"(@{0,2}[a-z_]\w{0,60})[ \t]*(?:\|\|)?=[ \t]*(?:::)?\Z")
_ARGUMENT = expression(r"[( ][ \t]{0,3}(?:\"([^\"\\\n#]{1,120})\"|'([^'\\\n]{1,120})')")


def _is_read_as_method(name: str, text: str) -> bool:
    """Whether the variable of an instance is handed out by a method of its name."""
    read = rf"\battr_(?:reader|accessor)[ (][^\n]{{0,120}}:{name}\b|\bdef {name}\b\s{{0,40}}@{name}\b"
    return re.search(read, text) is not None


def _keeps(name: str) -> bool:
    """Whether an instance is worth following: of a namespaced class or of a client, hardly of a record."""
    return "::" in name or SERVICE_CLASS.search(name) is not None


def _target(text: str, start: int) -> str:
    match = _ASSIGNED.search(text[max(0, start - 90) : start])
    return match[1] if match else ""


def _argument(text: str, end: int) -> str:
    match = _ARGUMENT.match(text, end)
    value = (match[1] or match[2]) if match else ""
    return "" if re.search(r"[A-Za-z0-9_\-]{20,}", value) else value


LANGUAGE = Language(
    id="ruby",
    suffixes=frozenset([".rb", ".rake", ".ru"]),
    needs=("require", "::", "."),
    imports=imports,
    calls=calls,
    noise=noise.ruby,
)
