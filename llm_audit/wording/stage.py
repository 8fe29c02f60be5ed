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
from llm_audit.wording.ground import DROPPED, FLAGGED, SUPPORTED, Judge, Verdict
from llm_audit.wording.lexicon import of
from llm_audit.wording.prompting import Prompts

Judged = tuple[Outcome, tuple[Verdict, ...]]
"""What became of a brief, and the verdicts on its claims."""


@dataclass(frozen=True, slots=True)
class SectionReport:
    """What became of one section.

    Attributes:
        section: heading.
        calls: requests made.
        hits: answers that were known already.
        sent: input tokens.
        received: output tokens.
        seconds: of its longest call.
        kept: claims that stand in the document.
        flagged: claims whose wording was at fault.
        dropped: claims that facts did not bear out.
        retries: requests that were made again.
        fault: why the section has no words of the model although it should; empty when it has.
        capped: calls that the token cap left no room for.
    """

    section: str
    calls: int = 0
    hits: int = 0
    sent: int = 0
    received: int = 0
    seconds: float = 0.0
    kept: int = 0
    flagged: int = 0
    dropped: int = 0
    retries: int = 0
    fault: str = ""
    capped: int = 0


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
    def unworded(self) -> tuple[str, ...]:
        """Sections that should have a model's words and have none, each with the reason."""
        return tuple(f"{one.section}: {one.fault}" for one in self.sections if one.fault)


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
    fallen = _fallen(judged)
    worded = _applied(candidates, judged, fallen, template)
    remarks = asides.judged([(one.brief, _said(one, fallen)) for one in outcomes], candidates)
    kept, dismissed = asides.applied(candidates, worded, remarks)
    return Worded(kept, _reports(judged, fallen, prepared), [_row(*pair) for pair in judged], remarks, dismissed)


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


def _fallen(judged: Sequence[Judged]) -> dict[str, str]:
    """The sections whose claims mostly do not hold, and how many those are."""
    verdicts: dict[str, list[Verdict]] = {}
    for outcome, own in judged:
        verdicts.setdefault(outcome.brief.section, []).extend(own)
    held = {section: sum(one.verdict == SUPPORTED for one in own) for section, own in verdicts.items()}
    return {
        section: f"{len(own) - held[section]} of {len(own)} claims do not hold"
        for section, own in verdicts.items()
        if held[section] * 2 < len(own)
    }


def _said(outcome: Outcome, fallen: Mapping[str, str]) -> tuple[Aside, ...]:
    """What an answer says besides, of sections whose claims hold."""
    return outcome.answer.asides if outcome.answer and outcome.brief.section not in fallen else ()


def _reports(judged: Sequence[Judged], fallen: Mapping[str, str], prepared: Prepared) -> tuple[SectionReport, ...]:
    by_section: dict[str, list[Judged]] = {}
    for pair in judged:
        by_section.setdefault(pair[0].brief.section, []).append(pair)
    capped = frozenset(brief.key for brief in prepared.capped)
    return tuple(_report(section, own, fallen.get(section, ""), capped) for section, own in by_section.items())


def _report(section: str, judged: Sequence[Judged], fallen: str, capped: frozenset[str]) -> SectionReport:
    verdicts = [verdict for _, own in judged for verdict in own]
    count = {kind: sum(v.verdict == kind for v in verdicts) for kind in (SUPPORTED, FLAGGED, DROPPED)}
    outcomes = [one for one, _ in judged]
    failed = [one.fault for one in outcomes if one.fault and one.brief.key not in capped]
    fault = f"{len(failed)} of {len(outcomes)} calls failed: {failed[0]}" if failed else ""
    return SectionReport(
        section,
        sum(one.calls for one in outcomes),
        sum(one.cached for one in outcomes),
        sum(one.sent for one in outcomes),
        sum(one.received for one in outcomes),
        max(one.seconds for one in outcomes),
        count[SUPPORTED],
        count[FLAGGED],
        count[DROPPED],
        sum(one.retries for one in outcomes),
        fallen or fault,
        len(capped & {one.brief.key for one in outcomes}),
    )


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


def _row(outcome: Outcome, verdicts: tuple[Verdict, ...]) -> dict[str, Any]:
    """One brief in the run record."""
    brief = outcome.brief
    return {
        "key": brief.key,
        "section": brief.section,
        "request": f"sha256:{brief.digest}",
        "tokens": brief.tokens,
        "candidates": {name: {"key": one.key, "name": one.name, "group": one.group} for name, one in brief.candidates},
        "facts": {name: {"id": fact.id, "place": str(fact.place)} for name, fact in brief.facts},
        "excerpts": [one.place for one in brief.excerpts],
        "answer": outcome.answer.text if outcome.answer else None,
        "fault": outcome.fault,
        "cached": outcome.cached,
        "rung": outcome.rung,
        "calls": outcome.calls,
        "retries": outcome.retries,
        "sent": outcome.sent,
        "received": outcome.received,
        "seconds": round(outcome.seconds, 2),
        "verdicts": [
            {
                "candidate": v.claim.candidate,
                "field": v.claim.field,
                "text": v.claim.text,
                "facts": list(v.claim.facts),
                "verdict": v.verdict,
                "kind": v.kind,
                "reason": v.reason,
            }
            for v in verdicts
        ],
    }
