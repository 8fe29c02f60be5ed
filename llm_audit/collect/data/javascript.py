"""Databases that JavaScript code opens: Drizzle, TypeORM, Sequelize, Knex, MikroORM, Kysely, Mongoose and plain drivers."""

from __future__ import annotations

import posixpath
import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import engine, scheme
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, env_names, in_comment, packages
from llm_audit.model import Kind, SourceFile

SUFFIXES = frozenset((".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"))
_IMPORT = expression(
    r"""from ["'](?P<drizzle>drizzle-orm/(?P<dialect>[\w\-]{2,40}))["']|(?:from |require\()["'](?P<module>typeorm|sequelize|sequelize-typescript|knex|kysely|mongoose|mongodb|@mikro-orm/\w{2,30}|better-sqlite3|sqlite3|bun:sqlite|node:sqlite|@libsql/client|postgres|pg|mysql2?(?:/promise)?|mariadb|mssql|oracledb|@neondatabase/serverless|@planetscale/database|@vercel/postgres|node-pg-migrate)["']"""  # noqa: E501
)
_PACKAGES = frozenset(
    "drizzle-orm typeorm sequelize sequelize-typescript knex kysely mongoose mongodb @mikro-orm/core @mikro-orm/postgresql @mikro-orm/mysql"
    " @mikro-orm/sqlite @mikro-orm/mongodb @mikro-orm/mariadb @mikro-orm/better-sqlite better-sqlite3 sqlite3 sqlite bun:sqlite node:sqlite"
    " @libsql/client postgres pg mysql mysql2 mariadb mssql oracledb @neondatabase/serverless @planetscale/database @vercel/postgres"
    " node-pg-migrate".split()
)
_CALLS = {
    "drizzle-orm": r"drizzle", "typeorm": r"new DataSource|createConnection|TypeOrmModule\.forRoot(?:Async)?", "sequelize": r"new Sequelize",
    "sequelize-typescript": r"new Sequelize", "knex": r"[kK]nex", "kysely": r"new Kysely|new PostgresDialect|new MysqlDialect|new SqliteDialect",
    "mongoose": r"mongoose\.connect|mongoose\.createConnection|connect", "mongodb": r"new MongoClient|MongoClient\.connect", "pg": r"new (?:pg\.)?(?:Pool|Client)",
    "mysql": r"mysql\.create\w+|createPool|createConnection", "mysql2": r"mysql\.create\w+|createPool|createConnection", "mssql": r"sql\.connect|new ConnectionPool",
    "better-sqlite3": r"new (?:Database|BetterSqlite3|Sqlite)|Database", "sqlite3": r"new (?:sqlite3\.)?Database", "bun:sqlite": r"new Database",
    "node:sqlite": r"new DatabaseSync", "@libsql/client": r"createClient", "postgres": r"postgres", "@neondatabase/serverless": r"neon|new Pool",
    "@planetscale/database": r"connect|new Client", "@vercel/postgres": r"createPool|createClient",
}  # fmt: skip
_MIKRO = r"MikroORM\.init|defineConfig"
_CONFIG = {name: expression(rf"(?<![\w.])(?:{calls})(?:<[^>\n]{{0,60}}>)?\(") for name, calls in _CALLS.items()}
_MIKRO_CONFIG = expression(rf"\b(?:{_MIKRO})(?:<[^>\n]{{0,60}}>)?\(")
_FIELD = expression(
    r"""\b(type|dialect|client|driver|out|schema|migrations|migrationsTableName|directory|provider)\s{0,3}:\s{0,3}(?:\[\s{0,10})?(__dirname\s{0,3}\+\s{0,3}|(?:path\.)?(?:join|resolve)\(__dirname,\s{0,3})?["'`]([^"'`\n]{1,160})["'`]"""
)
_DIALECTS = {"node-postgres": "postgresql", "postgres-js": "postgresql", "neon-http": "postgresql", "neon-serverless": "postgresql", "vercel-postgres": "postgresql", "planetscale-serverless": "mysql", "mysql2": "mysql", "better-sqlite3": "sqlite", "bun-sqlite": "sqlite", "libsql": "libsql", "d1": "sqlite", "pglite": "postgresql", "sqlite-proxy": "sqlite", "expo-sqlite": "sqlite", "aws-data-api": "postgresql"}  # fmt: skip  # noqa: E501


def _opened(file: SourceFile) -> Finds:
    if _PACKAGES.isdisjoint(packages(file)):
        return
    text = file.text
    known: set[str] = set()
    for match in _IMPORT.finditer(text):
        module, dialect = match["module"] or "drizzle-orm", match["dialect"] or ""
        if in_comment(text, match.start()) or text.startswith("import type", text.rfind("\n", 0, match.start()) + 1):
            continue
        name = _DIALECTS.get(dialect, "") or engine(module.partition("/")[2] if module.startswith("@mikro") else module)
        if dialect and not name:
            continue  # `drizzle-orm/pg-core` describes tables; who connects says which driver
        yield from _one(file, module, name, match.start(), known)


def _one(file: SourceFile, module: str, name: str, offset: int, known: set[str]) -> Finds:
    text = file.text
    generic = module in ("typeorm", "sequelize", "sequelize-typescript", "knex", "kysely", "node-pg-migrate")
    for call in _CONFIG.get(module.removesuffix("/promise"), _MIKRO_CONFIG).finditer(text):
        block = text[call.start() : block_end(text, call.end() - 1, 6000)]
        fields = {field[1]: _within(file, field[3]) if field[2] else field[3] for field in _FIELD.finditer(block)}
        word = fields.get("type") or fields.get("dialect") or fields.get("client") or ""
        found = (engine(word) or engine(scheme(block))) if generic or not name else name
        env = ",".join(env_names(block, 10))
        folder = fields.get("migrations", "").split("/*")[0].removeprefix("./")
        if not found and generic and env and not in_comment(text, call.start()):
            tool = module.split("/")[0]
            yield at(file, call.start(), Kind.SETTING, "db.connection", env, tool=tool, env=env, migrations=folder)
            return
        if not found or found in known or in_comment(text, call.start()):
            continue
        known.add(found)
        path = _sqlite_path(block) if found == "sqlite" else ""
        yield at(
            file,
            call.start(),
            Kind.SETTING,
            "db.engine",
            found,
            tool=module.split("/")[0],
            env=env,
            migrations=folder,
            path=path,
        )
        return
    if name and name not in known and not generic and module not in ("mongodb",):
        known.add(name)
        yield at(file, offset, Kind.SETTING, "db.engine", name, tool=module.split("/")[0], use="import")


def _within(file: SourceFile, path: str) -> str:
    """A path that is said from the file's own folder on, as one from the root."""
    return posixpath.normpath(f"{file.folder}/{path.lstrip('/')}").removeprefix("/")


def _sqlite_path(block: str) -> str:
    found = re.search(r"""["'`]([^"'`\n]{0,100}(?:\.(?:db|sqlite3?|s3db)|:memory:))["'`]""", block)
    return found[1] if found else ""


def _config(file: SourceFile) -> Finds:
    """`drizzle.config.ts`, `knexfile.js`, `ormconfig.json`, `.sequelizerc`: dialects and migration folders."""
    text = file.text
    tool = next(
        tool
        for tool in ("drizzle", "knex", "typeorm", "sequelize", "mikro-orm")
        if tool.replace("typeorm", "orm") in file.name or tool in file.name
    )
    found: dict[str, tuple[str, int]] = {}
    for match in re.finditer(
        r"""["']?\b(dialect|driver|client|type|out|directory|migrations|path|migrations-path)\b["']?\s{0,3}[:,]\s{0,3}(?:path\.\w+\([^"'\n]{0,60})?(?:\[\s{0,10})?["'`]([^"'`\n]{1,120})["'`]""",
        text,
    ):
        if not in_comment(text, match.start()):
            found.setdefault(match[1], (match[2], match.start()))
    for key in ("dialect", "client", "type", "driver"):
        if key in found and (name := engine(found[key][0])):
            yield at(file, found[key][1], Kind.SETTING, "db.engine", name, tool=tool, env=",".join(env_names(text, 8)))
            break
    folder = next((found[key] for key in ("out", "directory", "migrations", "migrations-path") if key in found), None)
    if folder:
        path = "/".join(part for part in (file.folder, folder[0].removeprefix("./").split("/*")[0]) if part)
        yield at(file, folder[1], Kind.SETTING, "db.migrations", path, tool=tool)


_REGISTERED = expression(r"\bregisterAs\(\s{0,9}[\"'`][\w.\-]{1,60}[\"'`]\s{0,3},[^{]{0,80}\{")
_PARTS = expression(r"\b(?:host|password|user|username|database\w{0,6})\s{0,3}:")


def _registered(file: SourceFile) -> Finds:
    """A connection among NestJS's own configuration objects, which a module elsewhere opens: `registerAs('db', () => ({ client: 'mysql', host }))`."""
    text = file.text
    for match in _REGISTERED.finditer(text):
        block = text[match.end() - 1 : block_end(text, match.end() - 1, 6000)]
        fields = {field[1]: field[3] for field in _FIELD.finditer(block)}
        word = fields.get("client") or fields.get("type") or fields.get("dialect") or ""
        name = engine(word) if len(_PARTS.findall(block)) > 2 else ""
        if name and not in_comment(text, match.start()):
            tool = "knex" if "client" in fields else "typeorm" if "type" in fields else "sequelize"
            env = ",".join(env_names(block, 10))
            yield at(file, match.start(), Kind.SETTING, "db.engine", name, tool=tool, env=env)


COLLECTORS = (
    Collector("data-javascript-nest", _registered, suffixes=frozenset((".ts", ".js")), needs=("registerAs(",)),
    Collector("data-javascript", _opened, suffixes=SUFFIXES, needs=tuple(_PACKAGES)),
    Collector(
        "data-javascript-config",
        _config,
        paths=expression(r"(?:^|/)(?:drizzle\.config(?:\.\w+)?\.[cm]?[jt]s|knexfile\.[jt]s|ormconfig\.(?:js|ts|json)|\.sequelizerc|mikro-orm\.config\.[jt]s)$"),
        marks=("drizzle.config", "knexfile", "ormconfig", ".sequelizerc", "mikro-orm.config"),
    ),
)  # fmt: skip
