"""Environment variables of the program: who reads them, whether they must be set, and which service they belong to."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from llm_audit.catalog import Catalog, Service, folded
from llm_audit.collect.literals import Literals
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Fact, Kind, Redacted

_CI_FILE = re.compile(
    r"(^|/)(\.github|\.circleci|\.gitlab|\.buildkite|\.woodpecker|\.drone|\.forgejo|\.gitea)/|(^|/)(\.gitlab-ci|\.travis|appveyor"
    r"|azure-pipelines|bitbucket-pipelines|\.drone|\.cirrus|\.?goreleaser)[^/]*\.ya?ml$|(^|/)Jenkinsfile"
)
_SCRIPT = re.compile(
    r"(^|/)([Ss]cripts?|bin|[Tt]ools?|hack|contrib|magefiles?|\.husky)/|\.(sh|bash|ps1)$|(^|/)Makefile$"
    r"|^((extras?|build|dev|ci|misc|etc|packaging)/)?releas(e|ing)/[^/]+\.(py|rb|go|[cm]?[jt]s)$"
)
"""What developers run: scripts, and what makes a release; `src/release/` may well be a part of the program."""
_LIVE = frozenset(
    {
        "compose",
        "k8s",
        "kubernetes",
        "helm",
        "terraform",
        "fly",
        "vercel",
        "netlify",
        "render",
        "wrangler",
        "app-engine",
        "digitalocean",
    }
)
_SECRET_LAST = re.compile(
    r"(KEY|SECRET|TOKEN|PASSWORD|PASS|PWD|USER|USERNAME|CREDENTIALS|_ID|(?:KEY|CLIENT|APP)ID|SID|DSN|AUTH|ACCOUNT|LOGIN|CERT|JSON)(_FILE|_[A-Z]{2})?$"
)
_ADDRESS = re.compile(
    r"(URL|URI|DSN|HOST|HOSTNAME|PORT|ADDR|ADDRESS|ENDPOINT|SOCKET|SERVER|SERVERS|BROKERS?|NODES|DATABASE|_DB|NAME|USER|USERNAME"
    r"|PASSWORD|PASS|PWD|CONNECTION|CONNECTION_STRING|DB|CLUSTER|REGION|SSLMODE|SSL_MODE|TOKEN)(_FILE)?$"
)


_LOOSE = frozenset({"assertion"})
"""A lone `!` silences the type checker; nothing fails where the variable is missing."""
_ASIDE = frozenset({"OAuth Integrations", "Error Tracking", "Analytics", "Logs", "Metrics & Tracing", "Feature Flags"})
"""Groups of services without which the program starts all the same, whatever the type checker is told."""
_SYSTEM = frozenset(
    "PATH HOME USER USERNAME LOGNAME SHELL PWD OLDPWD TMPDIR TMP TEMP TERM LANG LC_ALL TZ EDITOR DISPLAY HOSTNAME SYSTEMROOT WINDIR COMSPEC "
    "APPDATA LOCALAPPDATA USERPROFILE HOMEPATH HOMEDRIVE PROGRAMFILES XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_RUNTIME_DIR "
    "PYTHONPATH VIRTUAL_ENV GOPATH GOROOT GOOS GOARCH CGO_ENABLED JAVA_HOME ANDROID_HOME NO_COLOR COLORTERM COLUMNS LINES UID GID "
    "BUILDPLATFORM TARGETARCH TARGETOS TARGETPLATFORM TARGETVARIANT DEBIAN_FRONTEND OUT_DIR CARGO_MANIFEST_DIR MAKEFLAGS".split()
)
"""What the operating system or a tool chain sets, not whoever deploys the program."""
_GIVEN = re.compile(
    r"GITHUB_(ACTION\w{0,20}|ACTOR\w{0,10}|API_URL|BASE_REF|ENV|EVENT_\w{1,20}|GRAPHQL_URL|HEAD_REF|JOB|OUTPUT|PATH|REF\w{0,15}|REPOSITORY\w{0,20}|RUN_\w{1,15}"
    r"|SERVER_URL|SHA|STATE|STEP_SUMMARY|TRIGGERING_ACTOR|WORKFLOW\w{0,10}|WORKSPACE)$|RUNNER_(ARCH|DEBUG|ENVIRONMENT|NAME|OS|TEMP|TOOL_CACHE|WORKSPACE)$"
    r"|ACTIONS_(ID_TOKEN_REQUEST_\w{1,10}|RUNTIME_\w{1,10}|CACHE_URL|RESULTS_URL)$|AWS_(EXECUTION_ENV|LAMBDA_\w{1,40})$|LAMBDA_(TASK_ROOT|RUNTIME_DIR)$"
    r"|(NEXT_PUBLIC_|VITE_)?VERCEL(_URL|_ENV|_BRANCH_URL|_PROJECT_PRODUCTION_URL|_REGION|_GIT_\w{1,40})?$|RAILWAY_(?!TOKEN|API)\w{1,40}$"
    r"|RENDER(_EXTERNAL_\w{1,10}|_SERVICE_\w{1,10}|_GIT_\w{1,10})?$|FLY_(APP_NAME|REGION|MACHINE_ID|ALLOC_ID|IMAGE_REF)$|DYNO$"
    r"|HEROKU_(APP|SLUG|RELEASE|DYNO)_\w{1,20}$|NETLIFY$|CF_PAGES(_\w{1,20})?$"
    r"|K_(SERVICE|REVISION|CONFIGURATION)$|KUBERNETES_SERVICE_(HOST|PORT)$|WEBSITE_(SITE_NAME|HOSTNAME|INSTANCE_ID)$|CODEBUILD_\w{1,40}$"
)
"""What the runner of a pipeline, of a function or of an application sets by itself."""
_NOISE = frozenset({"make", "batch", "compose command", "ci"})
"""Forms in which a name is rather a parameter of a build than a variable of the program."""


_ADAPTERS = (
    "retrievers", "providers", "adapters", "connectors", "integrations", "scrapers", "loaders", "notifiers", "channels",
    "gateways", "backends", "drivers", "extractors", "destinations", "pipe", "pipes", "announcers", "publishers", "sinks", "exporters",
)  # fmt: skip
_ADAPTER = re.compile(
    rf"(?P<folder>(?:^|.*/)(?:[a-z]{{2,20}}[-_])?(?:{'|'.join(_ADAPTERS)}))/(?P<name>[\w\-]+)(?=[/.])(?!.*sx$)"
)
_PLUGIN = re.compile(_ADAPTER.pattern.replace("(?:retrievers|", "(?:plugins|retrievers|"))
"""In Python plugins are choices as well; frameworks of JavaScript load every one that they find."""
_FOLDERS = Literals(f"{word}/" for word in (*_ADAPTERS, "plugins"))
_MANY_ADAPTERS = 4
"""So many modules side by side are choices, of which a deployment makes some."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the program.

    Attributes:
        name: as read.
        reads: where the program's own code or configuration reads it.
        declared: where deployment configuration sets it.
        need: `required`, `optional` or `default`.
        default: the harmless default, or empty.
        condition: when it is needed, in words, or empty.
        owners: ids of the services that the name betrays.
        in_adapter: whether only one adapter among many reads it, which need not be the one that is chosen.
        borrowed: whether the beginning of its name is another's, so that only the end tells its owner.
    """

    name: str
    reads: tuple[Fact, ...]
    declared: tuple[Fact, ...]
    need: str
    default: str
    condition: str
    owners: tuple[str, ...]
    in_adapter: bool = False
    borrowed: bool = False

    @property
    def first(self) -> Fact:
        """The place to show: the first read that cannot do without it where it is required, else the first read or declaration."""
        strict = (one for one in self.reads if self.need == one.detail("need") == "required")
        return next(strict, (self.reads or self.declared)[0])

    @property
    def is_conditional(self) -> bool:
        """Whether each place that cannot do without it stands under a condition."""
        strict = [one for one in self.reads if one.detail("need") == "required"]
        return bool(strict) and (self.in_adapter or all(one.detail("condition") for one in strict))

    @property
    def is_asserted(self) -> bool:
        """Whether the code takes for granted that it is set, though nothing tests it: no default holds where it is not."""
        return self.need == "optional" and any(one.detail("need") == "required" for one in self.reads)

    @property
    def is_given(self) -> bool:
        """Whether the platform that runs the program sets it by itself."""
        return is_given(self.name)

    @property
    def waits(self) -> bool:
        """Whether code under a condition takes it for granted, rather than ask whether it is there."""
        taken = any(one.detail("by") not in ("check", "fallback") for one in self.reads)
        return bool(self.condition) and self.need != "default" and taken

    @property
    def is_credential(self) -> bool:
        """Whether the name ends like a credential or account."""
        return bool(_SECRET_LAST.search(self.name)) and not self.is_given

    @property
    def is_address(self) -> bool:
        """Whether the name ends like a part of a connection."""
        return bool(_ADDRESS.search(self.name))


class Variables:
    """All variables that the program or its deployment reads, by name; those of CI alone are left out.

    Args:
        ledger: the facts.
        catalog: knows which service a name betrays.
        own: ids of catalogue services that are the audited project itself.
    """

    def __init__(self, ledger: Ledger, catalog: Catalog, own: frozenset[str] = frozenset()) -> None:
        foreign = _foreign_containers(ledger, catalog, own)
        inlined = {(ledger.app_of(f.path), f.value) for f in ledger.settings.get("env.inlined", ())}
        whole = bool(ledger.settings.get("env.whole"))
        reads: dict[str, list[Fact]] = defaultdict(list)
        declared: dict[str, list[Fact]] = defaultdict(list)
        self.patterns: tuple[Fact, ...] = tuple(f for f in ledger.of(Kind.ENV_READ) if f.detail("pattern") == "yes")
        for one in ledger.of(Kind.ENV_READ):
            if (
                one.detail("pattern") != "yes"
                and not one.name.endswith("_")  # the beginning of names that are built
                and not is_ci(one.path)
                and one.detail("via") not in _NOISE
                and one.name not in _SYSTEM
                and not (inlined and (ledger.app_of(one.path), one.name) in inlined)
            ):
                reads[one.name].append(one)
        for one in ledger.of(Kind.ENV_DECLARED):
            if (
                (_is_set(one) or (whole and _is_demanded(one) and one.name not in reads))
                and not is_ci(one.path)
                and (one.path, one.detail("service")) not in foreign
            ):
                declared[one.name].append(one)
        _join_spellings(reads)
        self.prefix = _own_prefix(reads)
        preset = _preset(ledger)
        for name in preset & set(reads):
            reads[name] = [_with_default(one) for one in reads[name]]
        self.by_name = {
            name: _variable(name, reads.get(name, []), declared.get(name, []), self._owners(name, catalog, own))
            for name in sorted({*reads, *declared})
        }
        self._mark_adapters(ledger)

    def _owners(self, name: str, catalog: Catalog, own: frozenset[str]) -> tuple[Service, ...]:
        """The services that a name betrays, with or without the word that all of the program's names begin with."""
        known = tuple(one for one in catalog.by_env(name) if one.id not in own)
        return known or tuple(one for one in catalog.by_env(name.removeprefix(self.prefix)) if one.id not in own)

    def adopt(self, catalog: Catalog, used: frozenset[str], called: frozenset[str] = frozenset()) -> None:
        """Gives variables without an owner to a service in use: the one that the end of the name betrays, or the only bot.

        A cloud's own keys go to the only one of its services whose SDK the code speaks to.

        Args:
            catalog: knows which service a name betrays.
            used: ids of the services that the code uses.
            called: ids of those that it imports or calls.
        """
        self._give_keys_of_clouds(catalog, called)
        bots = sorted(_BOTS & used)
        heads = _heads(catalog, used)
        for name, one in self.by_name.items():
            tells = one.is_credential or one.is_address or name.endswith(("BUCKET", "BUCKET_NAME"))
            if one.owners or not tells or is_own_key(name):
                continue
            told = set(bots) if len(bots) == 1 and _OF_A_BOT.match(name) else _behind_a_word(name, catalog, heads)
            owners = told & used or {key.removeprefix("oauth-") for key in told} & used
            if len(owners) == 1:
                self.by_name[name] = replace(one, owners=tuple(owners), borrowed=True)

    def _give_keys_of_clouds(self, catalog: Catalog, called: frozenset[str]) -> None:
        for vendor, begins in _CLOUDS.items():
            parts = [key for key in sorted(called - {vendor}) if _is_part(catalog.services[key], begins)]
            for name, one in self.by_name.items() if len(parts) == 1 else ():
                if one.is_credential and _OF_A_CLOUD[vendor].search(name) and set(one.owners) <= {vendor}:
                    self.by_name[name] = replace(one, owners=(parts[0],), borrowed=True)

    def _mark_adapters(self, ledger: Ledger) -> None:
        siblings: dict[str, set[str]] = defaultdict(set)
        for path in {one.path for one in ledger.of(Kind.IMPORT, Kind.CALL, Kind.ENV_READ)}:
            if found := _adapter(path):
                siblings[found["folder"]].add(found["name"])
        many = {folder for folder, names in siblings.items() if len(names) >= _MANY_ADAPTERS}
        for name, variable in self.by_name.items():
            places = [_adapter(read.path) for read in variable.reads]
            if places and all(place and place["folder"] in many for place in places):
                self.by_name[name] = replace(variable, in_adapter=True)

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


_CLOUDS = {
    "aws": ("Amazon ", "AWS "),
    "gcp": ("Google ", "Gmail", "YouTube", "Firebase", "BigQuery", "Firestore", "Dialogflow"),
}
"""Clouds whose services are opened by the same keys, and how the names of those services begin."""
_OF_A_CLOUD = {
    "aws": re.compile(r"(^|_)AWS_(ACCESS_KEY(_ID)?|SECRET(_ACCESS)?_KEY|SESSION_TOKEN)$"),
    "gcp": re.compile(
        r"(^|_)GOOGLE_(APPLICATION_CREDENTIALS|(API_)?KEY|SERVICE_ACCOUNT_(KEY|JSON)|CREDENTIALS)(_JSON)?$"
    ),
}


def _is_part(service: Service, begins: tuple[str, ...]) -> bool:
    """Whether a service is one of a cloud, and not a way to sign in with its accounts."""
    return service.kind == "service" and service.name.startswith(begins) and service.group != "OAuth Integrations"


_BOTS = frozenset({"discord", "telegram", "slack", "matrix", "line", "mattermost", "teams", "whatsapp"})
_OF_A_BOT = re.compile(r"(CHAT_?)?BOT_(TOKEN|API_KEY|API_TOKEN|APP_ID|CLIENT_ID|CLIENT_SECRET|SIGNING_SECRET)$")


def _heads(catalog: Catalog, used: frozenset[str]) -> frozenset[str]:
    """The first words of the variables that services in use are known by."""
    patterns = (pattern for key in used for signal, _, pattern in catalog.services[key].patterns if signal == "env")
    return frozenset(pattern.partition("_")[0].rstrip("*") for pattern in patterns) - {""}


def _behind_a_word(name: str, catalog: Catalog, heads: frozenset[str]) -> set[str]:
    """The services that a name betrays without its first words, as those of one part of a program do: `BILLING_STRIPE_KEY`."""
    words = name.split("_")
    for start in range(1, len(words) - 1):
        if words[start] in heads and (found := catalog.by_env("_".join(words[start:]))):
            return {one.id for one in found}
    return set()


def _adapter(path: str) -> re.Match[str] | None:
    """The folder of adapters that a file stands in, and the name of the one that it belongs to."""
    if not _FOLDERS.in_text(path):
        return None
    return (_ADAPTER if not path.endswith(".py") else _PLUGIN).search(path)


def _foreign_containers(ledger: Ledger, catalog: Catalog, own: frozenset[str]) -> set[tuple[str, str]]:
    """Path and service of the containers that run somebody else's image, whose variables are not the program's.

    In a cluster's manifest, whose variables bear no service, the whole file counts when all its images are such. Beside a
    container that is built of the tree, one that is pulled is somebody else's unless it bears a name of the project.
    """
    images: dict[tuple[str, str], bool] = {}
    building = {
        fact.path for fact in ledger.of(Kind.PLATFORM) if fact.name == "docker-compose" and fact.detail("built")
    }
    names = _own_images(ledger) if building else frozenset()
    for fact in ledger.of(Kind.IMAGE):
        known = {service.id for service in catalog.by_image(fact.name)}
        pulled = fact.path in building and fact.detail("where") == "compose" and not _is_own_image(fact.name, names)
        foreign = (bool(known) or pulled) and not known & own and not fact.detail("built")
        place = (fact.path, fact.detail("service") if fact.detail("where") == "compose" else "")
        images[place] = images.get(place, True) and foreign
    return {place for place, foreign in images.items() if foreign}


def _own_images(ledger: Ledger) -> frozenset[str]:
    """The names that images of the project bear: those that it publishes, and its packages'."""
    told = [fact.value for fact in ledger.of(Kind.PUBLISH)]
    told += [fact.value for fact in ledger.of(Kind.SETTING) if fact.name in ("npm.name", "python.name", "project.name")]
    return frozenset(filter(None, (folded(text.rpartition("/")[2].partition(":")[0]) for text in told)))


def _is_own_image(image: str, names: frozenset[str]) -> bool:
    last = folded(image.rpartition("/")[2].partition(":")[0])
    return "$" in image or not last or any(last.startswith(name) or name.startswith(last) for name in names)


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


def _variable(name: str, reads: list[Fact], declared: list[Fact], services: tuple[Service, ...]) -> Variable:
    main = [one for one in reads if not _SCRIPT.search(one.path)] or reads
    loose = _LOOSE | {"start-up"} if any(service.group in _ASIDE for service in services) else _LOOSE
    aside = any(service.group in _ASIDE for service in services) or (
        bool(services) and _is_asked(main) and not is_own_key(name)
    )
    told = [one for one in main if one.detail("by") not in loose and not (aside and one.detail("late"))]
    needs = {one.detail("need") for one in (*told, *(one for one in main if one.detail("need") != "required"))}
    if not reads and any(map(_is_demanded, declared)):
        needs.add("required")
    need = "required" if "required" in needs else "default" if "default" in needs or declared else "optional"
    default = next((one.value for one in main if one.value and "REDACTED" not in one.value), "")
    strict = [one for one in main if one.detail("need") == "required"]
    under = [one.detail("condition") for one in strict or main]
    condition = under[0] if under and all(under) else ""
    if _GIVEN.match(name):
        need, condition = "default", ""
    owners = tuple(service.id for service in services)
    return Variable(name, tuple(main), tuple(declared), need, default, condition, owners)


def _is_set(declaration: Fact) -> bool:
    """Whether a deployment gives the variable; of what Heroku's `app.json` lists, that which it has a value for."""
    return declaration.detail("where") in _LIVE or declaration.detail("given") == "yes"


def _is_demanded(declaration: Fact) -> bool:
    """Whether Heroku's `app.json` demands a value; no code need name the variable where it looks through all of them."""
    return declaration.detail("where") == "heroku" and declaration.detail("required") == "yes"


def _is_asked(reads: list[Fact]) -> bool:
    """Whether some file goes on without the variable where another fails: a feature that is off."""
    return any(one.detail("by") == "check" and one.detail("need") == "optional" for one in reads)


def is_given(name: str) -> bool:
    """Whether the platform that runs a program sets a variable by itself."""
    return bool(_GIVEN.match(name))


def is_script_only(variable: Variable) -> bool:
    """Whether only scripts of the developers read it."""
    return bool(variable.reads) and not variable.declared and all(_SCRIPT.search(one.path) for one in variable.reads)


@cache
def is_ci(path: str) -> bool:
    """Whether a file configures a CI system rather than the program."""
    return bool(_CI_FILE.search(path))


def is_own_key(name: str) -> bool:
    """Whether a credential is one that the application keeps for itself: what signs its sessions, what its callers show."""
    return bool(_OWN_KEY.match(name))


_OWN_KEY = re.compile(
    r"((APP|APPLICATION|SERVER|DJANGO|FLASK|RAILS)_)?(SECRET|KEY|TOKEN)(_KEY)?$"
    r"|(\w+_)?(JWT|SESSION|COOKIE|CSRF|ENCRYPTION|SIGNING|NEXTAUTH|CRON|WEBHOOK|DATABASE|DB|ADMIN)_"
)
"""Keys that the application keeps for itself."""
