"""`explain`: every fact behind an entry, and why look-alikes were dropped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from llm_audit import catalog, integrations, templates
from llm_audit.errors import UsageError
from llm_audit.gathering.collecting import Progress, collect
from llm_audit.integrations.owners import owners
from llm_audit.integrations.strength import strength
from llm_audit.model import Candidate, Collected, Dismissed, Fact

if TYPE_CHECKING:
    from llm_audit.settings import Settings


def explain(name: str, root: Path, settings: Settings, progress: Progress | None = None) -> list[str]:
    """The lines that answer "why is this in the document, or why is it not?".

    Args:
        name: an entry's or service's name, a package, a variable or a host; case does not matter.
        root: absolute path of the tree.
        settings: which part of the tree is read.
        progress: told as files are read.

    Raises:
        UsageError: the name is empty, or nothing in the tree or the catalogue goes by it.
    """
    if not name:
        raise UsageError("no name is given", "name an entry, a package, a variable or a host")
    collected = collect(root, settings.paths, progress)
    found = integrations.find(collected, catalog.load(), templates.load(), root.name, settings.own_hosts)
    wanted = name.casefold()
    entries = [one for one in found.candidates if wanted in (one.name.casefold(), one.key.casefold())]
    dropped = [one for one in found.dismissed if wanted == one.name.casefold()]
    lines = [line for one in entries for line in _entry(one)]
    lines += [line for one in dropped for line in _dismissal(one)]
    if not lines:
        lines = list(_loose(wanted, collected))
    if not lines:
        raise UsageError(f"nothing here goes by the name {name}", "`llm-audit facts` lists what was read")
    return lines


def _entry(entry: Candidate) -> Iterator[str]:
    yield f"{entry.name}: in the document, under {entry.section} / {entry.group}"
    yield from map(_fact, entry.facts)


def _dismissal(dismissed: Dismissed) -> Iterator[str]:
    yield f"{dismissed.name}: not in the document: {dismissed.reason}"
    yield from map(_fact, dismissed.facts)


def _loose(wanted: str, collected: Collected) -> Iterator[str]:
    """The facts that merely mention the name, and whom the catalogue takes each for."""
    known = catalog.load()
    for fact in collected.facts:
        if wanted in fact.name.casefold():
            who = ", ".join(service.name for service in owners(fact, known))
            yield f"{_fact(fact)}  {f'speaks of {who}' if who else 'known to no service of the catalogue'}"


def _fact(fact: Fact) -> str:
    value = f" = {fact.value}" if fact.value else ""
    role = "" if fact.role == "source" else f", {fact.role} file"
    return f"  {fact.place}  {fact.kind} {fact.name}{value} (proof {strength(fact)} of 7{role})"
