"""Which sightings become entries, and in which group; the others are dismissed with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llm_audit.document import plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.presumed import presumed
from llm_audit.integrations.purposes import purpose_of
from llm_audit.integrations.reasons import left_out, why_not
from llm_audit.integrations.roles import roles_of
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.strength import USE, strength
from llm_audit.integrations.targets import TARGETS, targets
from llm_audit.integrations.values import Context, evidence_of, values_of
from llm_audit.integrations.variables import Variables
from llm_audit.model import Candidate, Dismissed, Fact, Kind
from llm_audit.templates import Template

_ELSEWHERE = frozenset({"Hosting", "CI Pipeline"})
"""Groups with modules of their own."""


def entries(
    sightings: dict[str, Sighting], ledger: Ledger, variables: Variables, template: Template, own: frozenset[str]
) -> Iterator[Candidate | Dismissed]:
    """An entry for each service in use, once per role it plays; a dismissal for each that only looks like one.

    Args:
        sightings: every service that a fact speaks of.
        ledger: all facts.
        variables: the program's variables.
        template: groups and field labels.
        own: ids of catalogue services that are the audited project itself.
    """
    used = {key for key, one in sightings.items() if one.service.kind == "service" and not why_not(one)}
    assumed = presumed(sightings, used, ledger)
    targeted = targets(sightings)
    stores = frozenset(key for key in used | assumed if sightings[key].service.group == "Databases")
    for sighting in sightings.values():
        service = sighting.service
        if service.kind != "service" or service.group in _ELSEWHERE:
            if service.group == "Hosting" and service.id not in own:
                yield from _managed(sighting, ledger, variables, template)
            continue
        if reason := left_out(sighting, sightings, used, assumed, own):
            yield Dismissed(service.name, reason, sighting.facts[:4], service.group)
            continue
        for group, facts in [(TARGETS, sighting.facts)] if service.id in targeted else roles_of(sighting):
            part = Sighting(service, facts)
            context = Context(ledger, variables, part, group)
            purpose = purpose_of(context, stores)
            yield Candidate(
                key=service.id,
                name=_title(part),
                section=template.section_of(group),
                group=group,
                purpose=purpose.text,
                values=values_of(context, _labels(template.fields_of(group), targeted=service.id in targeted)),
                facts=_cited_first(facts),
                told=purpose.own,
            )


def _labels(labels: Iterable[str], *, targeted: bool) -> list[str]:
    """The labels that apply: of a driver that users point at their own store, the calls are those of any driver."""
    return [label for label in labels if not (targeted and label == "Endpoints used")]


def _title(sighting: Sighting) -> str:
    """The service's name; where the catalogue bundles small bots under one name, with those that are in use."""
    parts = (fact for fact in sighting.of(Kind.ACTION, Kind.RESOURCE) if fact.kind == Kind.ACTION or _is_chart(fact))
    bots = dict.fromkeys(plain(fact.name.rpartition("/")[2]) for fact in parts)
    if sighting.service.id.endswith("-bundle") and bots:
        return f"{sighting.service.name} ({', '.join(list(bots)[:6])})"
    return sighting.title


def _is_chart(fact: Fact) -> bool:
    return fact.detail("tool") == "helm"


def _cited_first(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    cited = evidence_of(facts)
    first = set(map(id, cited))
    return (*cited, *(fact for fact in facts if id(fact) not in first))


def _managed(sighting: Sighting, ledger: Ledger, variables: Variables, template: Template) -> Iterator[Candidate]:
    """The management interface of a hosting platform that code calls, wherever the program itself runs."""
    called = tuple(fact for fact in sighting.facts if _is_management(fact) and strength(fact) >= USE)
    if called:
        group = "Cloud Services"
        context = Context(ledger, variables, Sighting(sighting.service, called), group)
        values = values_of(context, _labels(template.fields_of(group), targeted=False))
        name = f"{sighting.service.name} API"
        yield Candidate(
            sighting.service.id, name, template.section_of(group), group, "Management calls from code", values, called
        )


_MANAGEMENT = re.compile(r"api\.(?!mintlify)|backboard\.railway\.")


def _is_management(fact: Fact) -> bool:
    if fact.kind == Kind.HOST:
        return fact.detail("use") == "call" and bool(_MANAGEMENT.match(fact.name))
    return fact.kind == Kind.SETTING and fact.name == "module"
