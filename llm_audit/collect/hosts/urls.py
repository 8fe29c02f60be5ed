"""Finds URLs in any text and takes them apart: scheme, host, path, with `{...}` where the program fills in a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from llm_audit.collect.expressions import expression

WEB = frozenset(["http", "https", "ws", "wss"])
CONNECTION = frozenset(
    """postgres postgresql psql mysql mysql2 mariadb mssql sqlserver oracle sqlite sqlite3 cockroachdb cockroach
    clickhouse libsql redis rediss valkey amqp amqps mongodb mongodb+srv nats kafka mqtt mqtts smtp smtps
    ldap ldaps s3 gs ftp ftps sftp imap imaps pop3 pop3s memcached memcache elasticsearch opensearch neo4j
    neo4j+s bolt cassandra couchdb couchbase couchbases pulsar stomp pgsql db2 snowflake bigquery redshift
    duckdb trino presto influxdb gelf fluentd sentry cloudinary beanstalk beanstalkd sqs ses mailgun
    sendgrid postmark mailjet mandrill sendinblue brevo slack telegram twilio abfs abfss wasb wasbs hdfs
    tcp+tls""".split()
)
_SCHEME = expression(r"[A-Za-z][A-Za-z0-9+.\-]{0,20}\Z")
_HOLE = expression(
    r"\$\{\{[^{}\n]{0,120}\}\}|\$\{(?:[^{}\n]|\{[^{}\n]{0,60}\}){0,160}\}|#\{[^{}\n]{0,120}\}|\{\{[^{}\n]{0,120}\}\}"
    r"|\{[^{}\n]{0,120}\}|<%=?[^%\n]{0,80}%>|\$\([^()\n]{0,80}\)|\\\([^()\n]{0,80}\)|\$[A-Za-z_]\w{0,60}"
    r"|%[sdvq](?![0-9A-Fa-f])|%\d\$[a-z]"
    r"|%\(\w{1,40}\)s|<[A-Za-z_\- ]{1,40}>"
)
_OPENING = frozenset("${\\%<")
"""One of these is in every hole."""
_BODY = expression(
    rf"(?:{_HOLE.pattern}|[^\s\"'`<>\\,;|(){{}}\[\]]|\[\w{{1,40}}\]|,(?=[\w.]))"
    r"{1,400}"
)
_AUTHORITY = expression(r"[^/?#]*")
_LABEL = expression(r"(?:[a-z0-9_\-*]{1,63}\.){1,10}[a-z][a-z0-9\-]{1,23}\Z")
_NOT_REAL = expression(
    r"(?:^|\.)(?:xip\.io|nip\.io|sslip\.io|localtest\.me|lvh\.me)\Z|(?:^|\.)(?:example|examples|test|invalid|localhost|local|internal|lan|home|corp|localdomain|svc|arpa|onion"
    r"|tld|xyz123|server|domain|hostname|intranet|docker)\Z"
    r"|(?:^|\.)example\d?\.(?:com|net|org|io|dev|co|app|de|ai)\Z"
    r"|(?:^|[.\-])(?:your|my|some|any)[\w\-]*\.(?:com|net|org|io|dev|co|app|tld|domain|host|server|site)\Z"
    r"|(?:^|\.)(?:your|yours)[\-_]|(?:^|[.\-])your[a-z]*[.\-]|(?:^|\.)(?:domain|host|hostname|server|site|website"
    r"|company|foo|bar|baz|foobar|acme"
    r"|mysite|mydomain|myapp|mycompany|test|testing|fake|dummy|placeholder|somewhere|whatever|changeme|xxx+|abc|url"
    r"|link"
    r"|somehost|somedomain|someurl|otherdomain|evil|attacker|malicious|contoso|fabrikam)\.(?:com|net|org|io|dev|co"
    r"|app|de|fr|ai|xyz)\Z"
)
_FILE_ENDS = frozenset(
    """js ts tsx jsx css html htm php py json xml yml yaml md txt png jpg jpeg gif svg webp
    pdf exe zip gz tar""".split()
)


class Url(NamedTuple):
    """A URL as it stands in a text.

    Attributes:
        start: offset of its first character.
        end: offset past its last one.
        scheme: lower-case; `https` for `//host`.
        host: lower-case, without port and user; a leading hole is `*`. Empty when it is none of a real system.
        path: with its holes as `{}`; empty for the root; without query.
        sub: the driver behind a plus sign in the scheme of a connection URL.
    """

    start: int
    end: int
    scheme: str
    host: str
    path: str
    sub: str = ""


def find_urls(text: str) -> Iterator[Url]:
    """Every URL with a scheme that speaks of another system, in order of place."""
    at = text.find("://")
    while at >= 0:
        head = _SCHEME.search(text, max(0, at - 21), at)
        url = _take(text, head.start(), at, head[0].lower()) if head and not _is_named(text, head) else None
        if url is not None:
            yield url
        at = text.find("://", at + 3)


_IN_A_NAME = expression(r"(?<![\w.:])(?!(?:jdbc|ur[il]|host|endpoint|server|base|src|href|link|proxy):)[a-z]{2,12}:\Z")


def _is_named(text: str, scheme: re.Match[str]) -> bool:
    """Whether a web address is only the rest of an identifier, glued to a kind that comes before: `ufid:http://`."""
    start = scheme.start()
    if start < 3 or text[start - 1] != ":" or scheme[0].lower() not in WEB:
        return False
    return _IN_A_NAME.search(text, max(0, start - 14), start) is not None


def _take(text: str, start: int, at: int, scheme: str) -> Url | None:
    base, _, sub = scheme.partition("+")
    if scheme.startswith("jdbc."):
        return None
    if scheme not in WEB and scheme not in CONNECTION and base not in CONNECTION:
        return None
    body = _BODY.match(text, at + 3)
    if body is None:
        return Url(start, at + 3, base, "", "", sub) if base == "sqlite" else None
    rest = body[0].rstrip(".:!?'*")
    if scheme in WEB:
        host, path = split(rest)
        return Url(start, at + 3 + len(rest), scheme, host, path)
    whole = scheme in CONNECTION
    return Url(start, at + 3 + len(rest), scheme if whole else base, _plain_host(rest), "", "" if whole else sub)


def split(rest: str) -> tuple[str, str]:
    """The host and the path template of what follows `://`; the host is empty when it is no public name."""
    holes = _holes(rest)
    authority = _AUTHORITY.match(holes)
    host = authority[0] if authority else ""
    if whole := _WHOLE.match(host):  # `https://api.acmepay.io${path}`: what is filled in begins with the slash
        path = _tidy("/" + holes[len(whole[1]) :].partition("?")[0].partition("#")[0])
        return public_host(whole[1]), "" if path == "/{}" else path
    path = holes[len(host) :].partition("?")[0].partition("#")[0]
    return public_host(host), _tidy(path)


_WHOLE = expression(r"((?:[A-Za-z0-9_\-]{1,63}\.){1,6}[a-z]{2,12}(?::\d{2,5})?)\{\}\Z")
"""A whole host name right before a hole that ends the authority."""


def _holes(rest: str) -> str:
    """The text with `{}` in place of what the program fills in."""
    return rest if _OPENING.isdisjoint(rest) else _HOLE.sub("{}", rest)


@lru_cache(maxsize=1 << 12)
def public_host(authority: str) -> str:
    """The lower-case host of an authority when it can be a public system's name, else empty."""
    host = authority.rpartition("@")[2].lower()
    host = re.sub(r":(\d{1,5}|\{\})?$", "", host).strip(".")
    if "{}" in host:
        lead, _, rest = host.rpartition("{}")
        if not rest.startswith(".") and "." not in rest:
            return ""
        host = "*" + (rest if rest.startswith(".") else "." + rest.partition(".")[2])
        if host.count(".") < 2 or lead.count("/"):
            return ""
    if not _LABEL.match(host) or _NOT_REAL.search(host) or host.rpartition(".")[2] in _FILE_ENDS:
        return ""
    return host


def _plain_host(rest: str) -> str:
    """The host of a connection URL, holes as `{}`; never user or password."""
    holes = _holes(rest)
    authority = _AUTHORITY.match(holes)
    host = (authority[0] if authority else "").rpartition("@")[2]
    host = host.partition(":")[0].partition(",")[0].lower()
    host = "{}" if host.startswith("{}") else host
    return host if re.fullmatch(r"[\w.\-{}*]{1,120}", host) else ""


def tidy_path(path: str) -> str:
    """A path as code writes it, with holes as `{}`."""
    return _tidy(_holes(path))


def _tidy(path: str) -> str:
    path = re.sub(r"(?:\{\}){2,}", "{}", path).rstrip(".,:;)'&$")
    return "" if path == "/" else path[:160]
