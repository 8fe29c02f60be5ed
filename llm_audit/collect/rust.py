"""Cargo: dependency tables of `Cargo.toml`, also of targets and the workspace, and versions of `Cargo.lock`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node, parse_toml

_TABLES = {
    "dependencies": "runtime",
    "dev-dependencies": "dev",
    "dev_dependencies": "dev",
    "build-dependencies": "build",
    "build_dependencies": "build",
}
_LOCKED = expression(
    r'^name = "(?P<name>[^"\n]+)"\nversion = "(?P<version>[^"\n]+)"\nsource = "(?P<source>[^"\n]+)"', re.MULTILINE
)


@parsed(parse_toml, half_merged=True)
def collect_manifest(file: SourceFile, root: Node) -> Finds:
    """Dependencies; `workspace = true` leaves the value empty, the workspace's own table has scope `managed`."""
    if name := root.get("package", "name").text:
        line = root.get("package", "name").line
        version = root.get("package", "version").text
        yield fact(file, line, Kind.SETTING, "project.name", name, ecosystem="cargo", version=version)
    for member in root.get("workspace", "members"):
        if member.text:
            yield fact(file, member.line, Kind.SETTING, "workspace.member", member.text, ecosystem="cargo")
    for scope, target, table in _tables(root):
        for key, node in table.items():
            yield from _dependency(file, key, node, scope, target)
            if scope in ("runtime", "managed"):
                features = (item.text for item in node.get("features") if item.text)
                yield from _stores(file, node.line, node.get("package").text or key, features)
    yield from _own_features(file, root)


_ENGINES = (
    (expression(r"postgres|(?:^|-)all$"), "postgresql"),
    (expression(r"mysql|(?:^|-)all$"), "mysql"),
    (expression(r"sqlite|(?:^|-)all$"), "sqlite"),
    (expression(r"mongodb"), "mongodb"),
)
_TOOLKITS = frozenset(
    {"sqlx", "sea-orm", "sea-orm-migration", "diesel", "diesel-async", "rocket_db_pools", "rocket_sync_db_pools"}
)
_SESSIONS = frozenset({"actix-session", "poem", "salvo", "apalis"})


def _stores(file: SourceFile, line: int, name: str, features: Iterable[str]) -> Finds:
    """The databases that a toolkit is built for, and the store of its sessions: a feature of a crate loads each driver."""
    words = tuple(features)
    for pattern, engine in _ENGINES if name in _TOOLKITS else ():
        if any(pattern.search(word) for word in words):
            yield fact(file, line, Kind.SETTING, "db.engine", engine, tool=name)
    if name in _SESSIONS and any("redis" in word for word in words):
        yield fact(file, line, Kind.SETTING, "session.driver", "redis", tool=name)


def _own_features(file: SourceFile, root: Node) -> Finds:
    """Features of the crate itself that switch on those of a toolkit: `mysql = ["diesel/mysql"]`."""
    for node in (item for _, values in root.get("features").items() for item in values):
        name, slash, feature = node.text.partition("/")
        if slash:
            yield from _stores(file, node.line, name.rstrip("?"), [feature])


def _tables(root: Node) -> Iterator[tuple[str, str, Node]]:
    """Scope, target condition and table."""
    for name, scope in _TABLES.items():
        yield scope, "", root.get(name)
        for target, node in root.get("target").items():
            yield scope, target, node.get(name)
    yield "managed", "", root.get("workspace", "dependencies")


def _dependency(file: SourceFile, key: str, node: Node, scope: str, target: str) -> Finds:
    name = node.get("package").text or key
    source = "local" if node.get("path") else "git" if node.get("git") else ""
    features = ",".join(item.text for item in node.get("features") if item.text)
    yield fact(
        file,
        node.line,
        Kind.DEPENDENCY,
        name,
        node.get("version").text if node.is_map else node.text,
        ecosystem="cargo",
        scope="optional" if node.get("optional").text == "true" else scope,
        alias=key if key != name else "",
        workspace="yes" if node.get("workspace").text == "true" else "",
        features=features,
        source=source,
        url=node.get("git").text,
        condition=target,
    )


def collect_lock(file: SourceFile) -> Finds:
    """Resolved versions of packages from a registry or a repository; members of the workspace have no source."""
    for match in _LOCKED.finditer(file.text):
        source = "git" if match["source"].startswith("git+") else ""
        yield at(file, match.start(), Kind.LOCKED, match["name"], match["version"], ecosystem="cargo", source=source)


COLLECTORS = (
    Collector("cargo-manifest", collect_manifest, names=frozenset({"Cargo.toml"})),
    Collector("cargo-lock", collect_lock, names=frozenset({"Cargo.lock"})),
)
