"""What must stay as it is: a table of lines, and the documents of the fixtures."""

from __future__ import annotations

import pytest

from llm_audit import redact
from tests.conftest import REPO
from tests.redact.clean_text import CLEAN


def test_the_table_is_long_enough() -> None:
    assert len(set(CLEAN)) >= 200


@pytest.mark.parametrize("line", CLEAN)
def test_a_clean_line_stays(line: str) -> None:
    assert redact.redact(line) == (line, 0)


def test_clean_lines_stay_together() -> None:
    text = "\n".join(CLEAN)
    assert [text[s.start : s.end] for s in redact.scan(text)] == []


@pytest.mark.parametrize("path", sorted(REPO.glob("fixtures/repos/*/expected.md")), ids=lambda path: path.parent.name)
def test_fixture_documents_stay(path) -> None:  # type: ignore[no-untyped-def]
    text = path.read_text(encoding="utf-8")
    assert [(s.kind, text.count("\n", 0, s.start) + 1) for s in redact.scan(text)] == []


def test_a_digest_without_a_label_goes_and_with_one_stays() -> None:
    digest = "7c1e9a04b5d83f62e0a94bd17f3c865214aa90bd"
    assert redact.redact(f"commit {digest}")[1] == 0
    assert redact.redact(f"see {digest} there")[1] == 1


def test_a_uuid_goes_only_as_the_value_of_a_secret_name() -> None:
    uuid = "1f0c7a4e-9b2d-4c61-8e3f-5a7d9c0b2e64"
    assert redact.redact(f"tenant {uuid}")[1] == 0
    assert redact.redact(f"API_KEY={uuid}") == ("API_KEY=[REDACTED:assigned-value]", 1)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password: Autumn" + "2204", "password: [REDACTED:assigned-value]"),
        ("--password Autumn" + "2204", "--password [REDACTED:assigned-value]"),
        ("pwd=hunter" + "22", "pwd=[REDACTED:assigned-value]"),
        ("reset-password", "reset-password"),
        ("password: required", "password: required"),
        ("https://acme.io/v1/{}/tokens", "https://acme.io/v1/{}/tokens"),
        ("season: Autumn2204", "season: Autumn2204"),
    ],
)
def test_a_short_text_of_names_is_let_through_unless_it_assigns_a_secret(text: str, shown: str) -> None:
    assert redact.clean(text) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("STORE_PASSWORD", "acme-store-" + "pwd-12", "[REDACTED:assigned-value]"),
        ("STORE_PASSWORD", "postgres", "[REDACTED:assigned-value]"),
        ("HOOK_SECRET", "changeme", "[REDACTED:assigned-value]"),
        ("ENABLE_PASSWORD", "true", "true"),
        ("TLS_KEY", "/certs/store.key", "/certs/store.key"),
        ("API_TOKEN", "$OTHER_TOKEN", "$OTHER_TOKEN"),
        ("STORE_HOST", "postgres", "postgres"),
        ("STORE_PASSWORD", "", ""),
    ],
)
def test_of_a_variable_that_holds_a_secret_no_value_is_shown(name: str, value: str, shown: str) -> None:
    assert redact.clean_variable(name, value) == shown
