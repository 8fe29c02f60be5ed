"""The base layer: Kingfisher's vendor rules, in process and offline, loaded only when a text has to be scanned.

The plain scanner is used, never a detection policy: those honour ignore comments, and the text scanned is untrusted.
Time-outs, errors and a catalogue smaller than expected stop the program; part of a result is never used.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llm_audit.errors import SafetyError
from llm_audit.redact.spans import Span

if TYPE_CHECKING:
    from kingfisher_sdk import Scanner

MIN_RULES = 480
SCAN_SECONDS = 20.0
_HINT = "nothing was written"
_SECRET_RULE = re.compile(r"secret|token|password|key")

_lock = threading.Lock()
_scanner: Scanner | None = None
_cache_folder: Path | None = None


def use_cache(folder: Path) -> None:
    """Names the private folder in which the engine keeps its compiled rules; made with mode 0700 when missing."""
    global _cache_folder
    _cache_folder = folder


def load() -> Scanner:
    """The shared scanner; built on first use (some seconds once per machine, then from the cache).

    Raises:
        SafetyError: the engine is missing, cannot start, or has too few rules.
    """
    global _scanner
    if _scanner is None:
        with _lock:
            if _scanner is None:
                _scanner = _build()
    return _scanner


def _build() -> Scanner:
    try:
        from kingfisher_sdk import Rules, Scanner

        folder = _private(_cache_folder) if _cache_folder is not None else None
        rules = Rules(cache_dir=folder) if folder else Rules(cache=False)
        count = len(rules)
        scanner = Scanner(rules)
    except Exception as error:
        raise SafetyError(f"the secret scanner cannot start ({type(error).__name__})", _HINT) from error
    if count < MIN_RULES:
        raise SafetyError(f"the secret scanner has {count} rules where {MIN_RULES} are expected", _HINT)
    return scanner


def _private(folder: Path) -> Path | None:
    """The folder when it is ours alone, made when missing; None when it cannot be trusted, so that nothing is cached."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = folder.stat()
    except OSError:
        return None
    own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return folder if own and not status.st_mode & 0o022 else None


def findings(data: bytes) -> list[Any]:
    """What the engine reports on these bytes, helpers without a secret left out.

    Raises:
        SafetyError: the scan did not run to its end.
    """
    scanner = load()
    try:
        found = scanner.scan(data, timeout=SCAN_SECONDS)
    except Exception as error:
        raise SafetyError(f"the secret scanner stopped ({type(error).__name__})", _HINT) from None
    return [one for one in found if one.visible or _SECRET_RULE.search(one.rule_id or "")]


def spans(text: str) -> Iterator[Span]:
    """Stretches of the text that hold a secret by the engine's rules."""
    # the line end in front keeps a byte order mark from being taken for one; lone surrogates become one byte each
    data = b"\n" + text.encode("utf-8", "replace")
    found = findings(data)
    if not found:
        return
    plain = len(data) == len(text) + 1
    for one in found:
        start, end = one.location["start_offset"], one.location["end_offset"]
        if plain:
            yield Span(max(start - 1, 0), end - 1, "secret")
        else:
            before = len(data[1 : max(start, 1)].decode("utf-8", "replace"))
            yield Span(before, before + len(data[max(start, 1) : end].decode("utf-8", "replace")), "secret")
