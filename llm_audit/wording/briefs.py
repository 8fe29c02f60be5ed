"""What is asked of a model: which candidates go into one request, with how much code, and what each request costs.

A request holds the candidates of one section, so that an unchanged section costs no call; a small model gets one candidate
at a time. The same tree and settings give the same briefs, to the byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from llm_audit.excerpts import Excerpt, Leads, Source, leads, select
from llm_audit.excerpts.counting import Counter
from llm_audit.integrations.strength import USE, strength
from llm_audit.integrations.unknown import OTHERS
from llm_audit.model import Candidate, Fact
from llm_audit.templates import Template
from llm_audit.wording.prompting import Prompts, slug
from llm_audit.wording.request import Message, Subject, messages, schema

_PER_MESSAGE = 6
"""Tokens that a chat format spends on a message beyond its text."""
_LEAST = 75
"""Tokens of code that make a service worth asking about."""
_FEWEST = 2
"""Facts that are told of a candidate when room is short."""
_SHARE = 3
"""How many times as much code a service is worth as a list of variables."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be sent.

    Attributes:
        total: input tokens of all briefs together, however many candidates there are.
        base: input tokens for the candidates of a small service.
        few: how many candidates that is.
        each: input tokens for each candidate beyond those.
        code: tokens of excerpts for each candidate.
        batch: candidates in one brief.
        facts: facts listed for each.
        lines: of a window.
        small: one candidate per brief, one sentence as the answer.
    """

    total: int = 40_000
    base: int = 8_000
    few: int = 24
    each: int = 450
    code: int = 180
    batch: int = 12
    facts: int = 4
    lines: int = 24
    small: bool = False

    def budget(self, candidates: int) -> int:
        """Input tokens for so many candidates."""
        return min(self.total, self.base + self.each * max(candidates - self.few, 0))


SMALL = Limits(each=600, code=260, batch=1, facts=3, lines=12, small=True)


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
    # a sentence in place of a list would lose what is listed
    one_each = [one for one in candidates if one.key != OTHERS]
    asked = [one for one in one_each if not limits.small or _worth_a_sentence(one, prompts)]
    kept, makers, room = _fitting(asked, template, prompts, counter, limits)
    each = min(limits.code // _SHARE, room // max(sum(map(_share, kept)), 1))
    source.learn(path for maker in makers for path in maker.subject.paths)
    uses = leads([facts for maker in makers for one, facts in maker.subject.told if not _lists(one)], source)
    briefs = tuple(
        maker.brief(each * sum(_share(one) for _, one in maker.subject.candidates), source, uses) for maker in makers
    )
    chosen = {id(one) for one in kept}
    by_key = {maker.key: maker for maker in makers}

    def shorter(brief: Brief) -> Brief | None:
        room = (brief.tokens - by_key[brief.key].fixed) // 3
        return by_key[brief.key].brief(max(room, 0), source, uses) if brief.excerpts else None

    return Planned(briefs, tuple(one for one in asked if id(one) not in chosen), shorter)


def _fitting(
    asked: Sequence[Candidate], template: Template, prompts: Prompts, counter: Counter, limits: Limits
) -> tuple[list[Candidate], list[_Maker], int]:
    """The candidates that fit into the budget, what makes their briefs, and the tokens that are left for code."""
    kept = sorted(asked, key=_priority)
    told = limits.facts
    while True:
        makers = [
            _Maker(f"{slug(spec.name)}{f'.{n}' if n else ''}", batch, prompts, counter, replace(limits, facts=told))
            for spec in template.sections
            for n, batch in enumerate(_batches([c for c in kept if c.section == spec.name], limits.batch))
        ]
        room = limits.budget(len(asked)) - sum(maker.fixed for maker in makers)
        if room >= _LEAST * len(kept) or not kept:
            return kept, makers, room
        if told > _FEWEST:  # before a candidate is left out, fewer facts of each are told
            told -= 1
        else:
            kept = kept[: min(len(kept) - 1, int(len(kept) * 0.9))]


def _worth_a_sentence(candidate: Candidate, prompts: Prompts) -> bool:
    """Whether one sentence of a small model may say more than the document does already.

    Lists and endpoints speak for themselves, and what code itself tells of its calls and tables is better than a small model's
    guess. A large one is asked all the same: it may add when and for whom, and notes.
    """
    return prompts.sections[candidate.section].mode == "replace" and not candidate.told


def _priority(candidate: Candidate) -> tuple[bool, bool, int, str, str]:
    files = {fact.path for fact in candidate.facts if strength(fact) >= USE}
    return (
        candidate.key.startswith("host:"),
        ":" in candidate.key,
        -min(len(files), 3),
        candidate.section,
        candidate.key,
    )


def _lists(candidate: Candidate) -> bool:
    """Whether a line of the document is about no one service."""
    return ":" in candidate.key and not candidate.key.startswith("host:")


def _share(candidate: Candidate) -> int:
    """Parts of the room for code: a list of variables needs little of it."""
    return 1 if _lists(candidate) else _SHARE


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
        self.subject = Subject.of(batch, prompts, limits.facts, small=limits.small)
        self._prompts, self._counter, self._limits = prompts, counter, limits
        self._schema = schema(self.subject)
        self.fixed = self._cost(messages(self.subject, (), prompts))

    def brief(self, room: int, source: Source, uses: Leads) -> Brief:
        """The brief with at most `room` tokens of code."""
        limit = self.fixed + room
        while True:
            excerpts = select(self.subject.listed, source, room, self._counter, lines=self._limits.lines, leads=uses)
            text = messages(self.subject, excerpts, self._prompts)
            tokens = self._cost(text)
            if tokens <= limit or not excerpts:
                break
            # marks, and markers of secrets that show in the whole only, may cost more than the code alone
            room -= max(tokens - limit, 1)
        answer = 160 if self._limits.small else 200 + 130 * len(self.subject.candidates)
        subject = self.subject
        return Brief(
            self.key, subject.rule.section, subject.rule.mode, text, self._schema, subject.candidates, subject.facts, excerpts,
            subject.fields, tokens, answer, subject.small,
        )  # fmt: skip

    def _cost(self, sent: tuple[Message, ...]) -> int:
        texts = sum(self._counter.count(one.text) + _PER_MESSAGE for one in sent)
        return texts + self._counter.count(self._schema)
