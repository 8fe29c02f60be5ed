"""Development containers and image builds by Bake: `devcontainer.json`, `docker-bake.hcl` and `.json`, Gitpod."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.collect.shared.images import split_image
from llm_audit.collect.shared.registries import registry_of_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node, parse_json

_TARGET = expression(r"^\s{0,8}target\s+\"([^\"\n]{1,100})\"", re.MULTILINE)
_TAGS = expression(r"\btags\"?\s{0,4}[=:]\s{0,4}\[([^\]]{1,2000})\]")
_TEXT = expression(r"\"([^\"\n]{1,300})\"")


@parsed(parse_json)
def collect_devcontainer(file: SourceFile, root: Node) -> Finds:
    """The image and the features of a development container."""
    image = root.get("image")
    if split := split_image(image.text):
        yield fact(file, image.line, Kind.IMAGE, *split, where="devcontainer")
    for name, node in root.get("features").items():
        feature, _, version = name.partition(":")
        yield fact(file, node.line, Kind.RESOURCE, feature, version, tool="devcontainer")


def collect_bake(file: SourceFile) -> Finds:
    """The targets of a Bake file as a platform fact, and where their tags would be pushed."""
    targets = [match[1] for match in _TARGET.finditer(file.text)]
    yield fact(file, 1, Kind.PLATFORM, "docker", file.path, targets=", ".join(targets)[:300])
    for block in _TAGS.finditer(file.text):
        for match in _TEXT.finditer(block[1]):
            split = split_image(match[1])
            if split and (registry := registry_of_image(split[0])) and "/" in split[0]:
                place = block.start(1) + match.start(1)
                yield at(file, place, Kind.PUBLISH, registry, split[0], how="docker buildx bake")


COLLECTORS = (
    Collector(
        "containers.devcontainer",
        collect_devcontainer,
        names=frozenset({"devcontainer.json", ".devcontainer.json"}),
    ),
    Collector(
        "containers.bake",
        collect_bake,
        names=frozenset({"docker-bake.hcl", "docker-bake.json", "docker-bake.override.hcl"}),
    ),
)
