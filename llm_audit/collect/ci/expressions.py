"""Expressions of GitHub-like workflows (`${{ … }}`): secrets and variables they name, and their text for a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_EXPRESSION = re.compile(r"\$\{\{([^\n]{0,600}?)\}\}")
_NAMED = re.compile(r"(?<![\w.\-/])(secrets|vars)(?:\.([A-Za-z_][\w\-]{0,120})|\[\s?['\"]([\w\-]{1,120})['\"]\s?\])")
_SPARE = re.compile(r"\s{0,3}\|\|\s{0,3}(?!'')\S")
_BARE_IF = re.compile(r"^[ \t\-]{0,60}if:[ \t]{1,4}([^\n]{1,600})", re.MULTILINE)
_INTO = re.compile(r"[ \t\-]{0,60}([A-Za-z_][\w\-]{0,80}):[ \t]{0,8}[\"']?\s?$")
_BUILTIN = frozenset({"GITHUB_TOKEN", "GITEA_TOKEN", "FORGEJO_TOKEN"})
_READABLE = {
    "github.repository": "{owner}/{repository}",
    "github.repository_owner": "{owner}",
    "github.actor": "{owner}",
    "github.event.repository.name": "{repository}",
    "github.ref_name": "{ref}",
    "github.sha": "{sha}",
}


class Reference(NamedTuple):
    """A secret or variable as an expression names it; `into` is the key it is assigned to on its line, `fallback` whether something stands in for it."""

    name: str
    offset: int
    variable: bool
    builtin: bool
    into: str
    fallback: bool = False


def references(text: str) -> Iterator[Reference]:
    """The first use of each secret and variable of a workflow; commented lines do not count."""
    seen: set[tuple[str, str]] = set()
    spans = [match.span(1) for match in _EXPRESSION.finditer(text)]
    spans += [match.span(1) for match in _BARE_IF.finditer(text)]
    for start, end in sorted(spans):
        head = text.rfind("\n", 0, start) + 1
        before = text[head : max(head, start - 3)][:300]
        if before.lstrip().startswith("#"):
            continue
        for match in _NAMED.finditer(text, start, end):
            name = match[2] or match[3]
            if (match[1], name) in seen:
                continue
            seen.add((match[1], name))
            into = _INTO.match(before)
            builtin = name.upper() in _BUILTIN
            spare = bool(_SPARE.match(text, match.end(), end))
            yield Reference(name, match.start(), match[1] == "vars", builtin, into[1] if into else "", spare)


def readable(text: str, known: Mapping[str, str]) -> str:
    """The text with expressions replaced: known `env` names by their value, others by `{name}`."""

    def shown(match: re.Match[str]) -> str:
        inner = match[1].strip()
        if inner in _READABLE:
            return _READABLE[inner]
        scope, _, name = inner.partition(".")
        if scope in ("env", "inputs") and name in known:
            return known[name]
        if scope in ("secrets", "vars", "env", "matrix", "inputs") and re.fullmatch(r"[\w\-]{1,80}", name):
            return f"{{{name}}}"
        return f"{{{inner[:60]}}}" if inner.startswith("steps.") else "{…}"

    return _EXPRESSION.sub(shown, text[:4000])
