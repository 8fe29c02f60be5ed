"""The writer that needs no model: every word comes from the catalogue, the facts, and the phrases below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from llm_audit.document import Document, Entry, Group, Section, render
from llm_audit.integrations import Found
from llm_audit.integrations.grouping import APPLICATION, REST
from llm_audit.integrations.strength import USE, strength
from llm_audit.integrations.values import cited_by
from llm_audit.model import Candidate, Dismissed, Value
from llm_audit.templates import GroupSpec, Template
from llm_audit.writers.together import tail_together

MAX_LINES = 250
"""A document longer than this is shortened where its groups are long: nobody reads more."""
_TELLING = frozenset({"SDK/Client", "Client", "Implementation", "Integration", "Deployment"})
_LABELLED_SECTION = "Environment Configuration"


def write(found: Found, template: Template, date: str, limit: int = MAX_LINES) -> Document:
    """The whole document: the template's sections and groups in its order, entries by weight of evidence, then name."""
    sections = tuple(Section(spec.name, tuple(_groups(spec.name, spec.groups, found))) for spec in template.sections)
    document = Document(template.title, date, sections)
    return document if _length(document) <= limit else _compact(document)


def _length(document: Document) -> int:
    return render(document).count("\n")


def _compact(document: Document) -> Document:
    """A large application's document: after the first few of a group, an entry keeps one line and its evidence."""
    shorter = document
    for kept, parts in ((5, 16), (3, 16), (2, 16), (1, 16), (1, 6), (0, 6)):
        shorter = replace(document, sections=tuple(_shorter(section, kept, parts) for section in document.sections))
        if _length(shorter) <= MAX_LINES:
            return shorter
    for tails in _TAILS:
        told = replace(shorter, sections=tuple(_gathered(section, *tails) for section in shorter.sections))
        if _length(told) <= MAX_LINES:
            break
    return told


_ALL = 99
_TAILS = (
    (1, 2, _ALL), (0, 2, _ALL), (0, 2, 4), (0, 1, 4), (0, 1, 3), (0, 1, 2), (0, 1, 1),
)  # fmt: skip
"""How many entries of a group of upkeep, of a lesser and of a central one keep a line of their own, where the document is
too long even so: what keeps the repository in order is told together first, then what few files use."""
_UPKEEP = frozenset({"Infrastructure", "Package Publishing", "Code Quality & Dependencies"})
_APART = frozenset({"Incoming", "Outgoing"})
"""Groups whose entries always stand alone: each is a way in or out that somebody has to answer for."""


def _gathered(section: Section, upkeep: int, side: int, central: int) -> Section:
    if section.name == _LABELLED_SECTION:
        return section
    groups: list[Group] = []
    for group in section.groups:
        lesser = group.label not in _CENTRAL or group.label == "Hosting"
        kept = upkeep if group.label in _UPKEEP else side if lesser else central
        groups.append(group if group.label in _APART else tail_together(group, kept))
    return replace(section, groups=tuple(groups))


def _shorter(section: Section, kept: int, parts: int) -> Section:
    if section.name == _LABELLED_SECTION:
        groups = (
            replace(group, entries=tuple(fewer(entry, parts) for entry in group.entries)) for group in section.groups
        )
        return replace(section, groups=tuple(groups))
    groups = (_briefer(group, kept or (group.label in _CENTRAL)) for group in section.groups)
    return replace(section, groups=tuple(groups))


def _briefer(group: Group, kept: int) -> Group:
    return replace(group, entries=(*group.entries[:kept], *(brief(entry) for entry in group.entries[kept:])))


_CENTRAL = frozenset(
    "Payment Processing:Email/SMS:AI:Databases:File Storage:Caching:Auth Provider:Error Tracking:Hosting:CI Pipeline:Incoming".split(
        ":"
    )
)
"""Groups whose first entry keeps all its lines, however long the document is."""


def fewer(entry: Entry, parts: int) -> Entry:
    """A line of variables with so many groups at most: the smallest are told as one, after those that stay in their order."""
    if len(entry.values) <= parts:
        return entry
    named = [value for value in entry.values if value.label != REST]
    ranked = sorted(named, key=lambda value: (value.label == APPLICATION, value.text.count(", ")))
    small = ranked[: len(named) - parts + 1]
    rest = [value.text for value in entry.values if value.label == REST or value in small]
    several = [text for text in rest if ", " in text]
    text = "; ".join([*several, ", ".join(text for text in rest if text not in several)]).removesuffix("; ")
    return replace(entry, values=(*(value for value in named if value not in small), Value(REST, text)))


def brief(entry: Entry) -> Entry:
    """The entry on one line, with the most telling of its values and its credentials, and two places of evidence."""
    ranked = sorted(entry.values, key=lambda value: value.label not in _TELLING)
    first = next((value for value in ranked if len(value.text) <= _LONGEST), None)
    keys = next(
        filter(None, (_few_names(value.text) for value in ranked if value.label in _KEYS and value is not first)), ""
    )
    said = first.text if first else next(filter(None, map(_beginning, ranked)), "")
    text = "; ".join(part for part in (entry.text, said, keys) if part)
    return replace(entry, text=text, values=(), evidence=entry.evidence[:2])


_LONGEST = 120


def _beginning(value: Value) -> str:
    """What a client's long value says first."""
    first = value.text.partition("; ")[0]
    return first if value.label in ("SDK/Client", "Client") and len(first) <= _LONGEST else ""


_LONGEST_KEYS = 60


def _few_names(text: str) -> str:
    """The text where it is short; of a long list of variables those that fit, and how many more there are."""
    if len(text) <= _LONGEST_KEYS:
        return text
    names, _, more = text.partition(" and ")
    every = names.split(", ")
    kept = [
        name for at, name in enumerate(every) if len(", ".join(every[: at + 1])) <= _LONGEST_KEYS - len(" and 99 more")
    ]
    if not kept or not all(name.replace("_", "").isalnum() and name.isupper() for name in every):
        return ""
    left = len(every) - len(kept) + (int(more.split()[0]) if more.split()[:1] and more.split()[0].isdigit() else 0)
    return f"{', '.join(kept)} and {left} more"


_KEYS = frozenset({"Auth", "Credentials", "DSN", "Token", "Connection"})


def _groups(section: str, specs: tuple[GroupSpec, ...], found: Found) -> list[Group]:
    groups: list[Group] = []
    for spec in specs:
        own = [one for one in found.candidates if one.group == spec.label]
        if section != _LABELLED_SECTION:
            own.sort(key=_weight)
        entries = tuple(_said_once(_entry(one, section) for one in own))
        if entries or spec.fixed:
            groups.append(Group(spec.label, entries, "" if entries else _none(spec, found.dismissed)))
    return groups


_COMMON = frozenset({"Templates"})
"""Labels of lines that several entries of a group share: whoever sends a mail, its text lies in the same place."""


def _said_once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries of a group, without lines that an earlier one has word for word."""
    told: set[Value] = set()
    for entry in entries:
        kept = tuple(value for value in entry.values if value.label not in _COMMON or value not in told)
        told.update(kept)
        yield replace(entry, values=kept)


def _none(spec: GroupSpec, dismissed: tuple[Dismissed, ...]) -> str:
    """What was searched in vain, and the look-alikes with the reason why they are none."""
    alike = [
        f"{one.name}: {one.reason}"
        for one in dismissed
        if one.group == spec.label and not one.reason.startswith("only in")
    ]
    return "; ".join(part for part in (spec.none, *alike[:3]) if part)


def _entry(candidate: Candidate, section: str) -> Entry:
    cited = candidate.facts[:4] if section == _LABELLED_SECTION else cited_by(candidate)
    places = tuple(dict.fromkeys(fact.place for fact in cited))
    labelled = section == _LABELLED_SECTION
    return Entry(candidate.name, candidate.purpose, candidate.values, places, labelled)


def _weight(candidate: Candidate) -> tuple[bool, bool, int, int, str]:
    """Known services before unknown hosts, those told together last; what more files prove comes first, then more lines; then by name."""
    places = {fact.place for fact in candidate.facts if strength(fact) >= USE}
    files = {place.path for place in places}
    key = candidate.key
    return key.startswith("host:"), key.endswith(":others"), -len(files), -len(places), candidate.name
