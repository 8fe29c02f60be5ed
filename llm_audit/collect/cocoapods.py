"""CocoaPods: pods of a `Podfile` with the target they are for, of a `*.podspec`, and `Podfile.lock`."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_ROW = expression(
    r"""^[ \t]{0,60}(?:(?:abstract_)?target[ \t(]+["'](?P<target>[^"'\n]{1,100})["']"""
    r"""|pod[ \t(]+["'](?P<pod>[^"'\n]{1,100})["'](?P<rest>(?:[^\n]{0,300},[ \t]*\n){0,6}[^\n]{0,300})"""
    r"""|(?P<end>end\b)"""
    r"""|(?P<opens>(?:if|unless|def|case|begin)\b|[^\n]{0,200}\bdo\b(?:[ \t]*\|[^|\n]{0,40}\|)?[ \t]*$))""",
    re.MULTILINE,
)
_VERSION = expression(r"""\s*,\s*["'](?P<version>[^"'\n]{1,60})["']""")
_OPTION = expression(
    r"""(?::(?P<old>git|path|podspec)\s*=>|\b(?P<new>git|path|podspec):)\s*["'](?P<value>[^"'\n]{1,300})["']"""
)
_TEST = expression(r"Tests?\b")
_SPEC = expression(
    r"""^[^#\n]{0,60}?\.dependency[ \t(]+["'](?P<name>[^"'\n]{1,100})["'](?P<rest>[^\n]{0,200})""", re.MULTILINE
)
_LOCKED = expression(
    r"""^(?P<section>[A-Z][A-Z ]+):|^  - "?(?P<name>[^\s"(]{1,100}) \((?P<version>[^()\n]{1,80})\)"?:?$""", re.MULTILINE
)


def collect_podfile(file: SourceFile) -> Finds:
    """Pods; those of a target whose name ends in `Test` or `Tests` have scope `test`."""
    targets: list[str] = []
    for match in _ROW.finditer(file.text):
        if match["target"]:
            targets.append(match["target"])
        elif match["pod"]:
            yield from _pod(file, match, targets[-1] if targets else "")
        elif match["opens"]:
            targets.append(targets[-1] if targets else "")
        elif targets:
            targets.pop()


def _pod(file: SourceFile, match: re.Match[str], target: str) -> Finds:
    rest = match["rest"]
    version = _VERSION.match(rest)
    options = {found["old"] or found["new"]: found["value"] for found in _OPTION.finditer(rest)}
    yield at(
        file,
        match.start("pod"),
        Kind.DEPENDENCY,
        match["pod"],
        version["version"] if version else "",
        ecosystem="cocoapods",
        scope="test" if _TEST.search(target) else "runtime",
        source="local" if "path" in options else "git" if "git" in options else "",
        url=options.get("git", ""),
        target=target,
    )


def collect_podspec(file: SourceFile) -> Finds:
    """What a pod itself depends on."""
    for match in _SPEC.finditer(file.text):
        version = _VERSION.match(match["rest"])
        text = version["version"] if version else ""
        where = match.start("name")
        yield at(file, where, Kind.DEPENDENCY, match["name"], text, ecosystem="cocoapods", scope="runtime")


def collect_lock(file: SourceFile) -> Finds:
    """Resolved versions of all pods and subspecs."""
    section = ""
    for match in _LOCKED.finditer(file.text):
        if match["section"]:
            section = match["section"]
        elif section == "PODS":
            yield at(file, match.start(), Kind.LOCKED, match["name"], match["version"], ecosystem="cocoapods")


COLLECTORS = (
    Collector("pods-manifest", collect_podfile, names=frozenset({"Podfile"})),
    Collector("pods-podspec", collect_podspec, suffixes=frozenset({".podspec"})),
    Collector("pods-lock", collect_lock, names=frozenset({"Podfile.lock"})),
)
