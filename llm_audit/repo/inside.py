"""What stands in the program's own files and never runs: code in comments, documentation in strings, Rust's test modules.

What such text imports, calls or opens says nothing of the program. Comments that mark each of their lines are left: the
collectors see them as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from llm_audit.model import SourceFile

Spans = Iterator[tuple[int, int]]


def without_asides(file: SourceFile) -> SourceFile:
    """The file with what is never run emptied, line by line, so that all other lines keep their numbers."""
    spans = sorted(span for find in _ASIDES.get(file.suffix, ()) for span in find(file.text))
    if not spans:
        return file
    kept, at = [], 0
    for start, stop in spans:
        if stop > at:
            kept += [file.text[at:start], "\n" * file.text.count("\n", max(at, start), stop)]
            at = stop
    return SourceFile(file.path, "".join(kept) + file.text[at:], file.role, file.own)


_TESTS = "#[cfg(test)]"
_MODULE = re.compile(
    r"^#\[cfg\(test\)\]\n(?:#\[[^\n]{0,200}\]\n){0,6}(?:pub(?:\([\w: ]{1,40}\))? )?mod \w{1,80} \{$", re.MULTILINE
)


def _test_modules(text: str) -> Spans:
    """The bodies of a Rust file's test modules; they end where a bracket begins a line."""
    if _TESTS in text:
        for opened in _MODULE.finditer(text):
            closed = text.find("\n}", opened.end())
            yield opened.end(), closed if closed >= 0 else len(text)


_TOKEN = re.compile(
    r"""#[^\n]*+|\"{3}(?P<double>(?:[^"\\]++|\\.|"(?!""))*+)\"{3}|'{3}(?P<single>(?:[^'\\]++|\\.|'(?!''))*+)'{3}"""
    r"""|"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'""",
    re.DOTALL,
)
_LONG = ('"""', "'''")
_INDENT = 200
_PREFIXES = frozenset({"", "r", "R", "u", "U"})
_UNFINISHED = frozenset("(,=[{+\\%|&")


def _documentation(text: str) -> Spans:
    """The contents of Python's documentation strings: long strings that are statements of their own (PEP 257)."""
    if not any(quotes in text for quotes in _LONG):
        return
    for token in _TOKEN.finditer(text):
        if group := token.lastgroup:
            line = text.rfind("\n", max(0, token.start() - _INDENT), token.start()) + 1
            alone = text[line : token.start()].strip() in _PREFIXES if line or token.start() < _INDENT else False
            if alone and _begins_statement(text, line):
                yield token.span(group)


def _begins_statement(text: str, line: int) -> bool:
    """Whether a line is no part of an expression that began above it."""
    while line:
        above = text.rfind("\n", 0, line - 1) + 1
        words = text[above : line - 1].strip()
        if words and not words.startswith("#"):
            return words[-1] not in _UNFINISHED and not words.endswith(('":', "':"))
        line = above
    return True


_HEREDOC = re.compile(
    r'^[ \t]*@(?:module|type)?doc[ \t]+(?:~[sS])?"""\n(?P<text>.*?)^[ \t]*"""', re.MULTILINE | re.DOTALL
)


def _attributes(text: str) -> Spans:
    """The contents of Elixir's documentation attributes."""
    if "doc " in text:
        yield from (one.span("text") for one in _HEREDOC.finditer(text))


def _blocks(text: str) -> Spans:
    """The contents of block comments that begin a line, where no star marks them as documentation: code switched off."""
    at = text.find("/*")
    while at >= 0:
        stop = text.find("*/", at + 2)
        if stop < 0:
            return
        if text[at + 2] != "*" and not text[text.rfind("\n", max(0, at - _INDENT), at) + 1 : at].strip(" \t{"):
            yield at + 2, stop
        at = text.find("/*", stop + 2)


_MARKUP = re.compile(r"<!--(?P<text>.*?)-->", re.DOTALL)


def _markup(text: str) -> Spans:
    """The contents of comments in pages."""
    if "<!--" in text:
        yield from (one.span("text") for one in _MARKUP.finditer(text))


_BEGIN = re.compile(r"^=begin\b(?P<text>.*?)^=end\b", re.MULTILINE | re.DOTALL)


def _begun(text: str) -> Spans:
    """The contents of Ruby's block comments."""
    if "=begin" in text:
        yield from (one.span("text") for one in _BEGIN.finditer(text))


_PAGES = (
    ".html",
    ".htm",
    ".vue",
    ".svelte",
    ".astro",
    ".erb",
    ".ejs",
    ".hbs",
    ".njk",
    ".j2",
    ".jinja",
    ".twig",
    ".cshtml",
)
_BRACED = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".go", ".java", ".kt", ".kts", ".scala", ".groovy", ".gradle",
           ".php", ".cs", ".swift", ".dart", ".tf", ".proto")  # fmt: skip
_ASIDES: dict[str, tuple[Callable[[str], Spans], ...]] = {
    **dict.fromkeys(_BRACED, (_blocks,)),
    **dict.fromkeys(_PAGES, (_markup,)),
    ".vue": (_markup, _blocks),
    ".svelte": (_markup, _blocks),
    ".astro": (_markup, _blocks),
    ".rs": (_test_modules, _blocks),
    ".py": (_documentation,),
    ".pyi": (_documentation,),
    ".ex": (_attributes,),
    ".exs": (_attributes,),
    ".rb": (_begun,),
}
"""By the file's suffix, what finds the stretches that are never run."""
