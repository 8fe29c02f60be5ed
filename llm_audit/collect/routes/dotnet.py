"""Routes of .NET servers: minimal APIs, controllers with attributes, Azure Functions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end
from llm_audit.collect.routes.shared import Seen, joined, methods_in, routes
from llm_audit.model import SourceFile

_MAP = expression(r"""\b(\w{1,60})\.Map(Get|Post|Put|Patch|Delete|Methods|)\(\s*\$?@?"([^"\n]{0,200})"\s*,\s*""")
_GROUP = expression(r"""\b(\w{1,60})\s*=\s*(\w{1,60})\.MapGroup\(\s*"([^"\n]{0,150})\"""")
_CLASS = expression(
    r"^[ \t]*(?:(?:public|internal|sealed|abstract|partial|static)\s+)*class\s+(\w{1,100})", re.MULTILINE
)
_ROUTE = expression(r"""\[(?:\w+,\s*)?Route\(\s*"([^"\n]{0,150})\"""")
_HTTP = expression(r"""\[Http(Get|Post|Put|Patch|Delete)(?:\(\s*(?:"([^"\n]{0,150})")?[^)\n]{0,120}\))?\s*[\],]""")
_METHOD = expression(
    r"\b(?:public|private|internal)\s+(?:static\s+|async\s+|virtual\s+|override\s+)*[\w<>\[\],.?]{1,100}\s+(\w{1,80})\s*\("
)
_TRIGGER = expression(r"""\[HttpTrigger\(\s*AuthorizationLevel\.(\w{3,12})\s*,?([^\])]{0,200})\]?""")
_FUNCTION = expression(r"""\[Function(?:Name)?\(\s*(?:"([^"\n]{1,80})"|nameof\((\w{1,80})\))""")


def _dotnet(file: SourceFile) -> Finds:
    yield from routes(file, [*_minimal(file.text), *_controllers(file.text), *_functions(file.text)])


def _minimal(text: str) -> Iterator[Seen]:
    groups = {match[1]: (match[2], match[3]) for match in _GROUP.finditer(text)}
    for match in _MAP.finditer(text):
        prefix, name, depth = "", match[1], 0
        while name in groups and depth < 6:
            prefix, name, depth = joined(groups[name][1], prefix), groups[name][0], depth + 1
        end = block_end(text, text.find("(", match.start()), 8000)
        handler = re.match(r"([A-Z][\w.]{1,100})\s*[,)]", text[match.end() : match.end() + 120])
        methods = () if match[2] in ("", "Methods") else (match[2].upper(),)
        yield Seen(
            match.start(),
            joined(prefix, match[3]),
            "asp.net",
            methods,
            handler[1] if handler else "",
            (match.end(), end),
        )


def _controllers(text: str) -> Iterator[Seen]:
    classes = list(_CLASS.finditer(text))
    prefix = ""
    for index, declared in enumerate(classes):
        before = classes[index - 1].end() if index else 0
        stop = classes[index + 1].start() if index + 1 < len(classes) else len(text)
        name = declared[1].removesuffix("Controller")
        above = [one for one in _ROUTE.finditer(text, before, declared.start()) if _is_of_class(text, one, declared)]
        if (
            above or not index or _depth(declared) <= _depth(classes[index - 1])
        ):  # a class within another has its routes
            prefix = (above[-1][1] if above else "").replace("[controller]", name.lower())
        for match in _HTTP.finditer(text, declared.end(), stop):
            method = _METHOD.search(text, match.end(), match.end() + 800)
            routed = _ROUTE.search(text, match.end(), method.start() if method else match.end() + 200)
            own = match[2] or (routed[1] if routed else "")
            path = own if own.startswith(("/", "~/")) else joined(prefix, own)
            handler = f"{declared[1]}.{method[1]}" if method else declared[1]
            brace = text.find("{", method.end(), method.end() + 600) if method else -1
            span = (match.start(), block_end(text, brace)) if brace > 0 else None
            yield Seen(
                match.start(),
                joined(path.lstrip("~").replace("[action]", method[1].lower() if method else "")),
                "asp.net",
                (match[1].upper(),),
                handler,
                span,
            )


def _depth(declared: re.Match[str]) -> int:
    return len(declared[0]) - len(declared[0].lstrip())


def _is_of_class(text: str, route: re.Match[str], declared: re.Match[str]) -> bool:
    """Whether nothing but attributes stands between a route and the class, so that it is not that of a method before."""
    return _STATEMENT.search(text, route.end(), declared.start()) is None


_STATEMENT = expression(r"[;{}]")


def _functions(text: str) -> Iterator[Seen]:
    for match in _TRIGGER.finditer(text):
        named = list(_FUNCTION.finditer(text, max(0, match.start() - 600), match.start()))
        name = (named[-1][1] or named[-1][2]) if named else ""
        route = re.search(r"""Route\s*=\s*"([^"\n]{1,150})\"""", match[2])
        methods = methods_in(" ".join(re.findall(r'"(\w{3,7})"', match[2].partition("Route")[0])))
        brace = text.find("{", match.end(), match.end() + 600)
        more = (("auth", match[1].lower()),)
        yield Seen(
            match.start(),
            joined("api", route[1] if route else name),
            "azure-functions",
            methods,
            name,
            (match.end(), block_end(text, brace)) if brace > 0 else None,
            more,
        )


COLLECTORS = (
    Collector("routes-dotnet", _dotnet, suffixes=frozenset((".cs",)), needs=(".Map", "[Http", "HttpTrigger")),
)
