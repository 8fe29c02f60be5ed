"""What every YAML-like CI format gives alike: delivery commands, images, secrets that come from the system."""

from __future__ import annotations

import re
from collections.abc import Iterable

from llm_audit.collect.base import Finds, at, fact
from llm_audit.collect.ci.purpose import purposes
from llm_audit.collect.shared.commands import commands, distinct
from llm_audit.collect.shared.images import split_image
from llm_audit.collect.shared.variables import undefined
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node


def workflow(file: SourceFile, system: str, line: int, names: Iterable[str], **details: str) -> Finds:
    """The workflow fact: its purpose judged from the names of stages and jobs and from the whole text."""
    title = details.pop("title", "") or file.name
    purpose = purposes(names, (), (file.text,))
    yield fact(file, max(line, 1), Kind.WORKFLOW, system, title, purpose=purpose, **details)


def delivered(file: SourceFile) -> Finds:
    """What the commands of the file deploy, publish and run."""
    for item in distinct(commands(file.text)):
        details = {"how": item.how, "workflow": file.name}
        if item.kind is Kind.IMAGE:
            details["where"] = "ci"
        yield at(file, item.offset, item.kind, item.name, item.value, **details)


def image(file: SourceFile, node: Node, service: str = "") -> Finds:
    """The image that a node names, as text or under `name` or `image`."""
    named = node if node.text else node.get("name") if node.get("name").text else node.get("image")
    if split := split_image(named.text):
        yield fact(file, named.line, Kind.IMAGE, *split, where="ci", service=service, workflow=file.name)


def secrets(file: SourceFile, system: str, predefined: re.Pattern[str], defined: Iterable[str] = ()) -> Finds:
    """A reference per variable that the file uses and does not define."""
    for name, offset in undefined(file.text, predefined, defined):
        yield at(file, offset, Kind.SECRET_REF, name, system=system, workflow=file.name)
