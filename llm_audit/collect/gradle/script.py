"""Gradle scripts as statements: neither Groovy nor Kotlin is understood, only calls, assignments and blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from llm_audit.collect.expressions import expression

_TOKEN = expression(
    r"//[^\n]*|/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/|\Z)"
    r'|"(?P<double>(?:[^"\\\n$]|\\.|\$(?!\{)|\$\{[^}\n]{0,200}\}){0,500})"'
    r"|'(?P<single>(?:[^'\\\n]|\\.){0,500})'"
    r"|(?P<word>[A-Za-z_`][\w`]*(?:\??\.[A-Za-z_`][\w`]*)*)|(?P<punct>[{}()\[\],;:=+\n])"
)
_MAX_TOKENS = 60_000
_MAX_HELD = 2_000
_MAX_NESTING = 16
_NAMED_BLOCKS = frozenset({"object", "class", "interface", "internal", "public", "private", "data", "val", "def"})


class Token(NamedTuple):
    """A word (dotted names are one), the content of a string, or a punctuation mark."""

    kind: str
    text: str
    offset: int


class Statement(NamedTuple):
    """The tokens up to a line's end outside of brackets, or up to a brace, and the names of the blocks it stands in."""

    tokens: tuple[Token, ...]
    blocks: tuple[str, ...]

    @property
    def head(self) -> str:
        """The text of the first token, a word or a quoted configuration name."""
        return self.tokens[0].text

    def strings(self) -> list[Token]:
        """All string tokens."""
        return [token for token in self.tokens if token.kind == "string"]

    def named(self) -> dict[str, Token]:
        """Named arguments in either notation, `group: 'a'` and `group = "a"`, and entries of a map."""
        found: dict[str, Token] = {}
        for name, mark, value in zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False):
            if mark.text in (":", "=") and mark.kind == "punct" and value.kind != "punct" and name.kind != "punct":
                found.setdefault(name.text, value)
        return found


def statements(text: str) -> Iterator[Statement]:
    """The statements of a script, comments left out."""
    held: list[Token] = []
    blocks: list[str] = []
    depth = 0
    for token in _tokens(text):
        mark = token.text if token.kind == "punct" else ""
        if mark in ("{", "}", ";") or (mark == "\n" and depth <= 0 and not _continues(held)):
            if held:
                yield Statement(tuple(held), tuple(blocks[-_MAX_NESTING:]))
            if mark == "{":
                blocks.append(_block_name(held))
            elif mark == "}" and blocks:
                blocks.pop()
            held, depth = [], 0
        elif mark != "\n" and len(held) < _MAX_HELD:
            depth += (mark in ("(", "[")) - (mark in (")", "]"))
            held.append(token)
    if held:
        yield Statement(tuple(held), tuple(blocks[-_MAX_NESTING:]))


def _tokens(text: str) -> Iterator[Token]:
    for count, match in enumerate(_TOKEN.finditer(text)):
        kind = match.lastgroup
        if count > _MAX_TOKENS:
            return
        if kind in ("double", "single"):
            yield Token("string", match[kind], match.start())
        elif kind:
            yield Token(kind, match[kind], match.start())


def _continues(held: list[Token]) -> bool:
    return bool(held) and held[-1].kind == "punct" and held[-1].text in (",", "+", "=", ":")


def _block_name(held: list[Token]) -> str:
    words = [token.text for token in held if token.kind == "word"]
    while len(words) > 1 and words[0] in _NAMED_BLOCKS:
        words = words[1:]
    return words[0] if words else ""
