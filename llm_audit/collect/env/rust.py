"""Rust: the standard library, compile-time macros, clap arguments and the prefixes of configuration crates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env import rust_settings
from llm_audit.collect.env.calls import Dialect, call_readings
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, REQUIRED, Reading, commented, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_DIALECT = Dialect(
    via="env::var",
    own=expression(r"(?:(?:^|::)env::var|(?:^|::)dotenvy?::var|^var)$"),
    own_required=expression(r"(?!)"),
    dynamic=expression(r"\benv::var(?:_os)?\(\s{0,4}&?(?:Self::|self::)?(?P<var>\w{1,60})\s{0,4}\)"),
    defines=expression(r"\bfn\s{1,3}(?P<name>\w{1,60})(?:<[^<>()]{0,80}>)?\((?P<params>[^()]{0,240})\)"),
    fallback=expression(
        r"\)?(?:\s{0,30}\.(?:ok|as_deref|to_owned|map|map_err|and_then|context|with_context|wrap_err)\([^()\n]{0,80}"
        r"(?:\([^()\n]{0,60}\)[^()\n]{0,40}){0,2}\)){0,3}"
        r"\s{0,30}(?:(?P<fails>\.expect\(|\.unwrap\(\)|(?<!\.ok\(\))\?)|(?P<checks>\.is_(?:ok|err|some|none)|\.ok\(\)|\.is_ok_and|\?)"
        r"|\.unwrap_or(?:_else)?\(\s{0,9}(?:\|_?\w{0,10}\|)?\s{0,30}(?:\{\s{0,30})?(?:String::from\(|Ok\()?)"
    ),
    throws=expression(r"\bpanic!|\.expect\(|\.unwrap\(\)|\bbail!|process::exit"),
    optional=expression(r"\s{0,20}->\s{0,20}Option<"),
    helpers=expression(r"^(?:maybe|opt|optional|try)_\w{0,20}env\w{0,20}$"),
    setters=expression(r"\.\s{0,2}env$"),  # of `Command`; arguments of clap are read by `_arguments`
)
_HELPED = replace(
    _DIALECT,
    own=expression(r"(?:^|::)(?:env|dotenvy?)::var$"),
    helpers=expression(
        r"^(?:maybe|opt|optional|try)_\w{0,20}env\w{0,20}$|^(?:(?:required|optional|get|read|parse)_)?vars?(?:_parsed|_opt|_or\w{0,20})?$"
    ),
)
"""Where `var` is not the standard library's, it is a helper of the project."""
_STANDARD = expression(r"\buse (?:std::)?(?:env|dotenvy?)::(?:var\b|\{[^{}]{0,120}\bvar\b)")
_OS_DIALECT = replace(
    _DIALECT,
    own=expression(r"(?:(?:^|::)env::var_os|^var_os)$"),
    dynamic=expression(r"(?!)"),
    fallback=expression(
        r"\)?(?:\s{0,30}\.map\([^()\n]{0,80}\))?\s{0,30}"
        r"(?:(?P<fails>\.expect\(|\.unwrap\(\))|(?P<checks>\?|\.is_(?:some|none)))"
    ),
)
"""`var_os` gives an `Option`: its `?` leaves a function that may do without the variable."""
_MACRO = expression(r"\b(?P<macro>option_env|env)!\(\s{0,9}\"(?P<name>[A-Za-z_]\w{1,79})\"")
_ARGUMENT = expression(
    r"#\[\s{0,4}(?:arg|clap|structopt|argh|envconfig)\((?P<body>[^\]]{0,900})\)\s{0,4}\](?P<next>"
    r"(?:\s{0,40}#\[[^\]]{0,300}\]|\s{0,40}///[^\n]{0,200}){0,4}\s{0,40}"
    r"(?:pub(?:\(\w+\))?\s)?(?P<field>\w{1,60})\s{0,3}:\s{0,3}(?P<type>[\w<>:]{1,60}))?"
)
_VARIANT = expression(r"^\s{4,12}(?P<name>[A-Z]\w{0,60})\((?P<type>[A-Z]\w{1,60})\),", re.MULTILINE)
_STRUCT = expression(r"\bstruct\s{1,3}(?P<name>[A-Z]\w{1,60})\s{0,3}\{(?P<body>[^}]{0,6000})\}")
_MAIN = re.compile(r"(?i)run|serve|start|server|daemon|web|api|listen")
"""Names of the subcommands that are the program itself."""
_ARG_ENV = expression(r"\.env\(\s{0,4}\"(?P<name>[A-Z][A-Z0-9_]{1,79})\"\s{0,4}\)")
_FIELD = expression(
    r"^\s{0,30}(?P<name>[a-z][a-z0-9_]{1,60})\s{0,40}:\s{0,40}(?:String|Pass|bool|[iu]\d{1,3}|[iu]size|f\d\d"
    r"|Option<\w{1,20}>|PathBuf)\s{0,20},(?P<rest>[^;\n]{0,200});",
    re.MULTILINE,
)


def _macros(file: SourceFile) -> Iterator[Reading]:
    text = file.text
    for match in _MACRO.finditer(text):
        if not commented(text, match.start()) and not match["name"].startswith("CARGO_"):
            need = (REQUIRED, "lookup") if match["macro"] == "env" else (OPTIONAL, "check")
            yield Reading(match["name"], file.line_of(match.start()), f"{match['macro']}!", need[0], "", need[1])
    for match in _ARG_ENV.finditer(text):
        if ".env_clear" not in text and "Arg::new" in text:
            yield Reading(match["name"], file.line_of(match.start()), "clap", OPTIONAL, "", "fallback")


_PREFIX = expression(
    r"\b(?:envy::prefixed|Env::prefixed|Environment::with_prefix)\(\s{0,4}\"(?P<name>[A-Za-z]\w{1,40})\""
)


def _prefixed(file: SourceFile) -> Iterator[Reading]:
    """What settings structs read behind a prefix; where the file holds none, the names' common beginning."""
    form = rust_settings.form_of(file.text)
    found = list(rust_settings.readings(file, form)) if form else []
    if found:
        yield from found
        return
    for match in _PREFIX.finditer(file.text):
        glue = "" if match["name"].endswith("_") else "_"
        yield Reading(f"{match['name'].upper()}{glue}*", file.line_of(match.start()), "prefix")


def _asides(text: str) -> list[tuple[int, int]]:
    """Where the arguments of subcommands stand: what one cannot do without, the program itself can."""
    if "ubcommand" not in text:
        return []
    types = {match["type"] for match in _VARIANT.finditer(text) if not _MAIN.match(match["name"])}
    return [match.span("body") for match in _STRUCT.finditer(text) if match["name"] in types]


def _arguments(file: SourceFile) -> Iterator[Reading]:
    """clap's `#[arg(env = "X")]`, and bare `env`, which takes the field's name."""
    asides = _asides(file.text)
    for match in _ARGUMENT.finditer(file.text):
        body = match["body"]
        named = re.search(r"\b(?:env|from)\s{0,3}(?:=|\()\s{0,3}\"(?P<name>[A-Za-z_]\w{1,79})\"", body)
        name = named["name"] if named else (match["field"] or "").upper()
        if not name or (not named and not re.search(r"(?:^|,)\s{0,30}env\s{0,30}(?:,|$)", body)):
            continue
        default = re.search(
            r"\bdefault(?:_value)?(?:_t)?\s{0,3}(?:=|\()\s{0,3}(?:\"(?P<text>[^\"\n]{0,160})\"|(?P<word>[\w.:]{1,60}))",
            body,
        )
        soft = (match["type"] or "").startswith(("Option", "Vec", "bool"))
        aside = any(start < match.start() < end for start, end in asides)
        need = DEFAULT if default else OPTIONAL if soft or aside or not match["field"] else REQUIRED
        yield Reading(
            name,
            file.line_of(match.start()),
            "clap",
            need,
            (default["text"] or default["word"] or "") if default else "",
            "schema",
        )


def _fields(file: SourceFile) -> Iterator[Reading]:
    """Lower-case fields of a macro that makes variables of their names."""
    text = file.text
    if "stringify!" not in text or not ("to_uppercase" in text or ":upper>" in text) or "env" not in text:
        return
    for match in _FIELD.finditer(text):
        literal = re.search(r"\"(?P<text>[^\"\n]{1,100})\"|,\s{0,3}(?P<word>true|false|-?\d[\w.]*)\s*$", match["rest"])
        value = (literal["text"] or literal["word"]) if literal else ""
        value, given = ("" if "{" in value else value), bool(value)
        yield Reading(
            match["name"].upper(),
            file.line_of(match.start("name")),
            "macro field",
            DEFAULT if given else OPTIONAL,
            value,
            "schema",
        )


def collect(file: SourceFile) -> Finds:
    """Readings of a Rust file."""
    found = [
        *_macros(file),
        *_arguments(file),
        *_fields(file),
        *_prefixed(file),
        *call_readings(file, _DIALECT if _STANDARD.search(file.text) else _HELPED),
        *call_readings(file, _OS_DIALECT),
    ]
    given = _OF_CARGO if file.name == "build.rs" else frozenset[str]()
    kept = (one for one in found if one.name not in given and not one.name.startswith("CARGO_PKG_"))
    yield from facts_of(file, kept)


_OF_CARGO = frozenset("TARGET HOST NUM_JOBS OPT_LEVEL DEBUG PROFILE OUT_DIR RUSTC RUSTDOC RUSTC_LINKER".split())
"""What Cargo sets for build scripts ("Environment Variables", The Cargo Book)."""


COLLECTORS = (Collector("env.rust", collect, suffixes=frozenset({".rs"}), needs=("env", "Env", "ENV", "var(")),)
