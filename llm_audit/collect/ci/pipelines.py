"""Bitbucket Pipelines, Buildkite, Drone and Woodpecker: images and plugins, secrets, delivery commands."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.ci.actions import pushed
from llm_audit.collect.ci.common import delivered, image, secrets, workflow
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import root_of
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax, Node, parse_yaml

_BUILDKITE = expression(r"(?:^|/)\.?buildkite/[^\n]{1,160}\.ya?ml$|(?:^|/)buildkite[\w.\-]{0,40}\.ya?ml$")
_RUNNERS = expression(
    r"(?:^|/)\.(?:(?P<drone>drone)[\w.\-]{0,40}|(?P<woodpecker>woodpecker)(?:/[^\n]{1,160})?)\.ya?ml$"
)
_BITBUCKET_SET = expression(r"BITBUCKET_|CI$|DOCKER_HOST")
_BUILDKITE_SET = expression(r"BUILDKITE|CI$")
_RUNNER_SET = expression(r"(?:CI|DRONE|WOODPECKER|PLUGIN)(?:_|$)")


def collect_bitbucket(file: SourceFile) -> Finds:
    """Images, pipes, deployments and repository variables of Bitbucket Pipelines."""
    root = yield from root_of(file)
    yield from secrets(file, "bitbucket-pipelines", _BITBUCKET_SET)
    yield from delivered(file)
    if not root:
        return
    names: list[str] = [key for key, _ in root.get("pipelines").items()]
    yield from image(file, root.get("image"))
    for path, node in root.walk():
        last = path[-1] if path else ""
        if last == "pipe" and node.text:
            name, _, version = node.text.removeprefix("docker://").partition(":")
            details = {"system": "bitbucket-pipelines", "workflow": file.name}
            yield fact(file, node.line, Kind.ACTION, name, version, **details)
        elif last == "deployment" and node.text:
            yield fact(file, node.line, Kind.PLATFORM, "bitbucket-environment", node.text, workflow=file.name)
        elif last == "image" and len(path) > 1:
            yield from image(file, node, service=path[path.index("services") + 1] if "services" in path else "step")
        elif last == "name":
            names.append(node.text)
    yield from workflow(file, "bitbucket-pipelines", root.line, names, triggers="push")


def collect_buildkite(file: SourceFile) -> Finds:
    """Plugins, images and secrets of a Buildkite pipeline."""
    if not _BUILDKITE.search(file.path):
        return
    root = yield from root_of(file)
    yield from secrets(file, "buildkite", _BUILDKITE_SET)
    yield from delivered(file)
    names: list[str] = []
    seen: set[tuple[str, int]] = set()
    for path, node in root.walk():
        keys = [key for key in (*path[-4:], node.text) if "#" in key and " " not in key]
        for key in keys if "plugins" in path else ():
            name, _, version = key.partition("#")
            if (name, node.line) not in seen and not any(name == item[0] for item in seen):
                yield fact(
                    file,
                    node.line,
                    Kind.ACTION,
                    name,
                    version.partition(":")[0],
                    system="buildkite",
                    workflow=file.name,
                )
            seen.add((name, node.line))
        if path[-1:] in (("label",), ("name",)):
            names.append(node.text)
        elif path[-1:] == ("image",) and "plugins" in path:
            yield from image(file, node, service="plugin")
    if root.get("steps"):
        yield from workflow(file, "buildkite", root.line, names, triggers="push")


def collect_drone(file: SourceFile) -> Finds:
    """Steps, plugins, services and secrets of Drone and Woodpecker."""
    place = _RUNNERS.search(file.path)
    system = "drone" if place and place["drone"] else "woodpecker"
    try:
        roots = parse_yaml(file.text)
    except BadSyntax:
        roots = []
        yield from root_of(file)
    yield from secrets(file, system, _RUNNER_SET)
    yield from delivered(file)
    seen: set[str] = set()
    for root in roots:
        names: list[str] = []
        for key in ("steps", "pipeline", "services", "clone"):
            for name, step in _entries(root.get(key)):
                names.append(name)
                yield from _step(file, system, name, step, key == "services")
        for path, node in root.walk():
            stored = path[-1:] == ("from_secret",) or (path[-1:] == ("source",) and "secrets" in path)
            if (stored or path[-2:-1] == ("secrets",)) and node.text and node.text not in seen:
                seen.add(node.text)
                yield fact(file, node.line, Kind.SECRET_REF, node.text, system=system, workflow=file.name)
        if names:
            triggers = ", ".join(_events(root))
            yield from workflow(file, system, root.line, names, title=root.get("name").text, triggers=triggers)


def _entries(node: Node) -> list[tuple[str, Node]]:
    if node.is_list:
        return [(item.get("name").text, item) for item in node]
    return list(node.items())


def _step(file: SourceFile, system: str, name: str, step: Node, service: bool) -> Finds:
    reference, settings = step.get("image"), step.get("settings")
    plugin = bool(settings) and not step.get("commands")
    split = split_image(reference.text)
    if split and plugin:
        details = {"system": system, "workflow": file.name, "registry": settings.get("registry").text}
        details["repo"] = settings.get("repo").text
        yield fact(file, reference.line, Kind.ACTION, *split, **details)
        yield from _published(file, split[0], settings, reference.line)
    else:
        yield from image(file, reference, service=name if service else "step")


def _published(file: SourceFile, plugin: str, settings: Node, line: int) -> Finds:
    last = plugin.rpartition("/")[2].removeprefix("plugin-").removeprefix("drone-")
    if "docker" in last or "kaniko" in last:
        repository = settings.get("repo")
        for reference in [repository.text, *(item.text for item in repository)]:
            for effect in pushed([reference]):
                yield fact(file, line, effect.kind, effect.name, effect.value, how=plugin, workflow=file.name)
    elif last in ("npm", "pypi", "github-release", "gitea-release"):
        registry = {"github-release": "github-releases", "gitea-release": "gitea-releases"}.get(last, last)
        yield fact(file, line, Kind.PUBLISH, registry, how=plugin, workflow=file.name)


def _events(root: Node) -> list[str]:
    found: list[str] = []
    for path, node in root.walk():
        if "event" in path and node.text and node.text not in found and ("when" in path or "trigger" in path):
            found.append(node.text)
    return found


COLLECTORS = (
    Collector(
        "ci.bitbucket",
        collect_bitbucket,
        names=frozenset({"bitbucket-pipelines.yml", "bitbucket-pipelines.yaml"}),
    ),
    Collector("ci.buildkite", collect_buildkite, suffixes=frozenset({".yml", ".yaml"}), needs=("steps:", "plugins:")),
    Collector(
        "ci.drone",
        collect_drone,
        paths=_RUNNERS,
        marks=(".drone", ".woodpecker"),
    ),
)
