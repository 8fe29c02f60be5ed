"""`pyproject.toml`: PEP 621 and 735, Poetry, PDM, uv, Hatch and Rye; and `Pipfile`, whose tables look like Poetry's."""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, fact, skipped
from llm_audit.collect.python_manifests import (
    Requirement,
    dependency,
    include,
    line_of_item,
    listed,
    parse_requirement,
    pypi_name,
    scope_of_group,
)
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax, Node, parse_toml
from llm_audit.parse.conflicts import parse_first_side

_ORIGINS = ("git", "path", "url", "workspace", "index")
_PIPFILE_TABLES = frozenset({"source", "requires", "scripts", "pipenv"})


def _read(file: SourceFile) -> Iterator[Node | BadSyntax]:
    """The root, and what was wrong with the text; conflicting lines are read as their first side has them."""
    try:
        root, conflict = parse_first_side(parse_toml, file.text)
    except BadSyntax as error:
        yield error
        return
    if conflict:
        yield conflict
    yield root


def _collect_pyproject(file: SourceFile) -> Finds:
    for read in _read(file):
        if isinstance(read, BadSyntax):
            yield skipped(file, read.what, read.line)
            continue
        sources = {pypi_name(name): _origin(node) for name, node in read.get("tool", "uv", "sources").items()}
        yield from _standard(file, read, sources)
        yield from _poetry(file, read.get("tool", "poetry"))
        yield from _tools(file, read.get("tool"))
        yield from _own(file, read)


def _standard(file: SourceFile, root: Node, sources: dict[str, str]) -> Finds:
    """PEP 621 dependencies and extras, PEP 735 groups, and what the build itself needs."""
    project = root.get("project")
    lists = [("runtime", "", project.get("dependencies"))]
    for extra, node in project.get("optional-dependencies").items():
        lists.append((scope_of_group(extra, "optional"), extra, node))
    for group, node in root.get("dependency-groups").items():
        lists.append((scope_of_group(group, "optional"), group, node))
    lists.append(("dev", "build-system", root.get("build-system", "requires")))
    for scope, group, nodes in lists:
        for node in nodes:
            if parsed := parse_requirement(node.text):
                origin = sources.get(parsed.name, "")
                yield from dependency(file, line_of_item(file, node), parsed, scope, group, origin)


def _origin(node: Node) -> str:
    """Where a source table takes the package from: `git`, `path`, `workspace` ...; the first of several counts."""
    table = next(iter(node), node) if node.is_list else node
    return next((key for key in _ORIGINS if table.get(key)), "")


def _poetry(file: SourceFile, poetry: Node) -> Finds:
    yield from _table(file, poetry.get("dependencies"), "runtime")
    yield from _table(file, poetry.get("dev-dependencies"), "dev", "dev")
    for group, node in poetry.get("group").items():
        yield from _table(file, node.get("dependencies"), scope_of_group(group, "runtime"), group)


def _table(file: SourceFile, table: Node, scope: str, group: str = "") -> Finds:
    """Dependencies written as `name = "spec"`, as `name = {version = ...}`, or as a list of such tables."""
    for name, node in table.items():
        if name == "python":
            continue
        first = next(iter(node), node) if node.is_list else node
        optional = first.get("optional").text == "true"
        extras = ",".join(extra.text for extra in first.get("extras"))
        spec = first.get("version").text if first.is_map else first.text
        marker = first.get("markers").text or first.get("python").text
        parsed = Requirement(pypi_name(name), spec, extras, marker)
        yield from dependency(file, node.line, parsed, "optional" if optional else scope, group, _origin(first))


def _tools(file: SourceFile, tool: Node) -> Finds:
    """Development dependencies in tables of the tools' own."""
    yield from listed(file, tool.get("uv", "dev-dependencies"), "dev", "dev")
    yield from listed(file, tool.get("rye", "dev-dependencies"), "dev", "dev")
    for group, node in tool.get("pdm", "dev-dependencies").items():
        yield from listed(file, node, "dev", group)
    for name, node in tool.get("hatch", "envs").items():
        for key in ("dependencies", "extra-dependencies"):
            yield from listed(file, node.get(key), "dev", name)
    files = tool.get("setuptools", "dynamic", "dependencies", "file")
    for node in files if files.is_list else (files,):
        yield from include(file, node.line, node.text)


def _own(file: SourceFile, root: Node) -> Finds:
    """The project's own name, by which its siblings refer to it, and the members of a uv workspace."""
    for node in (root.get("project", "name"), root.get("tool", "poetry", "name")):
        if node.text:
            yield fact(file, node.line, Kind.SETTING, "python.name", pypi_name(node.text))
    for member in root.get("tool", "uv", "workspace", "members"):
        if member.text:
            yield fact(file, member.line, Kind.SETTING, "python.workspaces", member.text)


def _collect_pipfile(file: SourceFile) -> Finds:
    for read in _read(file):
        if isinstance(read, BadSyntax):
            yield skipped(file, read.what, read.line)
            continue
        for name, table in read.items():
            if name in _PIPFILE_TABLES:
                continue
            group = "" if name == "packages" else name.removesuffix("-packages")
            yield from _table(file, table, scope_of_group(group, "runtime"), group)


COLLECTORS = (
    Collector("python-pyproject", _collect_pyproject, names=frozenset({"pyproject.toml"})),
    Collector("python-pipfile", _collect_pipfile, names=frozenset({"Pipfile"})),
)
