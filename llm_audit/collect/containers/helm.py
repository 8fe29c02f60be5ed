"""Helm charts and Kustomize overlays: charts they depend on, images they name."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import root_of
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node

_IMAGE_LINE = expression(
    r"^[ \t\-]{0,60}(?:image|repository):[ \t]*[\"']?([\w.\-/]{2,200})(?::([\w.\-]{1,128}))?[\"']?[ \t]*$", re.MULTILINE
)
_CHART_FILES = frozenset({"Chart.yaml", "Chart.yml", "requirements.yaml"})
_KUSTOMIZE_FILES = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_VALUES = expression(r"(?:^|/)values(?:[.\-_][\w.\-]{1,60})?\.ya?ml$|(?:^|/)[\w\-]{1,60}[.\-_]values\.ya?ml$")


def collect_chart(file: SourceFile) -> Finds:
    """The chart as a platform fact, and a resource per chart it depends on."""
    root = yield from root_of(file)
    if file.name != "requirements.yaml" and root.get("name").text:
        version = root.get("version").text
        details = {"version": version, "app_version": root.get("appVersion").text, "type": root.get("type").text}
        yield fact(file, root.get("name").line, Kind.PLATFORM, "helm", root.get("name").text, **details)
    for item in root.get("dependencies"):
        name = item.get("name")
        if name.text:
            details = {
                "tool": "helm",
                "repository": item.get("repository").text,
                "condition": item.get("condition").text,
                "alias": item.get("alias").text,
            }
            yield fact(file, name.line, Kind.RESOURCE, name.text, item.get("version").text, **details)


def collect_values(file: SourceFile) -> Finds:
    """The images that chart values name, as one text or as registry, repository and tag."""
    if "{{" in file.text:
        for match in _IMAGE_LINE.finditer(file.text):
            if split := split_image(match[1] + (f":{match[2]}" if match[2] else "")):
                yield at(file, match.start(1), Kind.IMAGE, *split, where="helm")
        return
    root = yield from root_of(file)
    yield from _value_images(file, root, (), 0)


def _value_images(file: SourceFile, node: Node, path: tuple[str, ...], depth: int) -> Finds:
    if depth > 12:
        return
    for key, child in node.items():
        service = ".".join(path) or file.folder.rpartition("/")[2]
        image = key.lower() == "image" or key.endswith("Image")
        if image and child.text and (split := split_image(child.text)):
            tag = split[1] or node.get("tag").text or node.get("imageTag").text
            yield fact(file, child.line, Kind.IMAGE, split[0], tag, where="helm", service=service)
        elif child.is_map and child.get("repository").text and (image or child.get("tag") or child.get("registry")):
            yield from _repository(file, child, service)
        else:
            yield from _value_images(file, child, (*path, key), depth + 1)
    for child in node:
        yield from _value_images(file, child, path, depth + 1)


def _repository(file: SourceFile, node: Node, service: str) -> Finds:
    repository, registry = node.get("repository"), node.get("registry").text.strip("/")
    whole = f"{registry}/{repository.text}" if registry else repository.text
    if "://" not in whole and (split := split_image(whole)):
        details = {"where": "helm", "service": service}
        yield fact(file, repository.line, Kind.IMAGE, split[0], split[1] or node.get("tag").text, **details)


def collect_kustomize(file: SourceFile) -> Finds:
    """The overlay as a platform fact, images it replaces, charts it inflates."""
    root = yield from root_of(file)
    if not root.is_map:
        return
    resources = ", ".join(item.text for key in ("resources", "bases", "components") for item in root.get(key))
    details = {"resources": resources[:300], "namespace": root.get("namespace").text}
    yield fact(file, root.line, Kind.PLATFORM, "kustomize", file.path, **details)
    for item in root.get("images"):
        name = item.get("newName") if item.get("newName").text else item.get("name")
        if split := split_image(name.text):
            tag = split[1] or item.get("newTag").text
            yield fact(file, name.line, Kind.IMAGE, split[0], tag, where="kustomize")
    for item in root.get("helmCharts"):
        name = item.get("name")
        if name.text:
            details = {"tool": "helm", "repository": item.get("repo").text}
            yield fact(file, name.line, Kind.RESOURCE, name.text, item.get("version").text, **details)


COLLECTORS = (
    Collector("containers.helm", collect_chart, names=_CHART_FILES),
    Collector(
        "containers.helm_values",
        collect_values,
        paths=_VALUES,
        marks=("values",),
    ),
    Collector("containers.kustomize", collect_kustomize, names=_KUSTOMIZE_FILES),
)
