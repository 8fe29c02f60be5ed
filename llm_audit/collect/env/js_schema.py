"""JavaScript: schemas over the environment: zod and its like, envalid, joi, t3-env, convict, class-validator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, REQUIRED, Reading, commented
from llm_audit.collect.expressions import either, expression
from llm_audit.collect.nearby import block_end
from llm_audit.model import SourceFile

_MARKS = (
    "process.env",
    "import.meta.env",
    "createEnv(",
    "cleanEnv(",
    "Bun.env",
    "Deno.env",
    "Env.create(",
    "defineEnv(",
    "envField.",
    "validationSchema",
    "envSchema",
    "EnvSchema",
    "envsafe(",
)
_LIBRARY = either(
    *(
        rf"""{quote}(?:zod(?:/[\w\-]+)?|joi|@hapi/joi|yup|valibot|envalid|znv|envsafe|arktype|@sinclair/typebox|superstruct|@t3-oss/env-\w+"""
        r"""|@adonisjs/core/env|#start/env|astro/config|runtypes|@effect/schema(?:/\w+)?|env-var|@hono/zod-openapi)[\"']"""
        for quote in "\"'"
    )
)
_KEY = expression(
    r"(?:^|[{,])[ \t]{0,40}[\"']?(?P<name>[A-Z][A-Z0-9_]{1,79})[\"']?[ \t]{0,3}:[ \t]{0,3}\n?\s{0,40}(?P<head>"
    r"(?P<lib>[A-Za-z_]\w{0,40})(?:[.(]|,|$))",
    re.MULTILINE,
)
_NOT_A_SCHEMA = frozenset(
    {
        "process",
        "import",
        "env",
        "Number",
        "String",
        "Boolean",
        "parseInt",
        "parseFloat",
        "JSON",
        "new",
        "function",
        "async",
        "await",
        "Deno",
    }
)
_OPTIONAL = expression(
    r"\.(?:optional|nullish|nullable|partial|optionalWhen|catch)\(|\bv?\.?(?:optional|nullish|nullable"
    r"|exactOptional)\(|allowEmpty|optional:\s?true"
)
_DEFAULT = expression(
    r"(?:\.(?:default|prefault|catch)\(\s{0,9}|\bdefault(?:Value)?:\s{0,4}|\b(?:withDefault"
    r"|optional)\([^\n]{1,80}?,\s{0,3}(?=[\"'`\d]))"
    r"(?:(?P<quote>[\"'`])(?P<text>[^\"'`\n]{0,160})(?P=quote)|(?P<number>-?\d[\w.]*)|(?P<flag>true|false)\b|"
    r"(?P<other>))"
)
_CONVICT = expression(r"\benv:\s{0,4}[\"'](?P<name>[A-Z][A-Z0-9_]{1,79})[\"']")
_VAR = expression(
    r"\b(?:env|from\([^()]{0,40}\))\.get\(\s{0,9}[\"'](?P<name>[A-Z][A-Z0-9_]{1,79})[\"']\)(?P<rest>"
    r"(?:\s{0,30}\.\w{1,30}\([^()\n]{0,80}\)){0,6})"
)


def schema_readings(file: SourceFile) -> Iterator[Reading]:
    """Keys in capitals of a schema, in a file that parses the environment with it."""
    text = file.text
    if "convict" in text or "Flags." in text:
        for match in _CONVICT.finditer(text):
            yield Reading(match["name"], file.line_of(match.start()), "convict", OPTIONAL, "", "fallback")
    if "env-var" in text:
        yield from _env_var(file)
    if "class-validator" in text:
        yield from _validated(file)
    library = _LIBRARY.search(text) if any(mark in text for mark in _MARKS) else None
    if library:
        via = library[0].strip("\"'")
        handed = list(_handed(text))
        keys = [
            match
            for match in _KEY.finditer(text)
            if match["lib"] not in _NOT_A_SCHEMA and not any(start < match.start("name") < end for start, end in handed)
        ]
        forgiving, spread = _forgiving(text), list(_spread(text))
        for index, match in enumerate(keys):
            stop = keys[index + 1].start() if index + 1 < len(keys) else len(text)
            if not commented(text, match.start("name")):
                one = _key(file, match, text[match.start("head") : min(stop, match.start() + 900)], via)
                if one.need == REQUIRED and any(start < match.start() < end for start, end in forgiving):
                    one = replace(one, by="forgiven")
                elif one.need == REQUIRED:
                    under = (test for start, end, test in spread if start <= match.start("name") < end)
                    one = replace(one, condition=next(under, ""))
                yield one


_HANDED = expression(r"\b(?:experimental__)?runtimeEnv(?:Strict)?\s{0,3}:\s{0,9}\{")


def _handed(text: str) -> Iterator[tuple[int, int]]:
    """Where t3-env is handed the values that it checks, by the names of the schema's keys; the schema says whether they may lack."""
    for match in _HANDED.finditer(text) if "runtimeEnv" in text else ():
        yield match.end(), block_end(text, match.end() - 1, 20_000)


_TRIED = expression(r"\b(?P<name>\w{1,60})\.safeParse\(\s{0,9}(?:process|import\.meta|Bun|Deno)\.env\b")
_STOPS = expression(r"\bthrow\b|\bexit\w*\(|\bpanic\(|\bfail\w*\(|\bdie\(|\binvariant\(|\bassert\w*\(|\breject\w*\(")
_SOON = 600


def _forgiving(text: str) -> list[tuple[int, int]]:
    """Where the schemas stand that are held against the environment without stopping the program where it lacks something."""
    found: list[tuple[int, int]] = []
    for tried in _TRIED.finditer(text) if ".safeParse(" in text else ():
        name = re.escape(tried["name"])
        if _STOPS.search(text, tried.end(), tried.end() + _SOON) or re.search(rf"\b{name}\.parse\(", text):
            continue
        made = re.search(rf"\b(?:const|let)\s{{1,3}}{name}\b[^=\n]{{0,80}}=\s{{0,3}}\w[\w.\s]{{0,40}}\(", text)
        if made:
            found.append((made.end(), block_end(text, made.end() - 1, 20_000)))
    return found


_SPREAD = expression(r"\.\.\.(?:\(\s{0,9})?(?P<test>(?:[^{}?;]|\?\.){2,200}?)\s{0,9}(?:&&|(?P<either>\?))\s{0,9}\(?\{")
_OTHERWISE = expression(r"\s{0,9}\)?\s{0,9}:\s{0,9}\(?\{")
_ENVIRONMENT = expression(r"\b(?:process\.env|import\.meta\.env|processEnv|env)\.")


def _spread(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a schema takes keys in only under a condition, and which: `...(STORAGE === 's3' && { S3_BUCKET: str() })`."""
    for match in _SPREAD.finditer(text):
        end = block_end(text, match.end() - 1, 20_000)
        test = _ENVIRONMENT.sub("", " ".join(match["test"].split()))
        yield match.end(), end, test
        other = _OTHERWISE.match(text, end) if match["either"] else None
        if other:
            yield other.end(), block_end(text, other.end() - 1, 20_000), f"!({test})"


def _key(file: SourceFile, match: re.Match[str], expression: str, via: str) -> Reading:
    expression = _own_part(re.sub(r"(?<!:)//[^\n]*", "", expression)) + _helper(file.text, match["lib"])
    default = _DEFAULT.search(expression)
    value = (default["text"] or default["number"] or default["flag"] or "") if default else ""
    line = file.line_of(match.start("name"))
    if value or (default and default["other"] is not None):
        return Reading(match["name"], line, via, DEFAULT, value if "${" not in value else "", "schema")
    joi = match["lib"] in ("Joi", "joi", "yup") and ".required(" not in expression
    need = OPTIONAL if default or joi or _OPTIONAL.search(expression) else REQUIRED
    return Reading(match["name"], line, via, need, "", "schema")


_EITHER = expression(r"(?<!\?)\?(?![?.:])[^:]{1,200}:")
"""A choice: what is soft in one case is strict in another."""
_BORDER = expression(r"\n(?:\n|(?:export|const|let|function|class)\b)")


def _helper(text: str, name: str) -> str:
    """What a function or constant of the same file stands for that a key is given instead of the library's own words."""
    if len(name) < _SHORTEST:
        return ""
    found = re.search(rf"\b(?:const|function|let)\s{{1,3}}{name}\b(?!\s{{0,3}}=\s{{0,9}}(?:require|await)\b)", text)
    if not found:
        return ""
    border = _BORDER.search(text, found.end(), found.end() + 600)
    body = text[found.end() : border.start() if border else found.end() + 600]
    return "" if _EITHER.search(body) else body


_SHORTEST = 3
"""Shorter names are the library's: `z`, `v`, `t`."""


def _own_part(expression: str) -> str:
    """The expression up to the bracket that closes what it stands in, or the comma after it."""
    depth = 0
    for token in re.finditer(r"[()\[\]{},]|\n", expression):
        mark = token[0]
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        if depth < 0 or (mark == "," and depth == 0):
            return expression[: token.start()]
    return expression


def _env_var(file: SourceFile) -> Iterator[Reading]:
    for match in _VAR.finditer(file.text):
        rest = match["rest"]
        default = re.search(r"\.default\(\s{0,3}[\"'`]?([^\"'`()\n]{1,100})", rest)
        line = file.line_of(match.start())
        if default:
            yield Reading(match["name"], line, "env-var", DEFAULT, default[1], "schema")
        else:
            need = REQUIRED if ".required(" in rest and "required(false" not in rest else OPTIONAL
            yield Reading(match["name"], line, "env-var", need, "", "schema")


_DECORATED = expression(
    r"(?P<decorators>(?:^[ \t]{1,8}@\w{1,40}(?:\([^\n]{0,200})?\n(?:(?![ \t]{1,20}[A-Z][A-Z0-9_]{1,79}[?!]?[ \t]{0,3}[:=;])[ \t]{2,20}[^@\n]{0,300}\n){0,12}){1,8})"
    r"[ \t]{1,8}(?:public\s|readonly\s|static\s){0,3}(?P<name>[A-Z][A-Z0-9_]{1,79})(?P<soft>\?)?!?[ \t]{0,3}(?:"
    r"(?::[^=;\n]{1,80})?(?:=[ \t]{0,3}(?P<value>[^;]{0,240}))?)[;\n]",
    re.MULTILINE,
)


def _validated(file: SourceFile) -> Iterator[Reading]:
    """Fields of a class that class-validator checks at start-up, in a file that speaks of the environment."""
    if not re.search(r"(?i)environment|process\.env|env", file.text):
        return
    for match in _DECORATED.finditer(file.text):
        if _WORKED_OUT.search(match["value"] or ""):
            continue
        need, value = _validated_need(match)
        under = _UNDER.search(match["decorators"]) if need == REQUIRED else None
        condition = re.sub(rf"\b{under['parameter']}\??\.|\s{{2,}}", "", under["test"]).strip(" ,") if under else ""
        if re.search(rf"\b{match['name']}\b", condition):
            need, condition = OPTIONAL, ""
        line = file.line_of(match.start("name"))
        yield Reading(match["name"], line, "class-validator", need, value, "schema", condition)


_WORKED_OUT = expression(r"\A(?!.*\b(?:env|environment|process)\b)[^\"'`]*\bthis\.")
"""A value that the class makes of its other fields: no variable gives it."""
_UNDER = expression(
    r"@ValidateIf\(\s{0,9}\(?(?P<parameter>\w{1,30})(?:\s{0,2}:\s{0,2}\w{1,40})?\)?\s{0,3}=>\s{0,20}(?P<test>[^@]{1,240}?),?\s{0,9}\)\s{0,9}(?=@|\Z)"
)
"""A field that is checked only under a condition on the others."""


_MAY_LACK = expression(r"\b\w{0,20}(?i:optional|nullable|maybe)\w{0,20}\(")
"""A helper whose name says that there may be no value."""
_NOT_EMPTY = expression(
    r"@Is(?:NotEmpty|Defined|Hexadecimal|Base64|ByteLength|Url|URL|Email|UUID|Port|Int|Positive|FQDN|IP|JWT|In|Enum)\b"
    r"|@(?:MinLength|Length)\(\s{0,9}[1-9]"
)
"""Checks that an empty text does not pass."""


def _validated_need(match: re.Match[str]) -> tuple[str, str]:
    assigned, decorators = match["value"] or "", match["decorators"]
    literal = re.search(r"(?:^|\?\?|\|\|)\s{0,3}[\"'`]?([\w.:/\-]{1,100})[\"'`]?\s{0,3}\)?,?$", assigned)
    if literal and not re.match(r"(?:environment|process|env)\b", literal[1]):
        return DEFAULT, literal[1]
    if match["soft"] or re.search(r"@(?:IsOptional|Deprecated)\b", decorators) or _MAY_LACK.search(assigned):
        return OPTIONAL, ""
    fallback = re.search(r"(?:\?\?|\|\|)\s{0,9}(?P<empty>\"\"|'')?", assigned)
    asked = _NOT_EMPTY.search(decorators)
    return (OPTIONAL if fallback and not (asked and fallback["empty"]) else REQUIRED), ""
