"""Whose is each fact: by package, import, variable, host, image, action, resource, file and setting."""

from __future__ import annotations

import pytest

from llm_audit.collect.ci.actions import PUBLISHING
from llm_audit.collect.shared.delivery import DEPLOY, PUBLISH
from llm_audit.model import Fact, Kind, Role
from tests.integrations.facts import imports, locked, made, needs, reads, seen, setting


@pytest.mark.parametrize(
    ("fact", "owner"),
    [
        (needs("stripe"), "stripe"),
        (needs("sentry-sdk", ecosystem="conda"), "sentry"),
        (imports("@aws-sdk/client-s3"), "s3"),
        (made(Kind.CALL, "boto3.client", "s3", language="python", module="boto3"), "s3"),
        (reads("STRIPE_SECRET_KEY"), "stripe"),
        (made(Kind.HOST, "api.resend.com", use="call"), "resend"),
        (made(Kind.IMAGE, "postgres", "16", where="compose"), "postgresql"),
        (made(Kind.ACTION, "codecov/codecov-action", "v4"), "codecov"),
        (made(Kind.RESOURCE, "aws_s3_bucket", "backups", tool="terraform"), "s3"),
        (made(Kind.FILE, "renovate.json", at="renovate.json:1"), "renovate"),
        (setting("db.engine", "postgresql"), "postgresql"),
        (made(Kind.PLATFORM, "vercel", at="vercel.json:1"), "vercel"),
        (made(Kind.WORKFLOW, "github-actions", "ci", at=".github/workflows/ci.yml:1"), "github-actions"),
        (made(Kind.PUBLISH, "pypi", "roundabout"), "pypi"),
        (imports("aws-sdk/clients/dynamodb"), "dynamodb"),
        (imports("aws-sdk", names="S3,SQS"), "sqs"),
        (made(Kind.CALL, "new AWS.SES", language="javascript", module="aws-sdk"), "aws-ses"),
        (
            made(
                Kind.CALL,
                "cognito.signUp",
                language="javascript",
                module="aws-sdk",
                object="CognitoIdentityServiceProvider",
            ),
            "cognito",
        ),
        (imports("aws-sdk", names="AWS"), "aws"),
        (made(Kind.RESOURCE, "plugin:serverless-lumigo", at="serverless.yml:4", tool="serverless"), "lumigo"),
        (setting("pipeline.connection", "gitlab"), "gitlab"),
        (imports("psycopg2", at="load_redshift.py:1", language="python"), "redshift"),
        (imports("psycopg2", at="load.py:1", language="python"), "postgresql"),
        (setting("pipeline.connection", "postgres"), "postgresql"),
        (imports("dagster_powerbi", at="bi.py:1", language="python"), "looker"),
        (made(Kind.IMPORT, "dagster_gcp", at="f.py:1", language="python", names="BigQueryResource"), "bigquery"),
    ],
)
def test_a_fact_speaks_of_its_service(fact: Fact, owner: str) -> None:
    assert owner in seen(fact)


_REGISTRIES = ("docker-hub", "ghcr", "github-packages", "ecr", "gcr", "quay", "gitlab-registry", "acr")
_REGISTRIES += ("digitalocean-registry", "heroku", "fly", "container-registry")


@pytest.mark.parametrize("name", sorted({*DEPLOY, *PUBLISH, *_REGISTRIES, *(row[0] for row in PUBLISHING.values())}))
def test_all_that_delivery_leads_to_is_somebodys(name: str) -> None:
    kind = Kind.PLATFORM if name in DEPLOY else Kind.PUBLISH
    assert len(seen(made(kind, name, at="Makefile:1"))) == 1


@pytest.mark.parametrize(
    "fact",
    [
        needs("stripe", ecosystem="cargo-like"),
        needs("striped"),
        imports("./stripe"),
        reads("MY_STRIPES"),
        made(Kind.HOST, "stripe.com.evil.test", use="call"),
        made(Kind.IMAGE, "acme/postgresish", "1", where="compose"),
        locked("mixpanel", "0.18.0"),
        setting("db.engine", "nonesuch"),
    ],
)
def test_a_look_alike_speaks_of_nobody(fact: Fact) -> None:
    assert seen(fact) == {}


def test_facts_stand_strongest_first_and_tests_prove_nothing() -> None:
    call = made(Kind.CALL, "stripe.refunds.create", at="src/z.ts:9", language="javascript", module="stripe")
    test = made(Kind.CALL, "stripe.x.list", at="tests/a.ts:1", role=Role.TEST, language="javascript", module="stripe")
    sighting = seen(needs("stripe"), test, imports("stripe", at="src/a.ts:1"), call)["stripe"]
    assert [one.kind for one in sighting.facts[:2]] == [Kind.CALL, Kind.IMPORT]
    assert sighting.facts[-1] == test
    assert list(sighting.of(Kind.CALL)) == [call]
    assert sighting.best == 7


def test_the_server_behind_another_ones_client_is_told_with_the_client() -> None:
    image = made(Kind.IMAGE, "mariadb", "11", at="compose.yaml:3", where="compose", service="db")
    client = setting("db.engine", "mysql", "config/database.yml:2")
    both = seen(image, client)
    assert "mariadb" not in both and [fact.value for fact in both["mysql"].of(Kind.IMAGE)] == ["11"]
    assert set(seen(image)) == {"mariadb"}
    own = seen(image, client, setting("url.scheme", "mariadb", "src/db.py:3"))
    assert set(own) == {"mariadb", "mysql"}


def test_a_server_of_another_kind_stays() -> None:
    image = made(Kind.IMAGE, "postgres", "16", at="compose.yaml:3", where="compose", service="db")
    assert set(seen(image, setting("db.engine", "mysql", "config/database.yml:2"))) == {"postgresql", "mysql"}


def test_a_constant_of_ruby_is_a_gems_only_where_the_gem_is_declared() -> None:
    own = made(Kind.CALL, "Square.new", "", "app/models/board.rb:3", language="ruby", module="Square")
    gems = [needs(name, "1.0", at="Gemfile:3", ecosystem="rubygems") for name in ("rails", "square.rb")]
    assert "square" not in seen(own, gems[0])
    assert "square" in seen(own, *gems)
    assert "square" in seen(own)  # without a manifest nobody knows
    standard = made(Kind.CALL, "Net::SMTP.start", "", "lib/mail.rb:3", language="ruby", module="Net::SMTP")
    assert "smtp" in seen(standard, gems[0])
