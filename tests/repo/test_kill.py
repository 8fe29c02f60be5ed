"""A process that dies by SIGKILL while it writes: the document is whole at every moment, and the next run makes it good."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from llm_audit import repo
from llm_audit.model import Redacted
from tests.conftest import REPO, run
from tests.histories import PAY, History, draft, package

CHILD = """
import os, signal, sys
step = sys.argv.pop(1)
name, at = step.split("-")[0], int(step.split("-")[1])
after = step.endswith("after")
calls = 0
def die():
    os.kill(os.getpid(), signal.SIGKILL)
def wrapped(real):
    def call(*given, **named):
        global calls
        calls += 1
        if calls == at and not after:
            die()
        answer = real(*given, **named)
        if calls == at and after:
            die()
        return answer
    return call
class Half:
    def __init__(self, stream):
        self.stream = stream
    def __enter__(self):
        return self
    def __exit__(self, *given):
        self.stream.close()
    def __getattr__(self, name):
        return getattr(self.stream, name)
    def write(self, text):
        global calls
        calls += 1
        if calls == at:
            self.stream.write(text[: len(text) // 2])
            self.stream.flush()
            die()
        return self.stream.write(text)
from llm_audit.repo import writing
class Os:
    def __getattr__(self, name):
        return getattr(os, name)
writing.os = Os()
if name == "write":
    real = os.fdopen
    writing.os.fdopen = lambda *given, **named: Half(real(*given, **named))
else:
    setattr(writing.os, name, wrapped(getattr(os, name)))
from llm_audit.cli import run
run()
"""
STEPS = [
    "write-1", "write-2", "fsync-1", "fsync-1-after", "fsync-2", "fsync-2-after", "replace-1", "replace-1-after",
    "replace-2", "replace-2-after",
]  # fmt: skip


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A shop whose document is behind and edited, and a copy of it that was refreshed without trouble."""
    history = History(tmp_path_factory.mktemp("kill") / "shop")
    history.commit({"package.json": package(stripe="^14.8.0"), "src/pay.ts": PAY})
    draft(history.root)
    history.edit("Creates checkout sessions", "Takes the money; ask Ada")
    history.commit({"package.json": package(stripe="^15.1.0")})
    done = history.root.with_name("done") / "shop"
    shutil.copytree(history.root, done)
    assert refreshed(done).returncode == 0
    return history.root, done


def refreshed(root: Path) -> subprocess.CompletedProcess[str]:
    return run("refresh", root, "--no-cache", "--date", "2026-03-04")


def written(root: Path) -> tuple[bytes, bytes]:
    document = root / ".planning/codebase/INTEGRATIONS.md"
    return document.read_bytes(), repo.beside(document).read_bytes()


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_of_writing(shops: tuple[Path, Path], tmp_path: Path, step: str) -> None:
    before, after = written(shops[0]), written(shops[1])
    assert before[0] != after[0] and before[1] != after[1] and b"ask Ada" in after[0]
    root = tmp_path / "shop"
    shutil.copytree(shops[0], root)
    command = [sys.executable, "-c", CHILD, step, "refresh", str(root), "--no-cache", "--date", "2026-03-04"]
    process = subprocess.run(command, cwd=REPO, capture_output=True, text=True, timeout=120)
    assert process.returncode == -signal.SIGKILL, process.stderr
    document, evidence = written(root)
    assert document in (before[0], after[0]) and evidence in (before[1], after[1])
    assert refreshed(root).returncode == 0
    assert written(root) == after
    assert not list(root.rglob(".llm-audit-*")), "what the killed process left is swept away"


def test_what_a_living_process_has_staged_stays(tmp_path: Path) -> None:
    living, dead, odd = (tmp_path / f".llm-audit-{name}" for name in ("1-abc", "999999999-abc", "abc"))
    for path in (living, dead, odd):
        path.write_text("x")
    repo.write_atomic({tmp_path / "a.md": Redacted("text")})
    assert living.exists() and odd.exists() and not dead.exists()
    assert repo.walk(tmp_path) == ["a.md"], "and it is no part of the tree"
