"""One reading of an environment variable, and what the readings of a file come to.

Knows how readings are ranked and turned into facts. Knows no language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from llm_audit.collect.base import Finds, fact
from llm_audit.collect.env.branches import SELF, TOLD_BY_INDENT, branch_of
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile
from llm_audit.redact import is_secret_name, looks_secret

REQUIRED, DEFAULT, OPTIONAL = "required", "default", "optional"
CAPS = expression(r"[A-Z_][A-Z0-9_]{1,79}\Z")
_NAME = expression(r"(?!YOUR_)[A-Za-z_*][A-Za-z0-9_*.\-]{0,99}\Z")
_COMMENTS = ("//", "#", "*", "/*", "<!--", ";")
_LOOK_BACK = 300


@dataclass(frozen=True, slots=True)
class Reading:
    """A place where a program asks for a variable.

    Attributes:
        name: the variable; `*` stands for a part that is only known at run time.
        line: 1-based.
        via: the form: `process.env`, `pydantic-settings`, the name of a project's own helper.
        need: required, default or optional.
        default: the literal default, as written without its quotes.
        by: what `need` was judged from: throw, lookup, schema, forgiven (a schema whose failure stops nothing), check, fallback,
            assertion, start-up (an assertion of a statement that runs when the module is loaded) or bare.
        condition: text of the condition that the reading stands under.
        late: whether what fails without it stands in a function, so that start-up may well pass without.
    """

    name: str
    line: int
    via: str
    need: str = OPTIONAL
    default: str = ""
    by: str = "bare"
    condition: str = ""
    late: bool = False


def _rank(reading: Reading) -> int:
    """Smaller says more: a check beats an assertion of the type checker, and that beats mere use."""
    if reading.need == REQUIRED:
        return (
            4 if reading.by in ("assertion", "start-up", "forgiven") else 1 if reading.condition or reading.late else 0
        )
    if reading.need == DEFAULT:
        return 2
    return 5 if reading.by == "bare" else 3


def _in_branch(file: SourceFile, reading: Reading) -> Reading:
    """The reading as the branch around it leaves it: under its condition, or optional where the branch asks for it."""
    judged = reading.need == REQUIRED and reading.by in ("lookup", "throw") and not reading.condition
    if not judged or file.suffix not in TOLD_BY_INDENT:
        return reading
    branch = branch_of(file, reading.line, reading.name)
    if branch == SELF:
        return reading if reading.by == "throw" else replace(reading, need=OPTIONAL, by="check")
    return replace(reading, condition=branch) if branch else reading


def facts_of(file: SourceFile, readings: Iterable[Reading]) -> Finds:
    """One fact per variable of the file: its most telling reading, the first of equals."""
    best: dict[str, Reading] = {}
    asked: set[str] = set()
    for one in readings:
        reading = _in_branch(file, one)
        if reading.by == "check" and reading.need == OPTIONAL:
            asked.add(reading.name)
        known = best.get(reading.name)
        if _NAME.match(reading.name) and (known is None or _rank(reading) < _rank(known)):
            best[reading.name] = reading
    for reading in best.values():
        need, by = (OPTIONAL, "check") if _is_gated(reading, asked) else (reading.need, reading.by)
        yield fact(
            file,
            reading.line,
            Kind.ENV_READ,
            reading.name,
            "" if sensitive(reading.name) and looks_secret(reading.default) else reading.default,
            need=need,
            via=reading.via,
            by=by,
            condition=reading.condition,
            pattern="yes" if "*" in reading.name else "",
            late="yes" if reading.late and need == REQUIRED else "",
        )


def _is_gated(reading: Reading, asked: set[str]) -> bool:
    """Whether a lookup that fails without the variable serves a feature that the same file asks for by that variable."""
    return reading.by == "lookup" and reading.via == "os.environ" and reading.name in asked


def declared(file: SourceFile, line: int, name: str, value: str, where: str, **details: str) -> Finds:
    """A fact that configuration gives the variable; nothing when the name cannot be one."""
    if _NAME.match(name) and "." not in name and not name.isdigit():
        yield fact(file, line, Kind.ENV_DECLARED, name, value, where=where, **details)


def commented(text: str, offset: int) -> bool:
    """Whether the line that holds `offset` is a comment up to there."""
    start = text.rfind("\n", max(0, offset - _LOOK_BACK), offset) + 1
    head = text[max(start, offset - _LOOK_BACK) : offset].lstrip()
    return head.startswith(_COMMENTS) or " // " in head


_SENSITIVE = expression(r"(?i)secret|passw|token|credential|private|salt|_key\b|_key_|apikey|dsn|auth$|webhook")


def sensitive(name: str) -> bool:
    """Whether the name may hold a secret; wider than redaction, since leaving out a value costs little here."""
    return bool(_SENSITIVE.search(name)) or is_secret_name(name)


_HARMLESS = expression(
    r"(?i)(?:true|false|yes|no|on|off|null|none|-?\d[\d._]{0,12}[a-z]{0,3}|[a-z][a-z0-9+.\-]{1,20}://[^\s@?#]{1,150}"
    r"|localhost(?::\d+)?|\d+\.\d+\.\d+\.\d+(?::\d+)?|[a-z]{1,12}(?:[-_][a-z]{2,12}){0,2}(?:-\d)?)\Z"
)


def harmless(value: str) -> str:
    """The value when it is a switch, number, plain word or URL without credentials, else empty."""
    value = value.strip()
    return value if _HARMLESS.match(value) else ""


_WILD = expression(r"\$?#?\{[^{}]{0,80}\}|\$\w{1,40}|%[sdv]")


def widened(template: str) -> str:
    """A template such as `X_${region}` as the pattern `X_*`; empty when too little of the name is left."""
    name = _WILD.sub("*", template)
    letters = len(re.sub(r"[^A-Z]", "", name))
    return name if "*" in name and letters >= (6 if name.startswith("*") else 2) else ""


def resolved(text: str, template: str) -> tuple[str, ...]:
    """The names that a template such as `X${suffix}` can make, by what this text binds its one placeholder to."""
    member = _MEMBER_HOLE.search(template)
    if member and template.count("{") == 1 and (words := held(text, member[1])):
        return tuple(_WILD.sub(word, template) for word in words)
    holes = re.findall(r"\$\{(\w{1,40})\}", template)
    if len(holes) == 1 and template.count("{") == 1:
        either = re.search(
            rf"\b{holes[0]}\s{{0,3}}=\s{{0,3}}[^;\n?]{{1,120}}\?\s{{0,20}}[\"'`](\w{{0,40}})"
            rf"[\"'`]\s{{0,20}}:\s{{0,20}}[\"'`](\w{{0,40}})[\"'`]",
            text,
        )
        if either:
            return tuple(_WILD.sub(part, template) for part in sorted({either[1], either[2]}))
    name = widened(template)
    return (name,) if name else ()


_MEMBER_HOLE = expression(r"\$\{\w{1,40}\.(\w{1,40})\}")
_MOST_HELD = 80


def held(text: str, member: str) -> tuple[str, ...]:
    """What the objects of this text hold under a key, where each time it is the name of a variable or a part of one: `prefix: "ACME"`."""
    rows = re.findall(
        rf"[{{,\s]{re.escape(member)}\s{{0,3}}:\s{{0,20}}[\"'`]([A-Z][A-Z0-9_]{{1,79}})[\"'`]\s{{0,9}}[,}}\n]", text
    )
    return tuple(dict.fromkeys(rows)) if len(rows) <= _MOST_HELD else ()


_BOUND = (
    r"\b{name}\b\s{{0,10}}(?::\s{{0,3}}[&'\w\[\]]{{1,30}}(?:\s\w{{1,20}})?\s{{0,3}})?"
    r"(?:string\s{{0,3}})?:?=\s{{0,10}}[\"'`]([A-Za-z_][\w${{}}]{{1,79}})[\"'`]"
)


def constants(text: str, name: str) -> tuple[str, ...]:
    """The variables that `name` can stand for in this text, by the literal or template it is bound to."""
    if not re.fullmatch(r"\w{2,60}", name):
        return ()
    bound = re.search(_BOUND.format(name=name), text)
    if not bound:
        return ()
    return (bound[1],) if CAPS.match(bound[1]) else resolved(text, bound[1]) if "{" in bound[1] else ()
