"""JavaScript and TypeScript, also inside Vue, Svelte and Astro files: import, export from, require, dynamic import."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from llm_audit.collect.code import noise
from llm_audit.collect.code.chains import Follower, Root
from llm_audit.collect.code.source import Bound, Call, Import, Language, in_comment_line
from llm_audit.collect.expressions import expression, led
from llm_audit.collect.nearby import block_end
from llm_audit.model import SourceFile

# Each expression starts with a literal, which the engine searches far faster than an alternative; what must stand
# before the literal is looked at afterwards.
_IMPORT = expression(
    r"""import(?<![\w.$]import)\s*+(?P<type>type\b(?!\s*+(?:,|from\b))\s*+)?
    (?:(?P<default>[A-Za-z_$][\w$]*+)\s*+,?\s*+)?(?:\{(?P<named>[^{}"'`;]{0,6000}+)\}|\*\s*+as\s++(?P<all>[\w$]+))?\s*+
    (?:(?<![\w$])from\s*+)?["'](?P<module>[^"'\s(){}<>,;]{1,200})["']""",
    re.X,
)
_EXPORT = expression(
    r"""export(?<![\w.$]export)\s++(?P<type>type\s++)?(?:\*(?:\s*+as\s++[\w$]+)?|\{[^{}"'`;]{0,6000}+\})\s*+from\s*+
    ["'](?P<module>[^"'\s(){}<>,;]{1,200})["']""",
    re.X,
)
_REQUIRE = expression(r"""require(?<![\w.$]require)\s*+\(\s*+["'](?P<module>[^"'\s(){}<>,;]{1,200})["']\s*+\)""")
_DYNAMIC = expression(
    r"""import(?<![\w.$]import)\s*+\(\s*+(?:/\*[^*\n]{0,80}\*/\s*+)?["'`](?P<module>[^"'`\n$]{1,200})["'`]"""
)
_TARGET = expression(
    r"(?:const|let|var|import)\s+(?:\{(?P<named>[^{}]{1,400})\}|(?P<name>[A-Za-z_$][\w$]*))\s*=\s*(?:await\s+"
    r"|\(await\s+)?\Z"
)
_LOCAL = expression(
    r"[./~#$]|@/|(?:src|app|lib|libs|components|pages|utils|util|hooks|config|types|server|client|features|modules"
    r"|common|core|shared"
    r"|store|stores|services|service|styles|constants|assets|api|context|contexts|models|views|layouts|helpers"
    r"|actions|db|i18n"
    r"|test|tests)/"
)
_FROM_URL = expression(
    r"https?://(?:esm\.sh|cdn\.skypack\.dev|esm\.run|cdn\.jsdelivr\.net/npm|unpkg\.com)/(?:v\d+/"
    r"|stable/)?(?P<name>@?[^?#]+)"
)
_VERSION = expression(r"(?<=[\w-])@[^/]+")


_Said = tuple[str, tuple[Bound, ...], bool, bool]
"""The module, what is bound, whether the module is local, and whether types alone are imported."""


def module_name(written: str) -> str:
    """The module without loader prefix and version: `npm:stripe@12/x`, `https://esm.sh/stripe@12/x` give `stripe/x`."""
    if written.startswith(("npm:", "jsr:")):
        return _VERSION.sub("", written[4:].lstrip("/"))
    if written.startswith("http") and (match := _FROM_URL.match(written)):
        return _VERSION.sub("", match["name"])
    return written.partition("?")[0] if "?" in written and "://" not in written else written


def imports(file: SourceFile) -> Iterator[Import]:
    """All imports of a file, in no order; a package that the tree itself holds is local."""
    text, own = file.text, file.own
    if "import" in text:
        yield from _statements(text, own)
        if "import(" in text:
            yield from _by_call(text, _DYNAMIC, own)
    if "require(" in text:
        yield from _by_call(text, _REQUIRE, own)
    if file.name.startswith(_CONFIGURATIONS):
        yield from _loaded(text, own)
    if "export" in text and "from" in text:
        for match in led("export", _EXPORT, text):
            if not in_comment_line(text, match.start()):
                module, local = _placed(match["module"], own)
                yield Import(module, match.start(), (), local, bool(match["type"]))


_CONFIGURATIONS = ("nuxt.config.", "gatsby-config.", "medusa-config.")
"""Files in which a framework is given the names of the packages that it loads."""
_LIST = expression(r"\b(?:buildModules|modules|plugins)\s{0,3}:\s{0,3}\[")
_NAMED = expression(r"""(?:[\[,]\s{0,80}|\bresolve\s{0,3}:\s{0,3})["'`](?P<module>@?[a-z][\w./\-]{1,80})["'`]""")


def _loaded(text: str, own: frozenset[str]) -> Iterator[Import]:
    """The packages that a framework's configuration names in its lists of modules and plugins."""
    lists = [(match.end() - 1, block_end(text, match.end() - 1, 20_000)) for match in _LIST.finditer(text)]
    for match in _NAMED.finditer(text):
        inside = any(start <= match.start() < end for start, end in lists)
        if (inside or match.group().startswith("resolve")) and not in_comment_line(text, match.start("module")):
            module, local = _placed(match["module"], own)
            yield Import(module, match.start("module"), (), local)


def _statements(text: str, own: frozenset[str]) -> Iterator[Import]:
    place = text.find("import")
    while place >= 0:
        line = text[place : text.find("\n", place) + 1] if text[place - 1 : place] in _LINE_BEGINS else ""
        size, said = _of_line(line, own)
        if not size and (match := _IMPORT.match(text, place)):
            size = match.end() - place
            said = None if in_comment_line(text, place) else _said(*match.groups(), own)
        if said:
            module, names, local, typing = said
            yield Import(module, place, names, local, typing)
        place = text.find("import", place + (size or 1))


_LINE_BEGINS = ("", "\n")
"""What stands before the first sign of a line."""


@lru_cache(maxsize=1 << 13)
def _of_line(line: str, own: frozenset[str]) -> tuple[int, _Said | None]:
    """The length of the statement that a line begins with, and what it imports; zero when it does not end there.

    Most lines that import something stand in many files of a project.
    """
    match = _IMPORT.match(line)
    return (match.end(), _said(*match.groups(), own)) if match else (0, None)


@lru_cache(maxsize=1 << 13)
def _said(
    typing: str | None,
    default: str | None,
    named: str | None,
    everything: str | None,
    written: str,
    own: frozenset[str],
) -> _Said | None:
    """What a statement imports, None for noise; most files of a project import the same things."""
    if noise.javascript(written):
        return None
    names = _named(named) if named else ()
    if everything:
        names = (Bound(everything, "*"), *names)
    if default:
        names = (Bound(default, "default"), *names)
    module, local = _placed(written, own)
    return module, names, local, bool(typing)


def _by_call(text: str, expression: re.Pattern[str], own: frozenset[str]) -> Iterator[Import]:
    for match in expression.finditer(text):
        if in_comment_line(text, match.start()):
            continue
        target = _TARGET.search(text[max(0, match.start() - 400) : match.start()])
        names: tuple[Bound, ...] = ()
        if target and target["name"]:
            names = (Bound(target["name"], "default"),)
        elif target:
            names = _named(target["named"])
        module, local = _placed(match["module"], own)
        yield Import(module, match.start(), names, local)


def _placed(written: str, own: frozenset[str]) -> tuple[str, bool]:
    """The module's name, and whether it is part of the project: by its path, or as a package that the tree itself holds."""
    module = module_name(written)
    scoped = "/".join(module.split("/", 2)[:2]) if module.startswith("@") else ""
    return module, scoped in own or _LOCAL.match(module) is not None


def _named(inside: str) -> tuple[Bound, ...]:
    if ":" in inside:
        inside = inside.replace(":", " ")
    parts = [part.split() for part in inside.split(",") if "//" not in part]
    return tuple([Bound(words[-1], words[0]) for words in parts if words and words[0] != "type"])


def calls(file: SourceFile, found: tuple[Import, ...]) -> list[Call]:
    """The calls through what `found` binds; what comes from the project itself counts from two dots on."""
    return Follower(file.text).follow(_roots(found))


def _roots(found: tuple[Import, ...]) -> Iterator[Root]:
    for item in found:
        if item.names and not item.typing:
            yield from _bound(item.module, item.names, local=item.local)


@lru_cache(maxsize=1 << 13)
def _bound(module: str, names: tuple[Bound, ...], *, local: bool) -> tuple[Root, ...]:
    """What can be followed of an import's names; of the project itself not what only a page is made of."""
    if local:
        kept = (name for name, _ in names if name[0].islower() and not name.startswith("use"))
        return tuple([Root(name, module, depth=2) for name in kept])
    if noise.javascript(module):
        return ()
    return tuple([Root(name, module, makes=origin == "default" and name[0].islower()) for name, origin in names])


LANGUAGE = Language(
    id="javascript",
    suffixes=frozenset([".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".astro"]),
    needs=("import", "require(", "export", "plugins: ["),
    imports=imports,
    calls=calls,
    noise=noise.javascript,
)
