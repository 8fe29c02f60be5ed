"""Lines of a file are what counting from its start gives, in whatever order places are asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from llm_audit.model import SourceFile


@given(st.text(alphabet="a\n", max_size=60), st.lists(st.integers(0, 60), max_size=20))
def test_the_line_of_a_place(text: str, places: list[int]) -> None:
    file = SourceFile("a.py", text)
    for place in places:
        assert file.line_of(place) == text[:place].count("\n") + 1


def test_the_line_of_places_far_apart() -> None:
    text = "word\n" * 50_000
    file = SourceFile("a.py", text)
    for place in (249_999, 0, 120_000, 119_999, 5, 240_004):
        assert file.line_of(place) == text[:place].count("\n") + 1
