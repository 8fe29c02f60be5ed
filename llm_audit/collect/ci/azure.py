"""Azure Pipelines: tasks, variable groups, secrets by `$(name)`, service connections, environments."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.ci.common import delivered, image, workflow
from llm_audit.collect.expressions import expression
from llm_audit.collect.literals import Guarded
from llm_audit.collect.parsed import root_of
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node

_FILE = expression(
    r"(?:^|/)(?:[^/]{0,60}azure-?pipelines?[^/]{0,60}|vsts-ci)\.ya?ml$|(?:^|/)(?:\.?azure-?pipelines|\.azuredevops|\.vsts|\.pipelines|eng/pipelines)/[^\n]{1,200}\.ya?ml$"
)
_MACRO = expression(r"\$\(([A-Za-z][\w.\-]{1,80})\)")
_PREDEFINED = expression(
    r"(?:Build|System|Agent|Pipeline|Environment|Release|Strategy|TF|Resources|Checks)\.|Rev$|Date$|rev:|Parameters\.",
    re.IGNORECASE,
)
_CONNECTIONS = frozenset(
    (
        *("azureSubscription", "containerRegistry", "dockerRegistryEndpoint", "kubernetesServiceConnection"),
        *("connectedServiceName", "ConnectedServiceName", "azureResourceManagerConnection", "serviceConnection"),
        *("externalFeedCredentials", "SonarQube", "SonarCloud"),
    )
)
_CONTENT = Guarded(
    expression(r"^[ \t]{0,30}vmImage:|^[ \t]{0,30}- task:[ \t]{1,4}\w{2,60}@\d", re.MULTILINE), ("vmImage:", "- task:")
)
_DEPLOY_TASKS = {
    "AzureWebApp": "azure-app-service",
    "AzureRmWebAppDeployment": "azure-app-service",
    "AzureFunctionApp": "azure-functions",
    "AzureStaticWebApp": "azure-static-web-apps",
    "AzureContainerApps": "azure-container-apps",
    "KubernetesManifest": "kubernetes",
    "Kubernetes": "kubernetes",
    "HelmDeploy": "helm",
    "AzureResourceManagerTemplateDeployment": "azure-resource-manager",
}


def collect(file: SourceFile) -> Finds:
    """All facts of a pipeline or a template of one, known by its name or by what only these pipelines hold."""
    if "/workflows/" in file.path or not (_FILE.search(file.path) or _CONTENT.search(file.text)):
        return
    root = yield from root_of(file)
    yield from delivered(file)
    if not root:
        return
    defined, tasks, connections, names = _read(root)
    groups = [item.get("group") for item in root.get("variables") if item.get("group").text]
    for node in groups:
        details = {"system": "azure-pipelines", "group": "yes", "workflow": file.name}
        yield fact(file, node.line, Kind.SECRET_REF, node.text, **details)
    yield from _macros(file, defined)
    for node in tasks:
        name, _, version = node.text.partition("@")
        details = {"system": "azure-pipelines", "workflow": file.name}
        yield fact(file, node.line, Kind.ACTION, name, version, **details)
        if platform := _DEPLOY_TASKS.get(name):
            yield fact(file, node.line, Kind.PLATFORM, platform, how=name, workflow=file.name)
    for node in connections:
        details = {"system": "azure-pipelines", "connection": "yes", "workflow": file.name}
        yield fact(file, node.line, Kind.SECRET_REF, node.text, **details)
    for item in root.get("resources", "containers"):
        yield from image(file, item.get("image"), service=item.get("container").text)
    triggers = [key for key in ("trigger", "pr", "schedules") if root.get(key) and root.get(key).text != "none"]
    shown = ", ".join({"trigger": "push", "pr": "pull_request", "schedules": "schedule"}[key] for key in triggers)
    yield from workflow(file, "azure-pipelines", root.line, names, title=root.get("name").text, triggers=shown)


def _read(root: Node) -> tuple[set[str], list[Node], list[Node], list[str]]:
    """Names of variables that the file defines, its tasks, its service connections, names of jobs and stages."""
    defined: set[str] = set()
    tasks: list[Node] = []
    connections: dict[str, Node] = {}
    names: list[str] = []
    for path, node in root.walk():
        last = path[-1] if path else ""
        if "variables" in path:
            defined.add(node.text if last == "name" else last)
        if last == "task" and node.text:
            tasks.append(node)
        elif last in _CONNECTIONS and node.text and "$(" not in node.text and "${{" not in node.text:
            connections.setdefault(node.text, node)
        elif last in ("stage", "job", "deployment", "displayName"):
            names.append(node.text)
    return defined, tasks, list(connections.values()), names


def _macros(file: SourceFile, defined: set[str]) -> Finds:
    seen = {name.lower() for name in defined}
    for match in _MACRO.finditer(file.text):
        name = match[1]
        if name.lower() in seen or _PREDEFINED.match(name) or not re.search(r"[A-Z_.]", name):
            continue
        seen.add(name.lower())
        yield at(file, match.start(), Kind.SECRET_REF, name, system="azure-pipelines", workflow=file.name)


COLLECTORS = (
    Collector(
        "ci.azure",
        collect,
        suffixes=frozenset({".yml", ".yaml"}),
        needs=("steps:", "stages:", "jobs:", "pool:"),
    ),
)
