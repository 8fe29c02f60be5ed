"""One environment variable of the program: whether it must be set, and what its name says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from llm_audit.catalog import Service
from llm_audit.integrations.paths import is_script
from llm_audit.model import Fact
from llm_audit.redact import MARKER

_SECRET_LAST = re.compile(
    r"(KEY|SECRET|TOKEN|PASSWORD|PASS|PWD|USER|USERNAME|CREDENTIALS|_ID|(?:KEY|CLIENT|APP)ID|(?<![A-Z])SID|DSN|AUTH|ACCOUNT|LOGIN|CERT|JSON)(_FILE|_[A-Z]{2})?$"
)
_IN_WHICH = re.compile(
    r"(^|_)(ATTRIBUTE|ATTR|CLAIM|FIELD|COLUMN|HEADER)_|(^|_)LOG(GING)?_JSON$"
    r"|(^|_)(IGNORE|SKIP|REJECT|ALLOW|DISABLE|ENABLE|REQUIRE)_(\w+_)?(CERT|AUTH|LOGIN|USER)$|(^|_)(VERIFY|CHECK)_CERT$"
    r"|(^|_)(OBJECT|PARTITION|SORT|RANGE|ROUTING|SHARD|METADATA|KMS)_KEY(_ID|_ARN|_ALIAS|_NAME|_PREFIX)?$"
)
"""What only says under which name something else is found, in which form lines are written, or whether something is asked."""
_ADDRESS = re.compile(
    r"(URL|URI|DSN|HOST|HOSTNAME|PORT|ADDR|ADDRESS|ENDPOINT|SOCKET|SERVER|SERVERS|BROKERS?|NODES|DATABASE|_DB|NAME|USER|USERNAME"
    r"|PASSWORD|PASS|PWD|CONNECTION|CONNECTION_STRING|DB|CLUSTER|REGION|SSLMODE|SSL_MODE|TOKEN)(_FILE)?$"
)
_LOOSE = frozenset({"assertion", "forgiven"})
"""A lone `!` silences the type checker, and a schema's failure may be passed over; nothing fails where the variable is missing."""
_ASIDE = frozenset({"OAuth Integrations", "Error Tracking", "Analytics", "Logs", "Metrics & Tracing", "Feature Flags"})
"""Groups of services without which the program starts all the same, whatever the type checker is told."""
_BASE = frozenset({"Databases", "Caching", "Message Queues"})
"""Groups of services that the main path goes through; what else fails in a function fails with its feature."""
_GIVEN = re.compile(
    r"GITHUB_(ACTION\w{0,20}|ACTOR\w{0,10}|API_URL|BASE_REF|ENV|EVENT_\w{1,20}|GRAPHQL_URL|HEAD_REF|JOB|OUTPUT|PATH|REF\w{0,15}|REPOSITORY\w{0,20}|RUN_\w{1,15}"
    r"|SERVER_URL|SHA|STATE|STEP_SUMMARY|TRIGGERING_ACTOR|WORKFLOW\w{0,10}|WORKSPACE)$|RUNNER_(ARCH|DEBUG|ENVIRONMENT|NAME|OS|TEMP|TOOL_CACHE|WORKSPACE)$"
    r"|ACTIONS_(ID_TOKEN_REQUEST_\w{1,10}|RUNTIME_\w{1,10}|CACHE_URL|RESULTS_URL)$|AWS_(EXECUTION_ENV|LAMBDA_\w{1,40})$|LAMBDA_(TASK_ROOT|RUNTIME_DIR)$|_X_AMZN_TRACE_ID$|_HANDLER$"
    r"|(NEXT_PUBLIC_|VITE_)?VERCEL(_URL|_ENV|_BRANCH_URL|_PROJECT_PRODUCTION_URL|_REGION|_GIT_\w{1,40})?$|RAILWAY_(?!TOKEN|API)\w{1,40}$"
    r"|RENDER(_EXTERNAL_\w{1,10}|_SERVICE_\w{1,10}|_GIT_\w{1,10})?$|FLY_(APP_NAME|REGION|MACHINE_ID|ALLOC_ID|IMAGE_REF)$|DYNO$"
    r"|HEROKU_(APP|SLUG|RELEASE|DYNO)_\w{1,20}$|NETLIFY$|CF_PAGES(_\w{1,20})?$"
    r"|K_(SERVICE|REVISION|CONFIGURATION)$|KUBERNETES_SERVICE_(HOST|PORT)$|WEBSITE_(SITE_NAME|HOSTNAME|INSTANCE_ID)$|CODEBUILD_\w{1,40}$"
)
"""What the runner of a pipeline, of a function or of an application sets by itself."""
_OF_BUILDS = re.compile(
    r"(HOST|BUILD|TARGET)?_?(CC|CXX|CPP|FC|F77|F90|LD|AR|AS|NM|RANLIB|STRIP|OBJC|OBJCOPY|LINKER)$"
    r"|((HOST|BUILD)_)?(C|CXX|CPP|F|FC|LD|AR|OBJC|MAKE|ARCH|RUST)FLAGS$|LDLIBS$|PKG_CONFIG(_PATH|_LIBDIR|_SYSROOT_DIR)?$"
    r"|SDKROOT$|MACOSX_DEPLOYMENT_TARGET$"
)
"""What `make`, Autoconf and those who stand in for them call a compiler, its tools and their flags: no program cannot start without it."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the program.

    Attributes:
        name: as read.
        reads: where the program's own code or configuration reads it.
        declared: where deployment configuration sets it.
        need: `required`, `optional` or `default`.
        default: the default when it is harmless, a marker when it is withheld, or empty.
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
        strict = _strict(self.reads)
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
        return bool(_SECRET_LAST.search(self._spelled)) and not self.is_given and not _IN_WHICH.search(self.name)

    @property
    def is_address(self) -> bool:
        """Whether the name ends like a part of a connection."""
        return bool(_ADDRESS.search(self._spelled))

    @property
    def _spelled(self) -> str:
        """The name as a shell would spell it: keys of .NET's configuration are written in words, `Discord__AccessToken`."""
        return self.name.upper() if "__" in self.name else self.name


def _strict(reads: Iterable[Fact]) -> list[Fact]:
    """The reads that cannot do without the variable: those at start-up, or else those of some function."""
    strict = [one for one in reads if one.detail("need") == "required"]
    return [one for one in strict if not _is_late(one)] or strict


def made(name: str, reads: list[Fact], declared: list[Fact], services: tuple[Service, ...]) -> Variable:
    """The variable that these facts tell of.

    Args:
        name: as read.
        reads: where code or configuration reads it; what only scripts read counts where nothing else does.
        declared: where a deployment sets or demands it.
        services: whose the name is; without some kinds of them the program starts all the same.
    """
    main = [one for one in reads if not is_script(one.path)] or reads
    aside = any(service.group in _ASIDE for service in services) or _is_asked(main)
    loose = _LOOSE | {"start-up"} if aside else _LOOSE
    base = _is_on_main_path(name, main, {service.group for service in services})
    told = [one for one in main if one.detail("by") not in loose and (base or not _is_late(one))]
    needs = {one.detail("need") for one in (*told, *(one for one in main if one.detail("need") != "required"))}
    if not reads and any(map(is_demanded, declared)):
        needs.add("required")
    need = "required" if "required" in needs else "default" if "default" in needs or declared else "optional"
    given = [one.value for one in main if one.value and ("REDACTED" not in one.value or MARKER.fullmatch(one.value))]
    default = next(iter(sorted(given, key=lambda value: "REDACTED" in value)), "")
    under = [one.detail("condition") for one in _strict(main) or main]
    condition = under[0] if under and all(under) else ""
    if _GIVEN.match(name) or _OF_BUILDS.match(name):
        need, condition = "default", ""
    owners = tuple(service.id for service in services)
    return Variable(name, tuple(main), tuple(declared), need, default, condition, owners)


def is_demanded(declaration: Fact) -> bool:
    """Whether Heroku's `app.json` demands a value; no code need name the variable where it looks through all of them."""
    return declaration.detail("where") == "heroku" and declaration.detail("required") == "yes"


def _is_late(read: Fact) -> bool:
    """Whether a reading fails only once its function is called; the functions of a module of settings all are."""
    return bool(read.detail("late")) and not _OF_SETTINGS.search(read.path)


_OF_SETTINGS = re.compile(r"(^|/)(env|environment|config|configuration|settings|secrets)(\.\w{2,8})?\.[cm]?[jt]s$")


def _is_on_main_path(name: str, reads: list[Fact], groups: set[str]) -> bool:
    """Whether what fails without the variable, if only in a function, is no feature beside others.

    So it is with the application's own keys and with its stores, unless a schema or some file goes on without.
    """
    if any(one.detail("by") == "schema" and one.detail("need") == "optional" for one in reads):
        return False
    own = is_own_key(name) and groups <= _BASE | {"Auth Provider"}
    return own or (bool(groups & _BASE) and not _is_asked(reads))


def _is_asked(reads: list[Fact]) -> bool:
    """Whether some file goes on without the variable where another fails: a feature that is off."""
    return any(one.detail("by") == "check" and one.detail("need") == "optional" for one in reads)


def is_given(name: str) -> bool:
    """Whether the platform that runs a program sets a variable by itself."""
    return bool(_GIVEN.match(name))


def is_script_only(variable: Variable) -> bool:
    """Whether only scripts of the developers read it."""
    return bool(variable.reads) and not variable.declared and all(is_script(one.path) for one in variable.reads)


def is_own_key(name: str) -> bool:
    """Whether a credential is one that the application keeps for itself: what signs its sessions, what its callers show."""
    return bool(_OWN_KEY.match(name))


_OWN_KEY = re.compile(
    r"((APP|APPLICATION|SERVER|DJANGO|FLASK|RAILS)_)?(SECRET|KEY|TOKEN)(_KEY)?$"
    r"|(\w+_)?(JWT|SESSION|COOKIE|CSRF|(?<!LETS_)(?:EN|DE)CRYPT(?:ION)?|SIGNING|NEXTAUTH|CRON|WEBHOOK|DATABASE|DB|ADMIN)_"
)
"""Keys that the application keeps for itself."""
