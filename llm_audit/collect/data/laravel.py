"""Laravel's `config/*.php`: every connection, store, mailer, disk, channel and provider with the variables that it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import driver, engine, storage
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, in_comment
from llm_audit.model import Fact, Kind, SourceFile

_KEY = expression(r"""["']([\w\-.]{1,80})["']\s*=>\s*""")
_ENV = expression(r"""\benv\(\s*["'](\w{1,80})["']""")
_CHOICE = expression(
    r"""env\(\s*["'](\w{1,80})["']\s*(?:\)(?=\s*,\s*["'][\w\-]{1,60}["']\s*\)))?\s*(?:,\s*["']?([\w\-]{1,60})["']?)?|["']([\w\-]{1,60})["']"""
)
_OWN_DRIVER = expression(
    r"""["'](storage|cache|queue|mail|search|session|log|broadcast)_?(?:driver|provider|backend)["']\s*=>\s*env\(\s*["'](\w{1,80})["']\s*,\s*["']([\w\-]{1,40})["']"""
)


class _Entry(NamedTuple):
    """A key of an array: its offset, its value's text and where that starts."""

    key: str
    offset: int
    value: str
    start: int


class _Plan(NamedTuple):
    """How one configuration file is read: which list, which setting, where a block names its driver, what ships with it."""

    within: str
    name: str
    field: str = "driver"
    stock: frozenset[str] = frozenset()
    choice: str = "default"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLANS = {
    "database.php": _Plan("connections", "db.engine", stock=_words("sqlite mysql mariadb pgsql sqlsrv")),
    "cache.php": _Plan("stores", "cache.driver", stock=_words("apc array database file memcached redis dynamodb octane failover storage null session")),
    "queue.php": _Plan("connections", "queue.driver", stock=_words("sync database beanstalkd sqs redis deferred background failover null")),
    "mail.php": _Plan("mailers", "mail.driver", "transport", _words("smtp ses ses-v2 postmark resend sendmail log array failover roundrobin mailgun")),
    "filesystems.php": _Plan("disks", "storage.driver", stock=_words("local public s3 ftp rackspace")),
    "broadcasting.php": _Plan("connections", "broadcast.driver", stock=_words("pusher ably reverb redis log null")),
    "logging.php": _Plan("channels", "log.driver", stock=_words("stack single daily slack papertrail stderr syslog errorlog null emergency")),
    "ai.php": _Plan("providers", "ai.driver", stock=_words("anthropic azure bedrock cohere deepseek eleven elevenlabs gemini groq jina mistral ollama openai openrouter voyageai xai")),  # noqa: E501
}  # fmt: skip
_SERVICES = _words("mailgun mandrill postmark resend ses ses-v2 sparkpost slack stripe")
_SEARCH = _words("algolia meilisearch typesense")


def _config(file: SourceFile) -> Finds:
    root = _root(file.text)
    if plan := _PLANS.get(file.name):
        yield from _listed(file, root, plan)
    elif file.name == "services.php":
        yield from _services(file, root)
    elif file.name in ("session.php", "scout.php", "hashing.php"):
        yield from _scalar(file, root)
    elif file.name == "auth.php":
        yield from _guards(file, root)
    elif file.name == "app.php":
        yield from _log(file, root)
    elif file.name == "jwt.php":
        yield from _signing(file, root)
    for match in _OWN_DRIVER.finditer(file.text):
        if not in_comment(file.text, match.start()):
            value = storage(match[3]) if match[1] == "storage" else driver(match[3])
            yield at(
                file,
                match.start(),
                Kind.SETTING,
                f"{match[1]}.driver",
                value,
                tool="laravel",
                selector=match[2],
                default="yes",
                name=match[3],
            )


def _root(text: str) -> list[_Entry]:
    found = re.search(r"\breturn\s*(?:\[|array\()", text)
    if named := re.search(r"^return\s+\$(\w{1,40})\s*;", text, re.MULTILINE):  # built up in a variable first
        found = re.search(rf"^\${named[1]}\s*=\s*(?:\[|array\()", text, re.MULTILINE) or found
    return list(_entries(text, found.end() - 1, len(text))) if found else []


def _entries(text: str, start: int, end: int) -> Iterator[_Entry]:
    """The keys of the array that opens at `start`, nested ones left out."""
    position = start + 1
    while found := _KEY.search(text, position, end):
        if in_comment(text, found.start()):
            position = text.find("\n", found.end())
            if position < 0:
                return
            continue
        opens = text[found.end() : found.end() + 1] == "[" or text.startswith("array(", found.end())
        stop = min(block_end(text, found.end(), 60_000) if opens else _scalar_end(text, found.end()), end)
        yield _Entry(found[1], found.start(), text[found.end() : stop], found.end())
        position = stop


def _scalar_end(text: str, start: int) -> int:
    """Where a value that is no array ends: at its comma or line, commas within brackets left out."""
    depth = 0
    for position in range(start, min(len(text), start + 600)):
        sign = text[position]
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        if depth < 0 or (depth == 0 and sign in ",\n"):
            return position
    return min(len(text), start + 600)


def _children(file: SourceFile, entry: _Entry) -> list[_Entry]:
    return list(_entries(file.text, entry.start, entry.start + len(entry.value)))


def _chosen(entries: list[_Entry], key: str) -> tuple[str, str]:
    """The name that is chosen unless a variable says otherwise, and that variable."""
    entry = next((entry for entry in entries if entry.key == key), None)
    found = _CHOICE.search(entry.value) if entry else None
    return ((found[2] or found[3] or ""), (found[1] or "")) if found else ("", "")


def _listed(file: SourceFile, root: list[_Entry], plan: _Plan) -> Finds:
    """The drivers that a configuration file lists, which of them is chosen and by which variable."""
    entries = {entry.key: entry for entry in reversed(root)}  # of several the first
    chosen, selector = _chosen(root, plan.choice)
    listed = entries.get(plan.within)
    blocks = _children(file, listed) if listed else []
    stack = next((block for block in blocks if block.key == chosen), None)
    members = {chosen, *_members(file, stack)} if stack else {chosen}
    for block in blocks:
        yield _setting(file, block, plan, members, selector)
    if chosen and chosen not in {block.key for block in blocks}:
        value, told = _normal(plan.name, chosen), {"tool": "laravel", "default": "yes", "selector": selector}
        yield at(file, entries[plan.choice].offset, Kind.SETTING, plan.name, value, name=chosen, **told)
    if file.name == "database.php" and (redis := entries.get("redis")):
        names = ",".join(dict.fromkeys(_ENV.findall(redis.value)))
        told = {"tool": "laravel", "env": names, "boilerplate": "maybe"}
        yield at(file, redis.offset, Kind.SETTING, "cache.driver", "redis", name="redis", **told)
    if not listed and (old := entries.get("driver")) and (found := _CHOICE.search(old.value)):
        value = _normal(plan.name, found[2] or found[3] or "")
        told = {"tool": "laravel", "default": "yes", "selector": found[1] or ""}
        yield at(file, old.offset, Kind.SETTING, plan.name, value, **told)
        if plan.name == "mail.driver" and value != "smtp" and (host := entries.get("host")):
            yield from _server(file, host, entries)


def _server(file: SourceFile, host: _Entry, entries: dict[str, _Entry]) -> Finds:
    """The mail server that a configuration of before Laravel 7 names beside a driver that is another one."""
    parts = [entries[key].value for key in ("host", "port", "username", "password") if key in entries]
    if env := list(dict.fromkeys(name for part in parts for name in _ENV.findall(part))):
        yield at(file, host.offset, Kind.SETTING, "mail.driver", "smtp", tool="laravel", name="smtp", env=",".join(env))


def _log(file: SourceFile, root: list[_Entry]) -> Finds:
    """Where lines go by a configuration of before Laravel 5.6 ("Errors & Logging", Laravel documentation)."""
    chosen, selector = _chosen(root, "log")
    if chosen in ("single", "daily", "syslog", "errorlog"):
        entry = next(entry for entry in root if entry.key == "log")
        yield at(
            file,
            entry.offset,
            Kind.SETTING,
            "log.driver",
            chosen,
            tool="laravel",
            default="yes",
            selector=selector,
            name=chosen,
        )


def _members(file: SourceFile, stack: _Entry) -> list[str]:
    """What a stack of log channels or mailers passes on to."""
    listed = next((entry for entry in _children(file, stack) if entry.key in ("channels", "mailers")), None)
    names = (
        re.findall(r"""["']([\w,\-]{1,80})["']""", re.sub(r"""env\(\s*["']\w+["']""", "", listed.value))
        if listed
        else []
    )
    return [part for name in names for part in name.split(",")]


def _setting(file: SourceFile, block: _Entry, plan: _Plan, chosen: set[str], selector: str) -> Fact:
    fields = {entry.key: entry.value for entry in _children(file, block)}
    named = re.search(
        r"""["']([\w\-]{1,60})["']""", re.sub(r"""env\(\s*["']\w+["']\s*,?""", "", fields.get(plan.field, ""))
    )
    word = named[1] if named else block.key
    default = block.key in chosen
    return at(
        file, block.offset, Kind.SETTING, plan.name, _normal(plan.name, word, block), tool="laravel", name=block.key,
        env=",".join(list(dict.fromkeys(_ENV.findall(block.value)))[:16]), default="yes" if default else "",
        selector=selector if default else "", boilerplate="maybe" if block.key in plan.stock and not default else "",
    )  # fmt: skip


def _normal(name: str, word: str, block: _Entry | None = None) -> str:
    if name == "db.engine":
        return engine(word) or word.lower()
    if name == "storage.driver":
        return storage(word)
    if name == "log.driver":
        return _channel(word, block)
    if name == "mail.driver":
        return {"ses-v2": "ses", "array": "memory"}.get(word, word.lower())
    return driver(word) if name in ("cache.driver", "session.driver", "queue.driver") else word.lower()


def _channel(word: str, block: _Entry | None) -> str:
    if block and (stream := re.search(r"php://(stdout|stderr)", block.value)):
        return stream[1]
    if block and word == "monolog":
        return block.key.lower()
    return {"single": "file", "daily": "file", "errorlog": "stderr"}.get(word, word.lower())


def _services(file: SourceFile, root: list[_Entry]) -> Finds:
    for block in root:
        names = list(dict.fromkeys(_ENV.findall(block.value)))
        keys = {entry.key for entry in _children(file, block)}
        oauth = {"client_id", "client_secret"} <= keys or ("redirect" in keys and "client_id" in keys)
        name, value = ("oauth.provider", block.key.lower()) if oauth else ("service.config", block.key.lower())
        boilerplate = "maybe" if block.key in _SERVICES else ""
        yield at(
            file,
            block.offset,
            Kind.SETTING,
            name,
            value,
            tool="laravel",
            env=",".join(names[:12]),
            boilerplate=boilerplate,
        )


def _scalar(file: SourceFile, root: list[_Entry]) -> Finds:
    name = {"session.php": "session.driver", "scout.php": "search.driver", "hashing.php": "auth.password_hash"}[
        file.name
    ]
    chosen, selector = _chosen(root, "driver")
    for entry in root:
        if entry.key == "driver" and chosen:
            value = driver(chosen) if name == "session.driver" else chosen.lower()
            stock = "maybe" if value == "algolia" else ""
            yield at(
                file, entry.offset, Kind.SETTING, name, value, tool="laravel", default="yes", selector=selector,
                boilerplate=stock,
            )  # fmt: skip
        elif (
            file.name == "scout.php"
            and entry.value.startswith("[")
            and entry.key not in ("chunk", "queue")
            and entry.key != chosen
        ):
            env = ",".join(dict.fromkeys(_ENV.findall(entry.value)))
            boilerplate = "maybe" if entry.key in _SEARCH else ""
            yield at(
                file, entry.offset, Kind.SETTING, name, entry.key, tool="laravel", env=env, boilerplate=boilerplate
            )


def _guards(file: SourceFile, root: list[_Entry]) -> Finds:
    guards = next((entry for entry in root if entry.key == "guards"), None)
    for block in _children(file, guards) if guards else []:
        found = re.search(r"""["']driver["']\s*=>\s*["']([\w\-]{1,40})["']""", block.value)
        if found:
            yield at(file, block.offset, Kind.SETTING, "auth.guard", found[1].lower(), tool="laravel", name=block.key)
            if found[1] == "jwt":
                yield at(file, block.offset, Kind.SETTING, "auth.jwt", "jwt-auth", tool="jwt-auth")


def _signing(file: SourceFile, root: list[_Entry]) -> Finds:
    """The settings of jwt-auth, which name what its tokens are signed with ("Configuration", jwt-auth)."""
    secret = next((entry for entry in root if entry.key == "secret"), None)
    if secret and (env := _ENV.findall(secret.value)):
        yield at(file, secret.offset, Kind.SETTING, "auth.jwt", "jwt-auth", tool="jwt-auth", env=env[0])


COLLECTORS = (
    Collector(
        "data-laravel",
        _config,
        paths=expression(r"(?:^|/)[cC]onfig/[\w\-]{1,60}\.php$"),
        marks=(".php",),
        needs=("return",),
    ),
)
