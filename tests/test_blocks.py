"""Windows by grammar: the function, type, mapping or resource around a line, in bounded time whatever the text is."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_audit.excerpts import Source, counting, render, select, syntax
from llm_audit.excerpts.syntax import Block, parse, window
from llm_audit.model import Fact, Kind, Redacted, Role, SourceFile

PYTHON = """import os


class Mailer:
    def __init__(self):
        self.client = Client()

    @retry(3)
    @traced
    def send(self, to):
        message = build(to)
        self.client.send(message)
        return message
"""
TYPESCRIPT = """import { Resend } from "resend";

export const resend = new Resend(process.env.RESEND_API_KEY);

export const sendInvitation = async (to: string) => {
  await resend.emails.send({
    to,
    subject: "Join us",
  });
};

app.post("/webhook", async (req, res) => {
  verify(req);
  res.json({});
});
"""
NEST = """@Controller("hooks")
export class Hooks {
  @Post("stripe")
  @HttpCode(200)
  async stripe(@Body() body: Event) {
    return this.billing.handle(body);
  }
}
"""
GO = "package a\n\nfunc (s *Server) Pay(o Order) error {\n\tp := charge(o)\n\treturn p.Err\n}\n\nfunc other() {\n\treturn\n}\n"
TERRAFORM = """locals {
  a = 1
}

resource "aws_s3_bucket" "logs" {
  bucket = "b"
  rule {
    days = 3
  }
}
"""
COMPOSE = """services:
  db:
    image: postgres:16
    environment:
      POSTGRES_DB: app
    volumes:
      - data:/var/lib/postgresql
  web:
    image: web
"""
RUBY = "class Pay\n  def charge(o)\n    Stripe::Charge.create(o)\n  end\n\n  def refund(o)\n    o\n  end\nend\n"
ELIXIR = "defmodule A do\n  def one(x) do\n    HTTP.get(x)\n  end\n\n  def two(x) do\n    x\n  end\nend\n"
RUST = 'impl S {\n    #[get("/")]\n    fn a() {\n        b();\n    }\n\n    fn c() {}\n}\n'


def lines(path: str, text: str, line: int, limit: int) -> list[int]:
    found = window(parse({path: text})[path], line, limit, text.count("\n") + 1)
    return sorted(found or ())


@pytest.mark.parametrize(
    ("path", "text", "line", "limit", "first", "last"),
    [
        ("a.py", PYTHON, 12, 10, 8, 13),
        ("a.ts", TYPESCRIPT, 6, 10, 5, 10),
        ("a.ts", TYPESCRIPT, 13, 10, 12, 15),
        ("a.tsx", TYPESCRIPT, 13, 10, 12, 15),
        ("a.ts", NEST, 6, 10, 3, 7),
        ("a.go", GO, 4, 10, 3, 6),
        ("main.tf", TERRAFORM, 8, 10, 5, 10),
        ("compose.yaml", COMPOSE, 3, 10, 2, 7),
        ("a.rb", RUBY, 3, 8, 2, 4),
        ("a.ex", ELIXIR, 3, 8, 2, 4),
        ("a.rs", RUST, 4, 7, 2, 5),
    ],
)
def test_the_window_is_what_the_grammar_calls_a_unit(
    path: str, text: str, line: int, limit: int, first: int, last: int
) -> None:
    assert lines(path, text, line, limit) == list(range(first, last + 1))


def test_a_function_that_is_too_long_shows_its_first_line_and_the_block_around() -> None:
    body = "".join(f"    step({n})\n" for n in range(50))
    text = f"def pay(order):\n{body}    charge(\n        order,\n        retries=3,\n    )\n{body}"
    assert lines("a.py", text, 53, 8) == [1, 52, 53, 54, 55]


def test_a_function_that_is_too_long_without_a_block_shows_lines_around() -> None:
    text = "def pay(order):\n" + "".join(f"    step({n})\n" for n in range(50))
    found = lines("a.py", text, 30, 8)
    assert found[0] == 1 and 30 in found and len(found) == 8


@pytest.mark.parametrize("path", ["a.zig", "Makefile", "a.vue", ""])
def test_a_language_without_a_grammar_has_no_blocks(path: str) -> None:
    assert parse({path: PYTHON}) == {path: ()}


@pytest.mark.parametrize("suffix", sorted(syntax.LANGUAGES))
def test_every_grammar_is_there(suffix: str) -> None:
    """An unknown one would end the process, and the next file would have its blocks all the same."""
    answers = syntax._run([("a", syntax.LANGUAGES[suffix], "(\n1\n)\n")])
    assert len(answers) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no timer of processor time")
def test_a_text_made_to_stall_a_grammar_costs_seconds_and_nobody_else_anything() -> None:
    hostile = "/* " * 100_000
    started = time.monotonic()
    found = parse({"a.py": PYTHON, "b.ts": hostile, "c.py": PYTHON})
    assert time.monotonic() - started < 30
    assert found["b.ts"] == () and found["c.py"] == found["a.py"] != ()


def test_many_such_texts_end_the_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "_run", lambda files: [])
    assert parse({f"{n}.py": PYTHON for n in range(50)}) == {f"{n}.py": () for n in range(50)}


@pytest.mark.parametrize("text", ["\x00\n(\n)", "\udcff\nx = (\n1)\n", "(\n" * 20_000, "é漢(\n\n)\n"])
def test_odd_text_is_no_fault(text: str) -> None:
    assert parse({"a.py": PYTHON, "b.py": text})["a.py"]


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 40), st.sampled_from("ftmb")), max_size=12), st.data())
def test_a_window_holds_its_line_and_keeps_its_limit(spans: list[tuple[int, int, str]], data: st.DataObject) -> None:
    blocks = [Block(start, start + more, kind) for start, more, kind in spans]
    line, limit = data.draw(st.integers(1, 100)), data.draw(st.integers(1, 30))
    found = window(blocks, line, limit, 100)
    if found is not None:
        assert line in found and len(found) <= limit
        assert min(found) >= 1 and max(found) <= 100


def test_excerpts_are_cut_by_the_grammar_and_keep_their_line_numbers() -> None:
    fact = Fact(Kind.CALL, Redacted("send"), Redacted(""), "m.py", 12, Role.SOURCE)
    source = Source(lambda path: SourceFile(path, PYTHON))
    (excerpt,) = select([[fact]], source, 500, counting.Estimate(), lines=10)
    assert excerpt.place == "m.py:8-13"
    assert "f1>         self.client.send(message)" in render((excerpt,), {fact: "f1"})
