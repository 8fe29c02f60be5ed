"""Which facts an entry cites as its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from llm_audit.integrations.strength import USE, declares, strength
from llm_audit.model import Candidate, Fact, Kind, Role


@cache
def is_aside(path: str) -> bool:
    """Whether a file's name says that it is for tests or for developers, where others do the same for the program."""
    return bool(_ASIDE.search(path))


_ASIDE = re.compile(r"(?i)(^|[./_\-])(tests?|ci|dev|development|override|local|e2e)([._\-][^/]*)?$")


def evidence_of(facts: Iterable[Fact], limit: int = 4) -> tuple[Fact, ...]:
    """One to four facts to cite: strongest first, spread over files and kinds, tests and docs never."""
    chosen: list[Fact] = []
    paths: set[str] = set()
    own = sorted(
        ((-strength(f), is_aside(f.path), f.path, f.line, f) for f in facts if f.role == Role.SOURCE),
        key=lambda one: one[:4],
    )
    ranked = [fact for proven, *_, fact in own if proven <= -2] or [fact for *_, fact in own]
    manifests = [fact for fact in ranked if fact.kind == Kind.DEPENDENCY][:1]
    room = limit - bool(manifests)
    for fact in [*ranked]:
        if len(chosen) < room and fact.path not in paths and fact not in manifests:
            chosen.append(fact)
            paths.add(fact.path)
    return (*chosen, *manifests)


def cited_by(candidate: Candidate) -> tuple[Fact, ...]:
    """What an entry cites: of a platform, what configures it, where anything does, rather than what speaks to it."""
    if candidate.group != "Hosting":
        return evidence_of(candidate.facts)
    configuring = [fact for fact in candidate.facts if fact.kind not in _SPEAKING or declares(fact)]
    if candidate.key == "docker":  # a package for its interface builds no image
        configuring = [fact for fact in configuring if fact.kind != Kind.DEPENDENCY]
    return evidence_of(configuring if any(strength(fact) >= USE for fact in configuring) else candidate.facts)


_SPEAKING = frozenset({Kind.IMPORT, Kind.CALL, Kind.HOST, Kind.ENV_READ})
