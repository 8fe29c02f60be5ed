"""Stores that the program watches or queries for its users: no store of its own data, and so no integration of that kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from llm_audit.integrations.sightings import Sighting
from llm_audit.model import Fact, Kind

TARGETS = "External APIs"
"""The group under which they stand."""
STORES = frozenset({"Databases", "Caching", "Message Queues", "Search", "Vector Stores", "Data Warehouses"})
_WATCHES = re.compile(
    r"(?i)(^|/)(monitors?|monitor[-_]?(types?|checks?)|probes?|probers?|checks|checkers|data[-_]?sources)/([^/]+/)?[^/]+$"
)
"""Folders of adapters to systems that users name."""
_SPOKEN = frozenset({Kind.IMPORT, Kind.CALL, Kind.SETTING})
_BENCH = 6
"""A folder with adapters to so many stores belongs to a tool that users point at theirs."""
_OWN = "own-"
"""How the ids of parts begin that the application makes itself: nobody is pointed at them."""
_ROOTS = frozenset({"db", "database", "databases", "drivers", "connectors", "sources", "datasources"})


def targets(sightings: dict[str, Sighting]) -> frozenset[str]:
    """The ids of the stores which only such adapters speak to.

    Args:
        sightings: every service that a fact speaks of.
    """
    stores = {
        key: one for key, one in sightings.items() if one.service.kind == "service" and one.service.group in STORES
    }
    proof = {key: one.proof for key, one in stores.items()}
    benches = _benches(proof)
    return frozenset(key for key, facts in proof.items() if facts and _is_target(facts, benches))


def _is_target(proof: Sequence[Fact], benches: tuple[str, ...]) -> bool:
    if all(fact.kind in _SPOKEN and _WATCHES.search(fact.path) for fact in proof):
        return True
    return bool(benches) and all(fact.kind == Kind.IMAGE or fact.path.startswith(benches) for fact in proof)


def _benches(proof: Mapping[str, Sequence[Fact]]) -> tuple[str, ...]:
    """The folders, with their last `/`, that hold adapters to many stores; with them the one above that says so.

    A framework's stock configuration lists many as well, of which the application chooses.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for key, facts in proof.items():
        if key.startswith(_OWN):
            continue
        for fact in facts:
            if fact.kind in _SPOKEN and not fact.detail("boilerplate"):
                folder = fact.path.rpartition("/")[0]
                found[folder].add(key)
                above, _, last = folder.rpartition("/")
                if last and last.lower() in key:  # a folder for each: `drivers/mysql/connection.ts`
                    found[above].add(key)
    benches: list[str] = []
    for folder, keys in found.items():
        if folder and len(keys) >= _BENCH:
            above = folder.rpartition("/")[0]
            benches.append(f"{above if above.rpartition('/')[2] in _ROOTS else folder}/")
    return tuple(sorted(set(benches)))
