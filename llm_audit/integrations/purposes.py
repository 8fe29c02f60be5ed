"""What a service is used for here: what the code asks of it, what it keeps there, and which setting chooses it.

Where the calls do not tell, the catalogue's phrase stands in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from llm_audit.catalog import folded
from llm_audit.document import code, joined, plain
from llm_audit.integrations.choices import chosen_by
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.targets import STORES, TARGETS
from llm_audit.integrations.values import Context, calls_of, said_of, switches
from llm_audit.integrations.variables import is_ci
from llm_audit.model import Fact, Kind

_OF_DELIVERY = frozenset({"Infrastructure", "Package Publishing", "Code Quality & Dependencies"})
_ROLE_PURPOSE = {
    "Message Queues": "Broker of background jobs", "Auth Provider": "User sign-in", "Databases": "Database",
    "File Storage": "File storage", "Caching": "Caching", "Search": "Search", "Vector Stores": "Vector search",
    "Logs": "Log records", "Analytics": "Usage events", "Metrics & Tracing": "Metrics and traces", "Error Tracking": "Error reports",
    "Messaging & Notifications": "Messages", "Feature Flags": "Feature flags", "OAuth Integrations": "Sign-in",
}  # fmt: skip
"""What a service is used for in a group that is not its own."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a service is used for.

    Attributes:
        text: without a full stop.
        own: whether it tells of this code what no other code would say: its objects, its tables.
    """

    text: str
    own: bool = False


def purpose_of(context: Context, stores: frozenset[str]) -> Purpose:
    """What the service is used for, and the setting that chooses it where the code has one.

    Args:
        context: the facts of the entry.
        stores: ids of the databases in use.
    """
    sighting, group = context.sighting, context.group
    if group == TARGETS and sighting.service.group in STORES:
        return Purpose("Watched or queried for users, no store of the application's own data")
    if group not in _OF_DELIVERY and _is_ci_only(sighting):
        return Purpose(f"{sighting.service.purpose}, in CI only")
    if told := _connected(sighting):
        return Purpose(told)
    peculiar = deeds(context) or contents(context, stores)
    return Purpose(_qualified(peculiar or _stock(context), context), bool(peculiar) and not _says_little(peculiar))


_LITTLE = frozenset(
    "objects URLs files messages e-mails records items events data completions embeddings responses".split()
)
"""What calls are about in every code base that has them."""


def _says_little(purpose: str) -> bool:
    """Whether a sentence of calls is about nothing but what all services of the kind deal with: `Stores objects`."""
    things = (part.rpartition(" ")[2] for part in re.split(r", | and ", purpose))
    return all(thing in _LITTLE or (thing != "refunds" and thing.lower() in _VERBS) for thing in things)


def _qualified(purpose: str, context: Context) -> str:
    """A purpose with the setting that the use depends on."""
    sighting = context.sighting
    for fact in sighting.of(Kind.SETTING):
        name = fact.detail("name") or fact.value
        if fact.detail("default") and fact.detail("selector"):
            return f"{purpose}; the default of {plain(fact.detail('selector'))}"
        if selector := _selector(fact, context.ledger):
            return f"{purpose}, when {plain(selector)} is {code(_plainest(fact, name, context.ledger))}"
        if fact.detail("condition"):
            return f"{purpose}, when {code(fact.detail('condition'), 80)}"
    if _is_only_deployed(sighting) and (switch := next(switches(sighting.of(Kind.RESOURCE)), "")):
        return f"{purpose}, when {switch}"
    if choice := chosen_by(sighting.service, context.ledger, context.variables):
        purpose = f"{purpose}, when {choice}"
    endpoint = next((fact.name for fact in sighting.of(Kind.ENV_READ) if "ENDPOINT" in fact.name), "")
    if endpoint and sighting.service.id == "s3":
        return f"{purpose}; {plain(endpoint)} points it to a compatible store"
    return purpose


def _stock(context: Context) -> str:
    """The catalogue's phrase, or that of the role which the service plays."""
    service = context.sighting.service
    ways = [fact.detail("tool") for fact in context.sighting.of(Kind.SETTING) if fact.name == "oauth.provider"]
    if ways and all(way == "http" for way in ways):
        return f"Access to {service.name.removesuffix(' OAuth')} accounts that users grant; the flow is written by hand"
    return service.purpose if service.group == context.group else _ROLE_PURPOSE.get(context.group, service.purpose)


def _is_ci_only(sighting: Sighting) -> bool:
    """Whether nothing but steps of pipelines speak to the service."""
    return bool(sighting.proof) and all(fact.kind == Kind.ACTION or is_ci(fact.path) for fact in sighting.proof)


_CONNECTED = {
    "alertmanager": "Receives alerts of Alertmanager",
    "flux": "Receives notices of Flux",
    "acme": "Issues TLS certificates",
    "cert-manager": "Proves to the certificate authority whose domains they are",
    "external-secrets": "Holds the secrets that External Secrets copies into the cluster",
}


def _connected(sighting: Sighting) -> str:
    """What a cluster uses the service for, where nothing but its manifests' connections show it."""
    proof = [fact for fact in sighting.proof if fact.kind != Kind.ACTION]
    tools = {fact.detail("tool") if fact.name == "cluster.connection" else "" for fact in proof}
    told = [text for tool, text in _CONNECTED.items() if tool in tools]
    if len(told) != len(tools) or not told:
        return ""
    return " and ".join((told[0], *(_as_second(text) for text in told[1:])))


def _as_second(text: str) -> str:
    """A sentence as the second half of another one of the same verb."""
    rest = text.removeprefix("Receives ")
    return rest[:1].lower() + rest[1:]


def _is_only_deployed(sighting: Sighting) -> bool:
    """Whether nothing but infrastructure code shows the service."""
    return all(fact.kind in (Kind.RESOURCE, Kind.IMAGE) for fact in sighting.proof)


def _plainest(fact: Fact, name: str, ledger: Ledger) -> str:
    """The shortest of the names under which a configuration file offers one driver: `pgsql` rather than `pgsql-ci`."""
    if not fact.detail("name"):
        return name
    same = (
        one for one in ledger.of(Kind.SETTING) if (one.name, one.path, one.value) == (fact.name, fact.path, fact.value)
    )
    named = [one.detail("name") for one in same if one.detail("name")]
    return min((one for one in named if name.startswith(one)), key=len, default=name)


def _selector(fact: Fact, ledger: Ledger) -> str:
    """The variable that chooses between the drivers of a configuration file, as its default driver names it."""
    if not fact.detail("name"):
        return ""
    for other in ledger.of(Kind.SETTING):
        if other.name == fact.name and other.path == fact.path and other.detail("selector"):
            return other.detail("selector")
    return ""


_VERBS = {
    "creates": "create insert", "adds": "add", "registers": "register", "starts": "start", "analyzes": "analyze analyse",
    "sends": "send post publish notify push reply forward schedule",
    "reads": "get list retrieve fetch find read query describe load lookup", "searches": "search", "updates": "update modify patch edit upsert",
    "deletes": "delete remove del destroy purge", "cancels": "cancel", "stores": "upload put save store", "downloads": "download",
    "copies": "copy", "generates": "generate", "transcribes": "transcribe", "translates": "translate", "tracks": "track", "invites": "invite",
    "refunds": "refund", "captures": "capture", "verifies": "verify check", "embeds": "embed", "streams": "stream", "completes": "complete",
}  # fmt: skip
"""The third person of what a call does, and the words that calls begin or end with for it."""
_THIRD = {word: said for said, words in _VERBS.items() for word in words.split()}
_WHOLE = dict.fromkeys(
    "getsignedurl generatepresignedurl presignedgetobject presignedputobject getsignedurlpromise presigngetobject".split(),
    ("signs", "URLs"),
)
_OBJECT = {"Email/SMS": "e-mails", "Messaging & Notifications": "messages", "File Storage": "files"}
"""What a call without an object is about, by group."""
_TOLD = frozenset(
    (
        "Payment Processing", "Email/SMS", "AI", "Messaging & Notifications", "Social & Media", "Maps & Location", "CRM & Support",
        "E-commerce & Finance", "Documents & Signing", "Collaboration & Developer Platforms", "Content & CMS", "Scheduling & Background Jobs",
        "Cloud Services", "External APIs", "File Storage", "Search", "Vector Stores",
    )
)  # fmt: skip
"""Groups whose calls say what a service is used for; those of a database or a framework for sign-in are too many kinds."""
_VAGUE = re.compile(
    r"(?i)(client|data|result|response|request|api|config|options|instance|(condition )?item|value|all|one|many|session|provider|transport|button|component"
    r"|schema|type|class|factory|factorie|function|error|middleware|header|cookie|plugin|handler|context|search|query.?string|(event.?)?listener)s?"
    r"|.*\b(auth\w*|tokens?|credentials?( providers?)?|urls?|agents?|instances?|clients?)"
)
"""Objects of calls that set a client up or tell nothing."""
_UNCOUNTED = re.compile(
    r"(s|mail|text|data|content|speech|audio|media|search|feedback|information|metadata)$", re.IGNORECASE
)
_TELLING = 0.3
"""The share of an SDK's calls that must tell what they do, for them to speak for the whole."""
_MOST = 3


_MAKING = re.compile(r"new (?!\w+Command$)|(?:create|make|get|init|use|build)[A-Z_]\w*$")
"""Calls that give a client, rather than ask something of it."""


def deeds(context: Context) -> str:
    """`Creates checkout sessions, reads and cancels subscriptions`: what the calls do, the most frequent first; or empty."""
    if context.group not in _TOLD or context.sighting.service.id.startswith("own-"):
        return ""  # what the application makes itself it need not ask
    verbs: dict[str, Counter[str]] = defaultdict(Counter)
    calls = [fact for fact in calls_of(context) if _asks(fact)]
    for fact in calls:
        if deed := _deed(fact, context):
            verbs[deed[1]][deed[0]] += 1
    if sum(one.total() for one in verbs.values()) < _TELLING * len(calls):
        return ""
    by_verbs: dict[tuple[str, ...], list[str]] = {}
    for thing in sorted(verbs, key=lambda one: (-verbs[one].total(), one)):
        done = tuple(verb for verb, _ in sorted(verbs[thing].items(), key=lambda one: (-one[1], one[0]))[:_MOST])
        by_verbs.setdefault(done, []).append(thing)
    phrases = [f"{joined(done)} {joined(things[:_MOST])}" for done, things in list(by_verbs.items())[:_MOST]]
    text = ", ".join(phrases)
    return f"{text[:1].upper()}{text[1:]}"


def _asks(fact: Fact) -> bool:
    """Whether a call asks something of the service, rather than make a client."""
    return not _MAKING.match(fact.name) or folded(fact.name) in _WHOLE


def _deed(fact: Fact, context: Context) -> tuple[str, str] | None:
    """What a call does and to what; None when it does not tell."""
    last = re.split(r"\.|::|->|\\|/", fact.name.removeprefix("new "))[-1]
    words = _words(last.removesuffix("Command").removesuffix("Async"))
    if whole := _WHOLE.get("".join(words)):
        return whole
    words = words[1:] if words[:1] == ["begin"] else words
    words = [words[0], *words[3:]] if words[1:2] == ["or"] else words  # `updateOrCreateRows` updates rows
    verb = _THIRD.get(words[0] if words else "", "")
    if not verb or _bears_its_name(last, context):
        return None
    thing = re.sub(
        r"(^| )(by|for|with|from|to|in|as) .*|(?<=\w) (flat|recursive|recursively|paged|paginated)$",
        "",
        " ".join(words[1:]),
    )
    if "credential" in thing:
        return None
    if not thing or _VAGUE.fullmatch(thing):
        thing = said_of(fact, context.sighting.service) or _OBJECT.get(context.group, "")
    acts = any(word in _THIRD for word in words[1:])  # `generatePostPolicy` is not about files
    thing = _tidied(thing, words[0]) or ("" if acts else _OBJECT.get(context.group, ""))
    if context.group == "Email/SMS" and thing in _MAILS:
        verb, thing = "sends", "e-mails"
    if not re.fullmatch(r"[a-z][a-z \-]{2,40}", thing) or _VAGUE.fullmatch(thing) or _names_itself(thing, context):
        return None
    return verb, thing if _UNCOUNTED.search(thing) else plural(thing)


_WHICH = frozenset("all multiple many my each every required current similar own".split())
_JOINING = frozenset("if not or and exists lambda".split())


def _tidied(thing: str, verb: str) -> str:
    """A noun phrase out of the words of a call: without which ones, without the verb again; empty where verbs or conjunctions are left.

    What stands before the last noun is singular: `vector stores files` are vector store files.
    """
    words = [word for word in thing.split() if word not in _WHICH]
    words = words[:-1] if words[-1:] == [verb] or words[-1:] == ["request"] else words
    if any(word in _JOINING or word in _THIRD for word in words[:-1]):
        return ""
    return " ".join([*map(_singular, words[:-1]), *words[-1:]])


def _singular(word: str) -> str:
    if len(word) < 5 or word.endswith(("ss", "us", "is", "as", "ics", "news", "series")) or not word.endswith("s"):
        return word
    return (
        f"{word[:-3]}y"
        if word.endswith("ies")
        else word[:-2]
        if word.endswith(("sses", "xes", "ches", "shes"))
        else word[:-1]
    )


_MAILS = frozenset({"e-mails", "email", "emails", "mail", "mails"})


def _names_itself(thing: str, context: Context) -> bool:
    """Whether an object is the service: a call about it makes a client."""
    service = context.sighting.service
    own = {folded(service.id), folded(service.name), *map(folded, service.name.split())}
    return any(name in folded(thing) for name in own if len(name) > 3)


def _bears_its_name(name: str, context: Context) -> bool:
    """Whether a function is called for the service, verb and all: `sendGridMailer` sends no grid."""
    service = folded(context.sighting.service.name)
    verb = next((word for word in _words(name)[:1]), "")
    return len(service) > len(verb) and service.startswith(verb) and folded(name).startswith(service)


def _words(name: str) -> list[str]:
    """`getHTTPHeaders`, `get_http_headers` -> get, http, headers."""
    apart = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", name)
    return apart.replace("_", " ").lower().split()


_PLUMBING = re.compile(
    r"(?i)^_|^(account|session|verification.?token|password.?reset\w*|personal.?access.?tokens?|migrations?|schema.?migrations?|ar.?internal.?metadata"
    r"|jobs?|failed.?jobs|job.?batches|caches?|cache.?locks|token|refresh.?token)s?$|(migration|spring_session|telescope|oauth|alembic|knex|jackson|active.?storage|action.?text|solid.?(cache|queue))|_(new|old|tmp|temp|backup)$"
)
"""Tables of frameworks: counted, never named."""
_PROJECT = ("npm.name", "python.name", "project.name", "deno.name")
"""What a project calls itself; a table called so holds its state, and its name tells nothing more."""
_NAMED = 6


def contents(context: Context, stores: frozenset[str]) -> str:
    """`Keeps users, teams, documents and 12 more tables`: what a database holds, as schemas and mapped classes say."""
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
    words = name.lower().replace("_", " ").split() if name.isupper() else _words(name)
    words = words[:-1] if len(words) > 1 and words[-1] in _SUFFIXES else words
    return plural(" ".join(words))


_SUFFIXES = frozenset("entity entities model models table tbl record records document".split())
"""How classes of a mapper end beside what they map."""


_PLURAL = tuple(
    """people children women staff info information metadata history news data media feedback equipment software knowledge
    criteria indices vertices matrices quizzes menus gpus cpus tpus skus""".split()
)
_SINGULAR_IS = ("ysis", "esis", "osis", "asis", "isis", "axis")
"""Words in `is` that are no plural of a short one, as `clis` and `kpis` are."""
_ODD = {
    "child": "children",
    "person": "people",
    "quiz": "quizzes",
    "matrix": "matrices",
    "man": "men",
    "woman": "women",
}
_SINGULAR_AS = frozenset("alias canvas atlas bias gas".split())


def plural(words: str) -> str:
    """The plural of a noun phrase in English; one that looks like a plural stays."""
    before, space, last = words.rpartition(" ")
    if last in _ODD:
        return f"{before}{space}{_ODD[last]}"
    if last.endswith(_SINGULAR_IS):
        return f"{words[:-2]}es"
    if words.endswith(_PLURAL) or (
        words.endswith("s") and not words.endswith(("ss", "us")) and last not in _SINGULAR_AS
    ):
        return words
    if re.search(r"[^aeiou]y$", words):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith(("s", "x", "ch", "sh")) else f"{words}s"
