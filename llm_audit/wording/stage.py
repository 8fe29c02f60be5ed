"""The stage that gives candidates a model's words: plan, ask, judge, apply; what fails stays as code wrote it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from llm_audit.catalog import Catalog
from llm_audit.excerpts import Source
from llm_audit.excerpts.counting import Counter
from llm_audit.model import Candidate, Dismissed, Redacted
from llm_audit.templates import Template
from llm_audit.wording import asides
from llm_audit.wording.answers import Answer, AnswerFault, Aside, parse
from llm_audit.wording.applying import words
from llm_audit.wording.asking import Asker, Outcome, Tell
from llm_audit.wording.bearing import Grounds
from llm_audit.wording.briefs import Brief, Limits, Planned, plan
from llm_audit.wording.ground import Judge
from llm_audit.wording.lexicon import of
from llm_audit.wording.prompting import Prompts
from llm_audit.wording.tally import Judged, SectionReport, fallen_of, reports_of, row_of


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is about to be sent: the plan, the tree's text, answers that are known, the briefs to ask and to leave to the cap."""

    planned: Planned
    source: Source
    known: dict[str, Answer]
    asked: tuple[Brief, ...]
    capped: tuple[Brief, ...]


@dataclass(frozen=True, slots=True)
class Worded:
    """Candidates with words, the report by section, the record's rows, what the model said besides and whom that took out."""

    candidates: tuple[Candidate, ...]
    sections: tuple[SectionReport, ...]
    rows: list[dict[str, Any]] = field(default_factory=list)
    remarks: tuple[asides.Remark, ...] = ()
    dismissed: tuple[Dismissed, ...] = ()

    @property
    def unworded(self) -> dict[str, tuple[str, ...]]:
        """Why sections that should have a model's words have none, and which, by the reason."""
        found: dict[str, tuple[str, ...]] = {}
        for one in self.sections:
            if one.fault:
                found[one.fault] = (*found.get(one.fault, ()), one.section)
        return found


def prepare(
    candidates: Sequence[Candidate],
    template: Template,
    prompts: Prompts,
    source: Source,
    counter: Counter,
    limits: Limits,
    known: Callable[[Brief], str | None],
    cap: int = 0,
) -> Prepared:
    """The plan of a run: what is known needs no call; what the cap leaves no room for is not asked.

    Args:
        candidates: what code found.
        template: the document's grammar.
        prompts: what is said around the facts.
        source: the tree's text, filtered.
        counter: counts tokens.
        limits: how much may be sent.
        known: gives the kept answer to a brief.
        cap: most tokens for input and output together; 0 for none.
    """
    planned = plan(candidates, template, prompts, source, counter, limits)
    answers: dict[str, Answer] = {}
    for brief in planned.briefs:
        if (text := known(brief)) is not None and (answer := _usable(text, brief)) is not None:
            answers[brief.key] = answer
    asked, capped, spent = [], [], 0
    for brief in planned.briefs:
        if brief.key in answers:
            continue
        cost = brief.tokens + brief.answer_tokens
        if cap and spent + cost > cap:
            capped.append(brief)
            continue
        spent += cost
        asked.append(brief)
    return Prepared(planned, source, answers, tuple(asked), tuple(capped))


def _usable(text: str, brief: Brief) -> Answer | None:
    try:
        return parse(text, brief)
    except AnswerFault:
        return None


def write(
    candidates: Sequence[Candidate],
    template: Template,
    catalog: Catalog,
    prepared: Prepared,
    asker: Asker,
    tell: Tell,
    keep: Callable[[Brief, Redacted], None],
) -> Worded:
    """The candidates with the words that hold.

    Args:
        candidates: what code found, in its order.
        template: for the order of labels.
        catalog: for the names of products.
        prepared: the plan.
        asker: answers what is not known.
        tell: told what happens.
        keep: given each new answer at once.
    """
    outcomes = _outcomes(prepared, asker, tell, keep)
    judge = Judge(of(catalog), Grounds.of(candidates, prepared.source))
    judged = [(one, judge.judge(one.answer.claims, one.brief) if one.answer else ()) for one in outcomes]
    fallen = fallen_of(judged)
    worded = _applied(candidates, judged, fallen, template)
    remarks = asides.judged([(one.brief, _said(one, fallen)) for one in outcomes], candidates)
    kept, dismissed = asides.applied(candidates, worded, remarks)
    reports = reports_of(judged, fallen, {brief.key for brief in prepared.capped})
    return Worded(kept, reports, [row_of(*pair) for pair in judged], remarks, dismissed)


def _outcomes(prepared: Prepared, asker: Asker, tell: Tell, keep: Callable[[Brief, Redacted], None]) -> list[Outcome]:
    """What became of each brief of the plan, asked or not."""
    fresh: tuple[Outcome, ...] = ()
    if prepared.asked:
        fresh = asyncio.run(asker.ask_all(prepared.asked, tell, lambda brief, answer: keep(brief, answer.text)))
    by_key = {
        # judged by the brief as planned, so that an answer from the cache or a record meets the same judge
        brief.key: replace(outcome, brief=brief)
        for brief, outcome in zip(prepared.asked, fresh, strict=True)
    }
    by_key |= {
        brief.key: Outcome(brief, prepared.known[brief.key], cached=True)
        for brief in prepared.planned.briefs
        if brief.key in prepared.known
    }
    by_key |= {brief.key: Outcome(brief, fault="token cap") for brief in prepared.capped}
    return [by_key[brief.key] for brief in prepared.planned.briefs]


def _said(outcome: Outcome, fallen: Mapping[str, str]) -> tuple[Aside, ...]:
    """What an answer says besides, of sections whose claims hold."""
    return outcome.answer.asides if outcome.answer and outcome.brief.section not in fallen else ()


def _applied(
    candidates: Sequence[Candidate], judged: Sequence[Judged], fallen: Mapping[str, str], template: Template
) -> dict[int, Candidate]:
    """The candidates with words, by the identity of each without."""
    found = {id(one): (outcome.brief, own) for outcome, own in judged for _, one in outcome.brief.candidates}
    return {
        id(one): words(one, *found[id(one)], template.fields_of(one.group))
        if id(one) in found and one.section not in fallen
        else one
        for one in candidates
    }
