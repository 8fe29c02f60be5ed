"""Tests in the program's own files prove nothing of it."""

from __future__ import annotations

from llm_audit.model import SourceFile
from llm_audit.repo import without_tests

CODE = 'fn key() -> String {\n    env::var("APP_KEY").unwrap()\n}\n\n'
TESTS = '#[cfg(test)]\n#[allow(clippy::unwrap_used)]\nmod tests {\n    fn a() {\n        env::var("TEST_KEY").unwrap();\n    }\n}\n'
AFTER = 'fn other() {\n    call("https://api.example.org");\n}\n'


def test_the_body_of_a_test_module_is_emptied_and_no_line_moves() -> None:
    file = SourceFile("src/main.rs", CODE + TESTS + AFTER)
    kept = without_tests(file)
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
        assert without_tests(SourceFile(path, text)).text == text
