"""Integrations: those that the document lacks, those that nothing supports, those under another kind of heading."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from llm_audit.catalog import Service
from llm_audit.checking.findings import Finding, Suspect, found
from llm_audit.checking.naming import Naming, folded, names_of, naming, plain_head, service_of
from llm_audit.checking.rules import Severity
from llm_audit.checking.world import ENV, HOOKS, World
from llm_audit.document import code, plain
from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Candidate, Dismissed, Fact, Kind, Place, Role
from llm_audit.reading.claims import doubted
from llm_audit.reading.lines import Kind as LineKind
from llm_audit.reading.outline import Item, Reading, meaning

_MINOR_GROUPS = frozenset(
    [
        "Code Quality & Dependencies",
        "Package Publishing",
        "Infrastructure",
        "CI Pipeline",
        "Hosting",
        "Logs",
        "Feature Flags",
    ]
)
"""Groups that a document may leave out without being wrong about the program."""
_GENERAL = re.compile(r"(?i)external|third|services|integrations|overview|summary")
"""Headings under which anything may stand."""
_CHOICES = re.compile(
    r"(?i)compatib|supported|alternativ|backends|providers?\b.*\b(options?|choices)|options|examples|choices"
)
"""Headings under which services stand to choose from."""
_OWN = ("own-", "local")
"""How the ids of the program's own parts begin, which code has under many names."""
_WEAK = re.compile(
    r"(?i)\b(optional\w*|mock\w*|stub\w*|disabled|inactive|placeholders?|simulated|manual\w*|supports?)\b"
)
"""Words in an entry that make it no claim that the code uses the service."""
_FIELDS = 12


def namings(reading: Reading, world: World) -> tuple[Naming, ...]:
    """The entries of a document whose heads name services of the catalogue."""
    told = (naming(item, world.catalog) for item in reading.items if item.form != LineKind.HEADING or item.trail)
    return tuple(one for one in told if one.services)


def missing(reading: Reading, world: World) -> Iterator[Finding]:
    """A finding for each service in use that the document does not mention.

    Args:
        reading: the document.
        world: the code.
    """
    text = folded(reading.text)
    raw = reading.text.lower()
    seen: dict[str, list[Candidate]] = defaultdict(list)
    for one in world.candidates:
        if one.section not in (ENV, HOOKS):
            seen[one.key].append(one)
    for key, entries in seen.items():
        service = world.catalog.services.get(key)
        if service is None or key.startswith("own-"):
            continue  # hosts without a name and the program's own parts: no document need name them
        if not _mentioned(entries, service, text, raw):
            yield lacking(entries, service)


def _mentioned(entries: list[Candidate], service: Service | None, text: str, raw: str) -> bool:
    if any(folded(name) in text for name in [one.name for one in entries]):
        return True
    if service and any(name in text for name in names_of(service)):
        return True
    if service is None or _signs_in(entries, raw):
        return service is not None
    kinds = (Kind.DEPENDENCY, Kind.HOST, Kind.IMAGE, Kind.ACTION, Kind.FILE, Kind.IMPORT)
    told = {fact.name.lower() for one in entries for fact in one.facts if fact.kind in kinds and len(fact.name) > 3}
    return any(re.search(rf"(?<![\w@\-]){re.escape(name)}(?![\w\-])", raw) for name in sorted(told))


def _signs_in(entries: list[Candidate], raw: str) -> bool:
    """Whether a line names the vendor of a way to sign in together with a word of signing in."""
    if any(one.group != "OAuth Integrations" for one in entries):
        return False
    vendor = re.sub(r"(?i)\b(oauth|sign in with|sign-in|login|sso|id|with)\b", "", entries[0].name).strip().lower()
    words = re.compile(r"oauth|sso|sign|log-?in|social|identity|auth")
    return bool(vendor) and any(vendor in line and words.search(line) for line in raw.split("\n"))


def lacking(entries: list[Candidate], service: Service | None) -> Finding:
    """The finding for entries of one service, None when the catalogue does not know it, that the document lacks."""
    first = entries[0]
    weak = service is None or all(one.group in _MINOR_GROUPS for one in entries)
    weak = weak or first.key.startswith("local") or not any(_is_use(fact) for fact in first.facts)
    places = _places(first)
    groups = " and ".join(dict.fromkeys(one.group for one in entries))
    return found(
        "missing-integration",
        first.key,
        f"{first.name} ({groups}) is used in the code and not in the document",
        entry=first.name,
        code=places,
        mend=f"Add {first.name} under {first.section} / {first.group}, or run `llm-audit refresh`",
        section=first.section,
        at_most=Severity.INFO if weak else Severity.ERROR,
    )


def _is_use(fact: Fact) -> bool:
    """Whether a fact shows the program at work: an address in a setting may be a link, an image a neighbour."""
    if fact.kind == Kind.HOST:
        return fact.detail("use") == "call" and strength(fact) >= USE
    return strength(fact) >= USE and fact.kind != Kind.IMAGE


def _places(candidate: Candidate) -> tuple[Place, ...]:
    return tuple(fact.place for fact in candidate.facts if fact.role == Role.SOURCE)[:4]


def unsupported(reading: Reading, world: World) -> Iterator[Finding | Suspect]:
    """A finding for each entry that is about a service of which the code knows nothing, or that it does not use."""
    dismissed = {one.name: one for one in world.dismissed}
    reported: set[str] = set()
    for one in namings(reading, world):
        item = one.item
        if not one.whole or item.absent or item.line in reading.absent or item.section == ENV or item.section == "":
            continue
        if any(_CHOICES.search(head) for head in item.trail[1:]):
            continue
        if any(service.id in world.by_key or _related(service, world) for service in one.services):
            continue
        service = one.services[0]
        if service.id.startswith(_OWN):
            continue
        beside = naming(replace(item, form=LineKind.HEADING), world.catalog).services
        if any(other.id in world.by_key for other in beside):
            continue  # `PostgreSQL - hosted by Supabase`
        if service.id in reported or _is_field(item.trail, item.form, item.head):
            continue
        reported.add(service.id)
        platform = service.group in _MINOR_GROUPS or item.section == "CI/CD & Deployment"
        most = Severity.ERROR if _is_concrete(reading, item) else Severity.WARNING
        most = Severity.INFO if platform or _is_doubted(reading, item) else most
        yield _unsupported(service, item.line, dismissed.get(service.name), world, most)


def _is_concrete(reading: Reading, item: Item) -> bool:
    """Whether an entry shows something of the code: without, it may as well speak of a choice or a plan."""
    return any("`" in line.text for line in reading.lines[item.line - 1 : item.end])


def _is_doubted(reading: Reading, item: Item) -> bool:
    """Whether the lines of an entry, its fields included, say that the service is absent, optional or to come."""
    lines = reading.lines[item.line - 1 : min(item.end, item.line + _FIELDS)]
    return any(_WEAK.search(line.text) or doubted(line, reading) for line in lines)


def _is_field(trail: tuple[str, ...], form: LineKind, head: str) -> bool:
    """Whether a head is rather a field of an entry (`Auth: Google`) than an entry."""
    return form == LineKind.BULLET and bool(re.match(r"\*{0,2}[A-Z][\w/ ]{1,30}:\*{0,2}\s", head)) and len(trail) > 2


def _related(service: Service, world: World) -> bool:
    """Whether another service of the same vendor or of the same make is in use: documents mix their names."""
    words = set(folded(service.name).split()) | set(folded(service.id).split())
    words -= {
        "api",
        "cloud",
        "the",
        "js",
        "db",
        "sql",
        "oauth",
        "sso",
        "sign",
        "in",
        "with",
        "service",
        "services",
        "data",
    }
    return any(words & set(folded(one.name).split()) for one in world.candidates if one.section != ENV)


def _unsupported(
    service: Service, line: int, dismissed: Dismissed | None, world: World, most: Severity
) -> Finding | Suspect:
    """What is reported of an entry without support; platforms, say, are often set up outside of the tree.

    Args:
        service: that the entry names.
        line: of the entry.
        dismissed: why the service has no entry, when it looked like one.
        world: the code.
        most: how bad it may be; where only prose speaks of the service, one step less than an error.
    """
    facts = world.evidence.get(service.id, [])
    if dismissed or facts:
        reason = dismissed.reason if dismissed else "only an indirect mention"
        proof = tuple(fact.place for fact in (dismissed.facts if dismissed else tuple(facts)))
        weak = Severity.WARNING if "never imported" in reason else Severity.INFO
        message = f"{service.name} is in the document, but the code does not use it: {reason}"
        return found(
            "unsupported-integration", service.id, message, line=line, entry=service.name, code=proof, at_most=weak
        )
    message = f"{service.name} is in the document, but nothing in the code speaks of it"
    least = max(most, Severity.WARNING, key=lambda one: one.rank)
    certain = found("unsupported-integration", service.id, message, line=line, entry=service.name, at_most=least)
    told = f"{service.name} is in the document, but only other prose speaks of it"
    weak_one = found(
        "unsupported-integration", service.id, told, line=line, entry=service.name,
        at_most=min(most, Severity.WARNING, key=lambda one: one.rank),
    )  # fmt: skip
    return Suspect(certain, (service.name, service.id), weak_one)


def misplaced(reading: Reading, world: World) -> Iterator[Finding]:
    """A finding for each entry of a service with one role, under a heading of another kind."""
    for one in namings(reading, world):
        service = one.services[0]
        sections = {entry.section for entry in world.by_key.get(service.id, []) if entry.section not in (ENV, HOOKS)}
        here = one.item.section
        around = {found_ for head in (*one.item.trail, one.item.head) for found_ in _meanings(head)}
        if not one.whole or len(one.services) > 1 or not sections or here in (ENV, HOOKS, ""):
            continue
        if sections & around or _GENERAL.search(one.item.trail[-1]):
            continue
        if _is_field(one.item.trail, one.item.form, one.item.head) or one.item.form == LineKind.ROW:
            continue
        if any(service_of(plain_head(head), world.catalog) for head in one.item.trail):
            continue  # a line of another service's entry
        right = min(sections)
        message = f"{service.name} stands under {plain(one.item.trail[-1])}; the code uses it for {right}"
        yield found(
            "wrong-section", service.id, message, line=one.item.line, entry=service.name, section=right,
            code=_places(world.by_key[service.id][0]), mend=f"Move it under {right}",
        )  # fmt: skip


def without_heading(reading: Reading, world: World) -> Iterator[Finding]:
    """A finding for each section of ours that the code fills and no heading of the document means."""
    labels = (line.body for line in reading.lines if line.kind in (LineKind.HEADING, LineKind.LABEL))
    present = {section for label in labels for section in _meanings(label)}
    for section in dict.fromkeys(one.section for one in world.candidates):
        entries = [one for one in world.candidates if one.section == section]
        if section not in present:
            names = ", ".join(dict.fromkeys(one.name for one in entries[:4]))
            yield found(
                "missing-section", section, f"No heading speaks of {section}; the code has {names}",
                code=_places(entries[0]), section=section,
                mend=f"Add {code('## ' + section)}, or run `llm-audit refresh`",
            )  # fmt: skip


def _meanings(heading: str) -> set[str]:
    """All sections of ours that the parts of a heading mean."""
    parts = re.split(r"[&,/]| and ", heading)
    return {meaning(heading), *(meaning(part) for part in parts)} - {""}
