"""Which parts of an API the code calls: SDK chains, raw hosts and paths, events, scopes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from llm_audit.catalog import Service, folded
from llm_audit.document import code, plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.strength import declares
from llm_audit.integrations.values.context import Context
from llm_audit.integrations.values.packages import packages
from llm_audit.integrations.values.transport import transport
from llm_audit.model import Fact, Kind

_VERBS = frozenset(  # words of a call chain that say what is done, not to what
    (
        "create retrieve list update delete get post put patch del find search all send run execute invoke call "
        "fetch read write save insert upsert remove add set new init initialize build from parse async await then "
        "catch construct_event constructevent constructEvent open close connect modify cancel confirm capture upload "
        "download generate query stream subscribe publish emit on once use of make"
    ).split()
)


_LEADING_VERB = re.compile(
    r"(create|get|list|send|update|delete|retrieve|find|search|upload|put|post|add|remove|fetch)(?=[A-Z_])"
)


_PROTOCOLS = frozenset({"smtp", "imap-pop3", "imap", "aws", "ssh"})
_MESSAGES = frozenset(
    {
        "discord",
        "telegram",
        "matrix",
        "livekit",
        "apple-maps",
        "bitcoin-core",
        "lightning",
        "own-search-index",
        "apprise",
    }
)
"""Services whose calls are a protocol's own steps, build messages, views or transactions, or work in the own process; naming them says nothing of what is used."""


_BY_PAGES = frozenset({"script", "policy", "allowed"})
"""Uses of a host that are the browser's."""


def method(context: Context) -> str:
    """How a service without SDK is reached: the hosts that are called, and the first paths."""
    if packages(context):
        return ""
    named = [fact for fact in context.sighting.of(Kind.HOST) if fact.detail("use") != "link"]
    if not named:
        return ""
    script = all(fact.detail("use") in _BY_PAGES for fact in named)
    mails = all(fact.detail("scheme") == "smtp" for fact in named)
    behind = [fact for fact in context.sighting.of(Kind.SETTING) if fact.name == "url.path"]
    if given := _given_by(context, named):
        client = transport(context.ledger, behind)
        return f"{given}, with {client}" if client else given
    return reached(
        context.ledger, named, behind, "Loaded in the browser from" if script else "SMTP on" if mails else "HTTPS on"
    )


def reached(ledger: Ledger, hosts: Iterable[Fact], behind: Iterable[Fact] = (), how: str = "HTTPS on") -> str:
    """`HTTPS on api.example.com, `/v1`, with httpx 0.27.0`: the first hosts and path, and the client that calls them.

    Args:
        ledger: all facts.
        hosts: the addresses.
        behind: the paths that code puts behind them elsewhere.
        how: what is done with them.
    """
    paths: dict[str, list[str]] = {}
    called = [fact for fact in hosts if fact.detail("use") not in _BY_PAGES]
    for fact in hosts:
        paths.setdefault(fact.name, []).append(fact.value)
    host, known = next(iter(paths.items()))
    others = "".join(f", {plain(other)}" for other in list(paths)[1:3])
    path = next((path for path in known if path.strip("/")), "") if called else ""
    client = transport(ledger, [*behind, *called])
    return f"{how} {plain(host)}{others}" + (f", {code(path)}" if path else "") + (f", with {client}" if client else "")


_BASE = re.compile(r"/*(?:v\d+(?:\.\d+|beta\d*|alpha\d*)?|\{\})?/*")
"""A base address: it says nothing of what is asked for."""


def _given_by(context: Context, named: Iterable[Fact]) -> str:
    """`HTTPS at AI_BASE_URL (default `https://api.openai.com/v1`)`, where nothing but a variable's default names the host."""
    places = {fact.place for fact in named}
    hosts = {fact.name for fact in named}
    for variable in context.variables.by_name.values():
        names = variable.is_address and any(f"//{host}" in variable.default for host in hosts)
        if names and places <= {read.place for read in variable.reads}:
            return f"HTTPS at {plain(variable.name)} (default {code(variable.default, 80)})"
    return ""


def endpoints(context: Context) -> str:
    """The parts of an API that are called: SDK chains without their verbs, or paths of raw calls."""
    if context.sighting.service.id in _PROTOCOLS:
        return ""
    words: dict[str, None] = {}
    for fact in calls_of(context) if context.sighting.service.id not in _MESSAGES else ():
        if said := said_of(fact, context.sighting.service):
            words.setdefault(said)
    if not words:
        for fact in context.sighting.of(Kind.SETTING):
            if fact.name == "url.path" and fact.value:
                words.setdefault(code(f"{fact.detail('method')} {fact.value}".strip(), 70))
        for fact in context.sighting.of(Kind.HOST):
            path = fact.value.split("?")[0]
            if fact.detail("use") == "call" and not (_BASE.fullmatch(path) or _PICTURE.search(fact.value)):
                words.setdefault(code(path, 60))
    chosen = list(words)[:8]
    return ", ".join(chosen) + (f" and {len(words) - 8} more" if len(words) > 8 else "")


_PICTURE = re.compile(r"\.(png|jpe?g|gif|svg|webp|ico)(\?|$)")


def calls_of(context: Context) -> Iterator[Fact]:
    """The calls of a service's SDK; a check of the sender asks for nothing, nor does a declaration of infrastructure."""
    checks = context.sighting.service.verify or "\n"
    for fact in (*context.sighting.of(Kind.CALL), *_through_own_module(context)):
        if not fact.name.endswith(checks) and not declares(fact):
            yield fact


def said_of(fact: Fact, service: Service) -> str:
    """The part of an API that a call speaks to, in words; empty when it does not tell."""
    told = next((text for part, text in service.calls if part in fact.name), "") or endpoint_words(fact.name)
    return "" if _names_only_the_sdk(told, service) else told


_OF_SDKS = frozenset("api sdk client http rest graph admin service default async v1 v2 v3".split())
"""Words that the classes of SDKs are called by, whatever is asked for."""


def _names_only_the_sdk(text: str, service: Service) -> bool:
    """Whether the words are those of the class that is built: `stripe`, `plaid api`."""
    own = {*re.findall(r"[a-z0-9]+", service.name.lower()), service.id, folded(service.id), folded(service.name)}
    return set(text.split()) <= own | _OF_SDKS


def _through_own_module(context: Context) -> Iterator[Fact]:
    """Calls by a client that another file of the project makes and exports under the service's name.

    The module that a call's file imports must be one of those that import the service's SDK; a workspace's packages
    are named by their folder behind a scope.
    """
    service = context.sighting.service
    makers = {fact.path.rpartition(".")[0].removesuffix("/index") for fact in context.sighting.of(Kind.IMPORT)}
    for name in sorted({folded(service.id), folded(service.name)}):
        for fact in context.ledger.calls.get(name, ()):
            written = fact.detail("module").removesuffix("/index")
            module = written.lstrip("./@~")
            inner = module.partition("/")[2] if written.startswith("@") and module.count("/") > 1 else module
            if module and any(f"/{maker}".endswith((f"/{module}", f"/{inner}")) for maker in makers):
                yield fact


@cache
def endpoint_words(chain: str) -> str:
    """`stripe.checkout.sessions.create` -> `checkout sessions`; empty when nothing but a root and a verb is left."""
    parts = [_ASYNC.sub("", part) for part in re.split(r"\.|::|->|\\|/", chain.removeprefix("new ")) if part]
    parts = parts[1:] if parts and parts[0].lstrip("$") in ("this", "self", "cls") else parts
    if not parts or _RECORDS.search(chain):
        return ""
    inner = [part for part in parts[1:] if part.lower() not in _VERBS and part.lower() not in _ON_THE_WAY]
    inner = [part for part in inner if _PLAIN.fullmatch(part) and not _HELPING.match(part)]
    if parts and parts[-1] in inner and len(inner) > 1:
        last = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", parts[-1]).split()[0].lower()
        inner = inner[:-1] if last in _VERBS else inner
    said = parts[-1].lower() in _VERBS or re.match(_LEADING_VERB, parts[-1])
    if (
        not inner
        or (len(inner) == 1 and not said)
        or any(re.search(r"(?i)error|exception|headervalue$", part) for part in parts)
    ):
        return ""
    text = " ".join(re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", part).replace("_", " ").lower() for part in inner)
    text = re.sub(r" (basic|batch|search|core) api$", "", text)  # how generated clients call their parts
    text = re.sub(r"( get| create| list)? (request|response|params|config|configuration|client|options)$", "", text)
    return text if len(text) < 60 else ""


_ASYNC = re.compile(r"(?<=[a-z0-9])(?:_async|Async)\Z")
"""How methods end that do the same as others and wait otherwise."""
_ON_THE_WAY = frozenset("client api rest v1 v2 v3 v4 default".split())
"""What stands in a chain between a client and the part of the API that it asks: `octokit.rest.issues`."""
_RECORDS = re.compile(r"(?:^|\.)[A-Z]\w*\.objects\.")
"""Rows of the program's own database, as Django's models give them: `Price.objects.filter`."""
_HELPING = re.compile(
    r"(?:to_?)?[sS]tring$|UTC$|Unix$|[bB]uilder$|\w+Builder$|build$|(?:value|Value)Of$|equals$|add_?[lL]istener$|listen$|where$|instance$|[pP]ut_?(?:[A-Z]|endpoint|method|param)|[Nn]ew[A-Z_]|[Ww]ith[A-Z_]|[Ss]et[A-Z_]|[Ii]s[A-Z_]|[Pp]arse[A-Z_]|[Gg]et[A-Z_]|create[A-Z_]"
)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,40}")


def events(context: Context) -> str:
    sent = {
        f.value
        for f in context.sighting.of(Kind.CALL)
        if f.value and re.search(r"(?i)track|capture|event|log|ingest", f.name)
    }
    names = sorted(name for name in sent if re.fullmatch(r"[\w .:/-]{3,60}", name))
    return ", ".join(map(plain, names[:8])) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def scopes(context: Context) -> str:
    scopes = [f.detail("scopes") for f in context.sighting.of(Kind.SETTING) if f.detail("scopes")]
    return plain(scopes[0]) if scopes else ""
