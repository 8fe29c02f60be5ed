"""What a terminal shows while a model writes, and what a pipe gets."""

from __future__ import annotations

import io
import re

import pytest

from llm_audit.cli.progress import Board
from llm_audit.excerpts import Source
from llm_audit.wording.asking import Note
from llm_audit.wording.stage import Prepared
from tests.conftest import Tree
from tests.writers.server import SERVICE
from tests.writers.test_asker import planned_of


@pytest.fixture
def prepared(tree: Tree) -> Prepared:
    planned = planned_of(tree(SERVICE))
    return Prepared(planned, Source(lambda _: None), {}, planned.briefs, ())


def screen(text: str) -> list[str]:
    """What stands on a terminal after these writes: `ESC[nF` goes up, `ESC[J` clears what is below, `ESC[K` a line."""
    rows: list[str] = []
    for up, row in re.findall(r"(?:\x1b\[(\d+)F)?(?:\x1b\[J)?(?:\x1b\[K([^\n\x1b]*)\n)?", text):
        if up:
            rows = rows[: len(rows) - int(up)]
        if row:
            rows.append(row)
    return rows


def test_each_section_has_one_line_with_tokens_and_retries(prepared: Prepared) -> None:
    stream = io.StringIO()
    board = Board(live=True, stream=stream)
    board.plan(prepared)
    first, second = prepared.asked[:2]
    board.tell(first.key, Note("429; again in 0.4 s", retries=1, trouble=True))
    board.tell(second.key, Note("100 + 10 tokens, 0.1 s", sent=100, received=10, last=True))
    shown = screen(stream.getvalue())
    assert [row.split("  ")[0] for row in shown] == [one.section for one in prepared.asked]
    assert "0 of 1 calls" in shown[0] and "1 retries" in shown[0]
    assert "1 of 1 calls" in shown[1] and "100 in" in shown[1] and "10 out" in shown[1]


def test_no_line_is_wider_than_the_terminal(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    stream = io.StringIO()
    board = Board(live=True, stream=stream)
    board.plan(prepared)
    board.tell(prepared.asked[0].key, Note("x" * 300, trouble=True))
    assert all(len(row) < 60 for row in screen(stream.getvalue()))


def test_nothing_is_left_on_the_screen_but_faults(prepared: Prepared) -> None:
    stream = io.StringIO()
    board = Board(live=True, stream=stream)
    board.plan(prepared)
    for brief in prepared.asked[1:]:
        board.tell(brief.key, Note("fine", sent=1, received=1, last=True))
    board.tell(prepared.asked[0].key, Note("no one", last=True, trouble=True))
    (left,) = screen(stream.getvalue())
    assert left.startswith(prepared.asked[0].section)


def test_a_pipe_gets_trouble_alone(prepared: Prepared) -> None:
    stream = io.StringIO()
    board = Board(live=False, stream=stream)
    board.plan(prepared)
    board.tell(prepared.asked[0].key, Note("100 + 10 tokens, 0.1 s", sent=100, received=10, last=True))
    assert stream.getvalue() == ""
    board.tell(prepared.asked[1].key, Note("rate limit (429)", retries=1, trouble=True))
    assert stream.getvalue() == f"{prepared.asked[1].key}: rate limit (429)\n"


def test_what_ends_all_calls_is_said_once(prepared: Prepared) -> None:
    stream = io.StringIO()
    board = Board(live=False, stream=stream)
    board.plan(prepared)
    first, second = prepared.asked[:2]
    for brief in (first, second):
        board.tell(brief.key, Note("rate limit (429)", retries=1, trouble=True))
        board.tell(brief.key, Note("the key is refused", last=True, trouble=True))
    assert stream.getvalue().splitlines() == [
        f"{first.key}: rate limit (429)", f"{first.key}: the key is refused", f"{second.key}: rate limit (429)",
    ]  # fmt: skip


def test_quiet_is_quiet(prepared: Prepared) -> None:
    stream = io.StringIO()
    board = Board(live=True, quiet=True, stream=stream)
    board.plan(prepared)
    board.tell(prepared.asked[0].key, Note("no connection", last=True, trouble=True))
    assert stream.getvalue() == ""
