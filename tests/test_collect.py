"""One test reads all fixture repositories that list facts: what must be found, and what must not.

`expected-facts.txt` beside a fixture's `repo/` folder holds a line per fact, in shell words: kind, name, then any of
`at=path:line`, `value=...`, `detail=...`. A line that starts with `!` names a fact that must not exist.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from llm_audit.collect import collectors
from llm_audit.model import Fact, SourceFile

FIXTURES = Path(__file__).parent.parent / "fixtures" / "repos"
CASES = sorted(path.parent for path in FIXTURES.glob("*/expected-facts.txt"))


def facts_of(tree: Path) -> list[Fact]:
    """All facts of a small tree, every file taken for source."""
    found: list[Fact] = []
    for path in sorted(item for item in tree.rglob("*") if item.is_file()):
        file = SourceFile(path.relative_to(tree).as_posix(), path.read_text("utf-8"))
        for collector in collectors():
            if collector.wants(file):
                found.extend(fact for fact in collector.collect(file) if isinstance(fact, Fact))
    return found


def matches(fact: Fact, words: list[str]) -> bool:
    """Whether a fact is the one that a line of expectations speaks of."""
    kind, name, *rest = words
    if (fact.kind.value, fact.name) != (kind, name):
        return False
    for word in rest:
        key, _, wanted = word.partition("=")
        given = {"at": str(fact.place), "value": fact.value}.get(key) if key in ("at", "value") else fact.detail(key)
        if given != wanted:
            return False
    return True


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fixture_facts(case: Path) -> None:
    found = facts_of(case / "repo")
    for row in (case / "expected-facts.txt").read_text("utf-8").splitlines():
        words = shlex.split(row.removeprefix("!"), comments=True)
        if words:
            hit = any(matches(fact, words) for fact in found)
            assert hit != row.startswith("!"), row


def test_collectors_have_unique_names_and_something_to_match() -> None:
    for collector in collectors():
        assert collector.names or collector.suffixes or collector.paths, collector.name
