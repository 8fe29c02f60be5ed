"""Paths that code puts behind the address of an API which another line names: `f"{base_url}/chat/completions"`.

The fact's value is the path, its detail `base` the last name of the expression before it, `method` that of the request.
Whose address the base is, the facts of hosts say by their detail `bound`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.hosts.urls import tidy_path
from llm_audit.collect.literals import Literals
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_SUFFIXES = frozenset(
    ".ts .tsx .js .jsx .mjs .cjs .mts .py .go .java .kt .scala .rb .php .cs .rs .ex .exs .swift .dart".split()
)
_JOINTS = ("}/", ")/", '"/', "'/", "`/", "%s/", "URL}")
"""Where a base ends and a path begins; the value of a variable may end with the slash itself."""
_CALL = (
    r"(?:\b(?P<method>get|post|put|patch|delete|head|request|fetch|Get|Post|Put|Patch|Delete|NewRequest|NewRequestWithContext|urlopen|got|ky|axios)!?"
    r"(?:<[^<>\n]{0,40}>)?\(\s{0,40}(?:[\w.()]{1,40},\s?)?(?:[\"'](?P<verb>[A-Z]{3,7})[\"'],\s{0,30}|http\.Method(?P<go>\w{3,6}),\s{0,30})?(?:fmt\.Sprintf\()?"
    r"|\b(?:url|uri|endpoint|URL|href)\w{0,12}(?::\s?\w{1,20})?\s{0,2}:?[=:]\s{0,2}(?:fmt\.Sprintf\()?)"
)
_BASE = r"(?P<base>[A-Za-z_$][\w$]*(?:(?:\.|->|::|\?\.)\$?\w{1,40}){0,4})"
_TRIM = r"(?:\??\.(?:rstrip|strip|trimEnd|trim|replace|removesuffix)\([^()\n]{0,20}\))?"
_INTERPOLATED = expression(
    rf"{_CALL}[fFrR$]{{0,2}}[\"'`](?:https?://)?(?:\$\{{|#\{{|\{{\$?|\\\()\s?{_BASE}{_TRIM}\s?\Z"
)
_ADDED = expression(rf"{_CALL}(?:new URL\()?\$?{_BASE}{_TRIM}\s?\Z")
_FORMATTED = expression(rf"{_CALL}[\"']\Z")
_ARGUMENT = expression(rf"[^\"\n]{{0,120}}\",\s?{_BASE}")
_NAMED = Literals("base url uri host api endpoint server origin domain root".split())
"""Of these one is part of a base's name, in lower case."""
_PATH = expression(
    r"(?:[\w\-./:@~]|\$\{[^{}\n]{1,60}\}|#\{[^{}\n]{1,60}\}|\{[^{}\n]{1,60}\}|\\\([^()\n]{1,40}\)|%[sdv])+"
)
_REACH = 200
_NAME_ENDS = 70
"""How far before the joint the name of a base, with a call that trims it, begins at most."""
_MOST = 40


def _paths(file: SourceFile) -> Finds:
    text = file.text
    known: set[tuple[str, str]] = set()
    for start, end, kind in sorted(_joints(text), key=lambda one: one[0]):
        before = text[max(0, start - _REACH) : start]
        if kind is not _FORMATTED and not _NAMED.in_text(before[-_NAME_ENDS:].casefold()):
            continue
        call = kind.search(before)
        if call is None:
            continue
        base = _ARGUMENT.match(text, start) if kind is _FORMATTED else call
        path = _PATH.match(text, end)
        if base is None or path is None:
            continue
        name = base["base"].replace("->", ".").replace("::", ".").rpartition(".")[2].lstrip("$")
        row = name, tidy_path(f"/{path[0]}")
        if row in known or not _NAMED.in_text(name.casefold()) or in_comment(text, start) or len(known) >= _MOST:
            continue
        known.add(row)
        method = _method(call["verb"] or call["go"] or call["method"] or "")
        yield at(file, start, Kind.SETTING, "url.path", row[1], base=name, method=method)
    for whole in _wholes(text):
        if _NAMED.in_text(whole["base"].casefold()) and not in_comment(text, whole.start()):
            method = _method(whole["method"] or "")
            yield at(file, whole.start(), Kind.SETTING, "url.path", "", base=whole["base"], method=method)


def _joints(text: str) -> Iterator[tuple[int, int, re.Pattern[str]]]:
    """Where something ends that may be a base, where its path begins, and how what stands before is to be read."""
    for joint in _JOINTS:
        offset = text.find(joint)
        while offset >= 0:
            end = offset + len(joint)
            if text[end : end + 1].isalpha():
                if joint == "URL}":
                    yield end - 1, end, _INTERPOLATED
                elif joint[0] in "})":
                    yield offset, end, _INTERPOLATED
                elif joint[0] == "%":
                    yield offset, end, _FORMATTED
                elif (sign := text[max(0, offset - 2) : offset].rstrip()[-1:]) and sign in "+.":
                    yield text.rfind(sign, 0, offset), end, _ADDED
            offset = text.find(joint, end)


_WHOLE = expression(
    r"\b(?:fetch|axios|got|ky|urlopen|(?:axios|got|ky|requests|httpx|client|http|session)\.(?P<method>get|post|put|patch|request))\(\s{0,40}[fF$]?"
    r"[\"'`]https?://[$#]?\{(?:[\w$]{1,40}\??\.){0,4}(?P<base>[A-Z][A-Z0-9_]{3,60})\}/?[\"'`]"
)
_SCHEME = ("://${", "://{", "://#{")


def _wholes(text: str) -> Iterator[re.Match[str]]:
    """The requests to an address of which a variable gives all but the scheme: `fetch(`https://${env.LOGS_HOST}`)`."""
    for sign in _SCHEME:
        offset = text.find(sign)
        while offset >= 0:
            yield from _WHOLE.finditer(text, max(0, offset - _NAME_ENDS), offset + _REACH)
            offset = text.find(sign, offset + _REACH)


def _method(word: str) -> str:
    """The request's method in capitals; empty when the call does not say it."""
    return word.upper() if word.lower() in ("get", "post", "put", "patch", "delete", "head") else ""


COLLECTORS = (
    Collector(
        "hosts-bases",
        _paths,
        suffixes=_SUFFIXES,
        needs=("}/", ")/", '+ "/', "+ '/", '+"/', "+'/", ". '/", '. "/', "%s/", "URL}", *_SCHEME),
    ),
)
