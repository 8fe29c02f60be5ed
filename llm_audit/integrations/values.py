"""The labelled lines of an entry, each derived from facts alone: packages and versions, variables, endpoints, hosts."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from llm_audit.document import code, plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.sightings import USE, Sighting, strength
from llm_audit.integrations.variables import Variable, Variables, is_ci
from llm_audit.model import Fact, Kind, Role, Value

_VERBS = frozenset(  # words of a call chain that say what is done, not to what
    "create retrieve list update delete get post put patch del find search all send run execute invoke call fetch read write save insert "
    "upsert remove add set new init initialize build from parse async await then catch construct_event constructevent constructEvent "
    "open close connect modify cancel confirm capture upload download query stream subscribe publish emit on once use of make".split()
)
_LEADING_VERB = re.compile(
    r"(create|get|list|send|update|delete|retrieve|find|search|upload|put|post|add|remove|fetch)(?=[A-Z_])"
)
_LIMIT = 6
_PROTOCOLS = frozenset({"smtp", "imap-pop3", "imap", "aws"})
"""Services whose calls are a protocol's own steps; naming them says nothing of what is used."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the lines of an entry are derived from."""

    ledger: Ledger
    variables: Variables
    sighting: Sighting
    group: str

    @property
    def names(self) -> tuple[str, ...]:
        """How variables may begin that belong to the service: its id and name in capitals."""
        service = self.sighting.service
        both = {
            re.sub(r"[^A-Z0-9]+", sep, text.upper()).strip(sep or "_")
            for text in (service.id, service.name)
            for sep in ("_", "")
        }
        return tuple(sorted(both))

    @property
    def own_variables(self) -> list[Variable]:
        """The variables of the service."""
        return self.variables.owned_by(self.sighting.service.id, *self.names)


def values_of(context: Context, labels: Iterable[str]) -> tuple[Value, ...]:
    """The lines that can be filled, in the order of the labels."""
    lines = ((label, _MAKERS[label](context)) for label in labels if label in _MAKERS)
    return tuple(Value(label, text) for label, text in lines if text)


def packages_text(facts: Iterable[Fact], ledger: Ledger, limit: int = 3) -> str:
    """`stripe 16.12.0, @stripe/stripe-js 4.10.0`: the packages of these facts with the versions that were resolved.

    A package that several apps have at different versions is said with its app.
    """
    seen: dict[str, dict[str, list[str]]] = {}
    for one in facts:
        if one.kind == Kind.DEPENDENCY:
            app = ledger.app_of(one.path)
            seen.setdefault(one.name, {}).setdefault(ledger.version_of(one), []).append(app)
    parts: list[str] = []
    for name, versions in list(seen.items())[:limit]:
        known = {version: apps for version, apps in versions.items() if version} or versions
        if len(known) == 1:
            parts.append(f"{plain(name)} {plain(next(iter(known)))}".strip() if next(iter(known)) else plain(name))
        else:
            rows = [
                f"{plain(version)} ({', '.join(_app(app) for app in apps[:2])})"
                for version, apps in list(known.items())[:3]
            ]
            parts.append(f"{plain(name)} {', '.join(rows)}")
    more = len(seen) - limit
    return ", ".join(parts) + (f" and {more} more" if more > 0 else "")


def _app(app: str) -> str:
    return code(app) if app else "root"


def _packages(context: Context) -> str:
    used = [
        f
        for f in context.sighting.of(Kind.DEPENDENCY)
        if f.detail("scope") not in ("managed", "bom", "catalog", "indirect")
    ]
    tools = {tool for fact in context.sighting.of(Kind.SETTING) for tool in _tools_of(fact)}
    frameworks = [fact for fact in tool_packages(context.ledger, tools) if fact not in used]
    if text := packages_text([*_imported_first(used, context), *frameworks], context.ledger):
        return text
    modules = sorted({(f.detail("language"), f.name) for f in context.sighting.of(Kind.IMPORT)})
    said = [text for language, name in modules if (text := _module_text(language, name))]
    return said[0] if said and not list(context.sighting.of(Kind.HOST)) else ""


def _module_text(language: str, module: str) -> str:
    """A module without a manifest line: part of the language's own library, or a package that no manifest pins."""
    root = re.split(r"[./]", module.removeprefix("node:"))[0]
    if language == "python":
        return (
            f"Python standard library {code(root)}"
            if root in sys.stdlib_module_names
            else f"{code(root)}, not in a manifest"
        )
    if language == "go" and "." not in root:
        return f"Go standard library {code(module)}"
    if language == "javascript":
        name = "/".join(module.split("/")[: 2 if module.startswith("@") else 1])
        return f"Node.js {code(module)}" if module.startswith("node:") else f"{code(name)}, not in a manifest"
    return ""


def _imported_first(dependencies: list[Fact], context: Context) -> list[Fact]:
    """Packages that are imported before those that are only declared; runtime before development."""
    imported = {f.name for f in context.sighting.of(Kind.IMPORT)} | {
        f.detail("module") for f in context.sighting.of(Kind.CALL)
    }

    def rank(fact: Fact) -> tuple[bool, bool, str, str]:
        used = any(name == fact.name or name.startswith((f"{fact.name}/", f"{fact.name}.")) for name in imported)
        return (not used, fact.detail("scope") in ("dev", "test", "build"), fact.name, fact.path)

    return sorted(dependencies, key=rank)


def _log_integration(context: Context) -> str:
    """The package, or the handler that the logging configuration names."""
    handlers = dict.fromkeys(f.detail("handler") for f in context.sighting.of(Kind.SETTING) if f.detail("handler"))
    tools = dict.fromkeys(f.detail("tool") for f in context.sighting.of(Kind.SETTING) if f.detail("tool"))
    return ", ".join(map(code, list(handlers)[:3])) or _packages(context) or ", ".join(map(plain, list(tools)[:2]))


def _method(context: Context) -> str:
    """How a service without SDK is reached: the hosts that are called, and the first paths."""
    if _packages(context):
        return ""
    hosts: dict[str, list[str]] = {}
    for fact in context.sighting.of(Kind.HOST):
        if fact.detail("use") != "link":
            hosts.setdefault(fact.name, []).append(fact.value)
    if not hosts:
        return ""
    host, paths = next(iter(hosts.items()))
    path = next((path for path in paths if path.strip("/")), "")
    script = all(fact.detail("use") == "script" for fact in context.sighting.of(Kind.HOST))
    others = "".join(f", {plain(other)}" for other in list(hosts)[1:3])
    how = "Loaded in the browser from" if script else "HTTPS on"
    return f"{how} {plain(host)}{others}" + (f", {code(path)}" if path and not script else "")


def _listed(variables: Iterable[Variable], limit: int = _LIMIT) -> str:
    names = without_twins([one.name for one in variables])
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")


def without_twins(names: list[str]) -> list[str]:
    """Names without those that only offer another one as a file (`X_FILE` beside `X`)."""
    return [name for name in names if not (name.endswith("_FILE") and name.removesuffix("_FILE") in names)]


def _auth(context: Context) -> str:
    named = dict.fromkeys(
        name.strip()
        for fact in context.sighting.of(Kind.SETTING)
        if fact.name == "oauth.provider"
        for name in fact.detail("env").split(",")
        if name.strip()
    )
    if named:
        return ", ".join(without_twins(list(named))[:_LIMIT])
    own = [one for one in context.own_variables if one.is_credential] or _beside(context)
    text = _listed(sorted(own, key=_credential_rank))
    inside = [name for name in _read_inside(context) if name not in text.split(", ")]
    shown = f"{', '.join(inside[:3])}, read inside the SDK" if inside else ""
    return "; ".join(part for part in (text, shown) if part)


def _read_inside(context: Context) -> list[str]:
    """The variables that the service's SDK reads by itself, where the tree's samples or deployment name them."""
    declared = {fact.name for fact in context.ledger.of(Kind.ENV_DECLARED)}
    return [name for name in context.sighting.service.reads if name in declared or name in context.variables.by_name]


_KEY = re.compile(r"(KEY|SECRET|TOKEN|PASSWORD)$")


def _beside(context: Context) -> list[Variable]:
    """Credentials without an owner that the files which use the service read, when those files use little else."""
    paths = {f.path for f in context.sighting.of(Kind.CALL, Kind.IMPORT, Kind.HOST) if strength(f) >= USE}
    return (
        [
            one
            for one in context.variables.by_name.values()
            if _KEY.search(one.name) and not one.owners and any(read.path in paths for read in one.reads)
        ][:4]
        if len(paths) <= 3
        else []
    )


def _credential_rank(one: Variable) -> tuple[int, str]:
    order = ("KEY", "TOKEN", "SECRET", "PASSWORD", "PASS", "USER")
    return next((rank for rank, end in enumerate(order) if end in one.name.rpartition("_")[2]), len(order)), one.name


def images_text(facts: Iterable[Fact], limit: int = 2) -> str:
    """`postgres:16 in `docker-compose.yml``: the images that run a service, with their tags and files; CI has its own."""
    files: dict[str, dict[str, None]] = {}
    for fact in facts:
        if fact.kind == Kind.IMAGE and not is_ci(fact.path):
            image = f"{plain(fact.name)}{f':{fact.value}' if fact.value else ''}"
            files.setdefault(image, {}).setdefault(code(fact.path))
    more = [f" and {len(paths) - 1} more" if len(paths) > 1 else "" for paths in files.values()]
    texts = [f"{image} in {next(iter(paths))}{rest}" for (image, paths), rest in zip(files.items(), more, strict=True)]
    return "; ".join(texts[:limit])


_ROUTINE = re.compile(
    r"^actions/(checkout|setup-|cache|upload-artifact|download-artifact)|^docker/setup-|/setup-|^astral-sh/setup"
)


def actions_text(facts: Iterable[Fact], limit: int = 4) -> str:
    """`docker/login-action v3`: the CI actions of a service, with their versions; what every workflow has comes last."""
    facts = sorted(facts, key=lambda fact: bool(_ROUTINE.search(fact.name)))
    seen = dict.fromkeys(f"{plain(f.name)} {plain(f.value)}".strip() for f in facts if f.kind == Kind.ACTION)
    return ", ".join(list(seen)[:limit])


_DEPLOYERS = (Kind.ACTION, Kind.PUBLISH, Kind.PLATFORM, Kind.FILE, Kind.IMAGE, Kind.RESOURCE)


def _deployment(context: Context) -> str:
    """Which workflow and action reach the service, and by which command."""
    own = context.sighting
    paths = {fact.path for fact in own.of(Kind.PUBLISH)}
    hows = {fact.detail("how") for fact in own.of(Kind.PUBLISH)}
    near = [fact for fact in context.ledger.of(Kind.ACTION) if fact.path in paths and fact.name in hows]
    actions = actions_text([*own.of(Kind.ACTION), *near])
    how = actions or _commands(own.of(Kind.PUBLISH, Kind.PLATFORM)) or images_text(own.of(Kind.IMAGE))
    where = ", ".join(list(dict.fromkeys(code(fact.path) for fact in own.of(*_DEPLOYERS)))[:3])
    return f"{how} in {where}" if how and where and " in " not in how else how or where


def _commands(facts: Iterable[Fact]) -> str:
    return ", ".join(list(dict.fromkeys(plain(f.detail("how"), 60) for f in facts if f.detail("how")))[:3])


def _connection(context: Context) -> str:
    named = [f.detail("env") for f in context.sighting.of(Kind.SETTING) if f.detail("env")]
    names = dict.fromkeys(name.strip() for text in named for name in text.split(",") if name.strip())
    for one in context.own_variables:
        if one.is_address:
            names.setdefault(one.name)
    more = len(names) - 8
    return ", ".join(list(names)[:8]) + (f" and {more} more" if more > 0 else "")


def _dsn(context: Context) -> str:
    return _listed(one for one in context.own_variables if "DSN" in one.name) or _auth(context)


def _release(context: Context) -> str:
    return _listed(one for one in context.own_variables if re.search(r"RELEASE|VERSION|AUTH_TOKEN", one.name))


def _buckets(context: Context) -> str:
    return _listed(one for one in context.own_variables if re.search(r"BUCKET|CONTAINER", one.name))


def _scopes(context: Context) -> str:
    scopes = [f.detail("scopes") for f in context.sighting.of(Kind.SETTING) if f.detail("scopes")]
    return plain(scopes[0]) if scopes else ""


def _endpoints(context: Context) -> str:
    """The parts of an API that are called: SDK chains without their verbs, or paths of raw calls."""
    if context.sighting.service.id in _PROTOCOLS:
        return ""
    known = dict(context.sighting.service.calls)
    words: dict[str, None] = {}
    for fact in context.sighting.of(Kind.CALL):
        if said := next((text for part, text in known.items() if part in fact.name), "") or endpoint_words(fact.name):
            words.setdefault(said)
    if not words:
        for fact in context.sighting.of(Kind.HOST):
            if fact.value.strip("/") and fact.detail("use") == "call":
                words.setdefault(code(fact.value.split("?")[0], 60))
    chosen = list(words)[:8]
    return ", ".join(chosen) + (f" and {len(words) - 8} more" if len(words) > 8 else "")


def endpoint_words(chain: str) -> str:
    """`stripe.checkout.sessions.create` -> `checkout sessions`; empty when nothing but a root and a verb is left."""
    parts = [part for part in re.split(r"\.|::|->|\\|/", chain.removeprefix("new ")) if part]
    inner = [
        part
        for part in parts[1:]
        if part.lower() not in _VERBS and part not in ("client", "api", "v1", "v2", "default")
    ]
    inner = [
        part
        for part in inner
        if not re.match(
            r"[Nn]ew[A-Z_]|[Ww]ith[A-Z_]|[Ss]et[A-Z_]|[Ii]s[A-Z_]|[Pp]arse[A-Z_]|[Gg]et[A-Z_]|create[A-Z_]", part
        )
    ]
    inner = [part for part in inner if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{2,40}", part)]
    if parts and parts[-1] in inner and len(inner) > 1:
        last = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", parts[-1]).split()[0].lower()
        inner = inner[:-1] if last in _VERBS else inner
    said = parts[-1].lower() in _VERBS or re.match(_LEADING_VERB, parts[-1])
    if not inner or (len(inner) == 1 and not said):
        return ""
    text = " ".join(re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", part).replace("_", " ").lower() for part in inner)
    text = re.sub(r"( get| create| list)? (request|response|params|config|configuration|client|options)$", "", text)
    return text if len(text) < 60 else ""


def cookie_text(facts: Iterable[Fact]) -> str:
    """The cookie that holds a session or token, and its flags, where a setting names them."""
    for fact in facts:
        name = fact.detail("cookie") or (fact.value if fact.name == "auth.cookie" else "")
        if name or fact.detail("flags"):
            flags = fact.detail("flags").replace("=true", "").replace(",", ", ")
            shown = f"cookie {code(name)}" if name else "cookie"
            return f"{shown}, {plain(flags)}" if flags else shown
    return ""


def _cookie(context: Context) -> str:
    return cookie_text(context.sighting.of(Kind.SETTING))


def _session(context: Context) -> str:
    found = [f for f in context.sighting.of(Kind.SETTING) if f.detail("session") or f.detail("adapter")]
    parts = [f"{plain(found[0].detail('session'))} sessions" if found and found[0].detail("session") else ""]
    parts.append(
        f"accounts kept through {plain(found[0].detail('adapter'))}" if found and found[0].detail("adapter") else ""
    )
    return "; ".join(part for part in parts if part)


def _events(context: Context) -> str:
    sent = {
        f.value
        for f in context.sighting.of(Kind.CALL)
        if f.value and re.search(r"(?i)track|capture|event|log|ingest", f.name)
    }
    names = sorted(name for name in sent if re.fullmatch(r"[\w .:/-]{3,60}", name))
    return ", ".join(map(plain, names[:8])) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _migrations(context: Context) -> str:
    """`alembic 1.13.1 in `backend/alembic/``: each tool with the first of its folders."""
    folders: dict[str, dict[str, None]] = {}
    for fact in context.ledger.of(Kind.SETTING):
        if fact.name == "db.migrations" and fact.value:
            folders.setdefault(fact.detail("tool") or "files", {}).setdefault(fact.value.rstrip("/") + "/")
    texts: list[str] = []
    for tool, paths in folders.items():
        packages = packages_text(tool_packages(context.ledger, {tool}), context.ledger, 1)
        more = f" and {len(paths) - 1} more folders" if len(paths) > 1 else ""
        texts.append(f"{packages or plain(tool)} in {code(next(iter(paths)))}{more}")
    return "; ".join(texts[:3])


def _client(context: Context) -> str:
    """The driver or ORM: packages of the service, preceded by the ORMs that its settings name."""
    tools = dict.fromkeys(f.detail("tool") for f in context.sighting.of(Kind.SETTING) if f.detail("tool"))
    orms = tool_packages(context.ledger, set(tools))
    drivers = _imported_first([f for f in context.sighting.of(Kind.DEPENDENCY) if strength(f) > 1], context)
    text = packages_text([*orms, *(f for f in drivers if f not in orms)], context.ledger)
    named = [tool for tool in tools if tool and tool != "url"]
    client = text or (plain(named[0]) if named else _packages(context))
    images = images_text(context.sighting.of(Kind.IMAGE))
    return f"{client}; {images}" if client and images else client or images


_TOOL_PACKAGES = {
    "django": "django", "prisma": "prisma", "@prisma/client": "prisma", "drizzle-orm": "drizzle", "typeorm": "typeorm",
    "sequelize": "sequelize", "knex": "knex", "mongoose": "mongoose", "kysely": "kysely", "sqlalchemy": "sqlalchemy",
    "laravel/framework": "laravel", "rails": "rails", "activerecord": "rails", "gorm.io/gorm": "gorm", "doctrine/orm": "doctrine",
    "github.com/jmoiron/sqlx": "sqlx", "ecto-sql": "ecto", "peewee": "peewee", "tortoise-orm": "tortoise", "sqlmodel": "sqlmodel",
    "diesel": "diesel", "sea-orm": "sea-orm", "next-auth": "auth.js", "@auth/core": "auth.js", "better-auth": "better-auth",
    "laravel/socialite": "socialite", "laravel/sanctum": "sanctum", "laravel/ai": "laravel-ai", "social-auth-app-django": "social-auth",
    "django-allauth": "allauth", "flask-login": "flask-login", "python-jose": "jose", "fido2": "webauthn", "@simplewebauthn/server": "webauthn", "nodemailer": "nodemailer",
}  # fmt: skip
"""Packages whose settings name a service under another name than the package's own."""


def _tools_of(fact: Fact) -> tuple[str, str]:
    """The tool of a setting, and the tool's part for that kind of setting (`laravel-ai`)."""
    return fact.detail("tool"), f"{fact.detail('tool')}-{fact.name.partition('.')[0]}"


def tool_packages(ledger: Ledger, tools: set[str]) -> list[Fact]:
    """The manifest lines of the packages that go by these tool names."""
    wanted = {tool.lower().replace("_", "-") for tool in tools if tool}
    return [
        fact
        for fact in ledger.of(Kind.DEPENDENCY)
        if strength(fact) > 1
        and (_TOOL_PACKAGES.get(name := fact.name.lower().replace("_", "-")) in wanted or name in wanted)
    ]


_MAKERS: dict[str, Callable[[Context], str]] = {
    "SDK/Client": _packages,
    "Client": _client,
    "Implementation": _packages,
    "Integration": _log_integration,
    "Integration method": _method,
    "Auth": _auth,
    "Credentials": _auth,
    "Token": _auth,
    "DSN": _dsn,
    "Connection": _connection,
    "Release tracking": _release,
    "Buckets": _buckets,
    "Scopes": _scopes,
    "Endpoints used": _endpoints,
    "Events tracked": _events,
    "Migrations": _migrations,
    "Deployment": _deployment,
    "Token storage": _cookie,
    "Session management": _session,
}


def evidence_of(facts: Iterable[Fact], limit: int = 4) -> tuple[Fact, ...]:
    """One to four facts to cite: strongest first, spread over files and kinds, tests and docs never."""
    chosen: list[Fact] = []
    paths: set[str] = set()
    own = sorted((f for f in facts if f.role == Role.SOURCE), key=lambda one: (-strength(one), one.path, one.line))
    ranked = [fact for fact in own if strength(fact) >= 2] or own
    manifests = [fact for fact in ranked if fact.kind == Kind.DEPENDENCY][:1]
    room = limit - bool(manifests)
    for fact in [*ranked]:
        if len(chosen) < room and fact.path not in paths and fact not in manifests:
            chosen.append(fact)
            paths.add(fact.path)
    return tuple([*chosen, *manifests])
