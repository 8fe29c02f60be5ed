"""What the tests of `integrations/` share: facts made on the spot, and what is found in them."""

from __future__ import annotations

from functools import cache

from llm_audit import catalog, integrations, templates
from llm_audit.catalog import Catalog
from llm_audit.integrations import Found
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.sightings import Sighting, sightings
from llm_audit.integrations.variables import Variables
from llm_audit.model import Candidate, Collected, Fact, Kind, Redacted, Role


@cache
def known() -> Catalog:
    """The real catalogue: its rules are part of what is tested."""
    return catalog.load()


def made(
    kind: Kind, name: str, value: str = "", /, at: str = "src/app.py:1", role: Role = Role.SOURCE, **details: str
) -> Fact:
    """A fact at `path:line`."""
    path, _, line = at.rpartition(":")
    pairs = tuple((key, Redacted(text)) for key, text in sorted(details.items()))
    return Fact(kind, Redacted(name), Redacted(value), path, int(line), role, pairs)


def needs(name: str, version: str = "", at: str = "package.json:3", ecosystem: str = "npm", **details: str) -> Fact:
    """A manifest's line."""
    return made(Kind.DEPENDENCY, name, version, at, ecosystem=ecosystem, **{"scope": "runtime", **details})


def locked(name: str, version: str, at: str = "package-lock.json:9", ecosystem: str = "npm", **details: str) -> Fact:
    """A lockfile's line."""
    return made(Kind.LOCKED, name, version, at, ecosystem=ecosystem, **details)


def imports(name: str, at: str = "src/app.ts:1", language: str = "javascript", **details: str) -> Fact:
    """An import."""
    return made(Kind.IMPORT, name, "", at, language=language, **details)


def reads(name: str, need: str = "required", at: str = "src/env.ts:1", default: str = "", **details: str) -> Fact:
    """A variable that the code asks for."""
    return made(Kind.ENV_READ, name, default, at, need=need, **{"via": "process.env", "by": "lookup", **details})


def setting(name: str, value: str, at: str = "config/app.php:1", **details: str) -> Fact:
    """A line of a tool's configuration."""
    return made(Kind.SETTING, name, value, at, **details)


def found(*facts: Fact, project: str = "acme") -> Found:
    """What is found in facts."""
    return integrations.find(Collected(tuple(facts), (), 1, 1), known(), templates.load(), project)


def entry(outcome: Found, name: str, group: str = "") -> Candidate:
    """The one entry of that name."""
    [one] = [one for one in outcome.candidates if one.name == name and group in ("", one.group)]
    return one


def names(outcome: Found, group: str) -> set[str]:
    """The entries of a group."""
    return {one.name for one in outcome.candidates if one.group == group}


def line(candidate: Candidate, label: str) -> str:
    """A labelled line of an entry, or empty."""
    return next((value.text for value in candidate.values if value.label == label), "")


def reason(outcome: Found, name: str) -> str:
    """Why a look-alike was dropped."""
    return next((one.reason for one in outcome.dismissed if one.name == name), "")


def seen(*facts: Fact) -> dict[str, Sighting]:
    """The services that facts speak of."""
    return sightings(Ledger(facts), known())


def variables(*facts: Fact) -> Variables:
    """The variables that facts speak of."""
    return Variables(Ledger(facts), known())
