"""A large text is looked at by two processes; what they say is what one would."""

from __future__ import annotations

import os

import pytest

from llm_audit import redact, sharing
from llm_audit.errors import SafetyError
from llm_audit.redact import filter as layers
from llm_audit.redact import halves
from tests.conftest import linux_only

LINE = "- Stripe - payments of orders, read in `app/pay.py:12` by the workers\n"
PLAIN = LINE * (2 * halves._LARGE // len(LINE))
PASSWORD = "gK7-xQ2m" + "Vz9pLw4T"
SECRET = f"DATABASE_URL=postgresql://app:{PASSWORD}@db.shop.io/main\n"


@pytest.fixture(autouse=True)
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "processes", lambda: 2)


def lines_with(secret: str, share: float) -> str:
    at = PLAIN.find("\n", int(len(PLAIN) * share)) + 1
    return PLAIN[:at] + secret + PLAIN[at:]


@linux_only
def test_a_clean_text_is_known_to_be_clean_by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    forks: list[int] = []
    monkeypatch.setattr(os, "fork", lambda real=os.fork: forks.append(1) or real())
    assert redact.redact(PLAIN) == (PLAIN, 0)
    assert forks == [1]


@linux_only
@pytest.mark.parametrize("share", [0.0, 0.25, 0.49, 0.5, 0.51, 0.75, 0.99])
def test_a_secret_is_found_in_either_half_and_at_the_cut(share: float) -> None:
    text, count = redact.redact(lines_with(SECRET, share))
    assert PASSWORD not in text
    assert count >= 1
    assert text.count("\n") == PLAIN.count("\n") + 1


@linux_only
def test_a_key_over_the_cut_is_found() -> None:
    body = "".join(f"{PASSWORD[:8]}{number:04}{PASSWORD[8:]}" * 3 + "\n" for number in range(60))
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----\n"
    whole = lines_with(key, 0.5)
    assert PASSWORD[:8] not in redact.redact(whole)[0]


@linux_only
def test_a_helper_that_fails_proves_nothing() -> None:
    mine = os.getpid()

    def scan(text: str) -> list[str]:
        if os.getpid() != mine:
            raise SafetyError("the engine is gone")
        return []

    assert not halves.quiet(PLAIN, scan)
    assert halves.quiet(PLAIN, lambda text: [])


def test_one_process_looks_at_a_text_that_is_small_or_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    assert not halves.quiet(LINE, lambda text: [])
    assert not halves.quiet(PLAIN.replace("\n", " "), lambda text: [])
    assert layers.redact(SECRET)[1] == 1
