"""What data pipelines are pointed at by a word: dbt's profiles, formats of Spark, connectors of Kafka Connect, plugins of Meltano."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import engine, scheme
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_OUTPUTS = expression(r"^[ \t]+outputs:[ \t]*$", re.MULTILINE)
_TYPE = expression(r"^[ \t]{4,}type:[ \t]*[\"']?(?P<type>[a-z]\w{1,30})[\"']?[ \t]*(?:#.*)?$", re.MULTILINE)
_ADAPTERS = {
    "spark": "spark",
    "athena": "athena",
    "fabric": "fabric",
    "synapse": "azure-synapse",
    "teradata": "teradata",
}
_ADAPTERS |= {"trino": "trino", "exasol": "exasol", "vertica": "vertica", "materialize": "materialize", "hive": "hive"}


def _profiles(file: SourceFile) -> Finds:
    """The warehouse or database of each target that a dbt profile describes."""
    if not _OUTPUTS.search(file.text):
        return
    seen: set[str] = set()
    for match in _TYPE.finditer(file.text):
        name = engine(match["type"]) or _ADAPTERS.get(match["type"], "")
        if name and name not in seen:
            seen.add(name)
            yield at(file, match.start("type"), Kind.SETTING, "db.engine", name, tool="dbt")


_FORMAT = expression(r"\.format\(\s{0,9}[\"'](?P<format>[a-z][\w.\-]{1,80})[\"']\s{0,9}\)")
_JDBC = expression(
    r"\.option\(\s{0,9}[\"']url[\"']\s{0,3},\s{0,9}[rf]{0,2}[\"'](?P<url>jdbc:[^\"'\n]{3,120})|\.jdbc\(\s{0,9}(?:url\s{0,3}=\s{0,3})?[rf]{0,2}[\"'](?P<plain>jdbc:[^\"'\n]{3,120})"
)
_FORMATS: tuple[tuple[re.Pattern[str], tuple[str, str]], ...] = tuple(
    (expression(pattern), said)
    for pattern, said in (
        (r"snowflake", ("db.engine", "snowflake")),
        (r"bigquery", ("db.engine", "bigquery")),
        (r"redshift", ("db.engine", "redshift")),
        (r"mongo", ("db.engine", "mongodb")),
        (r"cassandra", ("db.engine", "cassandra")),
        (r"clickhouse", ("db.engine", "clickhouse")),
        (r"neo4j", ("db.engine", "neo4j")),
        (r"sqlserver|mssql", ("db.engine", "mssql")),
        (r"^kafka$", ("queue.driver", "kafka")),
        (r"^kinesis$|aws-kinesis", ("aws.service", "kinesis")),
        (r"^es$|elasticsearch", ("search.driver", "elasticsearch")),
        (r"iceberg", ("db.engine", "iceberg")),
        (r"^delta$", ("db.engine", "delta")),
    )
)
_CONF = expression(
    r"spark\.sql\.(?:catalog\.\w{1,40}|extensions)(?:\.(?P<key>type|catalog-impl))?[\"']?[ \t]*[,=:\s][ \t]*[\"']?(?P<value>[\w.,]{3,160})"
)


def _spark(file: SourceFile) -> Finds:
    """What a Spark session reads, writes and keeps its tables in."""
    seen: set[tuple[str, str]] = set()
    for match in (*_FORMAT.finditer(file.text), *_JDBC.finditer(file.text), *_CONF.finditer(file.text)):
        fills_in = "format" in match.groupdict() and not _TABLES.search(file.text, *_before(match))
        said = None if fills_in else _of_spark(match)
        if said and said not in seen and not in_comment(file.text, match.start()):
            seen.add(said)
            yield at(file, match.start(), Kind.SETTING, *said, tool="spark")


_TABLES = expression(r"\b(?:read|write|readStream|writeStream)\b")
"""What opens or keeps a table; texts have a method of the same name to be filled in by."""


def _before(match: re.Match[str]) -> tuple[int, int]:
    return max(0, match.start() - 200), match.start()


def _of_spark(match: re.Match[str]) -> tuple[str, str] | None:
    groups = match.groupdict()
    if word := groups.get("format"):
        return next((said for pattern, said in _FORMATS if pattern.search(word)), None)
    if url := groups.get("url") or groups.get("plain"):
        name = engine(scheme(f'"{url}'))
        return ("db.engine", name) if name else None
    value = groups.get("value") or ""
    if groups.get("key"):
        return ("aws.service", "glue") if "glue" in value.lower() else None
    word = next((one for one in ("iceberg", "delta") if one in value.lower()), "")
    return ("db.engine", word) if word else None


_CONNECTOR = expression(
    r"[\"']?connector\.class[\"']?[ \t]*[:=][ \t]*[\"']?(?P<name>[A-Za-z][\w.$]{5,160})"
    r"|^[ \t]+class:[ \t]*[\"']?(?P<declared>(?:io|com|org)\.[\w.]{5,160}(?:Source|Sink|Connector)\w{0,20})",
    re.MULTILINE,
)
_CONNECTORS: tuple[tuple[re.Pattern[str], tuple[str, str]], ...] = tuple(
    (expression(rf"(?i){pattern}"), said)
    for pattern, said in (
        (r"\.s3\.|s3sink|s3source", ("storage.driver", "s3")),
        (r"\.gcs\.|gcssink", ("storage.driver", "gcs")),
        (r"azure\.?blob|adls", ("storage.driver", "azure")),
        (r"elasticsearch", ("search.driver", "elasticsearch")),
        (r"opensearch", ("search.driver", "opensearch")),
        (r"dynamodb", ("aws.service", "dynamodb")),
        (r"\.redis", ("db.engine", "redis")),
        (r"salesforce", ("pipeline.connection", "salesforce")),
    )
)


_ANOTHERS = expression(r"[\"']?store\.url[\"']?[ \t]*[:=][ \t]*[\"']?[^\s\"']{0,80}minio")
"""The address of a server that speaks Amazon's protocol."""


def _connectors(file: SourceFile) -> Finds:
    """Kafka Connect: the cluster that it belongs to, and what each connector reads from or writes to."""
    seen: set[tuple[str, str]] = set()
    for match in _CONNECTOR.finditer(file.text):
        name = match["name"] or match["declared"]
        told = next((said for pattern, said in _CONNECTORS if pattern.search(name)), None)
        told = told or (("db.engine", engine(name)) if engine(name) else None)
        if told == ("storage.driver", "s3") and _ANOTHERS.search(file.text):
            told = ("storage.driver", "minio")
        for said in filter(None, (("queue.driver", "kafka"), told)):
            if said not in seen:
                seen.add(said)
                yield at(file, match.start(), Kind.SETTING, *said, tool="kafka-connect", connector=name)


_PLUGIN = expression(
    r"^[ \t]*(?:-[ \t]+)?(?:name|inherit_from):[ \t]*[\"']?(?:tap|target)-(?P<name>[a-z][a-z0-9\-]{1,40})", re.MULTILINE
)
_DESTINATION = expression(
    r"\bdlt\.pipeline\([^()]{0,400}?\bdestination\s{0,3}=\s{0,3}[\"'](?P<name>[a-z]\w{2,30})[\"']"
)
_URI = expression(r"^sqlalchemy_uri:[ \t]*[\"']?(?P<scheme>[a-z][a-z0-9+]{2,40})://", re.MULTILINE)


def _plugins(file: SourceFile) -> Finds:
    """What Meltano takes data from and brings it to, and dlt: the extractors and loaders are called for it."""
    seen: set[str] = set()
    for match in (*_PLUGIN.finditer(file.text), *_DESTINATION.finditer(file.text)):
        if match["name"] not in seen and not in_comment(file.text, match.start()):
            seen.add(match["name"])
            tool = "meltano" if match.re.pattern == _PLUGIN.pattern else "dlt"
            yield at(
                file, match.start(), Kind.SETTING, "pipeline.connection", match["name"].replace("-", ""), tool=tool
            )


_ENDS = expression(
    r"\"(?:source|destination)Name\"[ \t]*:[ \t]*\"(?P<name>[A-Za-z][\w .\-]{1,40})\""
    r"|\bdefinition_image:[ \t]*[\"']?airbyte/(?:source|destination)-(?P<image>[a-z][a-z0-9\-]{1,40})"
)


def _ends(file: SourceFile) -> Finds:
    """What connections of Airbyte that are kept as files read and fill."""
    if "airbyte" not in f"{file.path.lower()}{file.text}":
        return
    for match in _ENDS.finditer(file.text):
        name = re.sub(r"[^a-z0-9]", "", (match["name"] or match["image"]).lower())
        yield at(file, match.start(), Kind.SETTING, "pipeline.connection", name, tool="airbyte")


def _dashboards(file: SourceFile) -> Finds:
    """The databases that an export of Superset's dashboards asks."""
    for match in _URI.finditer(file.text):
        name = engine(match["scheme"]) or next((one for key, one in _ADAPTERS.items() if key in match["scheme"]), "")
        if name:
            yield at(file, match.start("scheme"), Kind.SETTING, "db.engine", name, tool="superset")


COLLECTORS = (
    Collector(
        "data-meltano",
        _plugins,
        names=frozenset({"meltano.yml"}),
        suffixes=frozenset({".py"}),
        paths=expression(r"\.meltano\.ya?ml\Z"),
        marks=(".meltano.y",),
        needs=("dlt.pipeline(", "tap-", "target-"),
    ),
    Collector(
        "data-airbyte",
        _ends,
        suffixes=frozenset({".json", ".yaml", ".yml"}),
        needs=('"sourceName"', '"destinationName"', "definition_image:"),
    ),
    Collector("data-superset", _dashboards, suffixes=frozenset({".yaml", ".yml"}), needs=("sqlalchemy_uri:",)),
    Collector("data-dbt", _profiles, names=frozenset({"profiles.yml", "profiles.yaml"}), needs=("outputs:",)),
    Collector(
        "data-spark",
        _spark,
        suffixes=frozenset({".py", ".scala", ".java", ".conf"}),
        needs=("SparkSession", "spark.read", "spark.sql.", "readStream", ".writeStream", "df.write"),
    ),
    Collector(
        "data-kafka-connect",
        _connectors,
        suffixes=frozenset({".json", ".properties", ".yml", ".yaml", ".sh"}),
        needs=("connector.class", "kind: KafkaConnector"),
    ),
)
