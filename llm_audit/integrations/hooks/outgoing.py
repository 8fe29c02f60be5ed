"""What the program sends to addresses that its users or its deployment configure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from llm_audit.catalog import Catalog
from llm_audit.document import code, plain
from llm_audit.integrations.hooks.handlers import plain_word
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Candidate, Fact, Kind, Value

_DELIVERIES = {
    "webhook": "Webhooks to configured addresses", "callback": "Callbacks to given addresses",
    "postback": "Postbacks to configured addresses", "notification": "Notifications to configured addresses",
    "alert": "Alerts to configured addresses", "message": "Messages to configured addresses",
}  # fmt: skip
_NO_TITLE = re.compile(
    r"(?i)hook|send|dispatch|deliver|worker|queue|event|notif|message|alert|job|handler|manager|helper|util"
)


def _adapter_title(module: Fact, catalog: Catalog) -> str:
    """Where a delivery goes when an adapter for one system makes it: `Mattermost webhook`, the address being a user's.

    Empty where the adapter is named for what it does.
    """
    if service := catalog.by_name(module.value, exact=True):
        return f"{service.name} webhook"
    if _NO_TITLE.search(module.value) or "/webhooks/" in f"/{module.path}":
        return ""
    stem = module.path.rpartition("/")[2].partition(".")[0]
    name = stem if plain_word(stem) == plain_word(module.value) else module.value
    return f"{name.replace('-', ' ').replace('_', ' ').capitalize() if name.islower() else name} webhook"


_RETRIES = {"yes": "Tries again after a failure"}


def outgoing(ledger: Ledger, catalog: Catalog, section: str) -> Iterator[Candidate]:
    """An entry for each kind of delivery, with the addresses, how they are signed and whether they are tried again.

    Args:
        ledger: the facts.
        catalog: the known services.
        section: heading under which the entries belong.
    """
    groups: dict[str, list[Fact]] = defaultdict(list)
    adapters = {fact.path: fact for fact in ledger.settings.get("module", ())}
    for fact in ledger.of(Kind.DELIVERY):
        adapter = adapters.get(fact.path) if fact.name in _DELIVERIES else None
        groups[(adapter and _adapter_title(adapter, catalog)) or fact.name].append(fact)
    for name, facts in sorted(groups.items()):
        targets = ", ".join(dict.fromkeys(code(f.value, 60) for f in facts[:3] if f.value))
        retry = next((f.detail("retry") for f in facts if f.detail("retry")), "")
        header = next((f.detail("signature") for f in facts if f.detail("signature")), "")
        targets = "; ".join(
            part for part in (targets, f"signed in the header {code(header)}" if header else "") if part
        )
        lines = (Value("Endpoint", targets), Value("Retry logic", _RETRIES.get(retry, plain(retry))))
        kept = tuple(line for line in lines if line.text)
        shown = plain(_DELIVERIES.get(name, name))
        yield Candidate(f"delivery:{name}", shown, section, "Outgoing", "", kept, tuple(facts))
