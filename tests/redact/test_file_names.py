"""Secrets in the names of files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llm_audit import redact
from llm_audit.redact import known

KEY = "q7Zt2" + "Xw9LbV4" + "nK8sRj3M"


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    known.forget()
    yield
    known.forget()


@pytest.mark.parametrize(
    ("path", "held"),
    [
        (f"backup/{KEY}.json", True),
        ("dumps/password=Xw9LbV4tQ2", True),
        ("dumps/token:hf_" + "JfdWRzJXnMamLKSeRrINunagazFPDJtHnr", True),
        ("db/migrate/20240611093000_add_api_keys.rb", False),
        ("packages/p12/src/v2/a1/b2/c3/d4/e5/index.ts", False),
        ("src/customer-onboarding-step-2.test.tsx", False),
    ],
)
def test_what_a_name_holds_by_itself(path: str, *, held: bool) -> None:
    assert (path in redact.holding(["README.md", path])) is held


def test_a_short_value_in_a_name_goes_once_it_is_known() -> None:
    path = "dumps/Xw9LbV4.sql"
    assert redact.holding([path]) == {}
    redact.learn(["Xw9LbV4"])
    shown = redact.holding(["README.md", path])
    assert set(shown) == {path}
    assert "Xw9LbV4" not in shown[path]
