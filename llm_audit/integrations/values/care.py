"""What is known of a service's use beside its calls: where the texts it sends lie, and how its limits are met."""

from __future__ import annotations

from collections import Counter

from llm_audit.document import code, plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.values.context import Context
from llm_audit.model import Kind

_MOST = 2
_RECEIVING = frozenset({"imap", "imap-pop3"})
_LISTS = frozenset(
    "attentive beehiiv buttondown campaign-monitor constant-contact convertkit getresponse mailchimp mailerlite substack".split()
)
"""Services that write to lists of subscribers; what the program's own mails say lies elsewhere."""


def templates(context: Context) -> str:
    """`React Email in `emails/``: the engines and folders of mail templates; the largest first. Empty outside of mail."""
    if context.group != "Email/SMS" or context.sighting.service.id in _RECEIVING | _LISTS:
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
    """`at most 3 retries, a 429 is handled`: what the files that call the service say of it; nothing of what runs them."""
    service = context.sighting.service
    if service.group == "Scheduling & Background Jobs" and not any(signal == "hosts" for signal, _, _ in service.signs):
        return ""
    paths = {
        fact.path
        for fact in context.sighting.of(Kind.HOST, Kind.CALL, Kind.SETTING)
        if fact.kind == Kind.CALL or fact.detail("use") == "call" or fact.name == "url.path"
    }
    told = (fact.value for fact in context.ledger.settings.get("http.limits", ()) if fact.path in paths)
    said: dict[str, None] = dict.fromkeys(told)
    if _OFF in said and (library := _retried_by(context.ledger, paths)):
        said = {f"retries by {library}" if text == _OFF else text: None for text in said}
    return ", ".join(list(said)[:4])


_OFF = "no retries"
"""What a client's own setting says; a library around its calls may try again all the same."""
_RETRYING = frozenset("tenacity backoff stamina retrying retry p-retry async-retry retry-go cockatiel polly".split())


def _retried_by(ledger: Ledger, paths: set[str]) -> str:
    """The library that tries calls again, as a file beside those which make them imports it; empty where none does."""
    folders = {path.rpartition("/")[0] for path in paths}
    beside = (fact for fact in ledger.of(Kind.IMPORT) if fact.path.rpartition("/")[0] in folders)
    roots = sorted({fact.name.rpartition("/")[2].partition(".")[0] for fact in beside} & _RETRYING)
    return plain(roots[0]) if roots else ""
