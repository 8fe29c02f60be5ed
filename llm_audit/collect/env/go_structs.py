"""Go structs whose fields are filled from the environment: tags, and the prefixes that nested structs put before them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, REQUIRED, Reading
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_TAG = expression(
    r"\b(?P<key>env|envconfig|envvar|env_name)(?<!_env):\"(?P<names>[A-Za-z_][\w,"
    r"|=./: \-]{0,200})\"|\b(?P<viper>mapstructure):\"(?P<caps>[A-Z][A-Z0-9]{0,30}_[A-Z0-9_]{1,60})\""
    r"|\b(?P<arg>arg):\"(?:[^\"\n]{0,80},)?\s?env:(?P<given>[A-Za-z_]\w{1,80})"
)
_DEFAULT = expression(r"\b(?:envDefault|env-default|default)[:=]\"?(?P<text>[^\"`,]{0,120})")
_REQUIRED = expression(
    r"\brequired:\"(?:true|yes|1)?\"|env-required:\"(?:true)?\"|,\s?required\b|\barg:\"required\b|,notEmpty\b"
    r"|validate:\"[^\"]{0,80}\brequired\b"
)
_PREFIX = expression(
    r"\b(?:envPrefix|env-prefix):\"(?P<plain>[A-Za-z]\w{0,40})\"|\benv:\",\s{0,2}prefix=(?P<other>[A-Za-z]\w{0,40})"
    r"|\benv-namespace:\"(?P<namespace>[A-Za-z]\w{0,40})\""
)
_OPEN = expression(r"type\s{1,4}(?P<type>\w{1,80})\s{1,4}struct\s{0,4}\{|(?P<field>\w{1,80})\s{1,40}\*?struct\s{0,4}\{")
_FIELD = expression(
    r"(?P<names>\w{1,80}(?:,\s?\w{1,80}){0,6})\s{1,60}[\[\]*]{0,4}(?P<type>(?:\w{1,60}\.)?\w{1,80})[^`]{0,120}(?P<tag>`[^`]{0,600}`)?"
)
_EMBEDDED = expression(r"\*?(?P<type>(?:\w{1,60}\.)?\w{1,80})\s{0,20}(?P<tag>`[^`]{0,600}`)?(?:\s{0,4}//.{0,200})?\Z")
_PROCESS = expression(r"\benvconfig\.(?:Must)?Process\(\s{0,4}\"(\w{0,40})\"")
_SPLIT = expression(r"\b(?:split_words|splitwords):\"true\"")
GIVES_UP = expression(r"\bpanic\(|\.Fatal\w{0,2}\(|os\.Exit\(|\.Panic\w{0,2}\(|fmt\.Errorf\(|errors\.New\(")
"""How code of Go does without going on."""
_PLAIN = frozenset({"string", "int", "bool", "uint", "byte", "error", "any", "rune"})
_DEEP = 6
_MOST = 600
"""Readings of one file: structs that hold one another many times over would give more than anyone reads."""


@dataclass
class _Struct:
    """A struct as a file writes it: what its fields read, and the structs that stand in it with their prefixes."""

    leaves: list[Reading] = field(default_factory=list)
    fields: list[tuple[str, str, str, int]] = field(default_factory=list)  # names, type, tag, line
    parts: list[tuple[str, str | _Struct, int]] = field(default_factory=list)


def readings(file: SourceFile, before: str = "") -> Iterator[Reading]:
    """The variables of every struct of the file, each with the prefixes of the structs around it.

    A struct that stands in another of the file is read through that one alone.

    Args:
        file: the file.
        before: what the options of the library put before every name.
    """
    structs = _structs(file)
    if is_filled(file):
        prefix = _PROCESS.search(file.text)
        told = bool(prefix and prefix[1])
        outer = _Prefix(f"{prefix[1].upper()}_" if prefix and told else "", told)
        yield from islice(_of_names(structs, outer), _MOST)
        return
    inner = {part for one in structs.values() for part in _named_parts(one)}
    roots = [one for name, one in structs.items() if name not in inner]
    yield from islice((reading for root in roots for reading in _spread(root, before, structs, _DEEP)), _MOST)


def _named_parts(struct: _Struct) -> Iterator[str]:
    for _, part, _ in struct.parts:
        if isinstance(part, str):
            yield part
        else:
            yield from _named_parts(part)


def _spread(struct: _Struct, prefix: str, structs: dict[str, _Struct], deep: int) -> Iterator[Reading]:
    for leaf in struct.leaves:
        yield Reading(f"{prefix}{leaf.name}", leaf.line, leaf.via, leaf.need, leaf.default, leaf.by)
    for own, part, line in struct.parts if deep else ():
        inside = part if isinstance(part, _Struct) else structs.get(part)
        if inside is not None:
            yield from _spread(inside, prefix + own, structs, deep - 1)
        elif own:  # of a struct that another file defines, only how its variables begin is known
            yield Reading(f"{prefix}{own}*", line, "env tag")


def _structs(file: SourceFile) -> dict[str, _Struct]:
    """Every struct type of a file by its name."""
    found: dict[str, _Struct] = {}
    open_: list[_Struct] = []
    for number, raw in enumerate(file.text.split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("//"):
            continue
        if opened := _OPEN.match(line):
            struct = _Struct()
            if opened["type"]:
                found[opened["type"]] = struct
                open_ = [struct]
            elif open_:
                open_.append(struct)
            if line.endswith("}") and open_:
                open_.pop()
        elif open_ and line.startswith("}"):
            closed = open_.pop()
            if open_:
                open_[-1].parts.append((_prefix(line), closed, number))
        elif open_:
            _member(open_[-1], line, number)
    _demand(file.text, found)
    return found


_TESTED = expression(r"\n\tif\s[^\n{&]{0,200}\.\w{1,60} == \"\"[^\n{&]{0,200}\{(?P<body>[^{}]{0,200})")
_EMPTY = expression(r"\.(\w{1,60}) == \"\"")


def _demand(text: str, structs: dict[str, _Struct]) -> None:
    """Marks the variables without which a function gives up whatever else is set: those of fields that no struct inside
    another holds and whose name only one struct bears."""
    if '== ""' not in text:
        return
    inner = {kind for one in structs.values() for _, kind, _, _ in one.fields}
    tested = {
        name for one in _TESTED.finditer(text) if GIVES_UP.search(one["body"]) for name in _EMPTY.findall(one.group())
    }
    borne = Counter(names for struct in structs.values() for names, *_ in struct.fields)
    for struct in (one for name, one in structs.items() if tested and name not in inner):
        lines = {line for names, _, _, line in struct.fields if names in tested and borne[names] == 1}
        struct.leaves = [
            replace(one, need=REQUIRED, by="throw") if one.line in lines and one.need == OPTIONAL else one
            for one in struct.leaves
        ]


def _member(struct: _Struct, line: str, number: int) -> None:
    """Adds what one line of a struct's body says: a variable, a struct under a prefix, or nothing."""
    match = _EMBEDDED.match(line) or _FIELD.match(line)
    if match is None:
        return
    tag = match["tag"] or ""
    struct.fields.append((match.groupdict().get("names") or "", match["type"], tag, number))
    if named := _TAG.search(tag):
        struct.leaves.extend(_leaves(tag, named, number))
    elif match["type"] not in _PLAIN:
        struct.parts.append((_prefix(tag), match["type"], number))


def is_filled(file: SourceFile) -> bool:
    """Whether a library fills structs of the file by the names of their fields."""
    return "kelseyhightower/envconfig" in file.text and _PROCESS.search(file.text) is not None


def _of_names(structs: dict[str, _Struct], prefix: _Prefix) -> Iterator[Reading]:
    """The variables of structs that are filled by the names of their fields, tags or not."""
    inner = {kind for one in structs.values() for _, kind, _, _ in one.fields}
    for name, struct in structs.items():
        if name not in inner:
            yield from _by_name(struct, prefix, structs, _DEEP)


class _Prefix(NamedTuple):
    """What stands before the names of a struct's variables, and whether somebody wrote it down or it only is the name of a field.

    The library also takes a tag's name alone, which is what people set where nobody wrote a prefix for it.
    """

    text: str
    told: bool


def _by_name(struct: _Struct, prefix: _Prefix, structs: dict[str, _Struct], deep: int) -> Iterator[Reading]:
    for names, kind, tag, line in struct.fields if deep else ():
        if 'ignored:"true"' in tag or names[:1].islower():
            continue
        named = _TAG.search(tag)
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", names) if _SPLIT.search(tag) else names
        name = named["names"] if named and named["names"] else words.upper()
        if kind in structs:
            inner = _Prefix(f"{prefix.text}{name}_" if name else prefix.text, prefix.told or bool(named))
            yield from _by_name(structs[kind], inner, structs, deep - 1)
        elif name and "," not in name:
            default = _DEFAULT.search(tag)
            text = default["text"] if default else ""
            need = REQUIRED if _REQUIRED.search(tag) else DEFAULT if text else OPTIONAL
            before = prefix.text if prefix.told or not named else ""
            yield Reading(f"{before}{name}", line, "envconfig", need, text if need == DEFAULT else "", "schema")


def _prefix(tag: str) -> str:
    match = _PREFIX.search(tag)
    if match is None:
        return ""
    return f"{match['namespace']}_" if match["namespace"] else match["plain"] or match["other"]


def _leaves(tag: str, named: re.Match[str], number: int) -> Iterator[Reading]:
    default = _DEFAULT.search(tag)
    need = REQUIRED if _REQUIRED.search(tag) else DEFAULT if default and default["text"] else OPTIONAL
    for name in re.split(r"[|]", (named["names"] or named["caps"] or named["given"]).split(",")[0]):
        if re.fullmatch(r"[A-Za-z_]\w*", name):
            value = default["text"] if default and need == DEFAULT else ""
            yield Reading(name, number, f"{named['key'] or named['viper'] or named['arg']} tag", need, value, "schema")
