"""Nuxt: each key of `runtimeConfig` may be set by a variable, `mail.apiKey` by `NUXT_MAIL_API_KEY`.

"Runtime Config", Nuxt documentation: keys are joined with underscores, in capitals, a capital within a key begins a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, Reading, facts_of, harmless
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end
from llm_audit.model import SourceFile

_BLOCK = expression(r"\bruntimeConfig\s{0,3}:\s{0,3}\{")
_TOKEN = expression(
    r"//[^\n]{0,400}|/\*(?:(?!\*/)[\s\S]){0,2000}\*/|(?P<text>'[^'\n]{0,300}'|\"[^\"\n]{0,300}\"|`[^`]{0,300}`)|(?P<sign>[{}\[\](),:])"
    r"|(?P<word>[^\s{}\[\](),:'\"`/]{1,200}|/)"
)
_HUMP = expression(r"(?<=[a-z0-9])(?=[A-Z])")
_MOST = 40_000


def collect(file: SourceFile) -> Finds:
    """Readings of the longest `runtimeConfig`; a shorter one beside it holds what development has otherwise."""
    blocks = [(block_end(file.text, match.end() - 1, _MOST), match.end()) for match in _BLOCK.finditer(file.text)]
    if blocks:
        end, start = max(blocks, key=lambda block: block[0] - block[1])
        yield from facts_of(file, _leaves(file, start, end))


def _leaves(file: SourceFile, start: int, end: int) -> Iterator[Reading]:
    path: list[str] = []
    value: list[str] = []
    key, at, depth = (
        "",
        start,
        0,
    )  # of the pair that is being read: its key and where it stands, open brackets of its value
    waits = False  # whether the colon behind the key was read
    for token in _TOKEN.finditer(file.text, start, end):
        kind, text = token.lastgroup, token.group()
        if kind is None:
            continue
        if not waits:
            if text == ":":
                waits, value, depth = True, [], 0
            elif text == "}":
                path = path[:-1]
            elif kind in ("word", "text"):
                key, at = text.strip("'\"`"), token.start()
            continue
        if text == "{" and not value:
            path, waits = [*path, key], False
        elif depth == 0 and text in (",", "}"):
            yield from _leaf(file, at, [*path, key], value)
            path, waits = (path[:-1] if text == "}" else path), False
        else:
            depth += (text in ("{", "[", "(")) - (text in ("}", "]", ")"))
            value.append(text)


def _leaf(file: SourceFile, at: int, keys: list[str], value: list[str]) -> Iterator[Reading]:
    """The reading of a key with a literal; an expression says itself where its value comes from."""
    literal = re.fullmatch(r"['\"`](.*)['\"`]|(-?\d[\d_.]*|true|false)", value[0]) if len(value) == 1 else None
    if literal:
        name = "_".join(["NUXT", *(_HUMP.sub("_", key).upper() for key in keys)])
        default = harmless(literal[1] or literal[2] or "")
        need, by = (DEFAULT, "fallback") if literal[1] or literal[2] else (OPTIONAL, "bare")
        yield Reading(name, file.line_of(at), "runtimeConfig", need, default, by)


COLLECTORS = (
    Collector(
        "env.nuxt",
        collect,
        paths=expression(r"(^|/)nuxt\.config\.(?:[cm]?[jt]s)$"),
        needs=("runtimeConfig",),
        marks=("nuxt.config",),
    ),
)
