"""What the calls of a service's SDK do, in words: `Creates checkout sessions, reads and cancels subscriptions`."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from llm_audit.catalog import Service, folded
from llm_audit.document import joined
from llm_audit.integrations.nouns import plural, singular, words_of
from llm_audit.integrations.values import Context, calls_of, said_of
from llm_audit.model import Fact

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
    r"|schema|type|class|factory|factorie|function|error|middleware|header|cookie|plugin|handler|context|search|query.?string|(back|front)( named)?|(event.?)?listener"
    r"|(default )?configuration|info|time|date|timestamp|uploader|application default|generative model)s?"
    r"|.*\b(auth\w*|tokens?|credentials?( providers?)?|ur[li]s?|agents?|instances?|clients?)"
)
"""Objects of calls that set a client up or tell nothing."""
_NO_OBJECT = re.compile(
    r"(.* )?octokits?|.* (error|response|output|input|exception|result|param|builder)s?|.*\w(?<!fe)(?<!se)(?<!be)ed"
)
"""What is no object of a service: its client, the types around a call, what has been done to something."""
_UNCOUNTED = re.compile(
    r"(s|mail|text|data|content|speech|audio|media|search|feedback|information|metadata|caller identity)$",
    re.IGNORECASE,
)
_TELLING = 0.3
"""The share of an SDK's calls that must tell what they do, for them to speak for the whole."""
_MOST = 3
_MAKING = re.compile(r"new (?!\w+Command$)|(?:create|make|get|init|use|build)[A-Z_]\w*$|[A-Z]\w*Hook$")
"""Calls that give a client, rather than ask something of it; a hook of Airflow is one."""


_SENDING_GROUPS = frozenset({"Email/SMS", "Messaging & Notifications"})
_OF_A_BUS = (".send",)
"""How a client is handed a command, which itself says what is done."""
_BUILDS = re.compile(
    r"(?i)\.add_?(?:b?cc|to|recipient|reply_?to|categor(?:y|ies)|content|header|attachment|personalization)s?$"
)
"""Calls that put a mail together."""
_PUT_TOGETHER = frozenset({"apprise"})
"""Libraries whose calls put together who is to be told; what is asked of the services behind them no call says."""


def deeds(context: Context) -> str:
    """What the calls do, the most frequent first; empty where too few of them tell."""
    service = context.sighting.service.id
    if context.group not in _TOLD or service.startswith("own-") or service in _PUT_TOGETHER:
        return ""  # what the application makes itself it need not ask
    verbs: dict[str, Counter[str]] = defaultdict(Counter)
    calls = [fact for fact in calls_of(context) if _asks(fact, context.group)]
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


def is_mailbox(service: Service) -> bool:
    """Whether a service of mails is one that they are read from, whatever for."""
    return service.id == "imap"


def _asks(fact: Fact, group: str) -> bool:
    """Whether a call asks something of the service, rather than make a client or put together what is asked."""
    if (group not in _SENDING_GROUPS and fact.name.endswith(_OF_A_BUS)) or (
        group == "Email/SMS" and _BUILDS.search(fact.name)
    ):
        return False
    return not _MAKING.match(fact.name) or folded(fact.name) in _WHOLE


def _deed(fact: Fact, context: Context) -> tuple[str, str] | None:
    """What a call does and to what; None when it does not tell."""
    last = re.split(r"\.|::|->|\\|/", fact.name.removeprefix("new "))[-1]
    words = words_of(last.removesuffix("Command").removesuffix("Async").removesuffix("_async"))
    if whole := _WHOLE.get("".join(words)):
        return whole
    words = words[1:] if words[:1] == ["begin"] else words
    words = [words[0], *words[3:]] if words[1:2] == ["or"] else words  # `updateOrCreateRows` updates rows
    verb = _THIRD.get(words[0] if words else "", "")
    if not verb or _bears_its_name(last, context) or (context.sighting.service.id in _SENDING and verb != "sends"):
        return None
    thing = re.sub(
        r"(^| )(by|for|with|from|to|in|as) .*|(?<=\w) (flat|recursive|recursively|paged|paginated)$",
        "",
        " ".join(words[1:]),
    )
    if "credential" in thing or _NO_OBJECT.fullmatch(thing):
        return None
    if not thing or _VAGUE.fullmatch(thing):
        thing = said_of(fact, context.sighting.service) or _OBJECT.get(context.group, "")
    acts = any(word in _THIRD for word in words[1:])  # `generatePostPolicy` is not about files
    thing = _tidied(thing, words[0]) or ("" if acts else _OBJECT.get(context.group, ""))
    if context.group == "Email/SMS" and thing in _MAILS and not is_mailbox(context.sighting.service):
        verb, thing = "sends", "e-mails"
    if verb == "stores" and singular(thing.rpartition(" ")[2]) in _TOLD_OF:
        verb = "sends"
    if _is_of_verb(thing, words[0]):
        verb = "runs" if verb == "searches" else "creates"
    if context.group == "Messaging & Notifications" and (verb, singular(thing)) == ("creates", "message"):
        verb = "sends"
    if not re.fullmatch(r"[a-z][a-z \-]{2,40}", thing) or _VAGUE.fullmatch(thing) or _names_itself(thing, context):
        return None
    return verb, thing if _UNCOUNTED.search(thing) else plural(thing)


_TOLD_OF = frozenset({"event", "record", "metric"})
"""What a service is told of, be the call named `put`."""


def _is_of_verb(thing: str, word: str) -> bool:
    """Whether an object is what the verb makes: nobody transcribes transcripts or embeds embeddings."""
    last = thing.rpartition(" ")[2]
    return len(word) > 4 and last[:5] == word[:5] and last not in _THIRD


_SENDING = frozenset({"smtp"})
"""Protocols by which things are sent and nothing else is done; other verbs are about the message or the connection."""
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
    return " ".join([*map(singular, words[:-1]), *words[-1:]])


_MAILS = frozenset({"e-mails", "email", "emails", "mail", "mails"})


def _names_itself(thing: str, context: Context) -> bool:
    """Whether an object is the service: a call about it makes a client."""
    service = context.sighting.service
    own = {folded(service.id), folded(service.name), *map(folded, service.name.split())}
    return any(name in folded(thing) for name in own if len(name) > 3)


def _bears_its_name(name: str, context: Context) -> bool:
    """Whether a function is called for the service, verb and all: `sendGridMailer` sends no grid."""
    service = folded(context.sighting.service.name)
    verb = next((word for word in words_of(name)[:1]), "")
    return len(service) > len(verb) and service.startswith(verb) and folded(name).startswith(service)


_LITTLE = frozenset(
    "objects URLs files messages e-mails records items events data completions embeddings responses".split()
)
"""What calls are about in every code base that has them."""


def says_little(purpose: str) -> bool:
    """Whether a sentence of calls is about nothing but what all services of the kind deal with: `Stores objects`."""
    things = (part.rpartition(" ")[2] for part in re.split(r", | and ", purpose))
    return all(thing in _LITTLE or (thing != "refunds" and thing.lower() in _VERBS) for thing in things)
