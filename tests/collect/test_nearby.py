"""What stands near a place in code."""

from __future__ import annotations

import pytest

from llm_audit.collect.nearby import in_comment


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("# a note\n", 0, True),
        ("#[derive(Clone)]\nstruct A;\n", 0, False),
        ("#[derive(Clone)]\nstruct A;\n", 1, False),
        ("#![allow(dead_code)]\nuse a::b;\n", 21, False),
        ("use a;\n    // a note\n", 16, True),
        ("use a;\n    // a note\n", 9, False),
        ("use a;\n\n// a note\nuse b;\n", 19, False),
    ],
)
def test_in_comment(text: str, offset: int, expected: bool) -> None:
    assert in_comment(text, offset) is expected
