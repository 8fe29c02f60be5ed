"""The labelled lines of entries: packages, variables, endpoints, migrations; and what they leave out."""

from __future__ import annotations

import pytest

from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.values import cited_by, endpoint_words, evidence_of, packages_text, without_twins
from llm_audit.model import Fact, Kind, Role
from tests.integrations.facts import entry, found, imports, line, locked, made, names, needs, reads, reason, setting


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        ("stripe.checkout.sessions.create", "checkout sessions"),
        ("stripe.PaymentIntent.retrieve_async", "payment intent"),
        ("client.Invoices.ListAsync", "invoices"),
        ("octokit.rest.issues.update", "issues"),
        ("desk.restaurants.update", "restaurants"),
        ("Octokit.ProductHeaderValue.Parse", ""),
        ("stripe.billingPortal.sessions.create", "billing portal sessions"),
        ("client.chat.completions.create", "chat completions"),
        ("sg.send", ""),
        ("new Stripe", ""),
        ("stripe.refunds.list", "refunds"),
        ("client", ""),
        ("", ""),
        ("x" * 200 + ".create", ""),
    ],
)
def test_a_call_chain_says_what_is_used(chain: str, words: str) -> None:
    assert endpoint_words(chain) == words


def test_packages_with_versions_and_apps() -> None:
    ledger = Ledger(
        [
            needs("stripe", "^14", at="apps/web/package.json:3"), needs("stripe", "^16", at="apps/admin/package.json:3"),
            locked("stripe", "14.25.0", at="pnpm-lock.yaml:5", app="apps/web", direct="yes"),
            locked("stripe", "16.12.0", at="pnpm-lock.yaml:9", app="apps/admin", direct="yes"),
        ]
    )  # fmt: skip
    text = packages_text(ledger.of(Kind.DEPENDENCY), ledger)
    assert text == "stripe 16.12.0 (`apps/admin`), 14.25.0 (`apps/web`)"


def test_a_long_list_of_packages_is_cut() -> None:
    ledger = Ledger([needs(f"p{number}", "1.0") for number in range(5)])
    assert packages_text(ledger.of(Kind.DEPENDENCY), ledger) == "p0 1.0, p1 1.0, p2 1.0 and 2 more"


def test_a_package_name_that_holds_markup_adds_none() -> None:
    ledger = Ledger([needs("[x](https://evil.test)", "1.0\n# head")])
    text = packages_text(ledger.of(Kind.DEPENDENCY), ledger)
    assert text.startswith("`") and "\n" not in text


def test_twins_that_name_a_file_are_left_out() -> None:
    assert without_twins(["DB_PASSWORD", "DB_PASSWORD_FILE", "KEY_FILE"]) == ["DB_PASSWORD", "KEY_FILE"]


def test_the_credential_comes_before_the_account() -> None:
    outcome = found(imports("twilio"), needs("twilio", "5.0"), reads("TWILIO_ACCOUNT_SID"), reads("TWILIO_AUTH_TOKEN"))
    assert line(entry(outcome, "Twilio"), "Auth") == "TWILIO_AUTH_TOKEN, TWILIO_ACCOUNT_SID"


def test_the_names_of_a_settings_class_lose_its_prefix_to_find_their_service() -> None:
    own = [reads(f"ACME_{name}") for name in ("DATABASE_URL", "SECRET_KEY", "WORKERS", "RESEND_API_KEY")]
    host = made(Kind.HOST, "api.resend.com", "/emails", at="src/mail.py:3", use="call")
    assert line(entry(found(host, *own), "Resend"), "Auth") == "ACME_RESEND_API_KEY"
    few = found(host, reads("ACME_RESEND_API_KEY"), reads("OTHER"), reads("THIRD"))
    assert line(entry(few, "Resend"), "Auth") == "ACME_RESEND_API_KEY"  # its end tells, where the service is in use


def test_the_prefix_may_be_the_name_of_a_service_that_the_project_itself_is() -> None:
    own = [reads(f"NTFY_{name}") for name in ("BASE_URL", "LISTEN", "CACHE_FILE", "RESEND_API_KEY")]
    host = made(Kind.HOST, "api.resend.com", "/emails", at="src/mail.py:3", use="call")
    assert line(entry(found(host, *own, project="ntfy"), "Resend"), "Auth") == "NTFY_RESEND_API_KEY"
    assert "NTFY" not in line(entry(found(host, *own, project="acme"), "Resend"), "Auth")


def test_what_an_sdk_reads_by_itself_is_named_where_a_sample_or_the_deployment_names_it() -> None:
    facts = [imports("@vercel/blob"), needs("@vercel/blob", "0.24.0")]
    sample = made(Kind.ENV_DECLARED, "BLOB_READ_WRITE_TOKEN", at=".env.example:1", where="dotenv")
    assert "BLOB_READ_WRITE_TOKEN" in line(entry(found(*facts, sample), "Vercel Blob"), "Auth")
    assert line(entry(found(*facts), "Vercel Blob"), "Auth") == ""


def test_an_orm_behind_a_setting_is_the_client() -> None:
    outcome = found(
        needs("asyncpg", "0.29.0", at="pyproject.toml:8", ecosystem="pypi"), needs("sqlalchemy", "2.0.35", at="pyproject.toml:7", ecosystem="pypi"),
        imports("asyncpg", at="app/db.py:1", language="python"), reads("POSTGRES_URL", at="app/settings.py:3"),
        setting("db.connection", "settings.postgres_url", at="app/db.py:5", tool="sqlalchemy"),
    )  # fmt: skip
    client = line(entry(outcome, "PostgreSQL"), "Client")
    assert "sqlalchemy 2.0.35" in client and "asyncpg 0.29.0" in client


@pytest.mark.parametrize(
    ("default", "shown"),
    [("sqlite://./data/app.db", "DATABASE_URL"), ("postgresql://db:5432/app", "DATABASE_URL (default `db:5432`)")],
)
def test_a_default_that_is_a_file_names_no_server(default: str, shown: str) -> None:
    engine = default.partition(":")[0]
    store = setting("db.engine", engine, at="knexfile.ts:4", tool="knex", env="DATABASE_URL")
    outcome = found(needs("knex", "3.1.0"), reads("DATABASE_URL", "default", "knexfile.ts:4", default), store)
    [database] = [one for one in outcome.candidates if one.group == "Databases"]
    assert line(database, "Connection") == shown


def test_what_a_service_is_asked_for_is_no_credential() -> None:
    facts = [imports("checkly", at="checkly.config.ts:1"), needs("checkly", "8.0.0")]
    names = [reads(f"CHECKLY_{end}", at="checkly.config.ts:4") for end in ("LOGICAL_ID", "ACCOUNT_ID")]
    assert line(entry(found(*facts, *names), "Checkly"), "Auth") == "CHECKLY_ACCOUNT_ID"


def test_an_address_that_is_put_together_leads_to_the_database_whose_driver_is_there() -> None:
    facts = [
        needs("asyncpg", "0.29.0", at="pyproject.toml:8", ecosystem="pypi"), needs("sqlalchemy", "2.0.35", at="pyproject.toml:7", ecosystem="pypi"),
        imports("asyncpg", at="app/db.py:1", language="python"), reads("POSTGRES_HOST", at="app/settings.py:3"),
    ]  # fmt: skip

    def client(address: str, *more: Fact) -> str:
        engine = setting("db.connection", address, at="app/db.py:5", tool="sqlalchemy")
        return line(entry(found(*facts, engine, *more), "PostgreSQL"), "Client")

    assert "sqlalchemy 2.0.35" in client("DATABASE_URL")
    assert "sqlalchemy" not in client("REPORTS_URL", reads("REPORTS_URL", at="app/settings.py:4"))


def test_a_mapper_of_tables_neither_reaches_nor_migrates_a_coordinator() -> None:
    outcome = found(
        needs("django", "4.1", at="requirements.txt:3", ecosystem="pypi"), reads("DATABASE_URL", at="app/settings.py:3"),
        setting("db.connection", "DATABASE_URL", at="app/settings.py:5", tool="django", env="DATABASE_URL", migrations="app/migrations"),
        made(Kind.IMAGE, "zookeeper", "3.9", at="compose.yml:4", where="compose", service="zk"),
        made(Kind.IMAGE, "postgres", "16", at="compose.yml:8", where="compose", service="db"),
    )  # fmt: skip
    coordinator, database = entry(outcome, "Apache ZooKeeper"), entry(outcome, "PostgreSQL")
    assert [line(coordinator, label) for label in ("Connection", "Migrations")] == ["", ""]
    assert "django" not in line(coordinator, "Client")
    assert [line(database, label) for label in ("Connection", "Migrations")] == [
        "DATABASE_URL",
        "django 4.1 in `app/migrations/`",
    ]


def test_migrations_of_a_schema_and_of_a_tool() -> None:
    outcome = found(
        setting("db.engine", "postgresql", at="db/schema.prisma:5", tool="prisma", env="DATABASE_URL", migrations="db/migrations"),
        needs("prisma", "5.20.0"), setting("db.migrations", "other/versions", at="alembic.ini:2", tool="alembic"),
    )  # fmt: skip
    assert (
        line(entry(outcome, "PostgreSQL"), "Migrations")
        == "alembic in `other/versions/`; prisma 5.20.0 in `db/migrations/`"
    )


def test_the_package_of_a_backend_is_the_client() -> None:
    outcome = found(
        needs("django", "5.1", at="Pipfile:3", ecosystem="pypi"), needs("django-anymail", "12.0", at="Pipfile:4", ecosystem="pypi"),
        setting("mail.driver", "mailgun", at="s/settings.py:3", tool="django", backend="anymail.backends.mailgun.EmailBackend"),
    )  # fmt: skip
    assert line(entry(outcome, "Mailgun"), "SDK/Client") == "django-anymail 12.0"


def test_buckets_without_owner_belong_to_the_store() -> None:
    outcome = found(
        imports("@aws-sdk/client-s3"),
        needs("@aws-sdk/client-s3", "3.0"),
        reads("MEDIA_BUCKET"),
        reads("MEDIA_BUCKET_EU"),
    )
    assert line(entry(outcome, "Amazon S3"), "Buckets") == "MEDIA_BUCKET"
    network = found(
        imports("@aws-sdk/client-cloudfront"), needs("@aws-sdk/client-cloudfront", "3.0"), reads("MEDIA_BUCKET")
    )
    assert line(entry(network, "Amazon CloudFront"), "Buckets") == ""


def test_an_id_of_what_is_asked_for_opens_nothing() -> None:
    known = (
        imports("@aws-sdk/client-bedrock-runtime"),
        needs("@aws-sdk/client-bedrock-runtime", "3.0"),
        reads("BEDROCK_GUARDRAIL_ID"),
        reads("BEDROCK_AGENT_ID"),
    )
    assert line(entry(found(*known), "AWS Bedrock"), "Auth") == ""
    assert line(entry(found(*known, reads("BEDROCK_ACCESS_KEY_ID")), "AWS Bedrock"), "Auth") == "BEDROCK_ACCESS_KEY_ID"


def test_buckets_without_owner_are_none_of_a_service_that_only_an_address_shows() -> None:
    picture = made(Kind.HOST, "ik.imagekit.io", "/acme/logo.png", "mails/invite.html:9", use="script", scheme="https")
    outcome = found(picture, reads("MEDIA_BUCKET", "optional"))
    assert not line(entry(outcome, "ImageKit"), "Buckets")


def test_a_store_at_its_own_endpoint_says_so() -> None:
    outcome = found(imports("@aws-sdk/client-s3"), needs("@aws-sdk/client-s3", "3.0"), reads("S3_ENDPOINT", "optional"))
    assert "S3_ENDPOINT" in entry(outcome, "Amazon S3").purpose


def test_evidence_is_spread_over_files_with_one_manifest_last() -> None:
    calls = [
        made(Kind.CALL, f"stripe.x{n}.list", at=f"src/a.ts:{n}", language="javascript", module="stripe")
        for n in (1, 2, 3)
    ]
    other = imports("stripe", at="src/b.ts:1")
    test = made(Kind.CALL, "stripe.y.list", at="tests/a.ts:1", role=Role.TEST, language="javascript", module="stripe")
    cited = evidence_of([test, needs("stripe"), other, *calls])
    assert [str(fact.place) for fact in cited] == ["src/a.ts:1", "src/b.ts:1", "package.json:3"]


def test_a_file_that_holds_all_settings_lends_none_to_a_service() -> None:
    raw = made(Kind.HOST, "raw.githubusercontent.com", "/acme/data/main/list.json", at="app/constants.py:3", use="call")
    token = reads("BOT_TOKEN", at="app/constants.py:9")
    many = [reads(f"SETTING_{number}", "optional", at=f"app/constants.py:{number + 20}") for number in range(30)]
    assert line(entry(found(raw, token), "GitHub raw content"), "Auth") == "BOT_TOKEN"
    assert line(entry(found(raw, token, *many), "GitHub raw content"), "Auth") == ""


def test_files_for_tests_are_cited_after_those_for_the_program() -> None:
    files = ("compose.ci.yaml", "compose.yaml", "compose.test.yaml", "latest.yaml")
    images = [made(Kind.IMAGE, "postgres", "17", at=f"{path}:3", where="compose") for path in files]
    one = entry(found(*images), "PostgreSQL")
    assert [fact.path for fact in one.facts[:4]] == [
        "compose.yaml",
        "latest.yaml",
        "compose.ci.yaml",
        "compose.test.yaml",
    ]
    assert line(one, "Client") == "postgres:17 in `compose.yaml` and 3 more"


def test_migrations_of_tables_are_none_of_a_document_database() -> None:
    outcome = found(
        imports("mongoose"), needs("mongoose", "9.4.1"), imports("pg"), needs("pg", "8.20.0"),
        setting("db.migrations", "src/migrations", at="data-source.ts:2", tool="typeorm"),
        setting("db.migrations", "moves", at="mongo.js:2", tool="migrate-mongo"),
    )  # fmt: skip
    assert line(entry(outcome, "MongoDB"), "Migrations") == "migrate-mongo in `moves/`"
    assert line(entry(outcome, "PostgreSQL"), "Migrations") == "typeorm in `src/migrations/`"


def test_what_belongs_to_a_framework_is_called_by_its_name() -> None:
    cache = setting("cache.driver", "memory", at="src/Startup.cs:9", tool="asp.net")
    assert line(entry(found(cache), "In-process cache"), "Client") == "ASP.NET Core"
    other = setting("cache.driver", "memory", at="src/cache.ts:9", tool="lru-cache")
    assert line(entry(found(other, needs("lru-cache", "10.0.0")), "In-process cache"), "Client") == "lru-cache 10.0.0"


def test_a_package_at_many_versions_is_told_without_every_app() -> None:
    apps = {"a": "1.0.0", "b": "1.1.0", "c": "2.0.0", "d": "2.1.0", "e": "2.1.0"}
    lines = [needs("stripe", version, at=f"apps/{app}/package.json:3") for app, version in apps.items()]
    assert packages_text(lines, Ledger(lines)) == "stripe 1.0.0, 1.1.0, 2.0.0 and 1 more in 5 apps"
    assert packages_text(lines[:2], Ledger(lines)) == "stripe 1.0.0 (`apps/a`), 1.1.0 (`apps/b`)"


def test_a_migration_tool_in_several_parts_is_named_once() -> None:
    parts = [
        needs(name, "8.1", at="pom.xml:9", ecosystem="maven")
        for name in ("org.flywaydb:flyway", "org.flywaydb.x:flyway")
    ]
    driver = made(Kind.CALL, "connect", at="src/a.py:2", language="python", module="psycopg2")
    folder = setting("db.migrations", "db/migration", "src/main/resources/db/migration/V1.sql:1", tool="flyway")
    text = line(entry(found(driver, *parts, folder), "PostgreSQL"), "Migrations")
    assert "and 1 more" not in text and text.endswith("in `db/migration/`")


def test_migrations_of_one_engine_are_not_those_of_another() -> None:
    outcome = found(
        setting("db.engine", "postgresql", at="crates/pg/src/lib.rs:3", tool="sqlx"),
        setting("db.engine", "sqlite", at="crates/lite/src/lib.rs:3", tool="sqlx"),
        setting("db.migrations", "crates/pg/migrations", at="crates/pg/src/lib.rs:9", tool="sqlx", engine="postgresql"),
        setting("db.migrations", "crates/lite/migrations", at="crates/lite/src/lib.rs:9", tool="sqlx", engine="sqlite"),
        setting(
            "db.migrations", "crates/lite/migrations", at="crates/lite/migrations/1_a.up.sql:1", tool="golang-migrate"
        ),
    )
    assert line(entry(outcome, "PostgreSQL"), "Migrations") == "sqlx in `crates/pg/migrations/`"
    assert line(entry(outcome, "SQLite"), "Migrations") == "sqlx in `crates/lite/migrations/`"


def test_migrations_that_only_bear_the_names_of_a_tool_are_not_its_own() -> None:
    driver = made(Kind.CALL, "connect", at="src/a.py:2", language="python", module="asyncpg")
    folder = setting("db.migrations", "migrations", "migrations/V1__first.sql:1", tool="flyway")
    assert line(entry(found(driver, folder), "PostgreSQL"), "Migrations") == "SQL files in `migrations/`"
    package = needs("org.flywaydb:flyway-core", "10.1", at="pom.xml:9", ecosystem="maven")
    assert "flyway" in line(entry(found(driver, folder, package), "PostgreSQL"), "Migrations")
    other = needs("refinery", "0.8", at="Cargo.toml:9", ecosystem="cargo")
    assert line(entry(found(driver, folder, other), "PostgreSQL"), "Migrations") == "refinery 0.8 in `migrations/`"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (("EMAIL_SERVER",), "EMAIL_SERVER"),
        (("SMTP_URL",), "SMTP_URL"),
        # a host alone holds no account, and beside an account the address is none
        (("SMTP_HOST",), ""),
        (("EMAIL_SERVER", "SMTP_PASSWORD"), "SMTP_PASSWORD"),
        (("MAIL_SERVER",), ""),
    ],
)
def test_the_address_of_a_mail_server_may_hold_the_account(names: tuple[str, ...], text: str) -> None:
    outcome = found(imports("nodemailer"), needs("nodemailer"), *(reads(name, "optional") for name in names))
    assert line(entry(outcome, "SMTP"), "Auth") == text


def test_a_database_whose_address_names_no_engine_is_reached_by_it() -> None:
    driver = (imports("pg", at="src/db.ts:1"), needs("pg", "8.0.0"))
    read = reads("DB_CONNECTION_STRING", "optional", at="src/config.ts:9")
    assert line(entry(found(*driver, read), "PostgreSQL"), "Connection") == "DB_CONNECTION_STRING"
    assert line(entry(found(*driver, reads("DB_BACKUP_STRING", "optional")), "PostgreSQL"), "Connection") == ""
    named = reads("PGHOST", "optional", at="src/config.ts:8")
    assert line(entry(found(*driver, read, named), "PostgreSQL"), "Connection") == "PGHOST"
    other = (imports("mongodb", at="src/db.ts:1"), needs("mongodb", "6.0.0"))
    assert line(entry(found(*other, read), "MongoDB"), "Connection") == ""


def test_an_address_whose_samples_lead_to_one_database_connects_no_other() -> None:
    both = (imports("pg", at="src/db.ts:1"), needs("pg", "8.0.0"), imports("better-sqlite3", at="src/index.ts:1"))
    read = reads("DATABASE_URL", "required", at="src/config.ts:9")
    sample = setting("url.scheme", "postgresql", at=".env.example:1", tool="url", env="DATABASE_URL", host="localhost")
    outcome = found(*both, needs("better-sqlite3", "9.0.0"), read, sample)
    assert line(entry(outcome, "PostgreSQL"), "Connection").startswith("DATABASE_URL")
    assert line(entry(outcome, "SQLite"), "Connection") == ""
    unknown = found(*both, needs("better-sqlite3", "9.0.0"), read)
    assert line(entry(unknown, "SQLite"), "Connection") == "DATABASE_URL"


def test_a_database_whose_address_is_read_in_parts_is_connected_by_all_of_them() -> None:
    driver, used = needs("pg", "8.0.0"), imports("pg", at="src/db.ts:1")
    parts = [reads(name, "optional") for name in ("DB_HOST", "DB_NAME", "DB_PASSWORD", "DB_MAX_AGE", "OTHER_HOST")]
    assert line(entry(found(driver, used, *parts), "PostgreSQL"), "Connection") == "DB_HOST, DB_NAME, DB_PASSWORD"
    account = [reads(name, "optional") for name in ("DB_NAME", "DB_PASSWORD")]
    assert line(entry(found(driver, used, *account), "PostgreSQL"), "Connection") == ""
    named = [reads("PGHOST", "optional"), *parts]
    assert line(entry(found(driver, used, *named), "PostgreSQL"), "Connection") == "PGHOST"


def test_a_mail_server_is_used_where_its_host_and_account_are_read() -> None:
    account = [reads(name, "optional", at="mail/config.go:9") for name in ("SMTP_HOST", "SMTP_PASSWORD")]
    assert entry(found(*account), "SMTP").group == "Email/SMS"
    assert names(found(account[0]), "Email/SMS") == set()
    sent = (imports("resend", at="src/mail.ts:1"), needs("resend", "4.0.0"))
    assert names(found(*account, *sent), "Email/SMS") == {"Resend"}


def test_under_which_name_a_directory_keeps_an_account_opens_nothing() -> None:
    kept = [reads(name, "optional", at="src/ldap.ts:9") for name in ("LDAP_ATTRIBUTE_USERNAME", "LDAP_BIND_PASSWORD")]
    use = (imports("ldapts", at="src/ldap.ts:1"), needs("ldapts", "7.0.0"))
    assert line(entry(found(*kept, *use), "LDAP directory"), "Credentials") == "LDAP_BIND_PASSWORD"


def test_migrations_are_of_the_database_that_their_folder_and_their_tool_are_for() -> None:
    go = [
        needs(name, "1.0.0", at="server/go.mod:4", ecosystem="go")
        for name in ("github.com/lib/pq", "github.com/golang-migrate/migrate/v4")
    ]
    server = (*go, imports("github.com/lib/pq", at="server/db.go:3", language="go"))
    app = (
        needs("sqflite", "2.4.2", at="app/pubspec.yaml:4", ecosystem="pub"),
        imports("sqflite/sqflite.dart", at="app/db.dart:1", language="dart"),
    )
    plain = setting("db.migrations", "server/migrations", "server/migrations/1.sql:1", tool="golang-migrate")
    told = found(*server, *app, plain)
    assert "golang-migrate" in line(entry(told, "PostgreSQL"), "Migrations")
    assert line(entry(told, "SQLite"), "Migrations") == ""
    both = (
        *server,
        needs("modernc.org/sqlite", "1.0.0", at="server/go.mod:9", ecosystem="go"),
        imports("modernc.org/sqlite", at="server/db.go:4", language="go"),
    )
    folders = [
        setting("db.migrations", f"db/{name}", f"db/{name}/1.sql:1", tool="golang-migrate")
        for name in ("postgres", "sqlite", "shared")
    ]
    shown = found(*both, *folders)
    assert "in `db/postgres/` and 1 more folders" in line(entry(shown, "PostgreSQL"), "Migrations")
    assert "in `db/sqlite/` and 1 more folders" in line(entry(shown, "SQLite"), "Migrations")


def test_keys_that_the_application_keeps_for_itself_open_no_service_beside_them() -> None:
    use = (imports("replicate", at="src/app.ts:1"), needs("replicate", "1.0.0"))
    own = reads("SESSION_SECRET", "optional", at="src/app.ts:9")
    assert line(entry(found(*use, own), "Replicate"), "Auth") == ""
    public = reads("LINK_PUB_KEY", "optional", at="src/app.ts:9")
    assert line(entry(found(*use, public), "Replicate"), "Auth") == ""
    theirs = reads("PICTURE_TOKEN", "optional", at="src/app.ts:9")
    assert line(entry(found(*use, own, theirs), "Replicate"), "Auth") == "PICTURE_TOKEN"


@pytest.mark.parametrize(
    ("name", "told"), [("CONFDB_ENCRYPT_KEY", ""), ("LETS_ENCRYPT_API_KEY", "LETS_ENCRYPT_API_KEY")]
)
def test_what_enciphers_is_the_applications_own_unless_a_certificate_authority_is_called_so(
    name: str, told: str
) -> None:
    use = (imports("replicate", at="src/app.ts:1"), needs("replicate", "1.0.0"))
    key = reads(name, "optional", at="src/app.ts:9")
    assert line(entry(found(*use, key), "Replicate"), "Auth") == told


@pytest.mark.parametrize(
    ("variable", "label", "told"),
    [
        ("replicate_key", "", "`replicate_key`, typed in by whoever uses it; no variable holds it"),
        ("key", "Replicate API token", "`key`, typed in by whoever uses it; no variable holds it"),
        ("key", "Letters token", ""),
        ("replicate_model", "", ""),
    ],
)
def test_a_key_that_people_type_in_is_told_where_no_variable_holds_it(variable: str, label: str, told: str) -> None:
    use = (imports("replicate", at="app.py:1", language="python"), needs("replicate", "1.0.0", ecosystem="pypi"))
    typed = setting("person.types", variable, "app.py:5", **({"label": label} if label else {}))
    assert line(entry(found(*use, typed), "Replicate"), "Auth") == told
    both = found(*use, typed, reads("REPLICATE_API_TOKEN", "optional", at="app.py:7"))
    assert line(entry(both, "Replicate"), "Auth") == (
        "REPLICATE_API_TOKEN, or typed in by whoever uses it" if told else "REPLICATE_API_TOKEN"
    )


def test_keys_of_another_block_of_settings_open_nothing_beside_it() -> None:
    use = (imports("replicate", at="config/services.php:1"), needs("replicate", "1.0.0"))
    key = reads("LETTERS_SECRET", "optional", at="config/services.php:9")
    block = setting("service.config", "letters", at="config/services.php:8", env="LETTERS_ID,LETTERS_SECRET")
    assert line(entry(found(*use, key, block), "Replicate"), "Auth") == ""
    other = setting("service.config", "letters", at="config/services.php:8", env="LETTERS_ID")
    assert line(entry(found(*use, key, other), "Replicate"), "Auth") == "LETTERS_SECRET"


def test_the_end_of_a_name_tells_the_service_in_use_that_it_belongs_to() -> None:
    use = (imports("stripe", at="src/pay.ts:1"), needs("stripe", "1.0.0"))
    key = reads("DEPOT_STRIPE_SECRET_KEY", "optional")
    assert line(entry(found(*use, key), "Stripe"), "Auth") == "DEPOT_STRIPE_SECRET_KEY"
    both = found(*use, key, reads("STRIPE_WEBHOOK_SECRET", "optional"))
    assert line(entry(both, "Stripe"), "Auth") == "STRIPE_WEBHOOK_SECRET, DEPOT_STRIPE_SECRET_KEY"
    limit = reads("DEPOT_STRIPE_LIMIT", "optional")
    assert all(limit.name not in value.text for value in entry(found(*use, limit), "Stripe").values)
    other = found(*use, reads("DEPOT_SENDGRID_API_KEY", "optional"))
    assert "SendGrid" not in {one.name for one in other.candidates}


def test_the_token_of_a_bot_belongs_to_the_only_chat_that_there_is() -> None:
    chat = (
        imports("discord", at="bot/main.py:1", language="python"),
        needs("discord.py", "2.3", at="requirements.txt:1", ecosystem="pypi"),
    )
    token = reads("BOT_TOKEN", at="bot/constants.py:3")
    assert line(entry(found(*chat, token), "Discord"), "Auth") == "BOT_TOKEN"
    other = (
        imports("telegram", at="bot/other.py:1", language="python"),
        needs("python-telegram-bot", "20.1", at="requirements.txt:2", ecosystem="pypi"),
    )
    assert line(entry(found(*chat, *other, token), "Discord"), "Auth") == ""


def test_beside_a_provider_the_keys_of_another_service_are_not_its_own() -> None:
    way = setting(
        "oauth.provider", "slack", "src/slack.ts:3", tool="http", env="DEPOT_HUBSPOT_CLIENT_ID,SLACK_CLIENT_ID"
    )
    names = [reads(name, "optional") for name in ("DEPOT_HUBSPOT_CLIENT_ID", "SLACK_CLIENT_ID")]
    hubspot = (imports("@hubspot/api-client", at="src/crm.ts:1"), needs("@hubspot/api-client", "11.0.0"))
    assert line(entry(found(way, *names, *hubspot), "Slack OAuth"), "Credentials") == "SLACK_CLIENT_ID"


def test_an_id_that_bears_another_providers_word_is_not_of_this_one() -> None:
    way = setting(
        "oauth.provider", "slack", "src/auth.ts:3", tool="http", env="WEB_GITHUB_APPID,WEB_SLACK_APPID,WEB_REDIRECT_URL"
    )
    said = line(entry(found(way), "Slack OAuth"), "Credentials")
    assert said == "WEB_SLACK_APPID, WEB_REDIRECT_URL"


def test_a_registration_under_an_owners_other_name_is_the_providers_own() -> None:
    way = setting(
        "oauth.provider", "microsoft", "src/sign.ts:3", tool="passport", env="AZURE_CLIENT_ID,AZURE_CLIENT_SECRET,URL"
    )
    names = [reads(name, "optional") for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "URL")]
    other = (imports("@azure/storage-blob", at="src/files.ts:1"), needs("@azure/storage-blob", "12.0.0"))
    one = entry(found(way, *names, *other), "Microsoft OAuth")
    assert line(one, "Credentials") == "AZURE_CLIENT_ID, AZURE_CLIENT_SECRET"


def test_keys_of_several_families_beside_a_service_open_it_or_others() -> None:
    use = (imports("replicate", at="src/app.ts:1"), needs("replicate", "1.0.0"))
    one = [reads(f"PICTURE_{word}", "optional", at="src/app.ts:9") for word in ("TOKEN", "SECRET")]
    assert line(entry(found(*use, *one), "Replicate"), "Auth") == "PICTURE_TOKEN, PICTURE_SECRET"
    other = reads("DEPOT_KEY", "optional", at="src/app.ts:9")
    assert line(entry(found(*use, *one, other), "Replicate"), "Auth") == ""


def test_what_a_service_is_asked_for_is_no_key_to_it() -> None:
    use = (imports("resend", at="src/mail.ts:1"), needs("resend", "3.0.0"))
    names = [
        reads(name, "optional")
        for name in ("RESEND_API_KEY", "RESEND_AUDIENCE_ID", "RESEND_DISCOUNT_ID", "RESEND_CLIENT_ID")
    ]
    assert line(entry(found(*use, *names), "Resend"), "Auth") == "RESEND_API_KEY, RESEND_CLIENT_ID"


def test_the_keys_of_a_cloud_belong_to_the_only_one_of_its_services_that_is_called() -> None:
    keys = [reads(f"AWS_{word}", "optional", at="src/settings.py:3") for word in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")]
    bedrock = (imports("langchain_aws", at="src/chat.py:1", language="python"),)
    assert line(entry(found(*bedrock, *keys), "AWS Bedrock"), "Auth") == "AWS_SECRET_ACCESS_KEY, AWS_ACCESS_KEY_ID"
    queue = imports("mypy_boto3_sqs", at="src/queue.py:1", language="python")
    assert line(entry(found(*bedrock, queue, *keys), "AWS Bedrock"), "Auth") == ""
    region = reads("AWS_REGION", "optional", at="src/settings.py:9")
    assert "AWS_REGION" not in line(entry(found(*bedrock, region), "AWS Bedrock"), "Auth")


def test_how_a_framework_keeps_the_sessions_that_its_configuration_speaks_of() -> None:
    use = (imports("next-auth", at="src/auth.ts:1"), needs("next-auth", "5.0.0"))
    kept = setting("auth.provider", "auth.js", at="src/auth.ts:4", tool="auth.js", session="jwt", adapter="PgAdapter")
    one = entry(found(*use, kept), "Auth.js (NextAuth)")
    assert line(one, "Session management") == "JWT sessions; accounts kept through PgAdapter"
    assert line(entry(found(*use), "Auth.js (NextAuth)"), "Session management") == ""


def test_what_is_named_by_a_protocol_belongs_to_the_only_client_in_use_that_speaks_it() -> None:
    keys = [reads(f"S3_{word}", "optional", at="src/env.ts:3") for word in ("ACCESS_KEY", "SECRET_KEY", "BUCKET")]
    client = (imports("minio", at="src/store.ts:1"), needs("minio", "8.0.0"))
    store = entry(found(*client, *keys), "MinIO")
    assert (line(store, "Auth"), line(store, "Buckets")) == ("S3_ACCESS_KEY, S3_SECRET_KEY", "S3_BUCKET")
    # both in use: the names are those of the protocol's inventor; a cloud's own keys are nobody else's
    inventor = (imports("@aws-sdk/client-s3", at="src/other.ts:1"), needs("@aws-sdk/client-s3", "3.0.0"))
    assert line(entry(found(*client, *inventor, *keys), "MinIO"), "Auth") == ""
    cloud = reads("AWS_S3_SECRET_KEY", "optional", at="src/env.ts:3")
    assert line(entry(found(*client, cloud), "MinIO"), "Auth") == ""


def test_keys_that_the_program_gives_to_an_sdk_are_not_read_inside_it() -> None:
    disk = needs("league/flysystem-aws-s3-v3", "3.0", at="composer.json:3", ecosystem="packagist")
    stock = setting("storage.driver", "s3", "config/filesystems.php:9", tool="laravel", env="AWS_ACCESS_KEY_ID")
    given = reads("AWS_ACCESS_KEY_ID", "optional", at="config/filesystems.php:10")
    queue = imports("Aws\\Sqs\\SqsClient", at="app/Queue.php:3", language="php")
    use = imports("Aws\\S3\\S3ClientInterface", at="app/Disk.php:3", language="php")
    told = line(entry(found(disk, stock, given, queue, use), "Amazon S3"), "Auth")
    assert told == "AWS_ACCESS_KEY_ID"
    sample = made(Kind.ENV_DECLARED, "AWS_ACCESS_KEY_ID", at=".env.example:2", where="dotenv")
    inside = line(entry(found(disk, use, queue, sample), "Amazon S3"), "Auth")
    assert inside == "AWS_ACCESS_KEY_ID, read inside the SDK"


def test_a_fake_that_tests_speak_to_is_no_client() -> None:
    use = imports("github.com/aws/aws-sdk-go-v2/service/s3", at="store/s3.go:4", language="go")
    sdk = needs("github.com/aws/aws-sdk-go-v2/service/s3", "v1.9.0", at="go.mod:4", ecosystem="go")
    fake = needs("github.com/johannesboyne/gofakes3", "v1.2.0", at="go.mod:5", ecosystem="go", scope="test")
    assert (
        line(entry(found(use, sdk, fake), "Amazon S3"), "SDK/Client") == "github.com/aws/aws-sdk-go-v2/service/s3 1.9.0"
    )


def test_migrations_on_a_class_path_are_looked_for_in_the_tree() -> None:
    driver = (
        needs("org.postgresql:postgresql", "42.7", at="core/pom.xml:9", ecosystem="maven"),
        needs("org.flywaydb:flyway-core", "10.1", at="core/pom.xml:12", ecosystem="maven"),
    )
    told = setting(
        "db.migrations", "db/steps", "app/src/main/resources/application.yml:3", tool="flyway", classpath="yes"
    )
    script = setting("db.table", "orders", "core/src/main/resources/db/steps/V2020__a.sql:1", tool="sql", kind="table")
    text = line(entry(found(*driver, told, script), "PostgreSQL"), "Migrations")
    assert text.endswith("in `core/src/main/resources/db/steps/`")
    assert line(entry(found(*driver, told), "PostgreSQL"), "Migrations") == ""


def test_rails_credentials_of_a_module_that_bears_the_services_name_are_use() -> None:
    def kept(name: str, at: str) -> Fact:
        return setting("rails.credentials", name, at, tool="rails")

    token = kept("mastodon.token", "extras/mastodon.rb:7")
    module = made(Kind.CALL, "Sponge.new", at="extras/mastodon.rb:13", language="ruby", module="")
    told = entry(found(token, module), "Mastodon")
    assert line(told, "Auth") == "`mastodon.token` of the Rails credentials"
    assert line(told, "SDK/Client") == ""
    elsewhere = kept("mastodon.token", "config/initializers/all.rb:7")
    assert "Mastodon" not in {one.name for one in found(elsewhere, module).candidates}
    assert reason(found(elsewhere, module), "Mastodon") == "only a name among the credentials; nothing calls it"
    address = kept("mastodon.instance_name", "extras/mastodon.rb:8")
    assert "Mastodon" not in {one.name for one in found(address, module).candidates}


def test_parts_of_a_generated_client_are_told_without_its_word_for_them() -> None:
    assert endpoint_words("client.crm.companies.basic_api.create") == "crm companies"
    assert endpoint_words("client.crm.basics.create") == "crm basics"


def test_a_module_is_held_by_the_package_that_is_called_after_it() -> None:
    sign_in = imports("allauth.socialaccount.providers.github.views", "shop/login.py:3", language="python")
    package = needs("django-allauth", "65.17.0", at="requirements.txt:9", ecosystem="pypi")
    assert line(entry(found(sign_in, package), "GitHub OAuth"), "Implementation") == "django-allauth 65.17.0"
    other = needs("django-allauth-theme", "1.0.0", at="requirements.txt:9", ecosystem="pypi")
    assert "not in a manifest" in line(entry(found(sign_in, other), "GitHub OAuth"), "Implementation")


def test_an_sdk_that_is_given_a_key_and_its_secret_reads_no_other() -> None:
    use = (imports("@aws-sdk/client-s3", at="src/disk.ts:1"), needs("@aws-sdk/client-s3", "3.0"))
    cloud = made(Kind.ENV_DECLARED, "AWS_SECRET_ACCESS_KEY", at=".env.example:2", where="dotenv")
    own = (
        reads("S3_ACCESS_KEY_ID", "optional", at="src/env.ts:3"),
        reads("S3_SECRET_ACCESS_KEY", "optional", at="src/env.ts:4"),
    )
    assert line(entry(found(*use, cloud, *own), "Amazon S3"), "Auth") == "S3_SECRET_ACCESS_KEY, S3_ACCESS_KEY_ID"
    half = line(entry(found(*use, cloud, own[0]), "Amazon S3"), "Auth")
    assert half == "S3_ACCESS_KEY_ID; AWS_SECRET_ACCESS_KEY, read inside the SDK"


def test_a_sign_in_is_told_by_the_two_variables_that_bear_its_providers_word_alone() -> None:
    way = setting("oauth.provider", "facebook", "config/auth.rb:9", tool="omniauth")
    key, secret = (
        reads("FACEBOOK_KEY", "optional", at="config/settings.yml:3"),
        reads("FACEBOOK_SECRET", "optional", at="config/settings.yml:4"),
    )
    assert line(entry(found(way, key, secret), "Facebook OAuth"), "Credentials") == "FACEBOOK_KEY, FACEBOOK_SECRET"
    pixel = reads("FACEBOOK_PIXEL_ID", "optional", at="config/settings.yml:5")
    assert (
        line(entry(found(way, key, secret, pixel), "Facebook OAuth"), "Credentials") == "FACEBOOK_KEY, FACEBOOK_SECRET"
    )
    assert line(entry(found(way, key, pixel), "Facebook OAuth"), "Credentials") == ""
    other = setting("oauth.provider", "microsoft", "config/auth.rb:9", tool="omniauth")
    every = [
        reads(f"MICROSOFT_{end}", "optional", at=f"config/settings.yml:{at}")
        for at, end in enumerate(("CLIENT_ID", "CLIENT_SECRET", "TENANT_ID"))
    ]
    assert "MICROSOFT_TENANT_ID" in line(entry(found(other, *every), "Microsoft OAuth"), "Credentials")


def test_a_package_that_only_development_needs_stands_in_a_manifest() -> None:
    use = imports("aws-cdk-lib/aws-kms", at="infra/stack.ts:1")
    needed = needs("aws-cdk-lib", "2.241.0", scope="dev")
    assert line(entry(found(use, needed), "AWS KMS"), "SDK/Client") == "aws-cdk-lib 2.241.0"
    other = needs("aws-cdk", "2.1108.0", scope="dev")
    assert line(entry(found(use, other), "AWS KMS"), "SDK/Client") == "`aws-cdk-lib`, not in a manifest"


def test_the_key_of_a_sign_in_stands_with_its_secret() -> None:
    way = setting("oauth.provider", "google", "config/settings.py:9", tool="social-auth", env="SIGN_GOOGLE_KEY")
    key = reads("SIGN_GOOGLE_KEY", "optional", at="config/settings.py:9")
    secret = reads("SIGN_GOOGLE_SECRET", "optional", at="config/settings.py:10")
    assert line(entry(found(way, key, secret), "Google OAuth"), "Credentials") == "SIGN_GOOGLE_KEY, SIGN_GOOGLE_SECRET"
    other = reads("SIGN_OTHER_SECRET", "optional", at="config/settings.py:10")
    assert line(entry(found(way, key, other), "Google OAuth"), "Credentials") == "SIGN_GOOGLE_KEY"


def test_what_is_asked_by_its_address_alone_has_no_sdk_that_reads_a_key() -> None:
    asked = made(Kind.HOST, "api.openai.com", "/v1/completions", at="app/memo.rb:9", use="call")
    sample = made(Kind.ENV_DECLARED, "OPENAI_API_KEY", at=".env.example:2", where="dotenv")
    outcome = found(asked, sample)
    assert line(entry(outcome, "OpenAI"), "Auth") == ""
    assert not any("OPENAI_API_KEY" in one.purpose for one in outcome.candidates)
    sdk = found(asked, sample, needs("openai", "4.0"), imports("openai", at="app/memo.ts:1"))
    assert line(entry(sdk, "OpenAI"), "Auth") == "OPENAI_API_KEY, read inside the SDK"


def test_a_region_alone_opens_nothing() -> None:
    use = imports("@aws-sdk/client-s3", at="src/disk.ts:1")
    region = reads("AWS_REGION", "optional", at="src/disk.ts:3")
    assert line(entry(found(use, needs("@aws-sdk/client-s3", "3.0"), region), "Amazon S3"), "Auth") == ""
    key = made(Kind.ENV_DECLARED, "AWS_SECRET_ACCESS_KEY", at=".env.example:2", where="dotenv")
    told = line(entry(found(use, needs("@aws-sdk/client-s3", "3.0"), region, key), "Amazon S3"), "Auth")
    assert told == "AWS_SECRET_ACCESS_KEY, AWS_REGION, read inside the SDK"


def test_a_distribution_goes_by_the_name_of_its_module() -> None:
    use = (
        imports("storages.backends.s3", at="app/files.py:1", language="python"),
        setting("storage.driver", "s3", at="app/settings.py:2"),
    )
    line_of = line(entry(found(*use, needs("django-storages", "1.14.6", ecosystem="pypi")), "Amazon S3"), "SDK/Client")
    assert line_of == "django-storages 1.14.6"
    assert "not in a manifest" in line(
        entry(found(*use, needs("django-filters", "1.0.0", ecosystem="pypi")), "Amazon S3"), "SDK/Client"
    )


def test_what_only_a_script_of_the_developers_reads_leads_the_program_nowhere() -> None:
    engine = setting("db.engine", "postgresql", at="shop/settings.py:9", tool="django")
    script = reads("POSTGRES_HOST", "default", at="scripts/smoke.py:4", default="127.0.0.1")
    assert not line(entry(found(engine, script), "PostgreSQL"), "Connection")
    own = reads("POSTGRES_HOST", "default", at="shop/settings.py:4", default="127.0.0.1")
    assert "POSTGRES_HOST" in line(entry(found(engine, script, own), "PostgreSQL"), "Connection")
    alone = setting("db.engine", "postgresql", at="scripts/smoke.py:9", tool="django")
    assert "POSTGRES_HOST" in line(entry(found(alone, script), "PostgreSQL"), "Connection")


def test_a_server_of_the_tests_is_named_only_where_there_is_no_other() -> None:
    tested = setting("url.scheme", "postgresql", at="web/setup.ts:9", tool="url", env="TEST_DATABASE_URL")
    client = (imports("pg"), needs("pg", "8.0"), reads("TEST_DATABASE_URL", "default", at="web/setup.ts:9"))
    assert line(entry(found(tested, *client), "PostgreSQL"), "Connection") == "TEST_DATABASE_URL"
    own = setting("url.scheme", "postgresql", at="web/db.ts:9", tool="url", env="DATABASE_URL")
    both = found(tested, own, *client, reads("DATABASE_URL", at="web/db.ts:9"))
    assert line(entry(both, "PostgreSQL"), "Connection") == "DATABASE_URL"


def test_what_compose_calls_a_container_is_no_address_and_no_bucket() -> None:
    use = (imports("minio", at="src/files.ts:1"), needs("minio", "8.0.0"))
    names = [
        reads("MINIO_CONTAINER_NAME", "default", "compose.yml:3", "acme-minio", via="compose"),
        reads("MINIO_CONTAINER", "required", "src/files.ts:4"),
        reads("MINIO_VOLUME_NAME", "default", "compose.yml:9", "files", via="compose"),
    ]
    assert line(entry(found(*use, *names), "MinIO"), "Buckets") == "MINIO_CONTAINER"
    read = reads("MINIO_CONTAINER_NAME", "required", "src/files.ts:5")
    assert line(entry(found(*use, *names, read), "MinIO"), "Buckets") == "MINIO_CONTAINER, MINIO_CONTAINER_NAME"


def test_a_package_that_only_declares_a_store_is_no_client_where_code_speaks_to_it() -> None:
    declaring = needs("@aws-cdk/aws-dynamodb", at="infra/package.json:3")
    call = made(Kind.CALL, "boto3.client", "dynamodb", at="src/app.py:3", language="python", module="boto3")
    assert "@aws-cdk" not in line(entry(found(declaring, call), "Amazon DynamoDB"), "Client")
    stack = imports("@aws-cdk/aws-dynamodb", at="infra/stack.ts:1")
    assert "@aws-cdk/aws-dynamodb" in line(entry(found(declaring, stack), "Amazon DynamoDB"), "Client")


def test_what_configures_a_platform_is_cited_before_what_speaks_to_it() -> None:
    code = imports("aws-lambda", at="src/main.ts:1")
    declared = made(Kind.RESOURCE, "aws_lambda_function", "hook", at="main.tf:3", tool="terraform")
    assert [one.path for one in cited_by(entry(found(code, declared), "AWS Lambda"))] == ["main.tf"]
    bucket = made(Kind.RESOURCE, "aws_s3_bucket", "files", at="main.tf:9", tool="terraform")
    store = entry(found(imports("@aws-sdk/client-s3", at="src/files.ts:1"), bucket), "Amazon S3")
    assert [one.path for one in cited_by(store)] == ["src/files.ts", "main.tf"]


def test_a_key_of_an_interface_opens_nothing_of_amazons() -> None:
    sdk = imports("@aws-sdk/client-kms", at="src/main.ts:1")
    other, own = reads("NOTIFY_API_KEY", at="src/main.ts:4"), reads("STORE_ACCESS_KEY", at="src/main.ts:4")
    assert "Auth" not in {value.label for value in entry(found(sdk, other), "AWS KMS").values}
    assert line(entry(found(sdk, own), "AWS KMS"), "Auth") == "STORE_ACCESS_KEY"


def test_a_package_that_the_platform_brings_is_told_by_the_developers_manifest() -> None:
    bucket = imports("aws-sdk/clients/s3", at="src/files.js:1")
    declared = needs("aws-sdk", "2.778.0", scope="dev")
    assert line(entry(found(bucket, declared), "Amazon S3"), "SDK/Client") == "aws-sdk 2.778.0"
    assert (
        line(entry(found(bucket, needs("aws-sdk-mock", "1", scope="dev")), "Amazon S3"), "SDK/Client")
        == "`aws-sdk`, not in a manifest"
    )
