"""Packages and the versions that were resolved, drivers, frameworks and migration tools."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from llm_audit.document import code, plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.strength import declares, strength
from llm_audit.integrations.values.context import NOT_RELATIONAL, Context, may_connect
from llm_audit.integrations.values.delivery import images_text
from llm_audit.integrations.values.resources import brought_by
from llm_audit.model import Fact, Kind


def packages_text(facts: Iterable[Fact], ledger: Ledger, limit: int = 3) -> str:
    """`stripe 16.12.0, @stripe/stripe-js 4.10.0`: the packages of these facts with the versions that were resolved.

    A package that several apps have at different versions is said with its app.
    """
    seen: dict[str, dict[str, list[str]]] = {}
    for one in facts:
        if one.kind == Kind.DEPENDENCY:
            app = ledger.app_of(one.path)
            seen.setdefault(one.name, {}).setdefault(ledger.versions.of(one), []).append(app)
    parts: list[str] = []
    for name, versions in list(seen.items())[:limit]:
        known = {version: apps for version, apps in versions.items() if version} or versions
        if len({app for apps in known.values() for app in apps}) == 1 or len(known) == 1:
            parts.append(f"{plain(name)} {' and '.join(map(plain, list(known)[:2]))}".strip())
        else:
            parts.append(f"{plain(name)} {_by_app(known)}")
    more = len(seen) - limit
    return ", ".join(parts) + (f" and {more} more" if more > 0 else "")


def _by_app(versions: dict[str, list[str]]) -> str:
    """`16.12.0 (`apps/admin`), 14.25.0 (`apps/web`)`; of more than two versions, how many apps share them."""
    if len(versions) > 2:
        shown, apps = list(map(plain, versions)), {app for own in versions.values() for app in own}
        rest = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
        return f"{', '.join(shown[:3])}{rest} in {len(apps)} apps"
    rows = ((version, list(dict.fromkeys(apps))) for version, apps in versions.items())
    return ", ".join(f"{plain(version)} ({', '.join(map(_app, apps[:2]))})" for version, apps in rows)


def _app(app: str) -> str:
    return code(app) if app else "root"


_METHODS = frozenset({"url", "tokio"})
"""How a setting was read, where a package happens to have the same name."""


def packages(context: Context) -> str:
    used = [
        f
        for f in context.sighting.of(Kind.DEPENDENCY)
        if f.detail("scope") not in ("managed", "bom", "catalog", "indirect")
    ]
    used = [f for f in used if f.detail("scope") != "test"] or used  # a fake that tests speak to is no client
    tools = {tool for fact in _configured(context) for tool in _tools_of(fact)}
    tools |= {fact.detail("module") for fact in context.sighting.of(Kind.CALL)}
    frameworks = [fact for fact in tool_packages(context.ledger, tools - _METHODS) if fact not in used]
    if text := packages_text([*_imported_first(used, context), *frameworks], context.ledger):
        return text
    modules = sorted({(f.detail("language"), f.name) for f in context.sighting.of(Kind.IMPORT)})
    if text := packages_text(_holding(modules, context), context.ledger):
        return text
    # what sets up all the others has their providers and modules
    whole = context.sighting.service.id == "terraform"
    resources = context.ledger.of(Kind.RESOURCE) if whole else context.sighting.of(Kind.RESOURCE)
    declared = (one for one in resources if not whole or one.name.startswith(("provider:", "module:")))
    if text := brought_by(declared, context.ledger, 6 if whole else 4):
        return text
    if text := packages_text(_of_developers(modules, context), context.ledger):
        return text
    said = [text for language, name in modules if (text := _module_text(language, name))]
    return said[0] if said and not list(context.sighting.of(Kind.HOST)) else ""


def _configured(context: Context) -> list[Fact]:
    """The settings of a service by a tool that speaks to it; credentials are kept by one that does not."""
    return [fact for fact in context.sighting.of(Kind.SETTING) if fact.name != "rails.credentials"]


def _module_text(language: str, module: str) -> str:
    """A module without a manifest line: part of the language's own library, or a package that no manifest pins."""
    root = re.split(r"[./]", module.removeprefix("node:"))[0]
    if language == "go":
        inside = "." not in module.partition("/")[0]
        return f"Go standard library {code(module)}" if inside else f"{code(module)}, not in a manifest"
    if language == "python":
        return (
            f"Python standard library {code(root)}"
            if root in sys.stdlib_module_names
            else f"{code(root)}, not in a manifest"
        )
    if language == "javascript":
        name = "/".join(module.split("/")[: 2 if module.startswith("@") else 1])
        return f"Node.js {code(module)}" if module.startswith("node:") else f"{code(name)}, not in a manifest"
    return ""


def _holding(modules: Iterable[tuple[str, str]], context: Context) -> list[Fact]:
    """The manifest lines of packages that hold these modules as a part: `django` of `django.core.mail`."""
    modules = list(modules)
    roots = {_root(language, name) for language, name in modules}
    roots |= {("pypi", form.format(name)) for ecosystem, name in roots if ecosystem == "pypi" for form in _CALLED}
    parts = tuple(f"{name}/" for language, name in modules if language == "go")
    known = _names(context.ledger)
    places = {place for root in roots for place in known.roots.get(root, ())}
    places |= {place for name, place in known.go if any(part.startswith(f"{name}/") for part in parts)}
    return [context.ledger.packages[place][1] for place in sorted(places)]


def _of_developers(modules: Iterable[tuple[str, str]], context: Context) -> list[Fact]:
    """The manifest lines of those packages of npm that only development needs: what declares infrastructure is one."""
    names = {
        "/".join(name.split("/")[: 2 if name.startswith("@") else 1]) for kind, name in modules if kind == "javascript"
    }
    return [one for one in context.ledger.of(Kind.DEPENDENCY) if one.detail("ecosystem") == "npm" and one.name in names]


_CALLED = ("django-{}", "flask-{}", "python-{}", "{}-python", "py{}")
"""How packages of Python are called beside their modules."""


_PREFIX = re.compile(r"^(?:django|python|py)-")
"""What a distribution's name has before the name of its module: `django-storages` gives `storages`."""


def _root(language: str, module: str) -> tuple[str, str]:
    ecosystem = {"python": "pypi", "javascript": "npm"}.get(language, "")
    return ecosystem, re.split(r"[./]", module)[0].lower().replace("_", "-")


def _imported_first(dependencies: list[Fact], context: Context) -> list[Fact]:
    """Packages that are imported before those that are only declared; runtime before development.

    Those that only declare infrastructure are left out where the code speaks to the service by another.
    """
    if any(fact.kind in (Kind.IMPORT, Kind.CALL) and not declares(fact) for fact in context.sighting.proof):
        dependencies = [fact for fact in dependencies if not declares(fact)]
    imported = {f.name for f in context.sighting.of(Kind.IMPORT)} | {
        f.detail("module") for f in context.sighting.of(Kind.CALL)
    }

    def rank(fact: Fact) -> tuple[bool, bool, str, str]:
        used = any(name == fact.name or name.startswith((f"{fact.name}/", f"{fact.name}.")) for name in imported)
        return (not used, fact.detail("scope") in ("dev", "test", "build"), fact.name, fact.path)

    return sorted(dependencies, key=rank)


def client(context: Context) -> str:
    """The driver or ORM: packages of the service, preceded by the ORMs that its settings name."""
    settings = [*_configured(context), *_connecting(context)]
    tools = dict.fromkeys(f.detail("tool") for f in settings if f.detail("tool"))
    orms = tool_packages(context.ledger, set(tools) - _METHODS)
    drivers = _imported_first([f for f in context.sighting.of(Kind.DEPENDENCY) if strength(f) > 1], context)
    text = packages_text([*orms, *(f for f in drivers if f not in orms)], context.ledger)
    named = [tool for tool in tools if tool and tool != "url"]
    client = text or (spoken(named[0]) if named else packages(context))
    images = images_text(context.sighting.of(Kind.IMAGE))
    return f"{client}; {images}" if client and images else client or images


def _connecting(context: Context) -> list[Fact]:
    """The calls that connect with a setting which a variable of this database fills: `create_engine(settings.database_url)`."""
    names = tuple(one.name.lower() for one in context.own_variables if one.is_address)
    names += tuple(fact.detail("env").lower() for fact in context.sighting.of(Kind.SETTING) if fact.detail("env"))
    return [
        fact
        for fact in context.ledger.of(Kind.SETTING)
        if may_connect(fact, context) and (not names or _ends(names, fact.value) or _is_put_together(fact, context))
    ]


def _is_put_together(fact: Fact, context: Context) -> bool:
    """Whether a connection goes to an address that the file itself makes up: its name is no variable's, nor the end of one."""
    last = fact.value.rpartition(".")[2].upper()
    known = context.variables.by_name
    drivers = [one for one in context.sighting.of(Kind.DEPENDENCY) if strength(one) > 1]
    return bool(drivers and last.isidentifier()) and not any(one == last or one.endswith(f"_{last}") for one in known)


def _ends(names: tuple[str, ...], setting: str) -> bool:
    last = setting.rpartition(".")[2].lower()
    return len(last) > 3 and any(name == last or name.endswith(f"_{last}") for name in names)


_TOOL_PACKAGES = {
    "apache-airflow": "airflow", "dbt-core": "dbt", "pyspark": "spark",
    "django": "django", "prisma": "prisma", "@prisma/client": "prisma", "drizzle-orm": "drizzle",
    "typeorm": "typeorm", "sequelize": "sequelize", "knex": "knex", "mongoose": "mongoose", "kysely": "kysely",
    "sqlalchemy": "sqlalchemy", "laravel/framework": "laravel", "rails": "rails", "activerecord": "rails",
    "gorm.io/gorm": "gorm", "doctrine/orm": "doctrine", "doctrine/dbal": "doctrine",
    "doctrine/migrations": "doctrine-migrations", "doctrine/doctrine-migrations-bundle": "doctrine-migrations", "github.com/dgrijalva/jwt-go": "golang-jwt",
    "github.com/form3tech-oss/jwt-go": "golang-jwt", "ecto-sql": "ecto",
    "peewee": "peewee", "tortoise-orm": "tortoise", "sqlmodel": "sqlmodel", "diesel": "diesel", "sea-orm": "sea-orm",
    "next-auth": "auth.js", "@auth/core": "auth.js", "better-auth": "better-auth", "laravel/socialite": "socialite",
    "djangorestframework-simplejwt": "simplejwt", "tymon/jwt-auth": "jwt-auth", "php-open-source-saver/jwt-auth": "jwt-auth",
    "laravel/sanctum": "sanctum", "laravel/ai": "laravel-ai", "social-auth-app-django": "social-auth",
    "django-allauth": "allauth", "flask-login": "flask-login", "python-jose": "jose", "fido2": "webauthn",
    "microsoft.entityframeworkcore": "ef-core", "@simplewebauthn/server": "webauthn", "nodemailer": "nodemailer",
}  # fmt: skip
"""Packages whose settings name a service under another name than the package's own."""


_SPOKEN = {
    "ado.net": "ADO.NET", "asp.net": "ASP.NET Core", "database/sql": "Go standard library `database/sql`",
    "ef-core": "Entity Framework Core", "jdbc": "JDBC", "logger": "Elixir's `Logger`", "memorycache": "`MemoryCache` of .NET",
    "mysqli": "PHP's `mysqli`", "pdo": "PHP's `PDO`", "pgsql": "PHP's `pgsql`", "rails": "Ruby on Rails",
    "ruby-logger": "Ruby's `Logger`", "slog": "Go standard library `log/slog`",
    "spring": "Spring Boot", "sqlite3": "PHP's `SQLite3`", "symfony": "Symfony", "monolog": "Monolog",
}  # fmt: skip
"""How a reader knows what belongs to a language or a framework and has no line in a manifest."""


def spoken(tool: str) -> str:
    """The name of a tool that no package of the tree bears."""
    return _SPOKEN.get(tool) or plain(tool)


def _tools_of(fact: Fact) -> tuple[str, str]:
    """The tool of a setting or the package of its backend, and the tool's part for it (`laravel-ai`, `django-storages`)."""
    backend = fact.detail("backend").partition(".")[0]
    if backend and backend != fact.detail("tool"):
        return backend, f"{fact.detail('tool')}-{backend}"
    return fact.detail("tool"), f"{fact.detail('tool')}-{fact.name.partition('.')[0]}"


def tool_packages(ledger: Ledger, tools: set[str]) -> list[Fact]:
    """The manifest lines of the packages that go by these tool names."""
    spoken = _names(ledger).spoken
    places = {place for tool in tools if tool for place in spoken.get(tool.lower().replace("_", "-"), ())}
    return [ledger.packages[place][1] for place in sorted(places)]


class _Names(NamedTuple):
    """Where in a ledger's list of packages those stand that go by a name.

    Attributes:
        roots: by ecosystem and package, as a module's root says it.
        spoken: by what people and settings call it.
        go: the paths of Go's modules.
    """

    roots: dict[tuple[str, str], list[int]]
    spoken: dict[str, list[int]]
    go: list[tuple[str, int]]


@lru_cache(maxsize=1)
def _names(ledger: Ledger) -> _Names:
    found = _Names(defaultdict(list), defaultdict(list), [])
    for place, (name, fact) in enumerate(ledger.packages):
        ecosystem = fact.detail("ecosystem")
        found.roots[ecosystem, name].append(place)
        called = {name, _TOOL_PACKAGES.get(name, name)}
        if ":" in name:
            called.add(name.rpartition(":")[2])  # an artefact of Maven, by its own name
        if ecosystem == "pypi":
            found.roots[ecosystem, _PREFIX.sub("", fact.name)].append(place)
        if ecosystem == "go":
            found.go.append((fact.name, place))
            called.update(_go_names(name) if "/" in name else ())
        for one in called:
            found.spoken[one].append(place)
    return found


def _go_names(path: str) -> tuple[str, ...]:
    """What a module of Go is called in speech: its owner where the owner is called after it, its name, both together."""
    parts = re.sub(r"/v\d{1,3}$", "", path).split("/")
    return (*(parts[-2:] if len(parts) > 2 else parts[-1:]), "/".join(parts[-2:]))


def log_integration(context: Context) -> str:
    """The package, or the handler that the logging configuration names."""
    handlers = dict.fromkeys(f.detail("handler") for f in context.sighting.of(Kind.SETTING) if f.detail("handler"))
    tools = dict.fromkeys(f.detail("tool") for f in context.sighting.of(Kind.SETTING) if f.detail("tool"))
    asked = [f.detail("base") for f in context.sighting.of(Kind.SETTING) if f.name == "url.path"]
    told = ", ".join(map(code, list(handlers)[:3])) or packages(context) or ", ".join(map(spoken, list(tools)[:2]))
    told = told or (f"HTTPS at {plain(asked[0])}" if asked else "")
    own = [one for one in context.own_variables if (one.is_credential or one.is_address) and not one.borrowed]
    beside = [one.name for one in own if one.name not in asked]
    return f"{told}, with {', '.join(beside[:4])}" if told and beside else told


_DOUBLE_UNDERSCORE = ("flyway", "refinery", "evolve", "schemachange")
"""Tools whose migrations are called `V1__first.sql`."""


def _runner(fact: Fact, context: Context) -> str:
    """What applies the migrations; files that only bear the names that one of several tools wants need a sign of it."""
    tool = fact.detail("tool")
    if tool != "flyway" or fact.path.endswith(".java") or not fact.path.rpartition("/")[2].startswith("V"):
        return tool
    ledger = context.ledger
    named = [name for name, _ in ledger.packages] + [
        one.name for one in ledger.of(Kind.IMAGE, Kind.ACTION, Kind.FILE, Kind.IMPORT)
    ]
    named += [
        one.name for one in ledger.of(Kind.SETTING) if one.name.partition(".")[0] in ("spring", "quarkus", "flyway")
    ]
    return next((one for one in _DOUBLE_UNDERSCORE if any(one in name.lower() for name in named)), "")


def _folder_of(fact: Fact, ledger: Ledger) -> str:
    """The folder of migrations that a fact names; one on a class path is looked for among the tree's own files."""
    if fact.name != "db.migrations":
        return fact.detail("migrations")
    if not fact.detail("classpath"):
        return fact.value
    tail = f"/{fact.value}/"
    inside = [f"/{path}" for path in ledger.paths if tail in f"/{path}"]
    scripts = [path for path in inside if path.endswith(".sql")] or inside
    return min((path[1 : path.index(tail) + len(tail) - 1] for path in scripts), default="")


_ENGINES = re.compile(
    r"(?i)(?:^|[/_.\-])(postgres(?:ql)?|pgsql|mysql|mariadb|sqlite3?|sql_?server|mssql|oracle|cockroach(?:db)?)(?=$|[/_.\-])"
)
_MEANT = {
    "postgres": {"postgresql"}, "pgsql": {"postgresql"}, "sqlite3": {"sqlite"}, "mysql": {"mysql", "mariadb"},
    "mariadb": {"mysql", "mariadb"}, "sqlserver": {"mssql"}, "sql_server": {"mssql"}, "mssql": {"mssql"},
    "cockroach": {"cockroachdb"}, "oracle": {"oracle-database"},
}  # fmt: skip
"""What folders of migrations are called, and the databases that they are for."""


def _names_no_engine(folder: str) -> bool:
    return _ENGINES.search(folder) is None


def _is_anothers(folder: str, service: str) -> bool:
    """Whether a folder of migrations bears the name of another database than this one."""
    words = [word.lower() for word in _ENGINES.findall(folder)]
    return bool(words) and all(service not in _MEANT.get(word, {word}) for word in words)


def _is_of_other_language(fact: Fact, context: Context) -> bool:
    """Whether the tool that applies the migrations belongs to a language in which the program has no driver of the database."""
    drivers = {one.detail("ecosystem") for one in context.sighting.of(Kind.DEPENDENCY) if strength(one) > 1}
    tools = {one.detail("ecosystem") for one in tool_packages(context.ledger, {fact.detail("tool")})}
    return bool(drivers and tools) and drivers.isdisjoint(tools)


def migrations(context: Context) -> str:
    """`alembic 1.13.1 in `backend/alembic/``: each tool with the first of its folders."""
    folders: dict[str, dict[str, None]] = {}
    service = context.sighting.service.id
    relational = service not in NOT_RELATIONAL
    told = [
        fact for fact in context.ledger.of(Kind.SETTING) if fact.name == "db.migrations" or fact.detail("migrations")
    ]
    embedded = {fact.value for fact in told if fact.detail("tool") == "sqlx"}
    for fact in told:
        if relational == ("mongo" in fact.detail("tool")) or fact.detail("engine") not in ("", service):
            continue
        if fact.detail("tool") == "golang-migrate" and fact.value in embedded:
            continue  # files of the same form
        folder = _folder_of(fact, context.ledger)
        if folder and not _is_anothers(folder, service) and not _is_of_other_language(fact, context):
            folders.setdefault(_runner(fact, context) or "SQL files", {}).setdefault(folder.rstrip("/") + "/")
    texts: list[str] = []
    for tool, paths in folders.items():
        packages = packages_text(tool_packages(context.ledger, {tool})[:1], context.ledger)
        more = f" and {len(paths) - 1} more folders" if len(paths) > 1 else ""
        texts.append(f"{packages or spoken(tool)} in {code(min(paths, key=_names_no_engine))}{more}")
    return "; ".join(texts[:3])
