"""Hosts that first-party code calls and the catalogue does not know: one entry for each, unless a page for people stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llm_audit.catalog import Catalog, registrable
from llm_audit.document import code, plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.owners import owners
from llm_audit.integrations.variable import is_own_key
from llm_audit.integrations.variables import Variables
from llm_audit.model import Candidate, Dismissed, Fact, Kind, Value

OTHERS = "host:others"
"""Key of the entry that lists hosts of which each is called by one file."""
_CODE = re.compile(
    r"^(?!(.*/)?([cC]onfig|conf|\.github|database/(seeds|factories))/).*\.(py|[cm]?[jt]sx?|go|rb|php|java|kt|kts|scala|cs|rs|exs?|swift|dart|vue|svelte)$"
)
"""Files whose addresses the program itself calls; those of configuration and CI may be stock or a download."""
_API_LIKE = re.compile(
    r"(?i)(^|[./-])(api|apis|rest|graphql|rpc|gateway|hooks?|webhooks?|ingest|collect(?:or)?|telemetry|events?|metrics|oauth2?|token|auth|sso|login"
    r"|search|query|upload|download|heartbeats?|pings?|updates?|releases?|status|geo|data|feeds?|json|v\d+)([./-]|\d|$)|\.(json|xml|csv|php|cgi)(\?|$)"
)
"""What the address of an interface looks like; profile pages and home pages look otherwise."""
_VIEW = re.compile(r"\.([jt]sx|vue|svelte)$")
"""Pages and components, where the project's own site is linked to rather than called."""
_SHOWN = re.compile(r"^(?!base|api|server|endpoint|service|proxy|upload|socket)[a-z]\w*(Url|URL|Link|Href)$")


def entries(
    ledger: Ledger,
    catalog: Catalog,
    variables: Variables,
    in_use: frozenset[str],
    own: frozenset[str],
    own_hosts: tuple[str, ...],
    project: str,
    section: str,
) -> Iterator[Candidate | Dismissed]:
    """An entry for each registrable name that is called, a dismissal where nothing looks like an interface.

    Args:
        ledger: all facts.
        catalog: the known services.
        variables: the program's variables.
        in_use: ids of the services that have an entry of their own.
        own: ids of catalogue services that are the audited project itself.
        own_hosts: hosts of the project itself.
        project: its short name, empty when it tells nothing.
        section: heading under which the entries belong.
    """
    found: dict[str, list[Fact]] = {}
    for fact in ledger.of(Kind.HOST):
        if (
            _is_called(fact, project)
            and not {one.id for one in (*catalog.by_host(fact.name), *owners(fact, catalog))} - own
            and not _belongs(fact.name, catalog, in_use)
            and not any(fact.name == host or fact.name.endswith(f".{host}") for host in own_hosts)
        ):
            found.setdefault(registrable(fact.name), []).append(fact)
    outcome = list(_each(found, variables, project, section))
    known = [one for one in outcome if isinstance(one, Candidate)]
    tail = [one for one in known if len({fact.path for fact in one.facts}) == 1]
    if len(known) <= _MANY or len(tail) < 3:
        yield from outcome
        return
    yield from (one for one in outcome if one not in tail)
    yield _together(tail)


def _is_called(fact: Fact, project: str) -> bool:
    """Whether the program itself calls a host at an address that is no page for people."""
    if fact.detail("use") != "call" or not (fact.detail("keyed") or _CODE.search(fact.path)) or _documents(fact):
        return False
    if not _VIEW.search(fact.path):
        return True
    # an attribute of a page's component is a link: `courseUrl="https://..."`
    shown = _SHOWN.search(fact.detail("bound")) and "api" not in f"{fact.name}{fact.value}"
    return not (project and project in fact.name) and not shown


_MANY = 6
"""Above how many hosts those that a single file calls are told together."""


def _together(tail: list[Candidate]) -> Candidate:
    """One entry for the hosts of which there is little to tell: each with the file that calls it and the key it needs."""
    keys = {one.key: value.text for one in tail for value in one.values if value.label == "Auth"}
    called = ", ".join(
        f"{plain(one.name)} ({'; '.join(filter(None, (code(one.facts[0].path), keys.get(one.key, ''))))})"
        for one in tail
    )
    facts = tuple(one.facts[0] for one in tail)
    return Candidate(
        OTHERS, "Other hosts", tail[0].section, tail[0].group, f"Each called by one file: {called}", (), facts
    )


def _each(
    found: dict[str, list[Fact]], variables: Variables, project: str, section: str
) -> Iterator[Candidate | Dismissed]:
    for domain, facts in sorted(found.items()):
        hosts = sorted({fact.name for fact in facts})
        host = hosts[0] if len(hosts) == 1 else domain
        if not any(
            fact.detail("named") or fact.detail("keyed") or _API_LIKE.search(f"{fact.name}{fact.value}")
            for fact in facts
        ):
            yield Dismissed(host, "an address without any sign of an API", tuple(facts[:4]), "External APIs")
            continue
        label = registrable(domain).partition(".")[0].replace("-", "")
        own = bool(label) and label in (project, variables.prefix.lower().replace("_", ""))
        paths = dict.fromkeys(code(fact.value.split("?")[0], 60) for fact in facts if fact.value.strip("/"))
        values = (
            Value("Integration method", _method(hosts, facts, variables)),
            Value("Auth", ", ".join(_keys_of(domain, facts, variables, own=own)[:4])),
            Value("Endpoints used", ", ".join(list(paths)[:6])),
        )
        kept = tuple(value for value in values if value.text)
        purpose = f"Own service of the project, called by {_places(facts)}" if own else f"Called by {_places(facts)}"
        yield Candidate(
            f"host:{domain}", host.removeprefix("www."), section, "External APIs", purpose, kept, tuple(facts)
        )


def _method(hosts: Sequence[str], facts: Sequence[Fact], variables: Variables) -> str:
    """Where the host is called: at the address of a variable, where nothing but its default names the host."""
    places = {fact.place for fact in facts}
    for one in variables.by_name.values():
        if (
            one.is_address
            and len(hosts) == 1
            and f"//{hosts[0]}" in one.default
            and places & {read.place for read in one.reads}
        ):
            return f"HTTPS at {plain(one.name)} (default {code(one.default, 80)})"
    return f"HTTPS on {', '.join(map(plain, hosts[:3]))}"


_KEY = re.compile(r"(KEY|SECRET|TOKEN|PASSWORD|USERNAME|CLIENT_ID)$")
_CLOSE = 40
"""How many lines a call and the key it is made with may stand apart."""


def _keys_of(domain: str, facts: list[Fact], variables: Variables, *, own: bool) -> list[str]:
    """The credentials that bear a host's name, else those without an owner that are read next to the call.

    A host of the project itself bears the name that all its variables begin with, which tells nothing.
    """
    label = re.sub(r"[^A-Z0-9]", "", domain.partition(".")[0].upper())
    every = variables.by_name.values()
    keys = [one for one in every if _KEY.search(one.name) and not one.owners and not is_own_key(one.name)]
    named = [one.name for one in keys if not own and len(label) > 3 and one.name.replace("_", "").startswith(label)]
    hosts = tuple(f"//{fact.name}" for fact in facts)
    heads = {
        one.name.partition("_")[0] for one in every if any(host in one.default for host in hosts) and "_" in one.name
    }
    family = [one.name for one in keys if len(heads) == 1 and one.name.partition("_")[0] in heads]
    shown = dict.fromkeys(name for fact in facts for name in fact.detail("keyed").split(",") if name)
    return (
        named
        or family
        or list(shown)
        or [
            one.name
            for one in keys
            if any(read.path == f.path and abs(read.line - f.line) <= _CLOSE for read in one.reads for f in facts)
        ]
    )


_MANUAL = re.compile(
    r"^(docs?|developers?|help|support|blog|wiki|learn|forum|community|discuss|man|manual|kb|tools\.ietf|datatracker)\.|\.readthedocs\.io$"
)
_CHAPTER = re.compile(
    r"^/(en(-\w\w)?/)?(docs?|documentation|manual|guides?|help|wiki|blog|faq|articles)(/|$)|^/en/(stable|latest)(/|$)"
)


_NAMESPACES = frozenset({
    ("search.yahoo.com", "/mrss"), ("www.itunes.com", "/dtds/podcast-1.0.dtd"), ("purl.org", "/dc/elements/1.1"),
    ("purl.org", "/rss/1.0/modules/content"), ("base.google.com", "/ns/1.0"), ("ogp.me", "/ns"), ("ns.adobe.com", "/xap/1.0"),
    ("w3id.org", "/security/v1"), ("w3id.org", "/identity/v1"),
})  # fmt: skip
"""Names of vocabularies in XML and linked data, which look like addresses."""


def _documents(fact: Fact) -> bool:
    """Whether an address is that of a page for people, by its host's first word or its path's."""
    return (
        bool(_MANUAL.search(fact.name) or _CHAPTER.search(fact.value))
        or (fact.name, fact.value.rstrip("/")) in _NAMESPACES
    )


def _belongs(host: str, catalog: Catalog, in_use: frozenset[str]) -> bool:
    """Whether a host is another address of a service that has an entry: same domain, or a domain that bears its name."""
    named = catalog.by_name(registrable(host).split(".")[0], exact=True)
    return bool(in_use & set(catalog.by_domain(host))) or (named is not None and named.id in in_use)


def _places(facts: list[Fact]) -> str:
    """The files that call a host: one or two by name, of more the first and how many others."""
    paths = list(dict.fromkeys(fact.path for fact in facts))
    more = (
        f" and {len(paths) - 1} more files" if len(paths) > 2 else f" and {code(paths[1])}" if len(paths) == 2 else ""
    )
    return f"{code(paths[0])}{more}"
