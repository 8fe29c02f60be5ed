"""Composer: `composer.json` with PHP extensions, which speak of data stores too, and `composer.lock`."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node, parse_json

_PLATFORM = expression(r"(?:php(?:-\w+)?|hhvm|lib-.*|composer(?:-plugin-api|-runtime-api)?)\Z")
_LOCKED = expression(
    r'^[ \t]{0,60}"name":\s?"(?P<name>[^"/\n]{1,100}/[^"\n]{1,150})",\n'
    r'[ \t]{0,60}"version":\s?"(?P<version>[^"\n]{1,100})"',
    re.MULTILINE,
)


@parsed(parse_json, half_merged=True)
def collect_manifest(file: SourceFile, root: Node) -> Finds:
    """Required packages and extensions; suggestions, conflicts and the PHP version are none."""
    if name := root.get("name").text:
        yield fact(file, root.get("name").line, Kind.SETTING, "project.name", name, ecosystem="packagist")
    for table, scope in (("require", "runtime"), ("require-dev", "dev")):
        for package, node in root.get(table).items():
            if node.text and not _PLATFORM.match(package):
                yield fact(file, node.line, Kind.DEPENDENCY, package, node.text, ecosystem="packagist", scope=scope)


def collect_lock(file: SourceFile) -> Finds:
    """Resolved versions; a package below `packages-dev` has scope `dev`."""
    dev = file.text.find('"packages-dev"')
    for match in _LOCKED.finditer(file.text):
        scope = "dev" if 0 <= dev < match.start() else "runtime"
        where = match.start("name")
        yield at(file, where, Kind.LOCKED, match["name"], match["version"], ecosystem="packagist", scope=scope)


COLLECTORS = (
    Collector("composer-manifest", collect_manifest, names=frozenset({"composer.json"})),
    Collector("composer-lock", collect_lock, names=frozenset({"composer.lock"})),
)
