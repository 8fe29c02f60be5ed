"""The catalogue of known services: which package, import, variable, host, image or file betrays whom.

Data stands in `data/services/*.toml`, one file per category; this module validates it and answers look-ups. A pattern
is exact, or a glob whose `*` matches any run of characters. Longer patterns win over shorter ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

import rtoml

ECOSYSTEMS = frozenset(
    [
        "npm",
        "pypi",
        "go",
        "cargo",
        "rubygems",
        "packagist",
        "maven",
        "nuget",
        "hex",
        "pub",
        "swift",
        "cocoapods",
        "jsr",
        "conda",
        "os",
    ]
)
LANGUAGES = frozenset(
    ["javascript", "python", "go", "java", "ruby", "php", "csharp", "rust", "elixir", "swift", "dart"]
)
SIGNALS = ("packages", "imports", "env", "hosts", "images", "actions", "resources", "charts", "files", "settings")
_KEYS = frozenset(
    {
        "id",
        "name",
        "group",
        "purpose",
        "products",
        *SIGNALS,
        "verify",
        "calls",
        "reads",
        "starts",
        "aliases",
        "roles",
        "also",
        "shares",
        "examples",
        "kind",
    }
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
        shown = [name for name, globs in self.products if any(_matches(glob, one) for glob in globs for one in lowered)]
        if not shown or len(shown) == len(self.products) > _FEW:
            return self.name
        rest = f" and {len(shown) - _FEW} more" if len(shown) > _FEW else ""
        few = shown[:_FEW]
        return ", ".join(few) + rest if rest or len(few) == 1 else f"{', '.join(few[:-1])} and {few[-1]}"


_FEW = 6


class CatalogError(ValueError):
    """A table of the catalogue is malformed; a bug of ours, found by a test."""


def _service(table: dict[str, Any], where: str) -> Service:
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


class _Index:
    """Look-up of exact names first, then of globs: the longest that matches wins.

    Globs are kept by the text before their first `*`, or, where they begin with it, by the text after their last one: a
    name meets only those that begin or end like it.
    """

    def __init__(self, rows: Iterable[tuple[str, Service]]) -> None:
        self.exact: dict[str, list[Service]] = {}
        self.globs: dict[str, list[tuple[str, Service]]] = {}
        self.tails: dict[str, list[tuple[str, Service]]] = {}
        self._seen: dict[str, tuple[int, tuple[Service, ...]]] = {}
        for pattern, service in rows:
            if pattern.startswith("*"):
                self.tails.setdefault(pattern.rpartition("*")[2], []).append((pattern, service))
            elif "*" in pattern:
                self.globs.setdefault(pattern.partition("*")[0], []).append((pattern, service))
            else:
                self.exact.setdefault(pattern, []).append(service)

    def best(self, name: str) -> tuple[int, tuple[Service, ...]]:
        """How many characters of the best pattern are literal, and the services that have it; zero and none otherwise."""
        if name not in self._seen:
            self._seen[name] = self._best(name)
        return self._seen[name]

    def _best(self, name: str) -> tuple[int, tuple[Service, ...]]:
        if name in self.exact:
            return len(name), tuple(self.exact[name])
        sizes = range(len(name) + 1)
        near = [glob for size in sizes for glob in self.tails.get(name[size:], ())] if self.tails else []
        near += [glob for size in sizes for glob in self.globs.get(name[:size], ())] if self.globs else []
        hits = [(len(pattern) - pattern.count("*"), service) for pattern, service in near if _matches(pattern, name)]
        longest = max((size for size, _ in hits), default=0)
        return longest, tuple(service for size, service in hits if size == longest)


def _matches(pattern: str, name: str) -> bool:
    """Whether a glob, whose `*` matches any run of characters, matches the whole name."""
    if "*" not in pattern:
        return pattern == name
    first, *middle, last = pattern.split("*")
    if not (name.startswith(first) and name.endswith(last) and len(name) >= len(first) + len(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


class Catalog:
    """Answers "whose is this?" for every kind of signal.

    Args:
        services: all services; ids must be unique.

    Attributes:
        services: by id, in the order of the files.
        compact: by id, and by other names that routes go by, without hyphens.

    Raises:
        CatalogError: an id stands twice.
    """

    def __init__(self, services: Iterable[Service]) -> None:
        self.services: dict[str, Service] = {}
        self._signs: dict[tuple[str, str], list[tuple[tuple[str, ...], Service]]] = {}
        self._indexes: dict[tuple[str, str], _Index] = {}
        self._names: dict[str, Service] = {}
        self._imports: dict[tuple[str, str], tuple[Service, ...]] = {}
        self._tails: dict[str, list[Service]] = {}
        self._verify: list[tuple[str, Service]] = []
        self.compact: dict[str, list[Service]] = {}
        for service in services:
            if service.id in self.services:
                raise CatalogError(f"{service.id}: stands twice in the catalogue")
            self.services[service.id] = service
            self._names.setdefault(folded(service.id), service)
            self._names.setdefault(folded(service.name), service)
            for alias in service.aliases:
                self._names.setdefault(folded(alias), service)
                self.compact.setdefault(folded(alias), []).append(service)
            self._tails.setdefault(service.id.rpartition("-")[2], []).append(service)
            self._verify.extend((tail, service) for tail in service.verify)
            self.compact.setdefault(service.id.replace("-", ""), []).append(service)
            for signal, eco, patterns in service.signs:
                self._signs.setdefault((signal, eco), []).append((patterns, service))
        for service in self.services.values():  # after all names, for a row of its own is more
            for product, _ in service.products:
                self._names.setdefault(folded(product), service)

    def _find(self, signal: str, eco: str, name: str) -> tuple[Service, ...]:
        return self._index(signal, eco).best(_key(signal, name))[1]

    def _index(self, signal: str, eco: str) -> _Index:
        """The look-up of one signal in one ecosystem, built when it is first asked: no tree needs all of them."""
        found = self._indexes.get((signal, eco))
        if found is None:
            rows = ((_name(signal, eco, pattern), service) for pattern, service in self._rows(signal, eco))
            self._indexes[signal, eco] = found = _Index(rows)
        return found

    def _rows(self, signal: str, eco: str) -> Iterator[tuple[str, Service]]:
        signs = self._signs.get((signal, eco), ())
        return ((pattern, service) for patterns, service in signs for pattern in patterns)

    @cached_property
    def _domains(self) -> dict[str, dict[str, None]]:
        found: dict[str, dict[str, None]] = {}
        for pattern, service in self._rows("hosts", ""):
            found.setdefault(registrable(pattern), {}).setdefault(service.id)
        return found

    def ordered(self, ids: Iterable[str]) -> list[Service]:
        """The services of these ids, in the catalogue's order."""
        return [self.services[one] for one in sorted(ids, key=self._places.__getitem__)]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {one: place for place, one in enumerate(self.services)}

    def by_package(self, ecosystem: str, package: str) -> tuple[Service, ...]:
        """The services that a package of an ecosystem belongs to; Go's `/v2` suffixes are no part of the name."""
        if ecosystem == "go":
            package = re.sub(r"/v\d+$", "", package)
        return self._index("packages", ecosystem).best(_name("packages", ecosystem, package))[1]

    def by_import(self, language: str, module: str) -> tuple[Service, ...]:
        """The services that an imported module belongs to: the longest pattern that matches it or a parent.

        Falls back to the packages of the language's ecosystem, where imports name packages.
        """
        if (language, module) in self._imports:
            return self._imports[language, module]
        places = [("imports", language), *(("packages", one) for one in _IMPORT_ECOSYSTEM.get(language, ()))]
        best: tuple[int, tuple[Service, ...]] = (0, ())
        for name in _parents(language, module):
            for signal, eco in places:
                size, found = self._index(signal, eco).best(_key(signal, name))
                if size > best[0]:
                    best = size, found
        self._imports[language, module] = best[1]
        return best[1]

    def by_env(self, name: str) -> tuple[Service, ...]:
        """The services that a variable's name betrays; patterns are full names or globs such as `STRIPE_*`.

        A bundler's prefix for variables that reach the browser (`NEXT_PUBLIC_`, `VITE_`) is no part of the name.
        """
        return self._find("env", "", name) or self._find("env", "", _BROWSER_PREFIX.sub("", name))

    def by_host(self, host: str) -> tuple[Service, ...]:
        """The services that answer at a host; patterns are hosts or globs such as `*.algolia.net`."""
        return self._find("hosts", "", host.lower()) or self._find("hosts", "", host.lower().removeprefix("www."))

    def by_domain(self, host: str) -> tuple[str, ...]:
        """The ids of the services that have any host under the same registrable domain."""
        return tuple(self._domains.get(registrable(host), ()))

    def by_image(self, image: str) -> tuple[Service, ...]:
        """The services that a container image (without tag and Docker Hub prefix) runs."""
        plain = re.sub(r"^(docker\.io/|registry\.hub\.docker\.com/)?(library/)?", "", image)
        return self._find("images", "", plain)

    def by_action(self, action: str) -> tuple[Service, ...]:
        """The services that a GitHub action (`owner/name[/path]`) talks to."""
        return self._find("actions", "", action)

    def by_resource(self, resource: str) -> tuple[Service, ...]:
        """The services that an infrastructure type (`aws_s3_bucket`, `AWS::S3::Bucket`) stands for."""
        return self._find("resources", "", resource)

    def by_chart(self, chart: str) -> tuple[Service, ...]:
        """The services that a Helm chart of this name installs; a chart named like a service or its image is that service's."""
        if found := self._find("charts", "", chart):
            return found
        named = self.by_name(chart, exact=True)
        return self.by_image(chart) or ((named,) if named else ())

    def by_file(self, path: str) -> tuple[Service, ...]:
        """The services that a configuration file's path betrays; patterns match the whole path or its last part."""
        return self._find("files", "", path) or self._find("files", "", path.rpartition("/")[2])

    def by_verification(self, call: str) -> list[Service]:
        """The services whose SDKs check the sender of a webhook by this call, in the catalogue's order."""
        return [service for tail, service in self._verify if call.endswith(tail)]

    def by_name(self, word: str, *, exact: bool = False) -> Service | None:
        """The service that goes by a name (`Last.fm`, `lastfm`), or by the last part of its id when that is its alone.

        Args:
            word: a name in any spelling.
            exact: whether the last part of an id is not enough.
        """
        plain = folded(word)
        if exact:
            return self._names.get(plain)
        tails = self._tails.get(plain, [])
        return self._names.get(plain) or (tails[0] if len(tails) == 1 else None)

    def by_setting(self, name: str, value: str) -> tuple[Service, ...]:
        """The services that a configuration setting betrays, by `tool.key=value`."""
        return self._find("settings", "", f"{name}={value}")


_IMPORT_ECOSYSTEM = {
    "javascript": ("npm", "jsr"),
    "python": ("pypi",),
    "go": ("go",),
    "ruby": ("rubygems",),
    "rust": ("cargo",),
    "dart": ("pub",),
    "elixir": ("hex",),
    "swift": ("swift", "cocoapods"),
}
_BROWSER_PREFIX = re.compile(
    r"^(NEXT_PUBLIC|NEXT_PRIVATE|VITE|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|NUXT|GATSBY|VUE_APP|PUBLIC)_"
)
_SEPARATORS = {"go": "/", "javascript": "/", "php": "\\", "ruby": "::", "rust": "::", "dart": "/"}


def _parents(language: str, module: str) -> Iterator[str]:
    """The module's name, then each parent's: `a.b.c`, `a.b`, `a`."""
    separator = _SEPARATORS.get(language, ".")
    while module:
        yield module
        module = module.rpartition(separator)[0]


def registrable(host: str) -> str:
    """The part of a host that its owner registered: `api.eu.example.co.uk` -> `example.co.uk`; suffixes of two parts are few."""
    labels = host.lower().lstrip("*.").split(".")
    long = len(labels) > 2 and labels[-2] in ("co", "com", "org", "net", "gov", "ac") and len(labels[-1]) == 2
    return ".".join(labels[-3 if long else -2 :])


def folded(name: str) -> str:
    """Letters and digits alone, in lower case: how names are compared that are spelt in many ways."""
    lowered = name.lower()
    return lowered if lowered.isalnum() and lowered.isascii() else _SIGNS.sub("", lowered)


_SIGNS = re.compile(r"[^a-z0-9]+")


def _key(signal: str, name: str) -> str:
    """Folds what a signal treats as equal: PyPI and image names ignore case, PyPI also `_` and `-`."""
    return name.lower().replace("_", "-") if signal == "packages" else name


def _name(signal: str, eco: str, name: str) -> str:
    """Also folds the dot that PyPI takes for a hyphen: manifests are read as `discord-py`, people write `discord.py`."""
    key = _key(signal, name)
    return key.replace(".", "-") if (signal, eco) == ("packages", "pypi") else key


@cache
def load() -> Catalog:
    """The catalogue that ships with the program.

    Raises:
        CatalogError: a file of the catalogue is malformed.
    """
    services: list[Service] = []
    folder = resources.files("llm_audit") / "data" / "services"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            tables = rtoml.loads(entry.read_text(encoding="utf-8")).get("service", [])
            services.extend(_service(table, entry.name) for table in tables)
    return Catalog(services)
