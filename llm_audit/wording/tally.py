"""What came of a run with a model: figures for each section, sections whose claims mostly fell, and rows for the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from llm_audit.wording.asking import Outcome
from llm_audit.wording.ground import DROPPED, FLAGGED, SUPPORTED, Verdict

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


def fallen_of(judged: Sequence[Judged]) -> dict[str, str]:
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


def reports_of(judged: Sequence[Judged], fallen: Mapping[str, str], capped: Set[str]) -> tuple[SectionReport, ...]:
    """A report for each section, in the order of briefs.

    Args:
        judged: what became of every brief.
        fallen: sections whose claims mostly do not hold.
        capped: keys of the briefs that the token cap left no room for.
    """
    by_section: dict[str, list[Judged]] = {}
    for pair in judged:
        by_section.setdefault(pair[0].brief.section, []).append(pair)
    return tuple(_report(section, own, fallen.get(section, ""), capped) for section, own in by_section.items())


def _report(section: str, judged: Sequence[Judged], fallen: str, capped: Set[str]) -> SectionReport:
    verdicts = [verdict for _, own in judged for verdict in own]
    count = {kind: sum(v.verdict == kind for v in verdicts) for kind in (SUPPORTED, FLAGGED, DROPPED)}
    outcomes = [one for one, _ in judged]
    failed = [one.fault for one in outcomes if one.fault and one.brief.key not in capped]
    some = f"{len(failed)} of {len(outcomes)} calls failed: " if len(failed) < len(outcomes) else ""
    fault = f"{some}{failed[0]}" if failed else ""
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


def row_of(outcome: Outcome, verdicts: tuple[Verdict, ...]) -> dict[str, Any]:
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
