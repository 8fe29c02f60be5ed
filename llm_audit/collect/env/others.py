"""C#, Elixir, Swift, Dart, and every language whose library has a `getenv` with a quoted name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.calls import Dialect, call_readings
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, REQUIRED, Reading, commented, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.collect.shared.aspire import CLIENT, connection
from llm_audit.model import SourceFile

_NEVER = expression(r"(?!)")
_CSHARP = Dialect(
    via="Environment.GetEnvironmentVariable",
    own=expression(r"(?:^|\.)(?:Environment\.)?GetEnvironmentVariable$"),
    own_required=_NEVER,
    subscripts=expression(r"(?!)"),
    dynamic=expression(r"\bGetEnvironmentVariable\(\s{0,4}(?P<var>\w{1,60})\s{0,4}[),]"),
    defines=expression(
        r"\b(?:static|private|public|protected|internal)\s{1,3}(?:static\s{1,3})?[\w<>\[\]?]{1,40}\s{1,3}"
        r"(?P<name>\w{1,60})\s{0,2}\((?P<params>[^()]{0,240})\)"
    ),
    fallback=expression(r"\)?\s{0,30}(?:\?\?(?P<fails>\s{0,30}throw)?|(?P<checks>[!=]=|\?\.|\bis\b|\?\s))"),
    throws=expression(r"\bthrow\b|Environment\.Exit|Environment\.FailFast"),
)
_ELIXIR = Dialect(
    via="System.get_env",
    own=expression(r"(?:^|\.)System\.(?:get_env|fetch_env!?)$|^env!?$"),
    own_required=expression(r"(?:fetch_env|env)!$"),
    dynamic=expression(r"\bSystem\.(?:get_env|fetch_env!?)\(\s{0,4}(?P<var>\w{1,60})\s{0,4}[),]"),
    defines=expression(
        r"(?:\bdefp?\s{1,3}|^[ \t]{0,20}(?=\w{1,60} = fn ))(?P<name>\w{1,60}[?!]?)(?:\(| = fn )(?P<params>[^()\n]{0,200}?)(?:\)| ->)",
        re.M,
    ),
    fallback=expression(
        r"\s{0,30}(?:\|\|(?P<fails>\s{0,30}raise)?|(?P<checks>[!=]=|\bin\b|&&|do\b)|\|>\s{0,4}Kernel\.\|\|\()"
    ),
    throws=expression(r"\braise\b|System\.halt|!\("),
    kinds=expression(r"\s{0,4},\s{0,40}(?::\w{1,20}[?!]?|&[\w.]{1,60}/\d)(?=\s{0,40}[,)])"),
)
_SWIFT = Dialect(
    via="ProcessInfo.environment",
    own=expression(r"(?:^|\.)(?:Environment\.get|getenv|Environment\.process\.get)$"),
    own_required=_NEVER,
    subscripts=expression(r"(?:ProcessInfo\.processInfo|ProcessInfo\(\))\.environment$|\bprocessInfo\.environment$"),
    dynamic=expression(r"(?:\.environment\[|Environment\.get\()\s{0,4}(?P<var>\w{1,60})\s{0,4}[\])]"),
    defines=expression(r"\bfunc\s{1,3}(?P<name>\w{1,60})\((?P<params>[^()\n]{0,200})\)"),
    fallback=expression(
        r"\s{0,4}(?:\.flatMap\([^()\n]{0,40}(?:\([^()\n]{0,20}\))?\))?\s{0,30}(?:(?P<fails>!(?!=)"
        r"|\?\?\s{0,4}fatalError)|\?\?|(?P<checks>[!=]=|\?\.))"
    ),
    throws=expression(r"\bfatalError\(|\bthrow\b|preconditionFailure"),
    optional=expression(r"\s{0,10}(?:(?:async|throws)\s{1,4}){0,2}->\s{0,10}[\w.]{1,40}\?"),
)
_DART = Dialect(
    via="Platform.environment",
    own=expression(
        r"(?:^|\.)(?:String|int|bool)\.(?:fromEnvironment|hasEnvironment)$|(?:^|\.)dotenv\.(?:get|maybeGet)$"
    ),
    own_required=expression(r"dotenv\.get$"),
    subscripts=expression(r"(?:\bPlatform\.environment|\bdotenv\.env|\benv)$"),
    dynamic=expression(r"\bPlatform\.environment\[\s{0,4}(?P<var>\w{1,60})\s{0,4}\]"),
    defines=expression(r"\b\w[\w<>?]{0,30}\s{1,3}(?P<name>\w{1,60})\((?P<params>[^()\n]{0,200})\)\s{0,3}(?:\{|=>)"),
    fallback=expression(r"\s{0,30}(?:\?\?(?P<fails>\s{0,9}\(?throw)?|(?P<asserts>!(?!=))|(?P<checks>[!=]=|\?\.))"),
    throws=expression(r"\bthrow\b|\bexit\("),
)
_DIALECTS = {
    ".cs": _CSHARP, ".fs": _CSHARP, ".vb": _CSHARP,
    ".ex": _ELIXIR, ".exs": _ELIXIR,
    ".swift": _SWIFT, ".dart": _DART,
}  # fmt: skip
_PIPED = expression(
    r"\"(?P<name>[A-Z][A-Z0-9_]{1,79})\"\s{0,20}\|>\s{0,4}System\.(?P<call>get_env|fetch_env!)\((?:\s{0,4}\"(?P<default>[^\"\n]{0,120})\")?"
)
_PREFIXED = (
    expression(
        r"\{:system,\s{0,3}(?:(?P<kind>:\w{1,20}|\{[^{}\n]{1,80}\}),\s{0,12})?\"(?P<name>[A-Z_]\w{1,79})\""
        r"(?P<more>\s{0,4},\s{0,40}(?:\"(?P<default>[^\"\n]{0,120})\"|(?P<word>[\w:.]{1,40}))?)?"
    ),
    expression(r"\bEnviedField\(\s{0,9}varName:\s{0,3}['\"](?P<name>[A-Za-z_]\w{1,79})['\"]"),
)
_SECTION = expression(
    r"\b_?[cC]onfiguration(?:(?P<must>\.GetRequired(?:Value|Section)(?:<[\w?]{1,20}>)?\()|\.GetValue<[\w?]{1,20}>\(|\[)\s{0,4}"
    r"\"(?P<key>[A-Za-z_]\w{0,60}(?::\w{1,60}){0,5})\""
    r"(?:\s{0,3},\s{0,3}(?:\"(?P<text>[^\"\n]{0,120})\"|(?P<word>[\w.]{1,30})))?|\bGetConnectionString\(\s{0,4}\""
    r"(?P<name>\w{1,60})\""
)
_NAMED = expression(
    r"\b(?P<on>\w{1,40})\.(?:GetValue(?:<[\w?]{1,20}>)?|GetValueList|GetRequiredValue(?P<must><[\w?]{1,20}>))\(\s{0,4}nameof\((?:\w{1,40}\.){0,3}(?P<key>[A-Z]\w{1,60})\)"
    r"(?:\s{0,3},\s{0,3}(?:\"(?P<text>[^\"\n]{0,120})\"|(?P<word>-?\d{1,12}|true|false|[\w.]{1,60})))?"
)
"""A key that bears the name of the member which takes its value: `config.GetValue(nameof(options.ApiKey), "x")`."""
_HELD = expression(
    r"\b(?P<variable>\w{2,40})\s{0,2}=\s{0,2}[\w.]{0,40}\bGet(?:Required)?Section\(\s{0,4}\"(?P<section>[A-Za-z]\w{0,60}(?::\w{1,60}){0,4})\"\s{0,4}\)"
)


def _dotnet(file: SourceFile) -> Iterator[Reading]:
    """Configuration keys, as the variables that set them: `A:B` is `A__B`."""
    for match in _SECTION.finditer(file.text):
        key = f"ConnectionStrings:{match['name']}" if match["name"] else match["key"]
        if commented(file.text, match.start()) or not (":" in key or key[:1].isupper()):
            continue
        if not match["name"] and "Section" in (match["must"] or "") and ":" not in key:
            continue  # a section as a whole
        yield _keyed(file, match, key)
    for held in _HELD.finditer(file.text):
        inside = re.compile(
            rf"\b{held['variable']}(?:(?P<must>\.GetRequiredValue(?:<[\w?]{{1,20}}>)?\()|\.GetValue<[\w?]{{1,20}}>\(|\[)\s{{0,4}}"
            r"\"(?P<key>[A-Za-z]\w{0,60}(?::\w{1,60}){0,4})\"(?:\s{0,3},\s{0,3}(?:\"(?P<text>[^\"\n]{0,120})\"|(?P<word>[\w.]{1,30})))?"
        )
        for match in inside.finditer(file.text):
            if not commented(file.text, match.start()):
                yield _keyed(file, match, f"{held['section']}:{match['key']}")
    yield from _by_members(file)
    for match in CLIENT.finditer(file.text) if "DistributedApplication" not in file.text else ():
        if not commented(file.text, match.start()):
            yield Reading(
                connection(match["name"]), file.line_of(match.start()), "dotnet configuration", REQUIRED, "", "lookup"
            )


def _by_members(file: SourceFile) -> Iterator[Reading]:
    """Keys of the configuration, or of a section that a variable holds, which are named after members."""
    sections = {held["variable"]: held["section"] for held in _HELD.finditer(file.text)}
    for match in _NAMED.finditer(file.text) if "nameof(" in file.text else ():
        known = match["on"] in sections or "config" in match["on"].lower()
        if known and not commented(file.text, match.start()):
            section = sections.get(match["on"], "")
            found = _keyed(file, match, f"{section}:{match['key']}" if section else match["key"])
            throws = _OR_THROWS.match(file.text, match.end())
            yield replace(found, need=REQUIRED, by="throw") if throws and found.need == OPTIONAL else found


_PLAIN = expression(r"-?\d[\d_.]{0,20}[mMdDfFlL]?|true|false")
_OR_THROWS = expression(r"\)?(?:\?\.\w{1,30}\([^()\n]{0,40}\)){0,2}\s{0,40}\?\?\s{0,20}throw\b")


def _keyed(file: SourceFile, match: re.Match[str], key: str) -> Reading:
    value = match["text"] or match["word"] or ""
    value = value if match["text"] or _PLAIN.fullmatch(value) else ""  # a name, whose value is not known here
    need = (DEFAULT, value, "fallback") if match["text"] or match["word"] else (OPTIONAL, "", "bare")
    if match["must"]:
        need = REQUIRED, "", "lookup"
    return Reading(key.replace(":", "__"), file.line_of(match.start()), "dotnet configuration", *need)


def _prefixed(file: SourceFile) -> Iterator[Reading]:
    for pattern in _PREFIXED:
        for match in pattern.finditer(file.text):
            found = match.groupdict()
            default = found.get("default") or (found.get("word") or "").lstrip(":").replace("nil", "")
            need = (DEFAULT, default, "fallback") if default else (OPTIONAL, "", "bare")
            if found.get("kind") and not found["more"]:
                need = (
                    REQUIRED,
                    "",
                    "lookup",
                )  # Confex, whose tuples these are, raises where it finds no value to convert
            yield Reading(match["name"], file.line_of(match.start()), "configuration", *need)


def _piped(file: SourceFile) -> Iterator[Reading]:
    """Elixir's names that are handed on by a pipe."""
    for match in _PIPED.finditer(file.text):
        default = match["default"] or ""
        need = REQUIRED if match["call"] == "fetch_env!" else DEFAULT if default else OPTIONAL
        by = "lookup" if need == REQUIRED else "fallback" if match["default"] is not None else "bare"
        yield Reading(match["name"], file.line_of(match.start()), "System.get_env", need, default, by)


def collect(file: SourceFile) -> Finds:
    """Readings of a C#, F#, Elixir, Swift or Dart file."""
    found = [*_prefixed(file), *call_readings(file, _DIALECTS[file.suffix])]
    if _DIALECTS[file.suffix] is _CSHARP:
        found += _dotnet(file)
    if _DIALECTS[file.suffix] is _ELIXIR and "|>" in file.text:
        found += _piped(file)
    yield from facts_of(file, found)


_GETENV = expression(
    r"(?:\b(?:secure_)?getenv(?:Owned)?\s{0,2}\(?\s{0,2}|\b(?:lookupEnv|getEnv|getEnvVarOwned\([\w.]{1,30},"
    r"|getEnvironmentVariable|GetEnvironmentVariableA?|qgetenv|qEnvironmentVariable|absl::GetEnv"
    r"|os:getenv)\s{0,2}\(?\s{0,2})"
    r"L?\"(?P<name>[A-Za-z_]\w{1,79})\"(?:\s{0,2},\s{0,2}\"(?P<default>[^\"\n]{1,120})\")?"
    r"|\$ENV\{\s{0,2}['\"]?(?P<perl>[A-Za-z_]\w{1,79})['\"]?\s{0,2}\}(?!\s{0,3}=[^=~])|\$\{?env:"
    r"(?P<shell>[A-Za-z_]\w{1,79})(?!\w)(?!\s{0,3}=[^=])"
    r"|\bENV\[\s{0,2}\"(?P<julia>[A-Z_]\w{1,79})\"\s{0,2}\](?!\s{0,3}=[^=])"
)


def collect_getenv(file: SourceFile) -> Finds:
    """Readings of a language that names its variables in a call of the C library's kind."""
    yield from facts_of(file, _getenv(file))


def _getenv(file: SourceFile) -> Iterator[Reading]:
    for match in _GETENV.finditer(file.text):
        if commented(file.text, match.start()) or (match["shell"] or "").upper() in ("PATH", "TEMP", "TMP"):
            continue
        name = match["name"] or match["perl"] or match["shell"] or match["julia"]
        default = match["default"] or ""
        need = REQUIRED if match["julia"] and file.suffix in (".jl", ".cr") else DEFAULT if default else OPTIONAL
        yield Reading(
            name,
            file.line_of(match.start()),
            "getenv",
            need,
            default,
            "lookup" if need == REQUIRED else "fallback" if default else "bare",
        )


COLLECTORS = (
    Collector(
        "env.others",
        collect,
        suffixes=frozenset(_DIALECTS),
        needs=("nvironment", "env", "onfig", ":system"),
    ),
    Collector(
        "env.getenv",
        collect_getenv,
        suffixes=frozenset(
            f".{suffix}"
            for suffix in "c cc cpp cxx h hh hpp m mm lua r pl pm hs ml erl zig nim v d jl cr ps1 psm1 tcl".split()
        ),
        needs=("env", "Env", "ENV"),
    ),
)
