"""JavaScript: the environment under another name: framework modules, a project's own env module, worker bindings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.env.calls import Dialect, judge
from llm_audit.collect.env.reading import OPTIONAL, REQUIRED, Reading, commented
from llm_audit.collect.expressions import either, expression
from llm_audit.model import SourceFile

_STATIC = expression(
    r"import\s{0,3}(?:type\s)?\{(?P<names>[^{}]{1,2000})\}\s{0,3}from\s{0,3}[\"'](?P<module>\$env/static/\w{1,10}"
    r"|astro:env/\w{1,10})[\"']"
)
_OF_ENV = (
    r"from\s{0,3}[\"'](?:\$env/dynamic/\w{1,10}|wasp/(?:server|client)|[@~.#][\w@~./\-#]{0,80}\b(?:env|environment)(?:[.\-](?:mjs|js|ts|server|client"
    r"|config|public|private)){0,2}|@[\w\-]{1,40}/(?:[\w\-]{1,40}/){0,3}env(?:/\w{1,20})?)[\"']"
)
_FROM_ENV = expression(_OF_ENV)
"""The end of an import, which is looked for first: what stands before it is a long search at every import of a file."""
_IMPORTED = expression(
    r"import\s{0,3}(?:\*\s{0,3}as\s)?(?:\{[^{}]{0,400}?\b)?(?P<name>env|ENV|Env|environment|serverEnv|clientEnv"
    rf"|privateEnv|publicEnv)\b(?:[^{{}}\"']{{0,400}}\}})?\s{{0,3}}{_OF_ENV}"
)
_OF_CONFIG = (
    r"from\s{0,3}[\"'][$@~.#][\w@~./\-#$]{0,80}(?:config|settings|secrets)[\w.\-]{0,30}(?:/index(?:\.\w{1,3})?)?[\"']"
)
_FROM_CONFIG = expression(_OF_CONFIG)
_CONFIG = expression(
    r"import\s{0,3}(?:\*\s{0,3}as\s)?(?:\{[^{}]{0,400}?\b)?(?P<name>config|conf|cfg|settings|secrets|Config)\b"
    rf"(?:[^{{}}\"']{{0,400}}\}})?\s{{0,3}}{_OF_CONFIG}"
)
"""A project's own object of settings; its members are variables where a sample of the environment names them too."""
_ALIAS = expression(
    r"\b(?:const|let|var)\s{1,3}(?P<name>\w{1,40})(?:\s{0,2}:[^=\n;]{1,80})?\s{0,3}=\s{0,3}"
    r"(?:\{[^{}=;]{0,80}\.\.\.)?(?:(?:globalThis\.)?process\.env\b(?![.\[?])|loadEnv\(|(?:await\s)?dotenv\.parse\()"
)


_WHOLE = either(r"process\.env(?![.\[?\w])", r"loadEnv\(", r"dotenv\.parse\(")


def module_readings(file: SourceFile, dialect: Dialect) -> Iterator[Reading]:
    """Names taken from a framework's env module, and members of whatever the environment is called in this file."""
    text = file.text
    for match in _STATIC.finditer(text) if "env/" in text else ():
        static = "static" in match["module"]
        for name in re.finditer(r"\b[A-Z][A-Z0-9_]+\b", match["names"]):
            line = file.line_of(match.start("names") + name.start())
            yield Reading(
                name[0], line, match["module"], REQUIRED if static else OPTIONAL, "", "lookup" if static else "bare"
            )
    owners = {match["name"]: "env module" for match in _IMPORTED.finditer(text)} if _FROM_ENV.search(text) else {}
    if _FROM_CONFIG.search(text):
        owners |= {match["name"]: "config member" for match in _CONFIG.finditer(text) if match["name"] not in owners}
    if _WHOLE.search(text):
        owners |= {match["name"]: "process.env" for match in _ALIAS.finditer(text)}
    if "hono" in text and _HONO.search(text):
        owners |= {"c.env": "worker binding", "ctx.env": "worker binding", "context.env": "worker binding"}
    for owner, via in owners.items():
        yield from _members(file, owner, via, dialect)


_HONO = expression(r"[\"']hono(?:/[\w\-]{1,30})?[\"']")
_USED_AS_OBJECT = expression(
    r"\.(?:prepare|get|getWithMetadata|put|delete|list|send|sendBatch|batch|exec|dump|idFromName|idFromString|newUniqueId|run|fetch|query|limit"
    r"|writeDataPoint|connectionString|createMultipartUpload|head|upsert|create)\b|\)?\s{0,3}as\s{1,3}(?:D1|KV|R2|Queue|Durable|Fetcher|Ai\b)|[,)]?\s{0,3}satisfies"
)
"""What is done with a binding that is no text: a database, a bucket, another worker."""


def _members(file: SourceFile, owner: str, via: str, dialect: Dialect) -> Iterator[Reading]:
    text = file.text
    pattern = (
        rf"{re.escape(owner)}!?\??(?:\.(?P<dot>[A-Z][A-Z0-9_]{{1,79}})\b|(?:\?\.)?\[[\"']"
        rf"(?P<key>[A-Z][A-Z0-9_]{{1,79}})[\"']\])"
    )
    for match in re.finditer(pattern, text):
        before = text[match.start() - 1 : match.start()]
        if before in (".", "_", "$") or before.isalnum() or commented(text, match.start()):
            continue
        need, default, by = judge(text, match.end(), dialect)
        if via == "worker binding" and (
            _USED_AS_OBJECT.match(text, match.end()) or (match["dot"] or match["key"]) in _BINDING_NAMES
        ):
            continue
        if by != "assignment":
            yield Reading(match["dot"] or match["key"], file.line_of(match.start()), via, need, default, by)


_BINDING_NAMES = frozenset(
    {"DB", "KV", "D1", "R2", "AI", "BUCKET", "QUEUE", "ASSETS", "CACHE", "BROWSER", "IMAGES", "VECTORIZE"}
)
_BINDINGS = expression(
    r"\b(?:interface|type)\s{1,3}(?:Cloudflare)?(?:Env|Bindings|CloudflareEnv|CloudflareBindings|WorkerEnv"
    r"|ProcessEnv|ImportMetaEnv)\s{0,3}(?:extends\s[\w., ]{1,60}\s)?=?\s{0,3}\{(?P<body>[^{}]{0,6000})\}"
)
_BINDING_WORDS = ("Env {", "Env extends", "Bindings", "Env = {", "ImportMetaEnv", "ProcessEnv", "CloudflareEnv")
_BINDING = expression(
    r"^\s{0,20}(?:readonly\s{1,3})?[\"']?(?P<name>[A-Z][A-Z0-9_]{1,79})[\"']?(?P<optional>\?)?\s{0,3}:\s{0,3}"
    r"(?:string\b|[\"']|number\b)(?P<rest>[^\n]{0,80})",
    re.MULTILINE,
)


def declared_bindings(file: SourceFile) -> Iterator[Reading]:
    """Text variables in the declared environment of a worker; typed bindings such as KV namespaces are none."""
    if not any(word in file.text for word in _BINDING_WORDS):
        return
    for match in _BINDINGS.finditer(file.text):
        for part in _BINDING.finditer(match["body"]):
            soft = part["optional"] or "undefined" in part["rest"]
            yield Reading(
                part["name"],
                file.line_of(match.start("body") + part.start("name")),
                "declared binding",
                OPTIONAL,
                "",
                "schema" if soft else "bare",
            )
