"""Which version of a package the program has: what a lockfile resolved, else what its manifests state."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from posixpath import commonpath

from llm_audit.model import Fact


class Versions:
    """The versions of a run's packages.

    Args:
        dependencies: what manifests name.
        locked: what lockfiles resolved.
        settings: properties of builds among them.
    """

    def __init__(self, dependencies: Sequence[Fact], locked: Iterable[Fact], settings: Iterable[Fact]) -> None:
        self._locked: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for one in locked:
            self._locked[(one.detail("ecosystem"), one.name)].append(one)
        self._managed: dict[tuple[str, str], str] = {
            (one.detail("ecosystem"), one.name): one.value
            for one in dependencies
            if one.value and one.detail("scope") in ("managed", "catalog", "bom")
        }
        self._boms = _boms(dependencies)
        self._aliases = {
            one.detail("alias"): one for one in dependencies if one.detail("scope") == "catalog" and one.detail("alias")
        }
        self._properties = {
            _PROPERTY_PREFIX.sub("", one.name): one.value for one in settings if _PROPERTY_PREFIX.match(one.name)
        }
        self._elsewhere: dict[tuple[str, str], str] = {}
        for one in dependencies:
            if number := _number(one.value):
                self._elsewhere.setdefault((one.detail("ecosystem"), one.name), number)

    def of(self, dependency: Fact) -> str:
        """The version a lockfile resolved for a dependency, else the number its manifest states, else empty."""
        ecosystem, name = dependency.detail("ecosystem"), dependency.name
        folder = dependency.path.rpartition("/")[0]
        stated = self._filled(dependency.value) or self._filled(self._managed.get((ecosystem, name), ""))
        stated = stated or self._filled(self._managed.get((ecosystem, f"{name.partition(':')[0]}:bom"), ""))
        stated = stated or self._filled(self._by_bom(ecosystem, dependency))
        if alias := self._aliases.get(dependency.detail("alias")):
            stated = stated if _NUMBER.search(stated) else alias.value
        choices = [one for one in self._locked.get((ecosystem, name), ()) if _covers(one, folder)]
        if choices := [one for one in choices if "[REDACTED" not in one.value]:  # a branch's commit is no version
            best = max(choices, key=lambda one: _fit(one, folder, stated))
            return best.value.removeprefix("v") if ecosystem == "packagist" else best.value
        return _number(stated) or self._elsewhere.get((ecosystem, name), "")

    def locked_near(self, ecosystem: str, name: str, path: str) -> str:
        """The version that the nearest lockfile above a file resolved, or empty."""
        folder = path.rpartition("/")[0]
        choices = [one for one in self._locked.get((ecosystem, name), ()) if _covers(one, folder)]
        return str(max(choices, key=lambda one: len(one.path)).value) if choices else ""

    def _by_bom(self, ecosystem: str, dependency: Fact) -> str:
        """What the nearest bill of materials of the package's own group says of all its packages."""
        boms = self._boms.get((ecosystem, dependency.name.partition(":")[0]), [])
        near = max(boms, key=lambda one: _shared(one.path, dependency.path), default=None)
        return near.value if near else ""

    def _filled(self, stated: str) -> str:
        """A version with the build's properties put in: `${spring.version}`, `$(SerilogVersion)`, `$kotlinVersion`."""
        name = _PROPERTY.fullmatch(stated)
        return self._properties.get(name[1] or name[2] or name[3], "") if name else stated


def _boms(dependencies: Iterable[Fact]) -> dict[tuple[str, str], list[Fact]]:
    """The bills of materials by ecosystem and by the group of packages whose version they state."""
    found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for one in dependencies:
        group, _, artifact = one.name.partition(":")
        if one.detail("scope") == "bom" and one.value and _BOM.search(artifact) and not _MIXED.match(group):
            found[(one.detail("ecosystem"), _STANDS_FOR.get(group, group))].append(one)
        elif one.value and one.detail("via") == "plugin" and one.name in _BRING_A_BOM:
            found[("maven", _BRING_A_BOM[one.name])].append(one)
    return found


_NUMBER = re.compile(r"\d{4}-\d\d-\d\d|\d+(?:\.\d+)*(?:[-+.]?[A-Za-z]+[\w.\-+]*)?")
_PROPERTY = re.compile(r"\$\{([\w.\-]+)\}|\$\(([\w.\-]+)\)|\$([\w.\-]+)")
_PROPERTY_PREFIX = re.compile(r"^(maven|gradle|msbuild|sbt)\.property\.")
_STANDS_FOR = {"io.quarkus.platform": "io.quarkus"}
"""Groups of bills of materials, and the group whose packages have the same version."""
_BRING_A_BOM = {
    "org.springframework.boot": "org.springframework.boot",
    "io.quarkus": "io.quarkus",
    "io.ktor.plugin": "io.ktor",
}
"""Plugins of Gradle that bring the bill of materials of their own version, and its group."""
_BOM = re.compile(r"(^|-)(bom|parent|dependencies|platform)$")
_MIXED = re.compile(r"com\.google\.|androidx\.")
"""Groups whose bills of materials bear a version of their own, which is none of the packages'."""


def _shared(left: str, right: str) -> int:
    """How many folders two paths share from the root on."""
    return len(commonpath((left, right)).split("/"))


def _number(stated: str) -> str:
    """The version number in a manifest's specification; empty for local and floating ones."""
    if stated.startswith(("workspace:", "file:", "link:", "git", "http", "*", "latest")):
        return ""
    number = _NUMBER.search(_NO_VERSION.sub("", stated))
    return number[0] if number else ""


_NO_VERSION = re.compile(r"(?<![\w.])(?:<=?|!=)\s*v?[\w.*+-]+")
"""What a specification leaves out: `>=1.2,<2` begins with 1.2, and `<2` alone names no version."""


_BUNDLE = re.compile(r"(?:^|/)[^/]{1,100}\.(?:xcodeproj|xcworkspace)/")
"""A folder that Xcode shows as one file; what lies in it speaks for the folder around."""


def _home(path: str) -> str:
    """The folder that a lockfile speaks for, with those below."""
    bundle = _BUNDLE.search(path)
    return path[: bundle.start()] if bundle else path.rpartition("/")[0]


def _covers(locked: Fact, folder: str) -> bool:
    """Whether a lockfile can speak for a manifest in that folder: it stands there or above."""
    home = _home(locked.path)
    return not home or folder == home or folder.startswith(f"{home}/")


def _fit(locked: Fact, folder: str, stated: str) -> tuple[int, int, int, int, tuple[int, ...]]:
    """How well a locked version fits: nearest lockfile, this app's own entry, a direct one, the stated numbers, the newest."""
    home = _home(locked.path)
    app = locked.detail("app")
    own = app == (folder or ".")
    wanted = re.findall(r"\d+", stated)[:2]
    given = re.findall(r"\d+", locked.value)[:2]
    same = sum(1 for left, right in zip(wanted, given, strict=False) if left == right)
    numbers = tuple(int(part) for part in re.findall(r"\d{1,9}", locked.value)[:4])
    return len(home), own, locked.detail("direct") == "yes", same, numbers
