"""Hosts of addresses that code puts together by parts, or gives back by a property: no URL as a whole stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.hosts.urls import public_host, tidy_path
from llm_audit.collect.hosts.uses import Use
from llm_audit.collect.nearby import block_end, in_comment
from llm_audit.model import Kind, SourceFile

_HOST = r"\"(?P<host>[a-z0-9][a-z0-9.\-]{2,80}\.[a-z]{2,20})\""
_BY_SUFFIX = {
    ".swift": expression(rf"\.host\s{{0,3}}=\s{{0,3}}{_HOST}"),
    ".dart": expression(
        r"\bUri\.https?\(\s{0,40}[\"'](?P<host>[a-z0-9][a-z0-9.\-]{2,80}\.[a-z]{2,20})[\"'](?:\s{0,4},\s{0,40}[\"'](?P<path>/?[\w./\-]{1,120})[\"'])?"
        r"|\bUri\(\s{0,40}(?:scheme:\s{0,3}[\"']https[\"'],\s{0,40})host:\s{0,3}[\"'](?P<named>[a-z0-9][a-z0-9.\-]{2,80}\.[a-z]{2,20})[\"'](?:,\s{0,40}path:\s{0,3}[\"'](?P<at>/?[\w./\-]{1,120})[\"'])?"
    ),
    ".kt": expression(rf"\.host\(\s{{0,20}}{_HOST}\s{{0,20}}\)|\burl\s{{0,3}}\{{[^{{}}]{{0,200}}\bhost\s{{0,3}}=\s{{0,3}}{_HOST.replace('host>', 'ktor>')}"),
    ".java": expression(rf"\.host\(\s{{0,20}}{_HOST}\s{{0,20}}\)"),
    ".go": expression(
        rf"\burl\.URL\{{[^{{}}]{{0,200}}\bHost:\s{{0,12}}{_HOST}"
        r"(?:,\s{0,12}(?:\w{2,12}:[^,\n]{1,60},\s{0,12})?Path:\s{0,12}\"(?P<path>/?[\w./\-]{1,120})\")?"
    ),
}  # fmt: skip
"""How an address is put together, by the suffix of the file."""
_OPENED = expression(
    r"(?:(?:open|launch|share|show)\w{0,20}|[lL]ink|[bB]rowser)\(\s{0,20}\Z|\b(?:help|support|about|privacy|terms|website|page)\w{0,20}\s{0,3}[=:]\s{0,3}\Z"
)
"""What stands before an address that is handed to the person's browser."""


_REPLACED = expression(r"\bhost\w{0,10}\s{0,3}(?:==|!=)|hasSuffix\(|hasPrefix\(")
"""What is asked of an address before another host is put into it: a page that a person gave, not one that the program asks."""


def _built(file: SourceFile) -> Finds:
    """The host of each address that is put together, once."""
    known: set[str] = set()
    for match in _BY_SUFFIX[file.suffix].finditer(file.text):
        groups = match.groupdict()
        host = public_host(groups.get("host") or groups.get("ktor") or groups.get("named") or "")
        before = max(0, match.start() - 200)
        opened = _OPENED.search(file.text, max(0, match.start() - 60), match.start())
        given = opened or _REPLACED.search(file.text, before, match.start())
        if host and host not in known and not given and not in_comment(file.text, match.start()):
            known.add(host)
            told = groups.get("path") or groups.get("at") or ""
            path = tidy_path(f"/{told.lstrip('/')}") if told else ""
            yield at(file, match.start(), Kind.HOST, host, path, use=Use.CALL, scheme="https", named="call")


_PROPERTY = expression(
    r"\bvar\s{1,4}\w{0,30}(?:[hH]ost|[bB]ase_?[uU][rR][lL]|[eE]ndpoint|[aA]pi_?[uU][rR][lL])\s{0,3}:\s{0,3}(?:String|URL)\??\s{0,4}\{"
)
_RETURNED = expression(
    r"\breturn\s{1,4}(?:URL\(string:\s{0,3})?\"https://(?P<host>[a-z0-9.\-]{4,80})(?P<path>/[\w./\-]{0,80})?\""
)


def _returned(file: SourceFile) -> Finds:
    """The hosts that a property of Swift gives back for each case of an enumeration."""
    for match in _PROPERTY.finditer(file.text):
        end = block_end(file.text, match.end() - 1, 4000)
        for one in _hosts(file.text, match.end(), end):
            if host := public_host(one["host"]):
                yield at(
                    file, one.start(), Kind.HOST, host, one["path"] or "", use=Use.CALL, scheme="https", named="call"
                )


def _hosts(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    return (match for match in _RETURNED.finditer(text, start, end) if not in_comment(text, match.start()))


COLLECTORS = (
    Collector(
        "hosts-built",
        _built,
        suffixes=frozenset(_BY_SUFFIX),
        needs=(
            "URLComponents",
            "Uri.http",
            "scheme:",
            "HttpUrl",
            "UriComponentsBuilder",
            "URLBuilder",
            "url {",
            "url.URL{",
        ),
    ),
    Collector(
        "hosts-returned", _returned, suffixes=frozenset({".swift"}), needs=('return "https://', "return URL(string")
    ),
)
