"""A model's answer as claims: parsed, checked against the brief's ids, filtered; nothing of it is trusted yet."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from llm_audit import redact
from llm_audit.model import Redacted
from llm_audit.wording.briefs import Brief
from llm_audit.wording.ground import Claim
from llm_audit.wording.request import NONE, NOTE, PURPOSE, SAME

MAX_CLAIMS = 120
MAX_ANSWER = 200_000
_SUBJECT = re.compile(r"^(?:(?:The|This) (?:\w+ )?)?(?:[Cc]ode|[Pp]rogram|application|app|system)(?:'s code)? (\w)")
"""How small models begin although they are told not to."""


class AnswerFault(Exception):
    """An answer that cannot be used; the message tells the model what was wrong and holds nothing of the answer."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What a model says besides: a candidate is no integration, or the same as another. `asides` acts upon it where code agrees."""

    candidate: str
    kind: str
    other: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The claims and asides of one brief, and the answer's filtered JSON text."""

    claims: tuple[Claim, ...]
    asides: tuple[Aside, ...]
    text: Redacted


def parse(text: str, brief: Brief) -> Answer:
    """The claims of an answer.

    Raises:
        AnswerFault: it is no JSON of the brief's schema, or names an id that the brief has not.
    """
    if len(text) > MAX_ANSWER:
        raise AnswerFault("the answer is far too long")
    safe, _ = redact.redact(text)
    content = _json(safe)
    if not isinstance(content, dict):
        raise AnswerFault("the answer is not a JSON object")
    claims, asides = _small(content, brief) if brief.small else _lists(content, brief)
    normal = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Answer(claims, asides, redact.redact(normal)[0])


def _json(text: str) -> Any:
    """The JSON value of a text; a code fence or words around one object are forgiven."""
    for part in (text, *re.findall(r"```(?:json)?\n(.{0,100000}?)\n```", text, re.DOTALL)[:1], _braced(text)):
        try:
            return json.loads(part)
        except (ValueError, RecursionError):
            continue
    raise AnswerFault("the answer is not valid JSON")


def _braced(text: str) -> str:
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else ""


def _small(content: dict[str, Any], brief: Brief) -> tuple[tuple[Claim, ...], tuple[Aside, ...]]:
    given = content.get("facts")
    if not isinstance(given, list):
        raise AnswerFault("`facts` must be a list of fact ids")
    first = re.split(r"(?<=[a-z0-9)`])\. (?=[A-Z])", _text(content.get("text")), maxsplit=1)[0]
    text = Redacted(_SUBJECT.sub(lambda match: match[1].upper(), first))
    # small models write a fact's words for its id; of one candidate all facts are about the sentence
    names = tuple(name for name, _ in brief.facts)
    cited = tuple(name for name in names if name in given) or names
    return (Claim(brief.candidates[0][0], brief.fields[0], text, cited),), ()


def _lists(content: dict[str, Any], brief: Brief) -> tuple[tuple[Claim, ...], tuple[Aside, ...]]:
    candidates, facts = {name for name, _ in brief.candidates}, {name for name, _ in brief.facts} | {"none"}
    fields = {PURPOSE, NOTE, *brief.fields}
    others = {f"{SAME}_{name}": name for name in candidates}
    claims: list[Claim] = []
    asides: list[Aside] = []
    for row in _rows(content, "claims"):
        name = _one(row.get("candidate"), candidates, "candidate")
        field = _one(row.get("field"), {*fields, *others, NONE}, "field")
        cited = _ids(row.get("facts"), facts)
        if field in fields:
            claims.append(Claim(name, field, _text(row.get("text")), cited))
        else:
            asides.append(Aside(name, NONE if field == NONE else SAME, others.get(field, name), cited))
    return tuple(claims), tuple(asides)


def _rows(content: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = content.get(key)
    if not isinstance(rows, list) or len(rows) > MAX_CLAIMS or not all(isinstance(row, dict) for row in rows):
        raise AnswerFault(f"`{key}` must be a list of at most {MAX_CLAIMS} objects")
    return rows


def _one(given: object, known: set[str], what: str) -> str:
    if not isinstance(given, str) or given not in known:
        raise AnswerFault(f"a {what} is not one of: {', '.join(sorted(known)[:40])}")
    return given


def _ids(given: object, known: set[str]) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise AnswerFault("`facts` must be a list of fact ids")
    return tuple(dict.fromkeys(_one(one, known, "fact") for one in given[:50]))


def _text(given: object) -> Redacted:
    if not isinstance(given, str):
        raise AnswerFault("`text` must be a string")
    return redact.redact(" ".join(given.split()))[0]
