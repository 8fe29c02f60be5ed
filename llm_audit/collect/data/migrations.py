"""Where a schema's migrations lie, read from the one file of them that every project of a tool has."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.data.names import engine
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_FIRST: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("django", expression(r"(?:^|/)migrations/0001_\w+\.py$")),
    ("rails", expression(r"(?:^|/)db/(?:schema\.rb|structure\.sql)$")),
    ("flyway", expression(r"(?:^|/)(?:db/)?migrations?/(?:\w+/)?V0*1(?:[._]\d+)*__\w+\.(?:sql|java)$")),
    ("golang-migrate", expression(r"(?:^|/)\d*0*1_\w+\.up\.sql$")),
    ("laravel", expression(r"(?:^|/)database/migrations/[\w/]*_create_(?:users|jobs|cache)_table\.php$")),
    ("ecto", expression(r"(?:^|/)priv/\w{0,40}repo/migrations/\.formatter\.exs$")),
    ("drizzle", expression(r"(?:^|/)meta/_journal\.json$")),
    ("liquibase", expression(r"(?:^|/)(?:db\.)?changelog-?(?:master|root)?\.(?:xml|ya?ml|sql|json)$")),
    ("ef-core", expression(r"(?:^|/)Migrations/(?:\w+/)?\w+ModelSnapshot\.cs$")),
    ("diesel", expression(r"(?:^|/)00000000000000_diesel_initial_setup/up\.sql$")),
    ("supabase", expression(r"(?:^|/)supabase/migrations/\d{14}_[\w\-]+\.sql$")),
    ("alembic", expression(r"(?:^|/)(?:alembic|migrations?)/(?:\w+/)?script\.py\.mako$")),
)
_ANY = expression(
    r"/(?:0001_\w+\.py|schema\.rb|structure\.sql|V0*1[._]\w+\.(?:sql|java)|\d*0*1_\w+\.up\.sql|\w+_create_(?:users|jobs|cache)_table\.php"
    r"|\.formatter\.exs|_journal\.json|[\w.\-]*changelog[\w\-]*\.\w+|\w+ModelSnapshot\.cs|up\.sql|script\.py\.mako|\d{14}_[\w\-]+\.sql)$"
)
_MARKS = tuple(
    "/0001_ schema.rb .sql /v0 /v1 _table.php .formatter.exs _journal.json changelog modelsnapshot.cs script.py.mako".split()
)
_UP = {"rails": "migrate", "drizzle": "..", "diesel": ".."}


def _folders(file: SourceFile) -> Finds:
    for tool, pattern in _FIRST:
        if not pattern.search(file.path):
            continue
        folder = file.folder.rpartition("/")[0] if _UP.get(tool) == ".." else file.folder
        folder = f"{folder}/migrate" if tool == "rails" else folder
        if tool == "golang-migrate" and not re.search(r"(?i)\b(?:create|alter|table|index|insert|begin)\b", file.text):
            return
        if tool == "django" and "Migration" not in file.text:
            continue  # another tool's script, numbered in the same way
        yield fact(file, 1, Kind.SETTING, "db.migrations", folder, tool=tool, engine=_dialect(file, tool))
        return


def _dialect(file: SourceFile, tool: str) -> str:
    if tool == "drizzle":
        found = re.search(r'"dialect"\s*:\s*"(\w{1,30})"', file.text)
        return engine(found[1]) if found else ""
    if tool == "flyway":  # one folder for each database that the program can be run on
        return engine(file.folder.rpartition("/")[2])
    if tool == "ef-core":
        return (
            "postgresql" if "Npgsql" in file.text else "mssql" if "SqlServer" in file.text else engine(file.text[:3000])
        )
    return ""


_SCRIPTS = expression(r"^script_location\s*=\s*([^\s#]{1,200})", re.MULTILINE)
_ALEMBIC_URL = expression(r"^sqlalchemy\.url\s*=\s*([a-z][a-z0-9+]{1,30})://", re.MULTILINE)


def _alembic(file: SourceFile) -> Finds:
    if found := _SCRIPTS.search(file.text):
        script = found[1].replace("%(here)s/", "").replace("%(here)s", "").lstrip("./")
        folder = "/".join(part for part in (file.folder, script) if part)
        yield at(file, found.start(), Kind.SETTING, "db.migrations", folder, tool="alembic")
    url = _ALEMBIC_URL.search(file.text)
    if url and (name := engine(url[1])):
        yield at(file, url.start(), Kind.SETTING, "db.engine", name, tool="alembic", scheme=url[1])


_SQLC = expression(r"""^\s*-?\s*["']?(engine|schema|queries)["']?\s*:\s*["']?([\w./\-]{1,120})""", re.MULTILINE)


def _sqlc(file: SourceFile) -> Finds:
    for match in _SQLC.finditer(file.text):
        if match[1] == "engine" and (name := engine(match[2])):
            yield at(file, match.start(), Kind.SETTING, "db.engine", name, tool="sqlc")
        elif match[1] == "schema" and "migration" in match[2]:
            yield at(file, match.start(), Kind.SETTING, "db.migrations", match[2], tool="sqlc")


_DIESEL = expression(r"""^\s*(?:dir|migrations_directory\.dir)\s*=\s*["']([^"'\n]{1,120})["']""", re.MULTILINE)


def _diesel(file: SourceFile) -> Finds:
    found = _DIESEL.search(file.text)
    folder = found[1] if found else "migrations"
    folder = "/".join(part for part in (file.folder, folder) if part)
    yield at(file, found.start() if found else 0, Kind.SETTING, "db.migrations", folder, tool="diesel")


_SQLX = expression(r"""\bmigrate!\(\s{0,4}(?:"(?P<folder>[\w./\-]{1,120})")?\s{0,4}\)""")


def _sqlx(file: SourceFile) -> Finds:
    """Folders whose migrations Rust embeds; they are named from the crate's own folder."""
    crate, inside, _ = f"/{file.path}".rpartition("/src/")
    speaks = {
        name for word, name in (("PgPool", "postgresql"), ("Sqlite", "sqlite"), ("MySql", "mysql")) if word in file.text
    }
    for match in _SQLX.finditer(file.text) if inside and "sqlx" in file.text else ():
        if not in_comment(file.text, match.start()):
            folder = f"{crate}/{(match['folder'] or 'migrations').removeprefix('./')}".strip("/")
            kind = next(iter(speaks)) if len(speaks) == 1 else ""
            yield at(file, match.start(), Kind.SETTING, "db.migrations", folder, tool="sqlx", engine=kind)


_EMBEDDED = expression(
    r"^//go:embed[ \t]{1,4}(?:all:)?([\w./\-]{0,80}migrations?\w{0,20}(?:/[\w\-]{1,40}){0,3})(?:/\*[\w.*]{0,12})?[ \t]*$",
    re.MULTILINE,
)
_RUNNERS = (("goose", "goose."), ("golang-migrate", "iofs.New("), ("tern", "tern/"), ("dbmate", "dbmate."))


def _embedded(file: SourceFile) -> Finds:
    """Folders of migrations that Go embeds into the program, in the file that runs them."""
    tool = next((name for name, word in _RUNNERS if word in file.text), "")
    found = _EMBEDDED.search(file.text) if tool else None
    if found:
        folder = "/".join(part for part in (file.folder, found[1].strip("/")) if part)
        yield at(file, found.start(), Kind.SETTING, "db.migrations", folder, tool=tool)


_EF_STEP = expression(
    r"^\s{0,8}(?:public|internal)\s{1,3}(?:sealed\s{1,3})?(?:partial\s{1,3})?class\s{1,3}\w{1,100}\s{0,3}:\s{0,3}Migration\b",
    re.MULTILINE,
)
_EF_FOLDER = expression(r"(?:^|/)Migrations/(?:\w+/)?[^/]+\.cs$")


_EF_ENGINES = (("Npgsql", "postgresql"), ("SqlServer:", "mssql"), ("MySql:", "mysql"), ("Sqlite:", "sqlite"))
"""How the annotations of a column begin that only one database knows."""


def _ef_steps(file: SourceFile) -> Finds:
    """The folder that a migration of Entity Framework stands in; what sums them all up is generated, and not read."""
    if found := _EF_STEP.search(file.text):
        yield at(
            file,
            found.start(),
            Kind.SETTING,
            "db.migrations",
            file.folder,
            tool="ef-core",
            engine=next((one for word, one in _EF_ENGINES if word in file.text), ""),
        )


_EXTENSION = expression(
    r"(?i)\bcreate\s{1,8}extension\s{1,8}(?:if\s{1,8}not\s{1,8}exists\s{1,8})?[\"'`\\]{0,2}(vector|vchord|timescaledb|postgis|age|citus)\b"
    r"|\benable_extension[\s(]{1,3}[:\"']{1,2}(vector|timescaledb|postgis)\b"
)
_REMARK = expression(r"\s*(?:--|#|//|\*|/\*)")


def _extensions(file: SourceFile) -> Finds:
    known: set[str] = set()
    for match in _EXTENSION.finditer(file.text):
        name = (match[1] or match[2]).lower()
        if name not in known and not _REMARK.match(file.text, file.text.rfind("\n", 0, match.start()) + 1):
            known.add(name)
            yield at(file, match.start(), Kind.SETTING, "db.extension", name)
            if len(known) == 1 and "supabase/" not in f"/{file.path}":  # there the database is Supabase's own
                yield at(file, match.start(), Kind.SETTING, "db.engine", "postgresql")


COLLECTORS = (
    Collector(
        "data-extensions",
        _extensions,
        suffixes=frozenset((".sql", ".py", ".rb", ".ts", ".js", ".go", ".php", ".exs", ".java", ".kt", ".cs", ".rs")),
        needs=("xtension", "XTENSION"),
    ),
    Collector("data-migrations", _folders, paths=_ANY, marks=_MARKS),
    Collector(
        "data-ef-steps",
        _ef_steps,
        paths=_EF_FOLDER,
        marks=("migrations/",),
        needs=("Microsoft.EntityFrameworkCore.Migrations",),
    ),
    Collector("data-go-embed", _embedded, suffixes=frozenset((".go",)), needs=("go:embed",)),
    Collector("data-sqlx", _sqlx, suffixes=frozenset((".rs",)), needs=("migrate!(",)),
    Collector("data-alembic", _alembic, names=frozenset(("alembic.ini",))),
    Collector("data-sqlc", _sqlc, names=frozenset(("sqlc.yaml", "sqlc.yml", "sqlc.json")), needs=("engine",)),
    Collector("data-diesel", _diesel, names=frozenset(("diesel.toml",))),
)
