"""Symfony's `config/packages`: Doctrine, Messenger, Mailer, caches, sessions; and Ecto's repositories stand with the drivers."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.data.names import driver, engine, scheme
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node, parse_yaml

_ENV = expression(r"%env\((?:\w+:)*([A-Z][A-Z0-9_]{1,80})\)%")
_KEYS: tuple[tuple[re.Pattern[str], str], ...] = (
    (expression(r"^doctrine\.dbal\.(?:connections\.\w+\.)?(?:url|driver)$"), "db.engine"),
    (expression(r"^framework\.messenger\.transports\.[\w\-]+(?:\.dsn)?$"), "queue.driver"),
    (expression(r"^framework\.mailer\.(?:dsn|transports\.\w+)$"), "mail.driver"),
    (expression(r"^framework\.cache\.(?:app|system|default_\w+_provider|pools\.[\w.\-]+\.adapter)$"), "cache.driver"),
    (expression(r"^framework\.session\.handler_id$"), "session.driver"),
    (expression(r"^(?:oneup_flysystem\.adapters|flysystem\.storages)\.[\w.\-]+\.adapter$"), "storage.driver"),
    (expression(r"^monolog\.handlers\.\w+\.type$|^when@\w+\.monolog\.handlers\.\w+\.type$"), "log.driver"),
    (expression(r"^doctrine_migrations\.migrations_paths\.[^.]+$|^doctrine_migrations\.dir_name$"), "db.migrations"),
    (expression(r"^knpu_oauth2_client\.clients\.\w+\.type$"), "oauth.provider"),
)
_TOOLS = {"db.engine": "doctrine", "db.migrations": "doctrine-migrations"}
"""What acts on a setting where it is not the framework itself."""
_SECURITY = (
    (expression(r"^security\.firewalls\.\w+\.(form_login|json_login|http_basic|login_link)\b"), "auth.provider"),
    (expression(r"^security\.(?:password_hashers|encoders)\."), "auth.password_hash"),
)
_LOGS = {
    "stream": "file",
    "rotating_file": "file",
    "error_log": "stderr",
    "fingers_crossed": "",
    "console": "",
    "nested": "",
    "group": "",
    "null": "",
}


@parsed(parse_yaml)
def _packages(file: SourceFile, roots: list[Node]) -> Finds:
    firsts: dict[str, tuple[int, str]] = {}
    for root in roots:
        for path, node in root.walk():
            key = ".".join(path)
            if name := next((name for pattern, name in _SECURITY if pattern.match(key)), ""):
                firsts.setdefault(name, (node.line, node.text if name == "auth.password_hash" else "symfony"))
            name = next((name for pattern, name in _KEYS if pattern.match(key)), "")
            if not name or not node.text:
                continue
            env = ",".join(_ENV.findall(node.text))
            value = _folder(file, node.text) if name == "db.migrations" else _value(name, node.text)
            tool = _TOOLS.get(name, "symfony")
            if value:
                yield fact(file, node.line, Kind.SETTING, name, value, tool=tool, env=env, key=path[-2] if path else "")
            elif env:
                yield fact(
                    file, node.line, Kind.SETTING, name.partition(".")[0] + ".connection", env, tool=tool, env=env
                )
    for name, (line, value) in firsts.items():
        if re.fullmatch(r"[\w\-]{1,40}", value):
            yield fact(file, line, Kind.SETTING, name, value, tool="symfony/security-bundle")


def _value(name: str, text: str) -> str:
    if name == "db.engine":
        return engine(scheme(f" {text}") or ("" if "%env" in text else text))
    if name == "log.driver":
        return _LOGS.get(text, text)
    if name == "oauth.provider":
        return text.lower()
    found = scheme(f" {text}")
    if "%env" in text and not found:
        return ""
    if name == "session.driver" and not found:
        return _sessions(text)
    return driver((found or text).removeprefix("cache.adapter.").removeprefix("session.handler."))


def _sessions(text: str) -> str:
    """What keeps the sessions; empty for a class of the program's own, whose name does not tell."""
    name = text.rpartition("\\")[2].removeprefix("session.handler.")
    if re.match(r"native_?file", name, re.I):
        return "file"
    if name.startswith("Pdo"):
        return "database"
    if name in ("~", "null"):
        return ""
    known = driver(name)
    return "" if "\\" in text and known == name.lower() else known


def _folder(file: SourceFile, text: str) -> str:
    """A folder of the project that a path names; empty for one outside."""
    project = re.split(r"(?:^|/)(?:config/packages|app/config)/", file.path)[0]
    inside = re.fullmatch(r"%kernel\.project_dir%/([\w./\-]{1,120})", text)
    return "/".join(part for part in (project, inside[1].rstrip("/")) if part) if inside else ""


COLLECTORS = (
    Collector(
        "data-symfony",
        _packages,
        paths=expression(r"(?:^|/)(?:config/packages/(?:\w+/)?|app/config/)[\w\-]{1,60}\.ya?ml$"),
        marks=(".yml", ".yaml"),
    ),
)
