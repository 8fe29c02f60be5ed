"""The user's own folders, as each system names them."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Where compiled rules, facts and answers are kept; private to the user, safe to delete."""
    return Path(platformdirs.user_cache_dir("llm-audit"))
