"""Settings of data stores and accounts, read from frameworks' configuration and from migrations."""

from __future__ import annotations

import pytest

from llm_audit.collect import collectors
from llm_audit.model import Fact, Kind, SourceFile


def settings(path: str, text: str, name: str) -> list[str]:
    """The values of the settings of that name which any collector finds."""
    file = SourceFile(path, text)
    found = [item for collector in collectors() if collector.wants(file) for item in collector.collect(file)]
    return [str(one.value) for one in found if isinstance(one, Fact) and one.kind is Kind.SETTING and one.name == name]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("db/1.sql", "create extension if not exists vector with schema extensions;", ["vector"]),
        ("db/1.sql", 'CREATE EXTENSION IF NOT EXISTS "vector";', ["vector"]),
        ("db/schema.rb", '  enable_extension "vector"\n', ["vector"]),
        ("a.py", 'op.execute("CREATE EXTENSION IF NOT EXISTS vector")', ["vector"]),
        ("db/1.sql", "create extension pg_trgm;", []),
        ("db/1.sql", "-- create extension vector;", []),
        ("db/1.sql", "create table vector_extension (id int);", []),
    ],
)
def test_extensions_of_a_database(path: str, text: str, expected: list[str]) -> None:
    assert settings(path, text, "db.extension") == expected


SECURITY = """security:
    password_hashers:
        App\\Entity\\User: 'auto'
    firewalls:
        dev:
            pattern: ^/(_profiler|assets)/
            security: false
        main:
            form_login:
                check_path: login
"""


@pytest.mark.parametrize("path", ["config/packages/security.yaml", "app/config/security.yml"])
def test_accounts_that_a_symfony_application_keeps_itself(path: str) -> None:
    assert settings(path, SECURITY, "auth.provider") == ["symfony"]
    assert settings(path, SECURITY, "auth.password_hash") == ["auto"]


def test_a_symfony_firewall_without_a_form_is_no_sign_in() -> None:
    text = "security:\n    firewalls:\n        dev:\n            pattern: ^/login\n            security: false\n"
    assert settings("config/packages/security.yaml", text, "auth.provider") == []


def test_laravel_configuration_below_the_app_folder() -> None:
    text = "<?php\nreturn [\n  'default' => env('MAIL_DRIVER', 'smtp'),\n  'mailers' => ['smtp' => ['transport' => 'smtp']],\n];\n"
    assert settings("app/Config/mail.php", text, "mail.driver") == ["smtp"]
    assert settings("app/Configurator/mail.php", text, "mail.driver") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$db = new PDO('mysql:host=h');", ["mysql"]),
        ("$db = new Acme_PdoSqlite('sqlite:' . $name);", ["sqlite"]),
        ("$dsn = 'pgsql:host=' . $host;", ["postgresql"]),
        ("$dsn = 'https://key@errors.acmepay.io/1';", []),
        ("$scheme = 'mysql:';", []),
    ],
)
def test_addresses_of_pdo(text: str, expected: list[str]) -> None:
    assert settings("lib/Db.php", f"<?php\n{text}\n", "db.engine") == expected


def default_of_laravel(choice: str) -> list[tuple[str, str]]:
    text = f"<?php\nreturn [\n    'default' => {choice},\n    'connections' => [\n        'mysql' => ['driver' => 'mysql', 'host' => env('DB_HOST')],\n        'pgsql' => ['driver' => 'pgsql'],\n    ],\n];\n"
    file = SourceFile("config/database.php", text)
    found = [item for collector in collectors() if collector.wants(file) for item in collector.collect(file)]
    facts = [one for one in found if isinstance(one, Fact) and one.kind is Kind.SETTING and one.name == "db.engine"]
    return [(str(one.value), one.detail("selector")) for one in facts if one.detail("default")]


@pytest.mark.parametrize("choice", ["env('DB_CONNECTION', 'mysql')", "env_or(env('DB_CONNECTION'), 'mysql')"])
def test_the_default_connection_of_laravel_also_through_a_helper(choice: str) -> None:
    assert default_of_laravel(choice) == [("mysql", "DB_CONNECTION")]


def test_a_default_connection_that_only_the_environment_knows_is_none() -> None:
    assert default_of_laravel("env('DB_CONNECTION')") == []


@pytest.mark.parametrize(
    ("adapter", "kept"),
    [
        (":resque", "redis"),
        (":sidekiq", "redis"),
        (":que", "database"),
        (":good_job", "database"),
        (":queenly", "queenly"),
    ],
)
def test_what_a_queue_of_rails_keeps_its_jobs_in(adapter: str, kept: str) -> None:
    text = f"Rails.application.configure do\n  config.active_job.queue_adapter = {adapter}\nend\n"
    assert settings("config/environments/production.rb", text, "queue.driver") == [kept]


SOURCE = """import { DataSource } from 'typeorm'
export const source = new DataSource({
  type: process.env.STORE_TYPE as any,
  host: process.env.STORE_HOST,
  migrations: [__dirname + '/migrations/**/*{.ts,.js}'],
})
"""


def test_a_data_source_whose_engine_a_variable_names_still_tells_where_it_is() -> None:
    file = SourceFile("src/database/data-source.ts", SOURCE)
    [one] = [
        item
        for collector in collectors()
        if collector.name == "data-javascript"
        for item in collector.collect(file)
        if isinstance(item, Fact)
    ]
    assert (one.name, one.detail("env"), one.detail("migrations")) == (
        "db.connection", "STORE_TYPE,STORE_HOST", "src/database/migrations",
    )  # fmt: skip


def test_a_data_source_without_any_variable_tells_nothing() -> None:
    assert (
        settings("src/a.ts", "import { DataSource } from 'typeorm'\nnew DataSource(options)\n", "db.connection") == []
    )
