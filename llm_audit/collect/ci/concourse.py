"""Concourse: what a pipeline's jobs run on, deliver and are told by, the types of its resources, its credentials."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.ci.actions import pushed
from llm_audit.collect.ci.common import delivered, workflow
from llm_audit.collect.expressions import expression
from llm_audit.collect.literals import Guarded
from llm_audit.collect.parsed import root_of
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node

_SYSTEM = "concourse"
_JOBS = Guarded(expression(r"^jobs:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*- ", re.MULTILINE), ("jobs:",))
_CREDENTIAL = expression(r"\(\(([\w./:\-]{2,120})\)\)")
_SECRET = expression(r"(?i)key|secret|passw|passphrase|token|credential|webhook")
_OF_IMAGES = frozenset({"registry-image", "docker-image"})
_TRIGGERS = {"git": "push", "time": "schedule", "pull-request": "pull_request", "github-pr": "pull_request"}


def collect(file: SourceFile) -> Finds:
    """All facts of a pipeline, known by jobs that have a plan; it may lie anywhere, under any name."""
    if not _JOBS.search(file.text):
        return
    root = yield from root_of(file)
    jobs = [job for job in root.get("jobs") if job.get("plan").is_list]
    if not jobs:
        return
    resources = {one.get("name").text: one for one in root.get("resources")}
    yield from delivered(file)
    yield from _credentials(file)
    for kind in root.get("resource_types"):
        if split := _image_of(kind):
            yield fact(file, kind.line, Kind.ACTION, *split, system=_SYSTEM, workflow=file.name)
    steps = [node for job in jobs for node in _steps(job.get("plan"))]
    for step in steps:
        yield from _pushed(file, step, resources)
        if split := _image_of(step.get("config", "image_resource")):
            yield fact(file, step.line, Kind.IMAGE, *split, where="ci", workflow=file.name)
    names = [job.get("name").text for job in jobs]
    heard = [
        resources[name].get("type").text
        for step in steps
        if step.get("trigger").text == "true" and (name := step.get("get").text) in resources
    ]
    triggers = ", ".join(dict.fromkeys(_TRIGGERS[kind] for kind in heard if kind in _TRIGGERS))
    yield from workflow(file, _SYSTEM, jobs[0].line, names, jobs=", ".join(names)[:300], triggers=triggers)


def _image_of(resource: Node) -> tuple[str, str] | None:
    """The image without its tag, and the tag, of a resource of images."""
    source = resource.get("source")
    tag = source.get("tag").text
    return split_image(f"{source.get('repository').text}{f':{tag}' if tag else ''}")


_WITHIN = (
    "in_parallel",
    "aggregate",
    "do",
    "try",
    "steps",
    "on_success",
    "on_failure",
    "on_error",
    "on_abort",
    "ensure",
)
"""Where a step holds others: those that run together or in turn, and those that follow it."""


def _steps(node: Node) -> Iterator[Node]:
    """The steps of a plan, those within other steps included."""
    for item in node:
        yield from _steps(item)
    if node.is_map:
        yield node
        for key in _WITHIN:
            yield from _steps(node.get(key))


def _pushed(file: SourceFile, step: Node, resources: dict[str, Node]) -> Finds:
    """The image that a step puts into a registry."""
    resource = resources.get(step.get("put").text)
    if resource and resource.get("type").text in _OF_IMAGES:
        for effect in pushed([resource.get("source", "repository").text]):
            yield fact(file, step.line, effect.kind, effect.name, effect.value, how="put", workflow=file.name)


def _credentials(file: SourceFile) -> Finds:
    """The variables that a credential manager gives, each once, of those whose names say that they are secret."""
    seen: set[str] = set()
    for match in _CREDENTIAL.finditer(file.text):
        if match[1] not in seen and _SECRET.search(match[1]):
            seen.add(match[1])
            yield at(file, match.start(), Kind.SECRET_REF, match[1], system=_SYSTEM, workflow=file.name)


COLLECTORS = (
    Collector(
        "ci.concourse", collect, suffixes=frozenset({".yml", ".yaml"}), needs=("\n  plan:", "- plan:", "\n    plan:")
    ),
)
