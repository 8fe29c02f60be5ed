"""Symfony's `config/packages`: Doctrine, Messenger, Mailer, caches, sessions; and Ecto's repositories stand with the drivers."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, fact, skipped
from llm_audit.collect.data.names import driver, engine, scheme
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax, parse_yaml

_ENV = expression(r"%env\((?:\w+:)*([A-Z][A-Z0-9_]{1,80})\)%")
_KEYS: tuple[tuple[re.Pattern[str], str], ...] = (
    (expression(r"^doctrine\.dbal\.(?:connections\.\w+\.)?(?:url|driver)$"), "db.engine"),
    (expression(r"^framework\.messenger\.transports\.[\w\-]+(?:\.dsn)?$"), "queue.driver"),
    (expression(r"^framework\.mailer\.(?:dsn|transports\.\w+)$"), "mail.driver"),
    (expression(r"^framework\.cache\.(?:app|system|default_\w+_provider|pools\.[\w.\-]+\.adapter)$"), "cache.driver"),
    (expression(r"^framework\.session\.handler_id$"), "session.driver"),
    (expression(r"^(?:oneup_flysystem\.adapters|flysystem\.storages)\.[\w.\-]+\.adapter$"), "storage.driver"),
    (expression(r"^monolog\.handlers\.\w+\.type$|^when@\w+\.monolog\.handlers\.\w+\.type$"), "log.driver"),
    (expression(r"^knpu_oauth2_client\.clients\.\w+\.type$"), "oauth.provider"),
)
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


def _packages(file: SourceFile) -> Finds:
    try:
        roots = parse_yaml(file.text)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        return
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
            value = _value(name, node.text)
            if value:
                yield fact(
                    file, node.line, Kind.SETTING, name, value, tool="symfony", env=env, key=path[-2] if path else ""
                )
            elif env:
                yield fact(
                    file, node.line, Kind.SETTING, name.partition(".")[0] + ".connection", env, tool="symfony", env=env
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
    return driver((found or text).removeprefix("cache.adapter.").removeprefix("session.handler."))


COLLECTORS = (
    Collector(
        "data-symfony",
        _packages,
        paths=expression(r"(?:^|/)(?:config/packages/(?:\w+/)?|app/config/)[\w\-]{1,60}\.ya?ml$"),
        marks=(".yml", ".yaml"),
    ),
)
