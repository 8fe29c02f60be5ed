"""What a merge would do to a document that llm-audit wrote, as findings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from llm_audit.checking import services
from llm_audit.checking.findings import Finding, found
from llm_audit.checking.world import ENV, HOOKS, World
from llm_audit.document import code
from llm_audit.model import Candidate, Place
from llm_audit.refreshing.fields import Conflict, Rewrite
from llm_audit.refreshing.merge import Result


def drift(result: Result, findings: Collection[Finding], world: World) -> Iterator[Finding]:
    """A finding for each contradiction, and for each line that is as it was written and would read differently now.

    Args:
        result: of a merge that leaves contradictions open.
        findings: what the rules found; a line that they speak of is reported once more only where it would name a variable
            that the document lacks: the new name of one that is gone.
        world: the code.
    """
    told = {one.line for one in findings if one.line and one.rule != "wrong-section"}
    unsupported = {one.subject for one in findings if one.rule == "unsupported-integration"}
    for one in result.removed:
        if one.key.startswith("env:"):
            yield _stale(one, world)
        elif one.key not in unsupported:
            message = f"{one.name} is in the document, but nothing in the code speaks of it any more"
            yield found("unsupported-integration", one.key, message, line=one.line, entry=one.name)
    yield from _lacking(result, world)
    for conflict in result.conflicts:
        yield _conflict(conflict, world)
    for one in result.rewrites:
        if one.line not in told or not one.line or _names_more(one):
            yield _stale(one, world)


def _lacking(result: Result, world: World) -> Iterator[Finding]:
    """What a refresh would add, apart from variables and webhooks, which have rules of their own."""
    added: dict[str, list[Candidate]] = {}
    for written in result.added:
        entries = [one for one in world.by_key.get(written.key, []) if one.group == written.group]
        if entries and written.section not in (ENV, HOOKS):
            added.setdefault(written.key, []).extend(entries)
    for key, entries in added.items():
        yield services.lacking(entries, world.catalog.services.get(key))


def _conflict(one: Conflict, world: World) -> Finding:
    label = one.label or "the entry"
    now = f"the code now says {code(_said(one.theirs))}" if one.theirs else "nothing in the code speaks of it any more"
    return found(
        "conflict", f"{one.key} {one.label}", f"{one.name}, {label}: a person's text stands here, and {now}",
        line=one.line, entry=one.name, code=_places(one.key, world),
    )  # fmt: skip


def _stale(one: Rewrite, world: World) -> Finding:
    label = one.label or "the entry"
    now = f"it would read {code(_said(one.new))}" if one.new else "nothing in the code speaks of it any more"
    return found(
        "stale-text", f"{one.key} {one.label}", f"{one.name}, {label}: {now}",
        line=one.line, entry=one.name, code=_places(one.key, world),
    )  # fmt: skip


def _names_more(one: Rewrite) -> bool:
    """Whether a line of variables would name one that it does not."""
    if not one.key.startswith("env:"):
        return False
    names, named = (set(_VARIABLE.findall(text)) for text in (one.new, one.old))
    return not names <= named


_VARIABLE = re.compile(r"\b[A-Z][A-Z0-9_]{2,120}\b")


def _said(line: str) -> str:
    return line.strip().removeprefix("- ")


def _places(key: str, world: World) -> tuple[Place, ...]:
    return tuple(fact.place for one in world.by_key.get(key, [])[:1] for fact in one.facts[:2])
