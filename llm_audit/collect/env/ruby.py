"""Ruby: `ENV`, in code, ERB and configuration with embedded Ruby; and the path of every encrypted Rails credential."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.env.calls import Dialect, call_readings
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, REQUIRED, Reading, commented, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_DIALECT = Dialect(
    via="ENV",
    own=expression(r"(?!)"),
    own_required=expression(r"(?!)"),
    subscripts=expression(r"\bENV$"),
    dynamic=expression(r"\bENV(?:\.fetch\(|\[)\s{0,4}(?P<var>\w{1,60})\s{0,4}[\]),]"),
    defines=expression(r"\bdef\s{1,3}(?:self\.)?(?P<name>\w{1,60}[?!]?)[( ](?P<params>[^()\n]{0,200})"),
    fallback=expression(
        r"(?:\.(?:presence|to_s|strip|to_i|to_sym|freeze|dup|downcase))?\)?\s{0,4}(?:(?:\|\|=?|\bor\b)"
        r"(?P<fails>\s{0,4}(?:raise|abort|fail|exit))?|(?P<checks>[!=]=|=~|&&|&\.|\.(?:present|blank|nil|empty)\?"
        r"|\?\s))"
    ),
    throws=expression(r"\braise\b|\babort\b|\bexit\b"),
)
_FETCH = expression(
    r"\bENV\.(?P<method>fetch|key\?|has_key\?|include\?|values_at|slice|fetch_values|delete"
    r"|member\?)[ (]\s{0,9}[\"'](?P<name>[A-Za-z_]\w{1,79}|[A-Z][\w#{}]{3,79})[\"']"
    r"(?P<rest>(?:\s{0,4},\s{0,9}(?:[\"'][^\"'\n]{0,160}[\"']|[\w.:\[\]{}]{1,60}"
    r"(?:\([^()\n]{0,60}\))?)){0,8})\s{0,9}\)?(?P<block>\s{0,2}(?:\{|do\b)[^}\n]{0,160})?"
)
_CREDENTIAL = expression(
    r"\bcredentials(?:\.(?:dig|fetch)[!?]?\(\s{0,4}(?P<dug>:\w{1,60}(?:\s{0,3},\s{0,3}:\w{1,60}){0,5})|(?P<chain>"
    r"(?:&?\.[a-z_]\w{0,60}[!?]?|\[:\w{1,60}\]){1,5}))"
)
_RAILS_ROOT = expression(r"(?:Rails\.(?:application|app)\.)$")


_SET_BY_RAILS = frozenset({"RAILS_ENV", "RACK_ENV"})
"""The framework and its commands set these where nobody else does."""


def _fetches(file: SourceFile) -> Iterator[Reading]:
    for match in _FETCH.finditer(file.text):
        if commented(file.text, match.start()):
            continue
        yield from _in_default(file, match)
        line, method = file.line_of(match.start()), match["method"]
        if method in ("values_at", "slice", "fetch_values"):
            for name in (match["name"], *re.findall(r"[\"']([A-Za-z_]\w+)[\"']", match["rest"])):
                yield Reading(name, line, "ENV", OPTIONAL, "", "lookup")
            continue
        name = re.sub(r"#\{.*?\}", "*", match["name"])
        if method != "fetch":
            yield Reading(name, line, "ENV", OPTIONAL, "", "check")
        elif match["rest"].strip() or match["block"]:
            text = (
                match["rest"].strip(", \n\t")
                or re.sub(r"^(?:\{|do\b)\s*(?:\|\w*\|)?|\s*\}?$", "", match["block"].strip()).strip()
            )
            literal = re.fullmatch(r"[\"']([^\"'#]*)[\"']|(-?\d[\d_.]*|true|false|:\w+)", text)
            value = (literal[1] or literal[2] or "") if literal else ""
            fails = re.match(r"(?:raise|abort|fail)\b", text)
            yield Reading(
                name,
                line,
                "ENV",
                REQUIRED if fails else DEFAULT if value else OPTIONAL,
                value,
                "throw" if fails else "fallback",
            )
        else:
            yield Reading(name, line, "ENV", OPTIONAL if name in _SET_BY_RAILS else REQUIRED, "", "lookup")


def _in_default(file: SourceFile, match: re.Match[str]) -> Iterator[Reading]:
    """The variables that stand in for another one where that is unset: missed only where both are."""
    if match["rest"] or match["block"]:
        start = match.end("name")
        stop = file.text.find("\n", start)
        for inner in _INNER.finditer(file.text, start, max(match.end(), stop if stop > 0 else len(file.text))):
            yield Reading(inner[1], file.line_of(inner.start()), "ENV", OPTIONAL, "", "fallback")


_INNER = expression(r"\bENV(?:\.fetch\(|\[)\s{0,3}[\"']([A-Z][A-Z0-9_]{1,79})[\"']")


def _credentials(file: SourceFile) -> Finds:
    seen: set[str] = set()
    for match in _CREDENTIAL.finditer(file.text):
        if not _RAILS_ROOT.search(file.text[max(0, match.start() - 40) : match.start()]) or commented(
            file.text, match.start()
        ):
            continue
        keys = re.findall(r"\w+", match["dug"] or match["chain"])
        path = ".".join(key for key in keys if key not in ("dig", "fetch", "present", "to_s", "presence", "config"))
        if path and path not in seen:
            seen.add(path)
            yield at(file, match.start(), Kind.SETTING, "rails.credentials", path, tool="rails")


def collect(file: SourceFile) -> Finds:
    """Readings of Ruby code, or of a file with embedded Ruby."""
    yield from facts_of(file, [*_fetches(file), *call_readings(file, _DIALECT)])
    if "credentials" in file.text:
        yield from _credentials(file)


COLLECTORS = (
    Collector(
        "env.ruby",
        collect,
        names=frozenset(
            {"Gemfile", "Rakefile", "Fastfile", "Podfile", "Capfile", "Guardfile", "Vagrantfile", "Brewfile"}
        ),
        suffixes=frozenset({".rb", ".rake", ".ru", ".gemspec", ".erb", ".yml", ".yaml", ".thor", ".jbuilder"}),
        needs=("ENV[", "ENV.", ".credentials"),
    ),
)
