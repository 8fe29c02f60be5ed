"""Answers whose a package, an import, a variable, a host, an image or a file is. Longer patterns win over shorter ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from llm_audit.catalog.globs import Index
from llm_audit.catalog.names import folded, registrable
from llm_audit.catalog.service import CatalogError, Service


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
        self._indexes: dict[tuple[str, str], Index[Service]] = {}
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

    def _index(self, signal: str, eco: str) -> Index[Service]:
        """The look-up of one signal in one ecosystem, built when it is first asked: no tree needs all of them."""
        found = self._indexes.get((signal, eco))
        if found is None:
            rows = self._rows(signal, eco)
            if signal == "packages":
                rows = ((_name(signal, eco, pattern), service) for pattern, service in rows)
            self._indexes[signal, eco] = found = Index(rows)
        return found

    def _rows(self, signal: str, eco: str) -> Iterator[tuple[str, Service]]:
        signs = self._signs.get((signal, eco), ())
        return ((pattern, service) for patterns, service in signs for pattern in patterns)

    def make_ready(self) -> None:
        """Builds the look-ups that nearly every tree asks, where there is time for it before the first question."""
        for signal in ("env", "hosts", "files", "settings", "images", "actions"):
            self._index(signal, "")
        self._index("packages", "npm")
        _ = self._domains

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
        found = self._index("packages", ecosystem).best(_name("packages", ecosystem, package))[1]
        return found or (self._by_fork(package) if ecosystem == "go" else ())

    def _by_fork(self, module: str) -> tuple[Service, ...]:
        """The services of a library of which a Go module is somebody's fork: another owner's repository of the same name."""
        parts = module.split("/")
        return self._forks.get(parts[2].lower(), ()) if len(parts) > 2 and parts[0] == "github.com" else ()

    @cached_property
    def _forks(self) -> dict[str, tuple[Service, ...]]:
        """The libraries of Go whose repositories bear their service's name and more: `telegram-bot-api`, never just `redis`."""
        found: dict[str, dict[str, Service]] = {}
        for pattern, service in self._rows("packages", "go"):
            parts = pattern.split("/")
            if (
                len(parts) > 2
                and parts[0] == "github.com"
                and folded(service.id) in folded(parts[2]) != folded(service.id)
            ):
                found.setdefault(parts[2].lower(), {})[service.id] = service
        return {name: tuple(owners.values()) for name, owners in found.items() if len(owners) == 1}

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
        self._imports[language, module] = best[1] or (self._by_fork(module) if language == "go" else ())
        return self._imports[language, module]

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
    """The module's name, then each parent's: `a.b.c`, `a.b`, `a`; the gem that Ruby's file `a/b` belongs to is called `a-b`."""
    separator = _SEPARATORS.get(language, ".")
    if language == "ruby" and "/" in module:
        parts = module.split("/")
        yield module
        yield from ("-".join(parts[:size]) for size in range(len(parts), 0, -1))
        return
    while module:
        yield module
        module = module.rpartition(separator)[0]


def _key(signal: str, name: str) -> str:
    """Folds what a signal treats as equal: PyPI and image names ignore case, PyPI also `_` and `-`."""
    return name.lower().replace("_", "-") if signal == "packages" else name


def _name(signal: str, eco: str, name: str) -> str:
    """Also folds the dot that PyPI takes for a hyphen: manifests are read as `discord-py`, people write `discord.py`."""
    key = _key(signal, name)
    return key.replace(".", "-") if (signal, eco) == ("packages", "pypi") else key
