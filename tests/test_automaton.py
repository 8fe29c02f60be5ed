"""Where many literals stand in a text: what a search for each of them would find, and nothing else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from llm_audit.automaton import Automaton

LITERALS = ("ab", "b", "abc", "ca", "\N{SNOWMAN}a")
HALF = "\ud83d"


def searched(text: str) -> list[tuple[int, int]]:
    return [
        (number, found.start())
        for number, literal in enumerate(LITERALS)
        for found in re.finditer(f"(?={re.escape(literal)})", text)
    ]


@given(st.text(alphabet=f"abc\N{SNOWMAN}\U0001f600{HALF}"))
def test_all_are_found_as_a_search_for_each_finds_them(text: str) -> None:
    found = sorted(searched(text))
    assert sorted(Automaton(LITERALS).matches(text)) == found
    assert Automaton(LITERALS).held(text) == {LITERALS[number] for number, _ in found}


def test_half_a_surrogate_pair_shifts_nothing_and_is_no_literal() -> None:
    assert Automaton(("?", "ab")).matches(f"{HALF}ab{HALF}") == [(1, 1)]


def test_without_literals_nothing_is_found() -> None:
    assert Automaton(()).matches("abc") == []


def test_a_literal_given_twice_counts_once() -> None:
    assert Automaton(("b", "a", "b")).literals == ("b", "a")
