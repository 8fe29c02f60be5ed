"""Nothing is let through when any part of the filter cannot do its work: each canary, the engine, its rules, its time."""

from __future__ import annotations

import ast
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from llm_audit import pipeline, redact
from llm_audit.errors import SafetyError
from llm_audit.redact import canary, engine, filter
from tests.conftest import REPO, Tree

TEXT = "a text that has to be scanned, long enough to need the engine: " + "see " * 30


@pytest.fixture(autouse=True)
def _unproven(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test starts as a process does: nothing proven, nothing cached."""
    monkeypatch.setattr(filter, "_proven", False)
    filter.clean.cache_clear()
    yield
    filter.clean.cache_clear()


@pytest.mark.parametrize("layer", canary.CANARIES)
def test_a_blind_layer_stops_everything(monkeypatch: pytest.MonkeyPatch, layer: str) -> None:
    monkeypatch.setitem(canary.CANARIES, layer, lambda: False)
    for function in (redact.scan, redact.redact, redact.clean):
        with pytest.raises(SafetyError, match=layer) as caught:
            function(TEXT)
        assert caught.value.exit_code == 4
        assert "nothing was written" in caught.value.line()


@pytest.mark.parametrize("layer", [one.__module__.rpartition(".")[2] for one in filter.LAYERS])
def test_a_layer_that_finds_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch, layer: str) -> None:
    module = getattr(__import__("llm_audit.redact", fromlist=[layer]), layer)
    monkeypatch.setattr(module, "spans", lambda *_: iter(()))
    with pytest.raises(SafetyError, match="canary"):
        redact.scan(TEXT)


def test_the_engine_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_scanner", None)
    monkeypatch.setitem(__import__("sys").modules, "kingfisher_sdk", None)
    with pytest.raises(SafetyError, match="cannot start"):
        redact.scan(TEXT)


def test_the_engine_has_too_few_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_scanner", None)
    monkeypatch.setattr(engine, "MIN_RULES", 10_000)
    with pytest.raises(SafetyError, match="rules"):
        redact.scan(TEXT)


class _Stopping:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def scan(self, data: bytes, *, timeout: float) -> list[object]:
        raise self._error


@pytest.mark.parametrize(
    "error", [TimeoutError("s3cret"), RuntimeError("s3cret"), ValueError("s3cret"), MemoryError("s3cret")]
)
def test_the_engine_stops(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    redact.scan(TEXT)
    monkeypatch.setattr(engine, "_scanner", _Stopping(error))
    with pytest.raises(SafetyError) as caught:
        redact.redact(TEXT)
    assert type(error).__name__ in caught.value.line()
    assert "s3cret" not in caught.value.line()
    assert caught.value.__cause__ is None


def test_a_text_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filter, "MAX_TEXT", 10)
    with pytest.raises(SafetyError, match="limit"):
        redact.redact(TEXT)


def test_out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    redact.scan(TEXT)
    monkeypatch.setattr(filter, "MAX_SECONDS", -1.0)
    with pytest.raises(SafetyError, match="time"):
        redact.redact(TEXT)


def test_a_filter_that_does_not_come_to_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    redact.scan(TEXT)
    monkeypatch.setattr(filter, "_spans", lambda text, found, depth=0: [redact.Span(0, 1, "random")])
    with pytest.raises(SafetyError, match="rest"):
        redact.redact(TEXT)


def test_no_draft_is_made(monkeypatch: pytest.MonkeyPatch, tree: Tree) -> None:
    from llm_audit.settings import Settings

    monkeypatch.setitem(canary.CANARIES, "randomness", lambda: False)
    root = tree({"a.py": "import stripe\nstripe.Charge.create()\n" * 5, "b.py": f"x = '{TEXT}'\n"})
    with pytest.raises(SafetyError, match="randomness"):
        pipeline.draft(root, Settings(cache=False))
    assert not (root / ".planning").exists()


def test_nothing_that_uses_keys_is_imported() -> None:
    banned = {"Validator", "Revoker", "validation", "revocation", "DetectionPolicy", "DetectionScanner", "git_history"}
    for path in (REPO / "llm_audit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: set[str] = set()
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kingfisher_sdk"):
                names = {alias.name for alias in node.names} | set((node.module or "").split("."))
            elif isinstance(node, ast.Import):
                names = {part for a in node.names if "kingfisher" in a.name for part in a.name.split(".")}
            elif isinstance(node, ast.Attribute):
                names = {node.attr} & {"Validator", "Revoker"}
            assert not names & banned, path


def test_neither_scanning_nor_a_draft_opens_a_socket(monkeypatch: pytest.MonkeyPatch, tree: Tree) -> None:
    from llm_audit.settings import Settings

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was made")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert redact.redact("redis://cache:" + "q9Zt4LmX7v" + "@cache:6379")[1] == 1
    url = "https://ops:" + "q9Zt4LmX7v" + "@api.acme.io/v1"
    root = tree(
        {
            "a.py": f"import requests, stripe\nrequests.get('{url}')\nstripe.Charge.create()\n",
            "requirements.txt": "stripe\nrequests\n",
        }
    )
    assert "Stripe" in pipeline.draft(root, Settings(cache=False)).markdown


def test_a_cache_folder_that_others_may_write_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    folder.chmod(0o777)
    assert engine._private(folder) is None
    folder.chmod(0o700)
    assert engine._private(folder) == folder
    assert engine._private(tmp_path / "new") == tmp_path / "new"
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
