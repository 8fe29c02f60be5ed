"""Job queues that a library runs over a broker: Celery or BullMQ on Redis, Sidekiq, RQ, Dramatiq on RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.strength import USE
from llm_audit.integrations.values import evidence_of, packages_text
from llm_audit.model import Candidate, Kind, Value

_SECTION, _GROUP = "Data Storage", "Message Queues"
_BROKERS = ("redis", "valkey", "rabbitmq", "aws-sqs", "upstash-redis", "kafka", "nats", "postgresql")
_USUAL = {"bullmq": "redis", "bull": "redis", "sidekiq": "redis", "rq": "redis", "resque": "redis", "asynq": "redis"}


def entries(sightings: dict[str, Sighting], in_use: frozenset[str], ledger: Ledger) -> Iterator[Candidate]:
    """An entry for each queue library that the code uses, named after the broker where one is in use beside it."""
    for sighting in sightings.values():
        library = sighting.service
        if library.kind != "client" or library.group != _GROUP or sighting.best < USE:
            continue
        near = [one for one in _BROKERS if one in in_use]
        broker = next(
            (one for one in near if one == _USUAL.get(library.id)), near[0] if len(near) == 1 or "redis" in near else ""
        )
        names = sightings[broker].service.name if broker in sightings else ""
        title = f"{names} with {library.name}" if names else library.name
        client = packages_text(sighting.of(Kind.DEPENDENCY), ledger)
        values = tuple(value for value in (Value("Client", client),) if value.text)
        facts = (*evidence_of(sighting.facts), *sighting.facts)
        yield Candidate(library.id, title, _SECTION, _GROUP, library.purpose, values, tuple(dict.fromkeys(facts)))
