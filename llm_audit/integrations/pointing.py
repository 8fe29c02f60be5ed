"""SDKs that talk to another vendor: the client of one service, built with the address of another."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Kind, Place

_BUILT = re.compile(r"(^|[.\s:])(?:[A-Z]\w+|[Nn]ew[A-Z]\w+)$")
_NEAR = 6


def pointed_at(sighting: Sighting, sightings: Mapping[str, Sighting]) -> str:
    """The names of the vendors whose addresses every client of this SDK is built with; empty when one uses its own.

    Args:
        sighting: a service that is known by its SDK.
        sightings: every service that a fact speaks of.
    """
    if any(strength(fact) >= USE for fact in sighting.of(Kind.HOST, Kind.SETTING)):
        return ""
    built = [
        fact.place for fact in sighting.of(Kind.CALL) if _BUILT.search(fact.name) and not fact.name.endswith("Command")
    ]
    addresses = {
        fact.place: other.service.name
        for other in sightings.values()
        if other.service.group == sighting.service.group and other.service.id != sighting.service.id
        for fact in other.of(Kind.HOST, Kind.SETTING)
        if strength(fact) >= USE and (fact.kind == Kind.HOST or fact.name == "storage.driver")
    }
    vendors = [_near(place, addresses) for place in built]
    return " and ".join(dict.fromkeys(vendors)) if vendors and all(vendors) else ""


def _near(built: Place, addresses: Mapping[Place, str]) -> str:
    """The vendor whose address stands among the arguments of a client that is built there."""
    return next(
        (
            name
            for place, name in addresses.items()
            if place.path == built.path and 0 <= place.line - built.line <= _NEAR
        ),
        "",
    )
