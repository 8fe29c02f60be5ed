"""Measures `llm-audit draft`: `python -m tests.bench.draft [--files N ...] [--seed S] [--tree PATH] [--runs R]`.

Generates trees of the given numbers of files, or takes an existing one. The whole process is timed, best of some runs;
memory is the peak of all its processes together; the shares of the stages are processor time in one process.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llm_audit import catalog, composing, config, folders, integrations, pipeline, redact, repo, sharing
from llm_audit.gathering import reader
from llm_audit.redact.learning import Learner
from llm_audit.writers import offline
from tests.bench import trees

COMMAND = (sys.executable, "-m", "llm_audit")
HOME = Path(__file__).parent.parent.parent


def main() -> None:
    """Runs all measurements."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, nargs="+", default=[5000], help="sizes of the trees to generate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tree", type=Path, help="measure this tree instead")
    parser.add_argument("--runs", type=int, default=3, help="the best of so many counts")
    given = parser.parse_args()
    helped, _ = best(given.runs, "--help")
    print(f"--help: {helped:.2f} s\n")
    if given.tree:
        measure(given.tree.resolve(), given.runs)
        return
    each: list[float] = []
    for files in given.files:
        with tempfile.TemporaryDirectory() as folder:
            trees.make(Path(folder), files, given.seed)
            each.append(measure(Path(folder), given.runs))
    if len(each) > 1:
        print(f"processor time per file, last to first: {each[-1] / each[0]:.2f}")


def measure(tree: Path, runs: int) -> float:
    """Prints all figures of a tree; gives the processor seconds per file."""
    paths = [path for path in repo.walk(tree) if (tree / path).is_file() and not (tree / path).is_symlink()]
    size = sum((tree / path).stat().st_size for path in paths) / 1e6
    wall, cpu = best(runs, "draft", "--stdout", "--quiet", "--no-cache", str(tree))
    print(f"{len(paths):,} files, {size:.1f} MB: {wall:.2f} s, {cpu:.2f} s of processors")
    print(f"  {len(paths) / wall:,.0f} files/s, {size / wall:.1f} MB/s, {cpu / len(paths) * 1000:.2f} ms/file")
    print(f"  peak of all processes: {peak(tree):.0f} MB")
    spent = stages(tree)
    whole = sum(spent.values())
    print("  " + ", ".join(f"{name} {seconds / whole:.0%}" for name, seconds in spent.items()) + "\n")
    return cpu / len(paths)


def best(runs: int, *arguments: str) -> tuple[float, float]:
    """Wall and processor seconds of the fastest run."""
    seen: list[tuple[float, float]] = []
    for _ in range(runs):
        before, started = os.times(), time.perf_counter()
        subprocess.run([*COMMAND, *arguments], cwd=HOME, stdout=subprocess.DEVNULL, check=True)
        wall, after = time.perf_counter() - started, os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        seen.append((wall, cpu))
    return min(wall for wall, _ in seen), min(cpu for _, cpu in seen)


def peak(tree: Path) -> float:
    """The highest sum of memory of the command and its children, in MB; shared pages count once. Linux only."""
    command = [*COMMAND, "draft", "--stdout", "--quiet", "--no-cache", str(tree)]
    process = subprocess.Popen(command, cwd=HOME, stdout=subprocess.DEVNULL)
    highest = 0.0
    while process.poll() is None:
        highest = max(highest, sum(map(_memory, (process.pid, *_children(process.pid)))))
        time.sleep(0.03)
    return highest


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _memory(pid: int) -> float:
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


def stages(tree: Path) -> dict[str, float]:
    """Processor seconds of each stage, in this process and with no other; what a stage calls of another is the other's."""
    clock = _Clock()
    places: tuple[tuple[str, Any, str], ...] = (
        ("imports and engine", reader, "collectors"), ("walk", repo, "walk"), ("read", repo, "read"),
        ("learn", Learner, "see"), ("learn", Learner, "finish"), ("collect", reader, "facts_of"),
        ("catalogue", catalog, "load"), ("find", integrations, "find"), ("write", offline, "write"),
        ("scan", composing, "sealed"),
    )  # fmt: skip
    kept = [(where, name, getattr(where, name)) for _, where, name in places]
    processes = sharing.processes
    settings, _ = config.load(tree, {"quiet": True, "cache": False})
    redact.use_cache(folders.cache_folder() / "rules")
    try:
        sharing.processes = lambda: 1
        for stage, where, name in places:
            setattr(where, name, clock.timed(stage, getattr(where, name)))
        clock.timed("rest", pipeline.draft)(tree, settings)
    finally:
        sharing.processes = processes
        for where, name, function in kept:
            setattr(where, name, function)
    return clock.spent


class _Clock:
    """Adds up what functions take, without what they call that is timed itself."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._stack: list[str] = []
        self._since = 0.0

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed as part of a stage."""

        def call(*arguments: Any, **named: Any) -> Any:
            self._tick()
            self._stack.append(stage)
            try:
                return function(*arguments, **named)
            finally:
                self._tick()
                self._stack.pop()

        return call

    def _tick(self) -> None:
        now = time.process_time()
        if self._stack:
            self.spent[self._stack[-1]] += now - self._since
        self._since = now


if __name__ == "__main__":
    main()
