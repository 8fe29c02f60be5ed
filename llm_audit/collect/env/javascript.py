"""JavaScript and TypeScript: `process.env` and its siblings in other runtimes and bundlers, and its destructuring."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.calls import Dialect, call_readings, judge
from llm_audit.collect.env.js_modules import declared_bindings, module_readings
from llm_audit.collect.env.js_schema import schema_readings
from llm_audit.collect.env.reading import (
    DEFAULT,
    OPTIONAL,
    REQUIRED,
    Reading,
    commented,
    constants,
    facts_of,
    held,
    resolved,
)
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

SUFFIXES = frozenset({".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".astro"})
_NAME = r"[A-Za-z_]\w{0,79}"
_HOSTS = {
    "process.": "process.env",
    "process?.": "process.env",
    "process as any).": "process.env",
    "import.meta.": "import.meta.env",
    "Bun.": "Bun.env",
    "Deno.": "Deno.env",
}
_READ = expression(
    rf"env(?:(?:\?\.|\.)(?P<dot>{_NAME})|(?:\?\.)?\[\s{{0,20}}(?:(?P<quote>[\"'])(?P<key>[^\"'`\n]{{1,80}})(?P=quote)"
    rf"|`(?P<template>[^`\n]{{1,120}})`|(?P<var>{_NAME}))"
    rf"(?P<plus>\s{{0,3}}\+[^\]\n]{{1,40}})?(?:\s{{1,2}}as\s[^\]\n]{{1,40}})?\s{{0,20}}\])"
)
_THROWS = expression(r"\bthrow\b|process\.exit|Deno\.exit|\bpanic\(|invariant\(|\bassert\w{0,10}\(")
DIALECT = Dialect(
    via="Deno.env",
    own=expression(r"^(?:Deno\.env|env)\.get$"),
    own_required=expression(r"(?!)"),
    dynamic=expression(
        rf"(?:\b(?:process|import\.meta|Bun)\.env\??\.?\[\s{{0,9}}|Deno\.env\.get\(\s{{0,9}})(?P<var>{_NAME})"
        rf"(?:\s{{1,2}}as\s[^\]\n]{{1,40}})?\s{{0,9}}[\])]"
    ),
    defines=expression(
        r"(?:\bfunction\s{1,3}|\b(?:const|let|var|static|public|private|async)\s{1,3}|^[ \t]{1,12}(?!if\b|for\b"
        r"|while\b|switch\b|return\b|catch\b))"
        r"(?P<name>[\w#]{1,60})\s{0,3}(?:=\s{0,3}(?:async\s{1,3})?(?:function\s?)?)?(?:<[^<>()]{0,60}>)?"
        r"(?:\(\s{0,9}(?P<params>(?:[^()]|\([^()]{0,60}\)){1,240})\)(?:[^=;{}()]|\(\)){0,60}(?:=>|\{)|\w{1,40}\s{0,2}=>)",
        re.MULTILINE,
    ),
    fallback=expression(
        r"(?:\s{0,3}(?:,\s{0,3}\d{1,2})?\s{0,3}\)){0,2}(?:\s{0,4}as\s{1,3}[\w.\[\]\"' |]{1,40})?\s{0,20}"
        r"(?:(?:\|\||\?\?)=?(?P<fails>\s{0,9}(?:\(\s{0,3}\(\)\s{0,3}=>\s{0,3}\{\s{0,9}throw|throw|raise|fail|panic"
        r"|missing))?|(?P<checks>[!=]==?|\?\s|\?\.|&&|instanceof))"
    ),
    throws=_THROWS,
    hints=("env[", "env?.[", "env.get("),
    anchor=expression(
        r"\(\s{0,40}(?P<quote>[\"'`])(?P<name>[A-Z_][A-Z0-9_]{1,79}(?:\$\{\w{1,40}\}\w{0,40})?)(?P=quote)"
        r"(?P<plus>\s{0,4}\+\s{0,4}[A-Za-z_$])?"
    ),
)
_HELD = expression(
    r"(?:(?:const|let|var)\s{1,3}|\w\((?:[^()\n]{0,80},)?\s{0,9}|\n[ \t]{1,12})"
    r"(?P<var>\w{1,60})(?:\s{0,2}:\s{0,2}[\w |]{1,40})?\s{0,3}=\s{0,3}$"
)
"""What a value is given to: a variable, or a parameter that it is the default of."""
_BRANCH = expression(r"(?:^|[^!])!\s{0,2}$|(?:==|===)\s{0,3}(?:undefined|null|\"\"|'')")
_ASSERTED = expression(
    r"\b(?:invariant|assert(?:\.ok)?|ok|must|ensure|nonNullable|required?|assertDefined|checkDefined)\(\s{0,20}$"
)
_SECRET = expression(r"\bsecret:\s{0,9}\[?\s{0,9}$")
"""The option without which express-session throws at the first request ("express-session", npm)."""
_CONDITION = expression(
    r"\bif\s{0,2}\((?:(?P<test>[\w.?\[\]\"'() ]{2,60}={2,3}\s?[\"'`][\w\-]{1,40}[\"'`])|process\.env\.(?P<set>[A-Z]\w{1,60}))\)"
    r"\s{0,2}\{[^{}]{0,400}\Z"
)
_CASE = expression(
    r"\bswitch\s{0,2}\((?P<subject>[\w.]{1,60})\)\s{0,2}\{(?:(?!\bswitch\b)[\s\S]){0,1500}?\b(?P<case>case\s{1,3}(?P<label>[\w.\"'`\-]{1,60})"
    r"\s{0,3}:|default\s{0,3}:)(?:(?!\bcase\b|\bdefault\s{0,3}:|\bswitch\b)[\s\S]){0,400}\Z"
)


def collect(file: SourceFile) -> Finds:
    """Readings of a script or of the script part of a component."""
    yield from facts_of(file, _readings(file))


def _readings(file: SourceFile) -> Iterator[Reading]:
    text = file.text
    if "env" in text:
        yield from _members(file)
        if _COMPUTED.search(text):
            yield from _listed(file)
        if _WHOLE.search(text):
            yield from _unpacked(file)
    yield from module_readings(file, DIALECT)
    yield from declared_bindings(file)
    yield from schema_readings(file)
    strict = "prisma/config" in text and _STRICT.search(text) is not None
    for one in call_readings(file, DIALECT):
        yield replace(one, need=REQUIRED, by="lookup") if strict and one.via == "env" and one.by == "bare" else one


_STRICT = expression(r"\benv\b[^{}\n]{0,80}\}\s{0,3}from\s{0,3}[\"']prisma/config[\"']")
"""Prisma's own `env` throws without the variable ("Prisma Config reference", Prisma documentation)."""
_COMPUTED = expression(
    r"env(?:(?:\?\.)?\[\s{0,9}[A-Za-z_]\w{0,60}(?:\s{1,2}as\s|\s{0,9}[\]\[.])|\.get\(\s{0,9}[a-z]\w{0,60}\s{0,9}\))"
)


def _members(file: SourceFile) -> Iterator[Reading]:
    text = file.text
    after = 0
    while match := _READ.search(text, after):
        at, after = match.start(), match.start() + 3
        head = text[max(0, at - 80) : at]
        via = next((via for host, via in _HOSTS.items() if head.endswith(host)), "")
        if not via or (via == "Deno.env" and match["dot"]) or commented(text, at):
            continue
        for name in _names(text, match):
            if not (via == "import.meta.env" and name in _BUNDLER):
                yield from _judged(file, match, name, via, head)


_BUNDLER = frozenset({"DEV", "PROD", "MODE", "SSR", "BASE_URL"})


def _names(text: str, match: re.Match[str]) -> tuple[str, ...]:
    if match["var"]:
        return constants(text, match["var"])
    key = match["dot"] or match["key"] or match["template"]
    if match["plus"]:
        return resolved(text, key + "${_}")
    return resolved(text, key) if "$" in key else (key,)


def _judged(file: SourceFile, match: re.Match[str], name: str, via: str, head: str) -> Iterator[Reading]:
    text, end, line = file.text, match.end(), file.line_of(match.start())
    need, default, by = _need(text, end, head)
    if by == "assignment" or re.search(r"\bdelete\s{1,3}[\w.?]{0,20}$", head):
        return
    if by == "assertion" and _at_load(text, match.start()):
        by = "start-up"
    late = by == "throw" and _is_late(text, match.start())
    condition = _condition(text, match.start(), name) if need != DEFAULT else ""
    yield Reading(name, line, via, need, default, by, condition, late)


def _condition(text: str, at: int, name: str) -> str:
    """What must hold for the place to be reached: a comparison, another variable that is set, a case of a switch; or empty."""
    if under := _CONDITION.search(text, max(0, at - 460), at):
        test = under["test"] or f"{under['set']} is set"
        return test if name not in test else ""
    if text.find("switch", max(0, at - _SWITCH), at) < 0:
        return ""
    case = _CASE.search(text, max(0, at - _SWITCH), at)
    inside = case is not None and _stays_open(text[case.end("case") : at])
    return f"{case['subject']} === {case['label'] or 'default'}" if case and inside else ""


def _stays_open(text: str) -> bool:
    """Whether a text closes no more braces than it has opened before."""
    depth = 0
    for brace in _BRACE.finditer(text):
        depth += 1 if brace[0] == "{" else -1
        if depth < 0:
            return False
    return True


_BRACE = expression(r"[{}]")
_SWITCH = 2000
_LOOK_BACK = 2000
_STATEMENT = expression(r"^(?=[A-Za-z@])", re.MULTILINE)
_LATER = expression(
    r"=>|\bfunction\b|\bget\s|^(?:export\s{1,3}(?:default\s{1,3})?)?(?:abstract\s{1,3})?class\b|^@|\([^()]{0,200}\)\s{0,3}\{"
)


def _at_load(text: str, at: int) -> bool:
    """Whether the statement around an offset begins at the margin and no function or class stands between: it runs on import."""
    start = _statement(text, at)
    return start >= 0 and _LATER.search(text[start:at]) is None


def _statement(text: str, at: int) -> int:
    """Where the statement around an offset begins at the margin; -1 where that is far away."""
    starts = [match.start() for match in _STATEMENT.finditer(text, max(0, at - _LOOK_BACK), at + 1)]
    return starts[-1] if starts else -1


def _is_late(text: str, at: int) -> bool:
    """Whether what fails at an offset stands in a function or class, and no statement at the margin calls that function."""
    start = _statement(text, at)
    if start < 0 or not _LATER.search(text[start:at]):
        return start < 0
    named = _FUNCTION.match(text, start)
    return named is None or re.search(_RUN.format(re.escape(named[1])), text, re.MULTILINE) is None


_RUN = r"^(?:[\w$][^(){{}}=\n]{{0,80}}=\s{{0,3}})?(?:void |await |\(await )?{0}\("
"""A statement at the margin that calls a function: `start();`, `const client = connect();`."""
_FUNCTION = expression(
    r"(?:export\s{1,3}(?:default\s{1,3})?)?(?:async\s{1,3})?(?:function\s{1,3}|(?:const|let|var)\s{1,3})([\w$]{1,80})"
)
_REMARK = expression(r"^\s{0,40}//[^\n]{0,300}\n", re.MULTILINE)


def _need(text: str, end: int, head: str) -> tuple[str, str, str]:
    before = re.sub(r"(?:globalThis\.)?(?:\(process as any\)|process\??|import\.meta|Bun)\.$", "", head)
    if _ASSERTED.search(before) or (_SECRET.search(before) and "session(" in text[max(0, end - 400) : end]):
        return REQUIRED, "", "throw"
    negated = _BRANCH.search(before) or _BRANCH.match(text[end : end + 30].lstrip())
    if negated and "if" in before[-60:]:
        window = _REMARK.sub("", text[end : end + 700])[:260]
        if re.match(r"[^{}]{0,160}(?:\{[^{}]{0,120})?(?:\bthrow\b|process\.exit|Deno\.exit)", window):
            return REQUIRED, "", "throw"
        return OPTIONAL, "", "check"
    held = _HELD.search(before)
    if held and _thrown_later(text, end, held["var"]):
        return REQUIRED, "", "throw"
    if text[end : end + 1] == "!" and text[end + 1 : end + 2] != "=":
        return REQUIRED, "", "assertion"
    need, default, by = judge(text, end, DIALECT)
    if by == "bare" and (
        before.rstrip().endswith(("if (", "!", "&&", "if (!")) or re.match(r"\s{0,3}as string\b", text[end : end + 14])
    ):
        return (REQUIRED, "", "assertion") if " as string" in text[end : end + 14] else (OPTIONAL, "", "check")
    return need, default, by


def _thrown_later(text: str, end: int, var: str) -> bool:
    """Whether the variable that holds the value is tested soon and its absence stops the program."""
    window = text[end : end + 700]
    if f"!{var}" not in window and "invariant" not in window and "assert" not in window:
        return False
    return bool(
        re.search(
            rf"\bif\s?\([^{{}}\n]{{0,120}}!{var}\b[^{{}};]{{0,160}}\{{?[^{{}}]{{0,160}}?(?:\bthrow\b|process\.exit"
            rf"|Deno\.exit)"
            rf"|\b(?:invariant|assert(?:\.ok)?)\(\s{{0,9}}{var}\b",
            window,
        )
    )


_LIST = expression(
    r"\[(?P<names>\s{0,40}[\"'][A-Z][A-Z0-9_]{2,79}[\"'](?:\s{0,9},\s{0,60}"
    r"(?://[^\n]{0,120}\n\s{0,40})?[\"'][A-Z][A-Z0-9_]{2,79}[\"']){0,120})\s{0,9},?\s{0,60}\]"
)


_TABLE = expression(
    r"[{,]\s{0,40}(?:[\"']?[a-z][\w\-]{0,40}[\"']?)\s{0,3}:\s{0,40}[\"'](?P<name>[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,6})[\"'](?=\s{0,9}[,}])"
)
_READABLE = expression(r"_(?:KEY|TOKEN|SECRET|ID|URL|URI|HOST|ENDPOINT|PASSWORD)\Z")
"""A row of a table that gives each choice its variable: `{ openai: "OPENAI_API_KEY" }`."""


def _listed(file: SourceFile) -> Iterator[Reading]:
    """Names in an array of a file that also looks variables up by a computed name: the loop over required ones."""
    throws = bool(_THROWS.search(file.text))
    for match in _LIST.finditer(file.text):
        named = _ARRAY_NAME.search(file.text, max(0, match.start() - 120), match.start())
        walked = _is_walked(file.text, match)
        if commented(file.text, match.start()) or not (named or walked):
            continue
        thrown = walked and _THROWS.search(file.text, match.end(), match.end() + 600)
        stops = thrown or (named and not walked and _is_checked(file.text, match.end(), named[1]))
        need = REQUIRED if throws and stops else OPTIONAL
        for name in re.finditer(r"[\"']([A-Z][A-Z0-9_]+)[\"']", match["names"]):
            yield Reading(name[1], file.line_of(match.start("names") + name.start()), "process.env", need, "", "check")
    for match in _TABLE.finditer(file.text):
        if _READABLE.search(match["name"]) and not commented(file.text, match.start("name")):
            yield Reading(match["name"], file.line_of(match.start("name")), "process.env", OPTIONAL, "", "check")
    for match in _BY_MEMBER.finditer(file.text):
        need, default, by = judge(file.text, match.end(), DIALECT)
        for held_name in held(file.text, match["member"]) if not commented(file.text, match.start()) else ():
            place = re.search(rf"[\"'`]{held_name}[\"'`]", file.text)
            yield Reading(
                held_name, file.line_of(place.start() if place else match.start()), "process.env", need, default, by
            )


_BY_MEMBER = expression(r"env\[\s{0,9}\w{1,40}\.(?P<member>\w{1,40})(?:\s{1,2}as\s[^\]\n]{1,40})?\s{0,9}\]")
"""A reading by what a row of a table holds: `process.env[row.variable]`."""


def _is_walked(text: str, match: re.Match[str]) -> bool:
    """Whether an array without a name is gone through right where it stands, and each of its names looked up."""
    looped = _LOOP_OVER.search(text, max(0, match.start() - 60), match.start())
    walked = looped or _WALK.match(text, match.end())
    return bool(walked) and _COMPUTED.search(text, match.end(), match.end() + 400) is not None


_LOOP_OVER = expression(r"\bof\s{1,3}\(?\s{0,3}\Z")
_WALK = expression(r"\s{0,3}(?:as\s{1,3}const\s{0,3}\)?)?\s{0,40}\.(?:forEach|filter|map|every|some|find)\(")


def _is_checked(text: str, end: int, name: str) -> bool:
    """Whether a name that is missing stops the program: what follows a use of the array looks it up and throws."""
    for use in re.finditer(rf"\b{re.escape(name)}\b", text[end:]):
        after = end + use.end()
        if _COMPUTED.search(text, after, after + 600) and _THROWS.search(text, after, after + 600):
            return True
    return False


_ARRAY_NAME = expression(r"\b(?:const|let|var)\s{1,3}([A-Za-z_$]\w{0,60})[^=;\n]{0,60}=\s{0,9}(?:new Set\(\s{0,9})?\Z")
_WHOLE = expression(r"\.env\b(?![.\[?])")
_UNPACK = expression(
    r"\}\s{0,3}(?::\s{0,2}[\w<>, ]{1,60})?\s{0,3}=\s{0,3}(?P<via>process|import\.meta|Bun|Deno)\.env\b(?![.\[?])"
)
_PART = expression(
    r"(?:^|[,{\n])\s{0,40}(?P<name>[A-Za-z_]\w{1,79})\s{0,3}(?::\s{0,3}\w{1,60}\s{0,3})?(?:=\s{0,3}"
    r"(?P<default>[^,\n}]{1,160}))?(?=[,\n}]|\s{0,9}$)"
)


def _unpacked(file: SourceFile) -> Iterator[Reading]:
    """`const { A, B = "x" } = process.env`."""
    text = file.text
    for match in _UNPACK.finditer(text):
        start = text.rfind("{", max(0, match.start() - 3000), match.start())
        if start < 0 or commented(text, start):
            continue
        body = text[start + 1 : match.start()]
        for part in _PART.finditer(body):
            if part["name"] == "rest":
                continue
            value = (part["default"] or "").strip()
            literal = re.fullmatch(r"[\"'`]([^\"'`$]{1,120})[\"'`]|(-?\d[\d_.]*|true|false)", value)
            line = file.line_of(start + 1 + part.start("name"))
            via = f"{match['via']}.env"
            if literal:
                yield Reading(part["name"], line, via, DEFAULT, literal[1] or literal[2], "fallback")
            elif value:
                yield Reading(part["name"], line, via, OPTIONAL, "", "fallback")
            elif _thrown_later(text, match.end(), part["name"]):
                yield Reading(part["name"], line, via, REQUIRED, "", "throw")
            else:
                yield Reading(part["name"], line, via)


COLLECTORS = (
    Collector(
        "env.javascript",
        collect,
        suffixes=SUFFIXES,
        needs=(
            "EnvSchema",
            "envSchema",
            ".env",
            "env.",
            "Env(",
            "env(",
            "onfig.get",
            "onfig(",
            "ecret(",
            "onfigService",
            "Env as",
            "$env/",
            "Config.",
            "Env {",
            "Bindings",
            "Joi.",
            "convict",
            "class-validator",
            "/config",
            "/settings",
            "/secrets",
        ),
    ),
)
