"""The services of the catalogue that the code shows, each with every fact that speaks of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from llm_audit.catalog import Catalog, Service, folded
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.owners import owners
from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Fact, Kind, Redacted, Role


@dataclass(frozen=True)
class Sighting:
    """A service of the catalogue and every fact that speaks of it, strongest first."""

    service: Service
    facts: tuple[Fact, ...]

    def of(self, *kinds: Kind) -> Iterator[Fact]:
        """The facts of these kinds in the program's own files, strongest first."""
        if len(kinds) == 1:
            return iter(self._own.get(kinds[0], ()))
        return (fact for fact in self.facts if fact.kind in kinds and fact.role == Role.SOURCE)

    @cached_property
    def _own(self) -> dict[Kind, list[Fact]]:
        found: dict[Kind, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            if fact.role == Role.SOURCE:
                found[fact.kind].append(fact)
        return found

    @cached_property
    def _strengths(self) -> tuple[int, ...]:
        return tuple(map(strength, self.facts))

    @cached_property
    def proof(self) -> tuple[Fact, ...]:
        """The facts that prove use."""
        return tuple(fact for fact, proven in zip(self.facts, self._strengths, strict=True) if proven >= USE)

    @property
    def best(self) -> int:
        """The strength of the strongest fact."""
        return max(self._strengths, default=0)

    @property
    def title(self) -> str:
        """The service's name; where the catalogue bundles several under one, the names of those that are in use."""
        proof = self.proof or [f for f in self.facts if f.role == Role.SOURCE]
        # of a setting, the value is the name
        return self.service.title(fact.value if fact.kind == Kind.SETTING else fact.name for fact in proof)


_PLAIN_ROOTS = {"elixir": ("hex", "."), "ruby": ("rubygems", "::")}
"""Languages whose modules are plain words that a program may well use itself: their packages, and what parts a module's name."""


def _is_namesake(fact: Fact, service: Service, declared: Mapping[str, set[str]]) -> bool:
    """Whether a module only bears a service's name: modules are plain words, and none of its packages is declared."""
    ecosystem, sign = _PLAIN_ROOTS.get(fact.detail("language"), ("", ""))
    if fact.kind not in (Kind.IMPORT, Kind.CALL) or not declared.get(ecosystem):
        return False
    root = (fact.name if fact.kind == Kind.IMPORT else fact.detail("module")).partition(sign)[0]
    packages = [pattern for signal, eco, pattern in service.patterns if (signal, eco) == ("packages", ecosystem)]
    named = ("imports", fact.detail("language"), root) in service.patterns or root.lower() in packages
    known = declared[ecosystem]
    return named and bool(packages) and not any(fnmatchcase(name, one) for one in packages for name in known)


def _is_shown(fact: Fact, packages: set[Redacted]) -> bool:
    """Whether code uses a package only in a text to be shown: between backquotes, and no manifest has it."""
    if not fact.detail("quoted"):
        return False
    module = fact.name if fact.kind == Kind.IMPORT else fact.detail("module")
    parts = module.split("/")
    return "/".join(parts[: 2 if module.startswith("@") else 1]) not in packages


_DISTINCT = 10
"""How long a name must be to mean the same address in another file."""


def _behind_bases(ledger: Ledger, catalog: Catalog) -> Iterator[tuple[Service, Fact]]:
    """The paths that code puts behind an address which another line binds to a name, each with the address's owner."""
    near: dict[tuple[str, str], set[str]] = defaultdict(set)
    far: dict[str, set[str]] = defaultdict(set)
    for fact in ledger.of(Kind.HOST):
        if name := folded(fact.detail("bound")):
            near[(fact.path, name)].add(fact.name)
            far[name].add(fact.name)
    for fact in ledger.settings.get("url.path", ()):
        name = folded(fact.detail("base"))
        hosts = near.get((fact.path, name)) or (far.get(name, set()) if len(name) >= _DISTINCT else set())
        if len(hosts) == 1:
            yield from ((service, fact) for service in catalog.by_host(next(iter(hosts))))
        elif not hosts and (service := _of_address(fact.detail("base"), catalog)):
            yield service, fact


def _of_address(variable: str, catalog: Catalog) -> Service | None:
    """The one service whose address a variable holds, as its name says: `SUPABASE_URL`."""
    found = catalog.by_env(variable) if variable.isupper() and "_" in variable else ()
    return found[0] if len(found) == 1 and found[0].kind == "service" else None


_SPEAKS_AS = {"mariadb": "mysql", "valkey": "redis", "dragonfly": "redis"}
"""Servers that are spoken to with the clients of another, whose protocol is theirs."""
_DECLARED = 3
"""The strength of a client that the program depends on: a library may load it by its name."""
_RUN = frozenset({Kind.IMAGE, Kind.ENV_READ, Kind.ENV_DECLARED})


def _join_servers(found: dict[str, list[Fact]]) -> None:
    """Gives the image of a server to the service whose client speaks to it, where nothing but the image names the server."""
    for server, client in _SPEAKS_AS.items():
        own = [fact for fact in found.get(server, ()) if fact.role == Role.SOURCE]
        spoken = any(strength(fact) >= _DECLARED and fact.kind not in _RUN for fact in found.get(client, ()))
        if own and spoken and all(fact.kind in _RUN for fact in own):
            found[client].extend(fact for fact in own if fact.kind == Kind.IMAGE)
            del found[server]


def sightings(ledger: Ledger, catalog: Catalog) -> dict[str, Sighting]:
    """Every service that any fact speaks of, by id."""
    found: dict[str, list[Fact]] = defaultdict(list)
    packages = {fact.name for fact in ledger.of(Kind.DEPENDENCY) if fact.detail("ecosystem") == "npm"}
    declared: dict[str, set[str]] = defaultdict(set)
    for fact in ledger.of(Kind.DEPENDENCY, Kind.LOCKED):
        declared[fact.detail("ecosystem")].add(fact.name)
    for fact in ledger.facts:
        if fact.kind != Kind.LOCKED:
            for service in owners(fact, catalog):
                if not (_is_namesake(fact, service, declared) or _is_shown(fact, packages)):
                    found[service.id].append(fact)
    for service, fact in _behind_bases(ledger, catalog):
        found[service.id].append(fact)
    _join_servers(found)
    return {
        key: Sighting(catalog.services[key], tuple(sorted(facts, key=lambda one: (-strength(one), one.path, one.line))))
        for key, facts in sorted(found.items())
    }
