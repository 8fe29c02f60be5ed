"""Routes of Elixir (Phoenix, Plug), Rust (axum, actix, Rocket), Swift (Vapor) and Dart servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, in_comment
from llm_audit.collect.routes.shared import Seen, joined, methods_in, routes
from llm_audit.model import SourceFile

_PHOENIX = expression(
    r"""^([ \t]*)(?:(?P<scope>scope)[ (]+(?:path:\s*)?(?:["'](?P<path>[^"'\n]{0,120})["'])?[^\n]{0,160}\bdo\b|(?P<pipe>pipe_through)[ (]+(?P<pipes>\[[^\]]{0,300}\]|:\w{1,60})|(?P<verb>get|post|put|patch|delete|match|forward)[ (]+["'](?P<route>[^"'\n]{0,150})["']\s*,?\s*(?P<handler>[\w.]{0,100})(?:\s*,\s*:(?P<action>\w{1,60}))?|(?P<open>[^\n]{0,160}\bdo\b[ \t]*)$|(?P<end>end)\b)""",  # noqa: E501
    re.MULTILINE,
)
_PLUG = expression(
    r"""^[ \t]*plug[ (]+([\w.]{3,100})\s*,(?:[^\n]{0,80}?|\s{1,60})\b(?:at|path|request_path):\s*["']([^"'\n]{1,120})["']"""
    r"""(?:,\s{1,60}handler:\s*([A-Z][\w.]{1,100}))?""",
    re.MULTILINE,
)
_PASSES_ON = expression(r"(?i)proxy|rewrite")
"""Plugs that hand a request on to another server; nobody calls the program at their paths."""


_COMPARED = expression(
    r"""\bpath_info(?:\s?==|:)\s{0,3}\[(?P<parts>\s{0,3}"[\w.\-]{1,60}"(?:\s?,\s?"[\w.\-]{1,60}"){0,6})\s?\]"""
    r"""|\brequest_path(?:\s?==|:)\s{0,3}"(?P<path>/[^"\n]{1,120})\""""
)


def _elixir(file: SourceFile) -> Finds:
    yield from routes(file, _scoped(file.text))


def _plugs(file: SourceFile) -> Finds:
    """Routes of a plug that looks at the path by itself, before any router does."""
    yield from routes(file, _by_comparison(file.text))


def _by_comparison(text: str) -> Iterator[Seen]:
    if re.search(r"^\s*def call\(", text, re.MULTILINE):
        for match in _COMPARED.finditer(text):
            path = match["path"] or joined(*re.findall(r'"([^"]+)"', match["parts"]))
            yield Seen(match.start(), path, "plug", (), "", (match.end(), min(len(text), match.end() + 3000)))


@dataclass(slots=True)
class _Scope:
    """A block of a router: the path it adds, and what runs before the handlers in it."""

    path: str = ""
    pipes: tuple[str, ...] = ()


def _scoped(text: str) -> Iterator[Seen]:
    stack: list[_Scope] = []
    pipelines = {match["name"]: tuple(_PLUGGED.findall(match["body"])) for match in _PIPELINE.finditer(text)}
    for match in _PHOENIX.finditer(text):
        if in_comment(text, match.start()):
            continue
        if match["end"]:
            del stack[-1:]
        elif match["scope"]:
            stack.append(_Scope(match["path"] or ""))
        elif match["pipe"]:
            if stack:
                stack[-1].pipes += tuple(re.findall(r":(\w{1,60})", match["pipes"]))
        elif match["verb"]:
            if match["verb"] == "forward" and _PASSES_ON.search(match["handler"]):
                continue
            yield _phoenix(match, stack, pipelines)
            if re.search(r"\bdo[ \t]*$", text[match.start() : match.end() + 60].split("\n")[0]):
                stack.append(_Scope())
        else:
            stack.append(_Scope())
    for match in _PLUG.finditer(text):
        handler = f"{match[1]}:{match[3]}" if match[3] else match[1]
        yield Seen(match.start(), joined(match[2]), "plug", ("POST",), handler, more=_checks(match[1]))


def _phoenix(match: re.Match[str], stack: list[_Scope], pipelines: dict[str, tuple[str, ...]]) -> Seen:
    """A route in its scopes, with the plugs of their pipelines; one that is named for webhooks says who calls."""
    methods = () if match["verb"] in ("match", "forward") else (match["verb"].upper(),)
    handler = ".".join(part for part in (match["handler"], match["action"]) if part)
    pipes = [name for scope in stack for name in scope.pipes]
    plugs = dict.fromkeys(plug for name in pipes for plug in pipelines.get(name, (name,)))
    return Seen(
        match.start(),
        joined(*(scope.path for scope in stack), match["route"]),
        "phoenix",
        methods,
        handler if handler != "do" else "",
        more=(("middleware", ",".join(plugs)),) if plugs else (),
        outside=any(_OF_HOOKS.search(name) for name in pipes),
    )


_PIPELINE = expression(
    r"^(?P<indent>[ \t]*)pipeline[ (]+:(?P<name>\w{1,60})\)?[ \t]+do\b(?P<body>(?:(?!\n(?P=indent)end\b)[\s\S]){0,3000})",
    re.MULTILINE,
)
_PLUGGED = expression(r"^[ \t]*plug[ (]+:?([\w.]{2,100}[?!]?)", re.MULTILINE)
_OF_HOOKS = expression(r"(?:^|_)web_?hooks?(?:_|\Z)")


def _checks(plug: str) -> tuple[tuple[str, str], ...]:
    """A library's plug for webhooks checks the signature itself, before it calls the handler."""
    return (("verify", plug),) if plug.endswith(".WebhookPlug") else ()


_AXUM = expression(r"""\.route\(\s*"([^"\n]{1,150})"\s*,\s*([^\n]{1,200})""")
_MACRO = expression(r"""#\[(?:\w+::)?(get|post|put|patch|delete)\(\s*"([^"\n]{1,150})"[^\]\n]{0,200}\]""")
_ACTIX = expression(r"""\b(?:web::)?(scope|resource)\(\s*"([^"\n]{0,120})"\s*\)""")
_FN = expression(r"\bfn\s+(\w{1,80})")


def _rust(file: SourceFile) -> Finds:
    yield from routes(file, _rusty(file.text))


def _function(path: str) -> str:
    """A function with the module that holds it, which alone may tell it from others: `zulip::webhook`."""
    return "::".join(path.split("::")[-2:])


def _rusty(text: str) -> Iterator[Seen]:
    for match in _AXUM.finditer(text):
        verbs = re.findall(r"\b(get|post|put|patch|delete|any)(?:_service)?\(", match[2])
        handler = re.search(r"(?:\b(?:get|post|put|patch|delete|any|to)\(\s*)([\w:]{2,100})", match[2])
        actix = "web::" in match[2]
        methods = methods_in(" ".join(verbs))
        name = _function(handler[1]) if handler else ""
        yield Seen(
            match.start(),
            joined(_scope(text, match.start()) if actix else "", match[1]),
            "actix" if actix else "axum",
            methods,
            name,
        )
    for match in _MACRO.finditer(text):
        named = _FN.search(text, match.end(), match.end() + 400)
        framework = "rocket" if "rocket" in text else "actix"
        yield Seen(match.start(), joined(match[2]), framework, (match[1].upper(),), named[1] if named else "")
    for match in _ACTIX.finditer(text):
        if match[1] == "resource":
            tail = text[match.end() : match.end() + 200]
            handler = re.search(r"\.to\(\s*([\w:]{2,100})", tail)
            yield Seen(
                match.start(),
                joined(_scope(text, match.start()), match[2]),
                "actix",
                methods_in(" ".join(re.findall(r"web::(\w+)\(\)", tail))),
                _function(handler[1]) if handler else "",
            )


def _scope(text: str, offset: int) -> str:
    """The path of the nearest actix scope whose chain is still open at the offset."""
    found = [match for match in _ACTIX.finditer(text, max(0, offset - 4000), offset) if match[1] == "scope"]
    return found[-1][2] if found and ";" not in text[found[-1].end() : offset] else ""


_VAPOR = expression(
    r"""\b\w{1,40}\.(get|post|put|patch|delete)\(((?:\s*"[\w:\-]{1,60}"\s*,?){1,8})(?:\s*,?\s*use:\s*([\w.]{1,80}))?"""
)
_SHELF = expression(
    r"""\b(?:router|app|_?router)\.\.?(get|post|put|delete|all)\(\s*['"](/[^'"\n]{1,150})['"]\s*,\s*([\w.]{0,80})"""
)


def _swift(file: SourceFile) -> Finds:
    if "Vapor" in file.text:
        yield from routes(
            file,
            [
                Seen(
                    match.start(),
                    joined(*re.findall(r'"([^"]+)"', match[2])),
                    "vapor",
                    (match[1].upper(),),
                    match[3] or "",
                    (match.end(), block_end(file.text, match.end(), 4000)),
                )
                for match in _VAPOR.finditer(file.text)
            ],
        )


def _dart(file: SourceFile) -> Finds:
    yield from routes(
        file,
        [
            Seen(match.start(), match[2], "shelf", () if match[1] == "all" else (match[1].upper(),), match[3])
            for match in _SHELF.finditer(file.text)
        ],
    )


COLLECTORS = (
    Collector("routes-elixir", _elixir, suffixes=frozenset((".ex",)), needs=("Router", "router", "plug ")),
    Collector("routes-elixir-plugs", _plugs, suffixes=frozenset((".ex",)), needs=("path_info", "request_path")),
    Collector("routes-rust", _rust, suffixes=frozenset((".rs",)), needs=(".route(", "post(", "web::")),
    Collector("routes-swift", _swift, suffixes=frozenset((".swift",)), needs=("Vapor",)),
    Collector("routes-dart", _dart, suffixes=frozenset((".dart",)), needs=("shelf", "outer")),
)
