"""NuGet: package references of MSBuild projects, central versions, `packages.config`, lock files, tools, and Paket."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node, parse_json, parse_xml
from llm_audit.parse.xml import Element

_REFERENCE = expression(r"\$\(([\w.\-]{1,100})\)")
_ITEMS = {"PackageReference": "runtime", "PackageVersion": "managed", "GlobalPackageReference": "build"}
_TEST_HOST = expression(r"(?:microsoft\.net\.test\.sdk|mstest|xunit|nunit|tunit)(?:\.|\Z)", re.IGNORECASE)
_LOCKED = expression(
    r'^[ \t]{0,60}"(?P<name>[\w.\-]{1,150})": \{\s{0,60}"type": "(?P<type>\w+)",\s{0,60}'
    r'(?:"requested": "[^"\n]{0,100}",\s{0,60})?'
    r'"resolved": "(?P<version>[^"\n]{1,80})"',
    re.MULTILINE,
)
_PAKET = expression(
    r"^(?:group[ \t]+(?P<group>\w+)|[ \t]*nuget[ \t]+(?P<name>[\w.\-]+)[ \t]*(?P<version>[~<>=\d][^\n/]{0,60})?)",
    re.MULTILINE | re.IGNORECASE,
)
_PAKET_LOCKED = expression(r"^ {4}(?P<name>[A-Za-z][\w.\-]*) \((?P<version>\d[\w.\-+]*)\)", re.MULTILINE)


@parsed(parse_xml, half_merged=True)
def collect_project(file: SourceFile, project: Element) -> Finds:
    """References with their version where it stands here; central versions have scope `managed`."""
    elements = list(project.walk())
    properties = {
        child.name: child.text for group in elements if group.name == "PropertyGroup" for child in group.children
    }
    yield from _settings(file, project, elements, properties)
    is_test = _is_test(elements, properties)
    for element in elements:
        if element.name in _ITEMS:
            yield from _reference(file, element, properties, is_test)
        elif element.name == "Sdk" and element.attributes.get("Version"):
            name, version = element.attributes.get("Name", ""), element.attributes["Version"]
            yield fact(file, element.line, Kind.DEPENDENCY, name, version, ecosystem="nuget", scope="build")


def _is_test(elements: list[Element], properties: dict[str, str]) -> bool:
    """Whether the project says so itself, or is built on a test framework."""
    if properties.get("IsTestProject"):
        return properties["IsTestProject"].lower() == "true"
    names = [_attribute(element, "Include") for element in elements if element.name == "PackageReference"]
    names.append(elements[0].attributes.get("Sdk", ""))
    return any(_TEST_HOST.match(name) for name in names)


def _attribute(element: Element, name: str) -> str:
    """Metadata of an item, which may be an attribute or a child."""
    return element.attributes.get(name) or element.value(name)


def _settings(file: SourceFile, project: Element, elements: list[Element], properties: dict[str, str]) -> Finds:
    if file.suffix.endswith("proj"):
        name = properties.get("AssemblyName") or file.name.rpartition(".")[0]
        if "$(" not in name:
            yield fact(file, project.line, Kind.SETTING, "project.name", name, ecosystem="nuget")
    for group in elements:
        if group.name == "PropertyGroup":
            for child in group.children:
                if child.name.endswith("Version") and child.text:
                    yield fact(file, child.line, Kind.SETTING, f"msbuild.property.{child.name}", child.text)


def _resolved(text: str, properties: dict[str, str]) -> str:
    for _ in range(5):
        if len(text) > 500 or "$(" not in text:
            break
        text = _REFERENCE.sub(lambda match: properties.get(match[1]) or match[0], text)
    return text


def _reference(file: SourceFile, element: Element, properties: dict[str, str], is_test: bool) -> Finds:
    names = element.attributes.get("Include") or element.attributes.get("Update") or ""
    version = _attribute(element, "VersionOverride") or _attribute(element, "Version")
    scope = _ITEMS[element.name]
    if scope == "runtime" and is_test:
        scope = "test"
    elif scope == "runtime" and _attribute(element, "PrivateAssets").lower() == "all":
        scope = "build"
    for name in names.split(";"):
        if name.strip():
            yield fact(
                file,
                element.line,
                Kind.DEPENDENCY,
                name.strip(),
                _resolved(version, properties),
                ecosystem="nuget",
                scope=scope,
                condition=element.attributes.get("Condition", ""),
            )


@parsed(parse_xml)
def collect_config(file: SourceFile, root: Element) -> Finds:
    """The older list of packages beside a project; its versions are exact."""
    for package in root.all("package"):
        name, version = package.attributes.get("id", ""), package.attributes.get("version", "")
        scope = "dev" if package.attributes.get("developmentDependency") == "true" else "runtime"
        if name:
            yield fact(file, package.line, Kind.DEPENDENCY, name, version, ecosystem="nuget", scope=scope)


def collect_lock(file: SourceFile) -> Finds:
    """Resolved versions, once per file though they are listed per framework."""
    seen: set[tuple[str, str]] = set()
    for match in _LOCKED.finditer(file.text):
        key = (match["name"], match["version"])
        if key not in seen:
            seen.add(key)
            scope = "indirect" if match["type"] == "Transitive" else "runtime"
            yield at(file, match.start("name"), Kind.LOCKED, *key, ecosystem="nuget", scope=scope)


@parsed(parse_json)
def collect_tools(file: SourceFile, root: Node) -> Finds:
    """Command-line tools that a repository pins."""
    for name, node in root.get("tools").items():
        version = node.get("version").text
        yield fact(file, node.line, Kind.DEPENDENCY, name, version, ecosystem="nuget", scope="dev", via="tool")


def collect_paket(file: SourceFile) -> Finds:
    """Paket's dependencies; groups called `Test` or `Build` give the scope."""
    scopes = {"test": "test", "tests": "test", "build": "build"}
    group = ""
    for match in _PAKET.finditer(file.text):
        if match["group"]:
            group = match["group"].lower()
            continue
        version = (match["version"] or "").strip()
        scope = scopes.get(group, "runtime")
        yield at(file, match.start("name"), Kind.DEPENDENCY, match["name"], version, ecosystem="nuget", scope=scope)


def collect_paket_lock(file: SourceFile) -> Finds:
    """Versions that Paket resolved."""
    for match in _PAKET_LOCKED.finditer(file.text):
        yield at(file, match.start("name"), Kind.LOCKED, match["name"], match["version"], ecosystem="nuget")


COLLECTORS = (
    Collector("nuget-project", collect_project, suffixes=frozenset({".csproj", ".fsproj", ".vbproj"})),
    Collector(
        "nuget-props",
        collect_project,
        suffixes=frozenset({".props", ".targets"}),
        needs=("<PackageReference", "<PackageVersion", "<GlobalPackageReference", "Version>"),
    ),
    Collector("nuget-config", collect_config, names=frozenset({"packages.config"})),
    Collector("nuget-lock", collect_lock, names=frozenset({"packages.lock.json"})),
    Collector("nuget-tools", collect_tools, names=frozenset({"dotnet-tools.json"})),
    Collector("nuget-paket", collect_paket, names=frozenset({"paket.dependencies"})),
    Collector("nuget-paket-lock", collect_paket_lock, names=frozenset({"paket.lock"})),
)
