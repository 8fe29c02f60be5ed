"""What is known of a service's use beside its calls: where the texts it sends lie, and how its limits are met."""

from __future__ import annotations

from collections import Counter

from llm_audit.document import code
from llm_audit.integrations.values.context import Context
from llm_audit.model import Kind

_MOST = 2
_RECEIVING = frozenset({"imap", "imap-pop3"})


def templates(context: Context) -> str:
    """`React Email in `emails/``: the engines and folders of mail templates; the largest first. Empty outside of mail."""
    if context.group != "Email/SMS" or context.sighting.service.id in _RECEIVING:
        return ""
    found = Counter(
        (fact.detail("tool"), fact.value) for fact in context.ledger.of(Kind.SETTING) if fact.name == "mail.templates"
    )
    folders: dict[str, list[str]] = {}
    for (tool, folder), _ in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        folders.setdefault(tool, []).append(folder)
    texts = []
    for tool, every in list(folders.items())[:_MOST]:
        more = (
            f" and {len(every) - 1} more folders"
            if len(every) > 2
            else f" and {code(f'{every[1]}/')}"
            if len(every) == 2
            else ""
        )
        texts.append(f"{tool} in {code(f'{every[0]}/')}{more}")
    return "; ".join(texts)


def limits(context: Context) -> str:
    """`at most 3 retries, a 429 is handled`: what the files that call the service say of it."""
    paths = {
        fact.path
        for fact in context.sighting.of(Kind.HOST, Kind.CALL, Kind.SETTING)
        if fact.kind == Kind.CALL or fact.detail("use") == "call" or fact.name == "url.path"
    }
    said = dict.fromkeys(
        fact.value for fact in context.ledger.of(Kind.SETTING) if fact.name == "http.limits" and fact.path in paths
    )
    return ", ".join(list(said)[:4])
