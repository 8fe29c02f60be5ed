"""Routes that are only named like what a service tells of: `POST /sendgrid_events`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llm_audit.catalog import Catalog
from llm_audit.model import Fact, Kind


def without_strangers(facts: Iterable[Fact], catalog: Catalog) -> Iterator[Fact]:
    """The facts without such routes where nobody of that name calls anybody: `POST /calendar_events` adds to the product's own.

    Args:
        facts: all that was read.
        catalog: knows who calls back.
    """
    for fact in facts:
        sender = fact.detail("sender") if fact.kind == Kind.ROUTE else ""
        if not sender or ((service := catalog.by_name(sender, exact=True)) and service.calls_back):
            yield fact
