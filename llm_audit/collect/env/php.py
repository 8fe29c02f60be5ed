"""PHP: Laravel's and WordPress's `env()`, `getenv`, the superglobals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.calls import Dialect, call_readings
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, Reading, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_DIALECT = Dialect(
    via="env()",
    own=expression(r"(?:^|\\)(?:env|getenv|Env::get(?:OrFail)?|Env::getString)$"),
    own_required=expression(r"OrFail$"),
    subscripts=expression(r"\$_(?:ENV|SERVER)$"),
    dynamic=expression(r"(?:\b(?:get)?env\(|\$_(?:ENV|SERVER)\[)\s{0,4}(?P<var>\$?\w{1,60})\s{0,4}[\]),]"),
    defines=expression(r"\bfunction\s{1,3}(?P<name>\w{1,60})\s{0,3}\((?P<params>[^()]{0,240})\)"),
    fallback=expression(
        r"\s{0,9}(?:\)\s{0,3}){0,2}(?:(?:\?:|\?\?|\|\||\bor\b)(?P<fails>\s{0,9}throw)?|(?P<checks>[!=]==?|\?(?![?:])"
        r"|&&))"
    ),
    throws=expression(r"\bthrow\b|\bexit\(|\bdie\("),
)
_CGI = expression(
    r"(?:HTTP|REQUEST|SERVER|REMOTE|SCRIPT|PATH|PHP|ORIG|CONTENT|REDIRECT|DOCUMENT|QUERY|GATEWAY|AUTH|UNIQUE"
    r"|SSL)_\w+$|argc$|argv$|HTTPS$|PATH_INFO$"
)


def _no_request(readings: Iterator[Reading], text: str) -> Iterator[Reading]:
    """Leaves out what a web server puts into `$_SERVER` of every request."""
    for reading in readings:
        if not (_CGI.match(reading.name) and re.search(rf"\$_SERVER\[\s?[\"']{re.escape(reading.name)}", text)):
            yield reading


_ENUM = expression(r"\benum\s{1,3}\w{1,60}\s{0,3}:\s{0,3}string\b")
_CASE = expression(
    r"^\s{1,12}case\s{1,3}\w{1,80}\s{0,3}=\s{0,3}[\"'](?P<name>[A-Z][A-Z0-9_]{1,79})[\"'];", re.MULTILINE
)
_OF_CASE = expression(r"(?:\b(?:get)?env\(|\$_(?:ENV|SERVER)\[)\s{0,4}(?P<what>\$this->value|sprintf\([\"']%s_FILE)")
_CASE_DEFAULT = expression(
    r"(?P<cases>self::[A-Z]\w{1,79}(?:\s{0,4},\s{0,20}self::[A-Z]\w{1,79}){0,40})\s{0,4}=>\s{0,4}"
    r"(?:[\"'](?P<text>[^\"'\n]{0,120})[\"']|(?P<word>true|false|-?\d[\d.]{0,12}))\s{0,4},"
)


def _cases(file: SourceFile) -> Iterator[Reading]:
    """The cases of an enumeration of variables, each of which reads the one that it is named after."""
    text = file.text
    ways = {match["what"] for match in _OF_CASE.finditer(text)}
    if "$this->value" not in ways or not _ENUM.search(text):
        return
    defaults = {
        name: match["text"] or match["word"] or ""
        for match in _CASE_DEFAULT.finditer(text)
        for name in re.findall(r"self::(\w+)", match["cases"])
    }
    for match in _CASE.finditer(text):
        name, line = match["name"], file.line_of(match.start("name"))
        default = defaults.get(name, "")
        yield Reading(name, line, "env()", DEFAULT if default else OPTIONAL, default, "fallback")
        if len(ways) > 1:
            yield Reading(f"{name}_FILE", line, "env()", OPTIONAL, "", "fallback")


def collect(file: SourceFile) -> Finds:
    """Readings of a PHP file."""
    yield from facts_of(file, [*_cases(file), *_no_request(call_readings(file, _DIALECT), file.text)])


COLLECTORS = (
    Collector(
        "env.php",
        collect,
        suffixes=frozenset({".php", ".phtml"}),
        needs=("env(", "env_", "Env", "_ENV[", "_SERVER[", "ecret(", "onfig("),
    ),
)
