"""Environment variables of the program: who reads them, whether they must be set, and which service they belong to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from llm_audit.catalog import Catalog, Service
from llm_audit.integrations.adapters import Adapters
from llm_audit.integrations.adoption import adopted
from llm_audit.integrations.containers import foreign_containers
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.paths import is_ci
from llm_audit.integrations.variable import Variable, is_demanded, made
from llm_audit.model import Fact, Kind, Redacted

_LIVE = frozenset(
    "compose k8s kubernetes helm terraform fly vercel netlify render wrangler app-engine digitalocean".split()
)
"""Deployments, whose files set what they name."""
_SYSTEM = frozenset(
    "PATH HOME USER USERNAME LOGNAME SHELL PWD OLDPWD TMPDIR TMP TEMP TERM LANG LC_ALL TZ EDITOR DISPLAY HOSTNAME SYSTEMROOT WINDIR COMSPEC "
    "APPDATA LOCALAPPDATA USERPROFILE HOMEPATH HOMEDRIVE PROGRAMFILES XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_RUNTIME_DIR "
    "PYTHONPATH VIRTUAL_ENV GOPATH GOROOT GOOS GOARCH CGO_ENABLED JAVA_HOME ANDROID_HOME NO_COLOR COLORTERM COLUMNS LINES UID GID "
    "BUILDPLATFORM TARGETARCH TARGETOS TARGETPLATFORM TARGETVARIANT DEBIAN_FRONTEND OUT_DIR CARGO_MANIFEST_DIR MAKEFLAGS".split()
)
"""What the operating system or a tool chain sets, not whoever deploys the program."""
_NOISE = frozenset({"make", "batch", "compose command", "ci"})
"""Forms in which a name is rather a parameter of a build than a variable of the program."""


class Variables:
    """All variables that the program or its deployment reads, by name; those of CI alone are left out.

    Args:
        ledger: the facts.
        catalog: knows which service a name betrays.
        own: ids of catalogue services that are the audited project itself.

    Attributes:
        by_name: all of them.
        patterns: reads of names that are put together: `APP_*`.
        prefix: the word that most names begin with, `ACME_`, or empty.
    """

    def __init__(self, ledger: Ledger, catalog: Catalog, own: frozenset[str] = frozenset()) -> None:
        self.patterns: tuple[Fact, ...] = tuple(f for f in ledger.of(Kind.ENV_READ) if f.detail("pattern") == "yes")
        reads = _reads(ledger)
        declared = _declared(ledger, reads, foreign_containers(ledger, catalog, own))
        _join_spellings(reads)
        self.prefix = _own_prefix(reads)
        preset = _preset(ledger)
        for name in preset & set(reads):
            reads[name] = [_with_default(one) for one in reads[name]]
        self.by_name = {
            name: made(name, reads.get(name, []), declared.get(name, []), self._owners(name, catalog, own))
            for name in sorted({*reads, *declared})
        }
        adapters = Adapters(ledger)
        for name, variable in self.by_name.items():
            if adapters.hold(variable.reads):
                self.by_name[name] = replace(variable, in_adapter=True)

    def _owners(self, name: str, catalog: Catalog, own: frozenset[str]) -> tuple[Service, ...]:
        """The services that a name betrays, with or without the word that all of the program's names begin with."""
        spellings = [name, name.removeprefix(self.prefix)]
        if "__" in name and not name.isupper():  # a key of .NET's configuration: `Discord__AccessToken`
            spellings.append(name.replace("__", "_").upper())
        found = (tuple(one for one in catalog.by_env(spelled) if one.id not in own) for spelled in spellings)
        return next(filter(None, found), ())

    def adopt(self, catalog: Catalog, used: frozenset[str], called: frozenset[str] = frozenset()) -> None:
        """Gives variables without an owner to a service in use: the one that the end of the name betrays, or the only bot.

        A cloud's own keys go to the only one of its services whose SDK the code speaks to.

        Args:
            catalog: knows which service a name betrays.
            used: ids of the services that the code uses.
            called: ids of those that it imports or calls.
        """
        self.by_name |= adopted(self.by_name, catalog, used, called)

    def owned_by(self, service: str, *names: str) -> list[Variable]:
        """The variables of a service: those its catalogue entry knows, and those that begin with one of these names; borrowed ones last."""
        prefixes = tuple(f"{name}_" for name in names if len(name) > 2)
        found = [
            one
            for one in self.by_name.values()
            if service in one.owners
            or (not one.owners and prefixes and one.name.removeprefix(self.prefix).startswith(prefixes))
        ]
        return sorted(found, key=lambda one: one.borrowed)


def _reads(ledger: Ledger) -> dict[str, list[Fact]]:
    """Where the program reads each variable that somebody who deploys it could set."""
    inlined = {(ledger.app_of(f.path), f.value) for f in ledger.settings.get("env.inlined", ())}
    found: dict[str, list[Fact]] = defaultdict(list)
    for one in ledger.of(Kind.ENV_READ):
        if (
            one.detail("pattern") != "yes"
            and not one.name.endswith("_")  # the beginning of names that are built
            and not is_ci(one.path)
            and one.detail("via") not in _NOISE
            and one.name not in _SYSTEM
            and not (inlined and (ledger.app_of(one.path), one.name) in inlined)
        ):
            found[one.name].append(one)
    return found


def _declared(ledger: Ledger, reads: Collection[str], foreign: Collection[tuple[str, str]]) -> dict[str, list[Fact]]:
    """Where a deployment sets each variable of the program's own containers, or demands it of whoever deploys."""
    whole = bool(ledger.settings.get("env.whole"))
    found: dict[str, list[Fact]] = defaultdict(list)
    for one in ledger.of(Kind.ENV_DECLARED):
        if (
            (_is_set(one) or (whole and is_demanded(one) and one.name not in reads))
            and not is_ci(one.path)
            and (one.path, one.detail("service")) not in foreign
        ):
            found[one.name].append(one)
    return found


_NET = frozenset({"dotnet configuration", "appsettings"})


def _join_spellings(reads: dict[str, list[Fact]]) -> None:
    """Puts together what .NET, which does not mind the case of a key, knows as one setting; a default in its file holds."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, places in reads.items():
        if places[0].detail("via") in _NET:
            found[name.lower()].append(name)
    for names in found.values():
        places = [place for name in names for place in reads[name]]
        kept = next((place.name for place in places if place.detail("via") != "appsettings"), names[0])
        for name in names:
            del reads[name]
        given = any(place.detail("via") == "appsettings" and place.detail("need") == "default" for place in places)
        reads[kept] = [_softened(place) for place in places] if given else places


def _softened(read: Fact) -> Fact:
    return replace(
        read, details=tuple((key, Redacted("default") if key == "need" else text) for key, text in read.details)
    )


def _preset(ledger: Ledger) -> set[str]:
    """The names that a committed `.env` gives a value: frameworks that always load that file never miss them."""
    return {
        one.name
        for one in ledger.of(Kind.ENV_DECLARED)
        if one.detail("where") == "dotenv" and one.path.rpartition("/")[2] == ".env"
        and not one.detail("empty") and not one.detail("commented")
    }  # fmt: skip


def _with_default(read: Fact) -> Fact:
    if read.detail("via") != "symfony" or read.detail("need") != "required":
        return read
    return _softened(read)


def _own_prefix(names: Iterable[str]) -> str:
    """The word that most names begin with, as those of one settings class do: `ACME_`; empty when there is none."""
    firsts = Counter(name.partition("_")[0] for name in names)
    word, count = max(firsts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return f"{word}_" if count >= 4 and count * 2 > firsts.total() else ""


def _is_set(declaration: Fact) -> bool:
    """Whether a deployment gives the variable; of what Heroku's `app.json` lists, that which it has a value for."""
    return declaration.detail("where") in _LIVE or declaration.detail("given") == "yes"
