"""What data pipelines are pointed at: Airflow's settings and connections, dbt, Spark, Kafka Connect, command-line tools."""

from __future__ import annotations

import pytest

from llm_audit.collect import collectors
from llm_audit.model import Fact, Kind, SourceFile

ASIDE = frozenset({"url.scheme", "compose.env_file"})


def facts(path: str, text: str, kind: Kind = Kind.SETTING) -> list[Fact]:
    file = SourceFile(path, text)
    found = [item for one in collectors() if one.wants(file) for item in one.collect(file)]
    return [item for item in found if isinstance(item, Fact) and item.kind is kind]


def said(path: str, text: str) -> list[str]:
    return [f"{one.name}={one.value}:{one.line}" for one in facts(path, text) if one.name not in ASIDE]


CFG = """[core]
executor = CeleryExecutor
[database]
sql_alchemy_conn = postgresql+psycopg2://a:b@db/airflow
[celery]
broker_url = redis://redis:6379/1
[logging]
remote_logging = True
remote_base_log_folder = s3://acme-logs
[secrets]
backend = airflow.providers.hashicorp.secrets.vault.VaultBackend
"""


def test_the_file_of_airflow_names_its_database_broker_logs_and_secrets() -> None:
    assert said("airflow.cfg", CFG) == [
        *("db.engine=postgresql:4", "queue.library=celery:6", "celery.broker=redis:6", "storage.driver=s3:9"),
    ]
    (backend,) = facts("airflow.cfg", CFG, Kind.IMPORT)
    assert (backend.name, backend.line) == ("airflow.providers.hashicorp.secrets.vault", 11)


@pytest.mark.parametrize(
    ("changed", "to", "lost"),
    [
        ("CeleryExecutor", "LocalExecutor", "celery.broker"),
        ("remote_logging = True", "remote_logging = False", "storage.driver"),
        ("postgresql+psycopg2://a:b@db/airflow", "sqlite:////opt/airflow.db", "db.engine"),
    ],
)
def test_what_the_file_of_airflow_holds_without_use_is_none(changed: str, to: str, lost: str) -> None:
    assert lost not in {one.partition("=")[0] for one in said("airflow.cfg", CFG.replace(changed, to))}


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        ("compose.yml", "  AIRFLOW__CELERY__BROKER_URL: redis://:@redis:6379/0", ["queue.library=celery:1", "celery.broker=redis:1"]),
        (".env", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=mysql://a@db/airflow", ["db.engine=mysql:1"]),
        ("values.yaml", "- name: AIRFLOW_CONN_LAKE\n  value: 'snowflake://a@b/c'", ["pipeline.connection=snowflake:1"]),
        ("Dockerfile", "ENV AIRFLOW_CONN_HOUSE='{\"conn_type\": \"google_cloud_platform\"}'", ["pipeline.connection=googlecloudplatform:1"]),
        ("compose.yml", "  AIRFLOW_CONN_SLACK_DEFAULT: ${SLACK_CONN}", ["pipeline.connection=slack:1"]),
        ("init.sh", "airflow connections add house \\\n  --conn-type postgres --conn-host db", ["pipeline.connection=postgres:1"]),
        ("airflow_settings.yaml", "airflow:\n  connections:\n    - conn_id: a\n      conn_type: mongo", ["pipeline.connection=mongo:4"]),
        ("compose.yml", "  # AIRFLOW_CONN_LAKE: snowflake://a@b/c", []),
        ("compose.yml", "  AIRFLOW__CORE__LOAD_EXAMPLES: 'false'", []),
        ("notes.sh", "airflow connections list --conn-type postgres", []),
        ("settings.yaml", "conn_type: mongo", []),
    ],
)  # fmt: skip
def test_variables_and_commands_name_what_airflow_connects_to(path: str, line: str, expected: list[str]) -> None:
    assert said(path, f"{line}\n") == expected


PROFILES = """shop:
  target: dev
  outputs:
    dev:
      type: snowflake
      account: "{{ env_var('SNOWFLAKE_ACCOUNT') }}"
    prod: {threads: 4}
    lake:
      type: athena
"""


def test_the_targets_of_a_profile_are_what_dbt_transforms_in() -> None:
    assert said("dbt/profiles.yml", PROFILES) == ["db.engine=snowflake:5", "db.engine=athena:9"]
    assert said("dbt/models.yml", PROFILES) == []
    assert said("profiles.yml", "users:\n  dev:\n    type: snowflake\n") == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('spark.read.format("snowflake").options(**o).load()', ["db.engine=snowflake:2"]),
        ('spark.readStream.format("kafka").load()', ["queue.driver=kafka:2"]),
        ('spark.read.format("jdbc").option("url", "jdbc:postgresql://db/shop").load()', ["db.engine=postgresql:2"]),
        ('df.write.jdbc("jdbc:mysql://db/shop", "orders")', ["db.engine=mysql:2"]),
        ('b.config("spark.sql.catalog.prod", "org.apache.iceberg.spark.SparkCatalog")', ["db.engine=iceberg:2"]),
        ('b.config("spark.sql.catalog.prod.type", "glue")', ["aws.service=glue:2"]),
        ('print("{} rows".format("snowflake"))', []),
        ('spark.read.format("parquet").load(path)', []),
        ('# spark.read.format("snowflake")', []),
        ('b.config("spark.sql.catalog.prod.type", "hadoop")', []),
    ],
)
def test_a_format_of_spark_is_a_store(line: str, expected: list[str]) -> None:
    assert said("job.py", f"from pyspark.sql import SparkSession\n{line}\n") == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("sink.json", '{"config": {"connector.class": "io.confluent.connect.s3.S3SinkConnector"}}', {"queue.driver=kafka", "storage.driver=s3"}),
        ("sink.json", '{"connector.class": "io.confluent.connect.s3.S3SinkConnector",\n"store.url": "http://minio:9000"}', {"queue.driver=kafka", "storage.driver=minio"}),
        ("source.properties", "connector.class=io.debezium.connector.mysql.MySqlConnector", {"queue.driver=kafka", "db.engine=mysql"}),
        ("source.yaml", "kind: KafkaConnector\nspec:\n  class: io.debezium.connector.postgresql.PostgresConnector", {"queue.driver=kafka", "db.engine=postgresql"}),
        ("source.json", '{"connector.class": "com.acme.OwnSource"}', {"queue.driver=kafka"}),
        ("beans.yaml", "kind: Bean\nspec:\n  class: io.acme.PostgresConnector", set()),
    ],
)  # fmt: skip
def test_a_connector_of_kafka_names_both_its_ends(path: str, text: str, expected: set[str]) -> None:
    assert {one.rpartition(":")[0] for one in said(path, text)} == expected


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        ("dags/load.py", 'BashOperator(bash_command="aws s3 cp s3://raw/in.csv /tmp")', ["aws.service=s3:1"]),
        ("dags/load.py", "    gsutil -m cp gs://raw/in.csv /tmp", ["storage.driver=gcs:1"]),
        ("run.sh", "aws s3 cp s3://backup/db.sql .", ["aws.service=s3:1"]),
        ("run.sh", "bq --location=EU load shop.orders orders.csv", ["db.engine=bigquery:1"]),
        ("dags/load.py", "# aws s3 cp s3://raw/in.csv /tmp", []),
        ("dags/load.py", "command = aws s3 cp s3://raw", []),
        ("run.sh", 'echo "aws s3 cp s3://raw ."', []),
        ("run.sh", "aws s3 cp a b", []),
    ],
)
def test_a_clouds_tool_reaches_its_store(path: str, line: str, expected: list[str]) -> None:
    assert said(path, f"{line}\n") == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("meltano.yml", "plugins:\n  extractors:\n  - name: tap-github\n  - name: tap-github-two\n    inherit_from: tap-github\n", ["github:3", "githubtwo:4"]),
        ("load/loaders.meltano.yml", "  - name: target-snowflake\n", ["snowflake:1"]),
        ("load.py", 'p = dlt.pipeline("shop", destination="bigquery")\n', ["bigquery:1"]),
        ("airbyte/house.json", '{"destinationName": "Redshift"}\n', ["redshift:1"]),
        ("connections/a.yaml", "definition_image: airbyte/source-google-ads\n", ["googleads:1"]),
        ("house.json", '{"destinationName": "Redshift"}\n', []),
        ("ci.yml", "  - name: tap-github\n", []),
        ("load.py", 'p = other.pipeline("shop", destination="bigquery")\n', []),
        ("meltano.yml", "  # - name: tap-github\n", []),
    ],
)  # fmt: skip
def test_plugins_are_called_for_what_they_read_and_fill(path: str, text: str, expected: list[str]) -> None:
    assert said(path, text) == [f"pipeline.connection={one}" for one in expected]


def test_an_export_of_dashboards_names_the_databases_that_they_ask() -> None:
    assert said("databases/house.yaml", "sqlalchemy_uri: awsathena+rest://:443/shop\n") == ["db.engine=athena:1"]
    assert said("databases/house.yaml", "sqlalchemy_uri: {{ uri }}\n") == []


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("template.yaml", "Globals:\n  Function:\n    Tracing: Active\n", 3),
        ("template.yaml", "      TracingConfig:\n        Mode: Active\n", 2),
        ("main.tf", 'resource "aws_lambda_function" "a" {\n  tracing_config {\n    mode = "Active"\n  }\n}\n', 3),
        ("serverless.yml", "provider:\n  tracing:\n    lambda: true\n", 3),
        ("stack.ts", "new Function(this, 'a', {\n  tracing: lambda.Tracing.ACTIVE,\n})\n", 2),
    ],
)
def test_tracing_is_told_where_it_is_on(path: str, text: str, line: int) -> None:
    assert said(path, text) == [f"aws.service=xray:{line}"]
    for off in ("PassThrough", "false", "DISABLED"):
        assert said(path, text.replace("ACTIVE", off).replace("Active", off).replace("true", off)) == []
