"""Spring, Quarkus and Micronaut: `application.properties` and `application.yml` in all their profiles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, fact, skipped
from llm_audit.collect.data.names import driver, engine, scheme
from llm_audit.collect.expressions import expression
from llm_audit.model import Fact, Kind, SourceFile
from llm_audit.parse import BadSyntax, parse_yaml

_PROPERTY = expression(r"^[ \t]*([A-Za-z%][\w.%\-\[\]\"]{2,160})[ \t]*[=:][ \t]*([^\n]*)$", re.MULTILINE)
_PLACEHOLDER = expression(r"\$\{([A-Z][A-Z0-9_]{1,80})[:}]")
_NAMES: tuple[tuple[re.Pattern[str], str], ...] = (
    (expression(r"^(?:spring\.data|spring|quarkus|micronaut|)\.?redis(?:\.\w+)*\.(?:url|uri|hosts?)$"), "cache.driver=redis"),
    (expression(r"^(?:spring\.)?rabbitmq\.(?:host|addresses|uri)$|^rabbitmq-host$"), "queue.driver=rabbitmq"),
    (expression(r"^(?:spring\.)?kafka\.bootstrap[-.]servers$|^spring\.cloud\.stream\.kafka\.binder\.brokers$"), "queue.driver=kafka"),
    (expression(r"^spring\.(?:activemq|artemis)\.broker-?url$"), "queue.driver=activemq"),
    (expression(r"^spring\.pulsar\.client\.service-?url$"), "queue.driver=pulsar"),
    (expression(r"^(?:spring|quarkus|micronaut)\.?mail(?:er)?\.host$"), "mail.driver=smtp"),
    (expression(r"^spring\.(?:data\.)?mongodb\.(?:uri|host)$|^quarkus\.mongodb\.connection-string$"), "db.engine=mongodb"),
    (expression(r"^spring\.(?:data\.)?neo4j\.uri$"), "db.engine=neo4j"),
    (expression(r"^spring\.(?:data\.)?cassandra\.contact-?points$"), "db.engine=cassandra"),
    (expression(r"^spring\.(?:data\.)?elasticsearch\.(?:uris|cluster-nodes|client\.reactive\.endpoints)$"), "search.driver=elasticsearch"),
    (expression(r"^spring\.ldap\.urls$"), "auth.provider=ldap"),
    (expression(r"^spring\.security\.oauth2\.resourceserver\.jwt\.(?:issuer-uri|jwk-set-uri)$|^quarkus\.oidc\.auth-server-url$"), "auth.provider=oidc"),
    (expression(r"^keycloak\.auth-server-url$"), "auth.provider=keycloak"),
    (expression(r"^management\.endpoints\.web\.exposure\.include$"), "metrics.endpoints"),
    (expression(r"^logging\.file\.(?:name|path)$"), "log.driver=file"),
    (expression(r"^(?:management|spring)\.zipkin\.(?:tracing\.endpoint|base-url)$"), "trace.driver=zipkin"),
    (expression(r"^management\.otlp\.\w+\.(?:endpoint|url)$"), "trace.driver=otlp"),
)  # fmt: skip
_URL = expression(
    r"^(?:spring\.(?:datasource|r2dbc)|quarkus\.datasource|datasources\.\w+)(?:\.\w+)*\.?(?:jdbc[-.]?url|jdbc\.url|url|reactive\.url)$|^spring\.datasource\.\w+\.(?:jdbc-?url|url)$"
)
_KIND = expression(
    r"^quarkus\.datasource\.db-kind$|^spring\.jpa\.database$|^(?:spring\.jpa\.)?(?:properties\.)?hibernate\.dialect$|^spring\.jpa\.(?:properties\.hibernate\.dialect|database-platform)$"
)
_DRIVERS = {"spring.cache.type": "cache.driver", "spring.session.store-type": "session.driver"}
_CLIENT = expression(
    r"^spring\.security\.oauth2\.client\.registration\.([\w\-]{1,40})\.(client-?id|client-?secret|scope|provider)(?:\[\d+\])?$"
)
_MIGRATIONS = expression(
    r"^(?:spring\.|quarkus\.)?(flyway|liquibase)\.(?:datasources\.\w{1,30}\.)?(?:locations|change-?log)(?:[.\[]\d+\]?)?$"
)


def _yaml(file: SourceFile) -> Finds:
    try:
        roots = parse_yaml(file.text.replace("\\${", "${"))  # escaped for the build, which fills the file in
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        return
    pairs = [(".".join(path), node.text, node.line) for root in roots for path, node in root.walk() if node.text]
    yield from _settings(file, pairs)


def _properties(file: SourceFile) -> Finds:
    pairs = [
        (match[1], match[2].strip(), file.line_of(match.start()))
        for match in _PROPERTY.finditer(file.text)
        if match[1][0] not in "#!"
    ]
    yield from _settings(file, pairs)


def _settings(file: SourceFile, pairs: list[tuple[str, str, int]]) -> Finds:
    profile = file.name.rpartition(".")[0].partition("-")[2]
    clients: dict[str, dict[str, str]] = {}
    for key, value, line in pairs:
        key = re.sub(r"^%\w+\.", "", key)
        yield from _one(file, key, value, line, profile)
        if found := _CLIENT.match(key):
            client = clients.setdefault(found[1], {"line": str(line)})
            client[found[2].replace("-", "")] = ",".join(part for part in (client.get(found[2], ""), value) if part)
    for name, client in clients.items():
        env = ",".join(_PLACEHOLDER.findall(f"{client.get('clientid', '')} {client.get('clientsecret', '')}"))
        scopes = client.get("scope", "")
        yield fact(
            file,
            int(client["line"]),
            Kind.SETTING,
            "oauth.provider",
            name.lower(),
            tool="spring-security",
            env=env,
            scopes=scopes,
            profile=profile,
        )


def _one(file: SourceFile, key: str, value: str, line: int, profile: str) -> Iterator[Fact]:
    env = ",".join(_PLACEHOLDER.findall(value))
    if _URL.match(key):
        found = scheme(f" {value}")
        if name := engine(found or value):
            yield fact(
                file, line, Kind.SETTING, "db.engine", name, tool="spring", env=env, profile=profile, scheme=found
            )
        elif env:
            yield fact(file, line, Kind.SETTING, "db.connection", env, tool="spring", env=env, profile=profile)
    elif _KIND.match(key):
        if name := engine(value.rpartition(".")[2]):
            yield fact(file, line, Kind.SETTING, "db.engine", name, tool="hibernate", profile=profile)
    elif key in _DRIVERS:
        yield fact(file, line, Kind.SETTING, _DRIVERS[key], driver(value), tool="spring", env=env, profile=profile)
    elif migrations := _MIGRATIONS.match(key):
        yield fact(
            file,
            line,
            Kind.SETTING,
            "db.migrations",
            _located(value),
            tool=migrations[1],
            classpath="yes" if "classpath" in value else "",
            engine=engine(_located(value).rpartition("/")[2]),
            profile=profile,
        )
    else:
        for pattern, setting in _NAMES:
            if pattern.match(key):
                name, _, fixed = setting.partition("=")
                yield fact(
                    file, line, Kind.SETTING, name, fixed or value, tool="spring", env=env, profile=profile, key=key
                )
                return


_CLASSPATH = expression(r"(?:classpath\*?:)/?([^\s,{}$]{1,120})")


def _located(value: str) -> str:
    """A location on the class path without the part that each database has of its own."""
    found = _CLASSPATH.match(value.strip("\"' "))
    return found[1].strip("/") if found else value


_FILE = r"(?:^|/)(?:application|bootstrap)(?:-[\w\-]{1,40})?\."
COLLECTORS = (
    Collector("data-spring-yaml", _yaml, paths=expression(_FILE + r"ya?ml$"), marks=(".yml", ".yaml")),
    Collector("data-spring", _properties, paths=expression(_FILE + r"properties$"), marks=(".properties",)),
)
