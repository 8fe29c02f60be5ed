"""What is asked of a model: one brief per section (or per candidate for small models), with its schema and its price.

Candidates and facts go by short names (c1, f1) that stand as enums in the schema, so that a model chooses among what
code found and cannot name anything else. The same tree and settings give the same briefs, to the byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llm_audit import redact
from llm_audit.excerpts import Excerpt, Source, needs_block, render, select, spread
from llm_audit.excerpts.counting import Counter
from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Candidate, Fact, Redacted, Value
from llm_audit.templates import Template
from llm_audit.wording.prompting import Prompts, slug

PURPOSE, NOTE = "purpose", "note"
_PER_MESSAGE = 6
"""Tokens that a chat format spends on a message beyond its text."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be sent.

    Attributes:
        total: input tokens of all briefs together.
        per_candidate: tokens of excerpts for each candidate.
        batch: candidates in one brief.
        facts: facts listed for each.
        lines: of a window.
        small: one candidate per brief, one sentence as the answer.
    """

    total: int = 40_000
    per_candidate: int = 180
    batch: int = 12
    facts: int = 4
    lines: int = 24
    small: bool = False


SMALL = Limits(total=40_000, per_candidate=260, batch=1, facts=3, lines=12, small=True)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request."""

    role: str
    text: Redacted


@dataclass(frozen=True, slots=True)
class Brief:
    """One request: its messages and schema, and what the short names in it stand for.

    Attributes:
        key: stable name of the request in reports and records.
        section: heading of the template.
        mode: what a purpose may do to the entry's text.
        messages: what is sent.
        schema: JSON schema of the answer, as JSON text.
        candidates: short name and candidate.
        facts: short name and fact.
        excerpts: the code that is shown.
        fields: what claims may fill.
        tokens: input tokens, the schema among them.
        answer_tokens: how long the answer may be.
        small: whether the answer is one sentence.
    """

    key: str
    section: str
    mode: str
    messages: tuple[Message, ...]
    schema: str
    candidates: tuple[tuple[str, Candidate], ...]
    facts: tuple[tuple[str, Fact], ...]
    excerpts: tuple[Excerpt, ...]
    fields: tuple[str, ...]
    tokens: int
    answer_tokens: int
    small: bool

    @property
    def digest(self) -> str:
        """Names the content of the request: messages, schema and length of the answer."""
        raw = json.dumps([[m.role, m.text] for m in self.messages] + [self.schema, self.answer_tokens])
        return hashlib.sha256(raw.encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(frozen=True, slots=True)
class Planned:
    """The briefs of a run, the candidates that no room was left for, and a way to a brief with less code."""

    briefs: tuple[Brief, ...]
    left_out: tuple[Candidate, ...]
    shorter: Callable[[Brief], Brief | None] = lambda _: None


def plan(
    candidates: Sequence[Candidate],
    template: Template,
    prompts: Prompts,
    source: Source,
    counter: Counter,
    limits: Limits,
) -> Planned:
    """The briefs of a whole document within the limits; unknown hosts and thin evidence are left out first."""
    # one sentence by a small model is worth having where it replaces one; lists and endpoints speak for themselves
    asked = [one for one in candidates if not limits.small or prompts.sections[one.section].mode == "replace"]
    kept = sorted(asked, key=_priority)
    while True:
        makers = [
            _Maker(f"{slug(spec.name)}{f'.{n}' if n else ''}", batch, prompts, counter, limits)
            for spec in template.sections
            for n, batch in enumerate(_batches([c for c in kept if c.section == spec.name], limits.batch))
        ]
        room = limits.total - sum(maker.fixed for maker in makers)
        if room >= 40 * len(kept) or not kept:
            break
        kept = kept[: min(len(kept) - 1, int(len(kept) * 0.9))]
    each = min(limits.per_candidate, room // max(len(kept), 1))
    source.learn(path for maker in makers for path in maker.paths)
    briefs = tuple(maker.brief(each * len(maker.candidates), source) for maker in makers)
    chosen = {id(one) for one in kept}
    by_key = {maker.key: maker for maker in makers}

    def shorter(brief: Brief) -> Brief | None:
        room = (brief.tokens - by_key[brief.key].fixed) // 3
        return by_key[brief.key].brief(room, source) if brief.excerpts else None

    return Planned(briefs, tuple(one for one in asked if id(one) not in chosen), shorter)


def _priority(candidate: Candidate) -> tuple[bool, int, str, str]:
    files = {fact.path for fact in candidate.facts if strength(fact) >= USE}
    return candidate.key.startswith("host:"), -min(len(files), 3), candidate.section, candidate.key


def _batches(candidates: Sequence[Candidate], size: int) -> Iterator[tuple[Candidate, ...]]:
    """Batches of nearly equal size, at most `size` each."""
    count = -(-len(candidates) // size)
    for n in range(count):
        yield tuple(candidates[n * len(candidates) // count : (n + 1) * len(candidates) // count])


class _Maker:
    """Builds one brief: first what it costs without code, then with as much code as there is room for."""

    def __init__(
        self, key: str, batch: tuple[Candidate, ...], prompts: Prompts, counter: Counter, limits: Limits
    ) -> None:
        self.key = key
        self.candidates = tuple((f"c{n}", one) for n, one in enumerate(batch, 1))
        self._prompts, self._counter, self._limits = prompts, counter, limits
        self._spec = prompts.sections[batch[0].section]
        self._listed = {one.key: _distinct(spread(one.facts))[: limits.facts] for one in batch}
        by_id = {fact.id: fact for one in batch for fact in self._listed[one.key]}
        self._facts = tuple((f"f{n}", fact) for n, fact in enumerate(by_id.values(), 1))
        self._handle = {fact.id: name for name, fact in self._facts}
        own = (*((PURPOSE,) if self._spec.mode != "keep" else ()), NOTE, *self._spec.fields)
        self.fields = (NOTE if self._spec.mode == "keep" else PURPOSE,) if limits.small else own
        self.schema = json.dumps(self._schema(), separators=(",", ":"))
        self.fixed = self._cost(self._messages(()))

    @property
    def paths(self) -> Iterator[str]:
        """The files that code may be shown of."""
        return (fact.path for _, fact in self._facts if needs_block(fact))

    def brief(self, room: int, source: Source) -> Brief:
        """The brief with at most `room` tokens of code."""
        wanted = [self._listed[one.key] for _, one in self.candidates]
        limit = self.fixed + room
        while True:
            excerpts = select(wanted, source, room, self._counter, lines=self._limits.lines)
            messages = self._messages(excerpts)
            tokens = self._cost(messages)
            if tokens <= limit or not excerpts:
                break
            # marks, and markers of secrets that show in the whole only, may cost more than the code alone
            room -= max(tokens - limit, 1)
        answer = 160 if self._limits.small else 200 + 130 * len(self.candidates)
        return Brief(
            self.key, self._spec.section, self._spec.mode, messages, self.schema, self.candidates, self._facts, excerpts,
            self.fields, tokens, answer, self._limits.small,
        )  # fmt: skip

    def _cost(self, messages: tuple[Message, ...]) -> int:
        texts = sum(self._counter.count(one.text) + _PER_MESSAGE for one in messages)
        return texts + self._counter.count(self.schema)

    def _messages(self, excerpts: tuple[Excerpt, ...]) -> tuple[Message, ...]:
        code = render(excerpts, self._handle) or "(none)"
        if self._limits.small:
            one = self.candidates[0][1]
            facts = "\n".join(f"{name} {_fact(fact)}" for name, fact in self._facts)
            user = self._prompts.fill("request-small.md", name=one.name, group=one.group, facts=facts, excerpts=code)
            return (_message("system", self._prompts.fill("system-small.md")), _message("user", user))
        user = self._prompts.fill(
            "request.md",
            section=self._spec.section,
            guide=self._spec.guide,
            fields=", ".join(self.fields),
            candidates="\n".join(self._listing(name, one) for name, one in self.candidates),
            excerpts=code,
        )
        example = self._prompts.texts["example.md"].strip()
        return (_message("system", self._prompts.fill("system.md", example=example)), _message("user", user))

    def _listing(self, name: str, one: Candidate) -> str:
        says = "; ".join(part for part in (one.purpose, *map(_value, one.values[:3])) if part)
        rows = [f"{name} {one.name} ({one.group}); document says: {_short(says, 200)}"]
        rows += [f"  {self._handle[fact.id]} {_fact(fact)}" for fact in self._listed[one.key]]
        return "\n".join(rows)

    def _schema(self) -> dict[str, Any]:
        candidate = {"type": "string", "enum": [name for name, _ in self.candidates]}
        fact = {"type": "string", "enum": [name for name, _ in self._facts] or ["none"]}
        if self._limits.small:
            text = {"type": "string", "maxLength": 200}
            return _object(text=text, facts={"type": "array", "items": fact, "maxItems": 3})
        one, cited = {"$ref": "#/$defs/candidate"}, {"type": "array", "items": {"$ref": "#/$defs/fact"}}
        field = {"type": "string", "enum": list(self.fields)}
        kind = {"type": "string", "enum": ["not_an_integration", "same_as"]}
        claim = _object(candidate=one, field=field, text={"type": "string"}, facts=cited)
        aside = _object(candidate=one, kind=kind, other=one, facts=cited)
        lists = _object(claims={"type": "array", "items": claim}, asides={"type": "array", "items": aside})
        return lists | {"$defs": {"candidate": candidate, "fact": fact}}


def _distinct(facts: Sequence[Fact]) -> list[Fact]:
    """The first fact of each id."""
    return list({fact.id: fact for fact in reversed(facts)}.values())[::-1]


def _object(**properties: Any) -> dict[str, Any]:
    """An object of the strict kind: every property required, no other allowed."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


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
