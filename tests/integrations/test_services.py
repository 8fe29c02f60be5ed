"""What makes a service an integration, what only looks like one and why, and the roles that one service plays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Fact, Kind, Redacted, Role
from tests.integrations.facts import entry, found, imports, line, locked, made, names, needs, reads, reason, setting

CALL = made(Kind.CALL, "stripe.refunds.create", at="src/pay.ts:4", language="javascript", module="stripe")


@pytest.mark.parametrize(
    "fact",
    [
        CALL,
        imports("stripe"),
        made(Kind.HOST, "api.stripe.com", "/v1", at="src/pay.ts:1", use="call"),
        made(Kind.RESOURCE, "aws_s3_bucket", at="main.tf:1", tool="terraform"),
        made(Kind.IMAGE, "postgres", "16", at="compose.yaml:3", where="compose"),
        setting("db.engine", "postgresql"),
    ],
)
def test_use_is_proven(fact: Fact) -> None:
    assert strength(fact) >= USE


@pytest.mark.parametrize(
    "fact",
    [
        needs("stripe"),
        needs("stripe", scope="dev"),
        reads("STRIPE_KEY"),
        made(Kind.ENV_DECLARED, "STRIPE_KEY", at=".env.example:1", where="dotenv"),
        made(Kind.HOST, "stripe.com", at="src/page.tsx:1", use="link"),
        made(Kind.IMAGE, "postgres", "16", at=".github/workflows/ci.yml:3", where="ci"),
        imports("stripe", types_only="yes"),
        imports("stripe", at="tests/pay.test.ts:1").__class__(
            Kind.IMPORT, CALL.name, CALL.value, "tests/a.ts", 1, Role.TEST, CALL.details
        ),
        setting("mail.driver", "ses", boilerplate="yes"),
    ],
)
def test_use_is_not_proven(fact: Fact) -> None:
    assert strength(fact) < USE


@pytest.mark.parametrize(
    ("facts", "name", "why"),
    [
        ([needs("@sendgrid/mail")], "SendGrid", "@sendgrid/mail is declared but never imported"),
        ([reads("ALGOLIA_KEY")], "Algolia", "only a variable's name; nothing calls it"),
        ([made(Kind.HOST, "api.twilio.com", at="src/a.tsx:1", use="link")], "Twilio", "only a link"),
        ([made(Kind.IMPORT, "mixpanel", at="tests/a.ts:1", role=Role.TEST, language="javascript")], "Mixpanel", "only in test files"),
        ([setting("mail.driver", "postmark", boilerplate="yes")], "Postmark", "only a framework's stock configuration; its package is not installed"),
    ],
)  # fmt: skip
def test_look_alikes_are_dropped_with_a_reason(facts: list[Fact], name: str, why: str) -> None:
    outcome = found(*facts)
    assert name not in {one.name for one in outcome.candidates}
    assert reason(outcome, name) == why


def test_a_package_with_its_key_is_in_use_without_an_import() -> None:
    assert "SendGrid" in names(found(needs("@sendgrid/mail"), reads("SENDGRID_API_KEY")), "Email/SMS")


def test_a_driver_that_is_found_by_name_needs_no_import() -> None:
    assert "PostgreSQL" in names(found(needs("pg", ecosystem="rubygems", at="Gemfile:5")), "Databases")
    assert "PostgreSQL" not in names(found(needs("pg", ecosystem="npm")), "Databases")


def test_the_audited_project_itself_is_no_integration() -> None:
    outcome = found(imports("stripe"), CALL, setting("npm.name", "stripe", at="package.json:2"), project="stripe")
    assert reason(outcome, "Stripe") == "the audited project itself"


def test_a_server_of_a_service_is_that_service_and_its_library_no_foreign_one() -> None:
    library = (
        imports("github.com/sentry/raven", language="go"),
        imports("@sentry/node"),
        needs("@sentry/node", "8.0.0"),
    )
    own = found(*library, setting("project.name", "github.com/sentry/server/v2", at="go.mod:1"))
    other = found(*library, setting("project.name", "github.com/acme/server/v2", at="go.mod:1"))
    assert "Sentry" not in names(own, "Error Tracking")
    assert "Sentry" in names(other, "Error Tracking")


def test_one_service_in_two_roles_is_two_entries() -> None:
    outcome = found(
        needs("ioredis", "5.4.0"), imports("ioredis", at="src/cache.ts:1"),
        needs("bullmq", "5.1.0"), imports("bullmq", at="src/jobs.ts:1"), reads("REDIS_URL"),
    )  # fmt: skip
    assert "Redis" in names(outcome, "Caching")
    assert "ioredis 5.4.0" in line(entry(outcome, "Redis", "Caching"), "Client")
    assert any("bullmq 5.1.0" in line(one, "Client") for one in outcome.candidates if one.group == "Message Queues")


def test_a_broker_is_no_cache() -> None:
    outcome = found(
        needs("sidekiq", ecosystem="rubygems", at="Gemfile:5"), setting("queue.driver", "redis", tool="rails"),
        setting("url.scheme", "redis", at="config/initializers/sidekiq.rb:2", env="REDIS_URL"), reads("REDIS_URL"),
    )  # fmt: skip
    assert "Redis" in names(outcome, "Message Queues")
    assert "Redis" not in names(outcome, "Caching")


def test_an_sdk_built_with_another_vendors_address_is_that_vendors() -> None:
    facts = [
        needs("openai", "^4"), imports("openai", at="src/ai.ts:1"),
        made(Kind.CALL, "new OpenAI", at="src/ai.ts:3", language="javascript", module="openai"),
        made(Kind.HOST, "api.groq.com", "/openai/v1", at="src/ai.ts:5", use="call"),
    ]  # fmt: skip
    outcome = found(*facts)
    assert names(outcome, "AI") == {"Groq"}
    assert reason(outcome, "OpenAI") == "its SDK is built with the address of Groq"
    elsewhere = made(Kind.CALL, "new OpenAI", at="src/other.ts:3", language="javascript", module="openai")
    assert names(found(*facts, elsewhere), "AI") == {"Groq", "OpenAI"}


def test_a_jwt_library_is_not_its_vendor() -> None:
    outcome = found(
        needs("com.auth0:java-jwt", "4.4.0", ecosystem="maven", at="pom.xml:9"),
        imports("com.auth0.jwt.JWT", at="src/main/java/A.java:1", language="java"),
    )
    assert "Auth0" not in {one.name for one in outcome.candidates}


def test_calls_through_a_client_of_another_module_are_the_services() -> None:
    def call(chain: str, module: str) -> Fact:
        return made(Kind.CALL, chain, at="src/pay.ts:7", language="javascript", module=module)

    facts = [needs("stripe", "^14"), imports("stripe", at="src/lib/stripe/index.ts:1")]
    assert (
        line(entry(found(*facts, call("stripe.refunds.create", "@/lib/stripe")), "Stripe"), "Endpoints used")
        == "refunds"
    )
    # a module that does not import the SDK, or another client of the same module
    for other in (call("stripe.refunds.create", "@/lib/fake-stripe"), call("ledger.refunds.create", "@/lib/stripe")):
        assert line(entry(found(*facts, other), "Stripe"), "Endpoints used") == ""


def test_an_unknown_host_that_code_calls_is_reported_as_what_it_is() -> None:
    host = made(Kind.HOST, "api.tidewatch.io", "/v1/levels", at="src/tides.py:3", use="call")
    outcome = found(host)
    assert line(entry(outcome, "api.tidewatch.io"), "Endpoints used") == "`/v1/levels`"


@pytest.mark.parametrize(
    "host",
    [
        made(Kind.HOST, "api.tidewatch.io", at="src/tides.py:3", use="link"),
        made(Kind.HOST, "api.tidewatch.io", at="tests/tides.py:3", role=Role.TEST, use="call"),
        made(Kind.HOST, "api.tidewatch.io", at="config/services.yml:3", use="call"),
        made(Kind.HOST, "docs.tidewatch.io", at="src/tides.py:3", use="call"),
    ],
)
def test_hosts_that_are_not_called_are_none(host: Fact) -> None:
    assert names(found(host), "External APIs") == set()


def test_twins_merge_and_every_entry_has_evidence_from_source() -> None:
    outcome = found(
        needs("stripe", "^14"), needs("@stripe/stripe-js", "^4"), locked("stripe", "14.25.0"), imports("stripe"), CALL,
        imports("@stripe/stripe-js", at="src/web.ts:1"),
        made(Kind.IMPORT, "stripe", at="docs/a.ts:1", role=Role.DOCS, language="javascript"),
    )  # fmt: skip
    stripe = entry(outcome, "Stripe")
    assert "stripe 14.25.0" in line(stripe, "SDK/Client")
    assert "@stripe/stripe-js" in line(stripe, "SDK/Client")
    assert stripe.facts[0].kind == Kind.CALL


def test_a_query_builder_loads_its_driver_by_name() -> None:
    driver = needs("mysql2", "3.14.2")
    assert "MySQL" in names(found(driver, needs("knex"), imports("knex")), "Databases")
    assert "MySQL" not in names(found(driver), "Databases")
    assert "MySQL" not in names(found(needs("mysql2", scope="dev"), needs("knex"), imports("knex")), "Databases")


@pytest.mark.parametrize(
    ("module", "shown"),
    [("payload", set()), ("agent", set()), ("calendar", set()), ("drift", set()), ("zulip", {"Zulip"})],
)
def test_a_module_named_for_what_it_does_is_no_service(module: str, shown: set[str]) -> None:
    facts = found(setting("module", module, at=f"src/messengers/{module}.js:1"))
    assert {one.name for one in facts.candidates} & {
        "Payload CMS",
        "Open Policy Agent",
        "Google Calendar",
        "Drift",
        "Zulip",
    } == shown


WATCHED = imports("mongodb", at="server/monitor-types/mongodb.js:3")


def test_a_store_that_only_monitors_speak_to_is_no_store_of_ones_own() -> None:
    outcome = found(WATCHED, setting("db.engine", "mongodb", at="server/monitor-types/mongodb.js:9"), needs("mongodb"))
    assert "MongoDB" in names(outcome, "External APIs")
    assert names(outcome, "Databases") == set()


@pytest.mark.parametrize(
    "other",
    [imports("mongodb", at="server/store.js:3"), made(Kind.IMAGE, "mongo", "7", at="compose.yaml:3", where="compose")],
)
def test_a_store_that_is_checked_and_used_is_the_applications(other: Fact) -> None:
    assert "MongoDB" in names(found(WATCHED, other), "Databases")
    assert "MongoDB" not in names(found(WATCHED, other), "External APIs")


def test_the_dialect_of_a_query_builder_is_its_database() -> None:
    assert "SQLite" in names(found(imports("knex/lib/dialects/sqlite3/index.js")), "Databases")
    assert names(found(imports("knex/lib/query")), "Databases") == set()


def address(value: str, at: str, env: str = "DATABASE_URL") -> Fact:
    return setting("url.scheme", value, at=at, env=env)


@pytest.mark.parametrize("sample", [".env:3", ".env.example:3", "apps/api/env.sample:3"])
def test_a_dotenv_address_names_the_database_of_a_variable_that_is_read(sample: str) -> None:
    assert "PostgreSQL" in names(found(address("postgresql", sample), reads("DATABASE_URL")), "Databases")


@pytest.mark.parametrize(
    "others",
    [
        [],  # nobody reads the variable
        [reads("OTHER_URL")],
        [reads("DATABASE_URL"), setting("db.engine", "mysql")],  # the code names another database
    ],
)
def test_a_dotenv_address_alone_names_no_database(others: list[Fact]) -> None:
    assert "PostgreSQL" not in names(found(address("postgresql", ".env.example:3"), *others), "Databases")


def test_an_address_by_whose_name_another_file_opens_the_connection_is_the_database() -> None:
    opened = setting("db.connection", "settings.DESK_DATABASE", at="desk/db.py:4", tool="sqlmodel", env="DESK_DATABASE")
    given = address("sqlite", "desk/settings.py:9", env="DESK_DATABASE")
    assert "SQLite" in names(found(given, opened), "Databases")
    other = address("sqlite", "desk/settings.py:9", env="OTHER_DATABASE")
    assert names(found(other, opened), "Databases") == set()


def test_an_address_in_other_configuration_is_no_dotenv() -> None:
    assert names(found(address("postgresql", "config/sample.yaml:3"), reads("DATABASE_URL")), "Databases") == set()


@pytest.mark.parametrize(
    ("host", "path", "shown"),
    [
        ("api.acmepay.io", "/v1/charges", True),
        ("acmepay.io", "/api/manual/charges", True),  # `manual` is no chapter here
        ("acmepay.io", "/api/docs/42.json", True),
        ("docs.acmepay.io", "/api/v1/start", False),
        ("acmepay.io", "/docs/api/v1", False),
        ("acmepay.io", "/en/stable/api/v1.json", False),
        ("acmepay.readthedocs.io", "/api/v1", False),
        ("search.yahoo.com", "/mrss/", False),
        ("documents.acmepay.io", "/api/v1", True),  # not `docs.`
        ("helper.acmepay.io", "/api/v1", True),
    ],
)
def test_pages_for_people_are_no_interfaces(host: str, path: str, shown: bool) -> None:
    outcome = found(made(Kind.HOST, host, path, at="src/client.py:4", use="call"))
    assert (host in names(outcome, "External APIs")) is shown


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ("GITHUB_CLIENT_ID,GITHUB_CLIENT_SECRET", "GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET"),
        ("GITHUB_CLIENT_ID,GITHUB_LOGIN_ENABLED,APP_URL", "GITHUB_CLIENT_ID"),
        ("OIDC_ISSUER,OIDC_TOKEN_URL,OIDC_BUTTON_TEXT", "OIDC_ISSUER, OIDC_TOKEN_URL"),
        ("LOGIN_ENABLED,BUTTON_TEXT", "LOGIN_ENABLED, BUTTON_TEXT"),  # nothing better to say
    ],
)
def test_credentials_are_what_a_registration_gives(env: str, said: str) -> None:
    outcome = found(setting("oauth.provider", "github", at="src/auth.ts:4", env=env, tool="auth.js"))
    github = next(one for one in outcome.candidates if one.group == "OAuth Integrations")
    assert line(github, "Credentials") == said


def ci_image(name: str, path: str) -> Fact:
    return made(Kind.IMAGE, name, "1", at=f"{path}:9", where="ci")


def test_a_checker_that_ci_runs_from_its_image_is_in_use() -> None:
    assert "Trivy" in names(found(ci_image("aquasec/trivy", ".gitlab-ci.yml")), "Code Quality & Dependencies")


def test_a_database_that_ci_runs_for_tests_is_none_of_the_applications() -> None:
    assert names(found(ci_image("postgres", ".gitlab-ci.yml")), "Databases") == set()


def test_an_image_outside_ci_makes_no_checker() -> None:
    built = made(Kind.IMAGE, "aquasec/trivy", "1", at="Dockerfile:1", where="dockerfile")
    assert names(found(built), "Code Quality & Dependencies") == set()


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/drive/v3/files", "Google Drive"),
        ("/upload/drive/v3/files", "Google Drive"),
        ("/pagespeedonline/v5/runPagespeed", "PageSpeed Insights and Lighthouse CI"),
        ("/calendar/v3/events", "Google Calendar"),
        ("/discovery/v1/apis", "Google APIs"),
    ],
)
def test_the_host_that_all_of_google_shares_is_told_by_its_path(path: str, owner: str) -> None:
    outcome = found(made(Kind.HOST, "www.googleapis.com", path, at="src/google.py:4", use="call"))
    assert {one.name for one in outcome.candidates} == {owner}


def test_a_scope_of_google_is_no_address() -> None:
    scope = made(Kind.HOST, "www.googleapis.com", "/auth/drive", at="src/google.py:4", use="call")
    assert not found(scope).candidates


PRINTSHOP = made(Kind.HOST, "api.printshop.io", "/v1/orders", at="src/print.py:40", use="call")


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (reads("PRINTSHOP_API_KEY", at="src/settings.py:3"), "PRINTSHOP_API_KEY"),
        (reads("PRESS_TOKEN", at="src/print.py:12"), "PRESS_TOKEN"),
        (reads("PRESS_TOKEN", at="src/print.py:400"), ""),
        (reads("PRESS_TOKEN", at="src/other.py:40"), ""),
        (reads("PRESS_SIZE", at="src/print.py:12"), ""),
        (reads("SECRET_KEY", at="src/print.py:12"), ""),
        (reads("SHOP_SESSION_SECRET", at="src/print.py:12"), ""),
        (reads("STRIPE_SECRET_KEY", at="src/print.py:12"), ""),
    ],
)
def test_the_key_of_an_unknown_host_bears_its_name_or_stands_beside_the_call(read: Fact, said: str) -> None:
    assert line(entry(found(PRINTSHOP, read), "api.printshop.io"), "Auth") == said


def test_a_host_of_the_project_is_not_opened_by_whatever_bears_the_projects_name() -> None:
    read = reads("PRINTSHOP_STORE_PASSWORD", at="src/settings.py:3")
    assert line(entry(found(PRINTSHOP, read, project="printshop"), "api.printshop.io"), "Auth") == ""
    beside = reads("PRINTSHOP_LICENCE_KEY", at="src/print.py:12")
    own = found(PRINTSHOP, read, beside, project="printshop")
    assert line(entry(own, "api.printshop.io"), "Auth") == "PRINTSHOP_LICENCE_KEY"
    assert "PRINTSHOP_STORE_PASSWORD" in line(entry(found(PRINTSHOP, read), "api.printshop.io"), "Auth")


def test_social_sign_in_whose_providers_are_settings_is_told() -> None:
    outcome = found(
        needs("social-auth-app-django", "5.4.0", at="requirements.txt:3", ecosystem="pypi"),
        imports("social_django.middleware", at="shop/middleware.py:1", language="python"),
    )
    assert "social-auth-app-django 5.4.0" in line(entry(outcome, "Python Social Auth"), "Implementation")


def test_what_only_pipelines_speak_to_is_said_so() -> None:
    step = made(Kind.ACTION, "slackapi/slack-github-action", "v2", at=".github/workflows/ci.yml:9")
    assert entry(found(step), "Slack").purpose.endswith(", in CI only")
    used = imports("@slack/web-api")
    assert "CI" not in entry(found(step, used), "Slack").purpose


DRIVERS = {
    "pg": "PostgreSQL", "mysql2": "MySQL", "mongodb": "MongoDB", "oracledb": "Oracle Database", "cassandra-driver": "Apache Cassandra",
    "node-firebird": "Firebird",
}  # fmt: skip


def test_stores_that_a_tool_offers_to_speak_to_are_not_its_own() -> None:
    bench = [imports(package, at=f"src/db/clients/{package}.ts:1") for package in DRIVERS]
    own = [imports("better-sqlite3", at="src/store.ts:1")]
    compose = made(Kind.IMAGE, "mariadb", "11", at="compose.yaml:3", where="compose")
    outcome = found(*bench, *own, compose)
    assert names(outcome, "Databases") == {"SQLite"}
    assert set(DRIVERS.values()) <= names(outcome, "External APIs")
    assert "MariaDB" not in names(outcome, "External APIs")  # the server that runs is told with MySQL's driver
    beside = [imports(package, at=f"src/{package}.ts:1") for package in ("better-sqlite3", "mysql2")]
    watched = [imports(package, at=f"src/monitors/{package}.ts:1") for package in DRIVERS]
    assert {"SQLite", "MySQL"} <= names(found(*watched, *beside), "Databases")
    few = found(*bench[:4], *own)
    assert {"PostgreSQL", "SQLite"} <= names(few, "Databases")


def test_a_frameworks_list_of_stores_is_no_bench_of_adapters() -> None:
    engines = ("mysql", "postgresql", "sqlite", "sqlserver", "mariadb")
    chosen = [setting("db.engine", one, f"config/data.php:{n}", tool="laravel") for n, one in enumerate(engines, 1)]
    own = [
        setting("queue.driver", "database", "config/queue.php:9"),
        setting("search.driver", "tntsearch", "config/find.php:2"),
    ]
    stock = setting("queue.driver", "redis", "config/queue.php:20", boilerplate="maybe")
    outcome = found(
        *chosen, *own, stock, needs("laravel/framework", "11.0", at="composer.json:3", ecosystem="packagist")
    )
    assert {"MySQL", "PostgreSQL", "SQLite"} <= names(outcome, "Databases")
    assert names(outcome, "Search") == {"TNTSearch"}
    sixth = found(*chosen, setting("db.engine", "mongodb", "config/data.php:6"))
    assert "MySQL" in names(sixth, "External APIs")


def test_an_address_and_a_key_for_a_module_of_that_name_are_use() -> None:
    read = [reads("METABASE_BASE_URL", at="app/settings.py:3"), reads("METABASE_PASSWORD", at="app/settings.py:4")]
    module = imports("aiohttp", at="app/cogs/metabase.py:1", language="python")
    assert "Metabase" in names(found(*read, module), "Analytics")
    assert "Metabase" not in names(found(*read), "Analytics")
    assert "Metabase" not in names(found(read[1], module), "Analytics")


def test_another_vendors_class_in_an_sdk_is_that_vendor() -> None:
    both = found(needs("openai"), imports("openai", names="AzureOpenAI"))
    assert names(both, "AI") == {"Azure OpenAI"}
    assert names(found(needs("openai"), imports("openai", names="OpenAI, AzureOpenAI")), "AI") == {
        "OpenAI",
        "Azure OpenAI",
    }
    assert names(found(needs("openai"), imports("openai", names="OpenAI")), "AI") == {"OpenAI"}


def test_a_key_of_dotnet_opens_the_service_whose_name_its_section_bears() -> None:
    sdk = (needs("Discord.Net", "3.0.0", "a.csproj:3", "nuget"), imports("Discord.WebSocket", "Bot.cs:1", "csharp"))
    call = made(Kind.CALL, "client.LoginAsync", at="Bot.cs:9", language="csharp", module="Discord.WebSocket")
    key = made(
        Kind.ENV_READ, "Discord__AccessToken", at="AppSettings.cs:9", need="optional", via="dotnet configuration"
    )
    other = made(
        Kind.ENV_READ, "Shop__AccessToken", at="AppSettings.cs:19", need="optional", via="dotnet configuration"
    )
    assert line(entry(found(*sdk, call, key, other), "Discord"), "Auth") == "Discord__AccessToken"


def test_a_package_of_swift_inside_the_tree_is_for_the_service_whose_name_it_bears() -> None:
    called = made(Kind.HOST, "www.newsblur.com", "/api", at="Modules/NewsBlur/Caller.swift:4", use="call")
    inner = setting("project.name", "NewsBlur", at="Modules/NewsBlur/Package.swift:5", ecosystem="swift")
    assert names(found(called, inner), "Content & CMS") == {"NewsBlur"}
    whole = setting("project.name", "NewsBlur", at="Package.swift:5", ecosystem="swift")
    assert not names(found(called, whole), "Content & CMS")


def test_the_name_of_a_resource_at_google_is_no_call() -> None:
    named = made(Kind.HOST, "www.googleapis.com", "/compute/v1/projects/{}", at="main.tf:4", use="config")
    assert not found(named).candidates


def test_a_host_that_bears_the_projects_name_is_its_own_service() -> None:
    called = made(Kind.HOST, "meter.acme-print.com", "/v1/usage", at="acme/api.py:4", use="call")
    outcome = found(called, setting("python.name", "acme-print", at="pyproject.toml:2"))
    assert entry(outcome, "meter.acme-print.com").purpose.startswith("Own service of the project")
    assert entry(found(called), "meter.acme-print.com").purpose.startswith("Called by ")


def test_a_host_that_bears_the_name_of_all_variables_is_its_own_service() -> None:
    called = made(Kind.HOST, "meter.globex.com", "/v1/usage", at="acme/api.go:4", use="call")
    mine = [
        reads(f"GLOBEX_{word}", "optional", at="acme/config.go:3") for word in ("MODE", "LEVEL", "ROOT", "TEST_TOKEN")
    ]
    own = entry(found(called, *mine), "meter.globex.com")
    assert own.purpose.startswith("Own service of the project") and not line(own, "Auth")
    other = entry(found(called, mine[-1], reads("OTHER_MODE", "optional")), "meter.globex.com")
    assert other.purpose.startswith("Called by ")


def gallery(count: int) -> list[Fact]:
    return [
        fact
        for number in range(count)
        for fact in (
            made(Kind.PLATFORM, "docker-compose", "app", at=f"templates/{number}.yaml:1"),
            made(Kind.IMAGE, "mongo", "7", at=f"templates/{number}.yaml:3", where="compose", service="db"),
        )
    ]


def test_a_folder_full_of_compose_files_is_what_an_application_offers() -> None:
    app = needs("express")
    assert names(found(app, *gallery(30)), "Databases") == set()
    assert names(found(app, *gallery(5)), "Databases") == {"MongoDB"}
    assert names(found(*gallery(30)), "Databases") == {"MongoDB"}  # a tree that is nothing but deployments


def test_an_api_of_gitlab_is_told_and_its_pages_are_not() -> None:
    called = made(Kind.HOST, "gitlab.com", "/api/v4/projects", at="src/client.py:4", use="call")
    assert "GitLab" in {one.name for one in found(called).candidates}
    page = made(Kind.HOST, "gitlab.com", "/acme/shop", at="src/client.py:4", use="call")
    assert "GitLab" not in {one.name for one in found(page).candidates}


def test_the_steps_of_a_sign_in_at_github_are_told_and_its_pages_are_not() -> None:
    at = "Sources/Login.swift:4"
    asked = made(Kind.HOST, "github.com", "/login/oauth/access_token", at=at, use="call")
    assert names(found(asked), "OAuth Integrations") == {"GitHub OAuth"}
    page = made(Kind.HOST, "github.com", "/acme/login/oauth", at=at, use="call")
    assert names(found(page), "OAuth Integrations") == set()


def test_the_check_of_a_challenge_at_google_is_recaptchas() -> None:
    asked = made(Kind.HOST, "www.google.com", "/recaptcha/api/siteverify", at="app/Captcha.scala:4", use="call")
    assert "Google reCAPTCHA" in {one.name for one in found(asked).candidates}
    other = made(Kind.HOST, "www.google.com", "/maps/api/x", at="app/Map.scala:4", use="call")
    assert "Google reCAPTCHA" not in {one.name for one in found(other).candidates}


def test_sample_pictures_are_no_store() -> None:
    assert not found(made(Kind.HOST, "placehold.it", "/32x32", at="data/list.json:4", use="config")).candidates


def test_the_cable_that_rails_generates_is_no_redis_without_its_gem() -> None:
    cable = setting(
        "broadcast.driver", "redis", at="config/cable.yml:8", tool="rails", environment="production", env="REDIS_URL"
    )
    assert "Redis" not in names(found(cable), "Caching")
    assert "Redis" in names(found(cable, needs("redis", "5.4", at="Gemfile:8", ecosystem="rubygems")), "Caching")


def test_a_console_over_a_database_is_neither_its_client_nor_its_address() -> None:
    outcome = found(
        made(Kind.IMAGE, "mongo", "7", at="compose.yml:3", where="compose", service="db"),
        made(Kind.IMAGE, "mongo-express", "1", at="compose.yml:9", where="compose", service="console"),
        setting("url.scheme", "mongodb", at="compose.yml:12", env="ME_CONFIG_MONGODB_URL"),
        made(Kind.ENV_DECLARED, "ME_CONFIG_MONGODB_URL", at="compose.yml:12", where="compose", service="console"),
        reads("MONGO_EXPRESS_PORT", "default", default="8081", at="compose.yml:13", via="compose"),
        reads("MONGO_URL", at="src/db.ts:4"),
    )
    mongo = entry(outcome, "MongoDB")
    assert line(mongo, "Connection") == "MONGO_URL"
    assert line(mongo, "Client") == "mongo:7 in `compose.yml`"


def test_the_size_of_a_pool_is_no_address() -> None:
    engine = setting(
        "db.engine", "postgresql", at="config/database.yml:8", tool="rails", env="RAILS_MAX_THREADS,DATABASE_HOST"
    )
    assert line(entry(found(engine), "PostgreSQL"), "Connection") == "DATABASE_HOST"


def test_pictures_at_a_services_hosts_are_no_endpoints() -> None:
    hosts = [
        made(Kind.HOST, "discord.com", path, at=f"bot/a.py:{at}", use="call")
        for at, path in enumerate(("/emojis/46996.png", "/api/v10/gateway"), 1)
    ]
    assert line(entry(found(*hosts), "Discord"), "Endpoints used") == "`/api/v10/gateway`"


@pytest.mark.parametrize(
    ("used", "group"),
    [
        ("OAuth2Client", "OAuth Integrations"),
        ("OAuth2Client, TokenPayload", "OAuth Integrations"),
        ("GoogleAuth", "Cloud Services"),
        ("JWT", "Cloud Services"),
    ],
)
def test_googles_client_that_signs_people_in_is_no_cloud(used: str, group: str) -> None:
    outcome = found(
        needs("google-auth-library", "10.6.2"),
        imports("google-auth-library", at="src/login.ts:2", names=used),
        made(
            Kind.CALL,
            f"new {used.partition(',')[0]}",
            at="src/login.ts:9",
            language="javascript",
            module="google-auth-library",
        ),
    )
    [one] = [one for one in outcome.candidates if one.name.startswith("Google")]
    assert (one.group, "google-auth-library 10.6.2" in str(one.values)) == (group, True)


@pytest.mark.parametrize(
    ("calls", "entries"),
    [
        (("new google.auth.OAuth2", "google.oauth2"), {"Google OAuth"}),
        (("new google.auth.OAuth2", "google.people"), {"Google OAuth", "Google Workspace APIs"}),
    ],
)
def test_what_only_signs_people_in_reads_none_of_their_documents(calls: tuple[str, ...], entries: set[str]) -> None:
    used = [
        made(Kind.CALL, name, at=f"src/login.ts:{at}", language="javascript", module="googleapis")
        for at, name in enumerate(calls, start=5)
    ]
    outcome = found(needs("googleapis", "140.0.0"), imports("googleapis", at="src/login.ts:2", names="google"), *used)
    assert {one.name for one in outcome.candidates if one.name.startswith("Google")} == entries


def test_a_class_is_the_same_from_within_its_package() -> None:
    inner = imports("google-auth-library/build/src/auth/oauth2client", at="src/login.ts:2", names="OAuth2Client")
    package = needs("google-auth-library", "10.6.2")
    assert [one.name for one in found(inner, package).candidates if one.group == "Cloud Services"] == []
    cloud = imports("google-auth-library/build/src/auth/googleauth", at="src/login.ts:2", names="GoogleAuth")
    assert [one.name for one in found(cloud, package).candidates if one.group == "Cloud Services"] == ["Google Cloud"]


@pytest.mark.parametrize(("module", "count"), [("flask_sqlalchemy", 1), ("sqlalchemy.orm", 1), ("flask", 0)])
def test_sqlalchemy_loads_its_driver_by_the_address(module: str, count: int) -> None:
    driver = needs("psycopg2-binary", "2.9.9", at="requirements.txt:3", ecosystem="pypi")
    outcome = found(driver, imports(module, at="app/db.py:1", language="python"))
    assert len(names(outcome, "Databases")) == count


@pytest.mark.parametrize(
    ("module", "classes", "services"),
    [
        ("langchain.chat_models", "ChatOpenAI, ChatPromptTemplate", {"OpenAI"}),
        ("langchain_community.vectorstores", "Pinecone, Qdrant", {"Pinecone", "Qdrant"}),
        ("langchain_community.tools", "DuckDuckGoSearchRun", {"DuckDuckGo"}),
        ("llama_index", "GPTSimpleVectorIndex, Document", set()),
        ("ours.chat_models", "ChatOpenAI", set()),
    ],
)
def test_classes_of_a_chain_library_stand_for_their_services(module: str, classes: str, services: set[str]) -> None:
    outcome = found(imports(module, at="app/chain.py:2", language="python", names=classes))
    assert {one.name for one in outcome.candidates} == services


@pytest.mark.parametrize(
    ("model", "services"),
    [
        ("google_genai:gemini-2.5-flash", {"Google Gemini"}),
        ("anthropic:claude-sonnet", {"Anthropic"}),
        ("gpt-4o", set()),
        ("acme:x", set()),
    ],
)
def test_a_model_by_name_is_its_vendors(model: str, services: set[str]) -> None:
    call = made(
        Kind.CALL, "init_chat_model", model, at="app/chain.py:9", language="python", module="langchain.chat_models"
    )
    assert {one.name for one in found(call).candidates} == services


def test_a_registry_that_programs_ask_is_in_use_where_its_starter_is_declared() -> None:
    starter = "org.springframework.cloud:spring-cloud-starter-netflix-eureka-client"
    outcome = found(needs(starter, "4.1.0", at="pom.xml:30", ecosystem="maven"))
    assert names(outcome, "Infrastructure") == {"Netflix Eureka"}
    stack = needs("software.amazon.awscdk:aws-cdk-lib", "2.1.0", at="pom.xml:30", ecosystem="maven")
    assert names(found(stack), "Infrastructure") == set()


@pytest.mark.parametrize(
    ("scope", "key", "shown"),
    [("runtime", "GOOGLE_API_KEY", True), ("dev", "GOOGLE_API_KEY", False), ("runtime", "GOOGLE_MAPS_KEY", False)],
)
def test_an_sdk_that_another_library_loads_is_in_use_with_its_own_key(scope: str, key: str, shown: bool) -> None:
    sdk = needs("langchain-google-genai", "2.0", at="pyproject.toml:9", ecosystem="pypi", scope=scope)
    outcome = found(sdk, reads(key, at="src/config.py:4"))
    assert ("Google Gemini" in names(outcome, "AI")) is shown


def test_a_platform_whose_interface_is_called_need_not_host_the_program() -> None:
    called = made(Kind.HOST, "api.fastly.com", "/service/purge", at="lib/cdn.ex:9", use="call")
    outcome = found(called, reads("FASTLY_API_TOKEN", at="lib/cdn.ex:12"))
    assert "Fastly API" in names(outcome, "Cloud Services")
    assert "Fastly" not in names(outcome, "Hosting")
    assert line(entry(outcome, "Fastly API"), "Auth") == "FASTLY_API_TOKEN"
    page = made(Kind.HOST, "shop.map.fastly.net", "", at="lib/cdn.ex:9", use="call")
    assert "Fastly API" not in names(found(page), "Cloud Services")


def test_modules_that_are_named_for_what_they_call_name_the_products_of_a_row() -> None:
    outcome = found(
        setting("module", "linkding", at="internal/integration/linkding/linkding.go:4"),
        setting("module", "shiori", at="internal/integration/shiori/shiori.go:4"),
        setting("module", "queue", at="internal/integration/queue/queue.go:4"),
    )
    assert "Shiori and linkding" in names(outcome, "Collaboration & Developer Platforms")


def test_a_local_address_as_the_default_of_its_variable_shows_a_service_beside_the_program() -> None:
    local = reads("OLLAMA_HOST", "default", default="http://127.0.0.1:11434")
    assert names(found(local), "AI") == {"Ollama"}
    assert names(found(reads("OLLAMA_MODEL", "default", default="llama3")), "AI") == set()
    assert names(found(reads("OLLAMA_HOST", "default", default="http://127.0.0.1:11434", via="compose")), "AI") == set()


def test_a_package_of_the_workspace_for_a_service_is_not_the_service_itself() -> None:
    client = (imports("@supabase/supabase-js", "apps/api/src/db.ts:1"), needs("@supabase/supabase-js", "2.47.7"))
    wrapper = setting("npm.name", "@acme/supabase", "packages/supabase/package.json:2")
    assert any("Supabase" in one.name for one in found(*client, wrapper).candidates)
    its_own = setting("npm.name", "@supabase/supabase", "packages/core/package.json:2")
    assert reason(found(*client, its_own), "Supabase") == "the audited project itself"


def test_what_pages_may_load_is_loaded_by_the_browser() -> None:
    sheet = made(Kind.HOST, "fonts.googleapis.com", "/css2", at="web/a.css:3", use="script")
    policy = made(Kind.HOST, "fonts.gstatic.com", at="web/main.js:9", use="policy")
    client = made(Kind.IMPORT, "axios", at="web/main.js:1", language="javascript")
    text = line(entry(found(sheet, policy, client, needs("axios")), "Google Fonts"), "Integration method")
    assert text == "Loaded in the browser from fonts.googleapis.com, fonts.gstatic.com"


def test_what_a_policy_only_lets_pages_speak_to_is_in_use_where_something_else_shows_it() -> None:
    allowed = made(Kind.HOST, "maps.googleapis.com", at="nginx/site.conf:9", use="allowed")
    assert reason(found(allowed), "Google Maps Platform") == "only allowed to pages"
    tag = made(Kind.HOST, "maps.googleapis.com", "/maps/api/js", at="web/a.html:3", use="script")
    assert entry(found(allowed, tag), "Google Maps Platform").facts == (tag, allowed)


def test_a_library_of_credentials_is_no_cloud_where_another_service_of_the_vendor_needs_it() -> None:
    auth = (
        needs("googleauth", at="Gemfile:4", ecosystem="rubygems"),
        imports("googleauth", at="app/a.rb:2", language="ruby"),
    )
    gem = needs("google-apis-admin_directory_v1", at="Gemfile:5", ecosystem="rubygems")
    used = imports("google/apis/admin_directory_v1", at="app/a.rb:3", language="ruby")
    assert reason(found(*auth, gem, used), "Google Cloud") == "its library only signs in at Google Workspace APIs"
    assert entry(found(*auth, gem, used), "Google Workspace APIs")
    assert entry(found(*auth), "Google Cloud")
    other = imports("google/apis/shop_v1", at="app/a.rb:3", language="ruby")
    assert reason(found(*auth, other), "Google Cloud") == ""


@pytest.mark.parametrize(("private", "own"), [("yes", False), ("", True)])
def test_a_package_that_is_never_published_is_not_the_service_of_its_name(private: str, own: bool) -> None:
    use = (imports("contentful", at="web/pages.ts:3"), needs("contentful", "2.5.0"))
    inner = setting(
        "npm.name", "contentful", "packages/contentful/package.json:2", **({"private": private} if private else {})
    )
    assert (reason(found(*use, inner), "Contentful") == "the audited project itself") is own
    root = setting("npm.name", "contentful", "package.json:2", private="yes")
    assert reason(found(*use, root), "Contentful") == "the audited project itself"


def test_a_copy_of_a_packages_file_is_not_the_programs_own() -> None:
    framework = needs("laravel/framework", "12.0", at="composer.json:9", ecosystem="packagist")
    sdk = needs("aws/aws-sdk-php", "3.0", at="composer.json:10", ecosystem="packagist")
    copied = imports("Aws\\Ses\\SesClient", at="patched/laravel/framework/src/Mail/Manager.php:8", language="php")
    assert "AWS SES" not in names(found(framework, sdk, copied), "Email/SMS")
    own = imports("Aws\\Ses\\SesClient", at="app/Mail/Manager.php:8", language="php")
    assert "AWS SES" in names(found(framework, sdk, own), "Email/SMS")
    manifest = needs("php", at="patched/laravel/framework/composer.json:4", ecosystem="packagist")
    assert "AWS SES" in names(found(framework, sdk, copied, manifest), "Email/SMS")


def test_what_is_imported_only_to_be_switched_off_is_not_in_use() -> None:
    package = needs("posthog", ecosystem="pypi")
    patched = imports("posthog", at="app/__init__.py:6", language="python", patched="yes")
    assert reason(found(package, patched), "PostHog") == "only switched off"
    assert entry(found(package, patched, imports("posthog", at="app/a.py:2", language="python")), "PostHog")


def test_a_verb_of_a_call_is_no_part_of_what_it_makes() -> None:
    used = (needs("openai", "4.0.0"), imports("openai"))
    call = made(Kind.CALL, "client.images.generate", at="src/a.ts:4", language="javascript", module="openai")
    assert entry(found(*used, call), "OpenAI").purpose == "Generates images"


def test_what_pages_may_see_is_no_family_of_variables() -> None:
    used = (needs("next-auth", "4.0.0"), imports("next-auth/providers/42-school"))
    flag, demo = reads("NEXT_PUBLIC_FORTYTWO_ENABLED"), reads("NEXT_PUBLIC_DEMO_PASSWORD")
    outcome = found(*used, flag, demo)
    assert "DEMO" not in "".join(value.text for value in entry(outcome, "42 Intra").values)


def test_a_client_that_is_built_with_a_setting_of_another_store_is_that_stores() -> None:
    use = (imports("@aws-sdk/client-s3", at="src/store.ts:1"), needs("@aws-sdk/client-s3", "3.0.0"))
    calls = [
        made(Kind.CALL, name, "", at, language="javascript", module="@aws-sdk/client-s3")
        for name, at in (("new S3Client", "src/store.ts:4"), ("new PutObjectCommand", "src/store.ts:20"))
    ]
    store = setting("storage.driver", "r2", "src/store.ts:4", tool="@aws-sdk/client-s3")
    assert {one.name for one in found(*use, *calls, store).candidates if one.group == "File Storage"} == {
        "Cloudflare R2"
    }
    second = made(Kind.CALL, "new S3Client", "", "src/other.ts:4", language="javascript", module="@aws-sdk/client-s3")
    both = {one.name for one in found(*use, *calls, store, second).candidates if one.group == "File Storage"}
    assert both == {"Cloudflare R2", "Amazon S3"}


def test_a_module_of_a_shop_for_a_provider_is_not_the_provider_itself() -> None:
    client = (needs("razorpay", "2.9"), imports("razorpay"))
    module = setting("project.name", "acme/razorpay", "packages/Razorpay/composer.json:2")
    itself = setting("project.name", "razorpay/razorpay", "composer.json:2")
    inner = setting("project.name", "razorpay/razorpay", "php/composer.json:2")
    assert any(one.name == "Razorpay" for one in found(*client, module).candidates)
    for own in (itself, inner):
        assert not any(one.name == "Razorpay" for one in found(*client, own).candidates)


def test_a_package_that_works_as_soon_as_it_is_loaded_needs_no_call() -> None:
    def gem(**details: str) -> Fact:
        return needs("skylight", "6.0.4", at="Gemfile:3", ecosystem="rubygems", **details)

    assert "Skylight" in names(found(gem()), "Metrics & Tracing")
    assert reason(found(gem(loaded="no")), "Skylight") == "skylight is declared but never imported"
    assert "Skylight" not in names(found(gem(scope="dev")), "Metrics & Tracing")
    other = needs("honeybadger", "6.0.0")  # the same service's package elsewhere has to be called
    assert reason(found(other), "Honeybadger") == "honeybadger is declared but never imported"


def test_a_package_of_a_snippet_alone_is_not_used() -> None:
    shown = imports("stripe", at="src/help.tsx:3", quoted="yes")
    group = "Payment Processing"
    assert names(found(shown), group) == set()
    assert names(found(shown, needs("stripe", "17.0.0")), group) == {"Stripe"}
    assert names(found(imports("stripe", at="src/pay.tsx:3")), group) == {"Stripe"}


def test_paths_of_a_platforms_interface_say_nothing_of_where_the_program_runs() -> None:
    address = made(Kind.HOST, "api.vercel.com", at="src/deploys.ts:2", use="call", bound="PLATFORM_ADDRESS")
    path = setting("url.path", "/v1/items", at="src/deploys.ts:9", base="PLATFORM_ADDRESS")
    assert names(found(address, path), "Hosting") == set()
    assert names(found(address, path, made(Kind.PLATFORM, "vercel", at="vercel.json:1")), "Hosting") == {"Vercel"}


def test_an_address_from_the_environment_may_be_of_any_engine_whose_driver_is_installed() -> None:
    drivers = [needs(name, "2.0.0", at="requirements.txt:3", ecosystem="pypi") for name in ("psycopg2", "mysqlclient")]
    address = needs("dj-database-url", "2.1.0", at="requirements.txt:4", ecosystem="pypi")
    assert names(found(*drivers, address), "Databases") == {"PostgreSQL", "MySQL"}
    assert names(found(*drivers), "Databases") == set()


def test_what_an_editor_fetches_is_not_called_by_the_program() -> None:
    def schema(at: str) -> Fact:
        return made(Kind.HOST, "raw.githubusercontent.com", "/acme/schema.json", at=at, use="config", scheme="https")

    assert strength(schema(".vscode/settings.json:3")) < USE <= strength(schema("config/settings.json:3"))


def test_a_setting_of_a_developers_environment_alone_is_no_use() -> None:
    def kept(environment: str) -> set[str]:
        at = f"config/environments/{environment}.rb:9"
        return names(found(setting("cache.driver", "memory", at=at, tool="rails", environment=environment)), "Caching")

    assert kept("production") == {"In-process cache"}
    assert kept("development") == set()


def test_events_that_the_whole_of_firebase_is_told_are_analytics() -> None:
    module = imports("Firebase", "App/Events.swift:1", "swift")
    call = made(Kind.CALL, "Firebase.Analytics.logEvent", at="App/Events.swift:9", language="swift", module="Firebase")
    assert names(found(module, call), "Analytics") == {"Firebase"}
    assert names(found(module), "Analytics") == set()


def _connections(*samples: str, at: str = ".env.example:18", where: str = "dotenv") -> set[str]:
    """The databases of a Laravel application whose code takes `mysql` unless a variable says otherwise."""
    engine, place = Kind.SETTING, "config/database.php:48"
    more = {"tool": "laravel", "selector": "DB_CONNECTION", "default": "yes"}
    stock = _named(made(engine, "db.engine", "mysql", place, **more), "mysql")
    other = _named(made(engine, "db.engine", "postgresql", place, tool="laravel", boilerplate="maybe"), "pgsql")
    declared = [made(Kind.ENV_DECLARED, "DB_CONNECTION", one, at=at, where=where) for one in samples]
    read = reads("DB_CONNECTION", "default", "config/database.php:20", "mysql", via="env()")
    return names(found(stock, other, *declared, read), "Databases")


def _named(fact: Fact, name: str) -> Fact:
    """The fact of a block with that name."""
    return replace(fact, details=tuple(sorted((*fact.details, ("name", Redacted(name))))))


def test_the_database_that_all_samples_choose_stands_in_place_of_the_frameworks_default() -> None:
    assert _connections("pgsql") == {"PostgreSQL"}
    assert _connections("mysql") == {"MySQL"}
    assert _connections("pgsql", at=".env.testing:18") == {"MySQL"}
    assert _connections("") == {"MySQL"}
    assert _connections("pgsql", "sqlite") == {"MySQL"}
    assert _connections("mariadb") == {"MySQL"}
    assert _connections("pgsql", at=".github/workflows/tests.yml:9", where="ci") == {"PostgreSQL"}
    assert _connections("sqlite", at=".github/workflows/tests.yml:9", where="ci") == {"MySQL"}


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (".env.example:7", False),
        ("tools/x/.env.sample:7", False),
        ("config/models.yaml:7", True),
        (".env.production:7", True),
    ],
)
def test_an_address_that_only_a_sample_offers_is_no_use(at: str, told: bool) -> None:
    host = made(Kind.HOST, "openrouter.ai", "/api/v1", at=at, use="config", scheme="https")
    assert ("OpenRouter" in names(found(host), "AI")) is told


def test_an_identity_provider_that_infrastructure_names_is_set_up_and_one_in_settings_only_offered() -> None:
    host = "token.actions.githubusercontent.com"
    trusted = made(Kind.HOST, host, "", at="iam.tf:2", use="config")
    assert "OIDC tokens of GitHub Actions" in names(found(trusted), "OAuth Integrations")
    offered = made(Kind.HOST, host, "", at="providers.json:2", use="config")
    assert "OIDC tokens of GitHub Actions" not in names(found(offered), "OAuth Integrations")


def test_a_widget_of_a_status_page_is_no_store_of_logs() -> None:
    widget = made(Kind.HOST, "uptime.betterstack.com", "/widgets/announcement.js", at="app.html:1", use="script")
    outcome = found(widget)
    assert "Better Stack Uptime" in names(outcome, "Metrics & Tracing")
    assert not {one for one in names(outcome, "Logs") if "Better" in one}


def test_a_product_whose_image_is_built_on_and_given_its_variables_is_run() -> None:
    image = made(Kind.IMAGE, "ghcr.io/zitadel/zitadel", "v4", at="idp/Dockerfile:1", where="dockerfile")
    given = made(Kind.ENV_DECLARED, "ZITADEL_EXTERNALDOMAIN", at="idp.tf:3", where="terraform")
    assert "Zitadel" in names(found(image, given), "Auth Provider")
    assert "Zitadel" not in names(found(image), "Auth Provider")
    tried = made(Kind.IMAGE, "ghcr.io/zitadel/zitadel", "v4", at=".devcontainer/Dockerfile:1", where="dockerfile")
    assert "Zitadel" not in names(found(tried, given), "Auth Provider")


def test_a_mail_server_that_a_chart_gives_a_container_is_used() -> None:
    host = made(Kind.ENV_DECLARED, "SMTP_HOST", at="chart/templates/deployment.yaml:9", where="k8s")
    account = made(
        Kind.ENV_DECLARED, "SMTP_PASSWORD", at="chart/templates/deployment.yaml:12", where="k8s", secret="yes"
    )
    assert "SMTP" in names(found(host, account), "Email/SMS")
    assert "SMTP" not in names(found(host), "Email/SMS")
    sample = made(Kind.ENV_DECLARED, "SMTP_PASSWORD", at=".env:3", where="dotenv")
    assert "SMTP" not in names(found(host, sample), "Email/SMS")
