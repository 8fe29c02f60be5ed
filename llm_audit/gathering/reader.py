"""Reads the files of a tree, each once, and has the collectors look at them: alone, or together with forked processes.

How many processes read has no influence on what they find: what is allowed is settled before, what is learned is joined
afterwards, and every file stands for itself in between.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from llm_audit import redact, repo, sharing
from llm_audit.collect import collectors
from llm_audit.collect.dispatch import Dispatch
from llm_audit.gathering.factcache import FactCache, Row, pack, unpack
from llm_audit.gathering.workspace import own_applications, own_packages, role_in
from llm_audit.model import Fact, Role, Skipped, SourceFile
from llm_audit.redact import engine
from llm_audit.redact.learning import Learner

Progress = Callable[[int, int], None]
"""Told after each file: files done, files in all."""

MIN_SHARED = 600
"""With fewer files to read, a second process would cost more than it brings."""
_PARCEL = 24
_SAMPLES = 8
_NOTHING: Iterator[None] = iter(())
_STUMBLES = (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError)


class Gathering:
    """What the files of a tree gave.

    Args:
        root: absolute path of the tree.
        cache: what is remembered of files that have not changed.

    Attributes:
        rows: by path, the length of a file's text (-1 when it is not read) and what the collectors say of it.
        values: what was learned to be secret.
        teachers: paths of the files that taught it.
    """

    def __init__(self, root: Path, cache: FactCache | None = None) -> None:
        self.rows: dict[str, Row] = {}
        self.values: set[str] = set()
        self.teachers: set[str] = set()
        self._root = root
        self._cache = cache
        self._dispatch = Dispatch(())
        self._folders: set[str] = set()
        self._own: frozenset[str] = frozenset()
        self._applications: frozenset[str] = frozenset()
        self._parcels: list[list[str]] = []
        self._taken: set[int] = set()
        self._remembered = self._done = 0

    def walk(self, subtrees: tuple[str, ...]) -> list[str]:
        """The tree's paths; makes everything ready that reading needs but for the secret engine, which it starts.

        Args:
            subtrees: when given, only files below these relative folders.

        Raises:
            UsageError: a subtree does not exist.
            SafetyError: a subtree leaves the tree.
        """
        # the engine's start is not Python's work: it takes no time from the imports, which take as long
        redact.start()
        self._dispatch = Dispatch(collectors())
        return repo.walk(self._root, subtrees)

    def read(
        self,
        paths: list[str],
        progress: Progress | None = None,
        meanwhile: Iterator[None] = _NOTHING,
        processes: int = 0,
    ) -> None:
        """Fills the rows of all paths.

        Args:
            paths: what to read.
            progress: told as files are read.
            meanwhile: steps of other work, done by this process while it would wait for the engine, or while others
                read already.
            processes: how many may read; 0 for as many as are worth it.

        Raises:
            SafetyError: the secret filter cannot run.
        """
        count = self._plan(paths)
        sharing_out = processes > 1 or (not processes and count >= MIN_SHARED)
        # a scan before the others begin would keep them waiting
        with Learner(threads=0 if sharing_out else 1, patient=sharing_out) as learner:
            if sharing_out:
                self._take(self._early(), progress, learner)
                _wait(meanwhile)
                self._together(processes or sharing.processes(), progress, meanwhile, learner)
            self._take(self._left(), progress, learner)
            _wait(meanwhile)
            self.values |= learner.finish()
            self.teachers |= learner.teachers
        if progress:
            progress(len(paths), len(paths))

    def _plan(self, paths: list[str]) -> int:
        """Settles by what files are judged, which are remembered and how the others are parcelled; gives how many are to be read."""
        self._allow(paths)
        self._own, self._applications = own_packages(self._root, paths), own_applications(paths)
        if self._cache:
            self._cache.among(self._own | self._applications)
            self.rows = {path: row for path in paths if (row := self._cache.known(path)) is not None}
        self._folders = _folders_of(paths)
        left = _in_turn([path for path in paths if path not in self.rows])
        self._remembered = self._done = len(self.rows)
        size = max(_PARCEL, -(-len(left) // sharing.MOST_PARCELS))
        self._parcels = [left[at : at + size] for at in range(0, len(left), size)]
        return len(left)

    def _early(self) -> Iterator[int]:
        """Parcels while the engine is on its way, first some of every kind: what all processes need is made ready once."""
        samples = range(0, len(self._parcels), max(1, len(self._parcels) // _SAMPLES))
        for number in itertools.chain(
            samples, (number for number in range(len(self._parcels)) if number not in samples)
        ):
            if engine.ready():
                return
            yield number

    def _left(self) -> list[int]:
        """The numbers of the parcels that were not taken."""
        return [number for number in range(len(self._parcels)) if number not in self._taken]

    def _allow(self, paths: list[str]) -> None:
        """Lets through what the user allowed at its place, before facts are made of it anywhere."""
        for path in paths:
            if redact.concerns(repo.printable(path)):
                file = repo.read(self._root, path)
                if isinstance(file, SourceFile):
                    redact.scan(file.text, file.path)

    def _together(self, count: int, progress: Progress | None, meanwhile: Iterator[None], learner: Learner) -> None:
        """Reads what is left with helpers: all of it, unless a helper fails."""
        if count < 2:
            learner.scan()
            return
        numbers = sharing.Parcels(self._left(), count)
        try:
            with sharing.working(count - 1, lambda row: self._report(numbers.of(row))) as helpers:
                for _ in meanwhile:
                    pass
                learner.scan()
                self._take(numbers.of(0), progress, learner, readers=count)
                for helper in helpers:
                    self._join(helper.result())
        finally:
            numbers.close()

    def _take(self, numbers: Iterable[int], progress: Progress | None, learner: Learner, readers: int = 1) -> None:
        """Reads parcels; what is told of progress takes the others to be as quick as this one."""
        total = sum(map(len, self._parcels)) + self._remembered
        for number in numbers:
            self._taken.add(number)
            for path in self._parcels[number]:
                self.rows[path] = self._row(path, learner)
                self._done += readers
                if progress and self._done < total:
                    progress(self._done, total)

    def _row(self, path: str, learner: Learner) -> Row:
        cache = self._cache
        file = None if path in self._folders else repo.read(self._root, path)
        if not isinstance(file, SourceFile):
            refused = (file,) if file else ()
            if cache:
                cache.keep(path, None, refused)
            return -1, refused
        file.own, file.role = self._own, role_in(file, self._applications)
        learner.see(file.path, file.text)
        if redact.concerns(file.path):
            return len(file.text), tuple(facts_of(file, self._dispatch))
        if cache and (row := cache.recall(file)):
            return row
        found = facts_of(file, self._dispatch)
        if cache:
            cache.keep(path, file, found)
        return len(file.text), tuple(found)

    def _report(self, numbers: Iterable[int]) -> dict[str, Any]:
        """What a helper hands over. Each parcel is packed when it is done, so that nobody waits for it at the end."""
        rows: dict[str, tuple[int, list[Any]]] = {}
        taken: list[int] = []

        def packing() -> Iterator[int]:
            for number in numbers:
                taken.append(number)
                yield number
                for path in self._parcels[number]:
                    size, found = self.rows[path]
                    rows[path] = size, [pack(one) for one in found]

        with Learner(threads=0) as learner:
            self._take(packing(), None, learner)
            learned = {"values": list(learner.finish()), "teachers": list(learner.teachers)}
        stamps = {path: stamp for path in rows if self._cache and (stamp := self._cache.told(path))}
        return {"taken": taken, "rows": rows, "stamps": stamps, **learned}

    def _join(self, report: dict[str, Any] | None) -> None:
        if report is None:
            return
        for path, (size, found) in report["rows"].items():
            shown = repo.printable(path)
            self.rows[path] = size, tuple(unpack(one, shown) for one in found)
            if self._cache and path in report["stamps"]:
                stamp, digest = report["stamps"][path]
                self._cache.adopt(path, tuple(stamp), digest, self.rows[path])
        self.values.update(report["values"])
        self.teachers.update(report["teachers"])
        self._taken.update(report["taken"])


def _wait(meanwhile: Iterator[None]) -> None:
    """Returns when the secret engine is there; until then, other work is done.

    Raises:
        SafetyError: the engine cannot start.
    """
    while not engine.ready() and next(meanwhile, "all done") is None:
        pass
    engine.load()


def _in_turn(paths: list[str]) -> list[str]:
    """When files are read: first those that take longest, then kind by kind, so that what only rare kinds need is made ready
    in one of the processes alone, and the most common kind last: its parcels are alike, and nobody waits for another.
    """
    names = {path: path.rpartition("/")[2] for path in paths}
    kinds = {path: name.rpartition(".")[2] for path, name in names.items()}
    counts = Counter(kinds.values())
    return sorted(paths, key=lambda path: (names[path] not in repo.LOCKFILES, counts[kinds[path]], kinds[path]))


def _folders_of(paths: Iterable[str]) -> set[str]:
    """The folders that something is listed in: they need not be opened to learn that they are no files."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def facts_of(file: SourceFile, dispatch: Dispatch) -> list[Fact | Skipped]:
    """Everything that the collectors say of one file. Installed and built code speaks for itself, not for its host."""
    found: list[Fact | Skipped] = []
    if file.role in (Role.VENDORED, Role.GENERATED) and file.name not in repo.LOCKFILES:
        return found
    file = repo.without_asides(file)
    for collector in dispatch.of(file):
        try:
            found.extend(collector.collect(file))
        except _STUMBLES as error:
            # one file that a collector stumbles over must not cost the user the other thousand; it is listed
            found.append(Skipped(file.path, f"not understood by {collector.name} ({type(error).__name__})"))
    return found
