"""Merges a document with the facts: pairs what was written with what stands there, then merges entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from llm_audit.document import entry_lines, parse_entry
from llm_audit.evidence import Written
from llm_audit.refreshing.blocks import Block, Part
from llm_audit.refreshing.fields import Choice, Conflict, Decide, Rewrite, merge_entry
from llm_audit.refreshing.insert import insert, remove
from llm_audit.templates import Template

Id = tuple[str, str]
"""An entry's key and its group."""


@dataclass(frozen=True)
class Plan:
    """What a merge starts from.

    Attributes:
        base: what was last written; empty for a document without an evidence file.
        theirs: what the facts give now.
        present: keys of services that the document names in words of its own; no entry is added for them.
        touch: the entries that may be changed; None for all.
        template: the order of sections and groups.
        evidence: whether entries end with their evidence line.
        decide: whose text wins in a contradiction.
        none: what is said of each section's groups that have no entry.
    """

    base: tuple[Written, ...]
    theirs: tuple[Written, ...]
    present: frozenset[str]
    touch: frozenset[Id] | None
    template: Template
    evidence: bool
    decide: Decide
    none: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass
class Result:
    """What a merge gives.

    Attributes:
        blocks: the document's, merged.
        base: what the next merge takes for last written.
        conflicts: those that stay open.
        homes: the lines, of the document as it stood, of entries that llm-audit knows.
        added: entries that were put in.
        removed: entries that were taken out.
        rewrites: lines that were rewritten.
        moved: names of entries whose evidence lies in other files now.
        relinked: entries of which the evidence alone differs, in its line numbers.
    """

    blocks: list[Block]
    base: list[Written] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    homes: frozenset[int] = frozenset()
    added: list[Written] = field(default_factory=list)
    removed: list[Rewrite] = field(default_factory=list)
    rewrites: list[Rewrite] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    relinked: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything but evidence lines differs."""
        return bool(self.added or self.removed or self.rewrites or self.moved)


def merge(blocks: Iterable[Block], plan: Plan) -> Result:
    """Merges the blocks of a document with the facts.

    Args:
        blocks: of the document as it stands.
        plan: the other two sides, and how to settle contradictions.
    """
    result = Result(list(blocks))
    old = {_id(one): one for one in plan.base}
    new = {_id(one): one for one in plan.theirs}
    _rename_regrouped(old, new)
    homes = _homes(result.blocks, old, new)
    result.homes = frozenset(
        number for one in homes.values() for number in range(one.number, one.number + len(one.lines))
    )
    settled: dict[Id, Written] = {}
    for identity in [*new, *(one for one in old if one not in new)]:
        was, now, home = old.get(identity), new.get(identity), homes.get(identity)
        if plan.touch is not None and identity not in plan.touch:
            kept = was
        elif home is not None:
            kept = _standing(result, home, was, now, plan)
        else:
            kept = _lacking(result, was, now, plan, new)
        if kept:
            settled[identity] = kept
    result.base = list(settled.values())
    return result


def _id(one: Written) -> Id:
    return one.key, one.group


def _rename_regrouped(old: dict[Id, Written], new: dict[Id, Written]) -> None:
    """An entry whose service has come under another group is still the same entry."""
    for identity in [one for one in old if one not in new]:
        twins = [one for one in new if one[0] == identity[0] and one not in old]
        if len(twins) == 1:
            old[twins[0]] = old.pop(identity)


def _homes(blocks: Sequence[Block], old: dict[Id, Written], new: dict[Id, Written]) -> dict[Id, Block]:
    """The block of each entry: by its name in its group, by its name anywhere, then by a line that is still its own."""
    free = [one for one in blocks if one.part == Part.ENTRY]
    wanted = {**new, **old}
    homes: dict[Id, Block] = {}
    rules = (_named_here, _named, _known_by_a_line)
    for rule in rules:
        for identity, written in wanted.items():
            if identity in homes or (rule is _known_by_a_line and identity not in old):
                continue
            versions = [one for one in (old.get(identity), new.get(identity)) if one and not one.foreign]
            home = next((block for block in free if any(rule(block, one) for one in versions or [])), None)
            if home is not None and not written.foreign:
                homes[identity] = home
                free.remove(home)
    return homes


def _named_here(block: Block, written: Written) -> bool:
    return block.group == written.group and block.section == written.section and _named(block, written)


def _named(block: Block, written: Written) -> bool:
    name = written.entry.name
    rest = block.head[len(name) :] if block.head.startswith(name) else None
    return rest is not None and (not rest or rest.startswith((" - ", ": ", ":")))


def _known_by_a_line(block: Block, written: Written) -> bool:
    own = {line for line in list(entry_lines(written.entry))[1:] if not line.endswith(":")}
    return block.section == written.section and bool(own & set(block.lines[1:]))


def _standing(result: Result, home: Block, was: Written | None, now: Written | None, plan: Plan) -> Written | None:
    """Merges an entry that stands in the document; gives what the next merge takes for last written."""
    at = next(position for position, one in enumerate(result.blocks) if one is home)
    if was is None:
        return now  # a person wrote it before the facts spoke of it: every line stays
    base = _lines(was, plan)
    if now is None:
        return _unsupported(result, at, was, base, plan)
    theirs = _lines(now, plan)
    merged = merge_entry(now.key, now.entry.name, home.lines, base, theirs, home.number, plan.decide)
    result.conflicts += merged.conflicts
    if merged.lines != home.lines:
        result.blocks[at] = replace(home, lines=merged.lines)
        result.rewrites += merged.rewrites
        if _other_files(home.lines, merged.lines):
            result.moved.append(now.entry.name)
        elif not merged.rewrites:
            result.relinked += 1
    if not merged.conflicts:
        return replace(now, foreign=False)
    entry = replace(parse_entry(list(merged.base)), evidence=now.entry.evidence)
    return replace(now, entry=entry, section=was.section)


def _unsupported(result: Result, at: int, was: Written, base: Sequence[str], plan: Plan) -> Written | None:
    """An entry of which the facts speak no more: untouched it goes, edited it stays as a contradiction."""
    home = result.blocks[at]
    name = was.entry.name
    if home.pinned:
        return was
    if tuple(home.lines) != tuple(base):
        conflict = Conflict(was.key, name, "", "\n".join(home.lines), "\n".join(base), "", home.number)
        choice = plan.decide(conflict)
        if choice == Choice.MINE:
            return None
        if choice == Choice.OPEN:
            result.conflicts.append(conflict)
            return was
    remove(result.blocks, at, plan.template, plan.none.get((home.section, home.group), ""))
    result.removed.append(Rewrite(was.key, name, "", home.number, home.lines[0], ""))
    return None


def _lacking(
    result: Result, was: Written | None, now: Written | None, plan: Plan, new: dict[Id, Written]
) -> Written | None:
    """An entry that does not stand in the document: a new one is added, one that a person deleted is remembered."""
    if now is None:
        return None
    if now.key in plan.present:
        return replace(now, foreign=True)
    if was is not None and _says(was) == _says(now):
        return replace(now, deleted=True)
    before = tuple(
        block.head
        for block in result.blocks
        if block.part == Part.ENTRY and any(_named(block, one) for one in _before(now, new))
    )
    insert(result.blocks, Block(Part.ENTRY, _lines(now, plan), now.section, now.group), before, plan.template)
    result.added.append(now)
    return now


def _before(now: Written, new: dict[Id, Written]) -> list[Written]:
    """The entries of the same group that come before this one."""
    group = [one for one in new.values() if one.group == now.group and one.section == now.section]
    return group[: group.index(now)]


def _says(one: Written) -> tuple[object, ...]:
    """What an entry says, without where the code says it."""
    return one.entry.name, one.entry.text, one.entry.values


def _lines(one: Written, plan: Plan) -> tuple[str, ...]:
    return tuple(entry_lines(one.entry, evidence=plan.evidence))


def _other_files(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether the evidence names other files than before, not only other lines of the same ones."""
    return _files(before) != _files(after)


def _files(lines: Sequence[str]) -> set[str]:
    places = [place for line in lines if line.startswith("  - Evidence: ") for place in line[14:].split(", ")]
    return {place.strip("`").rpartition(":")[0] for place in places}
