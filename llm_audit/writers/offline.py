"""The writer that needs no model: every word comes from the catalogue, the facts, and the phrases below."""

from __future__ import annotations

from llm_audit.document import Document, Entry, Group, Section
from llm_audit.integrations import Found
from llm_audit.integrations.sightings import USE, strength
from llm_audit.integrations.values import evidence_of
from llm_audit.model import Candidate, Dismissed
from llm_audit.templates import GroupSpec, Template

_LABELLED_SECTION = "Environment Configuration"


def write(found: Found, template: Template, date: str) -> Document:
    """The whole document: the template's sections and groups in its order, entries by weight of evidence, then name."""
    sections = tuple(Section(spec.name, tuple(_groups(spec.name, spec.groups, found))) for spec in template.sections)
    return Document(template.title, date, sections)


def _groups(section: str, specs: tuple[GroupSpec, ...], found: Found) -> list[Group]:
    groups: list[Group] = []
    for spec in specs:
        own = [one for one in found.candidates if one.group == spec.label]
        if section != _LABELLED_SECTION:
            own.sort(key=_weight)
        entries = tuple(_entry(one, section) for one in own)
        if entries or spec.fixed:
            groups.append(Group(spec.label, entries, "" if entries else _none(spec, found.dismissed)))
    return groups


def _none(spec: GroupSpec, dismissed: tuple[Dismissed, ...]) -> str:
    """What was searched in vain, and the look-alikes with the reason why they are none."""
    alike = [
        f"{one.name}: {one.reason}"
        for one in dismissed
        if one.group == spec.label and not one.reason.startswith("only in")
    ]
    return "; ".join(part for part in (spec.none, *alike[:3]) if part)


def _entry(candidate: Candidate, section: str) -> Entry:
    cited = candidate.facts[:4] if section == _LABELLED_SECTION else evidence_of(candidate.facts)
    places = tuple(dict.fromkeys(fact.place for fact in cited))
    labelled = section == _LABELLED_SECTION
    return Entry(candidate.name, candidate.purpose, candidate.values, places, labelled)


def _weight(candidate: Candidate) -> tuple[bool, int, str]:
    """Known services before unknown hosts; what more files prove comes first; then by name."""
    files = {fact.path for fact in candidate.facts if strength(fact) >= USE}
    return candidate.key.startswith("host:"), -len(files), candidate.name
