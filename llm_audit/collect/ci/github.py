"""GitHub Actions workflows and composite actions, and the same format at Forgejo and Gitea."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from llm_audit.collect.base import Collector, Finds, at, fact, skipped
from llm_audit.collect.ci.actions import Effect, effects
from llm_audit.collect.ci.expressions import readable, references
from llm_audit.collect.ci.purpose import purposes
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import root_of
from llm_audit.collect.shared.commands import commands, distinct
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import MISSING, BadSyntax, Node, parse_yaml

_WORKFLOW = expression(r"(?:^|/)\.(github|forgejo|gitea|depot)/workflows/[^/]+\.ya?ml$")
_WORDS = ("uses:", "runs-on:", "steps:", "using:")
"""Without these nothing is run; that the file cannot be parsed is all there is to say of it."""
_SYSTEMS = {"github": "github-actions", "depot": "depot"}
"""Whose workflows the folder of that name holds, where it is not one of the servers that run them themselves."""
_USES_LINE = expression(
    r"^[ \t\-]{0,60}uses:[ \t]{0,4}[\"']?([\w.\-]{1,60}/[\w.\-/]{1,160})@([\w.\-/]{1,120})", re.MULTILINE
)
_USES = expression(r"([\w.\-]{1,60}/[\w.\-/]{1,160})@(.{1,160})\Z")
_SHA = expression(r"[0-9a-f]{40}\Z")
_VERSION_COMMENT = expression(r"#\s{0,4}(?:tag=|ratchet:\S{1,100}@)?(v?\d[\w.\-]{0,40})")
_SHOWN_INPUTS = frozenset(
    (
        *("registry", "registries", "images", "tags", "push", "package", "package-name", "packages-dir", "environment"),
        *(
            "project",
            "project-name",
            "projectName",
            "project_id",
            "projectId",
            "app",
            "app-name",
            "app_name",
            "service",
        ),
        *("region", "aws-region", "cluster", "repository", "repository-url", "bucket", "publish_dir", "folder", "args"),
        *(
            "command",
            "external_repository",
            "publish",
            "stack-name",
            "heroku_app_name",
            "languages",
            "cname",
            "product",
        ),
        *("workingDirectory", "channel", "flags", "organization", "model", "provider", "anthropic_model"),
    )
)


@dataclass(slots=True)
class _Seen:
    """What is gathered over a workflow: words for its purpose, and images that a job prepared for a later push."""

    names: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    effects: set[Effect] = field(default_factory=set)
    env: dict[str, str] = field(default_factory=dict)


def collect(file: SourceFile) -> Finds:
    """All facts of a workflow file or an `action.yml`; of an unreadable one, what it uses and the secrets it names."""
    if not any(word in file.text for word in _WORDS):
        yield from root_of(file)
        return
    place = _WORKFLOW.search(file.path)
    system = _SYSTEMS.get(place[1], "forgejo-actions") if place else "github-actions"
    yield from _secrets(file, system)
    try:
        root = next(iter(parse_yaml(file.text)), MISSING)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        for match in _USES_LINE.finditer(file.text):
            yield at(file, match.start(1), Kind.ACTION, match[1], match[2], workflow=file.name, system=system)
        if place:
            yield fact(file, 1, Kind.WORKFLOW, system, file.name)
        return
    seen = _Seen(names=[file.name.rpartition(".")[0], root.get("name").text])
    _remember_env(root.get("env"), seen)
    if not root:
        return  # nothing but comments
    if place:
        for job, node in root.get("jobs").items():
            yield from _job(file, system, job, node, seen)
        yield from _workflow(file, system, root, seen)
    else:
        if file.folder == "" and root.get("runs", "using").text:
            yield from _product(file, root)
        if root.get("runs", "using").text in ("composite", "docker") or root.get("runs", "steps"):
            yield from _composite(file, system, root.get("runs"), seen)
    yield from _run_lines(file)


def _product(file: SourceFile, root: Node) -> Finds:
    """The action that the tree itself is: what runs it, and which of its inputs open something."""
    runs = root.get("runs")
    how = " ".join(filter(None, (runs.get("using").text, runs.get("main").text or runs.get("image").text)))
    yield fact(file, runs.line, Kind.PLATFORM, "github-action-runner", "", how=how)
    for name, node in root.get("inputs").items():
        if _OPENS.search(name):
            given = node.get("default").text
            details = {"default": "the workflow's own token" if "github.token" in given else ""}
            yield fact(file, node.line, Kind.SETTING, "action.input", name, **details)


_OPENS = expression(
    r"(?i)(^|[-_])(token|secret|password|passphrase|private[-_]key|api[-_]?key|access[-_]key([-_]id)?|credentials[-_]json)$"
)


def _workflow(file: SourceFile, system: str, root: Node, seen: _Seen) -> Finds:
    on = root.get("on") or root.get("true")
    triggers = [on.text] if on.text else [item.text for item in on] or [key for key, _ in on.items()]
    details = {
        "triggers": ", ".join(triggers),
        "purpose": purposes(seen.names, seen.steps, seen.commands),
        "branches": ", ".join(item.text for item in on.get("push", "branches")),
        "tags": ", ".join(item.text for item in on.get("push", "tags")),
        "schedule": ", ".join(item.get("cron").text for item in on.get("schedule")),
        "jobs": ", ".join(key for key, _ in root.get("jobs").items()),
    }
    name = root.get("name")
    yield fact(file, name.line or root.line, Kind.WORKFLOW, system, name.text or file.name, **details)


def _secrets(file: SourceFile, system: str) -> Finds:
    for item in references(file.text):
        kind = {"variable": "yes" if item.variable else "", "builtin": "yes" if item.builtin else ""}
        kind["fallback"] = "yes" if item.fallback else ""
        yield at(
            file, item.offset, Kind.SECRET_REF, item.name, system=system, into=item.into, workflow=file.name, **kind
        )


def _job(file: SourceFile, system: str, job: str, node: Node, seen: _Seen) -> Finds:
    seen.names += [job, node.get("name").text]
    seen.images = []
    _remember_env(node.get("env"), seen)
    for name, service in node.get("services").items():
        yield from _image(file, service.get("image") or service, seen, service=name)
    container = node.get("container")
    yield from _image(file, container.get("image") or container, seen, service="job")
    environment = node.get("environment")
    shown = environment.get("name") or environment
    if shown.text:
        name = readable(shown.text, seen.env)
        url = environment.get("url").text
        yield fact(
            file, shown.line, Kind.PLATFORM, "github-environment", name, workflow=file.name, url=readable(url, {})
        )
    if node.get("uses").text:
        yield from _uses(file, system, node, seen)
    for step in node.get("steps"):
        yield from _step(file, system, step, seen)


def _composite(file: SourceFile, system: str, runs: Node, seen: _Seen) -> Finds:
    yield from _image(file, runs.get("image"), seen, service="action")
    for step in runs.get("steps"):
        yield from _step(file, system, step, seen)


def _step(file: SourceFile, system: str, step: Node, seen: _Seen) -> Finds:
    seen.steps.append(step.get("name").text)
    seen.commands.append(step.get("run").text[:5000])
    if step.get("uses").text:
        yield from _uses(file, system, step, seen)


def _image(file: SourceFile, node: Node, seen: _Seen, service: str) -> Finds:
    if split := split_image(readable(node.text, seen.env).replace("{…}", "")):
        yield fact(file, node.line, Kind.IMAGE, *split, where="ci", service=service, workflow=file.name)


def _uses(file: SourceFile, system: str, step: Node, seen: _Seen) -> Finds:
    uses = step.get("uses")
    if uses.text.startswith("docker://"):
        yield from _image(file, uses, seen, service="step")
    match = _USES.match(uses.text.strip())
    if not match or uses.text.startswith("."):
        return
    action, version = match[1].removeprefix("https://"), match[2]
    seen.commands.append(action)
    inputs = {key: _joined(readable(node.text, seen.env)) for key, node in step.get("with").items()}
    details = {key: inputs[key][:200] for key in inputs if key in _SHOWN_INPUTS}
    comment = _VERSION_COMMENT.search(file.line(uses.line)) if _SHA.match(version) else None
    pinned = version if comment else ""
    version = comment[1] if comment else version
    details |= {"workflow": file.name, "system": system, "pinned": pinned}
    yield fact(file, uses.line, Kind.ACTION, action, version, **details)
    if action == "docker/metadata-action":
        seen.images = inputs.get("images", "").split(", ")
    for effect in effects(action, inputs, seen.images):
        if effect in seen.effects:
            continue
        seen.effects.add(effect)
        details = {"how": action, "workflow": file.name, "login": "yes" if effect.login else ""}
        yield fact(file, uses.line, effect.kind, effect.name, effect.value, **details)


def _run_lines(file: SourceFile) -> Finds:
    for item in distinct(commands(file.text)):
        details = {"how": item.how, "workflow": file.name}
        if item.kind is Kind.IMAGE:
            details["where"] = "ci"
        yield at(file, item.offset, item.kind, item.name, item.value, **details)


def _remember_env(env: Node, seen: _Seen) -> None:
    seen.env |= {key: readable(node.text, seen.env) for key, node in env.items() if len(node.text) < 300}


def _joined(text: str) -> str:
    """A multi-line input as one line; comments of lists of images or tags are left out."""
    return ", ".join(_entries(text))[:1000]


def _entries(text: str) -> Iterator[str]:
    for row in text.split("\n"):
        if (entry := row.strip().rstrip(",")) and not entry.startswith("#"):
            yield from (part.strip() for part in entry.split(",")) if entry.count("=") == 0 else (entry,)


COLLECTORS = (
    Collector(
        "ci.github",
        collect,
        names=frozenset({"action.yml", "action.yaml"}),
        paths=_WORKFLOW,
        marks=("/workflows/",),
    ),
)
