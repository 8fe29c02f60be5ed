"""Secrets that their surroundings give away: URL passwords and queries, private keys, headers, connection strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.redact.marks import Marks
from llm_audit.redact.names import is_expression, is_placeholder
from llm_audit.redact.randomness import is_worded
from llm_audit.redact.spans import Span
from llm_audit.redact.words import Patience, lowered

_USERINFO = re.compile(
    r"://(?P<user>[^\s/@:\"'<>`{}|\\]{0,200}):(?P<secret>[^\s\"'<>`@]{1,300}(?:@[^\s\"'<>`@/]{1,200}(?=@))?)@"
)
_USER_TOKEN = re.compile(r"://(?P<secret>[^\s/@:\"'<>`{}$]{16,300})(?::x-oauth-basic|:)?@")
_QUERY = re.compile(r"[?&;](?P<name>[\w.\-\[\]]{1,60})=(?P<secret>[^\s&\"'<>`|)]{6,4000})")
_SECRET_QUERY = re.compile(
    r"(?i)(?:token|secret|passw(?:or)?d|pwd|key|sig|signature|auth|auth_?code|^code|credential|jwt|session|sid)\Z"
    r"|^x-amz-(?:sec|sig|cred)"
)
_HARMLESS_QUERY = re.compile(r"(?i)(?:public_?key|sort_?key|language_?code|country_?code|status_?code|zip_?code)\Z")
_BEGIN = re.compile(r"-----\s?BEGIN[ +A-Z0-9]{0,40}PRIVATE[ +]KEY(?:[ +]BLOCK)?\s?-----|PuTTY-User-Key-File-\d:")
_END = re.compile(r"-----\s?END[ +A-Z0-9]{0,40}PRIVATE[ +]KEY(?:[ +]BLOCK)?\s?-----|Private-MAC: ?\w+")
_MAX_KEY = 40_000
_KEY_LINE = re.compile(
    r"[ \t>#*/|+\"'`(\[,;]*(?:(?:[A-Za-z0-9+/=]|\\{1,4}[nrt/]|%(?:25)?[0-9A-Fa-f]{2}){8,}"
    r"|[A-Za-z0-9+/=]{1,76}(?=[\s\"'`\\;,)]|\Z)"
    r"|(?:Proc-Type|DEK-Info|Version|Comment|Encryption|Public-Lines"
    r"|Private-Lines):[^\n]{0,200})?[ \t\"'`+.,;)\]\\|]*(?:\n|\Z)"
)
_FLAT_KEY = re.compile(r"(?:[A-Za-z0-9+/=\s]|\\{1,4}[nrt/]|%(?:25)?[0-9A-Fa-f]{2}){16,20000}")
_SCHEMES = Marks(
    scheme + sign
    for scheme, signs in (("bearer", " :+"), ("basic", " +"), ("token", " :+"), ("apikey", " :+"), ("digest", " +"))
    for sign in signs
)
_HEADER = re.compile(r"[ :+]{0,3}[\"'`]?(?P<secret>[A-Za-z0-9._~+/=\-:%]{16,4000})")
_USER_FLAGS = Marks(flag + sign for flag in ("-u", "--user", "--proxy-user") for sign in " =")
_LOGIN = re.compile(r"[ =]{0,2}[\"']?[^\s:\"']{1,100}:(?P<secret>[^\s\"']{3,200})")
_KEY_WORDS = Marks(("private key", "private+key", "putty-user-key-file"))
_PART_NAMES = Marks(("accountkey", "accesskey", "accesssignature", "sharedsecret", "password", "pwd"))
_PART_VALUE = re.compile(r"\s?=\s?(?P<secret>[^;\"'`\s]{3,400})(?=;|[\"'`\s]|\Z)")
_REFERENCE = re.compile(r"\$(?:[({]|(?:[A-Z_][A-Z0-9_]*|[a-z_]+\d?|[a-z]+(?:[A-Z][a-z]+)+)\Z)|[{<\[]|%[sd(]|\*\*|#\{")
_DIGIT, _LETTER, _INNER_CAPITALS = map(re.compile, ("[0-9]", "[A-Za-z]", r"[a-z][A-Z]+[a-z]?[A-Z]"))
_VERSION = re.compile(r"v?\d+\.\d+\.\d+[\-+/]")
_CONNECTION = re.compile(r"(?i);\s?[\w ]{2,30}=|[\w ]{2,30}=[^;\n]{1,200};")


def spans(text: str) -> Iterator[Span]:
    """What stands where only a secret can stand."""
    if "://" in text:
        yield from in_urls(text)
    if "=" in text and ("?" in text or "&" in text):
        yield from _in_queries(text)
    low = lowered(text)
    if _KEY_WORDS.held(low) and ("-----" in text or "PuTTY" in text):
        yield from private_keys(text)
    patience = Patience()
    for at, scheme in _SCHEMES.starts(low):
        match = _HEADER.match(text, at + len(scheme)) if patience.lasts(at) else None
        if match:
            patience.looked(match.end() - at)
            if _is_credential(match["secret"]):
                yield Span(*match.span("secret"), "header-value")
    for at, flag in _USER_FLAGS.starts(low):
        match = _LOGIN.match(text, at + len(flag)) if text[at - 1 : at].isspace() else None
        if match and not is_placeholder(match["secret"]):
            yield Span(*match.span("secret"), "header-value")
    if ";" in text:
        yield from _in_connection_strings(text)


def in_urls(text: str) -> Iterator[Span]:
    """Passwords and tokens before the host of a URL."""
    at = text.find("://")
    while at >= 0:
        match = _USERINFO.match(text, at) if text.find("@", at, at + 800) > 0 else None
        if match:
            if is_password(match["secret"], match["user"]):
                yield Span(*match.span("secret"), "url-password")
        elif (match := _USER_TOKEN.match(text, at)) and _is_credential(match["secret"]):
            yield Span(*match.span("secret"), "url-password")
        at = text.find("://", at + 3)


def is_password(value: str, user: str = "") -> bool:
    """Whether what stands behind a user name in a URL is a password: no reference, no stand-in, not the name again."""
    if _REFERENCE.match(value) or "${" in value or "{{" in value or "/" in value[:1]:
        return False
    return len(value) > 2 and value != user and not is_placeholder(value) and not value.isdigit()


def _in_queries(text: str) -> Iterator[Span]:
    for match in _QUERY.finditer(text):
        name, value = match["name"], match["secret"]
        if _SECRET_QUERY.search(name) and not _HARMLESS_QUERY.search(name) and _is_credential(value, fewest=8):
            yield Span(*match.span("secret"), "url-password")


def _is_credential(value: str, fewest: int = 16) -> bool:
    """A digit among letters, or capitals inside: not a word, not a reference."""
    if len(value) < fewest or is_placeholder(value) or value.startswith(("$", "{", "%s", "%(")) or is_worded(value):
        return False
    if _VERSION.match(value):
        return False
    return bool((_DIGIT.search(value) and _LETTER.search(value)) or _INNER_CAPITALS.search(value))


def private_keys(text: str) -> Iterator[Span]:
    """Bodies of private keys: up to END, or as far as lines read as key material; escaped and quoted ones too."""
    for begin in _BEGIN.finditer(text):
        start = begin.end()
        following = _BEGIN.search(text, start, start + _MAX_KEY)
        limit = following.start() if following else min(len(text), start + _MAX_KEY)
        end = _END.search(text, start, limit)
        stop = end.start() if end else _unfinished(text, start, limit)
        if re.search(r"[A-Za-z0-9+/]{12}", text[start:stop]) and not re.search(
            r"\A\W{0,8}(?:\.{3}|…|<|\$\{|your)", text[start:stop]
        ):
            yield Span(start, stop, "private-key")


def _unfinished(text: str, start: int, limit: int) -> int:
    """The end of a key without its END line."""
    flat = _FLAT_KEY.match(text, start, limit)
    end = text.find("\n", start, limit)
    at = end + 1 if end >= 0 else limit
    stop = at
    while at < limit:
        line = _KEY_LINE.match(text, at, limit)
        if not line or line.end() == at:
            break
        at = line.end()
        if line[0].strip():
            stop = at
    first = text[start:end].strip(" \t\"'`+,;\\n") if end >= 0 else ""
    if stop <= end + 1 or first:
        return max(flat.end() if flat else start, start)
    return stop - 1 if text[stop - 1 : stop] == "\n" else stop


def _in_connection_strings(text: str) -> Iterator[Span]:
    for at, name in _PART_NAMES.starts(lowered(text)):
        match = _PART_VALUE.match(text, at + len(name))
        if not match:
            continue
        line_start = text.rfind("\n", max(0, at - 400), at) + 1
        around = text[max(line_start, at - 400) : match.end() + 100]
        if _CONNECTION.search(around) and is_password(match["secret"]) and not is_expression(match["secret"]):
            yield Span(*match.span("secret"), "connection-string")
