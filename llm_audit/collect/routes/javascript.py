"""Routes of JavaScript and TypeScript servers: Express and its like, Fastify, Hono, Nest, Convex, workers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.expressions import either, expression, led
from llm_audit.collect.nearby import block_end, packages
from llm_audit.collect.routes.handed import source
from llm_audit.collect.routes.shared import Seen, joined, may_tell, methods_in, mount, routes, word_before
from llm_audit.model import SourceFile

SUFFIXES = frozenset((".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"))
_CALL = expression(
    r"""\.(get|post|put|patch|delete|del|all|any|on)\(\s{0,40}(?:\[?["'](?:GET|POST|PUT|PATCH|DELETE)["'][^\n]{0,60}?,\s*)?(["'`])(/[^"'`\n]{0,200}|)\2\s{0,20},"""
)
_ROUTE = expression(
    r"""\.route\(\s{0,20}(["'`])(/[^"'`\n]{0,200})\1\s{0,10}\)((?:\s{0,60}\.(?:get|post|put|patch|delete|all)\()?)"""
)
_OBJECT = expression(r"\.route(?<=[\w)\s]\.route)\(\s{0,20}\{")
_LINK = expression(r"\s{0,60}\.(?P<name>\w{1,30})\(")
_USE = expression(
    r"""\.(?:use|route|mount|register)\(\s{0,20}(["'`])(/[^"'`\n]{0,200})\1\s{0,20},\s{0,20}((?:[\w.]{1,60}\([^()\n]{0,80}\),\s{0,20}){0,4})([\w$.]{1,60})"""
)
_REGISTER = expression(
    r"""\.register\(\s{0,20}([\w$.]{1,60}),\s{0,20}\{[^{}]{0,200}?\bprefix\s{0,3}:\s{0,3}["'`](/[^"'`\n]{0,100})["'`]"""
)
_PREFIXED = expression(
    r"""\b([\w$]{1,40})\s{0,3}=\s{0,3}new\s+\w{0,20}(?:Router|Hono|Elysia)\w{0,10}(?:<[^>]{0,60}>)?\(\s{0,10}\{[^{}]{0,100}?\bprefix\s{0,3}:\s{0,3}["'`](/[^"'`\n]{0,100})"""
)
_BASE = expression(r"""\b([\w$]{1,40})\s{0,3}=\s{0,3}[^;\n]{0,80}\.basePath\(\s{0,5}["'`](/[^"'`\n]{0,100})""")
_SERVER = expression(
    r"(?i)^(?:app|server|router|routes?|fastify|hono|koa|express\w*|instance|web|http[sS]?erver|\w{0,40}(?:routers?|routes|app|server|controller))$"
)
_FRAMEWORK = either(
    *(
        rf"""{quote}(express|fastify|hono|koa|@koa/router|koa-router|@hono/zod-openapi|elysia|polka|restify|itty-router|h3|@hapi/hapi|hyper-express|uWebSockets\.js|express-promise-router|find-my-way|@oakserver/oak|@feathersjs/express)(?:[@/][^"'\n]{{0,60}})?["']"""
        for quote in "\"'"
    )
)
_CONTROLLER = expression(
    r"""@(?:Rest)?Controller\(\s{0,10}(?:\{[^{}]{0,200}?path\s{0,3}:\s{0,3})?\[?\s{0,5}(?:(["'`])([^"'`\n]{0,200})\1)?"""
)
_NEST = expression(
    r"""@(Get|Post|Put|Patch|Delete|All|HttpPost|HttpGet)\(\s{0,10}\[?(?:(["'`])([^"'`\n]{0,200})\2)?[^)\n]{0,80}\)"""
)
_METHOD_NAME = expression(r"^\s*(?:public |private |protected )?(?:async )?([\w$]{1,60})\s*\(", re.MULTILINE)
_PATHNAME = expression(
    r"""\b(?:pathname|path|url)(?:\s{0,2}={2,3}\s{0,2}|\.(?:startsWith|endsWith|match)\(\s{0,5})["'`/](\\?/[\w\-./\\]{2,120})["'`/]"""
)
_WORKER = expression(
    r"""\basync fetch\(|\bfetch\(\s{0,3}\w{1,20}\s?[:,][^\n]{0,80}\benv\b|createServer\(|addEventListener\(\s?["']fetch|Bun\.serve|Deno\.serve"""
)


def _javascript(file: SourceFile) -> Finds:
    yield from routes(file, _seen(file))
    yield from _mounts(file)


_FRAMEWORKS = frozenset(
    "express fastify hono koa @koa/router koa-router @hono/zod-openapi elysia polka restify itty-router h3 @hapi/hapi express-promise-router"
    " @nestjs/common next-connect".split()
)
_MARKS = (".post(", ".all(", ".route(", ".openapi(", "@Post(", "pathname =", "@wasp.sh/spec")


def _seen(file: SourceFile) -> Iterator[Seen]:
    text = file.text
    if _FRAMEWORKS.isdisjoint(packages(file)) and not any(mark in text for mark in _MARKS):
        return
    found = _FRAMEWORK.search(text)
    framework = (found[1].strip("@").split("/")[0] if found else "").replace("koa-router", "koa")
    prefixes = _prefixes(text)
    for match in _CALL.finditer(text):
        receiver = word_before(text, match.start())
        if not may_tell(file, joined(prefixes.get(receiver, ""), match[3]), text[match.end() : match.end() + 200]):
            continue
        if _is_server(receiver, framework, text, match.end()):
            yield _call(text, match, framework, prefixes.get(receiver, ""))
    if framework == "koa":
        yield from _koa(file, prefixes)
    for match in _ROUTE.finditer(text):
        if _is_server(word_before(text, match.start()), framework, text, match.end()):
            verbs = re.findall(
                r"\.(get|post|put|patch|delete|all)\(", text[match.end(2) : match.end(2) + 600].split(";")[0]
            )
            names = tuple(dict.fromkeys(verb.upper() for verb in verbs if verb != "all"))
            start, end = match.end(2), min(len(text), match.end() + 3000)
            prefix = prefixes.get(word_before(text, match.start()), "")
            yield Seen(match.start(), joined(prefix, match[2]), framework or "express", names, "", (start, end))
    if "createRoute(" in text:
        yield from _described(file)
    if _WASP in text:
        for api in _API.finditer(text):
            yield Seen(api.start(), api["path"], "wasp", (api["method"],), api["handler"])
    yield from _objects(text, framework)
    if "@Controller" in text or "@RestController" in text or "@JsonController" in text:
        yield from _nest(text)
    if "pathname" in text and _PATHNAME.search(text):
        yield from _pathnames(text)


_WASP = "@wasp.sh/spec"
_API = expression(
    r"""\bapi\(\s{0,20}["'](?P<method>GET|POST|PUT|DELETE|ALL)["'],\s{0,20}["'](?P<path>/[^"'\n]{0,120})["'],\s{0,20}(?P<handler>[\w$]{1,60})"""
)
_DESCRIBED = expression(r"(?:\b(?P<name>[\w$]{1,60})\s{0,3}=\s{0,3})?\bcreateRoute\(\s{0,9}\{")
_METHOD = expression(r"""\bmethod\s{0,3}:\s{0,3}["'`](\w{3,7})["'`]""")
_PATH = expression(r"""\bpath\s{0,3}:\s{0,3}["'`](/[^"'`\n]{0,200})["'`]""")


def _described(file: SourceFile) -> Iterator[Seen]:
    """Routes of `@hono/zod-openapi`: described by an object, handled where a router is given the description."""
    text = file.text
    for match in _DESCRIBED.finditer(text) if "openapi" in text else ():
        end = block_end(text, match.end() - 1, 6000)
        told = text[match.end() : end]
        path, method = _PATH.search(told), _METHOD.search(told)
        if path and may_tell(file, path[1], told):
            body = _handled(text, match["name"], match.start(), end)
            yield Seen(match.start(), path[1], "hono", (method[1].upper(),) if method else (), "", body)


def _handled(text: str, name: str | None, start: int, end: int) -> tuple[int, int]:
    """Where the handler of a description stands: behind it in the same call, else in the call that is given its name."""
    given = re.search(rf"\.openapi\(\s{{0,9}}{re.escape(name)}\b", text) if name else None
    if given:
        return given.start(), block_end(text, text.find("(", given.start()), 6000)
    call = text.rfind(".openapi(", max(0, start - 40), start)
    return (end, block_end(text, call + len(".openapi"), 12_000)) if call >= 0 else (start, end)


_KOA = expression(
    r"""\b(router\w{0,20}|\w{1,30}[rR]outer)\.(get|post|put|all|del|patch)\(\s{0,20}(["'`])([\w:][^"'`\n]{0,150})\3\s{0,10},"""
)


def _koa(file: SourceFile, prefixes: dict[str, str]) -> Iterator[Seen]:
    """Koa routers also take paths without a leading slash."""
    text = file.text
    for match in _KOA.finditer(text):
        if not may_tell(file, f"/{match[4]}", text[match.end() : match.end() + 200]):
            continue
        methods = () if match[2] == "all" else ("DELETE" if match[2] == "del" else match[2].upper(),)
        end = block_end(text, text.find("(", match.start()))
        yield Seen(match.start(), joined(prefixes.get(match[1], ""), match[4]), "koa", methods, "", (match.end(), end))


def _is_server(receiver: str, framework: str, text: str, end: int) -> bool:
    """HTTP clients have the same methods: tell by the receiver's name, else by a framework and a handler as argument."""
    if receiver and _SERVER.match(receiver):
        return True
    if not framework:
        return False
    if receiver in (")", "]", "}"):
        return (
            framework in ("hono", "elysia", "polka", "itty-router", "koa", "express")
            and "request(" not in text[max(0, end - 200) : end]
        )
    return bool(
        re.match(r"\s{0,40}(?:async\b|\(|function\b|[\w$.]{1,60}\s{0,20}[,)])", text[end : end + 120])
    ) and not re.match(
        r"(?i)^(?:axios|client|http|request|ky|got|fetcher|\w*client|supertest|agent|\$http|cache|redis|map|params|headers)$",
        receiver,
    )


def _call(text: str, match: re.Match[str], framework: str, prefix: str) -> Seen:
    verb = match[1].upper()
    methods: tuple[str, ...] = () if verb in ("ALL", "ANY") else ("DELETE",) if verb == "DEL" else (verb,)
    if verb == "ON":
        methods = methods_in(text[match.start() : match.start(2)].partition("(")[2])
    opened = text.find("(", match.start())
    end = block_end(text, opened)
    handler, middleware = _arguments(text[match.end() : min(end, match.end() + 400)])
    if not handler and (last := _LAST.search(text, max(match.end(), end - 120), end)):
        handler = last[1]
    module = source(text, handler) if handler else ""
    more = tuple((key, value) for key, value in (("middleware", middleware), ("module", module)) if value)
    return Seen(
        match.start(), joined(prefix, match[3]), framework or "express", methods, handler, (match.end(), end), more
    )


_LAST = expression(r"[,)]\s{0,20}([A-Za-z_$][\w$.]{1,80})\s{0,20},?\s{0,20}\)\Z")
"""A name as the last argument of a call, whatever objects stand before it."""


def _arguments(text: str) -> tuple[str, str]:
    """The handler's name and the middleware before it, from the arguments that follow the path."""
    head = re.split(r"=>|\bfunction\b|\basync\b|\{", text, maxsplit=1)
    names = [
        name
        for name in re.findall(r"(?<![\w$.\"'`])([A-Za-z_$][\w$.]{1,80})(?=\s{0,5}[,()])", head[0])
        if name not in ("req", "res", "next", "c", "ctx", "request", "reply", "response")
    ]
    if len(head) > 1:
        return "", ",".join(names[:4])
    return (names[-1] if names else ""), ",".join(names[:-1][:4])


def _objects(text: str, framework: str) -> Iterator[Seen]:
    """`fastify.route({ method, url, handler })`, hapi's `server.route({ method, path })`, Convex's `http.route({ path, method })`,
    oRPC's `procedure.route({ method, path }).input(schema).handler(answer)`.
    """
    for match in led(".route", _OBJECT, text):
        end = block_end(text, match.end() - 1, 6000)
        body = text[match.end() : end]
        path = re.search(r"""\b(?:url|path|pathPrefix)\s{0,3}:\s{0,3}["'`](/[^"'`\n]{0,200})["'`]""", body)
        if not path:
            continue
        method = re.search(r"""\bmethod\s{0,3}:\s{0,3}(\[[^\]]{0,80}\]|["'`]\w+["'`])""", body)
        handler = re.search(r"\bhandler\s{0,3}:\s{0,3}([\w$.]{1,60})\s*[,}\n]", body)
        name = "convex" if "httpRouter" in text else framework or "fastify"
        methods = methods_in(method[1]) if method else ()
        if chained := _handled_behind(text, end):
            start, end = chained
            answer, _ = _arguments(text[start:end])
            module = source(text, answer) if answer else ""
            more = (("module", module),) if module else ()
            yield Seen(match.start(), path[1], "orpc", methods, answer, chained, more)
        else:
            yield Seen(match.start(), path[1], name, methods, handler[1] if handler else "", (match.end(), end))


def _handled_behind(text: str, end: int) -> tuple[int, int] | None:
    """Where the argument of `.handler(...)` stands in the chain that goes on behind a description."""
    while text[end : end + 40].lstrip(" ,\n\t").startswith(")"):
        link = _LINK.match(text, text.find(")", end) + 1)
        if not link:
            break
        end = block_end(text, link.end() - 1, 6000)
        if link["name"] == "handler":
            return link.end(), end
        end -= 1
    return None


def _nest(text: str) -> Iterator[Seen]:
    starts = list(_CONTROLLER.finditer(text))
    for index, controller in enumerate(starts):
        stop = starts[index + 1].start() if index + 1 < len(starts) else len(text)
        named = re.search(r"\bclass\s+(\w{1,80})", text[controller.end() : controller.end() + 1000])
        verbs = list(_NEST.finditer(text, controller.end(), stop))
        for position, match in enumerate(verbs):
            end = min(verbs[position + 1].start() if position + 1 < len(verbs) else stop, match.end() + 6000)
            method = _METHOD_NAME.search(text, match.end(), end)
            verb = match[1].upper().removeprefix("HTTP")
            handler = ".".join(part[1] for part in (named, method) if part)
            path = joined(controller[2] or "", match[3] or "")
            yield Seen(match.start(), path, "nest", () if verb == "ALL" else (verb,), handler, (match.start(), end))


def _pathnames(text: str) -> Iterator[Seen]:
    if not _WORKER.search(text):
        return  # navigation in a browser
    for match in _PATHNAME.finditer(text):
        window = text[max(0, match.start() - 120) : match.end() + 120]
        methods = tuple(re.findall(r"""method\s{0,2}={2,3}\s{0,2}["'](GET|POST|PUT|PATCH|DELETE)["']""", window)[:2])
        yield Seen(
            match.start(),
            match[1].replace("\\", ""),
            "worker",
            methods,
            "",
            (match.end(), min(len(text), match.end() + 1500)),
        )


def _prefixes(text: str) -> dict[str, str]:
    """Prefixes of routers that are made and mounted in the same file."""
    found: dict[str, str] = {}
    if "prefix" in text and any(made in text for made in ("Router(", "Hono(", "Elysia(")):
        found |= {match[1]: match[2] for match in _PREFIXED.finditer(text)}
    if ".basePath(" in text:
        found |= {match[1]: match[2] for match in _BASE.finditer(text)}
    for match in _USE.finditer(text):
        name = match[4]
        if re.search(rf"\b{re.escape(name)}\s*(?::[^=\n]{{1,60}})?=\s*(?:new\s|\w*Router\(|express\.)", text):
            found[name] = joined(match[2], found.get(name, ""))
    return found


def _mounts(file: SourceFile) -> Finds:
    text = file.text
    if _FRAMEWORKS.isdisjoint(packages(file)):
        return
    for match in _USE.finditer(text):
        before = word_before(text, match.start())
        chained = before == ")" and "hono" in packages(file)
        if (chained or _SERVER.match(before)) and (module := source(text, match[4])):
            yield from mount(file, match.start(), match[2], module, "express")
    for match in _REGISTER.finditer(text):
        if module := source(text, match[1]):
            yield from mount(file, match.start(), match[2], module, "fastify")


COLLECTORS = (Collector("routes-javascript", _javascript, suffixes=SUFFIXES, needs=(*_FRAMEWORKS, *_MARKS)),)
