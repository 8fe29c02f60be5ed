"""Services in use that no import, call or address shows: a library loads their package, or only a variable leads to them."""

from __future__ import annotations

import re

from llm_audit.catalog import folded
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.strength import strength
from llm_audit.model import Kind, Role


def presumed(sightings: dict[str, Sighting], used: set[str], ledger: Ledger) -> set[str]:
    """The ids of such services.

    Args:
        sightings: every service that a fact speaks of.
        used: ids of those whose use is shown.
        ledger: all facts.
    """
    return (
        _addressed(sightings, used, ledger)
        | _loaded(sightings, ledger)
        | _opened(sightings, ledger)
        | _keyed(sightings, ledger)
        | _defaulted(sightings)
        | _mailed(sightings, used)
        | _built_on(sightings)
    )


_DOTENV = re.compile(r"(^|/)\.?env[^/]*$")


def _addressed(sightings: dict[str, Sighting], used: set[str], ledger: Ledger) -> set[str]:
    """The databases that only an address names: a variable's in a dotenv file, where the program reads that variable, or
    a setting's by whose name the connection is opened in another file.

    Frameworks that take a whole address from the environment have no other line that says which database it is.
    """
    if any(sightings[key].service.group == "Databases" for key in used):
        return set()
    read = {fact.name for fact in ledger.of(Kind.ENV_READ)}
    opened = {fact.detail("env") for fact in ledger.settings.get("db.connection", ())} - {""}
    return {
        key
        for key, one in sightings.items()
        if one.service.kind == "service" and one.service.group == "Databases"
        for fact in one.of(Kind.SETTING)
        if fact.name == "url.scheme"
        and ((fact.detail("env") in read and _DOTENV.search(fact.path)) or fact.detail("env") in opened)
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


def _mailed(sightings: dict[str, Sighting], used: set[str]) -> set[str]:
    """The mail server whose host and account the code reads, or a manifest of a cluster gives to a container, where nothing
    else sends mail: a library of few does that."""
    if "smtp" not in sightings or any(sightings[key].service.group == "Email/SMS" for key in used):
        return set()
    reads = [one for one in sightings["smtp"].of(Kind.ENV_READ) if one.detail("via") != "compose"]
    reads += [one for one in sightings["smtp"].of(Kind.ENV_DECLARED) if one.detail("where") == "k8s"]
    names = [one.name for one in reads if "SMTP" in one.name]
    told = any(name.endswith(("HOST", "SERVER")) for name in names) and any(map(_OF_ACCOUNT.search, names))
    return {"smtp"} if told else set()


_OF_ACCOUNT = re.compile(r"(PASSWORD|PASSWD|PASS|PWD)$")


_OF_DEVELOPERS = re.compile(r"(?i)(^|/)\.devcontainer/|(^|[/._\-])(dev|test|tests|ci|e2e|local)([/._\-]|$)")


def _built_on(sightings: dict[str, Sighting]) -> set[str]:
    """The products whose image another image of the tree is made from, and whose own variables the deployment sets: it runs them."""
    return {
        key
        for key, one in sightings.items()
        if one.service.group in ("Auth Provider", "Analytics", "Search", "Metrics & Tracing", "Secrets Management")
        and any(
            fact.detail("where") == "dockerfile" and not _OF_DEVELOPERS.search(fact.path) for fact in one.of(Kind.IMAGE)
        )
        and any(one.of(Kind.ENV_READ, Kind.ENV_DECLARED))
    }
