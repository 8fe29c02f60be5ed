"""Which facts an entry cites as its evidence."""

from __future__ import annotations

from collections.abc import Iterable

from llm_audit.integrations.strength import strength
from llm_audit.model import Fact, Kind, Role


def evidence_of(facts: Iterable[Fact], limit: int = 4) -> tuple[Fact, ...]:
    """One to four facts to cite: strongest first, spread over files and kinds, tests and docs never."""
    chosen: list[Fact] = []
    paths: set[str] = set()
    own = sorted((f for f in facts if f.role == Role.SOURCE), key=lambda one: (-strength(one), one.path, one.line))
    ranked = [fact for fact in own if strength(fact) >= 2] or own
    manifests = [fact for fact in ranked if fact.kind == Kind.DEPENDENCY][:1]
    room = limit - bool(manifests)
    for fact in [*ranked]:
        if len(chosen) < room and fact.path not in paths and fact not in manifests:
            chosen.append(fact)
            paths.add(fact.path)
    return (*chosen, *manifests)
