"""The long tail of a long document: entries of little weight that one line tells together, each with its own evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llm_audit.document import Entry, Group

_AT_ONCE = 4
"""As many as an evidence line has places: one for each."""
_ITEM = "; "


def tail_together(group: Group, kept: int) -> Group:
    """The group with those of one line each that follow its first entries told together, four at a time."""
    first, rest = list(group.entries[:kept]), group.entries[kept:]
    short = [one for one in rest if not one.values]
    first += [one for one in rest if one.values]
    portions = [short[at : at + _AT_ONCE] for at in range(0, len(short), _AT_ONCE)]
    return replace(group, entries=(*first, *(gathered(portion) for portion in portions)))


def gathered(entries: Sequence[Entry]) -> Entry:
    """One entry for several of one line each: their names, then what each is for, in the same order.

    Those of one purpose stand side by side. Each keeps its first place of evidence.
    """
    if len(entries) == 1:
        return entries[0]
    purposes = list(dict.fromkeys(_purpose(one) for one in entries))
    ordered = sorted(entries, key=lambda one: purposes.index(_purpose(one)))
    told = [_told(purpose, [one for one in ordered if _purpose(one) == purpose]) for purpose in purposes]
    places = tuple(place for one in ordered for place in one.evidence[:1])
    names = tuple(one.name for one in ordered)
    return Entry(", ".join(names), _ITEM.join(told), (), places, together=names)


def _purpose(entry: Entry) -> str:
    return entry.text.partition(_ITEM)[0]


def _told(purpose: str, entries: Sequence[Entry]) -> str:
    details = [one.text.partition(_ITEM)[2].replace(_ITEM, ", ") for one in entries]
    if len(entries) > 1:
        details = [f"{one.name}: {detail}" for one, detail in zip(entries, details, strict=True) if detail]
    said = _ITEM.join(detail for detail in details if detail)
    return f"{purpose} ({said})" if said else purpose
