"""Rust structs that config-rs and figment fill from the environment: `APP_MAIL__HOST` is `mail.host` behind the prefix `APP_`.

Only structs of the file that names the prefix are known; the names of others are told by their pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, Reading
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_PREFIX = expression(
    r"\b(?P<library>envy::prefixed|Env::prefixed|Environment::with_prefix)\(\s{0,4}\"(?P<name>[A-Za-z]\w{0,40})\"\s{0,4}\)"
    r"(?P<chain>(?:\s{0,40}\.\w{1,30}\([^()\n]{0,80}\)){0,6})"
)
_SEPARATOR = expression(r"\.(?P<kind>prefix_separator|separator|split)\(\s{0,4}\"(?P<text>[^\"\n]{1,4})\"\s{0,4}\)")
_STRUCT = expression(
    r"#\[derive\([^\]]{0,200}\bDeserialize\b[^\]]{0,120}\)\](?:\s{0,20}#\[[^\]\n]{0,160}\]){0,4}\s{0,20}"
    r"pub(?:\(\w+\))?\sstruct\s(?P<name>\w{1,60})\s?\{(?P<body>[^{}]{1,6000})\}"
)
_FIELD = expression(
    r"(?P<marks>(?:#\[[^\]\n]{0,160}\]\s{0,40}){0,4})pub(?:\(\w+\))?\s(?P<name>[a-z]\w{0,60}):\s?(?P<type>[\w:]{1,60}(?:<[\w:, <>]{1,80}>)?),"
)
_RENAMED = expression(r"\brename\s?=\s?\"(?P<name>\w{1,60})\"")
_DEFAULT = expression(
    r"\bset_default\(\s{0,4}\"(?P<key>[\w.]{1,80})\"\s{0,2},\s{0,2}(?:\"(?P<text>[^\"\n]{1,100})\"|(?P<word>true|false|\d{1,9})\s{0,2}\))"
)
_DEEP = 4


class Form(NamedTuple):
    """How a file's variables are spelt.

    Attributes:
        prefix: what every name begins with, its separator included.
        separator: what stands between the keys of nested structs; empty where none can be reached.
        offset: where the prefix stands.
    """

    prefix: str
    separator: str
    offset: int


def form_of(text: str) -> Form | None:
    """The one form in which a file's settings are read from the environment, or None."""
    found = list(_PREFIX.finditer(text))
    if len(found) != 1:
        return None
    told = {match["kind"]: match["text"] for match in _SEPARATOR.finditer(found[0]["chain"])}
    inner = told.get("separator") or told.get("split") or ""
    raw = found[0]["library"] != "Environment::with_prefix"  # figment and envy take the prefix as it is written
    glue = "" if raw or found[0]["name"].endswith("_") else told.get("prefix_separator") or inner or "_"
    return Form(f"{found[0]['name'].upper()}{glue}", inner, found[0].start())


def readings(file: SourceFile, form: Form) -> Iterator[Reading]:
    """The variables of the outermost structs of the file that can be read from a configuration."""
    structs = {match["name"]: match for match in _STRUCT.finditer(file.text)}
    inner = {_plain(field["type"]) for one in structs.values() for field in _FIELD.finditer(one["body"])}
    defaults = {match["key"]: match["text"] or match["word"] for match in _DEFAULT.finditer(file.text)}
    for name, struct in structs.items():
        if name not in inner and re.search(r"Settings|Config", name):
            for key, offset in _keys(struct, structs, form.separator, _DEEP):
                value = defaults.get(".".join(key), "")
                variable = f"{form.prefix}{(form.separator or '_').join(key).upper()}"
                need = DEFAULT if value else OPTIONAL
                yield Reading(variable, file.line_of(offset), "settings struct", need, value, "schema")


def _keys(
    struct: re.Match[str], structs: dict[str, re.Match[str]], separator: str, deep: int
) -> Iterator[tuple[tuple[str, ...], int]]:
    for field in _FIELD.finditer(struct["body"]):
        renamed = _RENAMED.search(field["marks"])
        name = renamed["name"] if renamed else field["name"]
        held = structs.get(_plain(field["type"]))
        offset = struct.start("body") + field.start("name")
        if held is None:
            if not field["type"].startswith(("Vec", "HashMap", "BTreeMap")) and not re.search(
                r"skip|flatten", field["marks"]
            ):
                yield (name,), offset
        elif deep and (separator or "flatten" in field["marks"]):
            for key, place in _keys(held, structs, separator, deep - 1):
                yield (key if "flatten" in field["marks"] else (name, *key)), place


def _plain(kind: str) -> str:
    """The struct's name in `Option<Mail>`; empty for one of another module."""
    name = re.sub(r"^(?:Option|Box|Arc)<(.*)>$", r"\1", kind).removeprefix("crate::").removeprefix("self::")
    return "" if "::" in name else name
