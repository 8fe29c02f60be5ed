"""Routes of Java, Kotlin and Scala servers: Spring, JAX-RS, Micronaut, Ktor, Javalin, Vert.x, Play."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end
from llm_audit.collect.routes.shared import Seen, joined, methods_in, routes
from llm_audit.model import Kind, SourceFile

_CODE = frozenset((".java", ".kt", ".scala", ".groovy"))
_CLASS = expression(r"^(?:(?:public|private|internal|open|final|abstract|data)\s+)*class\s+(\w{1,100})", re.MULTILINE)
_MAPPING = expression(r"@(Get|Post|Put|Patch|Delete|Request)Mapping\b(?:\(([^)]{0,400})\))?")
_MICRONAUT = expression(r"""@(Get|Post|Put|Patch|Delete|Controller)\(\s*(?:(?:value|uri)\s*=\s*)?"([^"\n]{0,150})\"""")
_JAXRS = expression(r"""@(Path)\(\s*"([^"\n]{0,150})"\s*\)|@(GET|POST|PUT|DELETE|PATCH)\b""")
_METHOD = expression(
    r"\b(?:fun\s+(\w{1,80})|(?:public|private|protected)\s+(?:static\s+)?[\w<>\[\],.? ]{1,120}?\s(\w{1,80}))\s*\("
)
_DSL = expression(
    r"""(?:\.|\b)(get|post|put|patch|delete)(?:<[^>\n]{0,60}>)?\(\s*(?:path\s*=\s*)?"(/?[^"\n]{0,150})"\s*[,){]"""
)
_ROUTE = expression(r"""\b(?:route|path|routes)\(\s*"([^"\n]{1,120})"\s*[,)]""")


def _annotated(file: SourceFile) -> Finds:
    text = file.text
    seen: list[Seen] = []
    if "Mapping" in text:
        seen += _spring(text)
    if "jakarta.ws.rs" in text or "javax.ws.rs" in text:
        seen += _jaxrs(text)
    if "io.micronaut" in text:
        seen += _micronaut(text)
    yield from routes(file, seen)


def _classes(text: str) -> list[tuple[int, int, str, int]]:
    """(start of its annotations, end, name, start of its word) of each class at the margin."""
    found = list(_CLASS.finditer(text))
    starts = [
        max(text.rfind("\n}", 0, match.start()) + 2, text.rfind("\nimport ", 0, match.start()) + 1, 0)
        for match in found
    ]
    return [
        (starts[index], starts[index + 1] if index + 1 < len(found) else len(text), match[1], match.start()) for index, match in enumerate(found)
    ]  # fmt: skip


def _spring(text: str) -> Iterator[Seen]:
    for start, end, name, word in _classes(text):
        marks = list(_MAPPING.finditer(text, start, end))
        prefix = next((_path(mark[2]) for mark in marks if mark.start() < word), "")
        for mark in (mark for mark in marks if mark.start() > word):
            args = mark[2] or ""
            methods = (
                methods_in(" ".join(re.findall(r"RequestMethod\.(\w+)", args)))
                if mark[1] == "Request"
                else (mark[1].upper(),)
            )
            handler, span = _handler(text, mark.end())
            path, constant = _path(args), _constant(args, text)
            yield Seen(
                mark.start(),
                joined(prefix, path or (f"{{{constant.rpartition('.')[2]}}}" if constant else "")),
                "spring",
                methods,
                f"{name}.{handler}" if handler else name,
                span,
                (("constant", constant),) if constant and not path else (),
                outside=not path and _OF_HOOKS.search(constant) is not None,
            )


def _path(args: str | None) -> str:
    named = re.search(r"\b(?:value|path)\s*=\s*[\[{(]?\s*\"([^\"\n]{0,150})\"", args or "")
    first = re.match(r"\s*[\[{(]?\s*\"([^\"\n]{0,150})\"", args or "")
    return (named or first)[1] if named or first else ""  # type: ignore[index]


_REFERRED = expression(
    r"\s*(?:(?:value|path)\s*=\s*)?[\[{(]?\s*((?:\w{1,80}\.){0,3}[A-Z][A-Z0-9_]{2,80})\s*[\])}]?\s*(?:,|\Z)"
)
_OF_HOOKS = expression(r"WEB_?HOOK|CALLBACK|NOTIF|IPN")


def _constant(args: str, text: str) -> str:
    """The constant that stands for a path, with the class that holds it as far as the file says: `Courier.WEBHOOK_PATH`."""
    found = _REFERRED.match(args)
    if not found:
        return ""
    holder, _, name = found[1].rpartition(".")
    imported = re.findall(rf"^import\s+static\s+[\w.]+\.(\w+)\.({name}|\*);", text, re.MULTILINE) if not holder else []
    told = [one for one, what in imported if what == name] or [one for one, _ in imported]
    return f"{holder.rpartition('.')[2] or (told[0] if len(told) == 1 else '')}.{name}"


_PATHS = expression(
    r"\b(?:String\s{1,4}|const val\s{1,4})(?P<name>[A-Z0-9_]{0,40}(?:WEB_?HOOK|CALLBACK|NOTIF|IPN)[A-Z0-9_]{0,40})(?:\s?:\s?String)?"
    r"\s{0,4}=\s{0,20}\"(?P<path>/[^\"\n]{1,150})\""
)


def _constants(file: SourceFile) -> Finds:
    """The paths that a class keeps in constants, for the routes of other files that name them."""
    for match in _PATHS.finditer(file.text):
        yield at(file, match.start(), Kind.SETTING, "route.constant", match["path"], key=match["name"])


def _handler(text: str, offset: int) -> tuple[str, tuple[int, int]]:
    found = _METHOD.search(text, offset, offset + 1500)
    brace = text.find("{", found.end() if found else offset, offset + 3000)
    name = (found[1] or found[2]) if found else ""
    return name, (offset, block_end(text, brace) if brace > 0 else min(len(text), offset + 1500))


def _jaxrs(text: str) -> Iterator[Seen]:
    for start, end, name, word in _classes(text):
        marks = list(_JAXRS.finditer(text, start, end))
        prefix = next((mark[2] for mark in marks if mark[1] and mark.start() < word), "")
        for index, mark in enumerate(marks):
            if mark[3] and mark.start() > word:
                near = [
                    other
                    for other in marks[max(0, index - 1) : index + 2]
                    if other[1] and other.start() > word and abs(other.start() - mark.start()) < 300
                ]
                handler, span = _handler(text, max([mark.end(), *(other.end() for other in near)]))
                yield Seen(
                    mark.start(),
                    joined(prefix, near[0][2] if near else ""),
                    "jax-rs",
                    (mark[3],),
                    f"{name}.{handler}",
                    span,
                )


def _micronaut(text: str) -> Iterator[Seen]:
    prefix = next((match[2] for match in _MICRONAUT.finditer(text) if match[1] == "Controller"), "")
    for match in _MICRONAUT.finditer(text):
        if match[1] != "Controller":
            handler, span = _handler(text, match.end())
            yield Seen(match.start(), joined(prefix, match[2]), "micronaut", (match[1].upper(),), handler, span)


def _dsl(file: SourceFile) -> Finds:
    text = file.text
    framework = next(
        (
            name
            for name in ("ktor", "javalin", "vertx", "spark", "http4k")
            if f"io.{name}" in text or f"{name}." in text
        ),
        "",
    )
    if not framework:
        return
    blocks = [
        (match[1], match.start(), block_end(text, text.find("{", match.end()), 60_000))
        for match in _ROUTE.finditer(text)
        if "{" in text[match.end() : match.end() + 20]
    ]
    seen = [
        Seen(
            match.start(1), joined(*(path for path, start, end in blocks if start < match.start() < end), match[2]), framework, (match[1].upper(),), "",
            (match.end(), block_end(text, max(text.find("{", match.start()), match.start()), 6000)),
        )
        for match in _DSL.finditer(text)
        if not re.search(r"(?i)(?:client|rest|http|webtestclient|mockmvc)\s*$", text[max(0, match.start() - 20) : match.start()])
    ]  # fmt: skip
    yield from routes(file, seen)


_MAPPED = expression(
    r"""\.(?:map|with)\(\s{0,20}(?:HttpMethod\.)?(?P<verb>GET|POST|PUT|PATCH|DELETE)\s{0,4},\s{0,20}\"(?P<path>/[^"\n]{1,150})\"\s{0,4},"""
)


def _mapped(file: SourceFile) -> Finds:
    """The routes of ActiveJ, whose servlet maps a method and a path to what answers."""
    found = list(_MAPPED.finditer(file.text))
    ends = [match.start() for match in found[1:]] + [len(file.text)]
    seen = [
        Seen(
            match.start("verb"),
            match["path"],
            "activej",
            (match["verb"],),
            "",
            (match.end(), min(end, match.end() + 6000)),
        )
        for match, end in zip(found, ends, strict=True)
    ]
    yield from routes(file, seen)


_PLAY = expression(r"^(GET|POST|PUT|PATCH|DELETE)[ \t]+(/\S{0,150})[ \t]+(\S{1,150})", re.MULTILINE)


def _play(file: SourceFile) -> Finds:
    yield from routes(
        file,
        [
            Seen(match.start(), match[2], "play", (match[1],), match[3].partition("(")[0])
            for match in _PLAY.finditer(file.text)
        ],
    )


COLLECTORS = (
    Collector("routes-jvm", _annotated, suffixes=_CODE, needs=("Mapping", "ws.rs", "io.micronaut")),
    Collector(
        "routes-jvm-constants", _constants, suffixes=_CODE, needs=("WEBHOOK", "WEB_HOOK", "CALLBACK", "NOTIF", "IPN")
    ),
    Collector("routes-jvm-dsl", _dsl, suffixes=_CODE, needs=("ktor", "javalin", "vertx", "spark.", "http4k")),
    Collector("routes-jvm-mapped", _mapped, suffixes=_CODE, needs=("io.activej.http",)),
    Collector("routes-play", _play, paths=expression(r"(?:^|/)conf/(?:[\w.\-]+\.)?routes$"), marks=("conf/",)),
)
