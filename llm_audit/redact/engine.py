"""The base layer: Kingfisher's vendor rules, in process and offline, loaded only when a text has to be scanned.

The plain scanner is used, never a detection policy: those honour ignore comments, and the text scanned is untrusted.
Time-outs, errors and a catalogue smaller than expected stop the program; part of a result is never used.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from bisect import bisect_right
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llm_audit.errors import SafetyError
from llm_audit.offsets import in_characters
from llm_audit.redact.spans import Span

if TYPE_CHECKING:
    from kingfisher_sdk import Scanner

MIN_RULES = 480
SCAN_SECONDS = 20.0
_GAP = b"\n\n"
_CROWDING = tuple(
    (literal, re.compile(re.escape(literal) + behind))
    for literal, behind in (
        (b"PRIVATE KEY", b""),
        (b"curl", b""),
        (b"GR1348941", b""),
        (b"://", rb"(?=[^\s/@'\"`]{0,385}@)"),
    )
)
"""What some patterns of the engine look from, each time to all the next ones; our own layers find what stands there."""
_CROWD = 200
_HINT = "nothing was written"
_SECRET_RULE = re.compile(r"secret|token|password|key")

_lock = threading.Lock()
_scanner: Scanner | None = None
_starter: threading.Thread | None = None
_cache_folder: Path | None = None


def use_cache(folder: Path) -> None:
    """Names the private folder in which the engine keeps its compiled rules; made with mode 0700 when missing."""
    global _cache_folder
    _cache_folder = folder


def start() -> None:
    """Begins to build the scanner beside the caller's work, and returns at once. What goes wrong is told by `load`."""
    global _starter
    if _scanner is None and _starter is None:
        _starter = threading.Thread(target=_try, name="secret-rules", daemon=True)
        _starter.start()


def ready() -> bool:
    """Whether `load` has nothing to wait for."""
    return _scanner is not None


def _try() -> None:
    with contextlib.suppress(SafetyError):
        load()


def load() -> Scanner:
    """The shared scanner; built on first use: seconds once per machine, then from the cache.

    No thread of this module runs when it returns.

    Raises:
        SafetyError: the engine is missing, cannot start, or has too few rules.
    """
    global _scanner, _starter
    if _starter is not None and _starter is not threading.current_thread():
        _starter.join()
        _starter = None
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
        _undecoding(scanner)
    except Exception as error:
        raise SafetyError(f"the secret scanner cannot start ({type(error).__name__})", _HINT) from error
    if count < MIN_RULES:
        raise SafetyError(f"the secret scanner has {count} rules where {MIN_RULES} are expected", _HINT)
    return scanner


def _private(folder: Path) -> Path | None:
    """The folder when it is ours alone, made when missing; None when it cannot be trusted: nothing is cached."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = folder.stat()
    except OSError:
        return None
    own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return folder if own and not status.st_mode & 0o022 else None


@cache
def _undecoding(scanner: Scanner) -> Scanner:
    """The same rules without a look into base64, which takes as long as all else."""
    return type(scanner)(scanner.rules, base64=False)


def findings(data: bytes, *, decoding: bool = True) -> list[Any]:
    """What the engine reports on these bytes, helpers without a secret left out.

    Args:
        data: to be scanned.
        decoding: whether to look into base64 as well; a finding there is the whole of the encoded text.

    Raises:
        SafetyError: the scan did not run to its end.
    """
    scanner = load()
    for literal, label in _CROWDING:
        if data.count(literal) > _CROWD and next(islice(label.finditer(data), _CROWD, None), None):
            data = label.sub(b"?" * len(literal), data)
    try:
        found = (scanner if decoding else _undecoding(scanner)).scan(data, timeout=SCAN_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever stops the engine must stop us, without its text
        raise SafetyError(f"the secret scanner stopped ({type(error).__name__})", _HINT) from None
    return [one for one in found if one.visible or _SECRET_RULE.search(one.rule_id or "")]


def encoded(text: str) -> bytes:
    """The text as the engine reads it; a lone surrogate becomes one byte, so that characters can be counted back."""
    return text.encode("utf-8", "replace")


def spans(*parts: bytes) -> list[list[Span]]:
    """For each part, the stretches that hold a secret by the engine's rules, in characters; all parts in one scan."""
    # the line end in front keeps a byte order mark from being taken for one
    data = b"\n" + _GAP.join(parts)
    starts = [1]
    for part in parts:
        starts.append(starts[-1] + len(part) + len(_GAP))
    found: list[list[Span]] = [[] for _ in parts]
    for one in findings(data):
        place = one.location
        first, last = place["start_offset"], place["end_offset"]
        at = max(bisect_right(starts, first) - 1, 0)
        start, end = max(first - starts[at], 0), min(last - starts[at], len(parts[at]))
        if end > start:
            found[at].append(Span(start, end, "secret"))
    return [
        spans if not spans or part.isascii() else _in_characters(part, spans)
        for part, spans in zip(parts, found, strict=True)
    ]


def _in_characters(part: bytes, spans: list[Span]) -> list[Span]:
    """The spans of bytes as spans of characters."""
    characters = in_characters(part, (end for span in spans for end in (span.start, span.end)))
    return [Span(characters[span.start], characters[span.end], span.kind) for span in spans]
