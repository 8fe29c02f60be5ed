"""What makes a service an integration, what only looks like one and why, and the roles that one service plays."""

from __future__ import annotations

import pytest

from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Fact, Kind, Role
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


def test_a_module_named_for_what_it_does_is_no_service() -> None:
    assert names(found(setting("module", "payload", at="src/webhooks/payload.js:1")), "Content & CMS") == set()
