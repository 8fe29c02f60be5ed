"""Where code chooses by a setting: a provider or driver by its name, a stage of deployment, a stand-in for a real service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import either, expression
from llm_audit.collect.literals import Guarded
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_COMPARED = expression(
    r"(?<![\w.])(?P<subject>[A-Za-z_$][\w.$]{1,80}(?:\[[\"']\w{1,60}[\"']\])?)(?P<folded>\??\.(?:lower|toLowerCase|strip|trim|downcase)\(\)){0,2}"
    r"\s{0,3}(?P<sign>===?|!==?)\s{0,3}[\"'](?P<value>[a-z][\w\-]{1,30})[\"']"
)
_SIGN = expression(r"=(?<=[!=]=)=?\s{0,3}[\"'][a-z]")
"""The signs of a comparison, from the second one on: beginning with a single character, it is found fast."""
_BEFORE, _BEHIND = 180, 40
"""What stands before the sign of a comparison, and behind the value's first letter, is shorter."""
_SUBJECT = r"\s{0,2}\(?\s{0,2}(?P<subject>[A-Za-z_$][\w.$]{1,80})(?:\.(?:lower|toLowerCase)\(\))?\s{0,2}\)?"
_SWITCH = either(rf"switch(?<=\bswitch){_SUBJECT}", rf"match(?<=\bmatch){_SUBJECT}")
_CASE = expression(r"(?:\bcase\s{1,3}|\.with\(\s{0,20})[\"'](?P<value>[a-z][\w\-]{1,30})[\"']")
_SELECTING = ("provider", "driver", "transport", "adapter", "vendor", "backend", "gateway")
_STAGING = ("environment", "env", "node_env", "app_env", "stage", "deployment")
_SELECTS = expression(rf"(?:^|_)({'|'.join(_SELECTING)})$")
_STAGES = expression(rf"(?:^|_)({'|'.join(_STAGING)})$")
_STAGE_NAMES = frozenset("production prod staging stage preview preprod uat live development dev".split())
_STAND_INS = frozenset("mock fake stub dummy mocked".split())
_SETTINGS = expression(
    r"^(?:process\.env|settings|config|cfg|env|ENV|app\.config|self\.settings|conf|options)\b|^[A-Z][A-Z0-9_]{2,}$"
)
_ENDING = Guarded(
    expression(rf"(?i)(?:{'|'.join((*_SELECTING, *_STAGING))})[\w\"'\]().?]{{0,40}}\s{{0,3}}\Z"),
    (*_SELECTING, *_STAGING),
    any_case=True,
)
_STAND_IN = expression(rf"(?:{'|'.join(sorted(_STAND_INS))})\b")
_TAIL = 64
"""How far before a sign the end of a telling name may stand."""
_REACH = 900


def collect(file: SourceFile) -> Finds:
    """A setting for each literal that a name is compared with, told by what the name selects."""
    seen: set[tuple[str, str]] = set()
    for match in _comparisons(file.text):
        yield from _told(file, match.start(), match["subject"], match["value"], match["sign"].startswith("!"), seen)
    for match in _SWITCH.finditer(file.text):
        if _SELECTS.search(_name(match["subject"]).lower()):
            for case in _CASE.finditer(file.text, match.end(), match.end() + _REACH):
                yield from _told(file, case.start(), match["subject"], case["value"], False, seen)


def _comparisons(text: str) -> Iterator[re.Match[str]]:
    """The comparisons with a literal, found by their signs: trying every name of a file takes a hundred times as long."""
    done = 0
    for sign in _SIGN.finditer(text):
        start = sign.start() - 1
        if not (_ENDING.search(text[max(0, start - _TAIL) : start]) or _STAND_IN.match(text, sign.end() - 1)):
            continue
        if found := _COMPARED.search(text, max(done, start - _BEFORE), sign.end() + _BEHIND):
            done = found.end()
            yield found


def _told(file: SourceFile, offset: int, subject: str, value: str, negated: bool, seen: set[tuple[str, str]]) -> Finds:
    name = _of_setting(file.text, _name(subject))
    kind = _kind(name.lower(), subject, value)
    if kind and (name, value) not in seen and not in_comment(file.text, offset):
        seen.add((name, value))
        details = {"subject": name, "kind": kind, "negated": "yes" if negated else ""}
        yield at(file, offset, Kind.SETTING, "choice", value, **details)


@lru_cache(maxsize=32)
def _of_setting(text: str, name: str) -> str:
    """The name of the setting that a plain word stands for, where the file reads but one that ends with it."""
    # no setting that ends otherwise selects anything
    if "_" in name or not any(word.endswith(name.lower()) for word in (*_SELECTING, *_STAGING)):
        return name
    read = re.findall(
        rf"(?i)\b(?:settings|config|cfg|conf|env|options)\.(\w{{1,60}}_{name}|[a-z]\w{{0,60}}{name.capitalize()})\b",
        text,
    )
    longer = {_name(one) for one in read}
    return longer.pop() if len(longer) == 1 else name


def _kind(name: str, subject: str, value: str) -> str:
    if value in _STAND_INS:
        return "stand-in" if _SETTINGS.search(subject) else ""
    if value in _STAGE_NAMES:
        return "stage" if _STAGES.search(name) else ""
    return "selector" if _SELECTS.search(name) else ""


def _name(subject: str) -> str:
    """The last word of a chain as an environment would spell it: `settings.aiProvider` -> `AI_PROVIDER`."""
    last = re.split(r"[.\[\]\"']+", subject.rstrip("]\"'"))[-1]
    return last if last.isupper() else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last).upper()


COLLECTORS = (
    Collector(
        "choices",
        collect,
        suffixes=frozenset(
            {".py", ".ts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".go", ".rb", ".php", ".java", ".kt", ".ex", ".exs"}
        ),
        needs=(
            "rovider",
            "river",
            "ransport",
            "dapter",
            "endor",
            "ackend",
            "ateway",
            "env",
            "Env",
            "tage",
            "mock",
            "fake",
            "dummy",
            "stub",
            "PROVIDER",
            "DRIVER",
            "ENV",
        ),
    ),
)
