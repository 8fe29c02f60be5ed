"""Shares numbered parcels of work between this process and forked ones, where that is safe; knows nothing of the work.

Forked, not started anew: a child has everything that was imported and loaded. A child that fails is no loss: what it
does not hand over is left for the caller to do, who then meets the same error itself.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import marshal
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

MOST_PARCELS = 1024
"""Their numbers fit into the smallest pipe that a system gives."""
_MOST_PROCESSES = 4
_NUMBER = 2
_WAIT_FOR_THREADS = 0.05


def processes() -> int:
    """How many processes may work: one where a fork is not known to be safe, or would have to share a processor.

    Safe is a Linux process with a single thread, which must be the main one. Elsewhere system libraries may have threads
    of their own that a fork leaves half-way.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return 1
    return min(len(os.sched_getaffinity(0)), _MOST_PROCESSES) if _alone() else 1


def _alone() -> bool:
    """Whether no other thread runs; one that was joined may still be on its way out."""
    until = time.monotonic() + _WAIT_FOR_THREADS
    while True:
        try:
            if len(os.listdir("/proc/self/task")) == 1:  # noqa: PTH208 - only the number matters
                return True
        except OSError:
            return False
        if threading.active_count() > 1 or time.monotonic() > until:
            return False
        time.sleep(0.001)


class Parcels:
    """Numbers; each goes to one process, whichever asks first.

    Args:
        numbers: below `MOST_PARCELS`.
        rows: how many processes ask, each for those of its own row first: neighbours have much in common, which one
            process then learns alone.
    """

    def __init__(self, numbers: Sequence[int], rows: int = 1) -> None:
        ends = [len(numbers) * row // rows for row in range(rows + 1)]
        self._sources = [_filled(numbers[start:end]) for start, end in itertools.pairwise(ends)]

    def of(self, row: int) -> Iterator[int]:
        """The numbers of a row, then what is left of the others."""
        for source in (*self._sources[row:], *self._sources[:row]):
            while number := os.read(source, _NUMBER):
                yield int.from_bytes(number, "big")

    def close(self) -> None:
        """Gives the pipes back."""
        for source in self._sources:
            os.close(source)


def _filled(numbers: Iterable[int]) -> int:
    """The end of a pipe from which the numbers can be read, and nothing after them."""
    source, target = os.pipe()
    os.write(target, b"".join(number.to_bytes(_NUMBER, "big") for number in numbers))
    os.close(target)
    return source


@contextlib.contextmanager
def working(count: int, work: Callable[[int], Any]) -> Iterator[list[Helper]]:
    """Forks processes that do the work, and stops those whose result was not taken when the block ends, however it ends.

    Each is told its number, from 1 on: 0 is this process.

    An interrupt waits until all are started: one that nobody knows of would work on alone, and one between the fork and
    the child's own handler would run the parent's way out twice.
    """
    helpers: list[Helper] = []
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for number in range(1, count + 1):
                helpers.append(Helper(functools.partial(work, number)))
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        yield helpers
    finally:
        for helper in helpers:
            helper.stop()


class Helper:
    """A forked process at work; made by `working`.

    Args:
        work: runs in the child; its result must be made of what `marshal` knows: numbers, texts, lists, tuples, dicts.
    """

    def __init__(self, work: Callable[[], Any]) -> None:
        self._source, target = os.pipe()
        parent = os.getpid()
        try:
            self._pid = os.fork()
            if self._pid == 0:
                _child(work, target, parent)
        finally:
            os.close(target)

    def result(self) -> Any:
        """What the work gave; None when it failed. Waits for it, but not for the process to be gone."""
        with os.fdopen(self._source, "rb") as source:
            self._source = -1
            data = source.read()
        try:
            return marshal.loads(data)  # noqa: S302 - a process of our own wrote it
        except (EOFError, ValueError, TypeError):
            return None

    def stop(self) -> None:
        """Ends the process, if it has not ended by itself."""
        if self._source >= 0:
            os.close(self._source)
            self._source = -1
        if self._pid > 0:
            with contextlib.suppress(OSError):
                os.kill(self._pid, signal.SIGKILL)
            self._wait()

    def _wait(self) -> int:
        pid, self._pid = self._pid, 0
        try:
            return os.waitpid(pid, 0)[1]
        except ChildProcessError:
            return 1


def _child(work: Callable[[], Any], target: int, parent: int) -> None:
    """Runs the work and ends the process: silently, without the parent's way out, whatever happens."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        data = marshal.dumps(work())
        if os.getppid() == parent:
            with os.fdopen(target, "wb") as stream:
                stream.write(data)
            status = 0
    except BaseException:  # noqa: BLE001, S110 - the parent does the work again and meets the error itself
        pass
    finally:
        os._exit(status)
