"""How a handler knows who sent a request, as its code shows: a signature, a helper that it calls, a shared secret."""

from __future__ import annotations

from functools import lru_cache

from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import env_names, function_span, headers
from llm_audit.collect.signs import Sign

_SHAPED = expression(
    r"\s{0,20}\{\s{0,40}(?:body|query|params|schema|headers|cookies)\b|\s{0,20}\w{0,40}[sS]chema\b|\s{0,20}z\."
)
"""What the form of a request is held against, rather than who sent it."""
_BASIC = expression(r"\bBasicAuth\(\)|http_basic|basic_auth|HTTPBasic|basicAuth\b|PHP_AUTH_USER")
_CRON_SECRET = expression(
    r"CRON_SECRET|cronSecret|cron_secret|x-cron|X-Appengine-Cron|X-AppEngine-QueueName|X-CloudTasks"
)
_CALLED = expression(r"\b(\w{5,90}+)\s{0,2}\(")
_HELPER = expression(
    r"(?i)(?:verify|validate|check|assert|is_?valid|authenticate|ensure|require|with)_?\w{0,30}(?:signature|webhook|hmac|request|secret|sender"
    r"|hook|cron|bounce|callback|sns|notification)\w{0,30}"
    r"|(?:verify|validate|check)_?(?!(?:access|id|session|auth|jwt|refresh|csrf|xsrf|user|email|reset|login|bearer|api|invite|magic)_?token)"
    r"[a-z]{3,20}_?token"
    r"|has_?valid_?\w{0,20}signature"
    r"|is_?(?:authori[sz]ed|verified)_?\w{0,20}(?:request|cron|hook|internal)\w{0,20}"
)
_HOLDS = expression(
    r"(?i)has_?(?:valid_?|post_?)?(?:cron|web_?hook|internal)_?(?:secret|token|signature|key)"
    r"\s{0,2}\(\s{0,3}(?:\w{1,12}\.)?(?:req|ctx|event|headers?)\w{0,10}\b"
)
"""A helper that is asked whether a request holds what only the sender knows."""
_TOKEN_COMPARED = expression(
    r"\b(?:\w{0,20}[tT]oken|\w{0,20}[sS]ecret|client_?[sS]tate)\s{0,2}[!=]==?\s{0,2}(?:\w{1,20}\.){0,2}\w{0,40}(?:[tT]oken|TOKEN|[sS]ecret|SECRET|[sS]tate|STATE)\b"
)
"""What a caller brings, compared with what the program keeps; counts where the handler refuses others."""
_REFUSED = expression(r"(?i)\b40[13]\b|unauthori[sz]ed|forbidden")
_NO_HELPER = expression(r"(?i)(?:id|ids|url|schema|payload|body|types?|events?|data|limit|input|params?|name|query)$")
_BEARER = expression(
    r"""(?i)headers?[\w.()]{0,20}[.\[(]\s?["']?authorization\b|bearer_token|bearerToken\(|\bextract(?:Bearer|AuthToken)"""
)


def checked(details: dict[str, str], text: str, body: str, sign: Sign | None, handler: str) -> None:
    """How the handler knows who sent the request: a sign, a helper that it calls, a shared secret; its own name is none."""
    details["header"] = ",".join(headers(body)[:3])
    if sign:
        details["verify"] = sign.name
    elif helper := _helper(body, handler):
        details["verify"] = helper
        if within := function_span(text, helper):
            names = dict.fromkeys([*env_names(text[slice(*within)]), *filter(None, details["env"].split(","))])
            details["env"] = ",".join(list(names)[:6])
    elif (found := _TOKEN_COMPARED.search(body)) and _REFUSED.search(body):
        details["verify"] = "token comparison"
    elif found := _CRON_SECRET.search(body):
        details["verify"] = found.group()
    elif _BASIC.search(body):
        details["verify"] = "basic auth"
    elif _BEARER.search(body):
        details["verify"] = "authorization header"


def _helper(body: str, handler: str) -> str:
    """The first function called that checks a sender by its name, other than the handler itself; empty without one."""
    for match in _CALLED.finditer(body):
        name = match[1]
        if (
            (_checks(name) or _HOLDS.match(body, match.start()))
            and name != handler
            and not _SHAPED.match(body, match.end())
        ):
            return name
    return ""


_GUARD = expression(
    r"(?i)verif|(?<!un)authenti|(?<!un)authori[sz]|(?<![a-z])auth(?![a-z])|auth(?:plug|guard|filter|middleware|handler|required)?\Z"
    r"|Auth(?-i:[A-Z]|\Z)|(?:require|ensure|check|with)_?auth|signature|signed|hmac|(?:ip|address)_?(?:filter|allow|white)|allow_?list|whitelist"
    r"|api_?key|webhook_?(?:secret|token)|shared_?secret|require_?(?:admin|login|user|token|permission)"
)
_NO_GUARD = expression(
    r"(?i)optional|skip|without|exempt|anonymous|un_?auth|csrf|forgery|redirect|guest|fetch|\Ano_?auth|API_?AuthPlug\Z"
)
"""Names of what lets a caller pass who says nothing of himself; Pow's guide calls a plug so that only looks for a token."""


def guards(middleware: str) -> str:
    """Of what runs before a handler, the names that say a caller is asked who it is; joined by commas."""
    names = dict.fromkeys(one for one in _BETWEEN.split(middleware) if _GUARD.search(one) and not _NO_GUARD.search(one))
    return ",".join(list(names)[:3])


_BETWEEN = expression(r"[\s,()]+")


@lru_cache(maxsize=1 << 12)
def _checks(name: str) -> bool:
    return _HELPER.fullmatch(name) is not None and not _NO_HELPER.search(name)
