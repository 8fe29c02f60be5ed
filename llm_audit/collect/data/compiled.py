"""Databases that Go, Rust, C#, Java, Kotlin, Elixir, PHP and Swift code opens, by driver."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import engine
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, env_names, in_comment
from llm_audit.model import Kind, SourceFile

_GO = expression(
    r"""\b(?P<gorm>postgres|mysql|sqlite|sqlserver|clickhouse)\.(?:Open|New)\(|\bsqlx?\.(?:Open|Connect|MustConnect|MustOpen|ConnectContext|OpenDB)\(\s*(?:ctx,\s*)?["`](?P<sql>[\w\-]{2,30})["`]|\b(?P<pgx>pgx(?:pool)?)\.(?:New|Connect|NewWithConfig|ConnectConfig)\(|\bent\.Open\(\s*(?:dialect\.(?P<dialect>\w{2,20})|"(?P<ent>\w{2,20})")|\b(?P<mongo>mongo)\.(?:Connect|NewClient)\(|\bbun\.NewDB\([^\n]{0,80}?(?P<bun>pg|mysql|sqlite|mssql)dialect|\b(?P<ch>clickhouse)\.Open\(|\bgoose\.SetDialect\("(?P<goose>\w{2,20})"|\b(?P<bolt>bolt|bbolt|badger)\.Open\("""
)
_RUST = expression(
    r"\b(?:sqlx::)?(?P<sqlx>Pg|MySql|Sqlite)(?:Pool|PoolOptions|ConnectOptions|Connection)\b|\b(?P<diesel>Pg|Mysql|Sqlite)Connection\b|\bmongodb::(?P<mongo>Client)|\brusqlite::(?P<rusqlite>Connection)|\btokio_postgres::(?P<tokio>connect)|\bsea_orm::Database\b"
)
_NET = expression(
    r"""\.Use(?P<ef>Npgsql|SqlServer|MySql|MySQL|Sqlite|Oracle|Cosmos|InMemoryDatabase|MongoDB|Firebird)\(|\bnew (?P<ado>NpgsqlConnection|SqlConnection|MySqlConnection|SqliteConnection|OracleConnection|MongoClient)\(|\.Add(?P<cache>StackExchangeRedisCache|DistributedMemoryCache|DistributedSqlServerCache|MemoryCache)\("""  # noqa: E501
)
_NET_NAME = expression(r"""GetConnectionString\(\s*"([^"\n]{1,60})"|Configuration\[\s*"([^"\n]{1,80})"\s*\]""")
_ELIXIR = expression(
    r"\badapter:\s*(?P<ecto>Ecto\.Adapters\.\w{3,20}|Ecto\.Adapters\.SQLite3|Mongo\.\w{1,20}|Tds\.\w{1,20})"
)
_JVM = expression(
    r"""["']jdbc:(?P<jdbc>[a-z0-9]{2,20}):|\bMongoClients?\.(?P<mongo>create)\(|\bDatabase\.connect\([^\n]{0,200}?driver\s*=\s*"(?P<exposed>[\w.]{5,80})\""""
)
_PHP = expression(
    r"""(?:\bnew \\?\w{0,30}P(?:DO|do)\w{0,20}\(\s{0,20}|\$dsn\s{0,4}=\s{0,4})["'](?P<pdo>(?:mysql|pgsql|sqlite|sqlsrv|oci|firebird|ibm|dblib|mariadb)):|\b(?P<mysqli>mysqli_connect|new \\?mysqli)\(|\bnew \\?(?P<mongo>MongoDB\\Client)|(?P<pg>pg_connect)\(|\bnew \\?(?P<lite>SQLite3)\("""  # noqa: E501
)
_CACHES = {
    "StackExchangeRedisCache": "redis",
    "DistributedMemoryCache": "memory",
    "MemoryCache": "memory",
    "DistributedSqlServerCache": "database",
}
_ENGINES = {"cosmos": "cosmosdb", "inmemorydatabase": "memory", "sqlconnection": "mssql", "sqlserver": "mssql", "client": "mongodb", "create": "mongodb", "connect": "postgresql", "connection": "sqlite", "mongo": "mongodb", "pg": "postgresql", "tds": "mssql", "myxql": "mysql", "bolt": "bbolt", "bbolt": "bbolt", "badger": "badger", "pgx": "postgresql", "sqlmock": "", "dblib": "mssql", "odbc": ""}  # fmt: skip  # noqa: E501
_PATTERNS = {
    ".go": _GO,
    ".rs": _RUST,
    ".cs": _NET,
    ".ex": _ELIXIR,
    ".exs": _ELIXIR,
    ".java": _JVM,
    ".kt": _JVM,
    ".php": _PHP,
}


def _opened(file: SourceFile) -> Finds:
    text = file.text
    known: set[str] = set()
    for match in _PATTERNS[file.suffix].finditer(text):
        tool = match.lastgroup or "sea-orm"
        word = match[match.lastgroup] if match.lastgroup else ""
        if tool == "gorm" and "gorm.io" not in text and "jinzhu/gorm" not in text:
            continue
        if tool == "sqlx" and "diesel" in text and "sqlx" not in text:
            tool = "diesel"
        if tool == "cache":
            name, value = "cache.driver", _CACHES[word]
        else:
            last = word.replace("\\", ".").split(".")[-1].lower()
            name, value = "db.engine", _ENGINES.get(last, engine(word) or engine(last))
        if not value or value in known or in_comment(text, match.start()):
            continue
        known.add(value)
        window = text[match.start() : match.end() + 400]
        env = _variables(text, match) if "(" in match.group() else env_names(_statement(window), 8)
        named = [one or other for one, other in _NET_NAME.findall(window)] if file.suffix == ".cs" else []
        yield at(
            file,
            match.start(),
            Kind.SETTING,
            name,
            value,
            tool=_TOOL.get(tool, tool),
            env=",".join(env),
            connection=",".join(named[:2]),
        )


def _statement(window: str) -> str:
    return window.split(";")[0].split("\n\n")[0]


_WORD = expression(r"\b[a-z]\w{1,30}\b")


def _variables(text: str, opened: re.Match[str]) -> list[str]:
    """The variables among the arguments of a call, or in the assignment of the name that it is given."""
    bracket = text.index("(", opened.start())
    arguments = text[bracket : block_end(text, bracket, 600)]
    if names := env_names(arguments, 8):
        return names
    before = text[max(0, opened.start() - 1500) : opened.start()]
    for word in dict.fromkeys(_WORD.findall(arguments)):
        assigned = [*re.finditer(rf"\b{word}\b[^=\n]{{0,40}}=[^=]", before)]
        if assigned and (names := env_names(_statement(before[assigned[-1].start() :].partition("\n")[0]), 8)):
            return names
    return []


_TOOL = {
    "sql": "database/sql",
    "ef": "ef-core",
    "ado": "ado.net",
    "dialect": "ent",
    "jdbc": "jdbc",
    "cache": "asp.net",
    "pg": "pgsql",
    "lite": "sqlite3",
    "ch": "clickhouse-go",
}

COLLECTORS = (
    Collector("data-go", _opened, suffixes=frozenset((".go",)), needs=(".Open(", ".Connect(", "pgx", ".NewClient(", ".New(", "bun.NewDB", "SetDialect")),
    Collector("data-rust", _opened, suffixes=frozenset((".rs",)), needs=("sqlx", "diesel", "mongodb", "rusqlite", "tokio_postgres", "sea_orm")),
    Collector("data-dotnet", _opened, suffixes=frozenset((".cs",)), needs=(".Use", "Connection(", "MongoClient", "Cache(")),
    Collector("data-elixir", _opened, suffixes=frozenset((".ex", ".exs")), needs=("adapter:",)),
    Collector("data-jvm", _opened, suffixes=frozenset((".java", ".kt")), needs=("jdbc:", "MongoClient", "Database.connect")),
    Collector("data-php", _opened, suffixes=frozenset((".php",)), needs=("PDO(", "$dsn", "Pdo", "mysqli", "MongoDB", "pg_connect", "SQLite3(")),
)  # fmt: skip
