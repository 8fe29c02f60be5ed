"""Which sightings become entries, in which group, and why the others were dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from llm_audit.catalog import folded
from llm_audit.document import plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.pointing import pointed_at
from llm_audit.integrations.purposes import purpose_of
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.strength import USE, strength
from llm_audit.integrations.targets import TARGETS, targets
from llm_audit.integrations.values import Context, evidence_of, values_of
from llm_audit.integrations.variables import Variables
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
    assumed |= _keyed(sightings, ledger) | _defaulted(sightings)
    targeted = targets(sightings)
    stores = frozenset(key for key in used | assumed if sightings[key].service.group == "Databases")
    for sighting in sightings.values():
        service = sighting.service
        if service.kind != "service" or service.group in _ELSEWHERE:
            if service.group == "Hosting" and service.id not in own:
                yield from _managed(sighting, ledger, variables, template)
            continue
        if reason := _left_out(sighting, sightings, used, assumed, own):
            yield Dismissed(service.name, reason, sighting.facts[:4], service.group)
            continue
        for group, facts in [(TARGETS, sighting.facts)] if service.id in targeted else roles_of(sighting):
            part = Sighting(service, facts)
            context = Context(ledger, variables, part, group)
            purpose = purpose_of(context, stores)
            yield Candidate(
                key=service.id,
                name=_title(part),
                section=template.section_of(group),
                group=group,
                purpose=purpose.text,
                values=values_of(context, _labels(template.fields_of(group), targeted=service.id in targeted)),
                facts=_cited_first(facts),
                told=purpose.own,
            )


def _left_out(
    sighting: Sighting, sightings: dict[str, Sighting], used: set[str], assumed: set[str], own: frozenset[str]
) -> str:
    """Why a service has no entry of its own, or empty when it has one."""
    key = sighting.service.id
    parts = _PARTS.get(key)
    if parts and any(sightings[other].service.name.startswith(parts) for other in used - {key}):
        return "its parts have entries of their own"
    if key in own:
        return "the audited project itself"
    if key not in assumed and (reason := why_not(sighting)):
        return reason
    if vendor := _signs_in_for(sighting, sightings, used):
        return f"only signs people in, told as {vendor}"
    if vendor := pointed_at(sighting, sightings):
        return f"its SDK is built with the address of {vendor}"
    return ""


_SIGN_IN = re.compile(
    r"/(oauth2?|authorize|token|userinfo|avatars)(/|$)|/(users/@me|me|user|picture)$|/me/permissions$|^/?(api/)?\{\}$"
)
"""Paths that serve a sign-in: its steps, the profile of whoever signed in, the picture beside it."""


def _signs_in_for(sighting: Sighting, sightings: dict[str, Sighting], used: set[str]) -> str:
    """The OAuth entry of the same vendor, where addresses are all there is and each of them is a step of that sign-in."""
    proof = sighting.proof
    if not proof or any(one.kind != Kind.HOST or not _SIGN_IN.search(one.value) for one in proof):
        return ""
    lines = {one.place for one in proof}
    word = sighting.service.name.split()[0]
    for key in sorted(used):
        other = sightings[key].service
        beside = any(fact.kind == Kind.SETTING and fact.place in lines for fact in sightings[key].facts)
        if (
            other.group == "OAuth Integrations"
            and key != sighting.service.id
            and (beside or other.name.startswith(f"{word} "))
        ):
            return other.name
    return ""


def _labels(labels: Iterable[str], *, targeted: bool) -> list[str]:
    """The labels that apply: of a driver that users point at their own store, the calls are those of any driver."""
    return [label for label in labels if not (targeted and label == "Endpoints used")]


def _title(sighting: Sighting) -> str:
    """The service's name; where the catalogue bundles small bots under one name, with those that are in use."""
    parts = (fact for fact in sighting.of(Kind.ACTION, Kind.RESOURCE) if fact.kind == Kind.ACTION or _is_chart(fact))
    bots = dict.fromkeys(plain(fact.name.rpartition("/")[2]) for fact in parts)
    if sighting.service.id.endswith("-bundle") and bots:
        return f"{sighting.service.name} ({', '.join(list(bots)[:6])})"
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
    "pypi": frozenset(
        {"sqlalchemy", "flask_sqlalchemy", "sqlmodel", "databases", "tortoise", "dj-database-url", "django-environ"}
    ),
}
_BY_ADDRESS = frozenset({"dj-database-url", "django-environ"})
"""Packages that give Django the engine which the scheme of an address names."""
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
    roots |= {fact.name for fact in ledger.of(Kind.DEPENDENCY) if fact.name in _BY_ADDRESS}
    loading = {ecosystem for ecosystem, names in _LOADERS.items() if not names.isdisjoint(roots)}
    return {
        key
        for key, one in sightings.items()
        for fact in one.of(Kind.DEPENDENCY)
        if fact.detail("ecosystem") in loading and strength(fact) >= 3
        if fact.name.rpartition("/")[2].lower() in _LOADED[fact.detail("ecosystem")]
        if one.service.group == "Databases"
    }


def _keyed(sightings: dict[str, Sighting], ledger: Ledger) -> set[str]:
    """The services whose SDK the program depends on and whose own key it reads: a library loads the SDK by its name."""
    read = {fact.name for fact in ledger.of(Kind.ENV_READ)}
    return {
        key
        for key, one in sightings.items()
        if not read.isdisjoint(one.service.reads) and any(strength(fact) >= 3 for fact in one.of(Kind.DEPENDENCY))
    }


_ADDRESSED = re.compile(r"(URL|URI|HOST|ENDPOINT|DOMAIN)$")
_OPENING = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|USERNAME)$")


def _opened(sightings: dict[str, Sighting], ledger: Ledger) -> set[str]:
    """The services that no package or host betrays, but whose address and key are read for a module that bears their name.

    Rails keeps both among its encrypted credentials, where such a module reads them by the service's name.
    """
    told: dict[str, set[str]] = {}
    kept: set[str] = set()
    for key, one in sightings.items():
        read = [fact.name for fact in one.of(Kind.ENV_READ)]
        mine = {folded(key), folded(one.service.name)}
        if any(map(_ADDRESSED.search, read)) and any(map(_OPENING.search, read)):
            told[key] = mine
        held = (fact for fact in one.of(Kind.SETTING) if fact.name == "rails.credentials")
        if any(_OPENING.search(fact.value.upper()) and folded(_stem(fact.path)) in mine for fact in held):
            kept.add(key)
    paths = {fact.path for fact in ledger.of(Kind.CALL, Kind.IMPORT)} if told else ()
    modules = {folded(_stem(path)) for path in paths}
    return kept | {key for key, names in told.items() if names & modules}


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


_LOCAL = re.compile(r"https?://(localhost|127\.0\.0\.1|host\.docker\.internal|[a-z][a-z0-9\-]{1,20}):\d{2,5}\b")


def _defaulted(sightings: dict[str, Sighting]) -> set[str]:
    """The services without a package or host whose own address the code reads, with one of this machine as its default."""
    return {
        key
        for key, one in sightings.items()
        for fact in one.of(Kind.ENV_READ)
        if fact.role == Role.SOURCE and fact.detail("via") != "compose" and _ADDRESSED.search(fact.name)
        if _LOCAL.match(fact.value) and one.service.group in ("AI", "Vector Stores", "Search", "Metrics & Tracing")
    }  # fmt: skip


_PARTS = {
    "aws": ("Amazon ", "AWS "),
    "gcp": ("Firebase", "Google Cloud ", "Google Secret", "Google Vertex", "BigQuery", "Firestore"),
    "azure": ("Azure ", "Microsoft "),
}
"""Clouds as a whole, and how the names of their parts begin: an entry for the whole is for what has no part."""


def _cited_first(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    cited = evidence_of(facts)
    first = set(map(id, cited))
    return (*cited, *(fact for fact in facts if id(fact) not in first))


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
    if any(_starts(fact, sighting) for fact in declared):
        return ""
    driver = sighting.service.group in _DRIVER_GROUPS or sighting.service.id in _REGISTRIES
    if driver and any(f.detail("ecosystem") in _AUTOLOADED for f in declared):
        return ""
    if sighting.service.group in _IDENTITY and _has_client_pair(own):
        return ""
    return _reason(sighting, own, declared)


def _starts(fact: Fact, sighting: Sighting) -> bool:
    """Whether a package works as soon as it is installed, and is loaded."""
    return f"{fact.detail('ecosystem')}:{fact.name}" in sighting.service.starts and fact.detail("loaded") != "no"


def _best(sighting: Sighting) -> int:
    """The strongest proof; in groups about delivery, addresses and code prove nothing."""
    if sighting.service.group not in _DELIVERY_GROUPS or sighting.service.id in _REGISTRIES:
        return sighting.best
    if sighting.service.group == "Code Quality & Dependencies" and any(
        f.detail("where") == "ci" for f in sighting.of(Kind.IMAGE)
    ):
        return USE
    return max((strength(fact) for fact in sighting.facts if fact.kind not in _NO_DELIVERY), default=0)


_DELIVERY_GROUPS = frozenset({"Infrastructure", "Package Publishing", "Code Quality & Dependencies"})
_REGISTRIES = frozenset({"consul", "eureka", "nacos"})
"""Infrastructure that programs ask while they run: where the others are, and how they are configured."""
_NO_DELIVERY = frozenset({Kind.HOST, Kind.IMPORT, Kind.CALL, Kind.ENV_READ, Kind.DEPENDENCY})


def _is_stock_cable(sighting: Sighting) -> bool:
    """Whether only the `cable.yml` that Rails generates names the server, and no gem is there to speak to it."""
    proof = sighting.proof
    stock = all(fact.name == "broadcast.driver" and fact.detail("tool") == "rails" for fact in proof)
    return bool(proof) and stock and not any(sighting.of(Kind.DEPENDENCY))


def _is_preset(sighting: Sighting) -> bool:
    """Whether an identity provider is known only by an address: a choice offered in a form, not a provider that is set up."""
    return sighting.service.group in _IDENTITY and all(
        f.kind == Kind.HOST and f.detail("use") == "config" for f in sighting.proof
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
    if all(fact.name == "rails.credentials" for fact in own if fact.kind == Kind.SETTING) and Kind.SETTING in kinds:
        return "only a name among the credentials; nothing calls it"
    if Kind.SETTING in kinds:
        return "only a framework's stock configuration; its package is not installed"
    if kinds <= {Kind.IMAGE, Kind.ENV_READ, Kind.ENV_DECLARED}:
        return "only an image of a build or test"
    return "only a development dependency"


def _managed(sighting: Sighting, ledger: Ledger, variables: Variables, template: Template) -> Iterator[Candidate]:
    """The management interface of a hosting platform that code calls, wherever the program itself runs."""
    called = tuple(fact for fact in sighting.facts if _is_management(fact) and strength(fact) >= USE)
    if called:
        group = "Cloud Services"
        context = Context(ledger, variables, Sighting(sighting.service, called), group)
        values = values_of(context, _labels(template.fields_of(group), targeted=False))
        name = f"{sighting.service.name} API"
        yield Candidate(
            sighting.service.id, name, template.section_of(group), group, "Management calls from code", values, called
        )


_MANAGEMENT = re.compile(r"api\.(?!mintlify)|backboard\.railway\.")


def _is_management(fact: Fact) -> bool:
    if fact.kind == Kind.HOST:
        return fact.detail("use") == "call" and bool(_MANAGEMENT.match(fact.name))
    return fact.kind == Kind.SETTING and fact.name == "module"


def roles_of(sighting: Sighting) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """The groups in which a service stands, each with the facts that put it there; its own group keeps the rest."""
    taken: set[int] = set()
    found: list[tuple[str, tuple[Fact, ...]]] = []
    for group, signals in sighting.service.roles:
        facts = [fact for fact in sighting.facts if any(_is_signal(signal, fact) for signal in signals)]
        if any(strength(fact) >= 3 for fact in facts):
            found.append((group, (*facts, *(f for f in sighting.facts if f.kind in _SHARED and f not in facts))))
            taken |= {id(fact) for fact in facts}
    if not found:
        yield sighting.service.group, sighting.facts
        return
    rest = tuple(fact for fact in sighting.facts if id(fact) not in taken)
    proof = [fact for fact in sighting.proof if id(fact) not in taken]
    if sighting.service.group == "Caching":  # where a server is says nothing of what it is for
        proof = [fact for fact in proof if fact.kind != Kind.IMAGE and fact.name != "url.scheme"]
    if proof:
        yield sighting.service.group, rest
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
