"""The sides of a merge: what was last written, what the facts give now, what the document names in its words."""

from __future__ import annotations

from dataclasses import replace

from llm_audit import evidence
from llm_audit.checking import services
from llm_audit.checking.naming import folded
from llm_audit.checking.world import ENV, World
from llm_audit.integrations.grouping import REST
from llm_audit.reading.outline import read_document
from llm_audit.refreshing.fields import Decide
from llm_audit.refreshing.merge import Id, Plan
from llm_audit.refreshing.rewording import in_old_words
from llm_audit.writers import offline
from llm_audit.writers.together import gathered

_NO_LIMIT = 1 << 30


def theirs_of(world: World, base: evidence.Base | None) -> tuple[evidence.Written, ...]:
    """The entries that the facts give now, each at the length it was written in before; new ones follow the others."""
    document = offline.write(world.found, world.template, "", _NO_LIMIT)
    known = {(one.key, one.group): one for one in base.entries} if base else {}
    every = evidence.entries_of(document, world.candidates)
    crowded = sum(3 + len(one.entry.values) for one in every) > offline.MAX_LINES
    rows: list[evidence.Written] = []
    for one in every:
        was = known.get((one.key, one.group))
        short = not was.entry.values if was else crowded
        if one.entry.labelled:
            parts = len(was.entry.values) if was and _has_rest(was) else _NO_LIMIT
            told = replace(one, entry=offline.fewer(one.entry, parts))
        else:
            told = replace(one, entry=offline.brief(one.entry)) if short and one.entry.values else one
        rows.append(in_old_words(told, was))
    return _as_told_together(rows, base)


def _as_told_together(rows: list[evidence.Written], base: evidence.Base | None) -> tuple[evidence.Written, ...]:
    """The entries with those on one line that were written on one line before."""
    for was in base.entries if base else ():
        keys = evidence.members(was.key)
        held = [one for one in rows if len(keys) > 1 and one.group == was.group and one.key in keys]
        if held:
            now = _together(was, sorted(held, key=lambda one: keys.index(one.key)))
            rows = [now if one is held[0] else one for one in rows if one not in held[1:]]
    return tuple(rows)


def _together(was: evidence.Written, held: list[evidence.Written]) -> evidence.Written:
    entry = gathered([offline.brief(one.entry) for one in held])
    facts = tuple(fact for one in held for fact in one.facts)
    return in_old_words(replace(held[0], key=was.key, entry=entry, facts=facts), was)


def _has_rest(was: evidence.Written) -> bool:
    return any(value.label == REST for value in was.entry.values)


def is_adopted(base: evidence.Base | None) -> bool:
    """Whether the document was written by somebody else."""
    return base is None or bool(base.lines)


def plan_of(
    text: str,
    base: evidence.Base | None,
    world: World,
    theirs: tuple[evidence.Written, ...],
    decide: Decide,
    touch: frozenset[Id] | None = None,
) -> Plan:
    """What a merge starts from.

    Args:
        text: of the document, line ends `\\n`.
        base: what was last written; None without an evidence file.
        world: the code.
        theirs: the entries that the facts give now.
        decide: whose text wins in a contradiction.
        touch: the entries that may be changed; None for all.
    """
    inline = "  - Evidence: " in text or base is None or not base.entries
    present = _named(text, world) if is_adopted(base) else frozenset()
    document = offline.write(world.found, world.template, "")
    none = {(section.name, group.label): group.none for section in document.sections for group in section.groups}
    return Plan(base.entries if base else (), theirs, present, touch, world.template, inline, decide, none)


def _named(text: str, world: World) -> frozenset[str]:
    """The keys of what a document of another make needs no entry for: it names it, or it is of no weight."""
    lacking = {one.subject for one in services.missing(read_document(text), world)}
    words = folded(text)
    return frozenset(
        one.key
        for one in world.candidates
        if (one.key in world.catalog.services and one.key not in lacking)
        or one.key.startswith(("host:", "own-"))
        or one.section == ENV
        or folded(one.name) in words
    )
