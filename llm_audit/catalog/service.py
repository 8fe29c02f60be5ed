"""A service as a table of `data/services/*.toml` describes it, and what such a table may hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from llm_audit.catalog.globs import matches

ECOSYSTEMS = frozenset("npm pypi go cargo rubygems packagist maven nuget hex pub swift cocoapods jsr conda os".split())
LANGUAGES = frozenset("javascript python go java ruby php csharp rust elixir swift dart".split())
SIGNALS = ("packages", "imports", "env", "hosts", "images", "actions", "resources", "charts", "files", "settings")
_KEYS = frozenset(
    (
        *SIGNALS,
        *"id name group purpose products verify calls calls_back reads starts aliases roles also shares examples kind".split(),
    )
)


@dataclass(frozen=True, slots=True)
class Service:
    """A service as the catalogue describes it; patterns are grouped by signal and, in two signals, by ecosystem."""

    id: str
    name: str
    group: str
    purpose: str
    signs: tuple[tuple[str, str, tuple[str, ...]], ...]  # (signal, ecosystem or language or "", patterns)
    verify: tuple[str, ...] = ()
    calls: tuple[tuple[str, str], ...] = ()
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    reads: tuple[str, ...] = ()  # variables that the SDK reads by itself
    starts: tuple[str, ...] = ()  # `ecosystem:package`s that work as soon as they are installed: no code need name them
    aliases: tuple[str, ...] = ()  # other names that modules and routes go by
    products: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of a row for several: each one's name, and what it goes by
    also: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    kind: str = "service"
    calls_back: bool = False  # it tells of events at a route that bears its name

    @property
    def patterns(self) -> Iterator[tuple[str, str, str]]:
        """Each pattern by itself, with its signal and its ecosystem or language."""
        return ((signal, eco, pattern) for signal, eco, patterns in self.signs for pattern in patterns)

    def title(self, names: Iterable[str]) -> str:
        """The service's name; of a row that stands for several products, the names of those that `names` betray.

        Args:
            names: packages, hosts, actions, files: whatever was found of the service.
        """
        lowered = [name.lower() for name in names] if self.products else []
        shown = [name for name, globs in self.products if any(matches(glob, one) for glob in globs for one in lowered)]
        if not shown or len(shown) == len(self.products) > _FEW:
            return self.name
        rest = f" and {len(shown) - _FEW} more" if len(shown) > _FEW else ""
        few = shown[:_FEW]
        return ", ".join(few) + rest if rest or len(few) == 1 else f"{', '.join(few[:-1])} and {few[-1]}"


_FEW = 6


class CatalogError(ValueError):
    """A table of the catalogue is malformed; a bug of ours, found by a test."""


def service_of(table: dict[str, Any], where: str) -> Service:
    """Validates one `[[service]]` table.

    Raises:
        CatalogError: an unknown key, ecosystem or language, or a missing mandatory key.
    """
    label = f"{where}: {table.get('id', '?')}"
    if unknown := set(table) - _KEYS:
        raise CatalogError(f"{label}: unknown keys {sorted(unknown)}")
    if missing := {"id", "name", "group", "purpose"} - set(table):
        raise CatalogError(f"{label}: missing keys {sorted(missing)}")
    return Service(
        id=table["id"],
        name=table["name"],
        group=table["group"],
        purpose=table["purpose"],
        signs=tuple(_signs(table, label)),
        verify=tuple(table.get("verify", ())),
        calls=tuple(table.get("calls", {}).items()),
        roles=tuple((group, tuple(signals)) for group, signals in table.get("roles", {}).items()),
        reads=tuple(table.get("reads", ())),
        starts=tuple(table.get("starts", ())),
        aliases=tuple(table.get("aliases", ())),
        products=tuple((name, tuple(globs)) for name, globs in table.get("products", {}).items()),
        also=tuple(table.get("also", ())),
        shares=tuple(table.get("shares", ())),
        examples=tuple(table.get("examples", ())),
        kind=table.get("kind", "service"),
        calls_back=table.get("calls_back", False),
    )


def _signs(table: dict[str, Any], label: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for signal in SIGNALS:
        given = table.get(signal)
        if not given:
            continue
        if signal in ("packages", "imports"):
            allowed = ECOSYSTEMS if signal == "packages" else LANGUAGES
            if unknown := set(given) - allowed:
                raise CatalogError(f"{label}: {signal} of unknown {sorted(unknown)}")
            yield from [(signal, eco, tuple(names)) for eco, names in given.items()]
        else:
            yield signal, "", tuple(given)
