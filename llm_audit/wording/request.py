"""How a request reads: its messages, and the schema of its answer.

Candidates and facts go by short names (c1, f1) that stand as enums in the schema, so that a model chooses among what
code found and cannot name anything else. What an excerpt shows is not said a second time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llm_audit import redact
from llm_audit.excerpts import Excerpt, needs_block, render, spread
from llm_audit.model import Candidate, Fact, Kind, Redacted, Role, Value
from llm_audit.wording.prompting import Prompts, SectionPrompt

PURPOSE, NOTE = "purpose", "note"
NONE, SAME = "not_an_integration", "same_as"
"""What stands for a field where a model says that an entry is none, or is another (`same_as_c1`)."""
_VALUES, _SAID = 3, 140
"""Lines of an entry that are told, and characters of them."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request."""

    role: str
    text: Redacted


@dataclass(frozen=True, slots=True)
class Subject:
    """What one request is about.

    Attributes:
        candidates: short name and candidate, all of one section.
        listed: for each of them the facts that are told.
        facts: short name and fact.
        rule: of the section.
        small: whether it is for a small model: one candidate, one sentence.
    """

    candidates: tuple[tuple[str, Candidate], ...]
    listed: tuple[tuple[Fact, ...], ...]
    facts: tuple[tuple[str, Fact], ...]
    rule: SectionPrompt
    small: bool

    @classmethod
    def of(cls, batch: Sequence[Candidate], prompts: Prompts, facts: int, *, small: bool) -> Subject:
        """The subject of a batch of candidates, with at most so many facts for each."""
        listed = tuple(_worth_telling(_telling(spread(one.facts)))[:facts] for one in batch)
        told = dict.fromkeys(fact for own in listed for fact in own)
        named = tuple((f"f{n}", fact) for n, fact in enumerate(told, 1))
        candidates = tuple((f"c{n}", one) for n, one in enumerate(batch, 1))
        return cls(candidates, listed, named, prompts.sections[batch[0].section], small)

    @property
    def fields(self) -> tuple[str, ...]:
        """What claims about its candidates may fill."""
        keep = self.rule.mode == "keep"
        if self.small:
            return (NOTE if keep else PURPOSE,)
        return (*(() if keep else (PURPOSE,)), NOTE, *self.rule.fields)

    @property
    def handles(self) -> dict[Fact, str]:
        """The short names of the facts."""
        return {fact: name for name, fact in self.facts}

    @property
    def told(self) -> Iterator[tuple[Candidate, tuple[Fact, ...]]]:
        """Its candidates and what is told of each."""
        return ((one, facts) for (_, one), facts in zip(self.candidates, self.listed, strict=True))

    @property
    def paths(self) -> Iterator[str]:
        """The files that code may be shown of."""
        return (fact.path for _, fact in self.facts if needs_block(fact))


def messages(subject: Subject, excerpts: tuple[Excerpt, ...], prompts: Prompts) -> tuple[Message, ...]:
    """What is sent about a subject with these excerpts."""
    code = render(excerpts, subject.handles) or "(none)"
    if subject.small:
        one = subject.candidates[0][1]
        facts = "\n".join(f"{name} {_fact(fact)}" for name, fact in subject.facts)
        user = prompts.fill("request-small.md", name=one.name, group=one.group, facts=facts, excerpts=code)
        return (_message("system", prompts.fill("system-small.md")), _message("user", user))
    shown = {fact for excerpt in excerpts for _, fact in excerpt.marks if _spelt_out(fact, excerpt)}
    user = prompts.fill(
        "request.md",
        section=subject.rule.section,
        guide=subject.rule.guide,
        candidates="\n".join(_listings(subject, shown)),
        excerpts=code,
    )
    example = prompts.texts["example.md"].strip()
    return (_message("system", prompts.fill("system.md", example=example)), _message("user", user))


def schema(subject: Subject) -> str:
    """The JSON schema of the answer, as JSON text."""
    fact = {"type": "string", "enum": [name for name, _ in subject.facts] or ["none"]}
    if subject.small:
        text = {"type": "string", "maxLength": 200}
        return _json(_object(text=text, facts={"type": "array", "items": fact, "maxItems": 3}))
    names = [name for name, _ in subject.candidates]
    asides = (NONE, *(f"{SAME}_{name}" for name in names if len(names) > 1))
    claim = _object(
        candidate={"type": "string", "enum": names},
        field={"type": "string", "enum": [*subject.fields, *asides]},
        text={"type": "string"},
        facts={"type": "array", "items": fact},
    )
    return _json(_object(claims={"type": "array", "items": claim}))


def _listings(subject: Subject, shown: set[Fact]) -> Iterator[str]:
    for (name, _), (one, facts) in zip(subject.candidates, subject.told, strict=True):
        yield _heading(name, one)
        yield from _told(facts, subject.handles, shown)


def _heading(name: str, one: Candidate) -> str:
    says = "; ".join(part for part in (one.purpose, *map(_value, one.values[:_VALUES])) if part)
    # the sign at the end keeps the filter from reading the short names below as the value of a variable at the end
    return f"{name} {one.name} ({one.group}): {_short(says, _SAID)};"


def _told(facts: Iterable[Fact], handles: Mapping[Fact, str], shown: set[Fact]) -> Iterator[str]:
    """The facts of a candidate; of those that an excerpt spells out the short names alone."""
    marked = " ".join(handles[fact] for fact in facts if fact in shown)
    if marked:
        yield f"  {marked}"
    yield from (f"  {handles[fact]} {_fact(fact)}" for fact in facts if fact not in shown)


def _spelt_out(fact: Fact, excerpt: Excerpt) -> bool:
    """Whether a fact's own line is shown and holds its name and value."""
    line = dict(excerpt.lines).get(fact.line, "") if excerpt.path == fact.path else ""
    return fact.name in line and fact.value in line


def _telling(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts that say what none before them says: one of each id, one of each name where the line says all."""
    found: dict[object, Fact] = {}
    places = set()
    for fact in facts:
        if fact.kind != Kind.FILE or fact.place not in places:
            found.setdefault(fact.id if needs_block(fact) else (fact.kind, fact.name), fact)
        places.add(fact.place)
    return tuple(found.values())


def _worth_telling(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts around which code may say something; where there are none, the others."""
    return tuple(one for one in facts if needs_block(one) and one.role == Role.SOURCE) or facts


def _object(**properties: Any) -> dict[str, Any]:
    """An object of the strict kind: every property required, no other allowed."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))


def _message(role: str, text: str) -> Message:
    safe, _ = redact.redact(text)
    return Message(role, safe)


def _fact(fact: Fact) -> str:
    value = f" = {_short(fact.value, 60)}" if fact.value else ""
    return f"{fact.kind.value} {_short(fact.name, 80)}{value} {fact.place}".replace("\n", " ").replace("`", "'")


def _value(value: Value) -> str:
    return f"{value.label}: {value.text}" if value.text else ""


def _short(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
