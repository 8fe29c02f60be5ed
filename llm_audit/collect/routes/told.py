"""What the text of a webhook handler tells apart: events of a provider, providers of one route. No collector itself."""

from __future__ import annotations

import re
import sys

from llm_audit.collect.expressions import either, expression
from llm_audit.collect.nearby import opens_line

_CASES = tuple(
    # one expression per keyword, which begins it: the engine looks for a literal far faster than for one of several
    expression(rf"""{word}(?<!\w{word})\s+((?:["'][\w.:/\-]{{2,60}}["'](?:\s{{0,40}},\s{{0,40}})?){{1,20}})""")
    for word in ("case", "when")
)
_QUOTED = expression(r"""["']([\w.:/\-]{2,60})["']""")
_EVENTS = (
    "type",
    "event(?:_?[tT]ype|Name|_name)?",
    "topic",
    "action",
    "kind",
    "messageType",
    "notification_type",
    r"\$event",
)
_EVENT_IS = either(
    *(
        rf"""{name}["'\])]{{0,3}}\s{{0,2}}(?:={{2,3}}|\bin\b|\beq\b)\s{{0,2}}[(\[{{]?\s{{0,20}}"""
        rf"""((?:["'][\w.:/\-]{{3,60}}["'](?:\s{{0,30}},\s{{0,30}})?){{1,20}})"""
        for name in _EVENTS
    )
)
_ARM = expression(
    r"""["']([a-z]\w{1,40}+[.:/][\w.:/]{2,60}+)["']\s{0,20}(?:=>|->|:\s{0,3}(?:async\b|\w{2,60}\s{0,2}[,(]|\())"""
)
_NO_EVENT = expression(
    r"^(?:application|text|image|https?|multipart|video|audio)[/:]|\.(?:js|ts|py|json|com|png|html|io|php|rb|go)$|^/|^\d"
)
_DONE = expression(
    r"(?i)(?:ed|ing|ion|success|succeeded|fail(?:ure)?|error|paid|sent|bounce|complaint|delivery|open|click|lookup|challenge|address)$"
)
_PROVIDER = expression(r"[A-Za-z][a-z0-9_\-]{1,30}\Z")
_NO_PROVIDER = frozenset(
    "string number object function boolean undefined null post get put patch delete true false error".split()
)


def events(text: str) -> list[str]:
    """Names of webhook events which the text tells apart: literals of `case`, comparisons of a type, match arms."""
    found: dict[str, None] = {}
    for match in (*_cases(text), *_EVENT_IS.finditer(text)):
        found.update(dict.fromkeys(_QUOTED.findall(match[1])))
    found.update((match[1], None) for match in _ARM.finditer(text) if opens_line(text, match.start()))
    return [name for name in found if _is_event(name)]


def _cases(text: str, start: int = 0, end: int = sys.maxsize) -> list[re.Match[str]]:
    """The literals behind `case` or `when`, in order of place."""
    return sorted((match for one in _CASES for match in one.finditer(text, start, end)), key=re.Match.start)


def _is_event(name: str) -> bool:
    if _NO_EVENT.search(name):
        return False
    if re.search(r"[A-Za-z][.:/][A-Za-z]|[A-Z]_[A-Z]", name):
        return True
    return bool(_DONE.search(name)) and bool(re.search(r"[a-z]_[a-z]|[a-z][A-Z]", name))


def providers(text: str, parameters: list[str]) -> list[str]:
    """Which values of a path parameter the text tells apart: `service == "ses"`, cases of a switch over it."""
    found: dict[str, None] = {}
    for name in parameters[:4]:
        word = re.escape(name)
        for match in re.finditer(
            rf"""\b{word}\)?\s{{0,2}}(?:={{2,3}}|\bin\b)\s{{0,2}}[(\[{{]?["']([^"'\n]{{2,30}})["']""", text
        ):
            found[match[1]] = None
        if len(found) > 1:
            continue  # compared one by one: a switch further down is about something else
        for match in re.finditer(rf"\b(?:switch|match|case|when)\b[^\n{{]{{0,60}}\b{word}\b", text):
            for case in _cases(text, match.end(), match.end() + 3000):
                found.update(dict.fromkeys(_QUOTED.findall(case[1])))
            arms = re.finditer(r"""["'](\w[\w\-]{1,30})["']\s{0,4}=>""", text[match.end() : match.end() + 2000])
            found.update((arm[1], None) for arm in arms)
    return [name for name in found if _PROVIDER.match(name) and name not in _NO_PROVIDER]
