"""What the value of a variable decides, and how addresses, tokens and cookies are told."""

from __future__ import annotations

import pytest

from llm_audit.integrations.values import cookie_text
from llm_audit.model import Fact, Kind
from tests.integrations.facts import entry, found, line, made, names, reads, setting


def choice(value: str, subject: str, kind: str = "selector", at: str = "src/ai.py:9", **details: str) -> Fact:
    return setting("choice", value, at, subject=subject, kind=kind, **details)


def host(name: str, path: str = "", at: str = "src/config.py:7", use: str = "call") -> Fact:
    return made(Kind.HOST, name, path, at, use=use)


GEMINI = host("generativelanguage.googleapis.com", "/v1beta")


def test_a_service_that_a_variable_chooses() -> None:
    outcome = found(GEMINI, choice("gemini", "AI_PROVIDER"), reads("AI_PROVIDER", "default"))
    assert entry(outcome, "Google Gemini").purpose.endswith(", when AI_PROVIDER is `gemini`")


@pytest.mark.parametrize(
    "other",
    [
        choice("gemini", "AI_PROVIDER", negated="yes"),
        choice("openai", "AI_PROVIDER"),
        choice("gemini", "OTHER_PROVIDER"),
        choice("gemini", "PROVIDER"),
    ],
)
def test_a_choice_that_is_another_ones_says_nothing(other: Fact) -> None:
    outcome = found(GEMINI, other, reads("AI_PROVIDER", "default"))
    assert ", when " not in entry(outcome, "Google Gemini").purpose


def test_of_several_connections_of_one_engine_the_plainest_is_told() -> None:
    def block(name: str, engine: str = "postgresql", **details: str) -> Fact:
        return made(Kind.SETTING, "db.engine", engine, "config/database.php:9", **details, name=name)

    chosen = block("mysql", "mysql", default="yes", selector="DB_CONNECTION")
    plain = block("pgsql", boilerplate="maybe", env="DB_HOST")
    outcome = found(chosen, plain, block("pgsql-ci", env="DB_HOST"))
    assert entry(outcome, "PostgreSQL").purpose.endswith(", when DB_CONNECTION is `pgsql`")
    other = found(chosen, block("main", "sqlite"), block("warehouse-ci"))
    assert entry(other, "PostgreSQL").purpose.endswith(", when DB_CONNECTION is `warehouse-ci`")


def test_an_address_that_a_variable_gives_with_the_key_of_its_family() -> None:
    base = reads("AI_GEMINI_URL", "default", "src/config.py:7", "https://generativelanguage.googleapis.com/v1beta")
    outcome = found(GEMINI, base, reads("AI_API_KEY", "optional", "src/config.py:9"), reads("WEB_TOKEN", "optional"))
    one = entry(outcome, "Google Gemini")
    assert line(one, "Integration method") == (
        "HTTPS at AI_GEMINI_URL (default `https://generativelanguage.googleapis.com/v1beta`)"
    )
    assert (line(one, "Auth"), line(one, "Endpoints used")) == ("AI_API_KEY", "")
    called = host("generativelanguage.googleapis.com", "/v1beta/models", "src/ai.py:4")
    assert line(entry(found(GEMINI, called, base), "Google Gemini"), "Integration method").startswith("HTTPS on ")


@pytest.mark.parametrize(
    ("default", "shown"),
    [
        ("redis://cache:6379/0", "REDIS_URL (default: Compose service `cache`)"),
        ("redis://localhost:6379/0", "REDIS_URL (default `localhost:6379`)"),
        ("cache", "REDIS_URL"),
        ("", "REDIS_URL"),
    ],
)
def test_which_server_a_default_means(default: str, shown: str) -> None:
    used = made(Kind.CALL, "redis.from_url", at="src/a.py:3", language="python", module="redis")
    composed = made(Kind.PLATFORM, "docker-compose", "web, cache", "compose.yml:1")
    outcome = found(
        used, composed, reads("REDIS_URL", "default" if default else "required", "src/config.py:3", default)
    )
    assert line(entry(outcome, "Redis"), "Connection") == shown


def test_a_stage_that_is_compared_and_one_that_never_is() -> None:
    compared = choice("production", "ENVIRONMENT", "stage", "src/auth.py:8")
    outcome = found(compared, reads("ENVIRONMENT", "default", default="development"))
    said = {(one.group, one.name): one.purpose for one in outcome.candidates}
    assert (
        said["Production", "Environment-specific differences"] == "`src/auth.py` compares ENVIRONMENT with `production`"
    )
    [why] = [one for one in outcome.dismissed if one.group == "Staging"]
    assert (why.name, why.reason) == ("ENVIRONMENT", "compared with `production`, never with a staging name")
    assert names(found(compared), "Production") == set()  # nothing reads a variable of that name


def test_a_value_that_stands_in_for_the_real_service() -> None:
    faked = choice("mock", "META_APP_ID", "stand-in", "src/meta.py:3")
    outcome = found(faked, reads("META_APP_ID", "default"))
    assert entry(outcome, "Mock/stub services").purpose == "META_APP_ID=`mock` (`src/meta.py`)"
    assert "Mock/stub services" not in names(found(faked), "Development")


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("httponly=True,secure=True,samesite=lax", "httpOnly cookie `sid`, Secure, SameSite=Lax"),
        ("httpOnly=true,secure=isProduction", "httpOnly cookie `sid`, Secure when `isProduction`"),
        ("secure=false,sameSite=config.sameSite", "cookie `sid`"),
        ("", "cookie `sid`"),
    ],
)
def test_flags_of_a_cookie_as_a_reader_writes_them(flags: str, expected: str) -> None:
    assert cookie_text([setting("auth.cookie", "sid", flags=flags)]) == expected


def test_how_long_a_token_lasts() -> None:
    hashing = setting("auth.password_hash", "bcrypt", "src/auth.py:4", tool="passlib")
    minutes = reads("ACCESS_TOKEN_EXPIRE_MINUTES", "default", default="60")
    state = reads("META_STATE_TTL_MINUTES", "default", default="10")
    one = entry(found(hashing, minutes, state), "Own accounts (password)")
    assert line(one, "Session management") == "Tokens end after ACCESS_TOKEN_EXPIRE_MINUTES (default `60`)"
    assert line(entry(found(hashing, state), "Own accounts (password)"), "Session management") == ""


def test_a_dotenv_file_that_containers_read_keeps_secrets_unless_it_is_committed() -> None:
    given = setting("compose.env_file", "api/.env", "compose.yml:9")
    sample = made(Kind.ENV_DECLARED, "API_KEY", at="api/.env.example:1", where="dotenv")
    text = "`api/.env` on the host, read by `compose.yml` (template `api/.env.example`)"
    assert entry(found(given, sample), "Secrets management").purpose == text
    committed = made(Kind.ENV_DECLARED, "API_URL", at="api/.env:1", where="dotenv")
    assert "Secrets management" not in names(found(given, committed), "Production")


def test_a_secret_that_the_workflow_can_do_without() -> None:
    flow = made(Kind.WORKFLOW, "github-actions", "CI", ".github/workflows/ci.yml:1")
    spare = made(Kind.SECRET_REF, "TEST_KEY", at=".github/workflows/ci.yml:9", system="github-actions", fallback="yes")
    assert line(entry(found(flow, spare), "GitHub Actions"), "Secrets") == "TEST_KEY (the workflow has a fallback)"


@pytest.mark.parametrize("at", ["docker-compose.dev.yml:9", "docker/dev-compose.yml:9", "tests/compose.yml:9"])
def test_a_dotenv_file_of_development_says_nothing_of_production(at: str) -> None:
    given = setting("compose.env_file", "api/.env", at)
    assert "Secrets management" not in names(found(given), "Production")


def test_a_stand_in_that_several_files_start_is_named_once() -> None:
    mails = [made(Kind.IMAGE, "axllent/mailpit", "v1.20", f"{name}.yml:3", where="compose") for name in ("a", "b")]
    assert (
        entry(found(*mails), "Mock/stub services").purpose
        == "Local mail catcher axllent/mailpit:v1.20 (`a.yml`, `b.yml`)"
    )
