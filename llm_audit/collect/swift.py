"""Swift packages: `Package.swift`, packages of an Xcode project, and `Package.resolved`. Names come from the URL."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node, parse_json

_PACKAGE = expression(
    r"""\.package\(\s*(?:name:\s*"(?P<title>[^"\n]{1,100})"\s*,\s*)?(?P<by>url|path|id):\s*"(?P<where>[^"\n]{1,300})"\s*,?\s*"""
    r"""(?=(?P<rest>[^\n]{0,300}(?:\n\s{1,40}[.a-z"][^\n]{0,200}){0,3}))"""
)
_REQUIREMENT = expression(
    r"""\.?(?P<how>from|exact|branch|revision|upToNextMajor|upToNextMinor)\b[:(]\s*(?:from:\s*)?"(?P<value>[^"\n]{1,100})\""""
    r"""|"(?P<low>[^"\n]{1,50})"\s*(?P<range>\.\.[<.])\s*"(?P<high>[^"\n]{1,50})\""""
)
_COMMENT = expression(r"(?<!:)//")
_ROW = 400
"""How far before a package the comment that its row is may begin."""
_NAME = expression(r'\bPackage\(\s*name:\s*"(?P<name>[^"\n]{1,100})"')
_REMOTE = expression(r"isa = XCRemoteSwiftPackageReference;(?P<body>[^{}]{0,600}requirement = \{[^{}]{0,400}\})")
_FIELD = expression(
    r"\b(?P<key>repositoryURL|kind|minimumVersion|maximumVersion|version|branch|revision) = "
    r'"?(?P<value>[^";\n]{1,300})"?;'
)


def name_of(url: str) -> str:
    """The last part of a repository's URL, without `.git`."""
    return url.rstrip("/").rpartition("/")[2].rpartition(":")[2].removesuffix(".git")


def collect_manifest(file: SourceFile) -> Finds:
    """Packages by URL, registry id or folder; `requirement` says how the version is meant (`from`, `exact`)."""
    if match := _NAME.search(file.text):
        yield at(file, match.start("name"), Kind.SETTING, "project.name", match["name"], ecosystem="swift")
    for match in _PACKAGE.finditer(file.text):
        near = max(0, match.start() - _ROW)
        row = file.text.rfind("\n", near, match.start()) + 1
        if _COMMENT.search(file.text, row or near, match.start()):
            continue
        rest = match["rest"].partition(".package(")[0]
        how, version = _requirement(rest)
        remote = match["where"] if match["by"] == "url" else ""
        yield at(
            file,
            match.start("where"),
            Kind.DEPENDENCY,
            match["where"] if match["by"] == "id" else name_of(match["where"]),
            "" if match["by"] == "path" else version,
            ecosystem="swift",
            scope="runtime",
            alias=match["title"] or "",
            requirement="" if match["by"] == "path" else how,
            source="local" if match["by"] == "path" else "",
            url=remote,
        )


def _requirement(text: str) -> tuple[str, str]:
    found = _REQUIREMENT.search(text)
    if found is None:
        return "", ""
    if found["range"]:
        return "range", f"{found['low']}{found['range']}{found['high']}"
    return found["how"], found["value"]


def collect_xcode(file: SourceFile) -> Finds:
    """Remote packages that an Xcode project names, where an app has no manifest of its own."""
    for match in _REMOTE.finditer(file.text):
        fields = {found["key"]: (found["value"], found.start()) for found in _FIELD.finditer(match["body"])}
        if "repositoryURL" not in fields:
            continue
        url, where = fields["repositoryURL"]
        keys = ("version", "minimumVersion", "branch", "revision")
        version = next((fields[key][0] for key in keys if key in fields), "")
        how = fields["kind"][0] if "kind" in fields else ""
        yield at(
            file,
            match.start("body") + where,
            Kind.DEPENDENCY,
            name_of(url),
            version,
            ecosystem="swift",
            scope="runtime",
            requirement=how,
            url=url,
        )


@parsed(parse_json, half_merged=True)
def collect_resolved(file: SourceFile, root: Node) -> Finds:
    """Pinned versions of every format of `Package.resolved`; a branch has its commit."""
    for pin in (*root.get("pins"), *root.get("object", "pins")):
        url: Node = pin.get("location") or pin.get("repositoryURL")
        name = name_of(url.text) or pin.get("identity").text
        state = pin.get("state")
        version = state.get("version").text or state.get("revision").text
        if name and version:
            yield fact(file, url.line, Kind.LOCKED, name, version, ecosystem="swift", url=url.text)


COLLECTORS = (
    Collector(
        "swift-manifest",
        collect_manifest,
        paths=expression(r"(?:^|/)Package(?:@swift-[\d.]+)?\.swift\Z"),
        marks=("package",),
    ),
    Collector(
        "swift-xcode", collect_xcode, names=frozenset({"project.pbxproj"}), needs=("XCRemoteSwiftPackageReference",)
    ),
    Collector("swift-resolved", collect_resolved, names=frozenset({"Package.resolved"})),
)
