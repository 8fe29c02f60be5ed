"""Who calls a route: the service that its path, its handler, its SDK or its secret names, or else the kind of caller."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from llm_audit.catalog import Catalog, Service
from llm_audit.document import code, plain
from llm_audit.integrations.hooks.checks import OF_HOOKS, checks_of
from llm_audit.integrations.hooks.handlers import SERVICE_PARAMETER, handling
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Fact

HOOKISH = re.compile(
    r"(?i)web_?hook|(^|[/_-])hooks?([/_-]|$)|callback|bounce|ipn\b|inbound|incoming|postback|notif|event"
)
_BY_CLOCK = re.compile(r"(?i)/(crons?|cron-?jobs?|scheduled?)/")
_CALLERS: tuple[tuple[str, str], ...] = (
    (r"scim", "Identity providers (SCIM)"),
    (r"bounces?", "Mail system (bounces)"),
    (r"pings?|heartbeats?|healthcheck|push/[:{<\[]+\w+[}>\]]?", "Monitored jobs (pings)"),
    (r"(?<=/)metrics(?=/|$)", "Metrics scraper"),
    (r"cron|schedule[rd]?", "Scheduler"),
    (r"jobs?|tasks?|queues?|workers?|internal", "Own background jobs"),
    (r"status", "Status callbacks"),
    (r"(inbound_|incoming_)?web_?hooks?", "Webhook callers"),
    (r"inbound|incoming|ingest|events?|collect", "Senders of events"),
    (r"webhooks?|hooks?|callbacks?|postback|notify|notifications?|push", "Webhook callers"),
    (r"inbox", "Fediverse servers (ActivityPub)"),
)
"""Who calls a route whose path names no service: by the first word that its path holds."""


@dataclass(frozen=True, slots=True)
class Call:
    """An incoming route and who calls it.

    Attributes:
        key: identity of the caller: a service's id, or the kind of caller.
        name: as a reader knows it.
        route: the route.
        note: what is shown behind the route's path, such as a parameter's value.
        adapter: the module that serves this caller among others, where the route serves many.
    """

    key: str
    name: str
    route: Fact
    note: str = ""
    adapter: str = ""


def callers(route: Fact, ledger: Ledger, catalog: Catalog, in_use: frozenset[str], own: frozenset[str]) -> list[Call]:
    """Who calls a route: each provider it dispatches on, the service its path names, or the kind of caller."""
    if route.detail("protocol") == "websub":
        return [Call("callers:WebSub hub", "WebSub hub", route)]
    told = [route.detail("providers"), *(fact.value for fact in handling(route, ledger, "webhook.providers"))]
    providers = [
        word
        for text in told
        if SERVICE_PARAMETER.search(route.name) or text == told[0]
        for word in text.split(",")
        if word
    ]
    if providers := providers or _adapters(route, ledger):
        return [_provider_call(word, route, catalog) for word in providers]
    named = _named(route, catalog, in_use, own)
    verifying = [] if named else _verifiers(route, ledger, catalog, in_use)
    if len(verifying) > 1:  # one address for the calls of several
        return [Call(one.id, one.name, route) for one in verifying]
    if service := named or next(iter(verifying), None) or _keyed(route, catalog, own) or _signer(route, catalog):
        return [Call(service.id, service.name, route)]
    for pattern, title in _CALLERS:
        if re.search(rf"(^|[/_\-.])({pattern})([/_\-.:]|$)", route.name, re.IGNORECASE):
            return [Call(f"callers:{title}", title, route)]
    return [Call("callers:Other systems", "Other systems", route)]


def _signer(route: Fact, catalog: Catalog) -> Service | None:
    """The service that a header of signatures is named for: `stripe-signature`, `x-shopify-hmac-sha256`."""
    signed = _SIGNATURE.match(route.detail("header").lower())
    service = catalog.by_name(signed[1], exact=True) if signed else None
    return service if service and service.kind == "service" and service.id != "svix" else None


_SIGNATURE = re.compile(r"(?:x-)?([a-z0-9]{3,30})-(?:webhook-)?(?:signature|hmac)\b")
"""Svix signs for others."""


def _adapters(route: Fact, ledger: Ledger) -> list[str]:
    """The adapters in a `webhooks` folder, when the route takes the name of a service as a parameter."""
    if not SERVICE_PARAMETER.search(route.name) or not HOOKISH.search(route.name):
        return []
    modules = [f for f in ledger.settings.get("module", ()) if "/webhooks/" in f"/{f.path}"]
    named = {re.sub(r"_(controller|handler|webhook)s?$", "", f.value) for f in modules}
    return sorted(word for word in named if word != "route" and "-" not in word and "." not in word)


def _provider_call(word: str, route: Fact, catalog: Catalog) -> Call:
    service = catalog.by_name(word)
    name = service.name if service else plain(word.capitalize())
    key = service.id if service else f"provider:{word}"
    return Call(key, name, route, f" with {code(word)}", word)


def _named(route: Fact, catalog: Catalog, in_use: frozenset[str], own: frozenset[str]) -> Service | None:
    """The service that a path or handler names: any service beside a webhook's word, else one that is in use."""
    if _BY_CLOCK.search(route.name) and not HOOKISH.search(route.name):
        return None  # `/cron/sync-xero` is called by whoever keeps the time
    text = f"{route.name} {route.detail('handler')} {route.path}"
    text = _PARAMETER.sub(r" \1 - ", text)
    words = re.findall(r"[a-z0-9]+|-", re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text).lower())
    phrases = {*words, *(f"{one}{two}" for one, two in itertools.pairwise(words))}
    hookish = bool(HOOKISH.search(route.name) or _OF_WEBHOOKS.search(route.path))
    named = {service.id for phrase in phrases for service in catalog.compact.get(phrase, ())} - own
    if hookish and not named:  # by another name, of a service that the code uses anyway
        named = {
            one.id for word in words if len(word) > 4 and (one := catalog.by_name(word, exact=True))
        } & in_use - own
    for service in catalog.ordered(named):
        known = (
            service.kind == "service"
            and len(service.id) > 2
            and not service.id.startswith("own-")
            and service.group not in ("Hosting", "CI Pipeline")
        )
        if known and ((hookish and service.group not in _QUIET) or service.id in in_use):
            return service
    return None


_OF_WEBHOOKS = re.compile(r"(?i)(^|/)web_?hooks?/")
"""A folder of nothing but handlers of webhooks."""
_PARAMETER = re.compile(r"\w{0,3}[{<\[](\w{1,40})[^}>\]]{0,40}[}>\]]")
"""A parameter in brackets, whose name and what stands before it make no word together: `/api/v{version}`."""
_QUIET = frozenset({"Blockchain"})
"""Groups whose systems mostly call nobody and are named by words that paths hold for reasons of their own: `/webhook/flow_resume`."""


def _verifiers(route: Fact, ledger: Ledger, catalog: Catalog, in_use: frozenset[str]) -> list[Service]:
    """The services whose SDKs verify calls of the route; several only where the checks' names tell each of them."""
    found: dict[str, Service] = {}
    others: dict[str, Service] = {}
    for fact in checks_of([route], ledger):
        fits = catalog.by_verification(fact.name)
        chain = fact.name.lower()
        named_in = [one for one in fits if one.id.replace("-", "") in chain]
        sure = fits if len(fits) == 1 and not fact.name.isidentifier() else []  # a bare name may be anybody's
        named = catalog.by_name(fact.name.split(" ")[0].split(".")[0])
        if named and named.id in in_use and not named_in:
            named_in = [named]
        if named_in:
            found.setdefault(named_in[0].id, named_in[0])
        elif told := [one for one in fits if one.id in in_use] or sure or list(filter(None, [named])):
            others.setdefault(told[0].id, told[0])
    return list(found.values()) or list(others.values())[:1]


def is_checked_by(check: Fact, key: str, catalog: Catalog) -> bool:
    """Whether a check of a request is made by what bears the name of this service."""
    service = catalog.by_name(check.name.split(" ")[0].split(".")[0])
    return service is not None and service.id == key


def _keyed(route: Fact, catalog: Catalog, own: frozenset[str]) -> Service | None:
    """The one service that the variable of a webhook's secret betrays: `ACME_WEBHOOK_SECRET`."""
    names = [name for name in route.detail("env").split(",") if OF_HOOKS.search(name)]
    found = {one.id: one for name in names for one in catalog.by_env(name) if one.id not in own}
    fits = [one for one in found.values() if one.kind == "service" and one.group not in _NO_CALLERS]
    return fits[0] if len(fits) == 1 and HOOKISH.search(route.name) else None


_NO_CALLERS = frozenset({"Hosting", "CI Pipeline", "OAuth Integrations", "Auth Provider"})
