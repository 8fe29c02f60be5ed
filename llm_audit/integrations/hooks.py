"""Webhooks: routes that other systems call, how a call is verified, and what the program sends to configured URLs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from llm_audit.catalog import Catalog, Service
from llm_audit.document import code, plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.variables import Variables
from llm_audit.model import Candidate, Fact, Kind, Value

_SECTION = "Webhooks & Callbacks"


def entries(ledger: Ledger, variables: Variables, catalog: Catalog) -> Iterator[Candidate]:
    """The entries of Incoming, grouped by the service that calls, and of Outgoing."""
    yield from _incoming(ledger, variables, catalog)
    yield from _outgoing(ledger)


def _incoming(ledger: Ledger, variables: Variables, catalog: Catalog) -> Iterator[Candidate]:
    by_service: dict[str, list[Fact]] = defaultdict(list)
    names: dict[str, str] = {}
    for route in ledger.of(Kind.ROUTE):
        if route.detail("oauth") == "yes":
            continue
        service = _caller(route, ledger, catalog)
        key = service.id if service else f"route:{route.name}"
        names[key] = service.name if service else _title(route)
        by_service[key].append(route)
    for key, routes in sorted(by_service.items()):
        verify = _verification(routes, ledger)
        events = _events(routes, ledger)
        endpoints = dict.fromkeys(code(f"{route.value} {route.name}".strip()) for route in routes)
        shown = ", ".join(list(endpoints)[:4]) + (f" and {len(endpoints) - 4} more" if len(endpoints) > 4 else "")
        values = [Value("Verification", _verification_text(verify)), Value("Events", events)]
        kept = tuple(value for value in values if value.text)
        yield Candidate(key, names[key], _SECTION, "Incoming", shown, kept, (*routes[:2], *verify[:2], *routes[2:]))


def _caller(route: Fact, ledger: Ledger, catalog: Catalog) -> Service | None:
    """The service that calls a route: one that its path or handler names, or whose SDK verifies in the same file."""
    words = set(re.findall(r"[a-z0-9]+", f"{route.name} {route.detail('handler')} {route.path}".lower()))
    for service in catalog.services.values():
        if (
            service.kind == "service"
            and (service.id in words or service.id.replace("-", "") in words)
            and len(service.id) > 2
        ):
            return service
    for fact in ledger.of(Kind.VERIFY):
        if fact.path == route.path:
            for service in catalog.services.values():
                if any(fact.name.endswith(tail) for tail in service.verify):
                    return service
    return None


def _title(route: Fact) -> str:
    parts = [part for part in re.split(r"[/_\-.]", route.name) if part and not re.search(r"[\[{<:*(]", part)]
    kept = [part for part in parts if part not in ("api", "v1", "v2", "webhooks", "webhook", "callback", "hooks")]
    return plain(" ".join(kept[-2:]).capitalize() + " callers") if kept else "Callers"


def _verification(routes: list[Fact], ledger: Ledger) -> list[Fact]:
    paths = {route.path for route in routes} | {route.detail("handler") for route in routes}
    return [fact for fact in ledger.of(Kind.VERIFY) if fact.path in paths and fact.detail("kind") != "signing"]


def _verification_text(facts: list[Fact]) -> str:
    texts = dict.fromkeys(f"{code(f.name)}{f' with {plain(f.value)}' if f.value else ''}" for f in facts)
    return ", ".join(list(texts)[:3]) or "No verification found"


def _events(routes: list[Fact], ledger: Ledger) -> str:
    names = dict.fromkeys(name for route in routes for name in route.detail("events").split(",") if name)
    paths = {route.path for route in routes}
    for fact in ledger.of(Kind.SETTING):
        if fact.name == "webhook.events" and fact.path in paths:
            names |= dict.fromkeys(name for name in fact.value.split(",") if name)
    return ", ".join(plain(name.strip()) for name in list(names)[:12])


def _outgoing(ledger: Ledger) -> Iterator[Candidate]:
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in ledger.of(Kind.DELIVERY):
        groups[fact.name].append(fact)
    for name, facts in sorted(groups.items()):
        targets = ", ".join(dict.fromkeys(code(f.value, 60) for f in facts[:3] if f.value))
        retry = next((f.detail("retry") for f in facts if f.detail("retry")), "")
        values = tuple(
            v for v in (Value("Endpoint", targets), Value("Retry logic", plain(retry) if retry else "")) if v.text
        )
        yield Candidate(f"delivery:{name}", plain(name), _SECTION, "Outgoing", "", values, tuple(facts))
