"""Databases that Python code opens: SQLAlchemy and its like, Tortoise, Peewee, Mongo clients, plain drivers, SQLite files."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import driver, engine, scheme
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, env_names, in_comment, packages
from llm_audit.model import Kind, SourceFile

_CALL = expression(
    r"""\b(create_engine|create_async_engine|async_engine_from_config|engine_from_config|URL\.create|sqlite3\.connect|aiosqlite\.connect|psycopg2?\.connect|asyncpg\.(?:connect|create_pool)|(?:Async)?ConnectionPool|pymysql\.connect|MySQLdb\.connect|mysql\.connector\.connect|aiomysql\.create_pool|pyodbc\.connect|(?:Async)?MongoClient|AsyncIOMotorClient|mongoengine\.connect|SqliteDatabase|PostgresqlDatabase|MySQLDatabase|Tortoise\.init|register_tortoise|databases\.Database|Database|duckdb\.connect|GraphDatabase\.driver|clickhouse_connect\.get_client)\("""
)
_URI = expression(
    r"""^[ \t]*(?:self\.|app\.config\[["'])?(SQLALCHEMY_DATABASE_URI|SQLALCHEMY_DATABASE_URL|DATABASE_URL|DATABASE_URI|DB_URL|database_url|db_url|sqlalchemy_database_uri|POSTGRES_DSN|MONGO_URI|MONGODB_URI)(?:["']\])?\s{0,3}(?::[^=\n]{1,60})?=\s{0,3}((?:[^\n]{0,200}[(\\,]\n){0,4}[^\n]{1,300})""",  # noqa: E501
    re.MULTILINE,
)
_TOOLS = {"create_engine": "sqlalchemy", "create_async_engine": "sqlalchemy", "URL.create": "sqlalchemy", "Tortoise.init": "tortoise", "register_tortoise": "tortoise", "SqliteDatabase": "peewee", "PostgresqlDatabase": "peewee", "MySQLDatabase": "peewee", "databases.Database": "databases", "Database": "databases"}  # fmt: skip  # noqa: E501
_FLASK = expression(
    r"""(?:["'](?:CACHE_TYPE|SESSION_TYPE)["']\]?\s{0,3}[:=]|\b(?:CACHE_TYPE|SESSION_TYPE)\s{0,3}=)\s{0,3}["']([\w.]{2,60})["']"""
)


def _data(file: SourceFile) -> Finds:
    if not _PACKAGES.isdisjoint(packages(file)):
        yield from _opened(file)
    elif any(name in file.text for name in _SETTINGS):
        yield from _uris(file, set())


def _opened(file: SourceFile) -> Finds:
    text = file.text
    known: set[str] = set()
    for match in _CALL.finditer(text):
        call = text[match.start() : block_end(text, match.end() - 1, 2000)]
        if match[1] == "Database" and "databases" not in text:
            continue
        name = engine(match[1]) or engine(scheme(call)) or _driver(call)
        env = ",".join(env_names(call, 10))
        if in_comment(text, match.start()) or name in known:
            continue
        tool = _TOOLS.get(match[1], match[1].split(".")[0])
        tool = "sqlmodel" if tool == "sqlalchemy" and "sqlmodel" in packages(file) else tool
        if name:
            known.add(name)
            path = re.search(r"""["']([^"'\n]{0,100}(?:\.(?:db|sqlite3?)|:memory:))["']""", call)
            yield at(
                file, match.start(), Kind.SETTING, "db.engine", name, tool=tool, env=env, path=path[1] if path else ""
            )
        elif "engine" in match[1] and "from_config" not in match[1]:
            known.add("")
            argument = re.search(r"\(\s*(?:url\s*=\s*)?(?:str\(\s*)?([\w.]{2,80})", call)
            yield at(
                file, match.start(), Kind.SETTING, "db.connection", argument[1] if argument else env, tool=tool, env=env
            )
    for match in _BACKEND.finditer(text) if "tortoise.backends." in text else ():
        name = engine(match[1])
        if name and name not in known and not in_comment(text, match.start()):
            known.add(name)
            block = text[text.rfind("{", 0, match.start()) : match.end() + 400]
            yield at(
                file,
                match.start(),
                Kind.SETTING,
                "db.engine",
                name,
                tool="tortoise",
                env=",".join(env_names(block, 10)),
            )
    yield from _uris(file, known)


_BACKEND = expression(r"""["']engine["']\s*:\s*["']tortoise\.backends\.(\w{2,20})["']""")
"""The engine in the configuration that Tortoise is given as a dictionary ("Setting up", Tortoise ORM documentation)."""


def _driver(call: str) -> str:
    found = re.search(
        r"""(?:drivername\s*=\s*|["'](?:engine|ENGINE)["']\s*:\s*|URL\.create\(\s*)["']([\w+.]{2,60})["']""", call
    )
    return engine(found[1]) if found else ""


_OF_FLASK = "SQLALCHEMY_DATABASE_URI"
_GIVEN = expression(r"""\A(?:os\.)?(?:getenv\(|environ(?:\.get\(|\[))\s*["'](\w{2,60})["']\s*[\])]""")
"""A variable alone, whose value says which database it is."""


def _uris(file: SourceFile, known: set[str]) -> Finds:
    for match in _URI.finditer(file.text):
        if in_comment(file.text, match.start()):
            continue
        env = ",".join(env_names(match[2])) or match[1].upper()
        tool = "sqlalchemy" if "sqlalchemy" in file.text.lower() else ""
        for found in dict.fromkeys(
            re.findall(r"[\"'`]([a-z][a-z0-9+]{1,30})://", match[2])
        ):  # one, or the fallback of another
            name = engine(found)
            if name and name not in known:
                known.add(name)
                yield at(file, match.start(), Kind.SETTING, "db.engine", name, tool=tool, env=env, scheme=found)
        given = _GIVEN.search(match[2]) if match[1] == _OF_FLASK and not known else None
        if given:
            yield at(file, match.start(), Kind.SETTING, "db.connection", given[1], tool="sqlalchemy", env=given[1])
    for match in _FLASK.finditer(file.text):
        key = "cache.driver" if "CACHE" in match.group() else "session.driver"
        if not in_comment(file.text, match.start()):
            yield at(file, match.start(), Kind.SETTING, key, driver(match[1]), tool="flask")


_PACKAGES = frozenset(
    "sqlalchemy sqlmodel sqlite3 aiosqlite psycopg psycopg2 psycopg_pool asyncpg pymysql MySQLdb mysql aiomysql pyodbc pymongo motor mongoengine"
    " tortoise peewee playhouse databases duckdb neo4j clickhouse_connect clickhouse_driver alembic flask_sqlalchemy".split()
)
_SETTINGS = ("DATABASE_UR", "database_ur", "DB_URL", "db_url", "MONGO", "CACHE_TYPE", "SESSION_TYPE")

COLLECTORS = (Collector("data-python", _data, suffixes=frozenset((".py",)), needs=(*_PACKAGES, *_SETTINGS)),)
