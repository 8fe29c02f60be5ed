"""Access that people grant to their accounts at a service in use, by an OAuth flow written by hand.

The ways to sign in that many programs offer have entries of their own in the catalogue; this is for all other services.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from llm_audit.catalog import Catalog, Service
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Candidate, Fact, Kind, Value

_REGISTERED = re.compile(r"(CLIENT|APP|CONSUMER)_?(ID|KEY|SECRET)$")
"""What registering an application at a provider gives."""


def entries(ledger: Ledger, catalog: Catalog, in_use: frozenset[str]) -> Iterator[Candidate]:
    """One entry of OAuth Integrations for each such service.

    Args:
        ledger: the facts.
        catalog: the known services.
        in_use: ids of the services that have an entry of their own.
    """
    flows: dict[str, list[Fact]] = defaultdict(list)
    for fact in ledger.of(Kind.SETTING):
        service = _asked(fact, catalog) if fact.name == "oauth.provider" else None
        if service and service.id in in_use and _keys([fact]):
            flows[service.id].append(fact)
    for key, facts in sorted(flows.items()):
        name = catalog.services[key].name
        purpose = f"Access to {name} accounts that users grant; the flow is written by hand"
        keys = Value("Credentials", ", ".join(_keys(facts)[:_MOST]))
        yield Candidate(
            f"oauth:{key}",
            f"{name} OAuth",
            "Authentication & Identity",
            "OAuth Integrations",
            purpose,
            (keys,),
            tuple(facts),
        )


_MOST = 6


def _asked(fact: Fact, catalog: Catalog) -> Service | None:
    """The service whose accounts a flow asks for, unless the catalogue has an entry for them already."""
    if fact.detail("tool") != "http" or catalog.by_setting(fact.name, fact.value):
        return None
    found = catalog.by_host(fact.detail("host"))
    service = catalog.by_name(fact.value, exact=True) or (found[0] if len(found) == 1 else None)
    known = service is not None and (service.group in _ACCOUNTS or catalog.by_setting(fact.name, service.id))
    return None if known else service


_ACCOUNTS = frozenset({"OAuth Integrations", "Auth Provider"})


def _keys(facts: list[Fact]) -> list[str]:
    names = (name for fact in facts for name in fact.detail("env").split(","))
    return list(dict.fromkeys(name for name in names if _REGISTERED.search(name)))
