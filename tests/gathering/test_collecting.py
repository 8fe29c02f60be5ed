"""Reading a tree: neither the order of files nor the number of processes changes what is found."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import llm_audit
from llm_audit import folders, pipeline, repo, sharing
from llm_audit.gathering import factcache, reader
from llm_audit.gathering.collecting import collect
from llm_audit.gathering.factcache import FactCache
from llm_audit.gathering.reader import Gathering
from llm_audit.model import Fact
from llm_audit.redact import engine
from llm_audit.settings import Settings
from tests.conftest import REPO, Tree, linux_only

PASSWORD = "gK7-xQ2m" + "Vz9pLw4T"
FILES = {
    "package.json": '{"dependencies": {"stripe": "^14.0.0", "redis": "4.6.0"}}',
    ".env.production": f"DATABASE_URL=postgresql://app:{PASSWORD}@db.shop.io/main\n",
    "a/early.ts": f"// the old one was {PASSWORD}\nfetch('https://api.acme.io/v1/{PASSWORD}')\n",
    "broken.json": "{",
    "logo.png": b"\x89PNG",
    "data.bin": b"a\0b",
    **{
        f"src/m{number}.ts": f"import Stripe from 'stripe'\nconst key = process.env.KEY_{number}\n"
        f"export const answer = fetch('https://api{number}.shop-{number % 7}.io/v{number}')\n"
        for number in range(150)
    },
}  # fmt: skip
PATHS = {*FILES, "a", "src"}


def gathered(root: Path, processes: int, *, shuffled: int = 0, cache: FactCache | None = None) -> Gathering:
    """What this many processes find, with the files in an order of their own."""
    found = Gathering(root, cache)
    paths = found.walk(())
    if shuffled:
        random.Random(shuffled).shuffle(paths)
    found.read(paths, processes=processes)
    return found


def told(found: Gathering) -> tuple[object, ...]:
    """All of it, whatever the order it came in."""
    return sorted((path, repr(row)) for path, row in found.rows.items()), found.values, found.teachers


@linux_only
@pytest.mark.parametrize("processes", [2, 3])
def test_more_processes_find_what_one_finds(tree: Tree, processes: int) -> None:
    root = tree(FILES)
    alone = gathered(root, 1)
    assert PASSWORD in alone.values
    assert alone.rows.keys() == PATHS
    assert told(gathered(root, processes)) == told(alone)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_files_does_not_matter(tree: Tree, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(FILES)
    expected = collect(root)
    assert expected.facts
    assert PASSWORD not in repr(expected)
    walk = repo.walk

    def shuffled(root: Path, subtrees: tuple[str, ...] = ()) -> list[str]:
        paths = walk(root, subtrees)
        random.Random(seed).shuffle(paths)
        return paths

    monkeypatch.setattr(repo, "walk", shuffled)
    assert collect(root) == expected


@linux_only
def test_a_large_tree_is_shared_and_a_small_one_is_not(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    forks: list[int] = []
    monkeypatch.setattr(os, "fork", lambda real=os.fork: forks.append(1) or real())
    monkeypatch.setattr(sharing, "processes", lambda: 2)
    monkeypatch.setattr(engine, "ready", lambda: True)
    done: list[str] = []
    small = collect(tree(FILES), meanwhile=_steps(done, "one", "two"))
    assert (forks, done) == ([], [])
    monkeypatch.setattr(reader, "MIN_SHARED", 100)
    assert collect(tree(FILES), meanwhile=_steps(done, "one", "two")) == small
    assert (forks, done) == ([1], ["one", "two"])


def _steps(done: list[str], *names: str) -> Iterator[None]:
    for name in names:
        done.append(name)
        yield


def test_what_is_needed_later_is_made_ready_while_the_engine_starts(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    load = engine.load
    load()
    monkeypatch.setattr(engine, "load", lambda: order.append("engine") or load())
    monkeypatch.setattr(engine, "ready", lambda: len(order) > 1)
    early = collect(tree(FILES), meanwhile=_steps(order, "one", "two", "three"))
    assert order[:3] == ["one", "two", "engine"] and "three" not in order
    monkeypatch.setattr(engine, "ready", lambda: False)
    order.clear()
    assert collect(tree(FILES), meanwhile=_steps(order, "one")) == early
    assert order[:2] == ["one", "engine"]


@linux_only
@pytest.mark.parametrize("processes", [1, 2])
def test_reading_begins_while_the_engine_starts_and_is_shared_when_it_is_there(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    root, order = tree(FILES), list[str]()
    alone = reader.Gathering(root)
    alone.read(alone.walk(()), processes=1)
    load, facts_of = engine.load, reader.facts_of
    monkeypatch.setattr(engine, "load", lambda: order.append("engine") or load())
    monkeypatch.setattr(engine, "ready", lambda: "engine" in order)
    monkeypatch.setattr(os, "fork", lambda real=os.fork: order.append("fork") or real())
    monkeypatch.setattr(reader, "facts_of", lambda *given: order.append("file") or facts_of(*given))
    found = reader.Gathering(root)
    found.read(found.walk(()), processes=processes)
    assert order[0] == "file" and "engine" in order
    assert order.count("fork") == processes - 1
    assert "fork" not in order[: order.index("engine")]
    assert (found.rows, found.values, found.teachers) == (alone.rows, alone.values, alone.teachers)


@linux_only
def test_as_long_as_the_engine_is_not_there_one_process_reads(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root, order = tree({f"part{number}.ts": "import express from 'express';\n" for number in range(300)}), list[str]()
    load, facts_of = engine.load, reader.facts_of
    load()
    monkeypatch.setattr(engine, "load", lambda: order.append("engine") or load())
    monkeypatch.setattr(engine, "ready", lambda: "engine" in order)
    monkeypatch.setattr(reader, "facts_of", lambda *given: order.append("file") or facts_of(*given))
    found = reader.Gathering(root)
    found.read(found.walk(()), processes=2)
    assert order.index("engine") == order.count("file") == 300


@linux_only
def test_what_a_failing_helper_leaves_is_done_by_the_parent(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(FILES)
    expected = told(gathered(root, 1))
    parent, real = os.getpid(), repo.read

    def read(root: Path, path: str) -> object:
        if os.getpid() != parent:
            raise MemoryError
        return real(root, path)

    monkeypatch.setattr(repo, "read", read)
    assert told(gathered(root, 2)) == expected


@linux_only
def test_an_error_of_the_parent_ends_the_helpers(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(FILES)
    parent = os.getpid()

    def read(root: Path, path: str) -> object:
        if os.getpid() == parent:
            raise KeyboardInterrupt
        time.sleep(60)
        return None

    monkeypatch.setattr(repo, "read", read)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        gathered(root, 2)
    assert time.monotonic() - started < 30
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@linux_only
def test_progress_only_grows_and_ends_at_the_total(tree: Tree) -> None:
    root = tree(FILES)
    for processes in (1, 2):
        seen: list[tuple[int, int]] = []
        found = Gathering(root)
        found.read(found.walk(()), lambda done, total, seen=seen: seen.append((done, total)), processes=processes)
        assert seen == sorted(seen)
        assert seen[-1] == (len(PATHS), len(PATHS))
        assert {total for _, total in seen} == {len(PATHS)}


@linux_only
def test_the_cache_is_told_what_helpers_read(tree: Tree, tmp_path: Path) -> None:
    root = tree(FILES)
    cache = FactCache(tmp_path / "cache", root)
    expected = gathered(root, 2, cache=cache)
    for path in expected.rows:
        assert cache.told(path), path
    cache.save()
    later = FactCache(tmp_path / "cache", root)
    for path in FILES:
        file = repo.read(root, path)
        if not isinstance(file, Fact) and hasattr(file, "text"):
            assert later.recall(file) == expected.rows[path], path


@linux_only
def test_every_parcel_is_handed_out_once() -> None:
    parcels = sharing.Parcels(range(sharing.MOST_PARCELS), 2)
    helper = sharing.Helper(lambda: list(parcels.of(1)))
    mine = list(parcels.of(0))
    theirs = helper.result()
    parcels.close()
    helper.stop()
    assert sorted([*mine, *theirs]) == list(range(sharing.MOST_PARCELS))


@linux_only
@pytest.mark.parametrize(("count", "rows"), [(10, 1), (10, 3), (2, 4), (0, 2), (sharing.MOST_PARCELS, 4)])
def test_each_process_begins_with_its_own_row_and_ends_with_the_others(count: int, rows: int) -> None:
    for row in range(rows):
        parcels = sharing.Parcels(range(count), rows)
        mine = list(parcels.of(row))
        assert sorted(mine) == list(range(count))
        assert mine[:1] == [count * row // rows][: len(mine)] or count < rows
        assert list(parcels.of(0)) == []
        parcels.close()


def stumble() -> None:
    raise RuntimeError("no word of this is shown")


@linux_only
@pytest.mark.parametrize("end", [stumble, lambda: os._exit(3), lambda: os.kill(os.getpid(), signal.SIGKILL)])
def test_a_helper_that_ends_badly_gives_nothing(end: Callable[[], None]) -> None:
    with sharing.working(1, lambda _: end()) as [helper]:
        assert helper.result() is None


@linux_only
def test_no_helper_is_left_when_the_block_ends() -> None:
    with sharing.working(2, lambda number: number) as helpers:
        assert helpers[0].result() == 1
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@linux_only
def test_no_helpers_where_other_threads_run() -> None:
    code = (
        "import threading; from llm_audit import sharing; stop = threading.Event();"
        "alone = sharing.processes(); threading.Thread(target=stop.wait).start();"
        "print(alone, sharing.processes()); stop.set()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPO, check=True)
    assert done.stdout.split() == [str(min(len(os.sched_getaffinity(0)), 4)), "1"]


@linux_only
def test_an_interrupt_at_the_fork_leaves_no_helper_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fork

    def interrupted() -> int:
        child = real()
        if child:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return child

    monkeypatch.setattr(os, "fork", interrupted)
    with pytest.raises(KeyboardInterrupt), sharing.working(1, lambda _: time.sleep(60)):
        pytest.fail("the interrupt was lost")
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


HALF_IMPORTED = "ignore:unclosed file:ResourceWarning"
"""What Python's own import leaves open when an interrupt comes in its midst; we open no such files."""


def held_child(process: subprocess.Popen[str]) -> int:
    """The first process that another starts, stopped: however long the next step takes, the work is not done before it. 0 for none."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError):  # one of them has ended meanwhile
            for child in map(int, children.read_text().split()):
                os.kill(child, signal.SIGSTOP)
                while (state := Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]) not in "TZX":
                    time.sleep(0.001)
                if state == "T":
                    return child
        time.sleep(0.005)
    return 0


@linux_only
@pytest.mark.parametrize("whole_group", [True, False])
def test_an_interrupt_of_shared_work_is_one_line(tree: Tree, *, whole_group: bool) -> None:
    root = tree({f"src/m{number}.ts": f"import a from 'stripe'\nfetch('https://x{number}.acme.io')\n" * 400
                 for number in range(1500)})  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-W", HALF_IMPORTED, "-m", "llm_audit", "draft", str(root)],
        stderr=subprocess.PIPE, text=True, cwd=REPO, start_new_session=True,
    )  # fmt: skip
    child = held_child(process)
    if whole_group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    with contextlib.suppress(ProcessLookupError):  # ended by now
        os.kill(child or process.pid, signal.SIGCONT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert errors.splitlines() == ["llm-audit: interrupted; nothing was written"]
    assert child
    assert not Path(f"/proc/{child}").exists()


def test_a_second_draft_reads_only_what_has_changed_and_says_the_same(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(folders, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(factcache, "_RACY", -(10**12))
    root = tree(
        {"src/pay.ts": "import Stripe from 'stripe'\nnew Stripe(process.env.STRIPE_KEY!)\n", "a.py": "import redis\n"}
    )
    first = pipeline.draft(root, Settings(date="2026-01-02"))
    reads: list[str] = []
    real = repo.read
    monkeypatch.setattr(repo, "read", lambda at, path: reads.append(path) or real(at, path))
    assert pipeline.draft(root, Settings(date="2026-01-02")).evidence == first.evidence
    assert reads == []
    (root / "a.py").write_text("import boto3\n")
    assert pipeline.draft(root, Settings(date="2026-01-02")).evidence != first.evidence
    assert reads == ["a.py"]
    assert pipeline.draft(root, Settings(date="2026-01-02", cache=False)).markdown
    assert sorted(reads[1:]) == ["a.py", "src/pay.ts"]


def test_facts_are_trusted_only_by_the_sources_that_made_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Path(llm_audit.__file__).parent == factcache.SOURCES  # collectors and catalogue among them
    (tmp_path / "collect").mkdir()
    source = tmp_path / "collect" / "some.py"
    seen = set()
    monkeypatch.setattr(factcache, "SOURCES", tmp_path)
    for text in ("one", "another"):
        source.write_text(text)
        monkeypatch.setattr(factcache, "_fingerprint", "")
        seen |= {factcache.fingerprint(), factcache.fingerprint()}
    assert len(seen) == 2
    monkeypatch.setattr(factcache, "_fingerprint", "")
