"""A cache of its own for every test with a model; compiled rules are shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm_audit import folders
from tests.conftest import RULE_CACHE


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that stands for the user's cache."""
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    RULE_CACHE.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "rules").symlink_to(RULE_CACHE)
    monkeypatch.setattr(folders, "cache_folder", lambda: folder)
    return folder
