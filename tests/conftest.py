"""What all tests share: no sockets, no user settings, no keys, and small trees made on the spot."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings

from llm_audit import cli, config, folders, redact

REPO = Path(__file__).parent.parent
RULE_CACHE = folders.cache_folder() / "rules"
Tree = Callable[..., Path]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems work in one process")

# how busy the machine is says nothing of the code
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")


@pytest.fixture(autouse=True)
def _isolated(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No test reads the user's settings or keys; none but those marked `registry` may open a network connection."""
    for name in [name for name in os.environ if name.startswith(("LLM_AUDIT_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(config, "user_file", lambda: tmp_path / "no-such-config.toml")
    redact.use_cache(RULE_CACHE)
    if not request.node.get_closest_marker("registry"):
        connect = socket.socket.connect

        def refuse(self: socket.socket, address: object) -> None:
            if not (isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1")):
                raise AssertionError("a test tried to open a network connection")
            connect(self, address)

        monkeypatch.setattr(socket.socket, "connect", refuse)
    yield


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Makes a folder of files: `tree({"a.py": "text", "b.bin": b"bytes"})` gives its path."""

    def make(files: dict[str, str | bytes], name: str = "tree") -> Path:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        for path, content in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return make


def run(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line in this process; `spawn` is for what only a process of its own can show."""
    out, errors = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    words = ["llm-audit", *map(str, arguments)]
    code: object = 0
    with (
        contextlib.chdir(cwd or Path.cwd()),
        mock.patch.dict(os.environ, environment),
        mock.patch.object(sys, "argv", words),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(errors),
    ):
        try:
            cli.run()
        except SystemExit as end:
            code = end.code
    out.flush()
    shown = out.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(words, code if isinstance(code, int) else 0, shown, errors.getvalue())


def spawn(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a process of its own, as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "llm_audit", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPO), **environment},
        timeout=120,
        check=False,
    )
