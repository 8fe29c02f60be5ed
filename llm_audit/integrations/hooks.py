"""Webhooks: routes that other systems call, how a call is verified, and what the program sends to configured URLs."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from posixpath import join, normpath

from llm_audit.catalog import Catalog, Service
from llm_audit.document import code, plain
from llm_audit.integrations.controllers import answering, running
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Candidate, Fact, Kind, Value
from llm_audit.redact import clean

_SECTION = "Webhooks & Callbacks"
_HOOKISH = re.compile(
    r"(?i)web_?hook|(^|[/_-])hooks?([/_-]|$)|callback|bounce|ipn\b|inbound|incoming|postback|notif|event"
)
_BY_CLOCK = re.compile(r"(?i)/(crons?|cron-?jobs?|scheduled?)/")
_SERVICE_PARAMETER = re.compile(
    r"(?i)[:{\[<*](\w+:)?(service|provider|source|integration|vendor|gateway|channel|platform|type|name|slug)\b"
)
_CALLERS: tuple[tuple[str, str], ...] = (
    (r"scim", "Identity providers (SCIM)"),
    (r"bounces?", "Mail system (bounces)"),
    (r"pings?|heartbeats?|healthcheck|push/[:{<\[]+\w+[}>\]]?", "Monitored jobs (pings)"),
    (r"(?<=/)metrics(?=/|$)", "Metrics scraper"),
    (r"cron|schedule[rd]?", "Scheduler"),
    (r"jobs?|tasks?|queues?|workers?|internal", "Own background jobs"),
    (r"status", "Status callbacks"),
    (r"inbound|incoming|ingest|events?|collect", "Senders of events"),
    (r"webhooks?|hooks?|callbacks?|postback|notify|notifications?|push", "Webhook callers"),
)
"""Who calls a route whose path names no service: by the first word that its path holds."""


@dataclass(frozen=True, slots=True)
class _Call:
    """An incoming route and whom it serves; `service` is None when only the kind of caller is known."""

    key: str
    name: str
    route: Fact
    note: str = ""
    adapter: str = ""


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
    yield from _incoming(ledger, catalog, in_use, own)
    yield from _outgoing(ledger, catalog)


def _incoming(ledger: Ledger, catalog: Catalog, in_use: frozenset[str], own: frozenset[str]) -> Iterator[Candidate]:
    calls: dict[str, list[_Call]] = defaultdict(list)
    mounts = list(ledger.settings.get("route.mount", ()))
    for route in ledger.of(Kind.ROUTE):
        if route.detail("oauth") != "yes" and not (
            (route.detail("session") == "yes" and not _HOOKISH.search(route.name)) or _returns_browser(route, ledger)
        ):
            for call in _callers(_mounted(route, mounts), ledger, catalog, in_use, own):
                calls[call.key].append(call)
    for key, group in sorted(calls.items()):
        routes = list(dict.fromkeys(call.route for call in group))
        adapters = [call.adapter for call in group if call.adapter]
        verify = _verification(routes, ledger, adapters)
        checked = _said(routes) or (_verification_text(verify) if verify and not adapters else "")
        verify = verify or _by_sdk(catalog.services.get(key), ledger)
        endpoints = dict.fromkeys(f"{_endpoint(call.route)}{call.note}" for call in group)
        shown = ", ".join(list(endpoints)[:10]) + (f" and {len(endpoints) - 10} more" if len(endpoints) > 10 else "")
        values = (
            Value("Verification", f"{checked}{_unsaid(routes, ledger)}" if checked else _verification_text(verify)),
            Value("Events", _events(routes, ledger)),
        )
        kept = tuple(value for value in values if value.text)
        facts = (*routes[:2], *verify[:2], *routes[2:], *verify[2:])
        yield Candidate(key, group[0].name, _SECTION, "Incoming", shown, kept, facts)


def _mounted(route: Fact, mounts: list[Fact]) -> Fact:
    """The route with the prefix under which its file is mounted elsewhere, where one mount fits."""
    mount = _mount_of(route.path, mounts)
    if mount and not route.name.startswith(mount.value):
        outer = _mount_of(mount.path, mounts) if mount.path != route.path else None
        base = f"{outer.value.rstrip('/*') if outer and outer != mount else ''}{mount.value.rstrip('/*')}"
        return replace(route, name=clean(base if route.name == "/" else f"{base}{route.name}"))
    prefix = route.detail("prefixes").split(",")[0]
    if prefix and not route.name.startswith(prefix):
        return replace(route, name=clean(f"{prefix.rstrip('/')}{route.name}"))
    return route


def _mount_of(path: str, mounts: list[Fact]) -> Fact | None:
    """Where the routes of a file are mounted; Python names a module and the router in it: `api.users.router`.

    Of several modules that end alike, the one is meant that a mount's own folder leads to.
    """
    stem = path.rpartition(".")[0].removesuffix("/index").removesuffix("/__init__")
    fits: list[Fact] = []
    for mount in mounts:
        target = mount.detail("target").lstrip("./@~").removesuffix(".js").removesuffix("/index")
        ends = [target]
        if path.endswith(".py") and mount.path.endswith(".py"):  # a module, or what one holds
            ends = [target.replace(".", "/")] if mount.detail("framework") == "django" else []
            ends.append(target.rpartition(".")[0].replace(".", "/"))
        if mount.value not in ("", "/") and any(f"/{stem}".endswith(f"/{end}") for end in ends if end):
            fits.append(mount)
    return next((one for one in fits if _leads_to(one, stem)), fits[0] if fits else None)


def _leads_to(mount: Fact, stem: str) -> bool:
    written = mount.detail("target").removesuffix(".js").removesuffix("/index")
    return written.startswith(".") and normpath(join(mount.path.rpartition("/")[0], written)) == stem


def _said(routes: list[Fact]) -> str:
    """The verification that the routes' own facts name: call, header, secret."""
    texts: dict[str, None] = {}
    for route in routes:
        if call := route.detail("verify"):
            header = f", header {plain(route.detail('header'))}" if route.detail("header") else ""
            names = _shared_secrets(route.detail("env").split(","))
            secret = f", secret {plain(', '.join(names))}" if names else ""
            texts.setdefault(f"{plain(call[:1].upper() + call[1:]) if ' ' in call else code(call)}{header}{secret}")
    return "; ".join(list(texts)[:3])


def _unsaid(routes: list[Fact], ledger: Ledger) -> str:
    """Which of several routes nothing verifies, where others of the same caller are verified."""
    bare = [route for route in routes if not route.detail("verify") and not _verification([route], ledger)]
    shown = [_endpoint(route) for route in bare]
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return f"; none found for {', '.join(shown[:3])}{more}" if shown else ""


def _shared_secrets(names: list[str]) -> list[str]:
    """Of the variables that a handler reads, those that a caller's signature is checked with; keys for calls of its own are none."""
    keys = [name for name in names if re.search(r"SECRET|KEY|TOKEN", name)]
    for told in (_OF_HOOKS, _ENDS_SECRET):
        if of_hooks := [name for name in keys if told.search(name)]:
            return of_hooks
    return keys


_OF_HOOKS = re.compile(r"HOOK|SIGN|HMAC|VERIF|ENDPOINT_SECRET|CALLBACK|INBOUND|IPN")
_ENDS_SECRET = re.compile(r"SECRET$|(CRON|QSTASH|PUBSUB)_\w*(SECRET|TOKEN|KEY)$")
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
        and not _verification([route], ledger)
    )


def _endpoint(route: Fact) -> str:
    methods = [method for method in route.value.split(",") if method not in ("HEAD", "OPTIONS")]
    return code(f"{'/'.join(methods[:2])} {route.name}".strip() if len(methods) <= 2 else route.name)


def _callers(route: Fact, ledger: Ledger, catalog: Catalog, in_use: frozenset[str], own: frozenset[str]) -> list[_Call]:
    """Who calls a route: each provider it dispatches on, the service its path names, or the kind of caller."""
    told = [route.detail("providers"), *(fact.value for fact in _handling(route, ledger, "webhook.providers"))]
    providers = [
        word
        for text in told
        if _SERVICE_PARAMETER.search(route.name) or text == told[0]
        for word in text.split(",")
        if word
    ]
    if providers := providers or _adapters(route, ledger):
        return [_provider_call(word, route, catalog) for word in providers]
    known = _named(route, catalog, in_use, own) or _verifier(route, ledger, catalog, in_use)
    if service := known or _keyed(route, catalog, own):
        return [_Call(service.id, service.name, route)]
    for pattern, title in _CALLERS:
        if re.search(rf"(^|[/_\-.])({pattern})([/_\-.:]|$)", route.name, re.IGNORECASE):
            return [_Call(f"callers:{title}", title, route)]
    return [_Call("callers:Other systems", "Other systems", route)]


def _adapters(route: Fact, ledger: Ledger) -> list[str]:
    """The adapters in a `webhooks` folder, when the route takes the name of a service as a parameter."""
    if not _SERVICE_PARAMETER.search(route.name) or not _HOOKISH.search(route.name):
        return []
    modules = [f for f in ledger.settings.get("module", ()) if "/webhooks/" in f"/{f.path}"]
    named = {re.sub(r"_(controller|handler|webhook)s?$", "", f.value) for f in modules}
    return sorted(word for word in named if word != "route" and "-" not in word and "." not in word)


def _provider_call(word: str, route: Fact, catalog: Catalog) -> _Call:
    service = catalog.by_name(word)
    name = service.name if service else plain(word.capitalize())
    key = service.id if service else f"provider:{word}"
    return _Call(key, name, route, f" with {code(word)}", word)


def _named(route: Fact, catalog: Catalog, in_use: frozenset[str], own: frozenset[str]) -> Service | None:
    """The service that a path or handler names: any service beside a webhook's word, else one that is in use."""
    if _BY_CLOCK.search(route.name) and not _HOOKISH.search(route.name):
        return None  # `/cron/sync-xero` is called by whoever keeps the time
    text = f"{route.name} {route.detail('handler')} {route.path}"
    words = re.findall(r"[a-z0-9]+", re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text).lower())
    phrases = {*words, *(f"{one}{two}" for one, two in itertools.pairwise(words))}
    hookish = bool(_HOOKISH.search(route.name))
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
        if known and (hookish or service.id in in_use):
            return service
    return None


def _verifier(route: Fact, ledger: Ledger, catalog: Catalog, in_use: frozenset[str]) -> Service | None:
    """The service whose SDK verifies calls in the route's file; of several with the same call, the one it names or the code uses."""
    for fact in _verification([route], ledger):
        fits = catalog.by_verification(fact.name)
        chain = fact.name.lower()
        named_in = [one for one in fits if one.id.replace("-", "") in chain]
        sure = fits if len(fits) == 1 and not fact.name.isidentifier() else []  # a bare name may be anybody's
        if told := named_in or [one for one in fits if one.id in in_use] or sure:
            return told[0]
        if named := catalog.by_name(fact.name.split(" ")[0].split(".")[0]):
            return named
    return None


def _keyed(route: Fact, catalog: Catalog, own: frozenset[str]) -> Service | None:
    """The one service that the variable of a webhook's secret betrays: `ACME_WEBHOOK_SECRET`."""
    names = [name for name in route.detail("env").split(",") if _OF_HOOKS.search(name)]
    found = {one.id: one for name in names for one in catalog.by_env(name) if one.id not in own}
    fits = [one for one in found.values() if one.kind == "service" and one.group not in _NO_CALLERS]
    return fits[0] if len(fits) == 1 and _HOOKISH.search(route.name) else None


_NO_CALLERS = frozenset({"Hosting", "CI Pipeline", "OAuth Integrations", "Auth Provider"})


def _verification(routes: Iterable[Fact], ledger: Ledger, adapters: Iterable[str] = ()) -> list[Fact]:
    """How calls are verified, in the files of the routes and in those that their handlers' or adapters' names lead to."""
    routes = list(routes)
    places = {route.path for route in routes}
    modules = {name for route in routes for name in _modules(route)}
    handlers = {
        _plain_word(word)
        for route in routes
        for word in re.split(r"[#@.:\\/()\s]", route.detail("handler"))
        if len(word) > 3 and _plain_word(word) != _stem(route.path)  # `route.ts` is the name of every other one
    }
    checks = [fact for fact in ledger.of(Kind.VERIFY) if fact.detail("kind") != "signing"]
    found = running(checks, routes, ledger)
    if adapters := [_plain_word(word) for word in adapters]:
        own = [fact for fact in found if _stem(fact.path) in adapters]
        told = {f.path for route in routes for f in _handling(route, ledger, "webhook.providers")}
        return own or [fact for fact in found if fact.path in told]
    ends = tuple(end for route in routes for end in answering(route, ledger))
    near = [fact for fact in found if fact.path in places or (ends and fact.path.endswith(ends))]
    if near:
        return near
    leads = [fact for fact in found if _is_module(fact.path, modules)]
    named = {_last_word(route) for route in routes}
    others = {_last_word(route) for route in ledger.of(Kind.ROUTE)} - named
    leads = [fact for fact in leads if fact.detail("within") in named] or [
        fact for fact in leads if fact.detail("within") not in others
    ]
    told = {f.path for route in routes for name in _TOLD for f in _handling(route, ledger, name)}
    return leads or [fact for fact in found if _stem(fact.path) in handlers or fact.path in told]


def _modules(route: Fact) -> list[str]:
    """The modules that hold the route's handler where its own file has none, without what stands for a root."""
    written = f"{route.detail('module')},{route.detail('modules')}"
    return [name.lstrip("./@~") for name in written.split(",") if name]


def _is_module(path: str, modules: Iterable[str]) -> bool:
    """Whether a file is one of these modules, or the index of a folder that is."""
    stem = path.rpartition(".")[0].removesuffix("/index")
    return f"/{stem}".endswith(tuple(f"/{one.removesuffix('/index')}" for one in modules))


def _last_word(route: Fact) -> str:
    """The function or class that answers a route."""
    return re.split(r"[#@.:]", route.detail("handler"))[-1]


_TOLD = ("webhook.providers", "webhook.events")


_ANY_HANDLER = frozenset("create index handle handler post store update show process receive webhook webhooks".split())


def _handling(route: Fact, ledger: Ledger, name: str) -> list[Fact]:
    """The facts of that name in the file of a route, or in the function elsewhere that the route names as its handler."""
    words = [word for word in re.split(r"[#@.:\\/()\s]", route.detail("handler")) if word]
    facts = ledger.settings.get(name, ())
    if not words or any(fact.path == route.path for fact in facts):
        return [fact for fact in facts if fact.path == route.path]
    named = [fact for fact in facts if fact.detail("handler") == words[-1]]
    if not named:
        return []
    files = {_plain_word(word) for word in words[:-1]}
    found = any(_stem(fact.path) in files for fact in ledger.of(Kind.VERIFY))
    unique = not found and words[-1].lower() not in _ANY_HANDLER and len({fact.path for fact in named}) == 1
    return [fact for fact in named if unique or _stem(fact.path) in files]


def _by_sdk(service: Service | None, ledger: Ledger) -> list[Fact]:
    """The verification call of the service's own SDK, wherever it stands: nothing else is verified by it."""
    tails = service.verify if service else ()
    return [fact for fact in ledger.of(Kind.VERIFY) if any(fact.name.endswith(tail) for tail in tails)]


def _stem(path: str) -> str:
    """A file's name as a handler would call it: `webhooks_controller.rb` -> `webhooks`."""
    return _plain_word(path.rpartition("/")[2].partition(".")[0])


@cache
def _plain_word(word: str) -> str:
    return re.sub(r"controller$|handler$|[^a-z0-9]", "", word.lower())


def _verification_text(facts: list[Fact]) -> str:
    names = {fact.name for fact in facts}
    whole = [f for f in facts if not any(other != f.name and other.endswith(f"::{f.name}") for other in names)]
    texts = dict.fromkeys(f"{code(f.name)}{f' with {plain(f.value)}' if f.value else ''}" for f in whole)
    return ", ".join(list(texts)[:3]) or "No verification found in the handler's file"


def _events(routes: list[Fact], ledger: Ledger) -> str:
    names = dict.fromkeys(name for route in routes for name in route.detail("events").split(",") if name)
    for route in routes:
        for fact in _handling(route, ledger, "webhook.events"):
            if fact.path != route.path and _SERVICE_PARAMETER.search(route.name):
                continue  # one function for many providers: whose events these are, it does not say
            names |= dict.fromkeys(name for name in fact.value.split(",") if name)
    return ", ".join(plain(name.strip()) for name in list(names)[:12])


_DELIVERIES = {
    "webhook": "Webhooks to configured addresses", "callback": "Callbacks to given addresses",
    "postback": "Postbacks to configured addresses", "notification": "Notifications to configured addresses",
    "alert": "Alerts to configured addresses", "message": "Messages to configured addresses",
}  # fmt: skip


_NO_TITLE = re.compile(r"(?i)hook|send|dispatch|deliver|worker|queue|event|notif|message|alert|job")


def _adapter_title(module: Fact, catalog: Catalog) -> str:
    """Where a delivery goes when an adapter for one system makes it: `Mattermost webhook`, the address being a user's.

    Empty where the adapter is named for what it does.
    """
    if service := catalog.by_name(module.value, exact=True):
        return f"{service.name} webhook"
    if _NO_TITLE.search(module.value) or "/webhooks/" in f"/{module.path}":
        return ""
    stem = module.path.rpartition("/")[2].partition(".")[0]
    name = stem if _plain_word(stem) == _plain_word(module.value) else module.value
    return f"{name.replace('-', ' ').replace('_', ' ').capitalize() if name.islower() else name} webhook"


_RETRIES = {"yes": "Tries again after a failure"}


def _outgoing(ledger: Ledger, catalog: Catalog) -> Iterator[Candidate]:
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
        yield Candidate(f"delivery:{name}", shown, _SECTION, "Outgoing", "", kept, tuple(facts))
