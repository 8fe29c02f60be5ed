"""GitLab CI: stages, includes, images and services, environments, variables that come from the project's settings."""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.ci.common import delivered, image, secrets, workflow
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import root_of
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node

_FILE = expression(
    r"(?:^|/)\.gitlab-ci[^/]{0,80}\.ya?ml$|(?:^|/)\.gitlab/(?:ci/)?[^/]{1,80}(?:/[^/]{1,80})?\.ya?ml$|\.gitlab-ci\.ya?ml$"
)
_WORDS = ("script:", "include:", "stages:", "trigger:", "extends:")
"""Without these nothing is run, whatever else lies in the folder."""
_PREDEFINED = expression(
    r"(?:CI|GITLAB|FF|CHAT|TRIGGER_PAYLOAD|GET_SOURCES_ATTEMPTS|GIT)(?:_|$)|DOCKER_(?:HOST|TLS|DRIVER|CERT)"
)
_RESERVED = frozenset(
    (
        *("stages", "variables", "include", "default", "workflow", "image", "services", "cache", "before_script"),
        *("after_script", "pages", "spec"),
    )
)
_BUILTIN = expression(r"\$\{?(CI_REGISTRY_PASSWORD|CI_JOB_TOKEN|CI_DEPLOY_PASSWORD)\b")


def collect(file: SourceFile) -> Finds:
    """All facts of a GitLab CI file."""
    root = yield from root_of(file)
    if not any(word in file.text for word in _WORDS):
        return
    yield from secrets(file, "gitlab-ci", _PREDEFINED)
    for name in dict.fromkeys(_BUILTIN.findall(file.text)):
        line = file.line_of(file.text.find(name))
        yield fact(file, line, Kind.SECRET_REF, name, system="gitlab-ci", builtin="yes", workflow=file.name)
    yield from delivered(file)
    if not root:
        return
    jobs = {
        name: node
        for name, node in root.items()
        if node.is_map and (name not in _RESERVED or name == "pages") and not name.startswith(".")
    }
    stages = ", ".join(item.text for item in root.get("stages"))
    triggers = ", ".join(dict.fromkeys(_triggers(file.text)))
    details = {"stages": stages, "jobs": ", ".join(jobs)[:300], "triggers": triggers}
    yield from workflow(file, "gitlab-ci", root.line, [stages, *jobs], **details)
    yield from _includes(file, root.get("include"))
    for node in (root, root.get("default"), *(node for _, node in root.items() if node.is_map)):
        yield from image(file, node.get("image"))
        for service in node.get("services"):
            yield from image(file, service, service=service.get("alias").text or "service")
    for name, node in jobs.items():
        yield from _environment(file, name, node)


def _environment(file: SourceFile, job: str, node: Node) -> Finds:
    environment = node.get("environment")
    shown = environment.get("name") or environment
    if shown.text:
        details = {"job": job, "url": environment.get("url").text}
        yield fact(file, shown.line, Kind.PLATFORM, "gitlab-environment", shown.text, **details)
    if job == "pages":
        yield fact(file, node.line, Kind.PLATFORM, "gitlab-pages", job)


def _includes(file: SourceFile, node: Node) -> Finds:
    for item in (node, *node):
        for key in ("template", "project", "component", "remote"):
            what = item.get(key)
            if what.text:
                name, _, version = what.text.partition("@")
                version = version or item.get("ref").text
                details = {"system": "gitlab-ci", "workflow": file.name, "include": key}
                yield fact(file, what.line, Kind.ACTION, name, version, **details)


def _triggers(text: str) -> Iterator[str]:
    for source, trigger in (
        ("merge_request", "merge_request"),
        ("schedule", "schedule"),
        ("CI_COMMIT_TAG", "tag"),
        ("CI_COMMIT_BRANCH", "push"),
        ("CI_DEFAULT_BRANCH", "push"),
        ("when: manual", "manual"),
    ):
        if source in text:
            yield trigger


COLLECTORS = (Collector("ci.gitlab", collect, paths=_FILE, marks=(".gitlab",)),)
