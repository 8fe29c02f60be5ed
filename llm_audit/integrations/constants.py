"""Addresses that a constant holds: they are called where other code asks for the constant, wherever it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from llm_audit.model import Fact, Kind, Role
from llm_audit.redact import clean

_REPORTS = re.compile(r"PIXEL|TELEMETRY|TRACK|BEACON|ANALYTICS")
"""A picture of such a name is asked for so that somebody knows that it was."""


def asked_for(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts with those hosts called whose constants code asks for; of a name that several hosts bear nothing is known."""
    uses: dict[str, str] = {}
    for one in facts:
        if one.kind == Kind.SETTING and one.name == "url.constant" and one.role == Role.SOURCE:
            use = "call" if _REPORTS.search(one.value) else one.detail("use")
            uses[one.value] = "call" if "call" in (use, uses.get(one.value)) else use
    if not uses:
        return facts
    hosts: dict[str, set[str]] = defaultdict(set)
    for one in facts:
        if one.kind == Kind.HOST and one.detail("bound") in uses:
            hosts[one.detail("bound")].add(one.name)
    known = {name: use for name, use in uses.items() if len(hosts[name]) == 1}
    return tuple(_used(one, known) if one.kind == Kind.HOST else one for one in facts)


def _used(fact: Fact, uses: dict[str, str]) -> Fact:
    use = uses.get(fact.detail("bound")) if fact.role == Role.SOURCE else None
    if use is None or fact.detail("use") not in ("config", "link"):
        return fact
    kept = tuple(row for row in fact.details if row[0] != "use")
    return replace(fact, details=tuple(sorted((*kept, ("use", clean(use))))))
