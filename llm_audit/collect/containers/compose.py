"""Compose files, told by their `services` mapping rather than by their name alone."""

from __future__ import annotations

import re
from posixpath import normpath

from llm_audit.collect.base import Collector, Finds, fact, skipped
from llm_audit.collect.expressions import expression
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax, Node, parse_yaml

_SERVICES = expression(r"services:(?<=^services:)[ \t]*(?:#.*|&\w+[ \t]*)?$", re.MULTILINE)
_FOREIGN = expression(r"^(?:stages|pipelines|jobs|steps|script|apiVersion|runtime|pipeline):", re.MULTILINE)
_IMAGE_LINE = expression(r"^[ \t]{1,40}image:[ \t]*([^\s#]{1,300})", re.MULTILINE)
_SERVICE_KEYS = ("image", "build", "extends", "provider")


def collect(file: SourceFile) -> Finds:
    """An image fact per service that names one, and a `docker-compose` platform fact for the file."""
    if not _SERVICES.search(file.text) or _FOREIGN.search(file.text):
        return
    try:
        roots = parse_yaml(file.text)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        for match in _IMAGE_LINE.finditer(file.text):
            if split := split_image(match[1]):
                yield fact(file, file.line_of(match.start(1)), Kind.IMAGE, *split, where="compose")
        return
    for root in roots[:1]:
        yield from _services(file, root)


def _services(file: SourceFile, root: Node) -> Finds:
    services = dict(root.get("services").items())
    named = "compose" in file.name.lower()
    real = {name: node for name, node in services.items() if any(node.get(key) for key in _SERVICE_KEYS)}
    if not services or not (named or len(real) == len(services)):
        return
    seen: set[int] = set()
    for name, node in real.items():
        image = node.get("image")
        split = None if image.line in seen else split_image(image.text)
        if split:
            seen.add(image.line)
            details = {
                "service": name,
                "profiles": ", ".join(item.text for item in node.get("profiles")),
                "ports": _ports(node.get("ports")),
                "built": "yes" if node.get("build") else "",
                "command": _joined(node.get("command")),
            }
            yield fact(file, image.line, Kind.IMAGE, *split, where="compose", **details)
    yield from _env_files(file, real)
    built = ", ".join(name for name, node in real.items() if node.get("build"))
    line = root.get("services").line
    yield fact(file, line, Kind.PLATFORM, "docker-compose", ", ".join(services), built=built)


def _env_files(file: SourceFile, services: dict[str, Node]) -> Finds:
    """The files whose variables the services get, each once, as a path of the tree."""
    users: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    for name, node in services.items():
        given = node.get("env_file")
        for item in (given, *given):
            path = item.text or item.get("path").text
            if path and "$" not in path:
                whole = normpath(f"{file.folder}/{path}" if file.folder else path)
                users.setdefault(whole, []).append(name)
                lines.setdefault(whole, item.line)
    for path, names in users.items():
        if not path.startswith(".."):
            yield fact(
                file, lines[path], Kind.SETTING, "compose.env_file", path, services=", ".join(dict.fromkeys(names))
            )


def _ports(node: Node) -> str:
    return ", ".join(
        filter(None, (item.text or item.get("published").text or item.get("target").text for item in node))
    )


def _joined(node: Node) -> str:
    return " ".join((node.text or " ".join(item.text for item in node)).split())[:200]


COLLECTORS = (
    Collector(
        "containers.compose",
        collect,
        suffixes=frozenset({".yml", ".yaml"}),
        needs=("image:", "build:", "extends:"),
    ),
)
