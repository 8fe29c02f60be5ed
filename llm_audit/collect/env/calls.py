"""Calls and subscripts that read a variable by a literal name, in any language with `name("X")` or `name["X"]`.

A dialect says which callees are the language's own; functions of the file that hand their parameter to one of these
are readers too, and so are functions of other files whose name says so. Knows nothing of bare words such as
`process.env.X`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from llm_audit.collect.env.reading import (
    DEFAULT,
    OPTIONAL,
    REQUIRED,
    Reading,
    commented,
    constants,
    widened,
)
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_ANCHOR = expression(
    r"[(\[]\s{0,40}(?:name\s{0,4}[:=]\s{0,4}|key\s{0,4}[:=]\s{0,4})?[bf]?(?P<quote>[\"'`])"
    r"(?P<name>[A-Za-z_$%{][\w$%{}.\-#]{1,99})(?P=quote)(?P<plus>\s{0,4}[+.]\s{0,4}[A-Za-z_$])?"
)
_CALLEE_BACKWARDS = expression(
    r"(?:>[^<>()]{0,60}<)?(?P<chain>[!?]?[\w$]{1,60}(?:\s{0,2}(?:\.\?|\.|::|>-|\\)\s{0,2}[!?]?"
    r"(?:\)\()?[\w$@]{1,60}){0,5}\\?)"
)
_SETTER = expression(
    r"(?i)^(?:set|stub|mock|un|del|rem|add|put|copy|update|create|clear|restore|save|store|write|with|override|patch|seed"
    r"|is_?valid"
    r"|register|on|off|log|print|use_?secret|test|expect|export|append|insert|replace|validate_?no|mask|redact|hash"
    r"|toggle|enable|disable|reset|select|show|hide)"
    r"(?=[A-Z_]|$|et|lete)"
)
_ENVISH = expression(
    r"^(?:get|require|req|must|read|need|load|fetch|parse|opt|optional|mandatory)?_?env(?:ironment)?[a-z]{0,8}$"
    r"|(?:^|_)env(?:_|$|ironment|ars?\b)|(?:^e|[a-z0-9]E)nv(?:$|[A-Z_]|ironment|s$|s[A-Z])|ENV(?:$|_)"
    r"|(?:^s|[a-z0-9]S|_s)ecrets?(?:$|[A-Z_])|(?:^c|[a-z0-9]C|_c|^C)onfig(?:$|[A-Z_])",
    0,
)
_RECEIVER = expression(
    r"^(?:\w*(?:env|[eE]nvironment|[cC]onfig|[sS]ecrets?|[sS]ecretManager|[cC]onfig(?:uration)?Service"
    r"|[cC]onfiguration)|Config|Env|conf|cfg)$"
)
_MUST = expression(r"(?i)require|must|mandatory|need|or_?(?:throw|fail|exit|die|raise|panic)|ensure|assert")
_GETTER = expression(
    r"^(?:get\w*|require\w*|must\w*|need\w*|read\w*|fetch\w*|string|str|number|int|integer|bool|boolean|float|port"
    r"|url|json|array|list"
    r"|secret|redacted|option|value|env|var|text|lookup|optional|val|duration|nonEmptyString|asString|at)!?$"
)
_LITERAL = expression(
    r"\s{0,40}(?:(?P<label>\w{1,20})\s{0,3}[:=]\s{0,3})?(?:(?P<quote>[\"'`])(?P<text>[^\"'`\n]{0,200})(?P=quote)|"
    r"(?P<number>-?\d\w{0,20}(?:\.\d\w{0,20}){0,3})"
    r"|(?P<flag>(?i:true|false))\b|(?P<empty>(?i:undefined|null|nil|none)\b|\[\]|\{\}))"
)
_JOINED = expression(r"\s{0,4}(?:\+|<>)|\s{1,4}\.\s|\.\$")
"""A literal that something is joined to is the beginning of a default, not the default."""
_GOES_ON = expression(r"\s{0,3}[*/%+]|\s{1,3}-\s|<<|\.[a-z_]")
"""What makes a number the beginning of a default: `60 * 60`, `8.min(cores)`."""
_SUFFIX = expression(r"_?(?:[iu](?:8|16|32|64|128|size)|f(?:32|64))\Z")
"""The type behind a number of Rust."""
_COMMA = expression(r"\s{0,40},")
_CLOSE = expression(r"\s{0,40}\)")
_ASSIGNS = expression(r"\s{0,4}(?:&&|:)?=(?![=>~])")
_DECLARES = expression(r"(?:\bfunction|\bdef|\bfunc|\bfn|\bfun|\bsub|\bdefp)\s{1,4}(?:self\.)?\Z")


@dataclass(frozen=True)
class Dialect:
    """How a language reads its environment.

    Attributes:
        via: the form that facts name for the language's own calls.
        own: full callee (`os.Getenv`), searched at its end.
        own_required: those of them that fail without the variable.
        subscripts: what stands before `["X"]`.
        subscripts_required: those of them that fail without the variable.
        dynamic: a reading whose name is a local identifier, in the group `var`.
        defines: a function's start, with the groups `name` and `params`.
        fallback: from behind the call: an operator and a literal default.
        throws: what makes a function or a branch fail.
        lenient: whether helpers of other files are believed by their name.
        helpers: further names of helpers that are believed; what one gives back may well be nothing.
        setters: how a callee ends that hands a variable to another program.
        kinds: the type that a value is read as, between the name and the default; a default then holds whatever the callee's name says.
        optional: what stands behind a function's start that may well give back nothing; such a helper fails for other reasons.
        hints: literals of which one stands in every dynamic reading: a cheap gate.
        anchor: the bracket and the quoted name.
    """

    via: str
    own: re.Pattern[str]
    own_required: re.Pattern[str]
    dynamic: re.Pattern[str]
    defines: re.Pattern[str]
    fallback: re.Pattern[str]
    throws: re.Pattern[str]
    subscripts: re.Pattern[str] | None = None
    subscripts_required: re.Pattern[str] | None = None
    lenient: bool = True
    helpers: re.Pattern[str] | None = None
    setters: re.Pattern[str] | None = None
    kinds: re.Pattern[str] | None = None
    optional: re.Pattern[str] | None = None
    hints: tuple[str, ...] = ()
    anchor: re.Pattern[str] = field(default=_ANCHOR)


@dataclass(frozen=True, slots=True)
class Helper:
    """A function of the file that reads the variable named by its parameter; `position` counts parameters from 0."""

    name: str
    required: bool
    suffixes: tuple[str, ...]
    position: int = 0


def call_readings(file: SourceFile, dialect: Dialect) -> Iterator[Reading]:
    """Every reading by a literal name in a call or subscript, and by a constant of the file."""
    text = file.text
    dynamic = not dialect.hints or any(hint in text for hint in dialect.hints)
    found_helpers = list(helpers_of(text, dialect)) if dynamic else []
    helpers = {helper.name: helper for helper in found_helpers}
    for match in dialect.anchor.finditer(text):
        found = _reading(file, match, dialect, helpers)
        if found:
            yield from found
    for helper in found_helpers:
        yield from _later_argument(file, helper, dialect)
    for match in dialect.dynamic.finditer(text) if dynamic else ():
        for name in constants(text, match["var"]) if not commented(text, match.start()) else ():
            need, default, by = judge(text, match.end(), dialect)
            yield Reading(name, file.line_of(match.start()), dialect.via, need, default, by)


def _later_argument(file: SourceFile, helper: Helper, dialect: Dialect) -> Iterator[Reading]:
    """Calls of a helper that take the variable's name behind other arguments: `mustMap(&target, "X")`."""
    if not helper.position:
        return
    pattern = (
        rf"\b{re.escape(helper.name)}\((?:\s{{0,40}}[^()\n,]{{1,80}},){{{helper.position}}}\s{{0,40}}[\"'`]"
        rf"(?P<name>[A-Z][A-Z0-9_]{{1,79}})[\"'`](?=\s{{0,40}}[,)])"
    )
    must = helper.required or _MUST.search(helper.name)
    for match in re.finditer(pattern, file.text):
        if not commented(file.text, match.start()):
            given = _COMMA.match(file.text, match.end()) is not None
            told = judge(file.text, match.end(), dialect, call=True) if given else (OPTIONAL, "", "bare")
            told = (OPTIONAL, "", "bare") if _ALIAS.match(file.text, match.end()) else told  # another variable's name
            need, default, by = (REQUIRED, "", "lookup") if must else told
            yield Reading(match["name"], file.line_of(match.start()), helper.name, need, default, by)


def helpers_of(text: str, dialect: Dialect) -> Iterator[Helper]:
    """The functions around dynamic readings whose parameter is the name that is read."""
    for match in dialect.dynamic.finditer(text):
        start = max(0, match.start() - 1500)
        definition = None
        for found in dialect.defines.finditer(text, start, match.start()):
            definition = found
        if definition and re.search(rf"(?<![\w]){re.escape(match['var'])}\b", definition[0][len(definition["name"]) :]):
            body = text[definition.end() : _body_end(text, definition.start())]
            stop = dialect.defines.search(body, min(len(body), max(0, match.end() - definition.end())))
            body = body[: stop.start()] if stop else body
            suffixes = ("_FILE",) if re.search(r"_FILE[\"'`]", body) else ()
            position = _position(definition["params"] or "", match["var"])
            may_lack = dialect.optional is not None and dialect.optional.match(text, definition.end()) is not None
            yield Helper(definition["name"], not may_lack and _fails_without(body, dialect), suffixes, position)


def _position(parameters: str, name: str) -> int:
    """Which of a function's parameters bears the name, counted from 0; the second where none does."""
    flat = re.sub(r"\([^()]{0,80}\)|<[^<>]{0,80}>", "", parameters)
    found = (at for at, one in enumerate(flat.split(",")) if re.search(rf"(?<!\w){re.escape(name)}\b", one))
    return next(found, 1)


def _body_end(text: str, start: int) -> int:
    """Where a definition's body ends: before the next line that stands no deeper and is no bracket; not far off in any case."""
    row = text.rfind("\n", 0, start) + 1
    deep = len(text[row : start + 40]) - len(text[row : start + 40].lstrip())
    stop = min(len(text), start + 900)
    found = _dedent(deep).search(text, text.find("\n", start, stop) + 1 or stop, stop)
    return found.start() if found else stop


@lru_cache(maxsize=64)
def _dedent(deep: int) -> re.Pattern[str]:
    return re.compile(rf"\n[ \t]{{0,{deep}}}(?=[^\s(){{}}\[\]#])")


_OTHER_FAILURE = expression(
    r"(?:\bcatch\s{0,3}(?:\([^()\n]{0,60}\))?|\bif\s{0,3}\(?\s{0,3}\$?\w{1,40}\s{1,3}(?:&&|and)\s{1,3}\$?\w{1,40}\s{0,3}\)?)\s{0,3}[:{]?\s{0,40}\Z"
)
"""What stands before a failure that is not about a missing variable: a file that cannot be read, two names set at once."""


def _fails_without(body: str, dialect: Dialect) -> bool:
    """Whether a helper fails when the variable is missing."""
    return any(
        not _OTHER_FAILURE.search(body, max(0, found.start() - 160), found.start())
        for found in dialect.throws.finditer(body)
    )


def _reading(
    file: SourceFile, match: re.Match[str], dialect: Dialect, helpers: dict[str, Helper]
) -> Iterator[Reading] | None:
    text, at = file.text, match.start()
    head = text[max(0, at - 90) : at]
    if text[at] == "[":
        return _subscript(file, match, dialect, head)
    head = head.removesuffix(".")  # Elixir calls a function that a name is bound to by `name.("X")`
    callee = _CALLEE_BACKWARDS.match(head[::-1])
    if not callee:
        return None
    chain = callee["chain"][::-1]
    last = re.split(r"\.|::|->|\\", chain)[-1].strip()
    name = match["name"]
    own = bool(dialect.own.search(chain))
    helper = None if own else helpers.get(last)
    if dialect.setters and dialect.setters.search(head):
        return None
    if not own and helper is None and not (dialect.lenient and name[:1].isupper() and _believed(chain, last, dialect)):
        return None
    if not own and not re.fullmatch(r"[A-Z_][A-Z0-9_]+", name) and not widened(name):
        return None
    if commented(text, at) or _DECLARES.search(head[: -callee.end()]):
        return None
    return _from_call(file, match, dialect, chain, own, helper)


def _from_call(
    file: SourceFile, match: re.Match[str], dialect: Dialect, chain: str, own: bool, helper: Helper | None
) -> Iterator[Reading]:
    name = _name(match)
    if not name:
        return
    need, default, by = judge(file.text, match.end(), dialect, call=True, strict=chain.endswith("!"))
    must = dialect.own_required.search(chain) if own else (helper and helper.required) or _MUST.search(chain)
    described = must and not own and helper is None and _DESCRIPTION.match(default) is not None
    if described:  # what is said where the variable is missing, which is no value
        need, default = OPTIONAL, ""
    if must and need == OPTIONAL and (described or not (dialect.kinds and by == "fallback")):
        need, by = REQUIRED, "lookup"
    if need == REQUIRED and not must and not own and dialect.helpers and dialect.helpers.search(chain):
        need, by = OPTIONAL, "bare"  # what fails is the look-up or the conversion, not the variable that is missing
    line = file.line_of(match.start())
    via = dialect.via if own else re.split(r"\.|::|->", chain)[-1] if helper else chain
    aliases = [] if own or not default else _aliases(file.text, match.end(), name)
    if aliases:
        need, default = OPTIONAL, ""
    late = described and file.line(line)[:1].isspace()
    for one in (name, *aliases):
        yield Reading(one, line, via, need, default, by, late=bool(late))
    for suffix in helper.suffixes if helper else ():
        yield Reading(name + suffix, line, via, OPTIONAL, "", "fallback")


_DESCRIPTION = expression(r"[A-Z][a-z]+(?:[A-Z ]|\Z)|\w+[ ]")
"""A second argument of `requireEnv("X", "Card payments")`: words that tell what the variable is for, in place of a default."""
_ALIAS = expression(r"\s{0,60},\s{0,60}[\"'`](?P<name>[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,79})[\"'`]")


def _aliases(text: str, end: int, name: str) -> list[str]:
    """Further names of the same variable that a helper is given: `firstOf("APP_GITHUB_TOKEN", "APP_GITLAB_TOKEN")`.

    They end like the first; anything else in that place is a default.
    """
    found: list[str] = []
    while (match := _ALIAS.match(text, end)) and match["name"].rpartition("_")[2] == name.rpartition("_")[2]:
        found.append(match["name"])
        end = match.end()
    return found


def _subscript(file: SourceFile, match: re.Match[str], dialect: Dialect, head: str) -> Iterator[Reading] | None:
    before = dialect.subscripts.search(head) if dialect.subscripts else None
    if not before or commented(file.text, match.start()):
        return None
    end = file.text.find("]", match.end(), match.end() + 60)
    if end < 0 or not _name(match):
        return None
    need, default, by = judge(file.text, end + 1, dialect)
    if by == "assignment":
        return None
    if need == OPTIONAL and dialect.subscripts_required and dialect.subscripts_required.search(head):
        need, by = REQUIRED, "lookup"
    return iter((Reading(_name(match), file.line_of(match.start()), dialect.via, need, default, by),))


def _name(match: re.Match[str]) -> str:
    """The variable's name, `*` in place of what is only known at run time; empty when it cannot be a name."""
    name = match["name"]
    if match["plus"]:
        return f"{name}*" if re.fullmatch(r"[A-Z][A-Z0-9_]+", name) else ""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return name
    return widened(name)


def _believed(chain: str, last: str, dialect: Dialect) -> bool:
    """Whether a helper of another file is taken for a reader by its name: `requireEnv`, `config.get`, `Env.str`."""
    if dialect.helpers and dialect.helpers.search(last):
        return True
    if _SETTER.search(last) or last in ("environment", "environments"):
        return False
    if _ENVISH.search(last.rstrip("!?")):
        return True
    parts = re.split(r"\.|::|->|\\|\?", chain)
    owner = parts[-2].strip().rstrip("()") if len(parts) > 1 else ""
    return bool(_RECEIVER.search(owner)) and bool(_GETTER.search(last))


_IN_PRODUCTION = expression(r"[^()\n]{0,160}\bprod:\s{0,3}\"(?P<text>[^\"\n]{1,120})\"")
_STAGES = frozenset(("dev", "test"))
"""Stages of a program in Elixir (`config_env`) other than production, whose defaults hold for developers alone."""


def _of_stages(text: str, start: int) -> tuple[str, str, str]:
    """What a list of defaults by stage says of production."""
    found = _IN_PRODUCTION.match(text, start)
    return (DEFAULT, found["text"], "fallback") if found else (OPTIONAL, "", "bare")


def judge(text: str, end: int, dialect: Dialect, *, call: bool = False, strict: bool = False) -> tuple[str, str, str]:
    """Need, literal default and what it was judged from, from the text behind a reading that ends at `end`.

    Args:
        text: of the file.
        end: where the reading ends.
        dialect: of the language.
        call: further arguments may follow.
        strict: the callee's name says that it raises, so that a default for all stages leaves production out.
    """
    if call:
        kind = dialect.kinds.match(text, end) if dialect.kinds else None
        end = kind.end() if kind else end
        comma = _COMMA.match(text, end)
        if comma:
            literal = _LITERAL.match(text, comma.end())
            if literal and (literal["label"] in _STAGES or (strict and literal["label"] == "all")):
                return _of_stages(text, comma.end())
            if literal and _is_beginning(literal, text):
                return DEFAULT, "", "fallback"
            if literal:
                return by_literal(literal)
            if _CLOSE.match(text, comma.end()) is None:
                return OPTIONAL, "", "fallback"
        closing = text.find(")", end, end + 40)
        end = closing + 1 if closing >= 0 else end
    if not call and _ASSIGNS.match(text, end):
        return OPTIONAL, "", "assignment"
    after = dialect.fallback.match(text, end)
    if not after:
        return OPTIONAL, "", "bare"
    groups = after.groupdict()
    if groups.get("fails") is not None:
        return REQUIRED, "", "throw"
    if groups.get("asserts") is not None:
        return REQUIRED, "", "assertion"
    if groups.get("checks") is not None:
        return OPTIONAL, "", "check"
    literal = _LITERAL.match(text, after.end())
    if literal and _is_beginning(literal, text):
        return DEFAULT, "", "fallback"
    return by_literal(literal) if literal else (OPTIONAL, "", "fallback")


def _is_beginning(literal: re.Match[str], text: str) -> bool:
    """Whether a default goes on behind a literal, which then is not its value."""
    goes_on = _JOINED if literal["text"] else _GOES_ON if literal["number"] else None
    return goes_on is not None and goes_on.match(text, literal.end()) is not None


def by_literal(literal: re.Match[str]) -> tuple[str, str, str]:
    """What a literal default says: an empty one is none."""
    number = _SUFFIX.sub("", literal["number"]) if literal["number"] else ""
    value = literal["text"] or number or literal["flag"] or ""
    if literal["empty"] or not value:
        return OPTIONAL, "", "fallback"
    return DEFAULT, "" if re.search(r"\$\{|#\{", value) else value, "fallback"
