"""Learns the secrets of a whole tree while it is read: what the engine finds in any file, and what secret files hold.

Runs over text that was read already. The engine works on batches, in a thread of its own when asked for: it releases
the interpreter, so that the reader goes on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import accumulate
from types import TracebackType

from llm_audit.redact import engine, holders, known, structure
from llm_audit.redact.names import is_placeholder

_BATCH = 1 << 16
"""What fits a processor's cache is scanned faster than more at once."""
_GAP = b"\n\n\n"
_LINE = 32


class Learner(AbstractContextManager["Learner"]):
    """Sees every file once and gives the values to be known for this run.

    Args:
        threads: how many threads the engine may use; 0 runs it in the caller's.
        patient: what the engine is to look at waits for `scan`.
    """

    def __init__(self, threads: int = 1, *, patient: bool = False) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="secrets") if threads else None
        self.teachers: set[str] = set()
        self._pending: list[Future[dict[str, set[str]]]] = []
        self._values: set[str] = set()
        self._paths: list[str] = []
        self._batch: list[str] = []
        self._size = 0
        self._patient = patient
        self._waiting: list[tuple[list[str], list[str]]] = []

    def see(self, path: str, text: str) -> None:
        """Takes one file's text. A file of secrets gives its values, every file what its URLs and the engine show."""
        found = set(holders.values(path, text))
        if "://" in text and "@" in text:
            found.update(_worthy(text[span.start : span.end] for span in structure.in_urls(text)))
        if "PRIVATE KEY" in text:
            for span in structure.private_keys(text):
                found.update(line for line in text[span.start : span.end].split()[:200] if len(line) >= _LINE)
        if found:
            self._values |= found
            self.teachers.add(path)
        self._paths.append(path)
        self._batch.append(text)
        self._size += len(text)
        if self._size >= _BATCH:
            self._send()

    def finish(self) -> set[str]:
        """All values learned, when every batch was scanned to its end.

        Raises:
            SafetyError: the engine could not run.
        """
        self._send()
        self.scan()
        for one in self._pending:
            self._take(one.result())
        self._pending.clear()
        return self._values

    def _send(self) -> None:
        if not self._batch:
            return
        paths, batch = self._paths, self._batch
        self._paths, self._batch, self._size = [], [], 0
        if self._pool is not None:
            self._pending.append(self._pool.submit(_found, paths, batch))
        elif self._patient:
            self._waiting.append((paths, batch))
        else:
            self._take(_found(paths, batch))

    def scan(self) -> None:
        """Has the engine look at what waits for it, and from now on at each batch when it is full."""
        self._patient = False
        for paths, batch in self._waiting:
            self._take(_found(paths, batch))
        self._waiting.clear()

    def _take(self, found: dict[str, set[str]]) -> None:
        self.teachers.update(found)
        self._values.update(*found.values())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)


def _found(paths: list[str], texts: list[str]) -> dict[str, set[str]]:
    """By path, the values that the engine finds; of a value over several lines, the long ones."""
    parts = [engine.encoded(text) for text in texts]
    starts = [0, *accumulate(len(part) + len(_GAP) for part in parts)]
    data = _GAP.join(parts)
    found: dict[str, set[str]] = {}
    # what encoded text hides teaches nothing: each text that is let through is decoded and judged for itself
    for one in engine.findings(data, decoding=False):
        start, end = one.location["start_offset"], one.location["end_offset"]
        text = data[start:end].decode("utf-8", "replace")
        values = set(_worthy([text] if "\n" not in text else [line for line in text.split() if len(line) >= _LINE]))
        if values:
            found.setdefault(paths[bisect_right(starts, start) - 1], set()).update(values)
    return found


def _worthy(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        if not is_placeholder(value):
            yield from known.worth(value, named=True)
