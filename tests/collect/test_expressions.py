"""Expressions that wait to be compiled: they behave as compiled ones do, and none of ours is broken."""

from __future__ import annotations

import gc
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_audit.collect import collectors
from llm_audit.collect.expressions import _Waiting, either, expression, led


def test_every_expression_of_a_collector_compiles() -> None:
    assert collectors()
    waiting = [one for one in gc.get_objects() if isinstance(one, _Waiting)]
    assert len(waiting) > 500
    for one in waiting:
        assert re.compile(one.pattern, one.flags), one.pattern


def test_an_expression_answers_like_a_compiled_one() -> None:
    pattern, flags = r"(\w)(\d)", re.IGNORECASE | re.ASCII
    waiting, compiled = expression(pattern, re.IGNORECASE), re.compile(pattern, flags)
    text = "a1 b2"
    assert waiting.findall(text) == compiled.findall(text)
    assert waiting.sub("x", text) == compiled.sub("x", text)
    assert [one.span() for one in waiting.finditer(text, 1)] == [one.span() for one in compiled.finditer(text, 1)]
    assert (waiting.pattern, waiting.flags, waiting.groups) == (compiled.pattern, compiled.flags, compiled.groups)


def test_a_broken_expression_is_told_where_it_is_used() -> None:
    broken = expression("(")
    with pytest.raises(re.error):
        broken.search("(")
    with pytest.raises(AttributeError):
        _ = broken.nothing  # type: ignore[attr-defined]


_PARTS = (r"do(?<=\bdo)\s?(\w*)", r"done", r"ab(?:do)?", r"\$\{x", r"\{x-?")


@given(st.lists(st.sampled_from(["do", "done", "ab", "abdo", "x", " ", "e", "$", "{", "-"]), max_size=12).map("".join))
def test_parts_that_are_searched_one_by_one_answer_like_their_alternatives(text: str) -> None:
    parts, whole = either(*_PARTS), re.compile("|".join(_PARTS))
    assert [one.span() for one in parts.finditer(text)] == [one.span() for one in whole.finditer(text)]
    found, expected = parts.search(text), whole.search(text)
    assert (found and found.span()) == (expected and expected.span())


@pytest.mark.parametrize("pattern", [r"\bdo", "[ab]c", "ab?c", "a*", "(?:ab)c", "a|b", ""])
def test_a_part_that_begins_with_no_literal_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="no literal"):
        either("do", pattern)


@given(st.text(alphabet="abx ", max_size=30))
def test_what_a_literal_leads_is_found_as_the_engine_finds_it(text: str) -> None:
    pattern = re.compile(r"ab(?<!xab)(?:a*b|x)?")
    assert [one.span() for one in led("ab", pattern, text)] == [one.span() for one in pattern.finditer(text)]
