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
    found = Counter((fact.detail("tool"), fact.value) for fact in context.ledger.settings.get("mail.templates", ()))
    folders: dict[str, list[str]] = {}
    for (tool, folder), _ in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        folders.setdefault(tool, []).append(folder)
    return "; ".join(f"{tool} in {_shown(every)}" for tool, every in list(folders.items())[:_MOST])


def _shown(folders: list[str]) -> str:
    first = code(f"{folders[0]}/")
    if len(folders) == 1:
        return first
    return (
        f"{first} and {code(f'{folders[1]}/')}" if len(folders) == 2 else f"{first} and {len(folders) - 1} more folders"
    )


def limits(context: Context) -> str:
    """`at most 3 retries, a 429 is handled`: what the files that call the service say of it."""
    paths = {
        fact.path
        for fact in context.sighting.of(Kind.HOST, Kind.CALL, Kind.SETTING)
        if fact.kind == Kind.CALL or fact.detail("use") == "call" or fact.name == "url.path"
    }
    said = dict.fromkeys(fact.value for fact in context.ledger.settings.get("http.limits", ()) if fact.path in paths)
    return ", ".join(list(said)[:4])
