"""Documents, settings and streams that are not what a program expects of them; and what a bug of ours looks like."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llm_audit import config
from llm_audit.settings import DEFAULT_OUTPUT
from tests.conftest import REPO, Tree, linux_only, run, spawn

SHOP = {
    "package.json": '{"name": "shop",\n "dependencies": {"stripe": "14.8.0"}}\n',
    "src/pay.ts": "import Stripe from 'stripe'\nexport const s = new Stripe(process.env.STRIPE_SECRET_KEY!)\n",
}
WRITERS = (["draft"], ["draft", "--force"], ["check"], ["refresh"])


def shell(line: str, root: Path) -> subprocess.CompletedProcess[bytes]:
    """Runs a line of shell in a tree; `$AUDIT` is the command line."""
    settings = {**os.environ, "AUDIT": f"{sys.executable} -m llm_audit", "PYTHONPATH": str(REPO)}
    return subprocess.run(["bash", "-c", line], cwd=root, env=settings, capture_output=True, timeout=60, check=False)


# the document


def test_a_document_behind_a_link_out_of_the_tree_is_neither_read_nor_written(tree: Tree, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("# Notes\n\n- `gone.ts`\n")
    root = tree({**SHOP, f"{Path(DEFAULT_OUTPUT).parent}/README": ""})
    (root / DEFAULT_OUTPUT).symlink_to(outside)
    for command in WRITERS:
        done = run(*command, root)
        assert (done.returncode, done.stdout) == (4, ""), command
        assert "leaves the repository through a symbolic link" in done.stderr
    assert outside.read_text() == "# Notes\n\n- `gone.ts`\n"
    assert (root / DEFAULT_OUTPUT).is_symlink()


def test_links_to_nowhere_outside_are_refused(tree: Tree, tmp_path: Path) -> None:
    root = tree(SHOP)
    (root / ".planning").symlink_to(tmp_path / "nowhere")
    assert run("draft", root).returncode == 4
    assert not (tmp_path / "nowhere").exists()


def test_a_document_behind_a_link_inside_the_tree_is_written_where_it_lies(tree: Tree) -> None:
    root = tree({**SHOP, "docs/README": "", f"{Path(DEFAULT_OUTPUT).parent}/README": ""})
    (root / DEFAULT_OUTPUT).symlink_to("../../docs/INTEGRATIONS.md")
    assert run("draft", root, "-q").returncode == 0
    assert (root / DEFAULT_OUTPUT).is_symlink()
    assert "- Stripe - " in (root / "docs/INTEGRATIONS.md").read_text()
    assert run("check", root, "-q").returncode == 0


@pytest.mark.parametrize(
    ("output", "code", "words"),
    [
        ("", 2, "names no file"),
        (".", 2, "names no file"),
        ("a" * 300 + ".md", 2, "name too long"),
        ("docs\0.md", 2, "cannot look at"),
        (".git/hooks/post-merge", 4, "git's own folder"),
        ("sub/.GIT/x.md", 4, "git's own folder"),
        (".github/INTEGRATIONS.md", 0, ""),
        ("docs/x.git/INTEGRATIONS.md", 0, ""),
    ],
)
def test_where_a_document_may_stand(tree: Tree, output: str, code: int, words: str) -> None:
    root = tree({**SHOP, ".git/HEAD": "ref: refs/heads/main\n"})
    done = run("draft", root, "--output", output)
    assert done.returncode == code, done.stderr
    assert words in done.stderr.lower()
    assert len(done.stderr.splitlines()) == 1 or not code
    assert sorted(path.name for path in (root / ".git").iterdir()) == ["HEAD"]


def test_the_trees_own_settings_do_not_write_into_gits_folder(tree: Tree) -> None:
    root = tree({**SHOP, ".git/HEAD": "x\n", "llm-audit.toml": 'output = ".git/HEAD"\n'})
    assert run("draft", root, "--force").returncode == 4
    assert (root / ".git/HEAD").read_text() == "x\n"


# the tree


@pytest.mark.parametrize("path", ["pyproject.toml", "llm-audit.toml", ".git", ".git/HEAD", ".git/index"])
def test_nobody_waits_at_a_pipe(tree: Tree, path: str) -> None:
    root = tree(SHOP)
    (root / path).parent.mkdir(exist_ok=True)
    os.mkfifo(root / path)
    done = shell("timeout 30 $AUDIT draft --stdout -q --no-cache .", root)
    assert (done.returncode, b"- Stripe - " in done.stdout) == (0, True), done.stderr


RULES = [".gitignore", ".llmauditignore", "apps/web/.gitignore", "apps/web/.llmauditignore", ".git/info/exclude"]


@pytest.mark.parametrize("path", RULES)
def test_ignore_rules_in_a_pipe_are_refused(tree: Tree, path: str) -> None:
    root = tree({**SHOP, ".git/HEAD": "ref: refs/heads/main\n"})
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(root / path)
    done = shell("timeout 30 $AUDIT draft --stdout -q --no-cache .", root)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout, said.count("\n")) == (2, b"", 1), said
    assert f"{path}: no regular file" in said


def test_ignore_rules_above_the_tree_may_be_refused_as_well(tree: Tree) -> None:
    root = tree({f"sub/{name}": text for name, text in SHOP.items()} | {".git/HEAD": "ref: refs/heads/main\n"})
    os.mkfifo(root / ".gitignore")
    assert shell("timeout 30 $AUDIT draft --stdout -q --no-cache sub", root).returncode == 2


def test_ignore_rules_without_end_are_refused(tree: Tree) -> None:
    root = tree(SHOP)
    (root / "sub").mkdir()
    (root / "sub/.gitignore").symlink_to("/dev/zero")
    done = shell("ulimit -v 4000000; timeout 30 $AUDIT draft --stdout -q --no-cache .", root)
    assert (done.returncode, b"sub/.gitignore: no regular file" in done.stderr) == (2, True), done.stderr[-500:]


def test_very_many_ignore_rules_are_refused(tree: Tree) -> None:
    lines = 1 + (1 << 20) // len("generated-00000000\n")
    root = tree({**SHOP, ".gitignore": "".join(f"generated-{number:08}\n" for number in range(lines))})
    done = run("draft", root, "--stdout", "-q")
    assert (done.returncode, "over 1,048,576 bytes of ignore rules" in done.stderr) == (2, True), done.stderr
    root = tree({**SHOP, ".gitignore": "".join(f"generated-{number:08}\n" for number in range(lines - 2))})
    assert run("draft", root, "--stdout", "-q").returncode == 0


def test_what_has_the_name_of_ignore_rules_and_keeps_nobody_waiting(tree: Tree) -> None:
    root = tree({**SHOP, "rules": "secret.py\n", "a/secret.py": "import stripe\n", "b/.gitignore/x.py": "x = 1\n"})
    (root / "a/.gitignore").symlink_to("../rules")
    (root / "c").mkdir()
    (root / "c/.gitignore").symlink_to("nowhere")
    os.mkfifo(root / "c/gitignore")
    done = shell("timeout 30 $AUDIT facts .", root)
    assert (done.returncode, b"secret.py" in done.stdout) == (0, False), done.stderr


def test_a_pipe_is_no_document(tree: Tree) -> None:
    root = tree({**SHOP, f"{Path(DEFAULT_OUTPUT).parent}/README": ""})
    os.mkfifo(root / DEFAULT_OUTPUT)
    for command in ("check", "refresh"):
        done = shell(f"timeout 30 $AUDIT {command} .", root)
        assert (done.returncode, b"no document" in done.stderr) == (2, True), command


def test_what_is_far_too_long_is_no_document(tree: Tree) -> None:
    root = tree({**SHOP, DEFAULT_OUTPUT: "- x `y`\n" * 140_000})
    for command in ("check", "refresh"):
        done = run(command, root)
        assert (done.returncode, done.stdout, "over 1,048,576 bytes" in done.stderr) == (2, "", True), command


@pytest.mark.parametrize(
    ("files", "path", "words"),
    [
        ({}, os.environ["PATH"], "a git repository with commits"),
        ({".git/HEAD": "f" * 40 + "\n"}, os.environ["PATH"], "fetch more history"),
        ({".git/HEAD": "f" * 40 + "\n"}, "/nonexistent", "git, which is not installed"),
    ],
)
def test_why_a_commit_is_not_known(tree: Tree, files: dict[str, str], path: str, words: str) -> None:
    root = tree({**SHOP, **files, DEFAULT_OUTPUT: "# Integrations\n"})
    done = spawn("check", root, "--since", "HEAD", PATH=path)
    assert (done.returncode, "no such commit" in done.stderr, words in done.stderr) == (2, True, True), done.stderr


def test_a_path_that_is_too_long_for_the_system_is_skipped(tree: Tree) -> None:
    root = tree(SHOP)
    before = Path.cwd()
    os.chdir(root)
    try:
        for _ in range(500):
            os.mkdir("a-folder-in-a-folder")  # noqa: PTH102 - no path of the whole would do
            os.chdir("a-folder-in-a-folder")
        Path("deep.ts").write_text("import { Redis } from 'ioredis'\n")
    finally:
        os.chdir(before)
    done = run("draft", root, "--stdout")
    assert done.returncode == 0, done.stderr
    assert "skipped: 1 unreadable" in done.stderr
    assert "- Stripe - " in done.stdout


def test_what_git_keeps_is_no_tree_to_read(tree: Tree) -> None:
    root = tree({"HEAD": "ref: refs/heads/main\n", "objects/pack/x": "", "refs/heads/x": "", "config": ""})
    done = run("draft", root)
    assert (done.returncode, "without the files" in done.stderr) == (2, True)
    assert not (root / ".planning").exists()


def test_folders_with_names_of_gits_are_read(tree: Tree) -> None:
    assert run("draft", tree({**SHOP, "objects/a.py": "", "refs/b.py": ""}), "--stdout").returncode == 0


@pytest.mark.parametrize("path", ["~nobody-of-this-name/x", "x" * 5000, "a\0b"])
def test_a_folder_that_cannot_be(path: str) -> None:
    done = run("draft", path)
    assert (done.returncode, "no such folder" in done.stderr) == (2, True)
    assert len(done.stderr) < 400


def test_a_working_folder_that_is_gone(tmp_path: Path) -> None:
    done = shell("mkdir gone && cd gone && rmdir ../gone && $AUDIT draft", tmp_path)
    assert (done.returncode, b"no such folder" in done.stderr) == (2, True), done.stderr


def test_a_users_settings_may_be_a_link_and_the_trees_may_not(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.toml"
    kept.write_text('date = "2020-02-02"\n')
    (tmp_path / "config.toml").symlink_to(kept)
    monkeypatch.setattr(config, "user_file", lambda: tmp_path / "config.toml")
    root = tree(SHOP)
    assert "2020-02-02" in run("draft", root, "--stdout").stdout
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text('evidence = "file"\n')
    (root / "llm-audit.toml").symlink_to(elsewhere)
    assert "- Evidence: " in run("draft", root, "--stdout").stdout


# the streams


@linux_only
@pytest.mark.parametrize("command", ["draft --stdout -q .", "facts .", "--help", "--version"])
def test_output_that_cannot_be_written_is_one_line(tree: Tree, command: str) -> None:
    done = shell(f"$AUDIT {command} > /dev/full", tree(SHOP))
    assert (done.returncode, done.stderr) == (2, b"llm-audit: No space left on device\n")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_lead_nowhere(tree: Tree, closed: str) -> None:
    root = tree(SHOP)
    done = shell(f"$AUDIT draft . {closed}", root)
    assert (done.returncode, done.stdout) == (0, b"")
    assert (root / DEFAULT_OUTPUT).exists()


def test_a_reader_that_has_seen_enough_is_no_error(tree: Tree) -> None:
    lines = "".join(f"import a{number}\nx = os.environ['NAME_{number}']\n" for number in range(3000))
    done = shell("set -o pipefail; $AUDIT facts . | head -1", tree({**SHOP, "a.py": lines}))
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 1)


def test_signs_that_a_terminal_lacks_are_escaped(tree: Tree) -> None:
    root = tree({"caf\u00e9.py": "import stripe\nstripe.Refund.create()\n"})
    done = spawn("facts", root, PYTHONIOENCODING="ascii")
    assert (done.returncode, "caf\\xe9.py" in done.stdout) == (0, True), done.stderr


# bugs and interrupts


def broken(error: str) -> subprocess.CompletedProcess[str]:
    """A run that fails."""
    script = f"from llm_audit import cli\ndef fails(): raise {error}\ncli.run = fails\ncli.main()\n"
    return subprocess.run([sys.executable, "-c", script], cwd=REPO, capture_output=True, text=True, check=False)


def test_a_bug_is_told_without_what_was_read() -> None:
    done = broken("ValueError('invalid literal: hunter2')")
    assert (done.returncode, done.stdout) == (70, "")
    first, *places = done.stderr.splitlines()
    assert first.startswith("llm-audit: a bug of ours (ValueError, llm-audit ")
    assert any(place.startswith("  cli/__init__.py:") for place in places)
    assert "hunter2" not in done.stderr


def test_what_the_system_refuses_is_no_bug() -> None:
    done = broken("OSError(24, 'Too many open files', 'a.py')")
    assert (done.returncode, done.stderr) == (2, "llm-audit: a.py: Too many open files\n")


def test_an_interrupt_is_one_line_from_the_start() -> None:
    script = "import sys, time\nfrom llm_audit import cli\nprint('ready', flush=True)\n"
    script += "cli.run = lambda: time.sleep(30)\ncli.main()\n"
    process = subprocess.Popen([sys.executable, "-c", script], cwd=REPO, stdout=-1, stderr=-1, text=True)
    assert process.stdout and process.stdout.readline() == "ready\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "llm-audit: interrupted; nothing was written\n")
