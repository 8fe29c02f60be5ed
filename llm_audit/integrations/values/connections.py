"""How a store is reached: the variables that lead to it, whole or in parts, and which server is meant without them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from llm_audit.document import code
from llm_audit.integrations.paths import is_script
from llm_audit.integrations.values.context import NOT_RELATIONAL, Context, may_connect
from llm_audit.integrations.variable import Variable, is_script_only
from llm_audit.model import Kind


def connection(context: Context) -> str:
    names = _told(
        f.detail("env")
        for f in context.sighting.of(Kind.SETTING)
        if f.detail("env") and (f.name != "url.scheme" or f.detail("env") in context.variables.by_name)
    )
    for one in context.own_variables:
        if _leads_there(one, context) and not (
            _SIZE.search(one.name) or names_a_container(one) or _is_aside(one, context)
        ):
            names.setdefault(one.name)
    if not names and context.group == "Databases":  # a URL whose engine only the variable's value tells
        names |= _told(f.detail("env") for f in context.ledger.of(Kind.SETTING) if may_connect(f, context))
    if not names and context.group == "Databases" and context.sighting.service.id not in NOT_RELATIONAL:
        names |= dict.fromkeys(
            name for name, one in context.variables.by_name.items() if _is_any_database(one, context.variables.prefix)
        )
        names |= dict.fromkeys(() if names or context.sighting.service.id == "sqlite" else _parts(context))
    names = {name: None for name in names if not _leads_elsewhere(name, context)}
    named = [name for name in names if not name.startswith("TEST_")] or list(
        names
    )  # a server of the tests is another one
    more = len(named) - 8
    shown = [f"{name}{_default_of(name, context)}" for name in named[:8]]
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _leads_there(variable: Variable, context: Context) -> bool:
    """Whether a variable is a part of the connection: of a warehouse also the account, what computes there, and the key."""
    return variable.is_address or (context.group == "Data Warehouses" and bool(_OF_WAREHOUSE.search(variable.name)))


_OF_WAREHOUSE = re.compile(
    r"_(ACCOUNT|WAREHOUSE|ROLE|PROJECT|DATASET|CATALOG|HTTP_PATH|(PRIVATE_)?KEY)(_ID|_PATH|_FILE)?$"
)


_ANY_DATABASE = re.compile(
    r"(^|_)(DB|DATABASE)_(URL|URI|DSN|DATA_?SOURCE(_NAME)?|CONN(ECTION)?(_STR(ING)?|_URL|_URI)?)(_FILE)?$"
)
_PART = re.compile(
    r"((?:.*_)?(?:DB|DATABASE)_)(HOST|HOSTNAME|ADDR|ADDRESS|SERVER|PORT|USER|USERNAME|PASSWORD|PASS|PWD|NAME|DATABASE)$"
)
_PLACES = frozenset(("HOST", "HOSTNAME", "ADDR", "ADDRESS", "SERVER"))


def _is_any_database(variable: Variable, prefix: str) -> bool:
    """Whether the program's own code reads a database's address whose name tells no engine: its value does."""
    whole = variable.name == f"{prefix}DSN" or _ANY_DATABASE.search(variable.name)
    return not variable.owners and bool(variable.reads) and bool(whole)


def _leads_elsewhere(name: str, context: Context) -> bool:
    """Whether a variable's samples are addresses of other databases alone."""
    samples = {fact for fact in context.ledger.settings.get("url.scheme", ()) if fact.detail("env") == name}
    return context.group == "Databases" and bool(samples) and samples.isdisjoint(context.sighting.of(Kind.SETTING))


def _parts(context: Context) -> list[str]:
    """The parts of a database's address that the program reads each by itself: where it is, and who may open it."""
    found: dict[str, dict[str, str]] = {}
    for name, one in context.variables.by_name.items():
        if (part := _PART.match(name)) and one.reads and not one.owners:
            found.setdefault(part[1], {})[part[2]] = name
    whole = [parts for parts in found.values() if len(parts) > 1 and not _PLACES.isdisjoint(parts)]
    return [name for parts in whole for name in parts.values()]


def _is_aside(variable: Variable, context: Context) -> bool:
    """Whether only scripts of the developers read a variable of a service that the program itself reaches."""
    return is_script_only(variable) and any(not is_script(fact.path) for fact in context.sighting.proof)


def names_a_container(variable: Variable) -> bool:
    """Whether a variable says what Compose calls a container, or its volume, or which port of this machine leads to it: nothing connects by it."""
    reads = variable.reads
    return bool(_OF_CONTAINER.search(variable.name) and reads) and all(one.detail("via") == "compose" for one in reads)


_OF_CONTAINER = re.compile(r"_(?:CONTAINER_NAME|CONTAINER_PORT|HOST_PORT|VOLUME_NAME)$")
_NO_HOST = re.compile(r"(?i)^(placeholder|host|hostname|example|dummy|user|your)")
_HOST_OF = re.compile(r"[a-z][a-z0-9+.\-]{1,30}://(?:[^@/\s]{0,100}@)?([\w.\-]{1,100})(:\d{1,5})?(?:[/?]|$)")


def _default_of(name: str, context: Context) -> str:
    """` (default: Compose service `postgres`)` or ` (default `localhost:6379`)`: which server is meant when it is unset."""
    variable = context.variables.by_name.get(name)
    url = _HOST_OF.match(variable.default) if variable else None
    if (
        not url
        or not url[1].strip(".")
        or not (url[2] or "." in url[1] or url[1] == "localhost" or not _NO_HOST.search(url[1]))
    ):
        return ""
    composed = (fact.value for fact in context.ledger.of(Kind.PLATFORM) if fact.name == "docker-compose")
    services = {part.strip() for text in composed for part in text.split(",")}
    if url[1] in services:
        return f" (default: Compose service {code(url[1])})"
    return f" (default {code(url[1] + (url[2] or ''))})"


def _told(texts: Iterable[str]) -> dict[str, None]:
    """The variables of settings' details, each once, without those that say how a connection is used."""
    return dict.fromkeys(
        name.strip() for text in texts for name in text.split(",") if name.strip() and not _SIZE.search(name)
    )


_SIZE = re.compile(
    r"(THREADS|POOL|POOL_SIZE|TIMEOUT|CONCURRENCY|WORKERS|RETRIES|ECHO|DEBUG|MAX_CONNECTIONS|SYNCHRONIZE|LOGGING|SSL_ENABLED"
    r"|REJECT_UNAUTHORIZED|_ENV|REDIRECT_UR[IL]|CALLBACK_URL)\s*$"
)
"""How a connection is used, or where a browser returns to; not where it leads."""
