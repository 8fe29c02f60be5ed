"""The code's side of a check: facts, entries and paths, indexed by what the rules ask for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Protocol, TypeVar

from llm_audit.catalog import Catalog
from llm_audit.integrations import Found
from llm_audit.integrations.owners import owners
from llm_audit.model import Candidate, Collected, Dismissed, Fact, Kind
from llm_audit.templates import Template

ENV = "Environment Configuration"
HOOKS = "Webhooks & Callbacks"
_Item = TypeVar("_Item")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


class Mention(IntEnum):
    """Where a word stands in the tree at best."""

    NOWHERE = 0
    PROSE = 1
    CODE = 2


class Look(Protocol):
    """What rules may ask of the disk."""

    def exists(self, path: str) -> bool:
        """Whether a relative path exists, ignored or not."""

    def ignored(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of the relative paths that git's ignore rules keep out of the tree."""

    def length(self, path: str) -> int:
        """The number of lines of a file; 0 when it cannot be read."""

    def mentions(self, words: Iterable[str]) -> dict[str, Mention]:
        """Where each word stands in the tree, in any case and with any separators."""


@dataclass(frozen=True)
class World:
    """What the code says.

    Attributes:
        found: the entries that a document of ours would have, and look-alikes.
        collected: every fact.
        catalog: the known services.
        template: the grammar of a document of ours.
        paths: every file of the tree that is not ignored.
    """

    found: Found
    collected: Collected
    catalog: Catalog
    template: Template
    paths: tuple[str, ...]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The entries that a document of ours would have."""
        return self.found.candidates

    @property
    def dismissed(self) -> tuple[Dismissed, ...]:
        """What looks like an integration and is none."""
        return self.found.dismissed

    @cached_property
    def by_key(self) -> dict[str, list[Candidate]]:
        """The entries of a service, by its key."""
        return _grouped((one.key, one) for one in self.candidates)

    @cached_property
    def evidence(self) -> dict[str, list[Fact]]:
        """Every fact that speaks of a service of the catalogue, by its id."""
        rows = ((service.id, fact) for fact in self.collected.facts for service in owners(fact, self.catalog))
        return _grouped(rows)

    @cached_property
    def evidence_beyond_variables(self) -> frozenset[str]:
        """The services that something other than a variable's name speaks of."""
        names = (Kind.ENV_READ, Kind.ENV_DECLARED, Kind.SECRET_REF)
        return frozenset(key for key, facts in self.evidence.items() if any(fact.kind not in names for fact in facts))

    @cached_property
    def variables(self) -> dict[str, list[Fact]]:
        """Every read and declaration of a variable, and every CI secret, by its name."""
        return _grouped(
            (fact.name, fact) for fact in self.collected.of(Kind.ENV_READ, Kind.ENV_DECLARED, Kind.SECRET_REF)
        )

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The names that the program builds from a prefix or a suffix."""
        built = {fact.name for fact in self.collected.of(Kind.ENV_READ) if fact.detail("pattern") == "yes"}
        return tuple(re.compile(re.sub(r"\\\*|\\\{[^}]*\}", ".+", re.escape(name))) for name in sorted(built))

    @cached_property
    def required(self) -> dict[str, Fact]:
        """The variables without which start-up fails, each with where it is read."""
        line = next((one for one in self.candidates if one.key == "env:Required env vars"), None)
        if line is None:
            return {}
        said = {*_VARIABLE.findall(line.purpose)}
        for value in line.values:
            said |= {*_VARIABLE.findall(value.text)}
        return {fact.name: fact for fact in reversed(line.facts) if fact.name in said}

    @cached_property
    def shown(self) -> frozenset[str]:
        """The names that a document of ours would show."""
        texts = [text for one in self.candidates for text in (one.purpose, *(value.text for value in one.values))]
        return frozenset(word for text in texts for word in _VARIABLE.findall(text))

    @cached_property
    def packages(self) -> dict[str, list[Fact]]:
        """Every statement of a version: packages, resolved packages, images and actions, by name in lower case."""
        kinds = (Kind.DEPENDENCY, Kind.LOCKED, Kind.IMAGE, Kind.ACTION)
        return _grouped((fact.name.lower(), fact) for fact in self.collected.of(*kinds))

    @cached_property
    def package_words(self) -> frozenset[str]:
        """Every word in the names of packages, in lower case: `@ai-sdk/groq` has `ai`, `sdk` and `groq`."""
        names = {fact.name.lower() for fact in self.collected.of(Kind.DEPENDENCY)}
        return frozenset(word for name in names for word in re.findall(r"[a-z0-9]+", name))

    @cached_property
    def package_roots(self) -> frozenset[str]:
        """The first parts of the names of packages and outside modules, as a path into one would begin."""
        tops = {path.split("/")[0] for path in self.paths}
        names = {fact.name.split("/")[0] for fact in self.collected.of(Kind.DEPENDENCY, Kind.ACTION, Kind.IMAGE)}
        return frozenset(names - tops)

    @cached_property
    def by_basename(self) -> dict[str, list[str]]:
        """The paths of all files, by their last part."""
        return _grouped((path.rpartition("/")[2], path) for path in self.paths)

    @cached_property
    def folders(self) -> dict[str, list[str]]:
        """The paths of all folders, by their last part."""
        known = {path[:at] for path in self.paths for at, char in enumerate(path) if char == "/"}
        return _grouped((path.rpartition("/")[2], path) for path in sorted(known))


def _grouped(rows: Iterable[tuple[str, _Item]]) -> dict[str, list[_Item]]:
    found: dict[str, list[_Item]] = defaultdict(list)
    for key, item in rows:
        found[key].append(item)
    return dict(found)
