"""One test reads all golden fixtures; what holds of every document is held for every fixture repository.

`tests/golden.py` says how a golden fixture is made and how `expected.md` is rewritten.
"""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from llm_audit.document import parse, render
from llm_audit.model import Fact, Kind
from llm_audit.redact import MARKER
from tests import golden
from tests.conftest import REPO

REPOS = sorted(path.parent for path in golden.FIXTURES.glob("*/repo"))
WHOLE_FILE = frozenset({Kind.FILE, Kind.PLATFORM, Kind.WORKFLOW, Kind.SETTING})
"""What the presence or the name of a file shows; such facts stand at its first line."""


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Draws the document of a fixture, once for all tests of this module."""
    folder = tmp_path_factory.mktemp("golden")

    @cache
    def of(case: Path) -> golden.Drawn:
        return golden.drawn(golden.copied(case, folder))

    return of


@pytest.mark.parametrize("case", golden.cases(), ids=lambda case: case.name)
def test_golden_document(case: Path, draw) -> None:  # type: ignore[no-untyped-def]
    given = draw(case)
    assert list(golden.wrong(given, (case / "expected-entries.txt").read_text("utf-8"))) == []
    assert given.text == (case / "expected.md").read_text("utf-8")


@pytest.mark.parametrize("case", REPOS, ids=lambda case: case.name)
def test_every_document(case: Path, draw) -> None:  # type: ignore[no-untyped-def]
    given = draw(case)
    text = given.text
    assert parse(text) == given.document
    assert max(map(len, text.splitlines())) <= 1200
    assert len(text.splitlines()) < 250
    assert render(given.document, evidence=False).count("Evidence:") == 0
    shuffled = list(given.collected.facts)
    random.Random(7).shuffle(shuffled)
    assert golden.reordered(given, tuple(shuffled)).text == text


@pytest.mark.parametrize("case", REPOS, ids=lambda case: case.name)
def test_no_collector_stumbles(case: Path, draw) -> None:  # type: ignore[no-untyped-def]
    assert [one for one in draw(case).collected.skipped if one.reason.startswith("not understood by")] == []


@pytest.mark.parametrize("case", REPOS, ids=lambda case: case.name)
def test_every_citation_stands(case: Path, draw) -> None:  # type: ignore[no-untyped-def]
    given = draw(case)
    at: dict[str, list[Fact]] = {}
    for fact in given.collected.facts:
        at.setdefault(str(fact.place), []).append(fact)
    for section in given.document.sections:
        for group in section.groups:
            for entry in group.entries:
                assert entry.evidence, f"{group.label}: {entry.name} has no evidence"
                for place in entry.evidence:
                    lines = (given.root / place.path).read_text("utf-8").splitlines()
                    assert 1 <= place.line <= max(1, len(lines)), place
                    block = "\n".join(lines[place.line - 1 : place.line + 2])
                    assert any(_stands(fact, block) for fact in at[str(place)]), f"{place}: {block}"


def _stands(fact: Fact, block: str) -> bool:
    """Whether a line, or the block that it opens, holds something of what the fact says."""
    if (fact.line == 1 and fact.kind in WHOLE_FILE) or fact.name == "module":
        return True
    said = " ".join((fact.name, fact.value, *(text for _, text in fact.details)))
    words = {word.lower() for word in re.findall(r"[A-Za-z0-9]{2,}", MARKER.sub(" ", said))}
    return any(word in block.lower() for word in words)


SNIPPET = """
import sys, tempfile, hashlib
from pathlib import Path
from tests import golden
digest = hashlib.sha256()
with tempfile.TemporaryDirectory() as folder:
    for case in sorted(path.parent for path in golden.FIXTURES.glob("*/repo")):
        given = golden.drawn(golden.copied(case, Path(folder)))
        digest.update(given.text.encode())
        digest.update(golden.evidence.to_json(given.proof).encode())
print(digest.hexdigest())
"""


def test_two_runs_give_the_same_bytes() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", SNIPPET], env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(REPO), "PATH": ""},
            cwd=REPO, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "4711")
    }  # fmt: skip
    assert len(digests) == 1
    assert len(digests.pop().strip()) == len(hashlib.sha256().hexdigest())


def test_expectations_can_fail() -> None:
    """A test of the test: an expectation that is not met is told."""
    case = golden.FIXTURES / "code-shop"
    given = golden.drawn(case / "repo")
    lines = ["Databases: Nonesuch", "env: NONESUCH required", "none: Nonesuch", "!none: Payment Processing"]
    assert list(golden.wrong(given, "\n".join(["# a comment", *lines]))) == lines[:3]
