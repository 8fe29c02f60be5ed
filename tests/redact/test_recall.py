"""How much of what was planted is removed: by group, on both seeds, tuned and held-out families and contexts alike."""

from __future__ import annotations

from collections import defaultdict

import pytest

from llm_audit import redact
from tests.redact.contexts import CONTEXTS, Case, cases, survives
from tests.redact.families import FAMILIES, HELD_OUT

SEEDS = (11, 2026)
TARGETS = {"vendor": 0.995, "url": 0.99, "private-key": 1.0, "encoded": 0.98, "generic": 0.92}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, list[tuple[Case, bool]]]:
    """Every planted secret with whether it is gone, by group."""
    by_group: dict[str, list[tuple[Case, bool]]] = defaultdict(list)
    for seed in SEEDS:
        for case in cases(seed):
            group = "encoded" if case.context.kind == "encoded" else case.family.group
            by_group[group].append((case, not survives(case, redact.redact(case.text)[0])))
    return by_group


def test_the_set_is_as_large_as_it_says() -> None:
    assert len(FAMILIES) >= 90
    assert len(CONTEXTS) >= 10
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    assert 0.4 < len(HELD_OUT) / len(FAMILIES) < 0.6


@pytest.mark.parametrize("group", TARGETS)
def test_recall(outcomes: dict[str, list[tuple[Case, bool]]], group: str) -> None:
    rows = outcomes[group]
    missed = [f"{case.family.name} in {case.context.name}" for case, gone in rows if not gone]
    assert 1 - len(missed) / len(rows) >= TARGETS[group], missed


@pytest.mark.parametrize("group", TARGETS)
def test_recall_of_what_was_never_tuned_on(outcomes: dict[str, list[tuple[Case, bool]]], group: str) -> None:
    rows = [gone for case, gone in outcomes[group] if case.held_out]
    assert sum(rows) / len(rows) >= TARGETS[group] - 0.01


def test_with_the_value_known(outcomes: dict[str, list[tuple[Case, bool]]]) -> None:
    missed = [case for rows in outcomes.values() for case, gone in rows if not gone]
    total = sum(map(len, outcomes.values()))
    kept = 0
    for case in missed:
        redact.learn([case.secret])
        kept += bool(survives(case, redact.redact(case.text)[0]))
        redact.forget()
    assert 1 - kept / total >= 0.999
