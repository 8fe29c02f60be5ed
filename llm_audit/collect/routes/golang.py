"""Routes of Go servers: net/http, gorilla/mux, chi, gin, echo, fiber."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end
from llm_audit.collect.routes.shared import Seen, joined, may_tell, routes, word_before
from llm_audit.model import Kind, SourceFile

_CALL = expression(
    r"""\.(GET|POST|PUT|PATCH|DELETE|HEAD|Any|ANY|Get|Post|Put|Patch|Delete|All|Handle|HandleFunc|Handler|HandlerFunc|Method|MethodFunc|Match|Add|Path)\(\s{0,20}(?:(?:"([A-Z]{3,7})"|http\.Method(\w{3,7}))\s*,\s*)?["`](?:(GET|POST|PUT|PATCH|DELETE) )?(/[^"`\n]{0,200}|)["`]\s*[,)]"""  # noqa: E501
)
_GROUP = expression(r"""\b(\w{1,60})\s*:?=\s*([\w.]{1,60})\.(?:Group|PathPrefix|With)\(\s*["`](/?[^"`\n]{0,120})["`]""")
_BLOCK = expression(
    r"""\b\w{1,60}\.(?:Route|Group|Mount)\(\s*(?:fmt\.Sprintf\(\s*)?["`](/[^"`\n]{0,120})["`]\s*,(?:[^()\n]{1,100}\),)?\s*func\b"""
)
_VERBS = expression(r"\.Methods\(\s*([^)\n]{1,80})\)")
_NAME = expression(r"([A-Za-z_][\w.]{0,80})\s*(?=[,)\n])")
_CLIENT = frozenset(("http", "client", "resty", "req", "request", "httpClient", "hc", "httpclient"))
_ANY = frozenset(
    (
        "Any",
        "ANY",
        "All",
        "Handle",
        "HandleFunc",
        "Handler",
        "HandlerFunc",
        "Method",
        "MethodFunc",
        "Match",
        "Add",
        "Path",
    )
)


def _golang(file: SourceFile) -> Finds:
    yield from routes(file, _seen(file))


def _seen(file: SourceFile) -> Iterator[Seen]:
    text = file.text
    groups = list(_GROUP.finditer(text))
    blocks = [
        (
            match[1].replace("%s", "id"),
            match.start(),
            block_end(text, max(text.find("{", match.end()), match.end()), 60_000),
        )
        for match in _BLOCK.finditer(text)
    ]
    framework = _framework(text)
    for match in _CALL.finditer(text):
        receiver, verb = word_before(text, match.start()), match[1]
        before = _WITH.search(text, max(0, match.start() - 300), match.start()) if receiver == ")" else None
        if verb not in _ANY and not before and (receiver in _CLIENT or receiver.endswith((")", "]"))):
            continue
        if receiver.endswith(")") and not before and verb not in ("Path", "HandleFunc", "Handler", "HandlerFunc"):
            continue
        if (
            match[5].startswith("/")
            and blocks == []
            and not groups
            and not may_tell(file, match[5], text[match.end() : match.end() + 200])
        ):
            continue
        end = block_end(text, text.find("(", match.start(1)), 6000)
        prefix = joined(
            *(path for path, start, stop in blocks if start < match.start() < stop),
            _prefix(groups, before["receiver"] if before else receiver, match.start(), 0),
        )
        handler, wrapper = _handler(text[match.end() : end], last=framework in ("gin", "fiber"))
        wrapper = ",".join(part for part in (wrapper, before["middleware"] if before else "") if part)
        more = tuple((key, told) for key, told in (("middleware", wrapper), ("module", _module(text, handler))) if told)
        path = joined(prefix, match[5]) + ("/" if match[5].endswith("/") and len(match[5]) > 1 else "")
        yield Seen(match.start(1), path, framework, _methods(text, match, end), handler, (match.end(), end), more)


_WITH = expression(
    r"\b(?P<receiver>\w{1,60})\.With\((?P<middleware>[^()\n]{1,160}(?:\([^()\n]{0,80}\)[^()\n]{0,80})?)\)\s{0,20}\Z"
)
"""What chi runs before the one route that follows."""
_COMPARED = expression(r"""\bURL\.Path\s?==\s?(?:"(?P<path>/[^"\n]{1,150})"|(?P<name>[a-zA-Z_]\w{2,80}))""")
_TELLING_NAME = expression(r"(?i)hook|callback|bounce|inbound|(?<![a-z])ipn")
_METHOD = expression(r"""\bMethod(?:(?P<constant>Get|Post|Put|Patch|Delete)\b|\s?==\s?"(?P<text>[A-Z]{3,7})")""")
_CALLED = expression(r"\b(?:\w{1,40}\.)?(?P<name>(?:handle|Handle)\w{1,80}|\w{0,60}[wW]ebhook\w{0,60})\b")


def _compared(file: SourceFile) -> Finds:
    """Routes of a server that compares the path by itself, with a literal or with a constant of the file."""
    yield from routes(file, _by_comparison(file.text))


def _by_comparison(text: str) -> Iterator[Seen]:
    for match in _COMPARED.finditer(text):
        path = match["path"]
        if not path and _TELLING_NAME.search(match["name"]):
            bound = re.search(
                rf"\b{match['name']}\b\s{{0,80}}(?:string\s{{0,4}})?:?=\s{{0,4}}\"(/[^\"\n]{{1,150}})\"", text
            )
            path = bound[1] if bound else ""
        if path:
            start = text.rfind("\n", 0, match.start()) + 1
            method = _METHOD.search(text, start, match.start())
            named = ((method["constant"] or method["text"]).upper(),) if method else ()
            handler = _CALLED.search(text, match.end(), match.end() + 200)
            yield Seen(match.start(), path, "net/http", named, handler["name"] if handler else "")


def _framework(text: str) -> str:
    found = re.search(
        r'"github\.com/(?:labstack/(echo)|gin-gonic/(gin)|go-chi/(chi)|gofiber/(fiber)|gorilla/(mux))', text
    )
    return next((name for name in found.groups() if name), "go") if found else "net/http"


def _prefix(groups: list[re.Match[str]], name: str, before: int, depth: int) -> str:
    """The path of the group that the variable holds at that place: the last assignment before it counts."""
    found = next((match for match in reversed(groups) if match[1] == name and match.start() < before), None)
    if not found or depth > 6:
        return ""
    return joined(_prefix(groups, found[2], found.start(), depth + 1), found[3])


def _methods(text: str, match: re.Match[str], end: int) -> tuple[str, ...]:
    if match[1] not in _ANY:
        return (match[1].upper(),)
    if named := match[2] or match[3] or match[4]:
        return (named.upper(),)
    chained = _VERBS.match(text, end, end + 120) or _VERBS.search(text[end : end + 160].split("\n")[0])
    return tuple(re.findall(r"GET|POST|PUT|PATCH|DELETE", chained[1].upper())) if chained else ()


def _handler(text: str, *, last: bool) -> tuple[str, str]:
    """The handler and what wraps it: `pm(a.Bounce, "webhooks:post")` gives `a.Bounce` and `pm webhooks:post`.

    `last` says that what runs before the handler is named before it.
    """
    if re.match(r"\s*func\b", text):
        return "", ""
    names = [name for name in _NAME.findall(text[:300]) if name not in ("nil", "true", "false")]
    names = names[-1:] if last else names
    wrapper = re.match(r"\s*([\w.]{1,60})\(", text)
    if wrapper and _MAKES.search(wrapper[1]):
        return wrapper[1], ""
    marks = re.findall(r'"([\w:.\-]{2,60})"', text[:300])
    return (names[0] if names else ""), (" ".join([wrapper[1], *marks[:4]]) if wrapper else "")


_MAKES = expression(r"(?:^|\.)New\w{0,40}\Z")
"""What makes a handler of what it is given: `stripehook.New(database, secret)`."""


def _module(text: str, handler: str) -> str:
    """The path of the package that holds a handler of another package; empty for the file's own."""
    package = handler.partition(".")[0] if _MAKES.search(handler) and "." in handler else ""
    found = (
        re.search(rf"\b{package}\s{{1,4}}\"([\w.\-/]{{3,200}})\"|\"([\w.\-/]{{1,200}}/{package})\"", text)
        if package
        else None
    )
    return (found[1] or found[2]) if found else ""


_DECLARED = expression(
    r"^func (?:\(\w{1,40} \*?(?P<type>\w{1,80})(?:\[[^\]\n]{1,40}\])?\) )?(?P<name>\w{1,80})\((?P<params>[^)\n]{0,200})\)",
    re.MULTILINE,
)
_ANSWERS = ("http.ResponseWriter", "gin.Context", "echo.Context", "fiber.Ctx")
_MOST = 30


def _handlers(file: SourceFile) -> Finds:
    """The functions of a file about webhooks or signatures which answer requests, for the routes of other files that name them."""
    if "ebhook" not in file.text and "ignature" not in file.text:
        return
    found = (one for one in _DECLARED.finditer(file.text) if any(kind in one["params"] for kind in _ANSWERS))
    for match in islice(found, _MOST):
        name = f"{match['type']}.{match['name']}" if match["type"] else match["name"]
        yield at(file, match.start(), Kind.SETTING, "handler.declared", name, framework="go")


COLLECTORS = (
    Collector("routes-go-handlers", _handlers, suffixes=frozenset((".go",)), needs=_ANSWERS),
    Collector("routes-go-compared", _compared, suffixes=frozenset((".go",)), needs=("URL.Path ==",)),
    Collector(
        "routes-go",
        _golang,
        suffixes=frozenset((".go",)),
        needs=(
            ".POST(",
            ".Post(",
            ".HandleFunc(",
            ".Handle(",
            ".Any(",
            ".GET(",
            ".Get(",
            ".All(",
            ".Method(",
            ".Path(",
        ),
    ),
)
