"""Shell scripts, Makefiles and batch files: expansions of variables that the file itself has not set."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, REQUIRED, Reading, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

BUILT_IN = frozenset(
    """
    PATH HOME PWD OLDPWD IFS SHELL SHLVL USER LOGNAME UID EUID GID PPID RANDOM SECONDS LINENO FUNCNAME HOSTNAME HOSTTYPE
    OSTYPE MACHTYPE OPTARG OPTIND OPTERR REPLY PIPESTATUS DIRSTACK GROUPS TERM LANG LC_ALL LC_CTYPE COLUMNS LINES PS1
    PS2 PS4 TMPDIR EPOCHSECONDS SHELLOPTS EDITOR PAGER COMPREPLY PROMPT RPROMPT PROMPT_COMMAND SUDO_USER XDG_RUNTIME_DIR
    BASH COPROC TEMP TMP BUFFER CURSOR WORDS NR NF FS OFS RS ORS FILENAME FNR NC RED GREEN YELLOW BLUE
    """.split()
)
_TOKEN = expression(
    r"(?P<comment>^[ \t]{0,60}#[^\n]*)"
    r"|(?:^|[;&|({`\s])(?:export\s{1,3}|local\s{1,3}(?:-\w\s{1,3})?|readonly\s{1,3}|declare\s{1,3}"
    r"(?:-\w{1,3}\s{1,3})?|typeset\s{1,3}(?:-\w\s{1,3})?)?(?P<set>[A-Z_][A-Z0-9_]{1,79})(?:\[[^\]\n]{0,40}\])?\+?="
    r"(?P<literal>[\"'][^\"'$`\n]{1,160}[\"'](?=\s)|[^\s\"'$`;&|()]{1,160}(?=\s))?"
    r"|\bfor\s{1,3}(?P<loop>[A-Za-z_]\w{0,60})\s{1,3}in\s{1,3}(?P<items>[^\n;]{0,400})"
    r"|\bread\s{1,3}(?:-\w{1,4}\s{1,3}(?:[\"'][^\"'\n]{0,80}[\"']\s{1,3})?){0,4}(?P<read>[A-Z_][A-Z0-9_]{1,60})"
    r"|\bfile_env\s{1,3}[\"']?(?P<twin>[A-Z_][A-Z0-9_]{1,79})[\"']?(?:\s{1,3}[\"']"
    r"(?P<twin_default>[^\"'\n$]{0,100})[\"'])?"
    r"|(?<!\\)\$(?:\{(?P<name>[A-Z_][A-Z0-9_]{1,79})(?P<operator>:?[-?+=])?(?P<word>[^{}\n]{0,160})|"
    r"(?P<bare>[A-Z_][A-Z0-9_]{1,79}))",
    re.MULTILINE,
)
_EMPTY = expression(r"-z\s{1,3}[\"']?\$\{?(?P<name>[A-Z_][A-Z0-9_]{1,79})(?::?[-+x][^}\n]{0,20})?\}?[\"']?")
_STOPS = expression(
    r"\bexit\s{1,3}[1-9\"$]|\bexit\b\s*(?:;|\n|\})|\breturn\s{1,3}1|\bdie\b|\bfail\b|\babort\b|\berror_exit\b|\bfatal\b"
)
_ARRAY = expression(r"\b\w{1,60}=\((?P<items>[^()$]{2,3000})\)")
_NAME = expression(r"\b[A-Z][A-Z0-9_]{2,79}\b")


def collect_shell(file: SourceFile) -> Finds:
    """Readings of a shell script."""
    if file.name in ("gradlew", "mvnw"):
        return
    if file.suffix in _SUFFIXES or file.text.startswith("#!") or file.name in _NAMES:
        if file.text.startswith("#!") and not re.match(r"#![^\n]{0,60}(?:sh|bats)\b", file.text):
            return
        yield from facts_of(file, shell_readings(file))


_OF_RELEASE = (
    "ID ID_LIKE NAME VERSION VERSION_ID VERSION_CODENAME PRETTY_NAME UBUNTU_CODENAME BUILD_ID VARIANT_ID".split()
)
"""What a script that takes over `/etc/os-release` has been told by it."""


def shell_readings(file: SourceFile) -> Iterator[Reading]:
    """Expansions of names that the script has not assigned before, with what the script does about empty ones."""
    text = file.text
    required = _required(text)
    assigned: dict[str, int] = dict.fromkeys(_OF_RELEASE, 0) if "/etc/os-release" in text else {}
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if match["set"]:
            name = match["set"]
            end = text.find("\n", match.end())
            assigned.setdefault(name, end if end >= 0 else len(text))
        elif match["loop"]:
            assigned.setdefault(match["loop"], 0)
        elif match["read"]:
            assigned.setdefault(match["read"], 0)
        elif match["twin"]:
            need = (DEFAULT, match["twin_default"]) if match["twin_default"] else (OPTIONAL, "")
            yield Reading(match["twin"], file.line_of(match.start()), "shell", need[0], need[1], "fallback")
            yield Reading(f"{match['twin']}_FILE", file.line_of(match.start()), "shell", OPTIONAL, "", "fallback")
        elif kind and (match["name"] or match["bare"]):
            name = match["name"] or match["bare"]
            if not ignored(name) and assigned.get(name, len(text)) >= match.start():
                yield _expanded(file, match, name, required)
    yield from _indirect(file)


def ignored(name: str) -> bool:
    """Whether a shell sets the variable by itself."""
    return name in BUILT_IN or name.startswith(("BASH_", "ZSH_", "COMP_")) or name.strip("_") == ""


def _expanded(file: SourceFile, match: re.Match[str], name: str, required: dict[str, str]) -> Reading:
    line, operator = (
        file.line_of(match.start("name") if match["name"] else match.start("bare")),
        (match["operator"] or "")[-1:],
    )
    word = (match["word"] or "").strip("\"'")
    if operator == "?":
        return Reading(name, line, "shell", REQUIRED, "", "throw")
    if operator in ("-", "=") and word and "$" not in word:
        return Reading(name, line, "shell", DEFAULT, word, "fallback")
    if name in required:
        return Reading(name, line, "shell", REQUIRED, "", "throw", required[name])
    return Reading(name, line, "shell", OPTIONAL, "", "fallback" if operator else "bare")


def _required(text: str) -> dict[str, str]:
    """Names whose emptiness ends the script, each with the condition that the check stands under, or empty."""
    found: dict[str, str] = {}
    for match in _EMPTY.finditer(text):
        stop = text.find("\nfi", match.end(), match.end() + 400)
        window = text[match.end() : stop if stop >= 0 else match.end() + 250]
        window = re.split(r"\n\s{0,20}(?:else|elif|fi)\b", window)[0]
        if _STOPS.search(window):
            condition = _branch_of(text, match.start())
            if not condition or match["name"] not in found:
                found[match["name"]] = condition
    return found


_COMPARES = expression(
    r"^(?P<indent>[ \t]{0,20})(?:el)?if\s{1,3}\[{1,2}\s{1,3}[\"']?(?P<name>\$\{?\w{1,60}\}?)[\"']?\s{1,4}==?\s{1,4}[\"']?(?P<value>[\w.\-]{1,40})[\"']?\s{1,3}\]",
    re.MULTILINE,
)
_BRANCH = 600
"""How far before a check the branch begins at most that it stands in."""


def _branch_of(text: str, at: int) -> str:
    """The comparison of the innermost branch around a check, as the script writes it; empty where it stands in none."""
    row = text.rfind("\n", 0, at) + 1
    deep = len(text[row:at]) - len(text[row:at].lstrip())
    around = [one for one in _COMPARES.finditer(text, max(0, row - _BRANCH), row) if len(one["indent"]) < deep]
    if not around:
        return ""
    last = around[-1]
    closed = re.search(rf"^[ \t]{{0,{len(last['indent'])}}}(?:fi|else|elif)\b", text[last.end() : row], re.MULTILINE)
    return "" if closed else f"{last['name'].strip('${}')} = {last['value']}"


def _indirect(file: SourceFile) -> Iterator[Reading]:
    """Names of a list that a loop looks up by `${!name}`."""
    text = file.text
    if "${!" not in text:
        return
    need = REQUIRED if _STOPS.search(text) else OPTIONAL
    for pattern in (
        _ARRAY,
        expression(r"\bfor\s{1,3}\w{1,60}\s{1,3}in\s{1,3}(?P<items>[A-Z][A-Z0-9_ \\\n\t]{2,2000})(?:;|\n\s{0,20}do\b)"),
    ):
        for match in pattern.finditer(text):
            for name in _NAME.finditer(match["items"]):
                yield Reading(name[0], file.line_of(match.start("items") + name.start()), "shell", need, "", "check")


_MAKE_SET = expression(
    r"^(?:export\s{1,3}|override\s{1,3}|define\s{1,3}){0,2}(?P<name>[A-Za-z_][\w.\-]{0,79})\s{0,20}"
    r"(?P<operator>::?:?=|\+=|\?=|!=|=)[ \t]{0,9}(?P<value>[^\n]{0,200})",
    re.MULTILINE,
)
_MAKE_USE = expression(
    r"(?<!\$)\$[({](?P<name>[A-Z][A-Z0-9_]{1,79})[)}]|\$\$\{?(?P<shell>[A-Z_][A-Z0-9_]{1,79})\b(?P<operator>:?[-?])?"
    r"(?P<word>[^{}\n]{0,100}(?=\}))?|\bifn?(?:def|eq)\s{1,3}\(?\$?\(?(?P<test>[A-Z][A-Z0-9_]{1,79})\b"
)
_MAKE_BUILT_IN = frozenset(
    """
    MAKE MAKEFLAGS MAKEFILE_LIST MAKECMDGOALS CURDIR SHELL CC CXX CPP LD AR AS RM CFLAGS CXXFLAGS CPPFLAGS LDFLAGS
    LDLIBS MAKEFILES VPATH MAKEOVERRIDES OS DESTDIR PREFIX EXEEXT MFLAGS INSTALL ARFLAGS GNUMAKEFLAGS
    """.split()
)


def collect_make(file: SourceFile) -> Finds:
    """Readings of a Makefile: `X ?= default`, and what it uses without setting it."""
    yield from facts_of(file, _make_readings(file))


def _make_readings(file: SourceFile) -> Iterator[Reading]:
    text = file.text
    own: set[str] = set()
    for match in _MAKE_SET.finditer(text):
        name, value = match["name"], match["value"].split(" #")[0].strip()
        if match["operator"] != "?=" and not re.search(rf"\$[({{](?:or |if )?\$?[({{]?{re.escape(name)}\b", value):
            own.add(name)
        elif match["operator"] == "?=" and name.isupper() and not ignored(name):
            own.add(name)
            literal = value if "$" not in value else ""
            need = DEFAULT if literal else OPTIONAL
            yield Reading(name, file.line_of(match.start()), "make", need, literal, "fallback")
    shell_set = set(re.findall(r"(?:^|[\s;&(@])([A-Z_][A-Z0-9_]{1,79})=", text))
    for match in _MAKE_USE.finditer(text):
        name = match["name"] or match["shell"] or match["test"]
        if name in own or ignored(name) or name in _MAKE_BUILT_IN or (match["shell"] and name in shell_set):
            continue
        operator = (match["operator"] or "")[-1:]
        need = REQUIRED if operator == "?" else DEFAULT if operator == "-" and match["word"] else OPTIONAL
        by = "throw" if need == REQUIRED else "check" if match["test"] else "fallback" if operator else "bare"
        yield Reading(name, file.line_of(match.start()), "make", need, match["word"] if need == DEFAULT else "", by)


_BATCH_SET = expression(
    r"^[^\n%]{0,60}\bset\s{1,3}(?:/\w\s{1,3})?\"?(?P<name>[A-Za-z_]\w{1,60})=", re.MULTILINE | re.IGNORECASE
)
_BATCH_USE = expression(
    r"(?P<test>\bif\s[^\n%]{0,20}[\"'])?%(?P<name>[A-Z_][A-Z0-9_]{1,60})%(?P<empty>[\"']\s{0,2}==\s{0,2}[\"']{2})?"
)
_BATCH_BUILT_IN = frozenset(
    """
    CD ERRORLEVEL USERPROFILE APPDATA LOCALAPPDATA PROGRAMFILES SYSTEMROOT COMSPEC DATE TIME WINDIR USERNAME
    COMPUTERNAME
    """.split()
)


def collect_batch(file: SourceFile) -> Finds:
    """Readings of a Windows batch file."""
    if file.name not in ("gradlew.bat", "mvnw.cmd"):
        yield from facts_of(file, _batch_readings(file))


def _batch_readings(file: SourceFile) -> Iterator[Reading]:
    first: dict[str, int] = {}
    for match in _BATCH_SET.finditer(file.text):
        first.setdefault(match["name"].upper(), match.start())
    for match in _BATCH_USE.finditer(file.text):
        name = match["name"]
        if name in _BATCH_BUILT_IN or ignored(name) or first.get(name, len(file.text)) < match.start():
            continue
        yield Reading(name, file.line_of(match.start()), "batch", OPTIONAL, "", "check" if match["empty"] else "bare")


_SUFFIXES = frozenset({".sh", ".bash", ".zsh", ".ksh", ".bats"})
_NAMES = frozenset({"entrypoint", "docker-entrypoint", "run", "start", ".envrc"})

COLLECTORS = (
    Collector(
        "env.shell",
        collect_shell,
        names=_NAMES,
        suffixes=_SUFFIXES,
        paths=expression(r"(?:^|/)(?:bin|scripts?|docker|hooks|s6-overlay|etc/\w+)/(?:[^/.]+/){0,3}[^/.]+\Z"),
        marks=("bin/", "script", "docker/", "hooks/", "s6-overlay/", "etc/"),
        needs=("$",),
    ),
    Collector(
        "env.make",
        collect_make,
        names=frozenset({"Makefile", "makefile", "GNUmakefile"}),
        suffixes=frozenset({".mk", ".mak"}),
    ),
    Collector("env.batch", collect_batch, suffixes=frozenset({".bat", ".cmd"}), needs=("%",)),
)
