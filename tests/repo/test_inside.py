"""What stands in the program's own files and never runs proves nothing of it."""

from __future__ import annotations

import pytest

from llm_audit.model import SourceFile
from llm_audit.repo import without_asides

CODE = 'fn key() -> String {\n    env::var("APP_KEY").unwrap()\n}\n\n'
TESTS = '#[cfg(test)]\n#[allow(clippy::unwrap_used)]\nmod tests {\n    fn a() {\n        env::var("TEST_KEY").unwrap();\n    }\n}\n'
AFTER = 'fn other() {\n    call("https://api.example.org");\n}\n'


def test_the_body_of_a_test_module_is_emptied_and_no_line_moves() -> None:
    file = SourceFile("src/main.rs", CODE + TESTS + AFTER)
    kept = without_asides(file)
    assert "TEST_KEY" not in kept.text
    assert kept.text.count("\n") == file.text.count("\n")
    assert kept.line(2) == file.line(2)
    assert [number for number in range(1, 20) if "example.org" in kept.line(number)] == [13]


def test_what_only_looks_like_a_test_module_stays() -> None:
    for path, text in (
        ("src/main.rs", "#[cfg(test)]\nmod tests;\n" + AFTER),
        ("src/main.rs", "#[cfg(not(test))]\nmod real {\n    fn a() {}\n}\n"),
        ("src/main.go", CODE + TESTS),
    ):
        assert without_asides(SourceFile(path, text)).text == text


Q, S = '"' * 3, "'" * 3


@pytest.mark.parametrize(
    "text",
    [
        f"{Q}import stripe\n\n    stripe.x()\n{Q}\nimport os\n",
        f"class A:\n    r{S}One: import stripe.{S}\n\n    x = 1\n    {Q}stripe of x{Q}\n",
        f'def f(\n    a: int,\n) -> str:\n    # it\'s no quote\n    {Q}Say \\{Q} and "stripe".\n\n    {Q}\n    return 1\n',
        f"# a comment with {Q} in it\nx = 1\n{Q}\nstripe\n{Q}\n",
        f"x = '{Q}'\n{Q}stripe{Q}\n",
    ],
)
def test_documentation_in_python_strings_is_emptied_and_no_line_moves(text: str) -> None:
    kept = without_asides(SourceFile("app/a.py", text)).text
    assert "stripe" not in kept
    assert kept.count("\n") == text.count("\n")
    bare = [line for line in text.split("\n") if "stripe" not in line and "Say" not in line]
    assert [line for line in kept.split("\n") if line.strip("\"' r\t")] == [
        line for line in bare if line.strip("\"' r\t")
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"SQL = {Q}\nselect stripe\n{Q}\n",
        f"run(\n    {Q}stripe{Q},\n    # the second one\n    {Q}stripe{Q},\n)\n",
        f"x = {{\n    'a':\n    {Q}stripe{Q}\n}}\n",
        f"x = '{Q}'\nimport stripe\ny = '{Q}'\n",
        f"# {Q}\nimport stripe\n# {Q}\n",
        f"text = \\\n{Q}stripe{Q}\n",
        f"{Q}never closed\nimport stripe\n",
    ],
)
def test_other_long_strings_of_python_stay(text: str) -> None:
    assert without_asides(SourceFile("app/a.py", text)).text == text


def test_documentation_attributes_of_elixir_are_emptied() -> None:
    text = (
        f"defmodule A do\n  @moduledoc {Q}\n  iex> Stripe.Charge.create(1)\n  {Q}\n  @query {Q}\n  Stripe\n  {Q}\nend\n"
    )
    kept = without_asides(SourceFile("lib/a.ex", text)).text
    assert "Charge" not in kept
    assert "  Stripe\n" in kept
    assert kept.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", "/*\nimport Stripe from 'stripe'\n*/\nimport a from 'a'\n"),
        ("a.tsx", "  <div>\n    {/* <Stripe />\n      stripe */}\n  </div>\n"),
        ("a.go", "package a\n\n/* stripe.New() */\nfunc b() {}\n"),
        ("a.php", "<?php\n/*\nuse Stripe\\StripeClient;\n*/\n"),
        ("a.html", "<!--\n<script src='stripe'></script>\n-->\n<p>\n"),
        ("a.vue", "<template><!-- stripe --></template>\n<script>\n/* stripe\n*/\n</script>\n"),
        ("a.rb", "=begin\nStripe::Charge.create\n=end\nputs 1\n"),
        ("a.rs", f"/* stripe */\n{TESTS}/* and stripe\n*/\n{AFTER}"),
    ],
)
def test_code_in_comments_is_emptied_and_no_line_moves(path: str, text: str) -> None:
    kept = without_asides(SourceFile(path, text)).text
    assert "stripe" not in kept.lower()
    assert kept.count("\n") == text.count("\n")
    assert kept.rstrip().rpartition("\n")[2] == text.rstrip().rpartition("\n")[2]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.php", "/**\n * @Route('/stripe')\n */\n"),
        ("a.ts", "const all = ['src/*', 'stripe', 'lib/*/x']\n"),
        ("a.ts", "call(/* the key */ stripe)\n"),
        ("a.ts", "/* never closed\nstripe\n"),
        ("a.css", "/*\nstripe\n*/\n"),
        ("a.rb", "x = 1 # =begin\nstripe\n# =end\n"),
    ],
)
def test_what_only_looks_like_a_comment_stays(path: str, text: str) -> None:
    assert without_asides(SourceFile(path, text)).text == text
