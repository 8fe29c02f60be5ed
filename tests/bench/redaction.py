"""Measures redaction: `python -m tests.bench.redaction [--documents FOLDER] [--tree FOLDER] [--misses]`.

Prints recall by group, family and context (tuned and held out), false findings by cause on clean text, MB/s per layer,
and the engine's start-up, cold and from its cache.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from llm_audit import folders, redact
from llm_audit.redact import encoded, engine, filter, views
from tests.redact.contexts import Case, cases, survives

SEEDS = (11, 2026)


def main() -> None:
    """Runs all measurements."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=Path, help="a folder of clean text to count false findings in")
    parser.add_argument("--tree", type=Path, help="a repository to time the whole-tree pass on")
    parser.add_argument("--misses", action="store_true", help="show each secret that survived, tuned half only")
    parser.add_argument("--only", choices=["recall", "false", "speed"], help="one measurement")
    given = parser.parse_args()
    redact.use_cache(folders.cache_folder() / "rules")
    if given.only in (None, "recall"):
        recall(misses=given.misses)
    if given.only in (None, "false"):
        false_findings(given.documents)
    if given.only in (None, "speed"):
        speed(given.tree)


def recall(*, misses: bool) -> None:
    """Tables of how much was removed, without and with the value known."""
    missed: list[tuple[Case, str]] = []
    every: list[Case] = []
    known_misses = 0
    for seed in SEEDS:
        for case in cases(seed):
            every.append(case)
            if piece := survives(case, redact.redact(case.text)[0]):
                missed.append((case, piece))
                redact.learn([case.secret])
                known_misses += bool(survives(case, redact.redact(case.text)[0]))
                redact.forget()
    failed = {id(case) for case, _ in missed}
    for title, key in (("group", _group), ("half", _half), ("context", _context), ("family", _family)):
        _table(title, every, failed, key)
    print(
        f"\nall: {1 - len(missed) / len(every):.2%} of {len(every)}; with the value known: {1 - known_misses / len(every):.2%}"
    )
    for case, piece in missed if misses else ():
        if not case.held_out:
            print(
                f"MISS {case.family.name} in {case.context.name}: kept {piece!r} of {case.secret!r}\n     {redact.redact(case.text)[0]!r}"
            )


def _group(case: Case) -> str:
    return "encoded" if case.context.kind == "encoded" else case.family.group


def _half(case: Case) -> str:
    return f"{_group(case)} {'held out' if case.held_out else 'tuned'}"


def _context(case: Case) -> str:
    return case.context.name


def _family(case: Case) -> str:
    return case.family.name


def _table(title: str, every: list[Case], failed: set[int], key: object) -> None:
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case in every:
        row = rows[key(case)]  # type: ignore[operator]
        row[0] += 1
        row[1] += id(case) in failed
    print(f"\nrecall by {title}")
    perfect = 0
    for name, (count, lost) in sorted(rows.items(), key=lambda row: (-row[1][1], row[0])):
        if title == "family" and not lost:
            perfect += 1
            continue
        print(f"  {name:<28} {1 - lost / count:7.1%}  of {count}")
    if perfect:
        print(f"  {perfect} more families at 100 %")


def false_findings(folder: Path | None) -> None:
    """False findings by cause on clean text."""
    from tests.redact.clean_text import CLEAN

    lines = 0
    causes: dict[str, list[str]] = defaultdict(list)
    texts = {"clean table": "\n".join(CLEAN)}
    if folder:
        texts |= {str(path): path.read_text(errors="replace") for path in sorted(folder.rglob("*")) if path.is_file()}
    for name, text in texts.items():
        lines += text.count("\n") + 1
        for span in redact.scan(text):
            line = text.count("\n", 0, span.start) + 1
            causes[span.kind].append(f"{name}:{line}")
    total = sum(map(len, causes.values()))
    print(f"\nfalse findings: {total} in {lines} lines of {len(texts)} texts ({1000 * total / lines:.2f} per 1,000)")
    for kind, places in sorted(causes.items()):
        print(f"  {kind:<18} {len(places)}  {' '.join(places[:3])}")


def speed(tree: Path | None) -> None:
    """MB/s per layer, of the whole filter and of the whole-tree pass; the engine's start-up."""
    sample = (_prose() * 40)[: 1 << 20]
    redact.scan("warm")
    print("\nMB/s on 1 MB of documents")
    steps = {layer.__module__.rpartition(".")[2]: layer for layer in filter.LAYERS}
    steps |= {
        "encoded": encoded.blobs,
        "decoded view": views.decoded,
        "joined view": views.joined,
        "engine": lambda text: engine.spans(engine.encoded(text)),
    }  # type: ignore[dict-item]
    for name, step in {**steps, "whole filter": redact.scan}.items():
        print(f"  {name:<14} {_rate(lambda step=step: _drain(step(sample)), sample):8.1f}")
    document = sample[:60_000]
    print(f"  60 KB of documents in {len(document) / 1e6 / _rate(lambda: redact.redact(document), document):.3f} s")
    line = sample.replace("\n", " ")
    once, whole = (
        len(line) / 1e6 / _rate(step, line) for step in (lambda: redact.scan(line), lambda: redact.redact(line))
    )
    print(f"  1 MB in one line: one scan {once:.2f} s, all rounds {whole:.2f} s")
    if tree:
        _whole_tree(tree)
    _start_up()


def _drain(found: object) -> None:
    for _ in found if hasattr(found, "__iter__") else ():  # type: ignore[union-attr]
        pass


def _rate(step: object, text: str) -> float:
    started = time.process_time()
    step()  # type: ignore[operator]
    return len(text) / 1e6 / (time.process_time() - started)


def _prose() -> str:
    """Text as documents have it, with a planted secret about every five kilobytes."""
    fixtures = Path(__file__).parent.parent.parent / "fixtures/repos"
    documents = [path.read_text(encoding="utf-8") for path in sorted(fixtures.glob("*/expected.md"))]
    secrets = [case.text for case in cases(5)[::40]]
    return "".join(f"{document}\n{secret}" for document, secret in zip(documents * 9, secrets * 9, strict=False))


def _whole_tree(tree: Path) -> None:
    from llm_audit import repo
    from llm_audit.model import SourceFile
    from llm_audit.redact.learning import Learner

    files = [file for path in repo.walk(tree) if isinstance(file := repo.read(tree, path), SourceFile)]
    size = sum(len(file.text) for file in files)
    engine.load()
    for title, threads in (("one core", 0), ("with a thread", 1)):
        learner = Learner(threads=threads)
        started = time.process_time()
        for file in files:
            learner.see(file.path, file.text)
        values = learner.finish()
        seconds = time.process_time() - started
        print(
            f"  whole-tree pass, {title}: {size / 1e6 / seconds:.1f} MB/s ({len(files)} files, {size / 1e6:.1f} MB, {len(values)} values)"
        )


def _start_up() -> None:
    from kingfisher_sdk import Rules, Scanner

    with tempfile.TemporaryDirectory() as folder:
        for title in ("cold", "cached"):
            started = time.process_time()
            Scanner(Rules(cache_dir=folder))
            print(f"  engine start-up, {title}: {time.process_time() - started:.2f} s")


if __name__ == "__main__":
    sys.exit(main())
