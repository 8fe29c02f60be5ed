"""Routes of Python servers: Flask and its like, FastAPI, Starlette, aiohttp, Django's URL configuration, REST framework."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, in_comment, indented_end, packages
from llm_audit.collect.routes.shared import Seen, joined, may_tell, methods_in, mount, routes
from llm_audit.model import Kind, SourceFile

_DECORATED = expression(
    r"""^[ \t]*@(?:(\w{1,60})(?:\.\w{1,40})?\.)?(route|get|post|put|patch|delete|api_route|api_view|head)\(\s{0,40}(?:path\s*=\s*|rule\s*=\s*)?[rfb]?(["'])([^"'\n]{0,200})\3""",  # noqa: E501
    re.MULTILINE,
)
_DEF = expression(r"^[ \t]*(?:async\s+)?(?:def|class)\s+(\w{1,100})", re.MULTILINE)
_METHODS = expression(r"\bmethods?\s*=\s*[\[({]?([^\])}\n]{1,80})")
_ROUTER = expression(
    r"^[ \t]*(\w{1,60})(?:\s*:\s*[\w.]{1,40})?\s*=\s*(?:[\w.]{1,40}\.)?(?:APIRouter|Blueprint|Router|NinjaAPI|Namespace|SubRouter|Mount|FastAPI|APIBlueprint|Api)\(",
    re.MULTILINE,
)
_PREFIX = expression(r"""\b(?:prefix|url_prefix|root_path|path)\s*=\s*f?(["'])([^"'\n]{0,120})\1""")
_INCLUDE = expression(
    r"""\b(?:include_router|register_blueprint|add_router|mount)\(\s*(?:f?(["'])(/[^"'\n]{0,120})\1\s*,\s*)?([\w.]{1,80})"""
)
_ADD = expression(
    r"""(?:\b(add_(?:get|post|put|patch|delete|route|url_rule|api_route|resource|view)|Route|web\.(?:get|post|put|route|view)|url)\s*\(|(?<=[\s,\[])\()\s{0,40}(?:["'](GET|POST|PUT|\*)["']\s*,\s*)?[rf]?(["'])([/^][^"'\n]{0,200})\3\s*,\s*(?:(?:["']\w{1,60}["'])\s*,\s*)?(?:(?:endpoint|view_func|handler)\s*=\s*)?([\w.]{1,100})\b(?!\s*=)"""
)
_LITESTAR = expression(r"(?:from|import)\s+(?:litestar|starlite|chalice|robyn|emmett|blacksheep|esmerald)\b")
_FRAMEWORKS = frozenset(
    "aiohttp starlette fastapi flask quart sanic falcon tornado bottle pyramid webapp2 litestar starlite chalice robyn emmett blacksheep"
    " esmerald ninja flask_restful flask_restx flask_smorest apiflask hug".split()
)
_MARKS = ("@router.", "@app.", "@bp.", "@api.", "@blueprint.", ".route(")


def _decorated(file: SourceFile) -> Iterator[Seen]:
    text = file.text
    prefixes = _prefixes(text)
    for match in _DECORATED.finditer(text):
        owner = match[1] or ""
        if not owner and not _LITESTAR.search(text):
            continue
        if not may_tell(file, joined(prefixes.get(owner, ""), match[4]), text[match.end() : match.end() + 300]):
            continue
        end = block_end(text, text.find("(", match.start()), 3000)
        defined = _DEF.search(text, end, end + 2000)
        if not defined or owner in (
            "responses",
            "httpretty",
            "requests_mock",
            "mock",
            "respx",
            "client",
            "pytest",
            "patch",
        ):
            continue
        verb = match[2].upper()
        named = _METHODS.search(text[match.start() : end])
        methods = methods_in(named[1]) if named else () if verb in ("API_ROUTE", "API_VIEW") else (verb,)
        if verb == "ROUTE":
            methods = methods_in(named[1]) if named else ("GET",)
        span = (
            defined.start(),
            indented_end(text, defined.start() + len(defined.group()) - len(defined.group().lstrip()), 8000),
        )
        yield Seen(
            match.start(), joined(prefixes.get(owner, ""), match[4]), _framework(text), methods, defined[1], span
        )


def _framework(text: str) -> str:
    names = (
        "fastapi|flask|quart|sanic|aiohttp|starlette|litestar|falcon|bottle|ninja|chalice|tornado|robyn|pyramid|django"
    )
    found = re.search(rf"^\s*(?:from|import)\s+({names})\b", text, re.MULTILINE)
    return found[1] if found else "python"


def _prefixes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if "prefix" not in text and "include_router(" not in text and "mount(" not in text:
        return found
    for match in _ROUTER.finditer(text):
        inside = text[match.end() - 1 : block_end(text, match.end() - 1, 2000)]
        if prefix := _PREFIX.search(inside):
            found[match[1]] = prefix[2]
    for match in _INCLUDE.finditer(text):
        inside = text[match.start() : block_end(text, text.find("(", match.start()), 2000)]
        prefix = _PREFIX.search(inside)
        name, base = match[3], match[2] or (prefix[2] if prefix else "")
        if base and re.search(rf"^[ \t]*{re.escape(name)}\s*=", text, re.MULTILINE):
            found[name] = joined(base, found.get(name, ""))
    return found


def _mounts(file: SourceFile) -> Finds:
    text = file.text
    if not any(call in text for call in ("include_router(", "register_blueprint(", "add_router(", "mount(")):
        return
    for match in _INCLUDE.finditer(text):
        inside = text[match.start() : block_end(text, text.find("(", match.start()), 2000)]
        prefix = _PREFIX.search(inside)
        base = match[2] or (prefix[2] if prefix else "")
        if base and not re.search(rf"^[ \t]*{re.escape(match[3])}\s*=", text, re.MULTILINE):
            yield from mount(file, match.start(), base, _imported(text, match[3]), _framework(text))


def _imported(text: str, name: str) -> str:
    """The dotted module and name behind a local name, or the name itself."""
    head, _, rest = name.partition(".")
    found = re.search(
        rf"^\s*from\s+([\w.]{{1,120}})\s+import\s+[^\n]{{0,200}}?(?:(\w+)\s+as\s+)?\b{re.escape(head)}\b",
        text,
        re.MULTILINE,
    )
    if not found:
        return name
    base = found[1] if found[1].endswith(".") else f"{found[1]}."
    return base + ".".join(part for part in (found[2] or head, rest) if part)


def _module_of(file: SourceFile, name: str) -> str:
    """The path, without its suffix, of the module that a name of this file is imported from; empty for its own names."""
    whole = _imported(file.text, name)
    module = whole.rpartition(".")[0]
    if whole == name or not module.strip("."):
        return ""
    up = len(module) - len(module.lstrip("."))
    inner = module.strip(".").replace(".", "/")
    if not up:
        return inner
    folders = file.folder.split("/") if file.folder else []
    return "/".join([*folders[: max(0, len(folders) - up + 1)], inner])


def _added(file: SourceFile) -> Iterator[Seen]:
    text = file.text
    for match in _ADD.finditer(text):
        named = _METHODS.search(text, match.end(), match.end() + 120)
        verb = re.search(r"(get|post|put|patch|delete)$", match[1] or "")
        methods = methods_in(named[1]) if named else (verb[1].upper(),) if verb else methods_in(match[2] or "")
        path = match[4].lstrip("^").rstrip("$")
        yield Seen(match.start(), path if path.startswith("/") else f"/{path}", _framework(text), methods, match[5])


def _python(file: SourceFile) -> Finds:
    web = not _FRAMEWORKS.isdisjoint(packages(file))
    if not web and not any(mark in file.text for mark in _MARKS):
        return
    seen = list(_decorated(file))
    if web:
        seen += _added(file)
    yield from routes(file, seen)
    yield from _mounts(file)


_PATH = expression(
    r"""\b(?:path|re_path|url)\(\s{0,60}(?:route\s*=\s*)?(?:_\(\s*)?r?f?(["'])([^"'\n]{0,200})\1\s*\)?(?:\.format\([^()\n]{0,80}\))?\s*,\s{0,80}(?:view\s*=\s*)?(include\(\s*(?:\(\s*)?(?:["']([\w.]{1,150})["']|([\w.]{1,100}))|(?:[\w.]{1,60}\(\s*){0,4}([\w.]{1,120}))"""
)
_LIST = expression(r"^([A-Za-z_]\w{0,60})\s*(?::[^=\n]{1,60})?\+?=\s*(?:\w{1,40}\(\s*)?[\[(]", re.MULTILINE)
_REGISTER = expression(
    r"""\b\w{0,30}router\w{0,30}\.register\(\s*(?:prefix\s*=\s*)?r?(["'])([^"'\n]{1,120})\1\s*,\s*(?:viewset\s*=\s*)?([\w.]{1,100})"""
)


def _django(file: SourceFile) -> Finds:
    """Lists of patterns that include one another in the same file give their routes the prefixes of all that include them."""
    text = file.text
    lists = [(match[1], match.start(), block_end(text, match.end() - 1, 200_000)) for match in _LIST.finditer(text)]
    found = list(_PATH.finditer(text))
    parents: dict[str, list[tuple[str, str]]] = {}
    for match in found:
        if match[5]:
            parents.setdefault(match[5], []).append((_owner(lists, match.start()), _clean(match[2])))
    seen: list[Seen] = []
    within = list(_inline(text))
    for match in found:
        inside = joined(*(prefix for start, end, prefix in within if start <= match.start() < end)) if within else ""
        prefixes = [
            joined(prefix, inside) if inside.strip("/") else prefix
            for prefix in islice(_above(parents, _owner(lists, match.start())), _MOST_PREFIXES)
        ]
        if match[4]:
            for prefix in prefixes[:1]:
                at_path = joined(prefix, _clean(match[2]))
                if match[4] in _RECEIVERS:
                    end, handler, check = _RECEIVERS[match[4]]
                    path = _slashed(at_path, end) if end else f"{at_path.rstrip('/')}/"
                    seen.append(
                        Seen(match.start(), path, "django", ("POST",), handler, outside=True, more=(("verify", check),))
                    )
                else:
                    yield from mount(file, match.start(), at_path, match[4], "django")
        elif match[6]:
            handler = match[6].removesuffix(".as_view")
            more = (("prefixes", ",".join(prefixes)),) if len(prefixes) > 1 else ()
            path = _slashed(prefixes[0], match[2])
            if may_tell(file, path, handler) and (module := _module_of(file, handler)):
                more = (*more, ("module", module))
            seen.append(Seen(match.start(), path, "django", (), handler, None, more))
    seen += [
        Seen(match.start(), joined(match[2]) + "/", "drf", (), match[3])
        for match in _REGISTER.finditer(text)
        if not _manages(match[2], match[3])
    ]
    yield from routes(file, seen)


_INLINE = expression(
    r"""\b(?:path|re_path|url)\(\s{0,60}(?:route\s*=\s*)?r?(["'])([^"'\n]{0,200})\1\s*,\s{0,80}include\(\s{0,80}(?:\(\s{0,80})?\["""
)


def _inline(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a list stands that is included on the spot, outer ones first, and the prefix that it gives to its patterns."""
    for match in _INLINE.finditer(text):
        yield match.end(), block_end(text, match.end() - 1, 200_000), _clean(match[2])


_RECEIVERS = {
    "djstripe.urls": ("webhook/", "djstripe.stripe", "signature, by dj-stripe"),
    "paypal.standard.ipn.urls": ("", "paypal.ipn", "message sent back to PayPal, by django-paypal"),
}
"""Patterns of packages that a provider calls: what ends the path, whose it is, and how the package knows its caller."""


def _manages(prefix: str, handler: str) -> bool:
    """Whether a view set serves a model's records under the model's own name: `webhooks` by `WebhookViewSet`."""
    model = re.sub(r"(Model)?View(Set)?$", "", handler.rpartition(".")[2]).lower()
    return model.rstrip("s") == re.sub(r"[^a-z]", "", prefix.rpartition("/")[2].lower()).rstrip("s")


def _owner(lists: list[tuple[str, int, int]], offset: int) -> str:
    return next((name for name, start, end in lists if start <= offset < end), "urlpatterns")


def _above(parents: dict[str, list[tuple[str, str]]], name: str, inner: tuple[str, ...] = ()) -> Iterator[str]:
    """All prefixes under which a list of patterns is included in this file; one empty prefix for a list at the top.

    A broken file may have a list include itself, or each of many lists all others: take no more than are needed.
    """
    if name not in parents or name in inner or len(inner) > _DEEPEST:
        yield ""
        return
    for owner, prefix in parents[name]:
        for up in _above(parents, owner, (*inner, name)):
            yield joined(up, prefix)


_DEEPEST = 8
_MOST_PREFIXES = 20


def _clean(pattern: str) -> str:
    """A pattern as people write a path: anchors go, a named group becomes `<name>`."""
    pattern = re.sub(r"\(\?P<(\w{1,40})>[^()]{0,100}\)", r"<\1>", pattern)
    return pattern.lstrip("^").rstrip("$").replace("\\", "").replace("/?", "/")


def _slashed(prefix: str, pattern: str) -> str:
    path = _clean(pattern)
    return joined(prefix, path) + ("/" if path.endswith("/") else "")


_EXEMPT = expression(r"^@(?:method_decorator\(\s*)?(csrf_exempt)\b", re.MULTILINE)
_REQUIRE = expression(r"@require_(POST|GET)\b|@require_http_methods\(([^)\n]{1,80})\)|@api_view\(([^)\n]{1,80})\)")


def _views(file: SourceFile) -> Finds:
    """Views that other systems may post to: exempt from the check against forged forms."""
    text = file.text
    for match in _EXEMPT.finditer(text):
        defined = _DEF.search(text, match.end(), match.end() + 1500)
        if not defined or in_comment(text, match.start()):
            continue
        start = text.rfind("\n\n", 0, match.start()) + 1
        required = _REQUIRE.search(text, start, defined.start())
        methods = methods_in(" ".join(part or "" for part in required.groups())) if required else ()
        yield at(
            file,
            defined.start(),
            Kind.SETTING,
            "route.handler",
            defined[1],
            methods=",".join(methods),
            csrf="exempt",
            framework="django",
        )


COLLECTORS = (
    Collector(
        "routes-python",
        _python,
        suffixes=frozenset((".py",)),
        needs=(".route(", ".post(", ".get(", "@post(", ".put(", "add_", "Route(", "api_route(", "include_router(", "web.post(", 'r"/'),
    ),
    Collector("routes-django", _django, suffixes=frozenset((".py",)), needs=("urlpatterns", "router.register(")),
    Collector("routes-django-views", _views, suffixes=frozenset((".py",)), needs=("csrf_exempt",)),
)  # fmt: skip
