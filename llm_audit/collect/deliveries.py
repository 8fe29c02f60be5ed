"""Outgoing deliveries: posts to a URL that comes from a variable, a setting or a stored record."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import either, expression
from llm_audit.collect.nearby import block_end, env_names, in_comment
from llm_audit.collect.shared.hooks import kind_of
from llm_audit.model import Kind, SourceFile

_SUFFIXES = frozenset(".js .ts .mjs .cjs .mts .cts .py .go .php .rb .java .kt .scala .cs .rs .ex .exs".split())
_SENDERS = "fetch post Post Post.new publish put axios got ky request Request send_request exchange enqueue_http curl_init Json JSON json Timeout Retry".split()
_ARGS = r"\s{0,40}(?P<args>[^\n]{0,200}(?:\n[^\n]{0,120}){0,3})"
_SEND = either(*(rf"{word}\w{{0,20}}!?\({_ARGS}" for word in _SENDERS), rf"\-\>\{{\$\w{{1,40}}\}}\({_ARGS}")
_TARGET = expression(
    r"""\b(?P<env>(?-i:[A-Z][A-Z0-9_]{0,40}(?:WEBHOOK|CALLBACK|NOTIFY|POSTBACK|ALERT|HOOK)[A-Z0-9_]{0,20}(?<!SECRET)(?<!TOKEN)(?<!KEY)(?<!ENABLED)(?<!_ID)(?<!TMPL)(?<!TEMPLATE)|[A-Z][A-Z0-9_]{0,40}_HOOK_URL))\b
    |(?P<field>\b[\w$]{0,40}(?:[wW]eb_?[hH]ook|[hH]ook|[sS]ubscription|[sS]ubscriber|[eE]ndpoint|[cC]hannel|[iI]ntegration|[mM]essenger|[dD]estination|[rR]eceiver)\w{0,20}(?:\.|->|\[["']|::)(?:\w{1,30}(?:\.|->)){0,2}\$?(?:[uU][rR][lL]\w{0,20}|[rR]oot_?[uU][rR][lL]|[uU][rR][iI]|target_?[uU][rR][lL]|endpoint|value|[eE]ndpoint_?[uU][rR][lL]|callback_?[uU][rR][lL]|(?:[wW]eb)?_?[hH]ook_?[uU][rR][lL])\b)
    |(?P<name>\b[\w$]{0,30}(?:web_?hook|callback|postback|notify|notification|slack|discord|teams|alert)_?\w{0,12}(?:url|uri|endpoint)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_RETRY = expression(r"(?i)\b(?:retr(?:y|ies)|max_?retries|backoff|max_?attempts|tries)\b")
_SIGNED = expression(
    r"""["'`]((?:[A-Za-z]\w{0,30}-){0,4}[A-Z]?[A-Za-z]{0,20}[sS]ignature(?:-\w{1,10})?)["'`]\s{0,3}[:,=\]]"""
)
_TIMEOUT = expression(r"(?i)\btimeout\w{0,10}\s?[:=]\s?([\w.]{1,30})")


_PAGE = either(
    r"document\.(?<=\bdocument\.)(?:addEventListener|querySelector|getElementById|createElement)\b",
    r"jQuery\((?<=\bjQuery\()",
    r"window\.location(?<=\bwindow\.location)\b",
)
_SCRIPTS = frozenset((".js", ".ts", ".mjs", ".jsx", ".tsx"))


def _in_page(file: SourceFile) -> bool:
    """Whether a script works on a page: what it posts goes to the program itself."""
    return file.suffix in _SCRIPTS and _PAGE.search(file.text) is not None


def _deliveries(file: SourceFile) -> Finds:
    """A call that posts to an address which a variable, a setting or a stored record holds; each address once."""
    if _in_page(file):
        return
    known: set[str] = set()
    for match in _SEND.finditer(file.text):
        found = _address(match, file)
        if not found or _is_no_send(match, found, file.text):
            continue
        call = _call(match, file.text)
        if _stands_behind(found, match, call) or not _posts(match, call, file.text):
            continue
        said = found.groupdict().get("env") or ""
        env = env_names(found.group(), 1) or ([said] if said.isupper() else [])
        value = env[0] if env else found.group().strip()
        if value in known or (value.islower() and value in ("callback_url", "callbackurl") and "redirect" in call):
            continue
        known.add(value)
        near = file.text[max(0, match.start() - _BEFORE) : match.start() + len(call) + 600]
        signed, timeout = _SIGNED.search(near), _TIMEOUT.search(call)
        yield at(
            file, match.start(), Kind.DELIVERY, kind_of(f"{value} {file.name}"), value, env=",".join(env), signature=signed[1] if signed else "",
            retry="yes" if _RETRY.search(near) else "", timeout=timeout[1] if timeout else "",
        )  # fmt: skip


_BEFORE = 1500
"""How far before a call what it sends to is given a value, and what it sends is signed."""


def _address(match: re.Match[str], file: SourceFile) -> re.Match[str] | None:
    """What names the address among a call's arguments, or in the lines before where one of them was given its value."""
    args = match["args"]
    named = _TARGET.search(args)
    if named and _KEY_ENDS.match(args, named.end()) and args[named.start() - 1 : named.start()] in ("'", '"'):
        return None  # `"alert_url": link` is what is told, not who is
    named = named or ("webhook" in file.path.casefold() and _HOOKED.search(args)) or None
    return named or _assigned(args, file.text[max(0, match.start() - _BEFORE) : match.start()])


_KEY_ENDS = expression(r"[\"']\s{0,3}(?::|=>)")
"""How the name of what a message holds ends."""


def _is_no_send(match: re.Match[str], found: re.Match[str], text: str) -> bool:
    """Whether what looks like a call that sends is a definition, a route, a test, a comment or a call of the program's own API."""
    return bool(
        re.match(r"""["'`]/(?!/)""", match["args"])
        or _IN_PATH.search(found.string[: found.start()][-200:])
        or in_comment(text, match.start())
        or _NO_POST.search(text[max(0, match.start() - 24) : match.start("args")])
        or _DEFINED.search(text, max(0, match.start() - 24), match.start())
    )


def _call(match: re.Match[str], text: str) -> str:
    """The whole call, up to where its bracket closes."""
    return text[match.start() : block_end(text, text.find("(", match.start()), 4000)]


def _stands_behind(found: re.Match[str], match: re.Match[str], call: str) -> bool:
    """Whether the address stands on the lines after the call."""
    inside = found.string == match["args"]
    return inside and match.start("args") + found.start() > match.start() + len(call)


_HOOKED = expression(
    r"\b(?:[tT]arget|[dD]estination|[sS]ubscriber|[eE]ndpoint|[dD]elivery)_?[uU][rR][lLiI]\b"
    r"|(?:\A\s{0,9}|(?<=\"POST\", )|(?<=http\.MethodPost, ))\w{1,40}(?:\.\w{1,40}){0,2}\.(?:Url|URL|[eE]ndpoint)(?=\s{0,3}[,)])"
    r"|\b(?:options|settings|config)(?:\.get\(|\[)[\"']url[\"'][\])]"
    r"|(?:(?<=method, )|(?<=HttpMethod\.Post, ))(?:\w{1,40}\.){0,2}Url(?=\s{0,3}[,)])"
)
"""The name of an address to which code about webhooks sends; a member that is called so may come first of all arguments."""
_PLAIN_NAME = expression(r"(?:^|,\s{0,9})([A-Za-z_]\w{0,30})(?=(?:\.request_uri)?\s{0,3}[!,)])")
_HOOK_NAME = expression(r"HOOK|CALLBACK|POSTBACK")


def _assigned(args: str, before: str) -> re.Match[str] | None:
    """What one of the first arguments, a plain name, was given before the call: a variable of the environment, or a webhook's record."""
    if not any(word in before for word in ("HOOK", "CALLBACK", "POSTBACK", "ebhook")):
        return None
    for name in _PLAIN_NAME.findall(args[:160])[:2]:
        given = re.findall(rf"\b{re.escape(name)}\s{{0,3}}:?=\s{{0,3}}([^=\n][^\n]{{0,160}})", before)
        found = _TARGET.search(given[-1]) if given else None
        if found and ((found["env"] and _HOOK_NAME.search(found["env"])) or _OF_RECORD.search(found["field"] or "")):
            return found
    return None


_OF_RECORD = expression(r"(?i)web_?hook\w{0,20}(?:\.|->)")


_IN_PATH = expression(r"""["'`]/(?!/)[^"'`\s]{0,160}\Z""")
"""A path of the program's own API whose words are no address."""
_NO_POST = expression(r"(?i)\b(?:router|app|server|test|mock|nock|respx|route|jest|expect|describe|it)\b\.?\w{0,6}\(")


_DEFINED = expression(r"\b(?:function|def|defp|func|fun|fn)\s{1,3}\Z")
"""A function that is only called like one that sends."""


def _posts(match: re.Match[str], call: str, text: str) -> bool:
    """Whether the call sends a body: by the method's name or by an option."""
    opened = text.find("(", match.start())
    head = text[max(0, match.start() - 30) : opened + 1].split("\n")[-1].lower()
    if re.search(r"post|publish|json|put\b", head) or _CHOSEN.search(text, max(0, match.start() - 30), opened + 90):
        return True
    return bool(
        re.search(
            r"""(?i)\bmethod["']?\s{0,3}[:=]\s{0,3}["'](?:post|put)["']|http\.MethodPost|["']POST["']|CURLOPT_POST|\bbody\s?:|Post\.new\b|HttpMethod\.Post\b""",
            call + text[match.start() : match.start() + 700],
        )
    )


_CHOSEN = expression(
    r"(?i)(?:client|http|guzzle)\w{0,20}->(?:\{\$\w{1,40}\}\(|request\(\s{0,40}\$(?:\w{1,40}->){0,2}\w{0,40}(?:verb|method)\b)"
)
"""A request of PHP whose method a variable holds: where users may choose it, they choose one that sends."""


_HELD = expression(
    r"""\b(?P<owner>(?:self|this|\$this|\w{1,3})(?:\.|->)\w{0,20}(?:channel|config|opts?|options|integration|spec|hook\w{0,10}|o)|spec|hook|webhook|endpoint|subscription)(?:\.|->)(?:\w{1,30}(?:\.|->|\[["']))?(?P<field>[a-zA-Z_]{0,20}(?:_url|Url|URL|url)|value|endpoint)\b"""
)
_PASSED = expression(
    r"""(?i)(?:post|exec|request|send|deliver|prepare|urljoin|fetch|put|url\s?=\s?|uri\s?=\s?)\w{0,20}\(?(?:[^()\n"']{0,60},\s?|\s{0,30})\Z"""
)
_POST_NEAR = expression(
    r"""\.post\(|http\.MethodPost|["']POST["']|->post\(|PostAsync\(|HttpMethod\.Post\b|request\(method"""
)


def _transports(file: SourceFile) -> Finds:
    """A transport or messenger that posts to the address which its record or its options hold."""
    text = file.text
    if _in_page(file) or not _POST_NEAR.search(text) or next(iter(_deliveries(file)), None):
        return
    for found in _HELD.finditer(text):
        passed = _PASSED.search(text[max(0, found.start() - 100) : found.start()])
        if not passed or in_comment(text, found.start()) or (found["field"] == "value" and "phone" in found.group()):
            continue
        signed = _SIGNED.search(text)
        what = next((word for word in ("webhook", "postback", "callback") if word in file.path.lower()), "")
        yield at(
            file, found.start(), Kind.DELIVERY, what or f"{file.folder.rpartition('/')[2]} message", found.group(),
            signature=signed[1] if signed else "", retry="yes" if _RETRY.search(text) else "", form="transport",
        )  # fmt: skip
        return


_SENDER = expression(
    r"""(?i)\b(?:def|func|function|fun|fn|defp|async|const(?=\s{1,3}\w{1,40}\s{0,2}=\s{0,2}(?:async\b|\()))\s{1,3}(?:\([^()\n]{1,60}\)\s?)?(?:send|deliver|dispatch|fire|post|perform|execute|trigger|do)_?webhooks?(?:_?(?:request|event|call))?\b"""
)
_REQUEST = expression(
    r"""\.send\(|\.(?:post|request|put)\(|\bfetch\w{0,20}\(|\baxios\b|NewRequest|client\.Do\(|PostAsync|SendAsync|->(?:post|request|send)\(|HTTPoison|Req\.|urlopen\(|\bhttps?Request\b"""
)
_QUEUED = expression(r"(?i)(?:\.delay|apply_async|enqueue|perform_later|perform_async)\b")


def _senders(file: SourceFile) -> Finds:
    """A function named for sending webhooks which itself speaks HTTP, wherever its address comes from."""
    text = file.text
    for match in _SENDER.finditer(text):
        body = text[match.end() : match.end() + 5000]
        sent = _REQUEST.search(body)
        if not sent or in_comment(text, match.start()) or _QUEUED.search(body, 0, sent.start()):
            continue
        if next(iter(_deliveries(file)), None) or next(iter(_transports(file)), None):
            return
        signed = _SIGNED.search(text)
        yield at(
            file, match.end() + sent.start(), Kind.DELIVERY, "webhook", signature=signed[1] if signed else "",
            retry="yes" if _RETRY.search(text) else "", form="sender",
        )  # fmt: skip
        return


_TRANSPORTS = tuple("transport messenger notifier webhook postback dispatcher sender channel deliver".split())
_APPRISE = expression(r"(?<![\w.])(?:apprise\.)?Apprise\(")


def _apprise(file: SourceFile) -> Finds:
    """Apprise, which posts to whatever services the addresses name that it is given."""
    found = _APPRISE.search(file.text)
    if found and "import" in file.text and not in_comment(file.text, found.start()):
        yield at(file, found.start(), Kind.DELIVERY, "notification", "apprise.Apprise", env="")


_TOLD = expression(r"\b[mM]essage(?:\(\))?\.[cC]reate\(")


def _svix(file: SourceFile) -> Finds:
    """Svix, which delivers an application's events to the endpoints of its users, and tries again ("Sending Messages", Svix docs)."""
    found = _TOLD.search(file.text)
    if found and _OF_SVIX.search(file.text) and not in_comment(file.text, found.start()):
        yield at(file, found.start(), Kind.DELIVERY, "webhook", "svix.message.create", form="package", retry="yes")


_OF_SVIX = expression(
    r"""["'/]svix["'/]|^\s{0,8}(?:from|import|use|using|require)\b[^\n]{0,40}\b[sS]vix\b""", re.MULTILINE
)
_SPATIE = expression(r"\bWebhookCall::create\(\)")
_GIVEN_URL = expression(r"->url\(\s{0,40}([^()\n]{1,80}(?:\(\))?)\s{0,40}\)")


def _webhook_server(file: SourceFile) -> Finds:
    """Spatie's package for Laravel, which posts to the address that it is given, tries again and signs ("Laravel webhook server")."""
    found = _SPATIE.search(file.text)
    if found and "Spatie\\WebhookServer" in file.text and not in_comment(file.text, found.start()):
        given = _GIVEN_URL.search(file.text, found.end(), found.end() + 1200)
        once = "maximumTries(1)" in file.text[found.end() : found.end() + 1200]
        yield at(
            file,
            found.start(),
            Kind.DELIVERY,
            "webhook",
            given[1].strip() if given else "",
            form="package",
            retry="" if once else "yes",
        )


COLLECTORS = (
    Collector("deliveries-webhook-server", _webhook_server, suffixes=frozenset({".php"}), needs=("WebhookCall::create",)),
    Collector("deliveries-svix", _svix, suffixes=_SUFFIXES, needs=("essage.create(", "essage.Create(", "essage().create(")),
    Collector("deliveries-apprise", _apprise, suffixes=frozenset({".py"}), needs=("import apprise", "from apprise")),
    Collector("deliveries-senders", _senders, suffixes=_SUFFIXES, needs=("webhook(", "Webhook(", "webhooks(", "Webhooks(", "webhook_request", "WebhookRequest", "webhook_call", "WebhookCall", "Webhook =", "Webhooks =")),  # noqa: E501
    Collector("deliveries", _deliveries, suffixes=_SUFFIXES, needs=("ebhook", "EBHOOK", "ostback", "OSTBACK", "allback_url", "allbackUrl", "ALLBACK_URL", "_HOOK_URL", "target_url", "otify_url", "otifyUrl", "OTIFY_URL", "otification_url", "otificationUrl", "lert_url", "lertUrl", "ubscription.url", "ubscription.target", "ubscription.callback", "ubscription->url", "ubscriber.url")),  # noqa: E501
    Collector(
        "deliveries-transports",
        _transports,
        paths=expression(rf"(?i)(?:{'|'.join(_TRANSPORTS)})[\w/\-]{{0,60}}\.(?:py|go|php|rb|ts|js|java|kt|cs|ex|rs)$"),
        marks=_TRANSPORTS,
        needs=("url", "Url", "URL", "value"),
    ),
)  # fmt: skip
