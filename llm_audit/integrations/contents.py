"""What a database keeps, in words: `Keeps users, teams, documents and 12 more tables`, as schemas and mapped classes say."""

from __future__ import annotations

import re
from collections import Counter

from llm_audit.document import joined
from llm_audit.integrations.nouns import plural, words_of
from llm_audit.integrations.values import Context
from llm_audit.model import Kind

_PLUMBING = re.compile(
    r"(?i)^_|^(account|session|verification.?token|password.?reset\w*|personal.?access.?tokens?|migrations?|schema.?migrations?|ar.?internal.?metadata"
    r"|jobs?|failed.?jobs|job.?batches|caches?|cache.?locks|token|refresh.?token)s?$|(migration|spring_session|telescope|oauth|alembic|knex|jackson|active.?storage|action.?text|solid.?(cache|queue))|_(new|old|tmp|temp|backup)$"
)
"""Tables of frameworks: counted, never named."""
_PROJECT = ("npm.name", "python.name", "project.name", "deno.name")
"""What a project calls itself; a table called so holds its state, and its name tells nothing more."""
_NAMED = 6


def contents(context: Context, stores: frozenset[str]) -> str:
    """What the database of an entry keeps, the tables named most often first; empty where nothing tells.

    Args:
        context: the facts of the entry.
        stores: ids of the databases in use.
    """
    if context.group != "Databases":
        return ""
    tools = _tools(context, stores)
    tables = [fact for fact in context.ledger.settings.get("db.table", ()) if fact.detail("tool") in tools]
    if any(fact.detail("tool") != "sql" for fact in tables):  # migrations also speak of what is gone
        tables = [fact for fact in tables if fact.detail("tool") != "sql"]
    weights: Counter[str] = Counter()
    for fact in tables:
        weights[_spoken(fact.value)] += int(fact.detail("weight") or 1)
    own = {_spoken(fact.value) for kind in _PROJECT for fact in context.ledger.settings.get(kind, ())}
    told = [
        name
        for name, _ in sorted(weights.items(), key=lambda one: (-one[1], one[0]))
        if not _PLUMBING.search(name) and name not in own
    ]
    left = len(weights) - len(told[:_NAMED])
    if not told:
        return ""
    if left == 0:
        return f"Keeps {joined(told)}"
    return f"Keeps {', '.join(told[:_NAMED])} and {left} more table{'s' if left > 1 else ''}"


_ENGINES = {"mongoose": frozenset({"mongodb"})}
"""Tools of one kind of database; all others speak SQL."""
_NO_SQL = frozenset(
    "mongodb redis dynamodb firestore couchdb cassandra scylladb neo4j arangodb elasticsearch clickhouse influxdb realm etcd".split()
)


def _tools(context: Context, stores: frozenset[str]) -> frozenset[str]:
    """The tools whose tables lie in this database: its own where several databases are in use, else all of its kind."""
    key = context.sighting.service.id
    every = {fact.detail("tool") for fact in context.ledger.settings.get("db.table", ())}
    fitting = {tool for tool in every if (key in _ENGINES[tool] if tool in _ENGINES else key not in _NO_SQL)}
    if len(stores - _NO_SQL) > 1 and key not in _NO_SQL:
        own = {fact.detail("tool") for fact in context.sighting.of(Kind.SETTING)}
        fitting &= own
    return frozenset(fitting)


def _spoken(name: str) -> str:
    """`ProgramEnrollment` -> `program enrollments`, `user_teams` -> `user teams`."""
    words = name.lower().replace("_", " ").split() if name.isupper() else words_of(name)
    words = words[:-1] if len(words) > 1 and words[-1] in _SUFFIXES else words
    return plural(" ".join(words))


_SUFFIXES = frozenset("entity entities model models table tbl record records document".split())
"""How classes of a mapper end beside what they map."""
