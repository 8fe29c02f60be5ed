"""Webhooks: routes that other systems call, how a call is verified, and what the program sends to configured URLs."""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.catalog import Catalog
from llm_audit.integrations.hooks.incoming import incoming
from llm_audit.integrations.hooks.outgoing import outgoing
from llm_audit.integrations.hooks.scheduled import scheduled
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Candidate

_SECTION = "Webhooks & Callbacks"


def entries(
    ledger: Ledger, catalog: Catalog, in_use: frozenset[str], own: frozenset[str] = frozenset()
) -> Iterator[Candidate]:
    """The entries of Incoming, grouped by who calls, and of Outgoing.

    Args:
        ledger: the facts.
        catalog: the known services.
        in_use: ids of the services that have an entry of their own.
        own: ids of catalogue services that are the audited project itself, which calls nobody.
    """
    yield from incoming(ledger, catalog, in_use, own, _SECTION)
    yield from scheduled(ledger, _SECTION)
    yield from outgoing(ledger, catalog, _SECTION)
