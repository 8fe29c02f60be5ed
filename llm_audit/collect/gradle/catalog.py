"""Version catalogs, `gradle.properties` and dependency lock files of Gradle."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import Fact, Kind, SourceFile
from llm_audit.parse import Node, parse_toml

_SEPARATORS = expression(r"[-_]")
_PROPERTY = expression(
    r"^[ \t]*(?P<name>[\w.\-]{1,100})[ \t]*[=:][ \t]*(?P<value>v?\d+\.[\w.\-+]{1,60})[ \t]*$", re.MULTILINE
)
_LOCKED = expression(r"^(?P<name>[\w.\-]+:[\w.\-]+):(?P<version>[^=:\s]+)=(?P<configurations>[^\n]*)$", re.MULTILINE)


@parsed(parse_toml, half_merged=True)
def collect_catalog(file: SourceFile, root: Node) -> Finds:
    """Libraries, bundles and plugins of a catalog; `alias` is the accessor under which scripts use them."""
    catalog = file.name.removesuffix(".versions.toml")
    for alias, node in root.get("libraries").items():
        yield _entry(file, node, *_library(root, node), f"{catalog}.{_dotted(alias)}")
    for bundle, members in root.get("bundles").items():
        for member in members:
            name, version = _library(root, root.get("libraries", member.text))
            if name:
                yield _entry(file, member, name, version, f"{catalog}.bundles.{_dotted(bundle)}")
    for alias, node in root.get("plugins").items():
        name, _, version = node.text.partition(":")
        name, version = name or node.get("id").text, version or _version(root, node)
        yield _entry(file, node, name, version, f"{catalog}.plugins.{_dotted(alias)}", via="plugin")


def _dotted(alias: str) -> str:
    return _SEPARATORS.sub(".", alias)


def _entry(file: SourceFile, node: Node, name: str, version: str, alias: str, **details: str) -> Fact:
    details = {"ecosystem": "maven", "scope": "catalog", "alias": alias, **details}
    return fact(file, node.line, Kind.DEPENDENCY, name, version, **details)


def _library(root: Node, node: Node) -> tuple[str, str]:
    """Name and version of a library in any of its notations."""
    if node.text:
        group, artifact, version = (*node.text.split(":"), "", "")[:3]
        return f"{group}:{artifact}", version
    group, artifact = node.get("group").text, node.get("name").text
    name = node.get("module").text or (f"{group}:{artifact}" if group and artifact else "")
    return name, _version(root, node)


def _version(root: Node, node: Node) -> str:
    version = node.get("version")
    if reference := version.get("ref").text:
        version = root.get("versions", reference)
    keys = ("strictly", "require", "prefer")
    return version.text or next((version.get(key).text for key in keys if version.get(key)), "")


def collect_properties(file: SourceFile) -> Finds:
    """Properties that look like versions."""
    for match in _PROPERTY.finditer(file.text):
        name = f"gradle.property.{match['name']}"
        yield at(file, match.start("name"), Kind.SETTING, name, match["value"])


def collect_lock(file: SourceFile) -> Finds:
    """Resolved versions; what only tests or the build use has that scope."""
    for match in _LOCKED.finditer(file.text):
        names = match["configurations"].split(",")
        scope = "test" if all("test" in name.lower() for name in names) else "runtime"
        yield at(file, match.start(), Kind.LOCKED, match["name"], match["version"], ecosystem="maven", scope=scope)


COLLECTORS = (
    Collector("gradle-catalog", collect_catalog, paths=expression(r"\.versions\.toml\Z"), marks=(".versions.toml",)),
    Collector("gradle-properties", collect_properties, names=frozenset({"gradle.properties"})),
    Collector("gradle-lock", collect_lock, names=frozenset({"gradle.lockfile", "buildscript-gradle.lockfile"})),
)
