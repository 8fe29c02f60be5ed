"""What the lines of an entry are derived from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.variable import Variable
from llm_audit.integrations.variables import Variables
from llm_audit.model import Fact, Kind


@dataclass(frozen=True, slots=True)
class Context:
    """What the lines of an entry are derived from."""

    ledger: Ledger
    variables: Variables
    sighting: Sighting
    group: str

    @property
    def names(self) -> tuple[str, ...]:
        """How variables may begin that belong to the service: its id and name in capitals."""
        service = self.sighting.service
        both = {
            re.sub(r"[^A-Z0-9]+", sep, text.upper()).strip(sep or "_")
            for text in (service.id, service.name)
            for sep in ("_", "")
        }
        return tuple(sorted(both))

    @property
    def own_variables(self) -> list[Variable]:
        """The variables of the service."""
        return self.variables.owned_by(self.sighting.service.id, *self.names)


NOT_RELATIONAL = frozenset(
    """aerospike amazon-keyspaces amazon-neptune arangodb astra-db azure-cosmos-db bolt-kv cassandra couchbase couchdb deno-kv
    dgraph dynamodb etcd falkordb firebase-realtime-database firestore google-bigtable google-datastore hbase influxdb leveldb
    lmdb memgraph mongodb neo4j rethinkdb rocksdb scylladb sled-redb zookeeper""".split()
)
"""Databases without tables in SQL: neither an object-relational mapper nor its migrations are for them."""
_SPEAKS_TO_OTHERS = frozenset({"typeorm", "spring"})
"""Tools whose connection may lead to MongoDB and its like too."""


def may_connect(fact: Fact, context: Context) -> bool:
    """Whether a setting is a connection that may lead to this database, whose engine it does not tell.

    Ecto's leads to one whose driver is among the packages of Elixir, not to a service that the pages use.
    """
    if fact.name != "db.connection" or context.group != "Databases":
        return False
    if context.sighting.service.id in NOT_RELATIONAL and fact.detail("tool") not in _SPEAKS_TO_OTHERS:
        return False
    drivers = context.sighting.of(Kind.DEPENDENCY)
    return fact.detail("tool") != "ecto" or any(driver.detail("ecosystem") == "hex" for driver in drivers)
