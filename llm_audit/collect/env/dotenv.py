"""Dotenv files: samples with harmless values, real ones with names alone."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.reading import declared, harmless, sensitive
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_PATH = expression(
    r"(?:^|/)(?:\.env(?:rc)?(?:[.\-_][\w.\-]{1,40})?|[\w.\-]{0,40}\.env(?:[.\-_][\w.\-]{1,40})?|\.?env[.\-_]"
    r"(?:example|sample|template|dist|default|tpl)[\w.\-]{0,20}"
    r"|[\w\-]{0,30}(?:example|sample|template)[.\-_]env|dotenv(?:[.\-_][\w.\-]{1,30})?|\.dev\.vars[\w.\-]{0,30})\Z"
)
_CODE = expression(
    r"\.(?:py|tsx?|d\.ts|[cm]?jsx?|rb|go|php|rs|java|kt|cs|swift|dart|md|mdx|sh|ya?ml|json|svg|png|toml|vue|ex|exs"
    r"|txt|html|tf)\Z"
)
_SAMPLE = expression(
    r"(?i)example|sample|template|dist\b|default|\btpl\b|schema|demo|skeleton|stub|blank|testing|\.test\b|\.ci\b"
)
_LINE = expression(
    r"^[ \t]{0,20}(?P<comment>#[ \t]{0,3})?(?:export[ \t]{1,4}|set[ \t]{1,4})?"
    r"(?P<name>[A-Za-z_][A-Za-z0-9_]{1,79})[ \t]{0,4}=[ \t]{0,4}"
    r"(?P<value>\"[^\"\n]{0,2000}\"|'[^'\n]{0,2000}'|[^\n]{0,2000})",
    re.MULTILINE,
)


def collect(file: SourceFile) -> Finds:
    """The names a dotenv file gives; values only from samples, and only harmless ones."""
    if _CODE.search(file.name):
        return
    sample = bool(_SAMPLE.search(file.name))
    seen: set[tuple[str, bool]] = set()
    for match in _LINE.finditer(file.text):
        name, hidden = match["name"], bool(match["comment"])
        if hidden and not re.fullmatch(r"[A-Z][A-Z0-9_]{2,79}", name):
            continue
        if (name, False) in seen or (name, hidden) in seen:
            continue
        seen.add((name, hidden))
        value = match["value"].strip()
        value = (
            value[1:-1]
            if value[:1] in "\"'" and value[-1:] == value[:1] and len(value) > 1
            else re.split(r"\s#", value)[0].strip()
        )
        shown = harmless(value) if sample and not sensitive(name) else ""
        yield from declared(
            file,
            file.line_of(match.start("name")),
            name,
            shown,
            "dotenv",
            sample="yes" if sample else "no",
            commented="yes" if hidden else "",
            empty="yes" if not value else "",
        )


COLLECTORS = (Collector("env.dotenv", collect, paths=_PATH, marks=("env", ".dev.vars"), needs=("=",)),)
