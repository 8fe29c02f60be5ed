"""Facts of the routes that another system may call, with what their handlers tell. Shared by the collectors of routes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from llm_audit.collect.base import Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.literals import Guarded
from llm_audit.collect.nearby import env_names, function_span, headers, in_comment
from llm_audit.collect.routes.checked import checked, guards
from llm_audit.collect.routes.told import events, providers
from llm_audit.collect.routes.words import (
    PARAMETER,
    SEGMENT,
    is_weak,
    sender_in,
    telling_handler,
    telling_path,
    words_of,
)
from llm_audit.collect.signs import COMPARES, Sign, is_compared, sign_within, signs_in
from llm_audit.model import Kind, SourceFile

_MAKES = frozenset("create update delete add list edit remove".split())
_MADE = frozenset("webhook webhooks hooks one subscription endpoint hook integration cron job".split())
_OF_ONE = expression(
    r"(?<=\w)/(?::|\{|<(?:\w+:)?)\w{0,30}(?:id|Id|ID|slug|uuid|pk)[}>]?/webhooks/?(?:\Z|(?::|\{|<(?:\w+:)?)(?:\w{0,20}[iI][dD]|pk|uuid)[}>]?(?:/|\Z))"
)
"""The webhooks of one thing, which a page of the product lists and adds to, and one of them."""
_SURE = frozenset("hook hooks bot interactions receive s3 ses sqs lambda mo dlr delivery".split())
_OAUTH = frozenset(
    "oauth oauth2 auth oidc saml sso openid login signin connect connections acs logout authorize social sociallogin".split()
)
_FILES_OF_AUTH = frozenset("oauth oauth2 auth oidc saml sso openid login signin".split())
"""Words of a file's name in which a callback ends a sign-in."""
_OAUTH_CODE = expression(
    r"authorization_code|AuthorizationCode|exchangeCode|exchange_code|\.Exchange\(|getToken\(|get_token\(|fetch_token\("
    r"|oauth2?[._A-Z(]|OAuth|SAMLResponse|code_verifier|[\"'&?]code[\"'\])=][^\n]{0,40}[\"'&?]?state\b"
)
_SESSION = Guarded(
    expression(
        r"getServerSession|\bgetSession\(|(?<![.>])\bauth\(\)|currentUser\(|current_user|withSession|withWorkspace|withTeam|requireUser\b"
        r"|requireAuth\b|isAuthenticated|login_required|IsAuthenticated|LoginRequiredMixin|authenticate_user!|get_current_user"
        r"|getCurrentUser|req\.user\b|request\.user\b|request->user\(|auth\(\)->|useSession|protectedProcedure|\[Authorize"
        r"|\bClaimsPrincipal\b"
    ),
    """getServerSession getSession( auth() currentUser( current_user withSession withWorkspace withTeam requireUser
    requireAuth isAuthenticated login_required IsAuthenticated LoginRequiredMixin authenticate_user! getCurrentUser
    req.user request.user request->user( useSession protectedProcedure [Authorize ClaimsPrincipal""".split(),
)
_PROMETHEUS = expression(
    r"(?i)\bprom[_-]?(?:client|http|etheus)|prometheus|register\.metrics|generate_latest|text/plain|openmetrics|# TYPE"
)
_TOKEN_LAST = expression(r"(?i)/push/[:{<\[]+(?:[a-z]{1,8}:)?\w{0,20}(?:token|key|secret|uuid)[}>\]]*/?\Z")
_TOKEN_IN_PATH = expression(r"/[:{<\[]+(?:[a-z]{1,8}:)?(?:\w{0,20}(?i:token|secret)|hash)[}>\]]*/?\Z")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
GATEWAY = "api-gateway"
"""The framework of routes that infrastructure declares; code of another file answers them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A route as one place of the code declares it.

    Attributes:
        offset: where.
        path: as routed, known prefixes included.
        framework: whose notation it is.
        methods: upper-case names; empty when any or unknown.
        handler: function, class or `Class.method`.
        body: start and end of an inline handler.
        more: further details.
        outside: whether the framework itself says that other systems call it.
    """

    offset: int
    path: str
    framework: str
    methods: tuple[str, ...] = ()
    handler: str = ""
    body: tuple[int, int] | None = None
    more: tuple[tuple[str, str], ...] = ()
    outside: bool = False


def word_before(text: str, offset: int) -> str:
    """The identifier that ends at an offset, or the closing bracket that stands there; empty for anything else."""
    stop = offset
    while stop > 0 and text[stop - 1].isspace() and offset - stop < 40:
        stop -= 1
    start = stop
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_$") and stop - start < 60:
        start -= 1
    return text[start:stop] if start < stop else text[stop - 1 : stop] if stop and text[stop - 1] in ")]}" else ""


_HINT = expression(r"(?i)webhook|bounce|ipn|inbound|postback|scim|cron|inngest|qstash|pubsub")


def may_tell(file: SourceFile, path: str, after: str = "") -> bool:
    """Whether a route at this path could be one to report: a cheap test before the code is read closely.

    Args:
        file: where the route stands; a file that checks signatures makes every route of it worth a look.
        path: as routed.
        after: what follows the path, in which the handler's name stands.
    """
    return (
        bool(telling_path(path, ()))
        or _HINT.search(after) is not None
        or bool(signs_in(file))
        or _is_root_of_hooks(file, path)
        or any(sign in file.text for sign in _SIGNATURES)
    )


_SIGNATURES = ('-signature"', "-signature'", '-Signature"', "-Signature'")
"""How names of headers end in which senders sign what they post; another file may check it."""


def _is_root_of_hooks(file: SourceFile, path: str) -> bool:
    """Whether a route is the one of a router that stands among those for webhooks, and is mounted by another file."""
    return path in ("", "/") and _HOOKS_FOLDER.search(file.path) is not None


_HOOKS_FOLDER = expression(
    r"(?:^|/)(?:web_?-?hooks?)/(?!index|routes?\b|create|list|update|delete)[\w\-]{2,40}(?:/index|/route[rs]?)?\.\w{2,3}$"
)


def joined(*parts: str) -> str:
    """Path parts put together with single slashes, a leading one included."""
    return "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))


def methods_in(text: str) -> tuple[str, ...]:
    """HTTP methods named as words in the text, in the usual order."""
    words = {word.upper() for word in re.findall(r"[A-Za-z]{3,7}", text)}
    return tuple(method for method in _METHODS if method in words)


def routes(file: SourceFile, seen: Iterable[Seen]) -> Finds:
    """Facts of those routes which another system may call."""
    known: set[tuple[str, tuple[str, ...], int]] = set()
    seen = list(seen)
    records = _records(seen)
    for route in seen:
        key = (route.path, route.methods, route.offset)
        if key in known or len(route.path) > 300 or in_comment(file.text, route.offset):
            continue
        known.add(key)
        yield from _route(file, route, records)


def _records(seen: Iterable[Seen]) -> frozenset[str]:
    """The addresses of records that are changed or deleted one by one, and those of their lists: `/crons/:id` and `/crons`.

    A list at which several are deleted at once ends with a slash here. What is posted there comes from the product's own
    users. SCIM, which other systems speak, is made of such addresses.
    """
    seen = [one for one in seen if "scim" not in one.path.lower()]
    single = {one.path for one in seen if _ALTERS & set(one.methods) and not set(one.methods) >= _ANY_METHOD}
    lists = {path: _LAST_PARAMETER.sub("", path) for path in single}
    told = {part for path, above in lists.items() if above != path for part in (path, above)}
    filled = {one.path for one in seen if one.methods in (("POST",), ("PUT",))}
    emptied = {path for path in filled if path.rstrip("/").endswith("s")}  # a list, by its plural
    emptied &= {one.path for one in seen if one.methods == ("DELETE",)}
    return frozenset(told | emptied | {f"{path.rstrip('/')}/" for path in emptied})


def _of_record(path: str, records: frozenset[str]) -> bool:
    """Whether a path is that of a record or of a list, or of what its owner has done with one: `/webhooks/:id/submit`."""
    if path in records:
        return True
    above = next(
        (
            one
            for one in records
            if path.startswith(f"{one.rstrip('/')}/") and (one.endswith("/") or _LAST_PARAMETER.search(one))
        ),
        "",
    )
    return bool(above and telling_path(above, ()) and not telling_path(path[len(above) :], ()))


_ALTERS = frozenset(("DELETE", "PATCH"))
_ANY_METHOD = frozenset(("GET", "POST", "PUT"))
"""What a route takes that asks for no method in particular; a record is not posted to where it is read and replaced."""
_LAST_PARAMETER = expression(r"/(?::[^/]{1,60}|\{[^/]{1,60}\}|<[^/]{1,60}>|\[[^/]{1,60}\])/?\Z")


def _telling(file: SourceFile, route: Seen) -> tuple[str, str]:
    """The word which says that another system calls a route, and where it stands; both empty without one."""
    if route.outside:
        return "callback", "framework"
    word = telling_path(route.path, route.methods)
    if (not word or is_weak(word)) and (named := telling_handler(route.handler, route.path, route.methods)):
        return named, "handler"
    if not word and "POST" in route.methods and _is_root_of_hooks(file, route.path):
        return "webhooks", "folder"
    return word, "path"


def _is_managed(route: Seen, body: str, details: dict[str, str], records: frozenset[str]) -> bool:
    """Whether a route is for the product's own webhooks, as `create_webhook` is: kept in lists, looked at, changed."""
    called = set(words_of(re.split(r"[.:@#]", route.handler)[-1]))
    if (called & _MAKES and called & _MADE) or (route.path.endswith("/webhooks") and _LISTED.search(body)):
        return True
    if "management" in route.path.lower().split("/"):
        return True
    of_one = (
        _OF_ONE.search(route.path) or _of_record(route.path, records) or _OF_SETTINGS & set(words_of(route.handler))
    )
    return bool(of_one) and not details.get("verify")


def _route(file: SourceFile, route: Seen, records: frozenset[str]) -> Finds:
    word, signal = _telling(file, route)
    sender = "" if word else sender_in(route.path, route.methods)
    if not (word or sender or signs_in(file) or "ignature" in file.text):
        return
    span = _span(file, route)
    body = file.text[span[0] : span[1]] if span else ""
    sign = sign_within(file, span)
    if word or (_is_of_sender(sign, file.text, body) if sign else _brings_signature(route, body)):
        sender = ""
    elif not sender:
        return
    word = "callback" if sender else word
    details = _told(route, body) | ({"sender": sender} if sender else {})
    if route.path.lower().endswith("/callback") and _FILES_OF_AUTH & set(words_of(file.name)):
        details["oauth"] = "yes"
    checked(details, file.text, body, sign, re.split(r"[.:@#]+", route.handler)[-1])
    if details.get("session") and not (details.get("verify") or details.get("oauth")):
        return  # a page of the product calls it: webhooks being managed, not received
    if not sign and _SHOWS.search(body):
        return  # a form of a page, whose answer a person sees
    if not sign and _is_managed(route, body, details, records):
        return
    if word == "metrics" and (_is_own_figures(file, route) or (body and not _PROMETHEUS.search(body))):
        return  # figures of the product itself, not a page that a scraper reads
    if is_weak(word) and not _outside(file, route, word, details):
        if not _may_be_checked_elsewhere(file, route, word):
            return
        details["unproven"] = "yes"
    if not details.get("verify") and _TOKEN_IN_PATH.search(route.path):
        details["verify"] = "token in the path"  # this alone makes no route of a product one that others call
    if sign and not word:
        signal = "verify"
    if "hub.topic" in file.text or ("hub.challenge" in file.text and "verify_token" not in file.text):
        details["protocol"] = (
            "websub"  # the parameters of a hub ("WebSub", W3C), of which Meta's subscriptions have but two
        )
    if is_weak(word):
        details["weak"] = "yes"
    details |= {"framework": route.framework, "handler": route.handler, "signal": signal, "word": word}
    details |= dict(route.more)
    details["guard"] = guards(details.get("middleware", ""))
    yield at(file, route.offset, Kind.ROUTE, route.path, ",".join(route.methods), **details)


_OF_SCRAPERS = frozenset(
    "metrics metric prometheus view views index show get handler handle scrape export exporter controller endpoint http serve server route api ts js"
    " openmetrics".split()
)


def _is_of_sender(sign: Sign, text: str, body: str) -> bool:
    """Whether a check is one of who sent the request, where nothing else says that another system calls."""
    return is_compared(text, sign) and (
        sign.name not in COMPARES or bool(headers(body)) or _SIGNED.search(body) is not None
    )


_SIGNED = expression(r"(?i)signature|hmac|web_?hook")


def _brings_signature(route: Seen, body: str) -> bool:
    """Whether the handler takes a signature from the request's headers, to hand it on to what checks it elsewhere."""
    return "POST" in route.methods and any(name.lower().endswith("-signature") for name in headers(body))


def _is_own_figures(file: SourceFile, route: Seen) -> bool:
    """Whether the handler says whose figures it shows, or the path asks for those of one record: `EnvironmentMetrics`."""
    if "prometheus" in f"{file.path} {route.handler}".lower():
        return False
    handler = re.split(r"[#@]|(?<=\w)[.:](?=\w)", route.handler)[-1]
    return bool(set(words_of(handler)) - _OF_SCRAPERS) or PARAMETER.search(route.path) is not None


_SHOWS = expression(
    r"\breturn (?:await )?(?:this\.)?(?:View|PartialView|RedirectToAction)\(|\brender_template\(|\breturn render\(\s{0,4}request,|\breturn view\([\"']"
)
_OF_SETTINGS = frozenset("settings tester preferences".split())
"""Whose handler has one of these in its name keeps an address that is sent to, or tries it out."""
_LISTED = expression(r"\b(?:[Cc]reate|[Gg]et|[Ll]ist|[Ff]etch|[Ff]ind)(?:All|Many)?_?[Ww]ebhooks?\(")


_FEDERATED = Guarded(
    expression(r"(?i)activity_?pub|activity\+json|webfinger|nodeinfo|\boutbox\b|federation|\bapub\b"),
    "activitypub activity_pub activity+json webfinger nodeinfo outbox federation apub".split(),
    any_case=True,
)
"""What stands beside the inboxes in which servers of the fediverse leave messages ("ActivityPub", W3C, section 5.2)."""


def _outside(file: SourceFile, route: Seen, word: str, details: dict[str, str]) -> bool:
    """Whether a weak word is borne out: by a check of the sender, by the path's company, by the word itself."""
    words = set(words_of(route.path))
    if word == "inbox":
        last = route.path.rstrip("/?$").lower().endswith("/inbox")
        return last and (bool(_FEDERATED.search(file.text)) or "activity_pub" in file.path.lower())
    if word in ("notification", "notifications"):
        return bool(details.get("verify")) or bool({"status", "callback"} & words)
    if word == "push" and _TOKEN_LAST.search(route.path) and (not route.methods or "GET" in route.methods):
        details.setdefault("verify", "token in the path")
        return True  # who knows the address may report: monitors and jobs do
    return (
        word in _SURE
        or bool(details.get("verify"))
        or (word == "ingest" and bool({"internal", "api"} & words))
        or (
            word == "jobs" and bool({"internal", "ah", "run", "process", "execute"} & words)
        )  # else it is a list of them
    )


_TOLD_TO = frozenset("hook hooks event events notification notifications interactions receive".split())


def _may_be_checked_elsewhere(file: SourceFile, route: Seen, word: str) -> bool:
    """Whether another file may answer the route, and check who calls it: a type of Go, a function behind a gateway."""
    elsewhere = (file.suffix == ".go" and "." in route.handler) or route.framework == GATEWAY
    return elsewhere and "POST" in route.methods and word in _TOLD_TO


def _span(file: SourceFile, route: Seen) -> tuple[int, int] | None:
    """Where the handler stands: inline, or as a function of the same file."""
    span = route.body
    name = re.split(r"[.:@]+", route.handler)[-1]
    if name and (span is None or span[1] - span[0] < 400):
        span = function_span(file.text, name) or span
    return span


_OF_DEEDS = expression(r"(?i)\A(?:\w{0,20}(?:action|event|operation|command|method|step|topic|status|state)|id)\Z")
"""Parameters of a path that say what has happened or is to be done, not who calls."""


def _told(route: Seen, body: str) -> dict[str, str]:
    details: dict[str, str] = {}
    words = set(words_of(SEGMENT.sub("/", route.path)))
    backs = {"callback", "callbacks", "acs", "oauth", "oauth2", "saml", "oidc"} & words
    if (words & _OAUTH and backs) or ({"callback", "callbacks"} & words and _OAUTH_CODE.search(body)):
        details["oauth"] = "yes"
    if _SESSION.search(body):
        details["session"] = "yes"
    if names := [name for name in PARAMETER.findall(route.path) if not _OF_DEEDS.search(name)]:
        details["providers"] = ",".join(providers(body, names)[:16])
    details["events"] = ",".join(events(body)[:12])
    details["env"] = ",".join(env_names(body)[:6])
    return details


def mount(file: SourceFile, offset: int, prefix: str, target: str, framework: str) -> Finds:
    """A prefix under which the routes of another module stand; later stages join the two."""
    if prefix.strip("/^") and target and not in_comment(file.text, offset):
        yield at(file, offset, Kind.SETTING, "route.mount", joined(prefix), target=target, framework=framework)
