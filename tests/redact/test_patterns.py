"""The layers of our own against strings made from the engine's patterns, with the engine switched off."""

from __future__ import annotations

from random import Random

import pytest

from llm_audit import redact
from llm_audit.redact import engine
from llm_audit.redact.spans import Span
from tests.conftest import RULE_CACHE
from tests.redact.patterns import samples


def test_what_nobody_wrote_a_rule_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from kingfisher_sdk import Rules

    redact.scan("prove the layers while the engine is there")

    def nothing(*parts: bytes) -> list[list[Span]]:
        return [[] for _ in parts]

    monkeypatch.setattr(engine, "spans", nothing)
    missed: list[str] = []
    planted = list(samples(Rules(cache_dir=RULE_CACHE), Random(7)))
    for rule, text, secret in planted:
        shown, wanted = "".join(redact.redact(text)[0].split()), "".join(secret.split())
        if any(wanted[at : at + 5] in shown for at in range(max(1, len(wanted) - 4))):
            missed.append(rule)
    assert len(planted) > 700
    assert 1 - len(missed) / len(planted) >= 0.92, missed
