"""All facts of a run, ready to be asked: by kind, by app, by the version that a lockfile resolved."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import chain
from posixpath import commonpath

from llm_audit.catalog import folded
from llm_audit.integrations.constants import asked_for
from llm_audit.integrations.strength import strength
from llm_audit.model import IN_ORDER, Fact, Kind, Role

_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:[-+.]?[A-Za-z]+[\w.\-+]*)?")
_MANIFEST = re.compile(
    r"(^|/)(package\.json|pyproject\.toml|requirements[^/]*\.txt|setup\.(cfg|py)|Pipfile|environment\.ya?ml|go\.mod|Cargo\.toml|Gemfile"
    r"|[^/]+\.gemspec|composer\.json|pom\.xml|build\.gradle(\.kts)?|[^/]+\.(cs|fs|vb)proj|mix\.exs|pubspec\.yaml|Package\.swift|Podfile|deno\.jsonc?)$"
)


class Ledger:
    """The facts of a run.

    Args:
        facts: in any order; they are asked in that of path and line.
    """

    def __init__(self, facts: Iterable[Fact]) -> None:
        ordered = _without_own_modules(tuple(sorted(facts, key=IN_ORDER)))
        plain = _resolve_accessors(_without_unsampled(_without_content(_without_galleries(ordered))))
        self.facts = asked_for(plain)
        self._by_kind: dict[Kind, list[Fact]] = defaultdict(list)
        self._own: dict[Kind, list[Fact]] = defaultdict(list)
        for one in self.facts:
            self._by_kind[one.kind].append(one)
            if one.role == Role.SOURCE:
                self._own[one.kind].append(one)
        manifests = (
            f.path for f in self._by_kind[Kind.DEPENDENCY] if f.role == Role.SOURCE and _MANIFEST.search(f.path)
        )
        folders = {path.rpartition("/")[0] for path in manifests}
        self.apps = tuple(sorted({_app_folder(folder) for folder in folders}, key=lambda app: (-len(app), app)))
        self._locked: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for one in self._by_kind[Kind.LOCKED]:
            self._locked[(one.detail("ecosystem"), one.name)].append(one)
        self._managed: dict[tuple[str, str], str] = {
            (one.detail("ecosystem"), one.name): one.value
            for one in self._by_kind[Kind.DEPENDENCY]
            if one.value and one.detail("scope") in ("managed", "catalog", "bom")
        }
        self._boms: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for one in self._by_kind[Kind.DEPENDENCY]:
            group, _, artifact = one.name.partition(":")
            if one.detail("scope") == "bom" and one.value and _BOM.search(artifact) and not _MIXED.match(group):
                self._boms[(one.detail("ecosystem"), _STANDS_FOR.get(group, group))].append(one)
            elif one.value and one.detail("via") == "plugin" and one.name in _BRING_A_BOM:
                self._boms[("maven", _BRING_A_BOM[one.name])].append(one)
        self._aliases = {
            one.detail("alias"): one
            for one in self._by_kind[Kind.DEPENDENCY]
            if one.detail("scope") == "catalog" and one.detail("alias")
        }

        self._properties = {
            _PROPERTY_PREFIX.sub("", one.name): one.value
            for one in self._by_kind[Kind.SETTING]
            if _PROPERTY_PREFIX.match(one.name)
        }
        self._elsewhere: dict[tuple[str, str], str] = {}
        for one in self._by_kind[Kind.DEPENDENCY]:
            if number := _number(one.value):
                self._elsewhere.setdefault((one.detail("ecosystem"), one.name), number)

    def of(self, *kinds: Kind, source: bool = True) -> Iterator[Fact]:
        """The facts of these kinds, only those of the program's own files unless `source` is off."""
        facts = self._own if source else self._by_kind
        return chain.from_iterable(facts[kind] for kind in kinds)

    @cached_property
    def paths(self) -> frozenset[str]:
        """The program's own files that any fact was read in."""
        return frozenset(one.path for own in self._own.values() for one in own)

    @cached_property
    def packages(self) -> tuple[tuple[str, Fact], ...]:
        """The manifest lines of packages that the running program has, each with the package's name in one spelling."""
        own = (one for one in self.of(Kind.DEPENDENCY) if strength(one) > 1)
        return tuple((one.name.lower().replace("_", "-"), one) for one in own)

    @cached_property
    def settings(self) -> dict[str, tuple[Fact, ...]]:
        """The settings of the program's own files, by name."""
        found: dict[str, list[Fact]] = defaultdict(list)
        for one in self.of(Kind.SETTING):
            found[one.name].append(one)
        return {name: tuple(facts) for name, facts in found.items()}

    @cached_property
    def imports_at(self) -> dict[str, tuple[Fact, ...]]:
        """The imports of the program's own files, by path."""
        found: dict[str, list[Fact]] = defaultdict(list)
        for one in self.of(Kind.IMPORT):
            found[one.path].append(one)
        return {path: tuple(facts) for path, facts in found.items()}

    @cached_property
    def calls(self) -> dict[str, tuple[Fact, ...]]:
        """The calls of the program's own files by the first name of their chain, lower-case letters and digits only."""
        found: dict[str, list[Fact]] = defaultdict(list)
        for one in self.of(Kind.CALL):
            found[folded(one.name.partition(".")[0])].append(one)
        return {name: tuple(facts) for name, facts in found.items()}

    @cached_property
    def answerers(self) -> frozenset[str]:
        """The functions and classes that answer the routes of the program's own files."""
        return frozenset(map(answerer, self.of(Kind.ROUTE)))

    def app_of(self, path: str) -> str:
        """The folder of the nearest manifest above a path; empty for the root."""
        return next((app for app in self.apps if not app or path.startswith(f"{app}/")), "")

    def version_of(self, dependency: Fact) -> str:
        """The version a lockfile resolved for a dependency, else the number its manifest states, else empty."""
        ecosystem, name = dependency.detail("ecosystem"), dependency.name
        folder = dependency.path.rpartition("/")[0]
        stated = self._filled(dependency.value) or self._filled(self._managed.get((ecosystem, name), ""))
        stated = stated or self._filled(self._managed.get((ecosystem, f"{name.partition(':')[0]}:bom"), ""))
        stated = stated or self._filled(self._by_bom(ecosystem, dependency))
        if alias := self._aliases.get(dependency.detail("alias")):
            stated = stated if _NUMBER.search(stated) else alias.value
        choices = [one for one in self._locked.get((ecosystem, name), ()) if _covers(one, folder)]
        if choices:
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


def answerer(route: Fact) -> str:
    """The function or class that answers a route."""
    return re.split(r"[#@.:]", route.detail("handler"))[-1]


_PROPERTY = re.compile(r"\$\{([\w.\-]+)\}|\$\(([\w.\-]+)\)|\$([\w.\-]+)")
_PROPERTY_PREFIX = re.compile(r"^(maven|gradle|msbuild)\.property\.")


_GALLERY = 20
"""More compose files in one folder of an application are wares that it offers, not what it runs on."""


def _without_galleries(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts, with those of a folder full of compose files as examples where the tree is an application."""
    composed = Counter(
        one.path.rpartition("/")[0] for one in facts if one.kind == Kind.PLATFORM and one.name == "docker-compose"
    )
    galleries = {folder for folder, count in composed.items() if count > _GALLERY and folder}
    if not galleries or not any(one.kind == Kind.DEPENDENCY and one.role == Role.SOURCE for one in facts):
        return facts
    return tuple(
        replace(one, role=Role.EXAMPLE) if one.role == Role.SOURCE and one.path.rpartition("/")[0] in galleries else one
        for one in facts
    )


def _without_unsampled(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts without members of an own object of settings that no sample of the environment names as variables."""
    sampled = {one.name for one in facts if one.kind == Kind.ENV_DECLARED and one.detail("where") == "dotenv"}
    return tuple(
        one for one in facts if one.kind != Kind.ENV_READ or one.name in sampled or one.detail("via") != "config member"
    )


_CONTENT = 12
"""So many JSON files with addresses under one folder are records that people wrote, not configuration."""


def _without_content(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts, with the addresses in a folder of many JSON files as documentation: profiles, events, link lists."""
    holding = {one.path for one in facts if one.kind == Kind.HOST and one.path.endswith(".json")}
    if len(holding) < _CONTENT:
        return facts
    counts = Counter(path[:cut] for path in holding for cut in (i for i, sign in enumerate(path) if sign == "/"))
    full = tuple(f"{folder}/" for folder, count in counts.items() if count >= _CONTENT)
    return tuple(
        replace(one, role=Role.DOCS)
        if one.kind == Kind.HOST and one.path in holding and one.path.startswith(full)
        else one
        for one in facts
    )


def _without_own_modules(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts without imports of Python modules that the tree itself holds: above or beside the file, at its root or in `src/`.

    A package of a manifest is that package, whatever the tree's folders are called, also where only the beginnings of
    the two names are alike: the package `rudder-sdk-python` holds the module `rudderstack`.
    """
    files = {one.path for one in facts if one.path.endswith(".py")}
    if not files:
        return facts
    declared = {
        one.name.lower().replace("-", "_")
        for one in facts
        if one.kind == Kind.DEPENDENCY and one.detail("ecosystem") == "pypi"
    }

    begun = tuple(filter(None, map(_told_word, declared)))

    def is_own(one: Fact) -> bool:
        if one.kind not in (Kind.IMPORT, Kind.CALL) or one.detail("language") != "python":
            return False
        module = one.name if one.kind == Kind.IMPORT else one.detail("module")
        root = module.partition(".")[0].lower()
        if not root or root in declared or root.startswith(begun):
            return False
        folder = one.path.rpartition("/")[0]
        if module in folder.split("/"):
            return True
        bases = (f"{folder}/" if folder else "", "", "src/")
        ends = (".py", "/__init__.py")
        held = {f"{base}{module.replace('.', '/')}{end}" for base in bases for end in ends} - {
            one.path
        }  # no file imports itself
        return not files.isdisjoint(held)

    return tuple(one for one in facts if not is_own(one))


def _told_word(package: str) -> str:
    """The first word of a package's name that is long enough to tell it, without what many bear: `python_arango` -> `arango`."""
    return next((word for word in package.split("_") if len(word) > 4 and word not in _MANY_BEAR), "")


_MANY_BEAR = frozenset(
    "python django flask fastapi aiohttp async client types google azure apache opentelemetry pytest".split()
)


def _resolve_accessors(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Puts the packages of a Gradle version catalogue in place of their accessors (`libs.spring.web`, `libs.bundles.aws`)."""
    catalog: dict[str, list[Fact]] = defaultdict(list)
    for one in facts:
        if one.kind == Kind.DEPENDENCY and one.detail("scope") == "catalog":
            catalog[one.detail("alias")].append(one)
    if not catalog:
        return facts
    found: list[Fact] = []
    for one in facts:
        if one.kind == Kind.DEPENDENCY and one.name == one.detail("alias"):
            found.extend(replace(one, name=real.name, value=one.value or real.value) for real in catalog[one.name])
        else:
            found.append(one)
    return tuple(found)


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


def _app_folder(folder: str) -> str:
    """A folder `requirements/` or `gradle/` of manifests belongs to the app above it."""
    head, _, last = folder.rpartition("/")
    return head if last in ("requirements", "gradle", "requirements.d") else folder


def _covers(locked: Fact, folder: str) -> bool:
    """Whether a lockfile can speak for a manifest in that folder: it stands there or above."""
    home = locked.path.rpartition("/")[0]
    return not home or folder == home or folder.startswith(f"{home}/")


def _fit(locked: Fact, folder: str, stated: str) -> tuple[int, int, int, int, tuple[int, ...]]:
    """How well a locked version fits: nearest lockfile, this app's own entry, a direct one, the stated numbers, the newest."""
    home = locked.path.rpartition("/")[0]
    app = locked.detail("app")
    own = app == (folder or ".")
    wanted = re.findall(r"\d+", stated)[:2]
    given = re.findall(r"\d+", locked.value)[:2]
    same = sum(1 for left, right in zip(wanted, given, strict=False) if left == right)
    numbers = tuple(int(part) for part in re.findall(r"\d{1,9}", locked.value)[:4])
    return len(home), own, locked.detail("direct") == "yes", same, numbers
