"""Which facts count, and as what: an own module is no package, a gallery of examples is not what an application runs on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from llm_audit.model import IN_ORDER, Fact, Kind, Redacted, Role


def admitted(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts in order of path and line, without those that only look like facts of the program.

    Args:
        facts: all that was read, in any order.
    """
    ordered = _without_own_modules(tuple(sorted(facts, key=IN_ORDER)))
    ordered = _without_copies(_without_content(_without_galleries(ordered)))
    return _resolve_accessors(_as_samples_choose(_published_elsewhere(_without_unsampled(ordered))))


_CENTRAL = re.compile(r"sonatype|(^|\.)maven\.org$")
_PACKAGES = "maven.pkg.github.com"


def _published_elsewhere(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts, with what Gradle publishes at the repository that the build names, where that is not Maven Central."""
    hosts = {str(one.value) for one in facts if one.kind == Kind.SETTING and one.name == "gradle.publishes"}
    if not hosts or any(map(_CENTRAL.search, hosts)):
        return facts
    name = Redacted("github-packages") if hosts == {_PACKAGES} else Redacted("maven-repository")
    return tuple(
        replace(one, name=name)
        if one.kind == Kind.PUBLISH and one.name == "maven-central" and "gradle" in one.detail("how")
        else one
        for one in facts
    )


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


def _without_copies(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts, with those of files that stand in for a package's own as vendored: `patched/acme/mailer/src/Mailer.php`.

    A folder of such a name with a manifest is the tree's own package.
    """
    packages = {
        one.name.lower()
        for one in facts
        if one.kind in (Kind.DEPENDENCY, Kind.LOCKED) and one.detail("ecosystem") == "packagist" and "/" in one.name
    }
    if not packages:
        return facts
    own = {one.path.rpartition("/")[0] for one in facts if one.path.endswith("/composer.json")}
    copies = {path: _is_copy(path, packages, own) for path in {one.path for one in facts if one.path.endswith(".php")}}
    return tuple(
        replace(one, role=Role.VENDORED)
        if one.role == Role.SOURCE and one.path.endswith(".php") and copies[one.path]
        else one
        for one in facts
    )


def _is_copy(path: str, packages: set[str], own: set[str]) -> bool:
    parts = path.split("/")
    return any(
        "/".join(parts[at : at + 2]).lower() in packages and "/".join(parts[: at + 2]) not in own
        for at in range(1, len(parts) - 2)
    )


_OF_TESTS = re.compile(r"(?i)(^|[._-])(ci|test\w{0,4}|dusk|e2e)([._-]|$)")


def _as_samples_choose(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts, with the database that all samples of the environment choose in place of a framework's stock default.

    Where the code's default is that of a fresh project and nobody's environment keeps it, the default says as little as the
    other stock connections do; the one that the samples name is the program's.
    """
    defaults = {
        (one.path, one.detail("selector")): one.detail("name")
        for one in facts
        if one.kind == Kind.SETTING and one.name == "db.engine" and one.detail("tool") == "laravel"
        and one.detail("default") and one.detail("selector") and one.detail("name") in _STOCK
    }  # fmt: skip
    if not defaults:
        return facts
    moved = {}
    for (path, selector), default in defaults.items():
        chosen = _sampled(selector, facts)
        if len(chosen) == 1 and not {default, _FAMILY.get(default, "")} & chosen:
            moved[path] = default, chosen
    return tuple(_moved(one, *moved[one.path]) if one.path in moved else one for one in facts)


def _sampled(selector: str, facts: tuple[Fact, ...]) -> set[str]:
    """What the samples give a variable; where none names it, what a pipeline does, unless that is the file that tests make do with."""
    given = [one for one in facts if one.kind == Kind.ENV_DECLARED and one.name == selector and one.value]
    samples = {
        str(one.value)
        for one in given
        if one.detail("where") == "dotenv" and not _OF_TESTS.search(one.path.rpartition("/")[2])
    }
    return samples or {str(one.value) for one in given if one.detail("where") == "ci"} - {"sqlite"}


_STOCK = frozenset({"mysql", "sqlite"})
"""What a fresh project of Laravel takes unless a variable says otherwise ("Database: Getting Started", Laravel documentation)."""


_FAMILY = {"mysql": "mariadb"}
"""Servers that take each other's clients: a sample that names one says little against the other."""


def _moved(fact: Fact, default: str, chosen: set[str]) -> Fact:
    """A connection of a configuration file as the samples leave it: chosen, or one of the stock."""
    if fact.kind != Kind.SETTING or fact.name != "db.engine":
        return fact
    name = fact.detail("name")
    kept = [(key, text) for key, text in fact.details if key != ("default" if name == default else "boilerplate")]
    if name == default:
        return replace(fact, details=tuple(sorted((*kept, ("boilerplate", Redacted("maybe"))))))
    return replace(fact, details=tuple(kept)) if name in chosen else fact


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
