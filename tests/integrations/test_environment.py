"""Which variables are required, conditional or optional, whose they are, and where secrets are kept."""

from __future__ import annotations

import pytest

from llm_audit.integrations import Found
from llm_audit.model import Fact, Kind
from tests.integrations.facts import found, imports, made, needs, reads, setting, variables


def listed(outcome: Found, label: str) -> str:
    """All text of a labelled line of Development."""
    return " ".join(
        text
        for one in outcome.candidates
        if one.section == "Environment Configuration" and one.name == label
        for text in (one.purpose, *(f"{value.label}: {value.text}" for value in one.values))
    )


def declared(name: str, where: str, at: str) -> Fact:
    return made(Kind.ENV_DECLARED, name, at=at, where=where)


@pytest.mark.parametrize(
    ("fact", "label"),
    [
        (reads("APP_DATA"), "Required env vars"),
        (reads("APP_DATA", "optional"), "Optional env vars"),
        (reads("APP_DATA", "default", default="here"), "Optional env vars"),
        (reads("APP_SECRET_KEY", "optional"), "Conditional env vars"),
        (reads("APP_DATA", "optional", condition="DRIVER=s3"), "Conditional env vars"),
        (reads("APP_SECRET_KEY", "default", default="change-me"), "Optional env vars"),
        (reads("APP_DATA", by="assertion"), "Optional env vars"),
    ],
)
def test_need_decides_the_line(fact: Fact, label: str) -> None:
    lines = {
        name: listed(found(fact), name) for name in ("Required env vars", "Conditional env vars", "Optional env vars")
    }
    assert [name for name, text in lines.items() if fact.name in text] == [label]


def test_a_sample_alone_names_nothing() -> None:
    assert listed(found(declared("ALGOLIA_KEY", "dotenv", ".env.example:1")), "Conditional env vars") == ""


def test_variables_of_ci_are_not_the_programs() -> None:
    outcome = found(
        reads("CI_TOKEN", at=".github/workflows/ci.yml:9"), declared("CI_DB", "ci", ".github/workflows/ci.yml:3")
    )
    assert not [one for one in outcome.candidates if "env vars" in one.name]


def test_required_anywhere_is_required_but_scripts_have_no_say() -> None:
    both = variables(reads("A", "optional", at="src/a.ts:1"), reads("A", at="src/b.ts:1"))
    assert both.by_name["A"].need == "required"
    script = variables(reads("A", "optional", at="src/a.ts:1"), reads("A", at="scripts/seed.sh:1"))
    assert script.by_name["A"].need == "optional"


def test_conditions_and_harmless_defaults_are_said() -> None:
    outcome = found(reads("S3_KEY", "optional", condition="STORAGE=s3"), reads("PORT_NO", "default", default="8080"))
    assert "S3_KEY (when `STORAGE=s3`)" in listed(outcome, "Conditional env vars")
    assert "PORT_NO (`8080`)" in listed(outcome, "Optional env vars")


def test_a_default_that_was_redacted_is_not_shown() -> None:
    outcome = found(reads("APP_NOTE", "default", default="[REDACTED:generic]"))
    assert "REDACTED" not in listed(outcome, "Optional env vars")


def test_many_variables_are_grouped_under_their_service_or_first_word() -> None:
    own = [reads(f"SMTPX_{name}") for name in ("HOST", "PORT", "NAME")]
    rest = [reads(name) for name in ("ALPHA", "BETA", "GAMMA")]
    stripe = [imports("stripe"), needs("stripe"), reads("STRIPE_SECRET_KEY")]
    text = listed(found(*own, *rest, *stripe), "Required env vars")
    assert "SMTPX: SMTPX_HOST" in text
    assert "Stripe: STRIPE_SECRET_KEY" in text
    assert "Application: ALPHA, BETA, GAMMA" in text


def test_where_secrets_are_kept() -> None:
    outcome = found(
        setting("gitignore", ".env.local", at=".gitignore:2"),
        declared("A", "dotenv", ".env.example:1"),
        made(Kind.SECRET_REF, "DEPLOY_KEY", at=".github/workflows/ci.yml:9", system="github-actions"),
        made(Kind.SECRET_REF, "GITHUB_TOKEN", at=".github/workflows/ci.yml:8", system="github-actions", builtin="yes"),
    )
    assert listed(outcome, "Secrets location") == "`.env.local`, gitignored; names in `.env.example`; CI secrets store"


def test_stand_ins_for_development() -> None:
    outcome = found(made(Kind.IMAGE, "axllent/mailpit", "v1", at="compose.yaml:9", where="compose"))
    assert "compose.yaml" in listed(outcome, "Mock/stub services")
    assert (
        listed(found(made(Kind.IMAGE, "postgres", "16", at="compose.yaml:9", where="compose")), "Mock/stub services")
        == ""
    )
