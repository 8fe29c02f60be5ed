"""CircleCI: orbs, images, contexts, workflows, variables of the project's settings."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.ci.common import delivered, image, secrets, workflow
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import root_of
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node

_FILE = expression(r"(?:^|/)\.circleci/[^/]{1,80}\.ya?ml$")
_WORDS = ("jobs:", "orbs:")
"""Without these nothing is run, whatever else lies in the folder."""
_PREDEFINED = expression(r"CIRCLE|CI$|NODE_|BASH_ENV")


def collect(file: SourceFile) -> Finds:
    """All facts of a CircleCI configuration."""
    root = yield from root_of(file)
    if not any(word in file.text for word in _WORDS):
        return
    yield from secrets(file, "circleci", _PREDEFINED)
    yield from delivered(file)
    if not root:
        return
    for name, node in root.get("orbs").items():
        orb, _, version = node.text.partition("@")
        if orb:
            yield fact(file, node.line, Kind.ACTION, orb, version, system="circleci", workflow=file.name, alias=name)
    for _, node in (*root.get("jobs").items(), *root.get("executors").items()):
        for index, entry in enumerate(node.get("docker")):
            yield from image(file, entry.get("image"), service="service" if index else "job")
    names = [name for name, _ in (*root.get("workflows").items(), *root.get("jobs").items())]
    contexts = ", ".join(dict.fromkeys(_contexts(root.get("workflows"))))
    details = {"jobs": ", ".join(name for name, _ in root.get("jobs").items())[:300], "contexts": contexts}
    details["triggers"] = "push, schedule" if "cron:" in file.text else "push"
    yield from workflow(file, "circleci", root.line, names, **details)


def _contexts(workflows: Node) -> list[str]:
    found: list[str] = []
    for path, node in workflows.walk():
        if path[-1:] == ("context",) or path[-2:-1] == ("context",):
            found.append(node.text)
    return found


COLLECTORS = (Collector("ci.circleci", collect, paths=_FILE, marks=(".circleci/",)),)
