"""Django settings: databases, caches, mail, files, sessions, log-ins, password hashing, installed third-party applications."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import driver, engine, scheme, storage
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, env_names, in_comment, indented_end
from llm_audit.model import Kind, SourceFile

_ENGINE = expression(
    r"""["']?ENGINE["']?\s{0,3}[:=]\s{0,3}(?:[\w.]{1,40}\([^\n]{0,80}?,\s*(?:default\s*=\s*)?)?["']([\w.]{3,120})["']"""
)
_URL = expression(
    r"""\b(?:dj_database_url\.(?:config|parse)|env\.(?:db|db_url|dj_db_url|cache|cache_url|email|email_url))\("""
)
_DOTTED = expression(r"""["']((?:[a-zA-Z_]\w{0,60}\.){1,8}[A-Za-z_]\w{0,60})["']""")
_CACHE = expression(r"(?:core\.cache\.backends|django_redis|redis_cache|\.cache)\.[\w.]*(?:Cache|Memcached)\w*$")
_MAIL = expression(r"(?:EmailBackend$|^anymail\.backends|^django_ses|\.mail\.backends\.|mailer\.backend)")
_STORE = expression(r"Storage\w{0,10}$|^storages\.backends")
_SESSION = expression(r"^(?:django\.contrib\.)?(?:\w+\.)?sessions?\.backends?\.(\w+)$|^redis_sessions\.session$")
_PROVIDER = expression(r"^allauth\.socialaccount\.providers\.(\w+?)(?:_oauth2?)?$")
_SOCIAL = expression(r"^social_core\.backends\.([a-z]\w*)\.\w+$")
_SOCIAL_KEY = expression(
    r"^(SOCIAL_AUTH_([A-Z0-9_]{2,40}?)_(?:OAUTH2?_|OPENIDCONNECT_)?(?:KEY|CLIENT_ID|OAUTH2_KEY))\b", re.MULTILINE
)
_ASSIGNED = expression(r"^[ \t]*([A-Z][A-Z0-9_]{2,60})\s*(?::[^=\n]{1,60})?\+?=\s*(?=\S)", re.MULTILINE)
_IF = expression(r"^([ \t]*)(if|elif|else|try|except)\b\s*([^\n]{0,160}):[ \t]*(?:#[^\n]*)?$", re.MULTILINE)


def _settings(file: SourceFile) -> Finds:
    if not re.search(
        r"^[ \t]*(?:def )?(?:INSTALLED_APPS|DATABASES|MIDDLEWARE|ROOT_URLCONF|CACHES|STORAGES|MAILERS|EMAIL_BACKEND|AUTHENTICATION_BACKENDS"
        r"|DJANGO_APPS|THIRD_PARTY_APPS)\b",
        file.text,
        re.M,
    ):
        return
    yield from _databases(file)
    for match in _ASSIGNED.finditer(file.text):
        if (read := _READERS.get(match[1])) and not in_comment(file.text, match.start()):
            yield from read(file, match.start(), match.end())
    for start in _lists_of_properties(file):
        yield from _applications(file, start, start)
    for match in _SOCIAL_KEY.finditer(file.text):
        env = ",".join(env_names(file.line(file.line_of(match.start()))))
        yield at(
            file,
            match.start(),
            Kind.SETTING,
            "oauth.provider",
            match[2].lower().split("_")[0],
            tool="social-auth",
            env=env or match[1],
        )


def _databases(file: SourceFile) -> Finds:
    text = file.text
    for match in _ENGINE.finditer(text):
        name = engine(match[1].rpartition("backends.")[2] or match[1])
        if not name or in_comment(text, match.start()):
            continue
        start = text.rfind("{", 0, match.start())
        block = text[start : block_end(text, start)] if start >= 0 and match.start() - start < 400 else match.group()
        yield at(
            file, match.start(), Kind.SETTING, "db.engine", name, tool="django", env=",".join(env_names(block, 16)),
            when=_condition(text, match.start()), backend=match[1],
        )  # fmt: skip
    for match in _URL.finditer(text):
        call = text[match.start() : block_end(text, match.end() - 1, 1500)]
        if in_comment(text, match.start()):
            continue
        names = (
            ",".join(env_names(call))
            or ",".join(re.findall(r"""["']([A-Z][A-Z0-9_]{2,60})["'](?!\s{0,3}:)""", call))
            or "DATABASE_URL"
        )
        found = scheme(call)
        if "cache" in match.group() or "email" in match.group():
            name = "cache.driver" if "cache" in match.group() else "mail.driver"
            if found:
                yield at(
                    file, match.start(), Kind.SETTING, name, driver(found), tool="django", env=names, default="yes"
                )
        else:
            yield at(
                file,
                match.start(),
                Kind.SETTING,
                "db.connection",
                names,
                tool="django",
                env=names,
                engine=engine(found),
            )


_PROPERTY = expression(r"^[ \t]+def (?:INSTALLED_APPS|DJANGO_APPS|THIRD_PARTY_APPS)\(self\)", re.MULTILINE)
_LIST_OF = expression(r"(?:=|extend\(|return)\s{0,4}(?=\[)")


def _lists_of_properties(file: SourceFile) -> Iterator[int]:
    """Where the lists begin that a settings class gives by a method: `def INSTALLED_APPS(self)`."""
    for match in _PROPERTY.finditer(file.text):
        end = indented_end(file.text, match.end() - 1, 20_000)
        yield from (found.end() for found in _LIST_OF.finditer(file.text, match.end(), end))


def _condition(text: str, offset: int) -> str:
    """The condition under which a line is reached: the nearest shallower `if` above it, of the same block."""
    row = text.rfind("\n", 0, offset) + 1
    depth = len(text[row:offset]) - len(text[row:offset].lstrip())
    for line in reversed(text[max(0, row - 4000) : row].splitlines()):
        if not line.strip() or line.lstrip().startswith(("#", ")", "]", "}")):
            continue
        indent = len(line) - len(line.lstrip())
        if indent < depth:
            depth = indent
            if found := _IF.match(line):
                return f"{found[2]} {found[3]}".strip()
            if depth == 0:
                return ""
    return ""


def _block(file: SourceFile, start: int) -> str:
    text = file.text
    if start < len(text) and text[start] in "[({":
        return text[start : block_end(text, start, 30_000)]
    end = text.find("\n", start)
    opened = text.find("(", start, end if end > 0 else len(text))
    return text[start : block_end(text, opened, 2000)] if opened > 0 else text[start : end if end >= 0 else len(text)]


def _dotted(name: str, test: re.Pattern[str], value: Callable[[str], str]) -> Callable[[SourceFile, int, int], Finds]:
    """A reader of assignments: each dotted path that passes the test gives a setting."""

    def read(file: SourceFile, offset: int, start: int) -> Finds:
        block = _block(file, start)
        when = _condition(file.text, offset)
        for match in _DOTTED.finditer(block):
            if test.search(match[1]) and not in_comment(file.text, start + match.start()):
                env = ",".join(env_names(block, 8))
                yield at(
                    file,
                    start + match.start(),
                    Kind.SETTING,
                    name,
                    value(match[1]),
                    tool="django",
                    backend=match[1],
                    env=env,
                    when=when,
                )

    return read


def _mail(backend: str) -> str:
    name = backend.removeprefix("anymail.backends.").removeprefix("django.core.mail.backends.").split(".")[0]
    return {"django_ses": "ses", "amazon_ses": "ses", "sendgrid_backend": "sendgrid", "locmem": "memory"}.get(
        name, name
    )


def _cached(backend: str) -> str:
    return driver(backend.removeprefix("django.core.cache.backends.").replace("django_redis.cache", "redis"))


def _stored(backend: str) -> str:
    return "whitenoise" if "whitenoise" in backend else "static" if "staticfiles" in backend else storage(backend)


def _applications(file: SourceFile, _: int, start: int) -> Finds:
    block = _block(file, start)
    for match in re.finditer(r"""["']([a-z][\w.]{1,100})["']""", block):
        name, offset = match[1], start + match.start()
        if in_comment(file.text, offset):
            continue
        if provider := _PROVIDER.match(name):
            yield at(file, offset, Kind.SETTING, "oauth.provider", provider[1], tool="allauth")
        elif name == "django.contrib.auth":
            yield at(file, offset, Kind.SETTING, "auth.provider", "django", tool="django")
        elif not name.startswith("django.contrib"):
            yield at(file, offset, Kind.SETTING, "django.app", name.removesuffix("Config"), tool="django")


_BACKENDS = (
    (expression(r"(?i)ldap"), "ldap"),
    (expression(r"(?i)saml"), "saml"),
    (expression(r"(?i)oidc|openid"), "oidc"),
    (expression(r"(?i)remote_?user|header"), "proxy-header"),
    (expression(r"^allauth\."), "allauth"),
    (expression(r"(?i)axes|guardian|rules"), ""),
)


def _logins(file: SourceFile, offset: int, start: int) -> Finds:
    for match in _DOTTED.finditer(_block(file, start)):
        place, when = start + match.start(), _condition(file.text, offset)
        if social := _SOCIAL.match(match[1]):
            yield at(
                file,
                place,
                Kind.SETTING,
                "oauth.provider",
                social[1].split("_")[0],
                tool="social-auth",
                backend=match[1],
            )
            continue
        name = next((name for pattern, name in _BACKENDS if pattern.search(match[1])), "django")
        if name and not in_comment(file.text, place):
            yield at(file, place, Kind.SETTING, "auth.provider", name, tool="django", backend=match[1], when=when)


def _hashers(file: SourceFile, _: int, start: int) -> Finds:
    found = re.search(r"(\w+)PasswordHasher", _block(file, start))
    if found:
        yield at(file, start + found.start(), Kind.SETTING, "auth.password_hash", found[1].lower(), tool="django")


def _middleware(file: SourceFile, _: int, start: int) -> Finds:
    for match in _DOTTED.finditer(_block(file, start)):
        if "whitenoise" in match[1]:
            yield at(file, start + match.start(), Kind.SETTING, "static.server", "whitenoise", tool="django")
        elif re.search(r"(?i)RemoteUser|HeaderMiddleware", match[1]):
            yield at(
                file,
                start + match.start(),
                Kind.SETTING,
                "auth.provider",
                "proxy-header",
                tool="django",
                backend=match[1],
            )


def _local(file: SourceFile, offset: int, start: int) -> Finds:
    line = file.line(file.line_of(start))
    if not re.search(r"=\s*(?:None|\"\"|'')\s*$", line):
        yield at(
            file,
            offset,
            Kind.SETTING,
            "storage.driver",
            "local",
            tool="django",
            env=",".join(env_names(line)),
            key="MEDIA_ROOT",
        )


_COOKIE = expression(r"""SESSION_COOKIE_(SECURE|HTTPONLY|SAMESITE)\s{0,4}=\s{0,4}["']?(True|Lax|Strict)\b""")


def _cookie(file: SourceFile, offset: int, _: int) -> Finds:
    if found := _COOKIE.search(file.line(file.line_of(offset))):
        flags = f"{found[1]}={found[2]}".lower()
        yield at(file, offset, Kind.SETTING, "auth.cookie", "", tool="django", flags=flags)


_caches = _dotted("cache.driver", _CACHE, _cached)
_mails = _dotted("mail.driver", _MAIL, _mail)
_stores = _dotted("storage.driver", _STORE, _stored)
_READERS: dict[str, Callable[[SourceFile, int, int], Finds]] = {
    "CACHES": _caches,
    "EMAIL_BACKEND": _mails,
    "MAILERS": _mails,
    "STORAGES": _stores,
    "DEFAULT_FILE_STORAGE": _stores,
    "SESSION_ENGINE": _dotted("session.driver", _SESSION, lambda name: driver(f".{name.rpartition('.')[2]}.")  if name.endswith(".db") else driver(name.rpartition(".")[2])),  # noqa: E501
    "CHANNEL_LAYERS": _dotted("broadcast.driver", expression(r"ChannelLayer$"), lambda name: driver(name)),
    "AUTHENTICATION_BACKENDS": _logins,
    "INSTALLED_APPS": _applications,
    "THIRD_PARTY_APPS": _applications,
    "DJANGO_APPS": _applications,
    "MIDDLEWARE": _middleware,
    "PASSWORD_HASHERS": _hashers,
    "MEDIA_ROOT": _local,
    "SESSION_COOKIE_SECURE": _cookie,
    "SESSION_COOKIE_HTTPONLY": _cookie,
    "SESSION_COOKIE_SAMESITE": _cookie,
}  # fmt: skip

COLLECTORS = (
    Collector(
        "data-django",
        _settings,
        suffixes=frozenset((".py",)),
        needs=(
            "INSTALLED_APPS",
            "DATABASES",
            "CACHES",
            "STORAGES",
            "EMAIL_BACKEND",
            "AUTHENTICATION_BACKENDS",
            "MAILERS",
            "_APPS",
        ),
    ),
)
