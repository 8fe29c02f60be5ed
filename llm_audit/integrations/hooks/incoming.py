"""The routes that other systems call, one entry for each caller."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from llm_audit.catalog import Catalog
from llm_audit.document import plain
from llm_audit.integrations.hooks.callers import HOOKISH, Call, callers, is_checked_by
from llm_audit.integrations.hooks.checks import (
    checks_of,
    checks_of_sdk,
    guarded,
    text_of,
    told_by_all,
    told_by_routes,
    unchecked,
)
from llm_audit.integrations.hooks.handlers import SERVICE_PARAMETER, handling
from llm_audit.integrations.hooks.mounts import endpoint, mounted, spelled
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Candidate, Fact, Kind, Value


def incoming(
    ledger: Ledger, catalog: Catalog, in_use: frozenset[str], own: frozenset[str], section: str
) -> Iterator[Candidate]:
    """An entry for each caller, with the routes that it calls, how they verify it and the events they know.

    Args:
        ledger: the facts.
        catalog: the known services.
        in_use: ids of the services that have an entry of their own.
        own: ids of catalogue services that are the audited project itself.
        section: heading under which the entries belong.
    """
    calls: dict[str, list[Call]] = defaultdict(list)
    sharing: set[str] = set()
    mounts = list(ledger.settings.get("route.mount", ()))
    constants = ledger.settings.get("route.constant", ())
    located = {route.name for route in ledger.of(Kind.ROUTE) if not route.detail("unlocated")}
    for route in ledger.of(Kind.ROUTE):
        if route.detail("unlocated") and route.name in located:
            continue  # a gateway in front of code that answers at the same path
        if route.detail("oauth") != "yes" and not (
            (route.detail("session") == "yes" and not HOOKISH.search(route.name)) or _returns_browser(route, ledger)
        ):
            if route.detail("unproven") and not checks_of([route], ledger):
                continue
            whole = mounted(spelled(route, constants), mounts)
            who = callers(whole, ledger, catalog, in_use, own) if not _SIGNS_IN.search(whole.name) else []
            sharing.update(call.key for call in who if len(who) > 1 and not call.adapter)
            for call in who:
                calls[call.key].append(call)
    for key, group in sorted(calls.items()):
        routes = list(dict.fromkeys(call.route for call in group))
        adapters = [call.adapter for call in group if call.adapter]
        verify = checks_of(routes, ledger, adapters)
        verify = [one for one in verify if key in sharing and is_checked_by(one, key, catalog)] or verify
        checked = told_by_all(routes, ledger) if not adapters else told_by_routes(routes)
        checked = checked or (text_of(verify) if verify and not adapters else "") or guarded(routes)
        verify = verify or checks_of_sdk(catalog.services.get(key), ledger)
        endpoints = dict.fromkeys(f"{endpoint(call.route)}{call.note}" for call in group)
        shown = ", ".join(list(endpoints)[:10]) + (f" and {len(endpoints) - 10} more" if len(endpoints) > 10 else "")
        values = (
            Value(
                "Verification", f"{checked}{unchecked(routes, ledger)}" if checked else _verification(routes, verify)
            ),
            Value("Events", _events(routes, ledger)),
        )
        kept = tuple(value for value in values if value.text)
        facts = (*routes[:2], *verify[:2], *routes[2:], *verify[2:])
        yield Candidate(key, group[0].name, section, "Incoming", shown, kept, facts)


def _verification(routes: list[Fact], verify: list[Fact]) -> str:
    """The checks; that there are none only where it is known which file answers."""
    unknown = not verify and all(route.detail("unlocated") for route in routes)
    return "" if unknown else text_of(verify)


_SIGNS_IN = re.compile(r"(?i)/(oauth2?|auth|oidc|saml2?|sso|openid|log-?in|sign-?in)/([^/]+/){0,3}callback/?\Z")
"""Where a provider sends whoever signs in, once the prefix of the router is known."""
_COMES_BACK = re.compile(
    r"(?i)(refresh|oauth2?|install(ation|ed)?|setup|success|cancel(led)?|complete[d]?|connect(ed)?|denied|error|fail(ed|ure)?)$"
)
"""Where below `/callback/` a provider sends people's browsers."""


def _returns_browser(route: Fact, ledger: Ledger) -> bool:
    """Whether a route is where a provider sends the user's browser back to: read only, nothing verified, no other word."""
    last = route.name.rstrip("/").rpartition("/")[2]
    under = re.search(r"(?i)/callbacks?/", route.name) and _COMES_BACK.match(last)
    return (
        route.value == "GET"
        and bool(under or re.search(r"(?i)callback|return|redirect", last))
        and not re.search(r"(?i)hook|notif|ipn|status|inbound|postback|bounce|event|verif", route.name)
        and not route.detail("verify")
        and not checks_of([route], ledger)
    )


def _events(routes: list[Fact], ledger: Ledger) -> str:
    """The names of the events that the routes' handlers tell apart."""
    names = dict.fromkeys(name for route in routes for name in route.detail("events").split(",") if name)
    for route in routes:
        for fact in handling(route, ledger, "webhook.events"):
            if fact.path != route.path and SERVICE_PARAMETER.search(route.name):
                continue  # one function for many providers: whose events these are, it does not say
            names |= dict.fromkeys(name for name in fact.value.split(",") if name)
    return ", ".join(plain(name.strip()) for name in list(names)[:12])
