"""Hosts that nobody knows: an interface shows by its address, or by the name that the code gives to it."""

from __future__ import annotations

import pytest

from llm_audit.collect.hosts import collect
from llm_audit.model import Fact, SourceFile
from tests.integrations.facts import found, names


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ('public static string PlusApiUrl = "https://plus.rowboat.io";', True),
        ('public static string SiteUrl = "https://plus.rowboat.io";', False),
        ('public static string Base = "https://plus.rowboat.io/v1/pay";', True),
    ],
)
def test_a_name_says_that_an_address_is_an_interface(line: str, is_told: bool) -> None:
    text = f"class C {{ {line}\n  HttpClient client; }}"
    facts = [one for one in collect(SourceFile("src/Settings.cs", text)) if isinstance(one, Fact)]
    assert (names(found(*facts), "External APIs") != set()) is is_told
