"""Job queues that a library runs over a broker: Celery or BullMQ on Redis, Sidekiq, RQ, Dramatiq on RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.strength import USE
from llm_audit.integrations.values import evidence_of, packages_text
from llm_audit.model import Candidate, Kind, Role, Value

_SECTION, _GROUP = "Data Storage", "Message Queues"
_BROKERS = ("redis", "valkey", "rabbitmq", "aws-sqs", "upstash-redis", "kafka", "nats", "postgresql")
_USUAL = {
    "bullmq": "redis",
    "bull": "redis",
    "sidekiq": "redis",
    "rq": "redis",
    "resque": "redis",
    "asynq": "redis",
    "elixir-job-queues": "postgresql",
}


_ADDRESSES = frozenset({"url.scheme", "celery.broker", "queue.driver"})
"""Settings that say where a server is or that queues use it, not that anything is cached in it."""


def is_only_broker(candidate: Candidate, queues: Iterable[Candidate]) -> bool:
    """Whether an entry says no more than that of a queue library: the cache that is its broker, the table that it keeps its jobs in."""
    if candidate.key == "own-stored-queue":
        return any(queue.name in _IN_TABLES for queue in queues)
    return _caches_nothing(candidate) and any(queue.name.startswith(f"{candidate.name} with ") for queue in queues)


_IN_TABLES = frozenset({"Delayed Job", "Solid Queue"})
"""Libraries that keep their jobs in the program's database, under their own names."""


def _caches_nothing(candidate: Candidate) -> bool:
    return candidate.group == "Caching" and not any(
        fact.kind in (Kind.IMPORT, Kind.CALL) or (fact.kind == Kind.SETTING and fact.name not in _ADDRESSES)
        for fact in candidate.facts
        if fact.role == Role.SOURCE
    )


_OVER_STORES = frozenset({"celery", "huey", "python-task-queues", "php-messaging"})
"""Libraries that also run over a cache or a database; for the others such a server proves nothing."""
_STORES = frozenset({"redis", "valkey", "upstash-redis", "postgresql"})
_LOCAL = frozenset(
    {"node-cron", "node-schedule", "p-queue", "toad-scheduler", "Bree", "Quartz.NET", "Quartz", "Hangfire", "Coravel"}
    | {"Tactician", "JobRunr"}
)
"""Schedulers that need no broker: they run in the process or keep jobs in the program's database."""


_JMS = "JMS"
_SPOKEN_BY = ("ibm-mq", "activemq", "amazon-mq", "solace")
"""Brokers that are spoken to through Java's own interface."""


_SCHEDULERS = frozenset({"Quartz.NET", "Quartz", "Hangfire", "Coravel", "JobRunr"})
"""Those among the local ones that run jobs by the clock and pass no messages."""


_STATED = {"redis": ("redis", "valkey", "upstash-redis"), "rabbitmq": ("rabbitmq",), "sqs": ("aws-sqs",)}
"""The services that a broker may be which Celery's own settings name."""


def _stated(library: str, near: list[str], ledger: Ledger) -> str:
    """The broker in use that the library's settings name; empty where they name none, or several."""
    names = {fact.value for fact in ledger.settings.get(f"{library}.broker", ())}
    meant = _STATED.get(next(iter(names)), ()) if len(names) == 1 else ()
    return next((one for one in meant if one in near), "")


def _given_in(library: str, ledger: Ledger) -> Value | None:
    """The variables that hold the broker's address, as the library's settings name them."""
    names = dict.fromkeys(fact.detail("env") for fact in ledger.settings.get(f"{library}.broker", ()))
    told = ", ".join(filter(None, names))
    return Value("Connection", told) if told else None


def _broker_of(sighting: Sighting, near: list[str], ledger: Ledger) -> str:
    """The broker in use beside a library that it is likely to run over, or empty where nothing says so."""
    usual = _USUAL.get(sighting.service.id)
    if usual:
        return usual if usual in near else ""
    if sighting.title in _LOCAL or sighting.title == _JMS:
        return ""
    fit = [one for one in near if one not in _STORES or sighting.service.id in _OVER_STORES]
    return fit[0] if len(fit) == 1 or "redis" in fit else ""


def entries(sightings: dict[str, Sighting], known: Mapping[str, Candidate], ledger: Ledger) -> Iterator[Candidate]:
    """An entry for each queue library that the code uses, named after the broker where one is in use beside it.

    Args:
        sightings: every service that a fact speaks of.
        known: the entries of services, by key.
        ledger: all facts.
    """
    for sighting in sightings.values():
        library = sighting.service
        if library.kind != "client" or library.group != _GROUP or sighting.best < USE:
            continue
        if sighting.title == _JMS and any(one in known for one in _SPOKEN_BY):
            continue  # the interface of a broker that has an entry
        stated = _stated(library.id, [one for one in _BROKERS if one in sightings], ledger)
        broker = stated or _broker_of(sighting, [one for one in _BROKERS if one in known], ledger)
        names = sightings[broker].service.name if broker in sightings else ""
        title = f"{names} with {sighting.title}" if names else sighting.title
        client = packages_text(sighting.of(Kind.DEPENDENCY), ledger)
        lines = {line.label: line for line in known[broker].values} if broker in known else {}
        where = lines.get("Connection") if broker in known and known[broker].group == "Caching" else None
        where = where or _given_in(library.id, ledger)
        if lines and _caches_nothing(known[broker]) and "Client" in lines:  # its own entry goes, what it tells stays
            client += f", {lines['Client'].text}" if client else lines["Client"].text
        values = tuple(value for value in (where, Value("Client", client)) if value and value.text)
        facts = (*evidence_of(sighting.facts), *sighting.facts)
        purpose = "Background jobs" if title in _SCHEDULERS else library.purpose
        yield Candidate(library.id, title, _SECTION, _GROUP, purpose, values, tuple(dict.fromkeys(facts)))
