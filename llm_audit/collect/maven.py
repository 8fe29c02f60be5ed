"""Maven: dependencies of `pom.xml`, managed versions, imported BOMs, the parent, and plugins that release or deploy.

Versions are resolved from the properties of the same file. What stands elsewhere is left as written; properties are
given as settings, so that a parent's can be looked up once all files are read.
"""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import parse_xml
from llm_audit.parse.xml import Element

_REFERENCE = expression(r"\$\{([^${}]{1,200})\}")
_RELEASING = expression(
    r"deploy|publish|releas|staging|jib|docker|container|helm|kubernetes|k8s|appengine|cloud|heroku|azure|lambda|beanstalk"
    r"|flyway|liquibase|sonar|sentry"
)
_SCOPES = {"test": "test", "import": "bom"}


@parsed(parse_xml, half_merged=True)
def collect_pom(file: SourceFile, project: Element) -> Finds:
    """Dependencies as `group:artifact`; scope `managed` and `bom` only say which version others get."""
    if project.name != "project":
        return
    properties = _properties(project)
    yield from _settings(file, project, properties)
    if parent := project.find("parent"):
        yield from _dependency(file, parent, properties, "bom", via="parent", relative=parent.value("relativePath"))
    for element, profile in _models(project):
        for dependency in _below(element, "dependencyManagement", "dependencies"):
            scope = "bom" if dependency.value("scope") == "import" else "managed"
            yield from _dependency(file, dependency, properties, scope, profile=profile)
        for dependency in _below(element, "dependencies"):
            yield from _dependency(file, dependency, properties, _scope(dependency), profile=profile)
        for plugin in (*_below(element, "build", "plugins"), *_below(element, "build", "pluginManagement", "plugins")):
            if _RELEASING.search(plugin.value("artifactId")):
                yield from _dependency(file, plugin, properties, "build", profile=profile, via="plugin")


def _models(project: Element) -> Iterator[tuple[Element, str]]:
    """The project itself, then its profiles with their ids."""
    yield project, ""
    for profile in _below(project, "profiles"):
        yield profile, profile.value("id") or "unnamed"


def _below(element: Element, *path: str) -> list[Element]:
    holder = element.find(*path)
    return holder.children if holder else []


def _scope(dependency: Element) -> str:
    if dependency.value("optional") == "true":
        return "optional"
    return _SCOPES.get(dependency.value("scope"), "runtime")


def _properties(project: Element) -> dict[str, str]:
    """What `${...}` can stand for in this file."""
    found = {element.name: element.text for element in _below(project, "properties")}
    for key in ("groupId", "artifactId", "version"):
        own, inherited = project.value(key), project.value("parent", key)
        value = own or (inherited if key != "artifactId" else "")
        for prefix in ("project.", "pom."):
            found.setdefault(prefix + key, value)
        found.setdefault(f"project.parent.{key}", inherited)
    return found


def _resolved(text: str, properties: dict[str, str]) -> str:
    """The text with known references replaced; properties may refer to properties."""
    for _ in range(5):
        if len(text) > 500 or "${" not in text:
            break
        text = _REFERENCE.sub(lambda match: properties.get(match[1]) or match[0], text)
    return text


def _settings(file: SourceFile, project: Element, properties: dict[str, str]) -> Finds:
    group, artifact = properties["project.groupId"], project.value("artifactId")
    if artifact:
        line = next(project.all("artifactId")).line
        version = properties["project.version"]
        yield fact(file, line, Kind.SETTING, "project.name", f"{group}:{artifact}", ecosystem="maven", version=version)
        yield fact(file, line, Kind.SETTING, "maven.property.project.version", version)
    for element in _below(project, "properties"):
        value = _resolved(element.text, properties)
        yield fact(file, element.line, Kind.SETTING, f"maven.property.{element.name}", value)
    for element in _below(project, "modules"):
        yield fact(file, element.line, Kind.SETTING, "workspace.member", element.text, ecosystem="maven")


def _dependency(file: SourceFile, element: Element, properties: dict[str, str], scope: str, **details: str) -> Finds:
    group, artifact = element.value("groupId"), element.value("artifactId")
    if "plugin" in details.values() and not group:
        group = "org.apache.maven.plugins"
    if not group or not artifact:
        return
    written = element.value("version")
    name = _resolved(f"{group}:{artifact}", properties)
    yield fact(
        file,
        next(element.all("artifactId")).line,
        Kind.DEPENDENCY,
        name,
        _resolved(written, properties),
        ecosystem="maven",
        scope=scope,
        configuration=element.value("scope"),
        **details,
    )


COLLECTORS = (Collector("maven-pom", collect_pom, names=frozenset({"pom.xml"}), suffixes=frozenset({".pom"})),)
