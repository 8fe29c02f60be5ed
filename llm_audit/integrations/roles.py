"""The roles that a service plays here, each of which puts it into a group of the document."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.strength import strength
from llm_audit.model import Fact, Kind


def roles_of(sighting: Sighting) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """The groups in which a service stands, each with the facts that put it there; its own group keeps the rest."""
    taken: set[int] = set()
    found: list[tuple[str, tuple[Fact, ...]]] = []
    for group, signals in sighting.service.roles:
        facts = [fact for fact in sighting.facts if any(_is_signal(signal, fact) for signal in signals)]
        if any(strength(fact) >= 3 for fact in facts):
            found.append((group, (*facts, *(f for f in sighting.facts if f.kind in _SHARED and f not in facts))))
            taken |= {id(fact) for fact in facts}
    if not found:
        yield sighting.service.group, sighting.facts
        return
    rest = tuple(fact for fact in sighting.facts if id(fact) not in taken)
    proof = [fact for fact in sighting.proof if id(fact) not in taken]
    if sighting.service.group == "Caching":  # where a server is says nothing of what it is for
        proof = [fact for fact in proof if fact.kind != Kind.IMAGE and fact.name != "url.scheme"]
    if proof:
        yield sighting.service.group, rest
    yield from found


_SHARED = frozenset({Kind.ENV_READ, Kind.ENV_DECLARED, Kind.IMAGE})


def _is_signal(signal: str, fact: Fact) -> bool:
    """Whether a fact is what a role's signal (`npm:bullmq`, `call:auth.*`, `setting:queue.driver=redis`) speaks of."""
    prefix, _, pattern = signal.partition(":")
    match fact.kind:
        case Kind.DEPENDENCY:
            return prefix == fact.detail("ecosystem") and fnmatchcase(fact.name, pattern)
        case Kind.IMPORT:
            language = prefix.removeprefix("import ")
            return (
                language == fact.detail("language") or prefix in _LANGUAGE_OF.get(fact.detail("language"), ())
            ) and (fnmatchcase(fact.name, pattern) or fact.name.startswith((f"{pattern}/", f"{pattern}.")))
        case Kind.CALL:
            return prefix == "call" and fnmatchcase(fact.name, f"*{pattern}")
        case Kind.SETTING:
            return prefix == "setting" and fnmatchcase(f"{fact.name}={fact.value}", pattern)
        case Kind.ENV_READ:
            return prefix == "env" and fnmatchcase(fact.name, pattern)
        case Kind.HOST:
            return prefix == "host" and fnmatchcase(fact.name, pattern)
        case Kind.RESOURCE:
            return prefix == "resource" and fnmatchcase(fact.name, pattern)
    return False


_LANGUAGE_OF = {
    "javascript": ("npm",),
    "python": ("pypi",),
    "go": ("go",),
    "ruby": ("rubygems",),
    "rust": ("cargo",),
    "dart": ("pub",),
}
