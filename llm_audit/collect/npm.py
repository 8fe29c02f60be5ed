"""npm manifests: the dependency fields of `package.json`, workspaces, and the catalogs of pnpm, Yarn and Bun."""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, fact, skipped
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax, Node, parse_json, parse_yaml

_SCOPES = {
    "dependencies": "runtime",
    "devDependencies": "dev",
    "optionalDependencies": "optional",
    "peerDependencies": "peer",
}
_ALIAS = expression(r"npm:((?:@[^/@\s]+/)?[^/@\s]+)(?:@.*)?\Z")
_MANAGER = expression(r"(?P<name>[a-z]+)@(?P<version>[^+\s]+)")


def real_name(name: str, spec: str) -> tuple[str, str]:
    """The package behind a dependency's name, and the name it is imported by where the two differ."""
    aliased = _ALIAS.match(spec)
    return (aliased[1], name) if aliased and aliased[1] != name else (name, "")


@parsed(parse_json, half_merged=True)
def _collect_package_json(file: SourceFile, root: Node) -> Finds:
    for field, scope in _SCOPES.items():
        for name, node in root.get(field).items():
            optional = root.get("peerDependenciesMeta", name, "optional").text if scope == "peer" else ""
            yield from _dependency(file, name, node, scope, optional)
    yield from _about(file, root)
    yield from _workspaces(file, root.get("workspaces"))
    for holder in (root, root.get("workspaces")):
        yield from _catalogs(file, holder)


def _dependency(file: SourceFile, name: str, node: Node, scope: str, optional: str) -> Finds:
    if not name or node.is_map or node.is_list:
        return
    package, alias = real_name(name, node.text)
    yield fact(
        file,
        node.line,
        Kind.DEPENDENCY,
        package,
        node.text,
        ecosystem="npm",
        scope=scope,
        alias=alias,
        optional="yes" if optional == "true" else "",
    )


def _about(file: SourceFile, root: Node) -> Finds:
    """The package's own name, so that its siblings' references to it are known to be internal, and its manager."""
    if own := root.get("name").text:
        private = "yes" if root.get("private").text == "true" or root.get("license").text == "UNLICENSED" else ""
        yield fact(file, root.get("name").line, Kind.SETTING, "npm.name", own, private=private)
    manager = root.get("packageManager")
    if found := _MANAGER.match(manager.text):
        yield fact(
            file,
            manager.line,
            Kind.DEPENDENCY,
            found["name"],
            found["version"],
            ecosystem="npm",
            scope="tool",
            via="packageManager",
        )


def _workspaces(file: SourceFile, node: Node) -> Finds:
    """One setting per pattern, from the array or from the object form with `packages`."""
    for pattern in node if node.is_list else node.get("packages"):
        if pattern.text:
            yield fact(file, pattern.line, Kind.SETTING, "npm.workspaces", pattern.text)


def _catalogs(file: SourceFile, holder: Node) -> Finds:
    """The shared versions that `catalog:` and `catalog:<name>` refer to."""
    for name, node in _named_catalogs(holder):
        for package, spec in node.items():
            if spec.text:
                yield fact(file, spec.line, Kind.LOCKED, package, spec.text, ecosystem="npm", catalog=name)


def _named_catalogs(holder: Node) -> Iterator[tuple[str, Node]]:
    yield "default", holder.get("catalog")
    yield from holder.get("catalogs").items()


@parsed(parse_yaml)
def _collect_workspace_yaml(file: SourceFile, documents: list[Node]) -> Finds:
    for root in documents:
        yield from _workspaces(file, root)
        yield from _catalogs(file, root)


def _collect_lerna(file: SourceFile) -> Finds:
    try:
        yield from _workspaces(file, parse_json(file.text))
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)


COLLECTORS = (
    Collector("npm-manifest", _collect_package_json, names=frozenset({"package.json"})),
    Collector("npm-workspace", _collect_workspace_yaml, names=frozenset({"pnpm-workspace.yaml", ".yarnrc.yml"})),
    Collector("npm-lerna", _collect_lerna, names=frozenset({"lerna.json"})),
)
