"""`llm-audit redact` as other programs use it, and what a person may allow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from llm_audit import config, redact
from llm_audit.errors import UsageError
from llm_audit.gathering.collecting import collect
from tests.conftest import REPO, Tree, run

VALUE = "Tr4vel" + "-9x!"
FILE = f"a = 1\nDB_PASSWORD={VALUE}\nb = 2\n"


def test_check_says_where_and_never_what(tree: Tree) -> None:
    root = tree({"a.env": FILE, "clean.txt": "nothing\n"})
    done = run("redact", "--check", "a.env", "clean.txt", cwd=root)
    assert (done.returncode, done.stdout) == (1, "a.env:2: assigned-value\n")
    assert VALUE not in done.stdout + done.stderr
    done = run("redact", "--check", "clean.txt", cwd=root)
    assert (done.returncode, done.stdout) == (0, "")


def test_json(tree: Tree) -> None:
    root = tree({"a.env": FILE})
    done = run("redact", "--json", "a.env", cwd=root)
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["found"] == [{"kind": "assigned-value", "path": "a.env", "line": 2}]
    assert answer["texts"][0]["text"] == FILE.replace(VALUE, "[REDACTED:assigned-value]")
    assert "texts" not in json.loads(run("redact", "--json", "--check", "a.env", cwd=root).stdout)


def test_a_secret_of_one_file_is_known_in_another(tree: Tree) -> None:
    root = tree({".env": "DB_PASSWORD=orchard-Lantern7\n", "note.txt": "ask for orchard-Lantern7\n"})
    done = run("redact", ".env", "note.txt", cwd=root)
    assert "orchard" not in done.stdout


def test_a_file_name_can_hold_one(tree: Tree) -> None:
    token = "gh" + "p_" + "Q7mT4vK0aZ9bY8cX7dW6eV5fU4gT3h0nFxq1"
    root = tree({f"{token}.txt": "nothing\n"})
    done = run("redact", "--check", f"{token}.txt", cwd=root)
    assert done.returncode == 1
    assert token not in done.stdout + done.stderr


def test_stdin_and_errors(tree: Tree) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "llm_audit", "redact", "--check"],
        input=FILE,
        capture_output=True,
        text=True,
        cwd=REPO,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "-:2: assigned-value\n")
    root = tree({"b.bin": b"\0\1"})
    assert run("redact", "b.bin", cwd=root).returncode == 2
    assert run("redact", "none", cwd=root).returncode == 2


def test_self_test_on_a_tree(tree: Tree) -> None:
    done = run("redact", "--selftest", tree({"a.py": "import os\n" * 50, "README.md": "# Shop\n\nSells things.\n"}))
    assert done.returncode == 0, done.stderr
    assert "none survived" in done.stdout


def test_self_test_fails_when_a_fake_survives(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    from llm_audit import redacting
    from llm_audit.errors import SafetyError
    from llm_audit.model import Redacted

    monkeypatch.setattr(redacting.redact, "redact", lambda text, path="": (Redacted(text), 0))
    with pytest.raises(SafetyError, match="survived") as caught:
        redacting.self_test(tree({"a.py": "x\n"}))
    assert "q9Zt" not in caught.value.line()


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's own settings file."""
    path = tmp_path / "own.toml"
    monkeypatch.setattr(config, "user_file", lambda: path)
    return path


@pytest.mark.parametrize("head", ["[redact]", "[tool.llm_audit.redact]"])
def test_a_person_may_allow_a_false_finding_by_kind_and_place(settings: Path, tree: Tree, head: str) -> None:
    settings.write_text(f'{head}\nallow = [{{ kind = "assigned-value", path = "docs/*" }}]\n')
    found, remarks = config.load(tree({}), {})
    assert remarks == ["allowed by your settings: `assigned-value` in docs/*"]
    redact.allow(found.redact.allow)
    try:
        assert redact.redact(FILE, "src/a.py")[1] == 1
        assert redact.redact(FILE, "docs/a.md")[1] == 0
        assert redact.redact("redis://cache:" + "q9Zt4LmX7v" + "@cache", "docs/a.md")[1] == 1
    finally:
        redact.allow(())
    assert redact.redact(FILE, "docs/a.md")[1] == 1


@pytest.mark.parametrize("command", [["draft"], ["check"], ["facts"], ["explain", "stripe"], ["redact", "a.py"]])
def test_every_command_says_what_is_allowed(settings: Path, tree: Tree, command: list[str]) -> None:
    settings.write_text('[redact]\nallow = [{ kind = "random", path = "docs/*" }]\n')
    root = tree({"a.py": "import stripe\nstripe.Charge.create()\n", "requirements.txt": "stripe\n"})
    run("draft", "-q", cwd=root)
    done = run(*command, *(["--force"] if command == ["draft"] else []), cwd=root)
    assert "allowed by your settings: `random` in docs/*" in done.stderr


def test_what_is_allowed_shows_in_the_facts(settings: Path, tree: Tree) -> None:
    value = "q9Zt4LmX7vBd2Kws8Rfh"
    root = tree({"app/conf.py": f'import os\nos.getenv("MODEL", "{value}")\n'})
    assert not any(value in fact.value for fact in collect(root).facts)
    redact.forget()
    redact.allow([redact.Allowed("random", "app/*.py")])
    try:
        assert any(value in fact.value for fact in collect(root).facts)
    finally:
        redact.allow(())
        redact.forget()


def test_neither_the_tree_nor_the_environment_may_allow(tree: Tree) -> None:
    allow = '[redact]\nallow = [{ kind = "assigned-value", path = "*" }]\n'
    root = tree({"llm-audit.toml": allow})
    found, remarks = config.load(root, {}, {"LLM_AUDIT_REDACT": "{}"})
    assert found.redact.allow == ()
    assert any("ignored `redact`" in remark for remark in remarks)


def test_a_wrong_kind_is_refused(settings: Path, tree: Tree) -> None:
    settings.write_text('[redact]\nallow = [{ kind = "everything", path = "*" }]\n')
    with pytest.raises(UsageError, match="no such kind"):
        config.load(tree({}), {})
