"""What the words of a path and of a handler's name tell: whether another system calls a route, or people and pages do."""

from __future__ import annotations

import re

from llm_audit.collect.expressions import expression

_STRONG = frozenset(
    "webhook webhooks callback callbacks bounce bounces ipn inbound incoming scim cron crons inngest qstash pubsub postback"
    " postbacks ingest notify metrics ping heartbeat statuscallback eventgrid sns".split()
)
_WEAK = frozenset(
    "hook hooks event events notification notifications trigger triggers push jobs job tasks task queue queues worker bot"
    " interactions s3 ses sqs lambda receive delivery deliveries dlr mo inbox".split()
)
_READABLE = frozenset("callback callbacks cron crons metrics scim inngest".split())
_SHOWN = frozenset("badge badges status chart charts graph graphs widget widgets".split())
"""Pictures and public pages of what pings told, which nobody calls to tell anything."""
_ALONE = frozenset("ping metrics heartbeat notify".split())
_OWN_MATERIAL = frozenset(
    "rag ai chat document documents pdf file files upload uploads knowledge embeddings book books".split()
)
"""What a product takes in from its own users, be the route called `ingest`."""
_MANAGES = frozenset(
    "add create new edit update delete remove list manage settings setting preview details docs test tests url urls type types form"
    " last history logs log config options is valid validate check get find search".split()
)
_PAGES = frozenset("docs doc documentation help blog static assets admin dashboard trpc".split())
_ACTIONS = frozenset(
    "subscribe unsubscribe bulk test rerun resend redeliver redelivery redeliveries requeue reprocess"
    " retry sync resync exchange exchanges settings edit new rotate secret deliveries preview enable disable toggle".split()
)
_INFRA = frozenset("s3 ses sqs sns lambda".split())
_UPLOADS = frozenset("sign signed presign presigned upload uploads url multipart download file files".split())
_NAMES = frozenset("webhook webhooks bounce bounces ipn inbound postback scim cron inngest qstash pubsub".split())
_WORD = expression(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
PARAMETER = expression(r"[:{<\[*]+\.{0,3}(?:[a-z]{1,8}:)?([A-Za-z_]\w{0,40})")
"""The name of a parameter of a path, in any framework's notation."""
SEGMENT = expression(r"[\[{<(][^\]}>)]*[\]}>)]|:\w+|\*\w*")
"""A parameter as a whole, which is no word of the path."""
_VERSION = expression(r"(?<=[a-z])[_-]?v\d{1,2}\Z")


def words_of(text: str) -> list[str]:
    """Lower-case words of a path or identifier, split at signs and capitals."""
    return [word.lower() for word in _WORD.findall(text)]


def telling_path(path: str, methods: tuple[str, ...]) -> str:
    """The word of a path which says that another system calls it, or empty."""
    segments = _segments(path)
    if _is_of_people(segments):
        return ""
    for part in SEGMENT.sub("/", path).split("/"):
        words = words_of(part)
        for word in words:
            if (word in _STRONG or word.endswith("webhook")) and _counts(word, words, path, methods):
                return {"webhook": "webhooks"}.get(word, word)
    if methods and "POST" not in methods and "PUT" not in methods:
        return ""
    weak = next((part for part in segments if part in _WEAK), "")
    if weak and _MANAGES & set(segments):
        return ""
    return "" if weak in _INFRA and _UPLOADS & set(words_of(path)) else weak


def sender_in(path: str, methods: tuple[str, ...]) -> str:
    """Whose events, messages or notifications a path takes, where nothing else is done at it: `sendgrid` of `POST /sendgrid_events`.

    Whether anybody of that name tells of events at all, the path does not say.
    """
    segments = _segments(path) if methods == ("POST",) else []
    if not segments or _is_of_people(segments):
        return ""
    return next((told[1] for part in segments if (told := _OF_SENDER.fullmatch(part))), "")


_OF_SENDER = expression(r"([a-z][a-z0-9]{1,30})[_\-](?:events?|notifications?|messages?)")


def _segments(path: str) -> list[str]:
    return [_VERSION.sub("", part.lower()) for part in re.split(r"[/.]", SEGMENT.sub("/", path))]


def _is_of_people(segments: list[str]) -> bool:
    """Whether what a path names is opened or pressed by people."""
    if segments[-2:-1] in (["webhook"], ["webhooks"]) and segments[-1] in _DONE_TO_ONE:
        return True
    return bool(_PAGES & set(segments) or _ACTIONS & set(_without_a_vendor(segments[1:]))) or any(
        part.startswith(_PRESSED) or part.endswith(("-settings", "_settings")) for part in segments[1:]
    )


_DONE_TO_ONE = frozenset("add create update edit delete remove all send".split())
"""What somebody does with a webhook of theirs; it stands right behind the word."""
_PRESSED = ("test-", "send-test", "rotate-", "regenerate-", "resend-", "retry-")
"""How segments begin that say what somebody does to something of theirs."""


def _without_a_vendor(segments: list[str]) -> list[str]:
    """The segments without a vendor whose name is a verb: what is sent anew stands before `resend`, what Resend calls behind it."""
    return [
        part for at, part in enumerate(segments) if part != "resend" or not _STRONG & set(segments[at + 1 : at + 2])
    ]


_ALL_BELOW = expression(r"/(?:\$|\*\w*|:\w+\*|\[{1,2}\.{3}\w+\]{1,2}|\{\w+\.{3}\}|\{\*\w+\})/?\Z")
"""A last part that stands for all paths below, in any framework's notation."""
_OF_PRODUCT = expression(r"(?i)(?:app|tenant|org|organi[sz]ation|workspace|project|team|user)(?:_?(?:name|id|slug))?")
"""What a product is asked about rather than told by: whether it answers for this tenant."""
_SCIM = expression(
    r"(?i)scim/?\Z|scim(?:/|[_-])?v\d|scim/(?:users|groups|schemas|resourcetypes|serviceproviderconfigs?|bulk|me|[*:{<\[(])"
)
"""What identity providers ask for (RFC 7644, section 3.2), as against pages on which somebody sets SCIM up."""


def _counts(word: str, words: list[str], path: str, methods: tuple[str, ...]) -> bool:
    """Whether a strong word of a segment means a call from outside, and not a page about it or a list of it."""
    if len(words) > 1 and (_MANAGES & set(words) or word in _ALONE):
        return False
    if word in ("cron", "crons") and methods and not {"GET", "POST"} & set(methods):
        return False  # a clock asks or posts; what replaces or deletes is a page's
    if word == "scim" and _SCIM.search(path) is None:
        return False
    if word == "ingest" and (_OWN_MATERIAL & set(words_of(path)) or _ALL_BELOW.search(path)):
        return False  # what is taken in whatever stands behind it is passed on to a collector elsewhere
    if word in ("ping", "heartbeat"):
        if _SHOWN & set(words_of(path)):
            return False
        # a job says which it is behind the word; without that the program is asked whether it lives
        named = PARAMETER.search(path[path.lower().rfind(word) :])
        return named is not None and not (set(methods) == {"GET"} and _OF_PRODUCT.fullmatch(named[1]))
    return word in _READABLE or not methods or "POST" in methods


def is_weak(word: str) -> bool:
    """Whether a telling word needs more before a route counts: people's browsers post to `/events` and `/jobs` as well."""
    return word in _WEAK


def telling_handler(handler: str, path: str, methods: tuple[str, ...]) -> str:
    """The word of a handler's name which says that another system calls it, or empty."""
    words = words_of(handler)
    segments = set(path.lower().split("/"))
    if (
        _MANAGES & set(words)
        or words_of(handler.rpartition(".")[2])[:1] == ["send"]
        or _ACTIONS & segments
        or _PAGES & (set(words) | segments)
        or (methods and "POST" not in methods)
    ):
        return ""
    if methods == ("POST",) and len(words) > 1 and words[-1] == "callback" and not _SIGNS_IN & set(words):
        return "callback"
    return next((word for word in words if word in _NAMES), "")


_SIGNS_IN = frozenset("auth oauth oauth2 oidc saml sso openid login signin sign connect authorize social".split())
"""What a handler that ends a sign-in is named by; a provider posts to it what a browser brings."""
