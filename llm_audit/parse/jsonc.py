"""JSON with comments and trailing commas (JSONC, as in `tsconfig.json`, `wrangler.jsonc` and `bun.lock`), lines kept."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from llm_audit.parse.node import MAX_DEPTH, BadSyntax, Content, Node

_TOKEN = re.compile(
    r'[ \t\r\n]+|//[^\n]*|/\*.*?\*/|(?P<string>"(?:[^"\\]|\\.)*")|(?P<punct>[{}\[\]:,])|(?P<word>[^\s{}\[\]:,"/]+)',
    re.DOTALL,
)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def parse_json(text: str) -> Node:
    """The root node of a JSON or JSONC text.

    Raises:
        BadSyntax: the text is no JSON, or nested too deeply.
    """
    return _Reader(text).document()


class _Reader:
    def __init__(self, text: str) -> None:
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        self.text = text.removeprefix("\ufeff")
        self.tokens = _TOKEN.scanner(self.text)  # type: ignore[attr-defined]
        self.at = 0
        self.end = 0
        self.kind = ""
        self.token = ""
        self.next()

    def next(self) -> None:
        """Moves to the next token that is neither space nor comment."""
        while match := self.tokens.match():
            self.end = match.end()
            if match.lastgroup:
                self.at, self.kind, self.token = match.start(), match.lastgroup, match.group()
                return
        if self.end < len(self.text):
            raise BadSyntax("invalid JSON", self.line_at(self.end))
        self.kind, self.token = "end", ""

    def line_at(self, offset: int) -> int:
        return bisect_right(self.breaks, offset - 1) + 1

    def document(self) -> Node:
        node = self.value(0)
        if self.kind != "end":
            raise BadSyntax("invalid JSON", self.line_at(self.at))
        return node

    def value(self, depth: int) -> Node:
        line = self.line_at(self.at)
        if depth > MAX_DEPTH:
            raise BadSyntax("nested too deeply", line)
        if self.token == "{" and self.kind == "punct":
            return Node(self.mapping(depth), line)
        if self.token == "[" and self.kind == "punct":
            return Node(self.sequence(depth), line)
        return Node(self.scalar(), line)

    def scalar(self) -> Content:
        content: Content
        try:
            if self.kind == "string":
                content = str(json.loads(self.token, strict=False))
            elif self.kind == "word":
                content = _WORDS[self.token] if self.token in _WORDS else float(self.token)
                if isinstance(content, float) and content.is_integer() and "." not in self.token:
                    content = int(content)
            else:
                raise BadSyntax("invalid JSON", self.line_at(self.at))
        except (ValueError, OverflowError) as error:
            raise BadSyntax("invalid JSON", self.line_at(self.at)) from error
        self.next()
        return content

    def mapping(self, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        self.next()
        while self.token != "}" or self.kind != "punct":
            if self.kind != "string":
                raise BadSyntax("invalid JSON", self.line_at(self.at))
            line = self.line_at(self.at)
            key = str(self.scalar())
            self.expect(":")
            found[key] = Node(self.value(depth + 1).content, line)
            if self.token == "," and self.kind == "punct":
                self.next()
            elif self.token != "}":
                raise BadSyntax("invalid JSON", self.line_at(self.at))
        self.next()
        return found

    def sequence(self, depth: int) -> list[Node]:
        found: list[Node] = []
        self.next()
        while self.token != "]" or self.kind != "punct":
            found.append(self.value(depth + 1))
            if self.token == "," and self.kind == "punct":
                self.next()
            elif self.token != "]":
                raise BadSyntax("invalid JSON", self.line_at(self.at))
        self.next()
        return found

    def expect(self, token: str) -> None:
        if self.kind != "punct" or self.token != token:
            raise BadSyntax("invalid JSON", self.line_at(self.at))
        self.next()
