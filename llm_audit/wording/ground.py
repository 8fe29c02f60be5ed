"""Claims against facts: what a model wrote stands only where the code bears it out, word for word on identifiers.

A claim is *dropped* when it names something that its facts do not hold (`names`), *flagged* when its wording is at fault
(`phrases`: a guess, a slogan, a sweeping or unspecific sentence). Neither reaches the document: the offline text takes its
place. `bearing` says what may bear a claim out; products and hosts must stand in facts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from llm_audit.model import Redacted
from llm_audit.wording import phrases
from llm_audit.wording.bearing import Grounds
from llm_audit.wording.briefs import Brief
from llm_audit.wording.lexicon import Lexicon
from llm_audit.wording.names import Names
from llm_audit.wording.request import PURPOSE

SUPPORTED, FLAGGED, DROPPED = "supported", "flagged", "dropped"


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a model: about a candidate, for a field, with the facts that it cites; all by short name."""

    candidate: str
    field: str
    text: Redacted
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim, the kind of fault, and the reason in words."""

    claim: Claim
    verdict: str
    kind: str = ""
    reason: str = ""


class Judge:
    """Judges the claims of a run.

    Args:
        lexicon: the catalogue's names.
        grounds: where evidence is found.
    """

    def __init__(self, lexicon: Lexicon, grounds: Grounds) -> None:
        self._lexicon = lexicon
        self._names = Names(lexicon, grounds.variables)
        self._grounds = grounds

    def judge(self, claims: tuple[Claim, ...], brief: Brief) -> tuple[Verdict, ...]:
        """A verdict for each claim; of two for one field the first that holds is kept."""
        taken: set[tuple[str, str]] = set()
        verdicts = []
        for claim in claims:
            verdict = self._verdict(claim, brief)
            if verdict.verdict == SUPPORTED and (claim.candidate, claim.field) in taken:
                verdict = Verdict(claim, FLAGGED, "repeated", "the field is filled already")
            if verdict.verdict == SUPPORTED:
                taken.add((claim.candidate, claim.field))
            verdicts.append(verdict)
        return tuple(verdicts)

    def _verdict(self, claim: Claim, brief: Brief) -> Verdict:
        candidate = dict(brief.candidates).get(claim.candidate)
        known = set(candidate.facts) if candidate else set()
        own = {name: fact for name, fact in brief.facts if fact in known}
        if candidate is None:
            return Verdict(claim, DROPPED, "candidate", "no such candidate")
        if claim.field not in brief.fields or any(value.label == claim.field for value in candidate.values):
            return Verdict(claim, DROPPED, "field", f"{claim.field} is not for a model to fill here")
        if not claim.facts or any(name not in own for name in claim.facts):
            return Verdict(claim, DROPPED, "facts", "cites no fact, or one of another candidate")
        if fault := phrases.structure(claim.text):
            return Verdict(claim, DROPPED, "structure", fault)
        evidence = self._grounds.evidence(candidate, [own[name] for name in claim.facts], brief)
        named = replace(evidence, code="") if brief.mode == "keep" else evidence
        if named_wrong := self._names.fault(claim.text, candidate, named):
            return Verdict(claim, DROPPED, *named_wrong)
        if worded_wrong := phrases.fault(claim.text, candidate, evidence, self._lexicon):
            return Verdict(claim, FLAGGED, *worded_wrong)
        if claim.field == PURPOSE and (
            phrases.SUBJECT.match(claim.text) or phrases.names_itself(claim.text, candidate)
        ):
            return Verdict(claim, FLAGGED, "subject", "does not begin with what is done")
        if claim.field == PURPOSE and brief.mode == "replace" and phrases.SETUP.match(claim.text):
            return Verdict(claim, FLAGGED, "setup", "tells how it is set up, not what for")
        return Verdict(claim, SUPPORTED)
