"""What a model says besides its claims: an entry is no integration, or the same as another. Acted upon where code agrees.

A model reads text that strangers wrote, so its word alone takes nothing out of a document. An entry goes when the evidence
for it is thin by the program's own measure; two are merged when their evidence meets. A model that says it of many entries
of a section, or of all of a group, is not followed there at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from llm_audit.integrations.strength import strength
from llm_audit.model import Candidate, Dismissed, Kind
from llm_audit.wording.answers import Aside
from llm_audit.wording.briefs import Brief
from llm_audit.wording.request import NONE, SAME

_THIN = 2
_SILENT = frozenset({Kind.DEPENDENCY, Kind.LOCKED, Kind.IMAGE, Kind.SETTING, Kind.ENV_DECLARED, Kind.HOST})
_INTERFACE = re.compile(
    r"(?i)(^|[./-])(api|apis|rest|graphql|rpc|gateway|hooks?|webhooks?|oauth2?|auth|token|ingest|collector)\d*([./-]|$)|/v\d"
)
_REQUEST = re.compile(
    r"(?i)fetch|axios|requests?\b|urlopen|curl|https?(client|x|ie|arty)?\s{0,3}[.(]|\b(client|session|got|ky|superagent|reqwest|faraday)\b|[a-z]Request"
)
"""What code that calls an address has near it."""
_COMMON = frozenset("www api app cdn com net org web dev cloud services".split())


@dataclass(frozen=True, slots=True)
class Remark:
    """What a model said of an entry, and what became of it.

    Attributes:
        candidate: of whom.
        kind: no integration, or the same as another.
        other: the other one; the entry itself when it is said to be none.
        cited: places of the facts that the model names.
        refused: why it was not followed; empty when it was.
    """

    candidate: Candidate
    kind: str
    other: Candidate
    cited: tuple[str, ...]
    refused: str = ""

    @property
    def said(self) -> str:
        """The remark as a clause."""
        what = "no integration" if self.kind == NONE else f"the same as {self.other.name}"
        return f"the model takes {self.candidate.name} for {what}"

    @property
    def became(self) -> str:
        """What was done about it."""
        if self.refused:
            return f"kept: {self.refused}"
        return "taken out: its evidence is thin" if self.kind == NONE else "merged: their evidence meets"


def judged(said: Sequence[tuple[Brief, Sequence[Aside]]], candidates: Sequence[Candidate]) -> tuple[Remark, ...]:
    """Every remark of a run, in the order of briefs, with what becomes of it.

    Args:
        said: the asides of each brief.
        candidates: all entries of the document.
    """
    remarks = [remark for brief, asides in said for one in asides if (remark := _remark(one, brief)) is not None]
    many = _too_many(remarks, candidates)
    settled: list[Remark] = []
    gone: set[int] = set()
    kept: set[int] = set()
    for remark in remarks:
        refused = remark.refused or many.get((remark.candidate.section, remark.kind), "")
        if not refused and (id(remark.candidate) in gone or id(remark.other) in gone or id(remark.candidate) in kept):
            refused = "the model says more than one thing of it"
        if not refused:
            gone.add(id(remark.candidate))
            kept |= {id(remark.other)} - {id(remark.candidate)}
        settled.append(replace(remark, refused=refused))
    return tuple(settled)


def _remark(aside: Aside, brief: Brief) -> Remark | None:
    named = dict(brief.candidates)
    one, other = named[aside.candidate], named[aside.other]
    if aside.kind == SAME and one is other:
        return None
    other = other if aside.kind == SAME else one
    facts = dict(brief.facts)
    own = [facts[name] for name in aside.facts if name in facts and facts[name] in (*one.facts, *other.facts)]
    remark = Remark(one, aside.kind, other, tuple(str(fact.place) for fact in own))
    if not own:
        return replace(remark, refused="no fact of it is cited")
    if aside.kind == NONE:
        return replace(remark, refused="" if _thin(one, brief) else "code shows its use")
    return replace(remark, refused="" if _meet(one, other) else "code does not connect the two")


def _too_many(remarks: Sequence[Remark], candidates: Sequence[Candidate]) -> dict[tuple[str, str], str]:
    """Sections that a model says too much of, by what it says."""
    entries = Counter(one.section for one in candidates)
    groups = Counter((one.section, one.group) for one in candidates)
    told = {(one.candidate.section, one.kind): "the model says so of too many entries" for one in remarks}
    for section, kind in list(told):
        own = {
            id(one.candidate): one.candidate for one in remarks if (one.candidate.section, one.kind) == (section, kind)
        }
        emptied = [
            group
            for group, count in Counter((one.section, one.group) for one in own.values()).items()
            if kind == NONE and count >= groups[group]
        ]
        if len(own) <= max(1, entries[section] // 4) and not emptied:
            del told[section, kind]
    return told


def _thin(candidate: Candidate, brief: Brief) -> bool:
    """Whether code alone would hardly miss the entry: weak facts only, or an unknown host that nothing seems to call."""
    facts = candidate.facts
    if not facts or any(fact.kind not in _SILENT for fact in facts):
        return False
    if all(strength(fact) <= _THIN for fact in facts):
        return True
    return (
        candidate.key.startswith("host:")
        and not any(value.label == "Auth" for value in candidate.values)
        and not any(_INTERFACE.search(f"{fact.name}{fact.value}") for fact in facts)
        and _uncalled(candidate, brief)
    )


def _uncalled(candidate: Candidate, brief: Brief) -> bool:
    """Whether all code that speaks of the entry was shown, and nowhere in it a request is made."""
    paths = {fact.path for fact in candidate.facts}
    shown = [one for one in brief.excerpts if one.path in paths]
    return {one.path for one in shown} == paths and not any(_REQUEST.search(one.text) for one in shown)


def _meet(one: Candidate, other: Candidate) -> bool:
    """Whether the first may go into the second: a thing of the same group that its facts or its host name."""
    if (one.section, one.group) != (other.section, other.group) or not one.facts:
        return False
    places = {(fact.path, fact.line) for fact in other.facts}
    if all((fact.path, fact.line) in places for fact in one.facts):
        return True
    if not one.key.startswith("host:"):
        return False
    labels = set(re.split(r"[.-]", one.key.removeprefix("host:").lower())) - _COMMON
    names = set(re.findall(r"[a-z0-9]+", f"{other.name} {other.key}".lower())) - _COMMON
    return any(label in names for label in labels if len(label) > 3)


def applied(
    candidates: Sequence[Candidate], worded: Mapping[int, Candidate], remarks: Sequence[Remark]
) -> tuple[tuple[Candidate, ...], tuple[Dismissed, ...]]:
    """The entries without those that went, and what is to be told of them.

    Args:
        candidates: as code found them.
        worded: the same with words, by the identity of the first.
        remarks: all that was said.
    """
    followed = {id(one.candidate): one for one in remarks if not one.refused}
    merged: dict[int, list[Candidate]] = {}
    for one in followed.values():
        if one.kind == SAME:
            merged.setdefault(id(one.other), []).append(one.candidate)
    kept = tuple(_with(worded[id(one)], merged.get(id(one), ())) for one in candidates if id(one) not in followed)
    return kept, tuple(_dismissals(followed.values()))


def _with(candidate: Candidate, parts: Sequence[Candidate]) -> Candidate:
    """An entry with the evidence, and the lines that it had none of, of those that are the same."""
    for part in parts:
        labels = {value.label for value in candidate.values}
        more = tuple(value for value in part.values if value.label not in labels)
        facts = sorted((*candidate.facts, *part.facts), key=lambda fact: -strength(fact))
        candidate = replace(candidate, values=(*candidate.values, *more), facts=tuple(dict.fromkeys(facts)))
    return candidate


def _dismissals(remarks: Iterable[Remark]) -> Iterator[Dismissed]:
    for one in remarks:
        reason = (
            f"{one.said}, and the evidence is thin" if one.kind == NONE else f"{one.said}, and code connects the two"
        )
        yield Dismissed(one.candidate.name, reason, one.candidate.facts[:4], one.candidate.group)


def rows(remarks: Sequence[Remark]) -> list[dict[str, object]]:
    """The remarks in the run record."""
    return [
        {
            "key": one.candidate.key,
            "name": one.candidate.name,
            "section": one.candidate.section,
            "said": one.said,
            "cited": list(one.cited),
            "became": one.became,
        }
        for one in remarks
    ]
