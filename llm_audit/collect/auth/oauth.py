"""OAuth flows written by hand: the page that people are sent to, the credentials beside it, the scopes asked for; proxies' headers."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import among_blanks, env_names, in_comment
from llm_audit.model import Kind, SourceFile

SUFFIXES = frozenset(
    (".js", ".ts", ".mjs", ".py", ".go", ".php", ".rb", ".java", ".kt", ".cs", ".rs", ".ex", ".exs", ".scala")
)
_AUTHORIZE = expression(
    r"""https://((?:[\w\-]{1,40}\.){1,5}[a-z]{2,12})/(?:[\w.{}$\-]{1,60}/){0,4}(?:oauth2?/)?(?:v\d(?:\.\d)?/)?(?:oauth2?/)?(?:v\d/)?(authorize|auth|oauth|dialog/oauth|authorization|install|identity|authorize_url|oauth2)\b(?=[/?"'`\s&]|$)""",
    re.MULTILINE,
)
_VERSIONED = expression(r"""https://((?:[\w\-]{1,40}\.){1,5}[a-z]{2,12})/[^\s"'`]{0,80}?/?dialog/oauth\b""")
_EXCHANGE = expression(
    r"""https://((?:[\w\-]{1,40}\.){1,5}[a-z]{2,12})/[^\s"'`]{0,80}?(?:oauth\.v2\.access|oauth\.access|access_token|oauth2?/(?:v\d/)?token|o/token|/token)(?=["'`?\s])"""
)
_CODE = expression(r"authorization_code|[\"'`]code[\"'`]|\bcode\s{0,2}[,:=]")
_TOKENS = expression(r"[cC]lient_?[iI][dD]|CLIENT_ID|redirect_uri|response_type|app_?[iI]d")
_FIELD = expression(
    r"\b(?:settings|config|cfg|conf)\.([a-z]\w{0,30}(?:_|[a-z](?=[A-Z]))(?:client|app)?_?(?:[iI]d|[sS]ecret|[rR]edirect_?[uU]ri|[sS]copes))\b"
)
_SCOPE = expression(
    r"""\bscopes?["']?\s{0,3}(?:[:=]|=>|,)\s{0,3}(?:["'`]([^"'`\n]{2,200})["'`]|\[([^\]]{2,300})\])|[?&]scope=([\w.,:+%/\-]{2,160})"""
)
_OWN_NAME = expression(r"[A-Z0-9]{1,30}_(?:\w{1,30}_)?(?:ID|SECRET|KEY|URI|SCOPES?)$")
"""What a provider's credentials are called; a file that holds several providers names each by its own word."""
_GENERIC = frozenset(
    "www accounts login auth oauth oauth2 api id app secure connect account identity sso com org net io co dev me dialog".split()
)
_SPECIAL = (
    ("facebook", "facebook"),
    ("discord", "discord"),
    ("microsoftonline", "microsoft"),
    ("live.com", "microsoft"),
    ("googleapis", "google"),
    ("appleid", "apple"),
    ("linkedin", "linkedin"),
    ("atlassian", "atlassian"),
    ("zoho", "zoho"),
    ("amazon", "amazon"),
    ("intuit", "intuit"),
    ("dropbox", "dropbox"),
)


def _by_hand(file: SourceFile) -> Finds:
    text = file.text
    known: set[str] = set()
    for pattern in (_AUTHORIZE, _VERSIONED, _EXCHANGE):
        for match in pattern.finditer(text):
            name = provider(match[1])
            window = text[max(0, match.start() - 900) : match.end() + 1500]
            if not name or name in known or in_comment(text, match.start()) or not _TOKENS.search(window):
                continue
            if among_blanks(text, match.start()):
                continue  # a choice of a form
            if pattern is _EXCHANGE and not _CODE.search(window):
                continue  # a token for a machine, not for somebody who logs in or connects an account
            known.add(name)
            env = [
                item
                for item in env_names(text, 200)
                if re.search(r"(?:CLIENT|APP|CONSUMER|REDIRECT|OAUTH).*(?:ID|SECRET|KEY|URI|SCOPES?)$", item)
            ]
            named = [
                item for item in env_names(text, 200) if _OWN_NAME.match(item) and item.startswith(f"{name.upper()}_")
            ]
            near = named or [item for item in env if item in window] or env
            fields = list(dict.fromkeys(_FIELD.findall(text)))[:6]
            scope = _SCOPE.search(window)
            scopes = _listed(next(part for part in scope.groups() if part)) if scope else ""
            invites = re.match(r"bot\b", scopes) or not (scopes or _RETURNS.search(window))
            if name == "discord" and invites and not _TOKEN_STEP.search(text):
                continue  # the link that invites a bot to a server
            yield at(
                file,
                match.start(),
                Kind.SETTING,
                "oauth.provider",
                name,
                tool="http",
                env=",".join(near[:6]),
                scopes=scopes,
                host=match[1],
                settings=",".join(fields),
            )


def provider(host: str) -> str:
    """The main name of a host: `accounts.google.com` is google, `acme.okta.com` okta."""
    for part, name in _SPECIAL:
        if part in host:
            return name
    labels = host.lower().split(".")[:-1]
    if len(labels) > 1 and labels[-1] in ("co", "com"):
        labels = labels[:-1]
    name = labels[-1] if labels else ""
    return "" if name in _GENERIC or name == "example" else name


_RETURNS = expression(r"(?i)redirect_?uri|response_?type|callback|client_?secret")
"""What a flow by which access is granted needs; a link that installs a bot has none of it."""
_TOKEN_STEP = expression(r"oauth2/token|access_token|code=")
_PROXY = expression(
    r"""["']?\b((?:HTTP_)?X[-_](?:Forwarded[-_](?:User|Email|Preferred[-_]Username)|Remote[-_]User|Auth[-_]Request[-_](?:User|Email)|Authentik[-_]\w{2,20}|WEBAUTH[-_]USER|Token[-_]Subject|Goog[-_]Authenticated[-_]User[-_]Email)|(?-i:REMOTE_USER(?:_HEADER)?|(?:Persistent)?RemoteUser(?:Middleware|Authentication|Backend)(?=\)|["']))|Remote-User|Cf-Access-Jwt-Assertion)\b""",
    re.IGNORECASE,
)


_TRANSLATED = expression(r"(?:^|/)(?:locales?|i18n|lang|langs|languages|translations?)/")
"""Folders of texts that people read, which tell of settings and make none."""


def _listed(scopes: str) -> str:
    """Scopes as one line, those of a list without its quotes and commas."""
    return re.sub(r"\s+,(?:\s+|\Z)", " ", re.sub(r"[\"'\s]+", " ", scopes)).strip()


def _proxied(file: SourceFile) -> Finds:
    """Users that a proxy in front has logged in and names in a header."""
    if _TRANSLATED.search(file.path):
        return
    for match in _PROXY.finditer(file.text):
        if not in_comment(file.text, match.start()):
            line = file.line(file.line_of(match.start()))
            yield at(
                file,
                match.start(),
                Kind.SETTING,
                "auth.provider",
                "proxy-header",
                header=match[1],
                env=",".join(name for name in env_names(line) if not name.startswith("HTTP_")),
            )
            return


COLLECTORS = (
    Collector(
        "auth-oauth", _by_hand, suffixes=SUFFIXES, needs=("/authorize", "/oauth", "oauth.v", "/token", "access_token")
    ),
    Collector(
        "auth-proxy",
        _proxied,
        suffixes=SUFFIXES,
        needs=("orwarded-", "ORWARDED_", "REMOTE_USER", "RemoteUser", "emote-User", "uth-Request"),
    ),
)
