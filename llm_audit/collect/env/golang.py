"""Go: the standard library, struct tags, and the configuration libraries that bind variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env import go_structs
from llm_audit.collect.env.calls import Dialect, call_readings
from llm_audit.collect.env.go_structs import GIVES_UP
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, REQUIRED, Reading, commented, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end
from llm_audit.model import SourceFile

_DIALECT = Dialect(
    via="os.Getenv",
    own=expression(r"\b(?:os|syscall)\.(?:Getenv|LookupEnv)$"),
    own_required=expression(r"(?!)"),
    dynamic=expression(r"(?:os|syscall)\.(?:Getenv|LookupEnv)\(\s{0,4}(?P<var>\w{1,60})\s{0,4}\)"),
    defines=expression(r"\bfunc\s+(?:\([^()\n]{1,80}\)\s*)?(?P<name>\w{1,60})\((?P<params>[^()\n]{0,200})\)"),
    fallback=expression(r"(?P<checks>\s{0,4}(?:[!=]=))"),
    throws=GIVES_UP,
)
_LISTS = expression(
    r"(?:\bEnvVars:\s{0,4}\[\]string\{|\b(?:cli|kingpin)\.EnvVars\(|\bEnvVar:\s{0,4}|\.(?:Envar"
    r"|OverrideDefaultFromEnvar|EnvVar|Env)\("
    r"|\bBindEnv\(\s{0,4}\"[^\"\n]{1,80}\"\s{0,4},)(?P<names>\s{0,20}\"[A-Za-z_]\w{1,80}\""
    r"(?:,\s{0,20}\"[A-Za-z_]\w{1,80}\"){0,12})"
)
_PREFIX = expression(
    r"\bSetEnvPrefix\(\s{0,4}\"(?P<viper>[A-Za-z]\w{1,40})\"|\benv\.Provider\(\s{0,4}(?:\w+,\s{0,4})?\""
    r"(?P<koanf>[A-Za-z]\w{1,40})\""
    r"|\benvconfig\.(?:Must)?Process\(\s{0,4}\"(?P<kelsey>[A-Za-z]\w{0,40})\"|\bWithEnvPrefix\(\""
    r"(?P<ff>[A-Za-z]\w{1,40})\""
    r"|\bEnvVarPrefix\(\"(?P<ffold>[A-Za-z]\w{1,40})\"|(?<![a-z])Prefix:\s{0,4}\"(?P<caarlos>[A-Z][A-Z0-9]{1,40}_)\""
)
_BOUND = expression(r"\bBindEnv\(\s{0,4}\"(?P<key>[A-Za-z][\w.\-]{1,80})\"\s{0,4}\)")
_CHECK = expression(
    r"\b(?P<var>\w{1,60})(?:,\s{0,2}(?P<ok>\w{1,20}))?\s{0,3}:?=\s{0,3}(?:strings\.TrimSpace\()?os\.(?:Getenv"
    r"|LookupEnv)\(\s{0,4}"
    r"\"(?P<name>\w{2,80})\"\s{0,4}\)\)?"
)

_KEY = expression(
    r"\b(?!(?:Header|Form|Query|Params|Cookies)\b)\w{1,30}\.(?:SetDefault|BindPFlag|Get(?:String|Int|Int64|Bool|Duration|Float64|StringSlice)?)"
    r"\(\s{0,4}\"(?P<key>[A-Za-z][\w.\-]{1,60})\"\s{0,2}"
    r"(?:,\s{0,2}(?:\"(?P<text>[^\"\n]{0,120})\"|(?P<word>true|false|\d{1,9})\s{0,2}\)))?"
)


def _keys(file: SourceFile, prefix: str) -> Iterator[Reading]:
    """The keys of viper that the environment can set.

    In a file that has every key looked up there, these are all of its keys; elsewhere those that are spelt like
    variables. A key with a dot or a hyphen needs a replacer, for no shell can set its name.
    """
    automatic = "AutomaticEnv()" in file.text
    plain = "SetEnvKeyReplacer" not in file.text
    for match in _KEY.finditer(file.text):
        key = match["key"]
        like_variable = key.isupper() and "_" in key
        if (
            commented(file.text, match.start())
            or not (automatic or like_variable)
            or (plain and re.search(r"[.-]", key))
        ):
            continue
        name = (prefix if automatic else "") + re.sub(r"[.\-]", "_", key).upper()
        default = match["text"] or match["word"] or ""
        yield Reading(name, file.line_of(match.start()), "viper", DEFAULT if default else OPTIONAL, default, "fallback")


_KEY_CONSTANT = expression(
    r"^[ \t]{1,8}(?P<id>[A-Za-z]\w{1,80})\s{1,80}(?:\w{1,30}\s{1,4})?=\s{1,4}[`\"](?P<key>[a-z]\w{1,40}(?:\.\w{1,60}){1,5})[`\"]",
    re.MULTILINE,
)
_SET_DEFAULT = expression(
    r"\b(?P<id>[A-Za-z]\w{1,80})\.[sS]etDefault\(\s{0,4}(?:\"(?P<text>[^\"\n]{0,120})\"|(?P<word>true|false|\d{1,9})\s{0,2}\))"
)


def _key_constants(file: SourceFile, prefix: str) -> Iterator[Reading]:
    """The constants that hold viper's keys, with dots, in the file that has every key looked up in the environment."""
    if "AutomaticEnv()" not in file.text or "SetEnvKeyReplacer" not in file.text:
        return
    defaults = {one["id"]: one["text"] or one["word"] or "" for one in _SET_DEFAULT.finditer(file.text)}
    for match in _KEY_CONSTANT.finditer(file.text):
        default = defaults.get(match["id"], "")
        name = prefix + match["key"].replace(".", "_").upper()
        yield Reading(
            name, file.line_of(match.start("id")), "viper", DEFAULT if default else OPTIONAL, default, "fallback"
        )


def _checked(file: SourceFile) -> Iterator[Reading]:
    """Readings whose emptiness is dealt with in the next lines: `if x == "" { log.Fatal` or `{ x = "default"`."""
    text = file.text
    for match in _CHECK.finditer(text):
        window = text[match.end() : match.end() + 300]
        test = re.match(
            rf"[^\n]{{0,40}}\n?\s{{0,20}}(?:if )?[^\n{{]{{0,60}}(?:\b{match['var']}\s?==\s?\"\""
            rf"|!{match['ok'] or match['var']}\b|len\({match['var']}\) == 0)"
            rf"[^\n{{]{{0,60}}\{{(?P<body>[^{{}}]{{0,200}})",
            window,
        )
        if not test or commented(text, match.start()):
            continue
        default = re.search(rf"\b{match['var']}\s?=\s?\"(?P<text>[^\"\n]{{1,120}})\"", test["body"])
        line = file.line_of(match.start())
        if GIVES_UP.search(test["body"]):
            yield Reading(match["name"], line, "os.Getenv", REQUIRED, "", "throw")
        elif default:
            yield Reading(match["name"], line, "os.Getenv", DEFAULT, default["text"], "fallback")
        else:
            yield Reading(match["name"], line, "os.Getenv", OPTIONAL, "", "check")


_DIRECT = expression(
    r"\bos\.Getenv\(\s{0,4}\"(?P<name>\w{2,80})\"\s{0,4}\)\s?==\s?\"\"[^\n{]{0,80}\{(?P<body>[^{}]{0,200})"
)


def _guards(file: SourceFile) -> Iterator[Reading]:
    for match in _DIRECT.finditer(file.text):
        among_others = file.text[max(0, match.start() - 4) : match.start()].rstrip().endswith("&&")
        if GIVES_UP.search(match["body"]) and not among_others and not commented(file.text, match.start()):
            yield Reading(match["name"], file.line_of(match.start()), "os.Getenv", REQUIRED, "", "throw")


def _bindings(file: SourceFile) -> Iterator[Reading]:
    text = file.text
    prefix = ""
    for match in _PREFIX.finditer(text):
        word = match[match.lastgroup or 0]
        glue = "" if word.endswith("_") else "_"
        if match.lastgroup == "viper":
            prefix = word.upper() + glue
            if "AutomaticEnv" not in text or any(next(_by(file, prefix), None) for _by in (_keys, _key_constants)):
                continue
        if match.lastgroup == "kelsey" and go_structs.is_filled(file):
            continue
        if match.lastgroup == "caarlos" and _tag_prefix(text):
            continue
        name = word if match.lastgroup == "koanf" else word.upper()
        yield Reading(f"{name}{glue}*", file.line_of(match.start()), match.lastgroup or "")
    if "viper" in text:
        yield from _keys(file, prefix)
        yield from _key_constants(file, prefix)
    for match in _LISTS.finditer(text):
        names = [name for name in re.findall(r"\"(\w+)\"", match["names"]) if name.isupper()]
        if names and not commented(text, match.start()):
            need, default = _of_flag(text, match.start())
            line = file.line_of(match.start())
            if need == REQUIRED and len(names) == 1:
                yield Reading(names[0], line, "flag", REQUIRED, "", "schema")
                continue
            need = OPTIONAL if need == REQUIRED else need  # one of several names will do
            yield from (Reading(name, line, "flag", need, default, "fallback") for name in names)
    for match in _BOUND.finditer(text):
        name = prefix + re.sub(r"[.\-]", "_", match["key"]).upper()
        yield Reading(name, file.line_of(match.start()), "viper", OPTIONAL, "", "fallback")


_COMMANDS = (".Command(", "Commands:")
"""What a file holds whose flags need not be the whole program's."""
_PROGRAMS = ("cli.App{", "cli.NewApp(", "kingpin.Flag(", "kingpin.New(")
"""What a file holds that says what the program is."""
_FLAG_SAYS = expression(
    r"\bRequired(?P<required>:\s{0,12}true|\(\))|\b(?:Value:\s{0,12}|Default\()\"(?P<text>[^\"\n]{1,120})\""
)


def _of_flag(text: str, at: int) -> tuple[str, str]:
    """Whether the flag that a variable may give must be given, and its default: what its literal or its chain says."""
    opened = text.rfind("Flag{", max(0, at - 800), at)
    end = block_end(text, opened + 4, 2000) if opened >= 0 else at
    start = opened
    if end <= at:  # a chain of calls, which ends with its line
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    said = list(_FLAG_SAYS.finditer(text, start, end if end >= 0 else len(text)))
    default = next((one["text"] for one in said if one["text"]), "")
    if any(one["required"] for one in said):
        whole = not any(literal in text for literal in _COMMANDS)
        return (REQUIRED if whole and any(literal in text for literal in _PROGRAMS) else OPTIONAL), ""
    return (DEFAULT, default) if default else (OPTIONAL, "")


def _tag_prefix(text: str) -> str:
    """The prefix that the options of a file put before the names of its own tags, when it has tags and one such prefix."""
    found = {match["caarlos"] for match in _PREFIX.finditer(text) if match["caarlos"]}
    return found.pop() if len(found) == 1 and 'env:"' in text else ""


_NAMED = expression(
    r"^\s{0,12}(?:const\s{1,4})?(?P<id>[Ee]nv(?:Var)?[A-Z]\w{1,60}|[a-zA-Z]\w{1,60}Env(?:Var)?(?:Name|Key)?)\s{1,60}(?:string\s{1,4})?="
    r"\s{0,4}\"(?P<name>[A-Z][A-Z0-9]*_[A-Z0-9_]{1,79})\"",
    re.MULTILINE,
)


def _named(file: SourceFile) -> Iterator[Reading]:
    """Constants that hold a variable's name and say so by their own: `EnvLogLevel = "APP_LOGLEVEL"`."""
    for match in _NAMED.finditer(file.text):
        words = re.sub(r"(?i)^env(var)?(?=[A-Z])|Env(Var)?(Name|Key)?$", "", match["id"]).lower()
        if words and words in match["name"].replace("_", "").lower():
            yield Reading(match["name"], file.line_of(match.start("name")), "constant")


_TABLE = expression(
    r"^\s{1,12}\"(?P<name>[A-Z][A-Z0-9]*_[A-Z0-9_]{1,79}|[A-Z]{3,30})\":\s{1,40}(?:\{|&?\w{1,40}\{|new\w{0,30}\()",
    re.MULTILINE,
)


def _table(file: SourceFile) -> Iterator[Reading]:
    """Option tables keyed by variable, of a configuration package that walks the whole environment."""
    if not re.search(r"(?:^|/)\w{0,20}(?:config|conf|settings|env|options)\w{0,20}(?:/|\.go$)", file.path):
        return
    found = list(_TABLE.finditer(file.text))
    for match in found if len(found) >= 5 else ():
        default = re.search(
            r"\b(?:raw|default|Default)\w{0,12}:\s{0,12}\"(?P<text>[^\"\n]{1,120})\"",
            file.text[match.end() : match.end() + 300].split("},")[0],
        )
        need = DEFAULT if default else OPTIONAL
        yield Reading(
            match["name"],
            file.line_of(match.start("name")),
            "option table",
            need,
            default["text"] if default else "",
            "schema",
        )


def collect(file: SourceFile) -> Finds:
    """Readings of a Go file; of one that never says `env`, only an option table can be any."""
    if not any(word in file.text for word in ("env", "Env", "ENV")):
        yield from facts_of(file, _table(file))
        return
    yield from facts_of(
        file,
        [
            *_table(file),
            *_checked(file),
            *_guards(file),
            *_named(file),
            *go_structs.readings(file, _tag_prefix(file.text)),
            *_bindings(file),
            *call_readings(file, _DIALECT),
        ],
    )


COLLECTORS = (Collector("env.go", collect, suffixes=frozenset({".go"}), needs=("env", "Env", "ENV", "map[string]")),)
