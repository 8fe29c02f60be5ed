"""Which sightings become entries, in which group, and why the others were dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from llm_audit.catalog import folded
from llm_audit.document import code, plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.pointing import pointed_at
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.strength import USE, strength
from llm_audit.integrations.targets import STORES, TARGETS, targets
from llm_audit.integrations.values import Context, evidence_of, switches, values_of
from llm_audit.integrations.variables import Variables, is_ci
from llm_audit.model import Candidate, Dismissed, Fact, Kind, Role
from llm_audit.templates import Template

_AUTOLOADED = frozenset({"rubygems", "packagist", "maven", "nuget", "hex"})
"""Ecosystems whose packages are found by name or by annotation, so that no file need import them."""
_DRIVER_GROUPS = frozenset({"Databases", "Caching", "Message Queues", "Search", "File Storage"})
_IDENTITY = frozenset({"OAuth Integrations", "Auth Provider"})
_ELSEWHERE = frozenset({"Hosting", "CI Pipeline"})
"""Groups with modules of their own."""


def entries(
    sightings: dict[str, Sighting], ledger: Ledger, variables: Variables, template: Template, own: frozenset[str]
) -> Iterator[Candidate | Dismissed]:
    """An entry for each service in use, once per role it plays; a dismissal for each that only looks like one.

    Args:
        sightings: every service that a fact speaks of.
        ledger: all facts.
        variables: the program's variables.
        template: groups and field labels.
        own: ids of catalogue services that are the audited project itself.
    """
    used = {key for key, one in sightings.items() if one.service.kind == "service" and not why_not(one)}
    assumed = _assumed(sightings, used, ledger) | _loaded(sightings, ledger) | _opened(sightings, ledger)
    targeted = targets(sightings)
    for sighting in sightings.values():
        service = sighting.service
        if service.kind != "service" or service.group in _ELSEWHERE:
            continue
        if (parts := _PARTS.get(service.id)) and any(
            sightings[key].service.name.startswith(parts) for key in used - {service.id}
        ):
            yield Dismissed(service.name, "its parts have entries of their own", sighting.facts[:4], service.group)
            continue
        if (
            reason := "the audited project itself"
            if service.id in own
            else service.id not in assumed and why_not(sighting)
        ):
            yield Dismissed(service.name, reason, sighting.facts[:4], service.group)
            continue
        if vendor := pointed_at(sighting, sightings):
            reason = f"its SDK is built with the address of {vendor}"
            yield Dismissed(service.name, reason, sighting.facts[:4], service.group)
            continue
        for group, facts in [(TARGETS, sighting.facts)] if service.id in targeted else roles_of(sighting):
            part = Sighting(service, facts)
            context = Context(ledger, variables, part, group)
            yield Candidate(
                key=service.id,
                name=_title(part),
                section=template.section_of(group),
                group=group,
                purpose=purpose_of(part, group, ledger),
                values=values_of(context, _labels(template.fields_of(group), targeted=service.id in targeted)),
                facts=_cited_first(facts),
            )


def _labels(labels: Iterable[str], *, targeted: bool) -> list[str]:
    """The labels that apply: of a driver that users point at their own store, the calls are those of any driver."""
    return [label for label in labels if not (targeted and label == "Endpoints used")]


def _title(sighting: Sighting) -> str:
    """The service's name; where the catalogue bundles small bots under one name, with those that are in use."""
    parts = (fact for fact in sighting.of(Kind.ACTION, Kind.RESOURCE) if fact.kind == Kind.ACTION or _is_chart(fact))
    bots = dict.fromkeys(plain(fact.name.rpartition("/")[2]) for fact in parts)
    if sighting.service.id.endswith("-bundle") and bots:
        return f"{sighting.service.name} ({', '.join(list(bots)[:3])})"
    return sighting.title


def _is_chart(fact: Fact) -> bool:
    return fact.detail("tool") == "helm"


_DOTENV = re.compile(r"(^|/)\.?env[^/]*$")


def _assumed(sightings: dict[str, Sighting], used: set[str], ledger: Ledger) -> set[str]:
    """The databases that only the value of a variable in a dotenv file names, where the program reads that variable.

    Frameworks that take a whole address from the environment have no other line that says which database it is.
    """
    if any(sightings[key].service.group == "Databases" for key in used):
        return set()
    read = {fact.name for fact in ledger.of(Kind.ENV_READ)}
    return {
        key
        for key, one in sightings.items()
        if one.service.kind == "service" and one.service.group == "Databases"
        for fact in one.of(Kind.SETTING)
        if fact.name == "url.scheme" and fact.detail("env") in read and _DOTENV.search(fact.path)
    }


_LOADERS = {
    "npm": frozenset(
        {"knex", "sequelize", "sequelize-typescript", "typeorm", "bookshelf", "objection", "@mikro-orm/core"}
    ),
    "pypi": frozenset({"sqlalchemy", "flask_sqlalchemy", "sqlmodel", "databases", "tortoise"}),
}
_LOADED = {
    "npm": frozenset({"mysql", "mysql2", "mariadb", "pg", "sqlite3", "better-sqlite3", "tedious", "oracledb"}),
    "pypi": frozenset(
        {
            "psycopg",
            "psycopg2",
            "psycopg2-binary",
            "asyncpg",
            "pg8000",
            "pymysql",
            "mysqlclient",
            "aiomysql",
            "asyncmy",
            "pyodbc",
            "oracledb",
        }
    ),
}


def _loaded(sightings: dict[str, Sighting], ledger: Ledger) -> set[str]:
    """The databases whose drivers a query builder loads by name or by an address's scheme, so that no file imports them."""
    roots = {fact.name.partition(".")[0] for fact in ledger.of(Kind.IMPORT)} | {
        fact.name for fact in ledger.of(Kind.IMPORT)
    }
    loading = {ecosystem for ecosystem, names in _LOADERS.items() if not names.isdisjoint(roots)}
    return {
        key
        for key, one in sightings.items()
        for fact in one.of(Kind.DEPENDENCY)
        if fact.detail("ecosystem") in loading and strength(fact) >= 3
        if fact.name.rpartition("/")[2].lower() in _LOADED[fact.detail("ecosystem")]
        if one.service.group == "Databases"
    }


_ADDRESSED = re.compile(r"(URL|URI|HOST|ENDPOINT|DOMAIN)$")
_OPENING = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|USERNAME)$")


def _opened(sightings: dict[str, Sighting], ledger: Ledger) -> set[str]:
    """The services that no package or host betrays, but whose address and key are read for a module that bears their name."""
    paths = {fact.path for fact in ledger.of(Kind.CALL, Kind.IMPORT)}
    modules = {folded(path.rpartition("/")[2].partition(".")[0]) for path in paths}
    found: set[str] = set()
    for key, one in sightings.items():
        read = [fact.name for fact in one.of(Kind.ENV_READ)]
        named = {folded(key), folded(one.service.name)} & modules
        if named and any(map(_ADDRESSED.search, read)) and any(map(_OPENING.search, read)):
            found.add(key)
    return found


_OF_DELIVERY = frozenset({"Infrastructure", "Package Publishing", "Code Quality & Dependencies"})


def _is_ci_only(sighting: Sighting) -> bool:
    """Whether nothing but steps of pipelines speak to the service."""
    proof = [fact for fact in sighting.facts if strength(fact) >= USE]
    return bool(proof) and all(fact.kind == Kind.ACTION or is_ci(fact.path) for fact in proof)


def purpose_of(sighting: Sighting, group: str, ledger: Ledger) -> str:
    """What the service is used for, and the setting that chooses it where the code has one."""
    if group == TARGETS and sighting.service.group in STORES:
        return "Watched or queried for users, no store of the application's own data"
    own = sighting.service.group == group
    if group not in _OF_DELIVERY and _is_ci_only(sighting):
        return f"{sighting.service.purpose}, in CI only"
    purpose = sighting.service.purpose if own else _ROLE_PURPOSE.get(group, sighting.service.purpose)
    if told := _connected(sighting):
        return told
    ways = [fact.detail("tool") for fact in sighting.of(Kind.SETTING) if fact.name == "oauth.provider"]
    if ways and all(way == "http" for way in ways):
        purpose = f"Access to {sighting.service.name.removesuffix(' OAuth')} accounts that users grant; the flow is written by hand"
    for fact in sighting.of(Kind.SETTING):
        name = fact.detail("name") or fact.value
        if fact.detail("default") and fact.detail("selector"):
            return f"{purpose}; the default of {plain(fact.detail('selector'))}"
        if selector := _selector(fact, ledger):
            return f"{purpose}, when {plain(selector)} is {code(name)}"
        if fact.detail("condition"):
            return f"{purpose}, when {code(fact.detail('condition'), 80)}"
    if _is_only_deployed(sighting) and (switch := next(switches(sighting.of(Kind.RESOURCE)), "")):
        return f"{purpose}, when {switch}"
    endpoint = next((fact.name for fact in sighting.of(Kind.ENV_READ) if "ENDPOINT" in fact.name), "")
    if endpoint and sighting.service.id == "s3":
        return f"{purpose}, or a compatible store at {plain(endpoint)}"
    return purpose


_CONNECTED = {
    "alertmanager": "Receives alerts of Alertmanager",
    "flux": "Receives notices of Flux",
    "acme": "Issues TLS certificates",
    "cert-manager": "Proves to the certificate authority whose domains they are",
    "external-secrets": "Holds the secrets that External Secrets copies into the cluster",
}


def _connected(sighting: Sighting) -> str:
    """What a cluster uses the service for, where nothing but its manifests' connections show it."""
    proof = [fact for fact in sighting.facts if strength(fact) >= USE and fact.kind != Kind.ACTION]
    tools = {fact.detail("tool") if fact.name == "cluster.connection" else "" for fact in proof}
    return _CONNECTED.get(tools.pop(), "") if len(tools) == 1 else ""


def _is_only_deployed(sighting: Sighting) -> bool:
    """Whether nothing but infrastructure code shows the service."""
    return all(fact.kind in (Kind.RESOURCE, Kind.IMAGE) for fact in sighting.facts if strength(fact) >= USE)


_ROLE_PURPOSE = {
    "Message Queues": "Broker of background jobs", "Auth Provider": "User sign-in", "Databases": "Database",
    "File Storage": "File storage", "Caching": "Caching", "Search": "Search", "Vector Stores": "Vector search",
    "Logs": "Log records", "Analytics": "Usage events", "Metrics & Tracing": "Metrics and traces", "Error Tracking": "Error reports",
    "Messaging & Notifications": "Messages", "Feature Flags": "Feature flags", "OAuth Integrations": "Sign-in",
}  # fmt: skip
"""What a service is used for in a group that is not its own."""


def _selector(fact: Fact, ledger: Ledger) -> str:
    """The variable that chooses between the drivers of a configuration file, as its default driver names it."""
    if not fact.detail("name"):
        return ""
    for other in ledger.of(Kind.SETTING):
        if other.name == fact.name and other.path == fact.path and other.detail("selector"):
            return other.detail("selector")
    return ""


_PARTS = {
    "aws": ("Amazon ", "AWS "),
    "gcp": ("Firebase", "Google Cloud ", "Google Secret", "Google Vertex", "BigQuery", "Firestore"),
    "azure": ("Azure ", "Microsoft "),
}
"""Clouds as a whole, and how the names of their parts begin: an entry for the whole is for what has no part."""


def _cited_first(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    cited = evidence_of(facts)
    return (*cited, *(fact for fact in facts if fact not in cited))


def why_not(sighting: Sighting) -> str:
    """The reason why a sighting is no integration, or empty when it is one."""
    if _best(sighting) >= USE and not _is_preset(sighting) and not _is_stock_cable(sighting):
        return ""
    own = [fact for fact in sighting.facts if fact.role == Role.SOURCE]
    kinds = {fact.kind for fact in own if strength(fact) >= 3}
    declared = [fact for fact in own if fact.kind == Kind.DEPENDENCY and strength(fact) >= 3]
    configured = any(fact.kind == Kind.SETTING for fact in own)
    if declared and (Kind.ENV_READ in kinds or configured):
        return ""
    if any(f.detail("ecosystem") in _AUTOLOADED for f in declared) and sighting.service.group in _DRIVER_GROUPS:
        return ""
    if sighting.service.group in _IDENTITY and _has_client_pair(own):
        return ""
    return _reason(sighting, own, declared)


def _best(sighting: Sighting) -> int:
    """The strongest proof; in groups about delivery, addresses and code prove nothing."""
    if sighting.service.group not in _DELIVERY_GROUPS:
        return sighting.best
    if sighting.service.group == "Code Quality & Dependencies" and any(
        f.detail("where") == "ci" for f in sighting.of(Kind.IMAGE)
    ):
        return USE
    return max((strength(fact) for fact in sighting.facts if fact.kind not in _NO_DELIVERY), default=0)


_DELIVERY_GROUPS = frozenset({"Infrastructure", "Package Publishing", "Code Quality & Dependencies"})
_NO_DELIVERY = frozenset({Kind.HOST, Kind.IMPORT, Kind.CALL, Kind.ENV_READ, Kind.DEPENDENCY})


def _is_stock_cable(sighting: Sighting) -> bool:
    """Whether only the `cable.yml` that Rails generates names the server, and no gem is there to speak to it."""
    proof = [fact for fact in sighting.facts if strength(fact) >= USE]
    stock = all(fact.name == "broadcast.driver" and fact.detail("tool") == "rails" for fact in proof)
    return bool(proof) and stock and not any(sighting.of(Kind.DEPENDENCY))


def _is_preset(sighting: Sighting) -> bool:
    """Whether an identity provider is known only by an address: a choice offered in a form, not a provider that is set up."""
    proof = [fact for fact in sighting.facts if strength(fact) >= USE]
    return sighting.service.group in _IDENTITY and all(
        f.kind == Kind.HOST and f.detail("use") == "config" for f in proof
    )


def _has_client_pair(own: list[Fact]) -> bool:
    names = {fact.name for fact in own if fact.kind == Kind.ENV_READ}
    return any(name.endswith("_ID") for name in names) and any(name.endswith("SECRET") for name in names)


def _reason(sighting: Sighting, own: list[Fact], declared: list[Fact]) -> str:
    if declared:
        return f"{declared[0].name} is declared but never imported"
    if not own:
        roles = sorted({fact.role.value for fact in sighting.facts})
        return f"only in {' and '.join(roles)} files"
    kinds = {fact.kind for fact in own}
    if kinds <= {Kind.ENV_READ, Kind.ENV_DECLARED, Kind.SECRET_REF}:
        return "only a variable's name; nothing calls it"
    if kinds <= {Kind.HOST}:
        return "only a link"
    if Kind.SETTING in kinds:
        return "only a framework's stock configuration; its package is not installed"
    if kinds <= {Kind.IMAGE, Kind.ENV_READ, Kind.ENV_DECLARED}:
        return "only an image of a build or test"
    return "only a development dependency"


def roles_of(sighting: Sighting) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """The groups in which a service stands, each with the facts that put it there; its own group keeps the rest."""
    taken: set[int] = set()
    found: list[tuple[str, tuple[Fact, ...]]] = []
    for group, signals in sighting.service.roles:
        facts = [fact for fact in sighting.facts if any(_is_signal(signal, fact) for signal in signals)]
        if any(strength(fact) >= 3 for fact in facts):
            found.append((group, (*facts, *(f for f in sighting.facts if f.kind in _SHARED and f not in facts))))
            taken |= {id(fact) for fact in facts}
    rest = tuple(fact for fact in sighting.facts if id(fact) not in taken)
    proof = [fact for fact in rest if strength(fact) >= USE]
    if found and sighting.service.group == "Caching":  # where a server is says nothing of what it is for
        proof = [fact for fact in proof if fact.kind != Kind.IMAGE and fact.name != "url.scheme"]
    if not found or proof:
        yield sighting.service.group, rest if rest and found else sighting.facts
    yield from found


_SHARED = frozenset({Kind.ENV_READ, Kind.ENV_DECLARED, Kind.IMAGE})


def _is_signal(signal: str, fact: Fact) -> bool:
    """Whether a fact is what a role's signal (`npm:bullmq`, `call:auth.*`, `setting:queue.driver=redis`) speaks of."""
    prefix, _, pattern = signal.partition(":")
    match fact.kind:
        case Kind.DEPENDENCY:
            return prefix == fact.detail("ecosystem") and fnmatchcase(fact.name, pattern)
        case Kind.IMPORT:
            language = prefix.removeprefix("import ")
            return (
                language == fact.detail("language") or prefix in _LANGUAGE_OF.get(fact.detail("language"), ())
            ) and (fnmatchcase(fact.name, pattern) or fact.name.startswith((f"{pattern}/", f"{pattern}.")))
        case Kind.CALL:
            return prefix == "call" and fnmatchcase(fact.name, f"*{pattern}")
        case Kind.SETTING:
            return prefix == "setting" and fnmatchcase(f"{fact.name}={fact.value}", pattern)
        case Kind.ENV_READ:
            return prefix == "env" and fnmatchcase(fact.name, pattern)
        case Kind.HOST:
            return prefix == "host" and fnmatchcase(fact.name, pattern)
        case Kind.RESOURCE:
            return prefix == "resource" and fnmatchcase(fact.name, pattern)
    return False


_LANGUAGE_OF = {
    "javascript": ("npm",),
    "python": ("pypi",),
    "go": ("go",),
    "ruby": ("rubygems",),
    "rust": ("cargo",),
    "dart": ("pub",),
}
