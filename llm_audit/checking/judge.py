"""Runs all rules over a document and the code, drops what a closer look excuses, and puts findings in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llm_audit.checking import hooks, places, services, variables, versions, whole
from llm_audit.checking.findings import Finding, Suspect
from llm_audit.checking.rules import BY_ID
from llm_audit.checking.world import Look, Mention, World
from llm_audit.reading.outline import Reading


def judge(
    reading: Reading,
    world: World,
    look: Look,
    distance: whole.Behind | None = None,
    *,
    ours: bool = False,
) -> tuple[Finding, ...]:
    """All findings, by line of the document, then rule.

    Args:
        reading: the document.
        world: the code.
        look: answers what only the disk knows.
        distance: how far the document is behind; None when nobody can tell.
        ours: whether llm-audit wrote the document, and so a merge tells what it lacks.

    Raises:
        SafetyError: the scan for secrets could not run.
    """
    suspects = [*_facts(reading, world, look, ours), *whole.secrets(reading.text), *whole.behind(distance)]
    return ordered(_certain(suspects, look))


def _facts(reading: Reading, world: World, look: Look, ours: bool) -> Iterator[Finding | Suspect]:
    if not ours:
        yield from services.missing(reading, world)
    yield from services.unsupported(reading, world)
    yield from services.misplaced(reading, world)
    yield from services.without_heading(reading, world)
    yield from versions.stale(reading, world)
    yield from variables.unknown(reading, world, ours=ours)
    yield from variables.undocumented(reading, world)
    yield from hooks.undocumented(reading, world)
    yield from hooks.unverified(reading, world)
    yield from places.dead(reading, world, look)


def _certain(given: Iterable[Finding | Suspect], look: Look) -> Iterator[Finding]:
    """Findings as they are; suspects when the tree does not excuse them, asked for in one go."""
    rows = list(given)
    words = {word for one in rows if isinstance(one, Suspect) for word in one.words}
    where = look.mentions(words) if words else {}
    for one in rows:
        if isinstance(one, Finding):
            yield one
            continue
        best = max((where.get(word, Mention.NOWHERE) for word in one.words), default=Mention.NOWHERE)
        if best == Mention.NOWHERE:
            yield one.finding
        elif best == Mention.PROSE and one.in_prose:
            yield one.in_prose


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Worst first where the document as a whole is meant, then by line."""
    rank = list(BY_ID)
    return tuple(
        sorted(
            findings, key=lambda one: (one.line == 0, one.line, -one.severity.rank, rank.index(one.rule), one.subject)
        )
    )
