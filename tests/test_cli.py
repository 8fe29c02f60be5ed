"""The command line as a user meets it: files written, exit codes, one line for each error, nothing lost."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from llm_audit import __version__
from llm_audit.settings import DEFAULT_OUTPUT
from tests.conftest import REPO, Tree, run, spawn

SHOP = {
    "package.json": '{"name": "shop",\n "dependencies": {\n  "stripe": "^14.8.0"\n }}\n',
    "src/pay.ts": "import Stripe from 'stripe'\nconst stripe = new Stripe(process.env.STRIPE_SECRET_KEY!)\n"
    "export const pay = () => stripe.checkout.sessions.create({})\n",
}


def test_draft_writes_document_and_evidence(tree: Tree) -> None:
    root = tree(SHOP)
    done = run("draft", root, "--date", "2026-01-02")
    assert done.returncode == 0, done.stderr
    text = (root / DEFAULT_OUTPUT).read_text()
    assert "**Analysis Date:** 2026-01-02" in text
    assert "- Stripe - " in text
    assert "`src/pay.ts:2`" in text or "`src/pay.ts:3`" in text
    proof = json.loads((root / ".planning/codebase/INTEGRATIONS.evidence.json").read_text())
    assert proof["schema"] == 1
    assert proof["tool"]["version"] == __version__
    stripe = next(entry for entry in proof["entries"] if entry["key"] == "stripe")
    assert set(stripe["facts"]) <= set(proof["facts"])
    assert "Read 2 files" in done.stderr
    assert "APIs & External Services 1" in done.stderr


def test_an_existing_document_is_left_alone(tree: Tree) -> None:
    root = tree({**SHOP, DEFAULT_OUTPUT: "mine\n"})
    done = run("draft", root)
    assert done.returncode == 2
    assert "refresh" in done.stderr
    assert (root / DEFAULT_OUTPUT).read_text() == "mine\n"
    assert run("draft", root, "--force").returncode == 0
    assert (root / DEFAULT_OUTPUT).read_text() != "mine\n"


@pytest.mark.parametrize(
    "words", ["draft", "check", "refresh", "facts", "explain stripe", "explain", "redact", "redact --selftest"]
)
def test_an_empty_path_is_not_the_current_folder(tree: Tree, words: str) -> None:
    root = tree({**SHOP, "README.md": ""})
    done = run(*words.split(), "", cwd=root)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert "is empty" in done.stderr or "no name is given" in done.stderr
    assert not (root / ".planning").exists()


def test_stdout_and_json_write_no_file(tree: Tree) -> None:
    root = tree(SHOP)
    shown = run("draft", root, "--stdout", "-q")
    assert shown.stdout.startswith("# External Integrations\n")
    assert shown.stderr == ""
    assert json.loads(run("draft", root, "--json", "-q").stdout)["schema"] == 1
    assert not (root / ".planning").exists()


def test_two_runs_are_byte_identical(tree: Tree) -> None:
    root = tree(SHOP)
    first, second = (spawn("draft", root, "--stdout", "-q", PYTHONHASHSEED=seed).stdout for seed in ("1", "2"))
    assert first == second


def test_evidence_in_the_file_only(tree: Tree) -> None:
    root = tree(SHOP)
    run("draft", root, "--evidence", "file")
    assert "Evidence:" not in (root / DEFAULT_OUTPUT).read_text()
    assert "src/pay.ts" in (root / ".planning/codebase/INTEGRATIONS.evidence.json").read_text()


def test_paths_choose_subtrees(tree: Tree) -> None:
    root = tree(
        {**{f"a/{path}": text for path, text in SHOP.items()}, "b/x.py": "import sentry_sdk\nsentry_sdk.init()\n"}
    )
    text = run("draft", root, "--stdout", "-q", "--paths", "b").stdout
    assert "Stripe" not in text
    assert run("draft", root, "--paths", "../b").returncode == 4
    assert run("draft", root, "--paths", "/etc").returncode == 4
    assert run("draft", root, "--paths", "c").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["draft", "no/such/folder"], 2, "no such folder"),
        (["draft", "--date", "yesterday"], 2, "date"),
        (["draft", "--evidence", "maybe"], 2, "evidence"),
        (["draft", "--output", "../x.md"], 4, "leaves the repository"),
        (["draft", "--output", "/tmp/x.md"], 4, "leaves the repository"),
        (["facts", "--kind", "nonsense"], 2, "no such kind"),
        (["explain", "nobody-knows-this"], 2, "nothing here"),
        (["redact", "no-such-file"], 2, "cannot read"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_errors_are_one_line_with_their_exit_code(tree: Tree, arguments: list[str], code: int, words: str) -> None:
    done = run(*arguments, cwd=tree(SHOP))
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_file_in_place_of_a_folder(tree: Tree) -> None:
    done = run("draft", tree(SHOP) / "package.json")
    assert (done.returncode, "not a folder" in done.stderr) == (2, True)


def test_an_empty_folder_gives_a_document_of_nones(tree: Tree) -> None:
    done = run("draft", tree({}), "--stdout")
    assert done.returncode == 0
    assert "- None detected" in done.stdout
    assert "Evidence" not in done.stdout


def test_the_tree_cannot_choose_what_only_a_user_may(tree: Tree) -> None:
    root = tree(
        {**SHOP, "llm-audit.toml": 'model = "gpt"\nbase_url = "http://evil"\noutput = "docs/INTEGRATIONS.md"\n'}
    )
    done = run("draft", root)
    assert done.returncode == 0
    assert "ignored `model`" in done.stderr
    assert (root / "docs" / "INTEGRATIONS.md").exists()


def test_the_tree_cannot_write_outside(tree: Tree) -> None:
    for hostile in ("../stolen.md", "/tmp/stolen.md"):
        root = tree({**SHOP, "llm-audit.toml": f'output = "{hostile}"\n'})
        assert run("draft", root).returncode == 4


def test_settings_in_order(tree: Tree) -> None:
    root = tree({**SHOP, "pyproject.toml": '[tool.llm_audit]\noutput = "a.md"\n'})
    run("draft", root)
    run("draft", root, LLM_AUDIT_OUTPUT="b.md")
    run("draft", root, "--output", "c.md", LLM_AUDIT_OUTPUT="b2.md")
    assert sorted(path.name for path in root.glob("*.md")) == ["a.md", "b.md", "c.md"]


def test_facts_and_explain(tree: Tree) -> None:
    root = tree({**SHOP, "other/package.json": '{"dependencies": {"@sendgrid/mail": "8.1.0"}}'})
    rows = json.loads(run("facts", root, "--kind", "dependency", "--json").stdout)
    assert {"stripe", "@sendgrid/mail"} == {row["name"] for row in rows}
    assert "src/pay.ts" in run("explain", "stripe", root).stdout
    assert "never imported" in run("explain", "SendGrid", root).stdout


def test_redact_filters_stdin() -> None:
    token = "ghp_" + "x7Kq2mZ9" * 4 + "Ab3d"
    done = subprocess.run(
        [sys.executable, "-m", "llm_audit", "redact"],
        input=f"a\nkey={token}\n",
        capture_output=True,
        text=True,
        cwd=REPO,
        check=False,
    )
    assert done.returncode == 0
    assert token not in done.stdout
    assert len(done.stdout.splitlines()) == 2


def test_a_secret_never_reaches_the_document(tree: Tree) -> None:
    token = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    root = tree(
        {
            **SHOP,
            "src/conf.py": f'import os\nKEY = os.getenv("STRIPE_KEY", "{token}")\nDB = "postgres://app:hunter2xyz9@db.acme.io/x"\n',
            ".env": f"STRIPE_SECRET_KEY={token}\n",
            f"src/{token}.py": "import stripe\n",
        }
    )
    assert run("draft", root).returncode == 0
    for path in (root / ".planning").rglob("*.*"):
        assert token not in path.read_text()
        assert "hunter2xyz9" not in path.read_text()


def test_nothing_is_written_when_the_scanner_cannot_run(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "kingfisher_sdk.py").write_text("raise ImportError('gone')")
    root = tree(SHOP)
    done = spawn("draft", root, PYTHONPATH=f"{tmp_path}:{REPO}")
    assert done.returncode == 4
    assert "secret scanner" in done.stderr
    assert not (root / ".planning").exists()


def test_progress_on_a_terminal_only(tree: Tree) -> None:
    root = tree(SHOP)
    assert "Reading" not in run("draft", root, "--stdout").stderr
    leader, follower = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "llm_audit", "draft", str(root), "--stdout"],
        stdout=subprocess.DEVNULL,
        stderr=follower,
        cwd=REPO,
        check=True,
    )
    os.close(follower)
    seen = b""
    while chunk := _read(leader):
        seen += chunk
    assert b"Reading" in seen


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 4096)
    except OSError:
        return b""


def test_interrupt_leaves_nothing_behind(tree: Tree) -> None:
    root = tree({f"src/m{number}.py": "import os\n" * 2000 for number in range(400)})
    process = subprocess.Popen(
        [sys.executable, "-m", "llm_audit", "draft", str(root)], stderr=subprocess.PIPE, text=True, cwd=REPO
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.6)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert not (root / ".planning").exists()


def test_version_and_help() -> None:
    assert run("--version").stdout == f"llm-audit {__version__}\n"
    for command in ("draft", "facts", "explain", "redact"):
        assert command in run("--help").stdout
        assert re.search(r"Usage: .*" + command, run(command, "--help").stdout)


def test_nothing_of_the_tree_is_executed(tree: Tree, tmp_path: Path) -> None:
    proof = tmp_path / "executed"
    root = tree(
        {
            **SHOP,
            ".git/config": f"[core]\n\tfsmonitor = touch {proof}\n\thooksPath = hooks\n",
            ".git/HEAD": "ref: refs/heads/main\n",
            ".git/hooks/post-index-change": f"#!/bin/sh\ntouch {proof}\n",
            "a.yaml": f"!!python/object/apply:os.system ['touch {proof}']\n",
            "compose.yaml": f"services: !!python/object/apply:os.system ['touch {proof}']\n",
            "pom.xml": f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{proof}">]><project>&x;</project>',
            "setup.py": f"open({str(proof)!r}, 'w')\n",
            "conftest.py": f"open({str(proof)!r}, 'w')\n",
        }
    )
    assert spawn("draft", root, "--stdout", cwd=root).returncode == 0
    assert not proof.exists()


def test_the_end_loses_no_output_and_frees_nothing_piece_by_piece() -> None:
    script = (
        "import atexit, sys\nfrom llm_audit import cli\natexit.register(print, 'tidied up')\n"
        "sys.argv = ['llm-audit', *sys.argv[1:]]\ncli.main()\n"
    )
    for words, code, stream in ((["--version"], 0, "stdout"), (["draft", "nowhere"], 2, "stderr")):
        done = subprocess.run([sys.executable, "-c", script, *words], cwd=REPO, capture_output=True, text=True)
        assert done.returncode == code
        assert getattr(done, stream).startswith("llm-audit")
        assert "tidied up" not in done.stdout


def test_a_reader_that_went_away_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "llm_audit", "--version"], cwd=REPO, stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert b"Traceback" not in done.stderr
