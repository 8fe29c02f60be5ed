"""The document's text and its value are two forms of one thing, and untrusted text adds no structure."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_audit.document import Document, Entry, Group, Section, code, parse, plain, render
from llm_audit.model import Place, Value

NAMES = st.from_regex(r"[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8})?", fullmatch=True)
TEXTS = st.one_of(NAMES, st.text(max_size=60).map(code), st.text(max_size=60).map(plain)).filter(
    lambda text: text.strip() == text and text != "" and " - " not in text and not text.startswith("None detected")
)
PLACES = st.builds(
    Place, st.from_regex(r"[a-z]{1,8}(/[a-z(\[.\])`]{1,8}){0,3}\.py", fullmatch=True), st.integers(1, 9999)
)
LEAVES = st.builds(Value, NAMES, TEXTS)
VALUES = st.builds(Value, NAMES, TEXTS, st.lists(LEAVES, max_size=2).map(tuple))
ENTRIES = st.builds(
    Entry,
    NAMES,
    TEXTS,
    st.lists(VALUES, max_size=3).map(tuple),
    st.lists(PLACES, max_size=3, unique=True).map(tuple),
    st.booleans(),
)
GROUPS = st.one_of(
    st.builds(Group, NAMES, st.lists(ENTRIES, min_size=1, max_size=3).map(tuple)), st.builds(Group, NAMES, none=NAMES)
)
DOCUMENTS = st.builds(
    Document,
    NAMES,
    st.dates().map(lambda day: day.isoformat()),
    st.lists(st.builds(Section, NAMES, st.lists(GROUPS, max_size=3).map(tuple)), max_size=3).map(tuple),
)


@given(DOCUMENTS)
def test_parse_is_the_way_back_from_render(document: Document) -> None:
    assert parse(render(document)) == document


@given(st.text())
def test_parse_takes_any_text(text: str) -> None:
    parse(text)


@given(st.text())
def test_code_is_one_span_on_one_line(text: str) -> None:
    span = code(text)
    assert span.startswith("`") and span.endswith("`")
    assert "`" not in span[1:-1]
    assert len(span.splitlines()) == 1


@pytest.mark.parametrize(
    "hostile",
    [
        "# heading",
        "[link](https://evil.example)",
        "<img src=x>",
        "a\n## b",
        "**bold:**",
        "`x` [y](z)",
        "https://evil.example",
        "| a | b |",
    ],
)
def test_untrusted_text_adds_no_structure(hostile: str) -> None:
    shown = plain(hostile)
    assert re.fullmatch(r"`[^`\n]*`", shown), shown


@pytest.mark.parametrize("harmless", ["stripe 16.12.0", "@aws-sdk/client-s3", "api.stripe.com", "SMTP_HOST, SMTP_PORT"])
def test_harmless_text_stays_plain(harmless: str) -> None:
    assert plain(harmless) == harmless


def test_an_empty_group_says_what_was_searched() -> None:
    document = Document("T", "2026-01-02", (Section("S", (Group("G", none="no SDK or call"),)),))
    assert "- None detected (no SDK or call)\n" in render(document)


def test_evidence_can_be_left_out() -> None:
    entry = Entry("Stripe", "Payments", (), (Place("a.py", 3),))
    document = Document("T", "2026-01-02", (Section("S", (Group("G", (entry,)),)),))
    assert "`a.py:3`" in render(document)
    assert "Evidence" not in render(document, evidence=False)
