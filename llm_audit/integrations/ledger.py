"""All facts of a run, ready to be asked: by kind, by name, by app."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from llm_audit.catalog import folded
from llm_audit.integrations.admitting import admitted
from llm_audit.integrations.constants import asked_for
from llm_audit.integrations.strength import strength
from llm_audit.integrations.versions import Versions
from llm_audit.model import Fact, Kind, Role

_MANIFEST = re.compile(
    r"(^|/)(package\.json|pyproject\.toml|requirements[^/]*\.txt|setup\.(cfg|py)|Pipfile|environment\.ya?ml|go\.mod|Cargo\.toml|Gemfile"
    r"|[^/]+\.gemspec|composer\.json|pom\.xml|build\.gradle(\.kts)?|[^/]+\.(cs|fs|vb)proj|mix\.exs|pubspec\.yaml|Package\.swift|Podfile|deno\.jsonc?)$"
)


class Ledger:
    """The facts of a run.

    Args:
        facts: in any order; they are asked in that of path and line.

    Attributes:
        facts: those that count.
        apps: the folders of the manifests, inner ones first; empty for the root.
        versions: knows the versions of packages.
    """

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = asked_for(admitted(facts))
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
        self.versions = Versions(
            self._by_kind[Kind.DEPENDENCY], self._by_kind[Kind.LOCKED], self._by_kind[Kind.SETTING]
        )

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


def answerer(route: Fact) -> str:
    """The function or class that answers a route."""
    return re.split(r"[#@.:]", route.detail("handler"))[-1]


def _app_folder(folder: str) -> str:
    """A folder `requirements/` or `gradle/` of manifests belongs to the app above it."""
    head, _, last = folder.rpartition("/")
    return head if last in ("requirements", "gradle", "requirements.d") else folder
