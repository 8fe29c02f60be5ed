"""Platforms for applications: Fly, Render, Railway, Heroku, App Engine, DigitalOcean, Elastic Beanstalk, Expo."""

from __future__ import annotations

import re
from collections.abc import Callable

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.hosting.documents import joined
from llm_audit.collect.parsed import parser_of, root_of
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node

_PROCESS = expression(r"^([A-Za-z0-9_\-]{1,40}):[ \t]+([^\n]{1,300})$", re.MULTILINE)


def _fly(file: SourceFile, root: Node) -> Finds:
    details = {
        "region": root.get("primary_region").text,
        "processes": joined(root.get("processes")),
        "release": root.get("deploy", "release_command").text,
        "volume": root.get("mounts", "source").text
        or ", ".join(item.get("source").text for item in root.get("mounts")),
    }
    yield fact(file, root.get("app").line or root.line, Kind.PLATFORM, "fly", root.get("app").text, **details)
    image = root.get("build", "image")
    if split := split_image(image.text):
        yield fact(file, image.line, Kind.IMAGE, *split, where="fly")


def _render(file: SourceFile, root: Node) -> Finds:
    services = [*root.get("services"), *(item for project in root.get("projects") for item in project.get("services"))]
    names = [f"{item.get('name').text} ({item.get('type').text})" for item in services if item.get("type").text]
    if not names and not root.get("databases"):
        return
    crons = [item.get("schedule").text for item in services]
    yield fact(file, root.line, Kind.PLATFORM, "render", ", ".join(names)[:500], crons=", ".join(filter(None, crons)))
    for item in services:
        kind, name = item.get("type"), item.get("name").text
        if kind.text in ("redis", "keyvalue"):
            yield fact(file, kind.line, Kind.RESOURCE, "render:keyvalue", name, tool="render")
        if split := split_image(item.get("image", "url").text):
            yield fact(file, item.get("image", "url").line, Kind.IMAGE, *split, where="render", service=name)
    for item in root.get("databases"):
        version = item.get("postgresMajorVersion").text
        yield fact(
            file, item.line, Kind.RESOURCE, "render:postgres", item.get("name").text, tool="render", version=version
        )


def _railway(file: SourceFile, root: Node) -> Finds:
    details = {
        "builder": root.get("build", "builder").text,
        "start": root.get("deploy", "startCommand").text,
        "cron": root.get("deploy", "cronSchedule").text,
        "healthcheck": root.get("deploy", "healthcheckPath").text,
    }
    yield fact(file, root.line, Kind.PLATFORM, "railway", file.path, **details)


def _app_json(file: SourceFile, root: Node) -> Finds:
    if root.get("expo"):
        expo = root.get("expo")
        details = {
            "ios": expo.get("ios", "bundleIdentifier").text,
            "android": expo.get("android", "package").text,
            "updates": expo.get("updates", "url").text,
        }
        yield fact(file, expo.line, Kind.PLATFORM, "expo", expo.get("slug").text, **details)
        return
    if not any(root.get(key) for key in ("addons", "buildpacks", "formation", "stack")) and not (
        root.get("env").is_map and root.get("scripts")
    ):
        return
    details = {
        "buildpacks": ", ".join(item.get("url").text or item.text for item in root.get("buildpacks")),
        "formation": joined(root.get("formation")),
        "release": root.get("scripts", "postdeploy").text,
    }
    yield fact(file, root.line, Kind.PLATFORM, "heroku", root.get("name").text or file.path, **details)
    for item in root.get("addons"):
        plan = item.get("plan") if item.is_map else item
        addon, _, level = plan.text.partition(":")
        if addon:
            yield fact(file, plan.line, Kind.RESOURCE, addon, level, tool="heroku")


def _heroku(file: SourceFile, root: Node) -> Finds:
    yield fact(file, root.line, Kind.PLATFORM, "heroku", joined(root.get("run")) or file.path)
    for item in root.get("setup", "addons"):
        addon, _, level = item.get("plan").text.partition(":")
        if addon:
            yield fact(file, item.line, Kind.RESOURCE, addon, level, tool="heroku")


def _app_yaml(file: SourceFile, root: Node) -> Finds:
    if root.get("runtime").text and not root.get("apiVersion"):
        details = {
            "runtime": root.get("runtime").text,
            "environment": root.get("env").text,
            "instance": root.get("instance_class").text,
            "cloud_sql": root.get("beta_settings", "cloud_sql_instances").text,
        }
        service = root.get("service").text or "default"
        yield fact(file, root.get("runtime").line, Kind.PLATFORM, "app-engine", service, **details)
    elif root.get("name").text and (root.get("services").is_list or root.get("static_sites").is_list):
        yield from _digitalocean(file, root)


def _digitalocean(file: SourceFile, root: Node) -> Finds:
    parts = [item for key in ("services", "workers", "static_sites", "jobs") for item in root.get(key)]
    names = ", ".join(item.get("name").text for item in parts)
    platform = "digitalocean-app-platform"
    yield fact(file, root.line, Kind.PLATFORM, platform, root.get("name").text, services=names)
    for item in root.get("databases"):
        engine = item.get("engine")
        if engine.text:
            details = {"tool": "digitalocean", "version": item.get("version").text}
            name = f"digitalocean:{engine.text.lower()}"
            yield fact(file, engine.line, Kind.RESOURCE, name, item.get("name").text, **details)


def _beanstalk(file: SourceFile, root: Node) -> Finds:
    scope = root.get("global")
    if scope:
        details = {"region": scope.get("default_region").text, "stack": scope.get("default_platform").text}
        name = scope.get("application_name").text
        yield fact(file, scope.line, Kind.PLATFORM, "elastic-beanstalk", name, **details)


def _dockerrun(file: SourceFile, root: Node) -> Finds:
    yield fact(file, root.line, Kind.PLATFORM, "elastic-beanstalk", file.path)
    images = [root.get("Image", "Name"), *(item.get("image") for item in root.get("containerDefinitions"))]
    for node in images:
        if split := split_image(node.text):
            yield fact(file, node.line, Kind.IMAGE, *split, where="elastic-beanstalk")


def _eas(file: SourceFile, root: Node) -> Finds:
    profiles, submits = root.get("build"), root.get("submit")
    yield fact(file, root.line, Kind.PLATFORM, "expo-eas", joined(profiles), submit=joined(submits))
    profile_nodes = [node for _name, node in submits.items()]
    for node in profile_nodes:
        for platform, registry in (("ios", "app-store"), ("android", "google-play")):
            if node.get(platform):
                yield fact(file, node.get(platform).line, Kind.PUBLISH, registry, how="eas submit")


_READERS: dict[str, Callable[[SourceFile, Node], Finds]] = {
    "fly.toml": _fly,
    "render.yaml": _render,
    "railway.json": _railway,
    "railway.toml": _railway,
    "app.json": _app_json,
    "heroku.yml": _heroku,
    "app.yaml": _app_yaml,
    "app.yml": _app_yaml,
    "config.yml": _beanstalk,
    "Dockerrun.aws.json": _dockerrun,
    "eas.json": _eas,
}


def collect(file: SourceFile) -> Finds:
    """The platform of the file, with its processes, add-ons and databases."""
    if file.name == "config.yml" and not file.folder.endswith(".elasticbeanstalk"):
        return
    root = yield from root_of(file, parser_of(file))
    if root.is_map:
        yield from _READERS[file.name](file, root)


_OF_FLY = expression(r"(?m)^(?:primary_region\s*=|\[\[?(?:services|http_service|mounts|vm)\]\]?)")


def collect_fly(file: SourceFile) -> Finds:
    """Fly's configuration for a further environment, such as `fly.staging.toml` or `fly/staging.toml`."""
    inside = f"/{file.folder}".endswith("/fly") and _OF_FLY.search(file.text)
    if inside or (file.name.startswith("fly.") and file.name != "fly.toml"):
        root = yield from root_of(file, parser_of(file))
        yield from _fly(file, root)


_SERVER = expression(
    r"\b(?:redis-server|valkey-server|postgres\s{1,4}-|mysqld|memcached|mongod|mailcatcher|mailpit|elasticsearch|meilisearch\s|minio\s{1,4}server|nginx\b)|--watch\b"
)
"""Servers that a platform would provide: a Procfile which starts one is for a process manager on one machine.

So is one with a process `custom_web`, which is how Cloud 66 takes web servers on one's own machines ("Running background processes").
"""


def collect_procfile(file: SourceFile) -> Finds:
    """The processes of a Procfile; one for development says nothing of hosting."""
    processes = {match[1]: match for match in _PROCESS.finditer(file.text)}
    first = next(iter(processes.values()), None)
    if first:
        details = {name: match[2].strip()[:200] for name, match in processes.items() if name in ("web", "release")}
        alone = "custom_web" in processes or any(_SERVER.search(match[2]) for match in processes.values())
        platform = "heroku" if file.name == "Procfile" and not alone else "procfile"
        yield at(file, first.start(), Kind.PLATFORM, platform, ", ".join(processes), **details)


COLLECTORS = (
    Collector("hosting.apps", collect, names=frozenset(_READERS)),
    Collector("hosting.fly_variants", collect_fly, suffixes=frozenset({".toml"}), needs=("\napp", "app =")),
    Collector(
        "hosting.procfile",
        collect_procfile,
        names=frozenset({"Procfile"}),
        paths=expression(r"Procfile\.[\w\-]{1,30}$"),
        marks=("procfile.",),
    ),
)
