"""Build and settings scripts: dependencies in string, map and catalog notation, platforms, constraints and plugins.

A dependency by accessor (`libs.stripe.java`) has that accessor as name and as detail `alias`; who stands behind it is
in the facts of scope `catalog`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.gradle.script import Statement, statements
from llm_audit.collect.gradle.variables import looked_up, resolved, variables
from llm_audit.model import Fact, Kind, SourceFile

_COORDINATE = expression(
    r"(?P<name>[A-Za-z][\w.\-]*:[\w.\-${}]+)(?::(?P<version>(?:\$\{[^}]*\}|[^:@\s$]|\$(?!\{))*))?(?::[\w.\-]*)?(?:@\w+)?\Z"
)
_VERSION = expression(r"v?\d{1,9}(?:\.[\w+\-]{1,40}){0,8}\Z")
_TEST = expression(r"[tT]est(?![a-z])|[jJ]mh")
_BUILD = expression(r"kapt|ksp|[pP]rocessor|classpath|[pP]lugins\Z|Desugaring|[lL]int")
_DEV = expression(r"debug|development")
_HOLDERS = frozenset({"dependencies", "constraints", "imports"})
_INSIDE = _HOLDERS | {"if", "else", "for", "with"}
_NO_CONFIGURATION = frozenset(
    {"exclude", "because", "println", "substitute", "using", "require", "if", "for", "val", "def"}
)
_LOCAL = frozenset({"project", "projects", "rootProject", "files", "fileTree", "gradle", "parent", "configurations"})
_GETTERS = expression(r"(?:\.(?:get|asProvider|toString|map))+\Z")
_FINDERS = {"findLibrary": "", "findBundle": "bundles.", "findPlugin": "plugins."}
_SEPARATORS = expression(r"[-_]")


def collect_build(file: SourceFile) -> Finds:
    """Dependencies and plugins of a script; variables that hold versions are settings `gradle.property.<name>`."""
    rows = list(statements(file.text))
    tokens = {name: token for row in rows for name, token in variables(row)}
    texts = {name: token.text for name, token in tokens.items()}
    for name, token in tokens.items():
        text = resolved(token.text, texts)
        if _VERSION.match(text):
            yield at(file, token.offset, Kind.SETTING, f"gradle.property.{name}", text)
        elif coordinate := _COORDINATE.match(text):
            version = coordinate["version"] or ""
            yield _dependency(file, token.offset, coordinate["name"], version, "catalog", alias=name)
    for row in rows:
        yield from _statement(file, row, texts)


def _dependency(file: SourceFile, offset: int, name: str, version: str, scope: str, **details: str) -> Fact:
    return at(file, offset, Kind.DEPENDENCY, name, version, ecosystem="maven", scope=scope, **details)


def _statement(file: SourceFile, row: Statement, texts: Mapping[str, str]) -> Iterator[Fact]:
    inner = row.blocks[-1].rpartition(".")[2] if row.blocks else ""
    holders = {block.rpartition(".")[2] for block in row.blocks} & _HOLDERS
    head = row.head.rpartition(".")[2]
    if inner == "plugins" or (row.head == "apply" and "plugin" in row.named()):
        yield from _plugin(file, row, texts)
    elif "versionCatalogs" in row.blocks and head in ("library", "alias", "plugin"):
        yield from _catalog_entry(file, row, inner)
    elif holders and inner in _INSIDE and head not in _NO_CONFIGURATION:
        yield from _dependencies(file, row, head, texts)
    elif row.head == "dependencies.add" or head == "force":
        yield from _dependencies(file, row, row.strings()[0].text if head == "add" and row.strings() else head, texts)
    elif row.head == "rootProject.name" and row.strings():
        name = row.strings()[0]
        yield at(file, name.offset, Kind.SETTING, "project.name", name.text, ecosystem="maven")
    elif row.head == "include" and not row.blocks:
        for member in row.strings():
            yield at(file, member.offset, Kind.SETTING, "workspace.member", member.text, ecosystem="maven")


def _plugin(file: SourceFile, row: Statement, texts: Mapping[str, str]) -> Iterator[Fact]:
    """Plugins by id; core plugins, whose ids have no dot, are part of Gradle."""
    strings = row.strings()
    if row.head == "alias":
        for alias, offset in _accessors(row):
            yield _dependency(file, offset, alias, "", "build", alias=alias, via="plugin")
    elif row.head in ("id", "kotlin", "apply") and strings:
        name = f"org.jetbrains.kotlin.{strings[0].text}" if row.head == "kotlin" else strings[0].text
        version = strings[1].text if len(strings) > 1 else ""
        if "." in name:
            yield _dependency(file, strings[0].offset, name, resolved(version, texts), "build", via="plugin")


def _catalog_entry(file: SourceFile, row: Statement, catalog: str) -> Iterator[Fact]:
    """A catalog written in a settings script."""
    texts = [token.text for token in row.strings()]
    if len(texts) < 2:
        return
    alias = f"{catalog}.{_SEPARATORS.sub('.', texts[0])}"
    if coordinate := _COORDINATE.match(texts[1]):
        name, version = coordinate["name"], coordinate["version"] or ""
    elif len(texts) > 2:
        name, version = f"{texts[1]}:{texts[2]}", ""
    else:
        return
    yield _dependency(file, row.tokens[0].offset, name, version, "catalog", alias=alias)


def _dependencies(file: SourceFile, row: Statement, head: str, texts: Mapping[str, str]) -> Iterator[Fact]:
    words = {token.text for token in row.tokens if token.kind == "word"}
    if words & {"project", "projects"} and "platform" not in words:
        return
    platform = bool(words & {"platform", "enforcedPlatform"}) or head == "mavenBom"
    scope = "bom" if platform else _scope(head, row.blocks)
    details = {"configuration": head}
    for name, version, offset in (*_by_string(row, texts), *_by_name(row, texts)):
        yield _dependency(file, offset, name, version, scope, **details)
    for alias, offset in _accessors(row):
        yield _dependency(file, offset, alias, "", scope, alias=alias, **details)


def _scope(configuration: str, blocks: tuple[str, ...]) -> str:
    if "constraints" in blocks or "dependencyManagement" in blocks or configuration == "force":
        return "managed"
    if _TEST.search(configuration) or any(_TEST.search(block) for block in blocks):
        return "test"
    if _BUILD.search(configuration) or "buildscript" in blocks:
        return "build"
    return "dev" if _DEV.match(configuration) else "runtime"


def _by_string(row: Statement, texts: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    """`'group:artifact:version'`, with a version that may be joined on, and `kotlin("stdlib")`."""
    for index, token in enumerate(row.tokens):
        if token.kind != "string":
            continue
        text = resolved(token.text, texts)
        after = row.tokens[index + 1 : index + 3]
        if len(after) == 2 and after[0].text == "+" and text.endswith(":"):
            text += looked_up(after[1].text, texts) or after[1].text
        before = row.tokens[index - 2].text if index > 1 else ""
        if before == "kotlin":
            yield f"org.jetbrains.kotlin:kotlin-{text}", "", token.offset
        elif coordinate := _COORDINATE.match(text):
            yield coordinate["name"], coordinate["version"] or "", token.offset


def _by_name(row: Statement, texts: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    """`group: 'a', name: 'b', version: c` and the same with `=`."""
    named = row.named()
    if "group" in named and "name" in named and named["name"].kind == "string":
        version = named.get("version")
        text = ""
        if version is not None:
            known = looked_up(version.text, texts) if version.kind == "word" else resolved(version.text, texts)
            text = known or version.text
        yield f"{named['group'].text}:{named['name'].text}", text, named["name"].offset


_OF_ROOT = "rootProject.libs."
"""How a block for all subprojects calls the catalogue of the build."""


def _accessors(row: Statement) -> Iterator[tuple[str, int]]:
    """Dotted names that stand for a dependency, as `libs.a.b` or `Deps.retrofit`; calls and named values do not."""
    for index, token in enumerate(row.tokens):
        if index == 0 or token.kind != "word" or "." not in token.text:
            continue
        before, after = row.tokens[index - 1].text, row.tokens[index + 1 : index + 3]
        finder = _FINDERS.get(token.text.rpartition(".")[2])
        if finder is not None and len(after) == 2 and after[1].kind == "string":
            yield f"libs.{finder}{_SEPARATORS.sub('.', after[1].text)}", token.offset
            continue
        text = token.text.removeprefix("rootProject.") if token.text.startswith(_OF_ROOT) else token.text
        accessor = _GETTERS.sub("", text)
        called = bool(after) and (after[0].text == ":" or (after[0].text == "(" and accessor == text))
        named = before in ("+", ":", "=", "version") or ".versions." in accessor
        if not (called or named) and "." in accessor and accessor.partition(".")[0] not in _LOCAL:
            yield accessor, token.offset


COLLECTORS = (
    Collector(
        "gradle-build",
        collect_build,
        suffixes=frozenset({".gradle"}),
        paths=expression(r"\.gradle\.kts\Z"),
        marks=(".gradle.kts",),
    ),
    Collector(
        "gradle-build-source",
        collect_build,
        paths=expression(r"(?:^|/)(?:buildSrc|build-logic|build-plugins?|buildLogic)/.{0,300}\.kt\Z"),
        marks=(".kt",),
        needs=("ependenc", "ersion", "Libs", "Deps"),
    ),
)
