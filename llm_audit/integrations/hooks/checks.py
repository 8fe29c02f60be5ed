"""How the calls of another system are verified, and which routes nothing verifies."""

from __future__ import annotations

import re
from collections.abc import Iterable

from llm_audit.catalog import Service
from llm_audit.document import code, plain
from llm_audit.integrations.hooks.controllers import answering, running
from llm_audit.integrations.hooks.handlers import (
    TOLD,
    declaring,
    handling,
    is_called_for,
    is_module,
    modules_of,
    names_of,
    plain_word,
    stem_of,
)
from llm_audit.integrations.hooks.mounts import endpoint
from llm_audit.integrations.ledger import Ledger, answerer
from llm_audit.model import Fact, Kind


def told_by_routes(routes: list[Fact]) -> str:
    """The verification that the routes' own facts name: call, header, secret."""
    texts: dict[str, None] = {}
    for route in routes:
        if call := route.detail("verify"):
            header = f", header {plain(route.detail('header'))}" if route.detail("header") else ""
            names = _shared_secrets(route.detail("env").split(","))
            secret = f", secret {plain(', '.join(names))}" if names else ""
            texts.setdefault(f"{plain(call[:1].upper() + call[1:]) if ' ' in call else code(call)}{header}{secret}")
    return "; ".join(list(texts)[:3])


def told_by_all(routes: list[Fact], ledger: Ledger) -> str:
    """The same, with the checks elsewhere of those routes whose own facts name none."""
    told = told_by_routes(routes)
    silent = [route for route in routes if told and not (route.detail("verify") or route.detail("guard"))]
    others = [fact for fact in checks_of(silent, ledger) if code(fact.name) not in told] if silent else []
    return f"{told}; {text_of(others)}" if others else told


def guarded(routes: list[Fact]) -> str:
    """What runs before the routes' handlers and asks a caller who it is, by the names that the router gives it."""
    names = dict.fromkeys(name for route in routes for name in route.detail("guard").split(",") if name)
    return ", ".join(code(name) for name in list(names)[:3])


def unchecked(routes: list[Fact], ledger: Ledger) -> str:
    """Which of several routes nothing verifies, where others of the same caller are verified.

    A route may be declared twice, in the branches of a condition: with a check and without.
    """
    bare = [route for route in routes if not _is_checked(route, ledger)]
    told = {endpoint(route) for route in routes if route not in bare}
    shown = list(dict.fromkeys(endpoint(route) for route in bare))
    never = [one for one in shown if one not in told]
    more = f" and {len(never) - 3} more" if len(never) > 3 else ""
    never_text = f"; none found for {', '.join(never[:3])}{more}" if never else ""
    return f"{'; not in every branch that declares the route' if len(never) < len(shown) else ''}{never_text}"


def _is_checked(route: Fact, ledger: Ledger) -> bool:
    return bool(route.detail("verify") or route.detail("guard") or checks_of([route], ledger))


def _shared_secrets(names: list[str]) -> list[str]:
    """Of the variables that a handler reads, those that a caller's signature is checked with; keys for calls of its own are none."""
    keys = [name for name in names if re.search(r"SECRET|KEY|TOKEN", name) and not _ADDRESS.search(name)]
    for told in (OF_HOOKS, _ENDS_SECRET):
        if of_hooks := [name for name in keys if told.search(name)]:
            return of_hooks
    return keys


_ADDRESS = re.compile(r"_UR[IL](_|$)")
OF_HOOKS = re.compile(r"HOOK|SIGN|HMAC|VERIF|ENDPOINT_SECRET|CALLBACK|INBOUND|IPN")
_ENDS_SECRET = re.compile(r"SECRET$|(CRON|QSTASH|PUBSUB)_\w*(SECRET|TOKEN|KEY)$")


def checks_of(routes: Iterable[Fact], ledger: Ledger, adapters: Iterable[str] = ()) -> list[Fact]:
    """How calls are verified, in the files of the routes and in those that their handlers' or adapters' names lead to."""
    routes = list(routes)
    places = {route.path for route in routes}
    modules = {name for route in routes for name in modules_of(route)}
    handlers = [names_of(route) for route in routes]
    checks = [fact for fact in ledger.of(Kind.VERIFY) if fact.detail("kind") != "signing"]
    found = running(checks, routes, ledger)
    if adapters := [plain_word(word) for word in adapters]:
        own = [fact for fact in found if stem_of(fact.path) in adapters]
        told = {f.path for route in routes for f in handling(route, ledger, "webhook.providers")}
        return own or [fact for fact in found if fact.path in told]
    ends = tuple(end for route in routes for end in answering(route, ledger))
    near = [fact for fact in found if fact.path in places or (ends and fact.path.endswith(ends))]
    if near:
        return near
    if declared := _where_declared(routes, found, ledger):
        return declared
    leads = [fact for fact in found if is_module(fact.path, modules)]
    named = {answerer(route) for route in routes}
    others = ledger.answerers - named - {""}  # a check outside all functions is nobody else's
    leads = [fact for fact in leads if fact.detail("within") in named] or [
        fact for fact in leads if fact.detail("within") not in others
    ]
    told = {f.path for route in routes for name in TOLD for f in handling(route, ledger, name)}
    return leads or [
        fact
        for fact in found
        if fact.path in told
        or (fact.detail("within") not in others and any(is_called_for(fact.path, *one) for one in handlers))
    ]


def _where_declared(routes: list[Fact], checks: list[Fact], ledger: Ledger) -> list[Fact]:
    """The checks in the files that declare the routes' handlers, or in those beside them that are named for checking requests.

    What is beside them is theirs where no other file of the folder answers such routes.
    """
    files = {path for route in routes for path in declaring(route, ledger)}
    if not files:
        return []
    every = {path for route in ledger.of(Kind.ROUTE) for path in declaring(route, ledger)}
    folders = {_folder(path) for path in files}
    alone = {one for one in folders if len({path for path in every if _folder(path) == one}) == 1}
    return [
        fact
        for fact in checks
        if fact.path in files or (_folder(fact.path) in alone and _CHECKER.search(fact.path.rpartition("/")[2]))
    ]


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


_CHECKER = re.compile(r"(?i)valid|verif|signature")


def checks_of_sdk(service: Service | None, ledger: Ledger) -> list[Fact]:
    """The verification call of the service's own SDK, wherever it stands: nothing else is verified by it."""
    tails = service.verify if service else ()
    return [fact for fact in ledger.of(Kind.VERIFY) if any(fact.name.endswith(tail) for tail in tails)]


def text_of(facts: list[Fact]) -> str:
    """The checks by their calls; that none was found, where there are none."""
    names = {fact.name for fact in facts}
    whole = [f for f in facts if not any(other != f.name and other.endswith(f"::{f.name}") for other in names)]
    texts = dict.fromkeys(f"{code(f.name)}{f' with {plain(f.value)}' if f.value else ''}" for f in whole)
    return ", ".join(list(texts)[:3]) or "No verification found in the handler's file"
