"""One name for each database, cache, mail transport and storage, whatever a framework calls it. No collector itself."""

from __future__ import annotations

import re

from llm_audit.collect.expressions import expression

_ENGINES: tuple[tuple[str, str], ...] = (
    (r"cockroach", "cockroachdb"),
    (r"timescale", "timescaledb"),
    (r"postg|pgsql|psycopg|asyncpg|pg8000|^pg(?:x|\b)|npgsql|^lib/pq|neon|vercel-postgres", "postgresql"),
    (r"maria", "mariadb"),
    (r"mysql|mymysql|planetscale|^tidb", "mysql"),
    (r"libsql|turso", "libsql"),
    (r"sqlite|spatialite|better-sqlite3|sqljs|^d1", "sqlite"),
    (r"mongo|djongo", "mongodb"),
    (r"mssql|sqlsrv|sql_?server|tedious|pyodbc|^tds", "mssql"),
    (r"oracle|oracledb|cx_", "oracle"),
    (r"clickhouse", "clickhouse"),
    (r"snowflake", "snowflake"),
    (r"bigquery", "bigquery"),
    (r"redshift", "redshift"),
    (r"duckdb", "duckdb"),
    (r"cassandra|scylla", "cassandra"),
    (r"couchdb", "couchdb"),
    (r"firebird", "firebird"),
    (r"^h2\b|:h2:", "h2"),
    (r"db2", "db2"),
    (r"neo4j", "neo4j"),
)
_ENGINE = tuple((expression(pattern, re.IGNORECASE), name) for pattern, name in _ENGINES)
_URL = expression(r"\b(?:jdbc:)?([a-z][a-z0-9+]{1,30}):(?://|@|thin|/|file|mem)")
_SCHEME = expression(r"""["'`=\s](?:jdbc:)?([a-z][a-z0-9+]{1,30})://""")


def engine(word: str) -> str:
    """The database that a driver, dialect, package or URL scheme speaks to, or empty when it is none we know."""
    return next((name for pattern, name in _ENGINE if pattern.search(word)), "")


def scheme(text: str) -> str:
    """The scheme of the first connection URL in the text that is not of the web, without `jdbc:`; empty if there is none."""
    for pattern in (_SCHEME, _URL):
        for match in pattern.finditer(text):
            if match[1] not in ("http", "https", "file", "ws", "wss", "git", "ssh"):
                return match[1]
    return ""


_DRIVERS: tuple[tuple[str, str], ...] = (
    (r"redis|predis|valkey", "redis"),
    (r"(?<!loc)memcache|dalli|bmemcached|pylibmc|pymemcache", "memcached"),
    (r"locmem|memory_?store|:?in_?memory|simplecache|^array$|lru|caffeine|^memory$|^simple$|ets", "memory"),
    (r"filebased|file_?store|filesystem|^files?$|file_?system", "file"),
    (r"dummy|null_?store|^null$|^none$", "none"),
    (r"solid_?cache|\.db\.|database|^db$|solid_?queue|doctrine|good_?job|delayed|\bque\b", "database"),
    (r"dynamo", "dynamodb"),
    (r"apcu?$", "apc"),
    (r"cookie", "cookie"),
    (r"sidekiq|resque", "redis"),
    (r"amqp|rabbit|sneakers|bunny", "rabbitmq"),
    (r"sqs|shoryuken", "sqs"),
)
_DRIVER = tuple((expression(pattern, re.IGNORECASE), name) for pattern, name in _DRIVERS)


def driver(word: str) -> str:
    """What a cache, session or queue backend keeps its data in; the word itself when it is none we know."""
    return next((name for pattern, name in _DRIVER if pattern.search(word)), word.lower())


_STORAGES: tuple[tuple[str, str], ...] = (
    (r"gcloud|google|gcs", "gcs"),
    (r"azure", "azure"),
    (r"dropbox", "dropbox"),
    (r"sftp", "sftp"),
    (r"\bftp|ftp\b", "ftp"),
    (r"cloudinary", "cloudinary"),
    (r"digital_?ocean|s3|boto|minio|r2|spaces", "s3"),
    (r"disk|filesystem|local|public|file_?system", "local"),
)
_STORAGE = tuple((expression(pattern, re.IGNORECASE), name) for pattern, name in _STORAGES)


def storage(word: str) -> str:
    """The kind of file store behind a backend's name; the word itself when it is none we know."""
    return next((name for pattern, name in _STORAGE if pattern.search(word)), word.lower())
