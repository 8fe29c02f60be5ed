"""Dispatch gives what asking every collector about every file would give."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llm_audit import repo
from llm_audit.collect import collectors
from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.dispatch import Dispatch
from llm_audit.model import SourceFile
from tests.skeletons import GAP, skeletons

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"


def nothing(_: SourceFile) -> Finds:
    return iter(())


def chosen(one: Collector, path: str, text: str = "") -> bool:
    """Whether dispatch picks the collector, having checked that the collector itself agrees."""
    file = SourceFile(path, text)
    picked = Dispatch([one]).of(file) == [one]
    assert picked == one.wants(file)
    return picked


def test_real_collectors_on_every_fixture() -> None:
    known = collectors()
    dispatch = Dispatch(known)
    for path in repo.walk(FIXTURES):
        file = repo.read(FIXTURES, path)
        if isinstance(file, SourceFile):
            picked = [one.name for one in dispatch.of(file)]
            assert sorted(picked) == sorted(one.name for one in known if one.wants(file)), path


def test_a_path_is_searched_only_where_a_mark_stands_in_it() -> None:
    one = Collector("one", nothing, paths=re.compile(r"Caddyfile|Corefile"), marks=("caddyfile",))
    dispatch = Dispatch([one])
    assert dispatch.of(SourceFile("deploy/Caddyfile.dev", "")) == [one]
    assert dispatch.of(SourceFile("deploy/Corefile", "")) == []


@pytest.mark.parametrize("one", [one for one in collectors() if one.marks], ids=lambda one: one.name)
def test_a_mark_is_part_of_every_path(one: Collector) -> None:
    assert one.paths is not None
    for held in skeletons(one.paths.pattern):
        assert any(mark in held.lower() for mark in one.marks), f"{one.name} finds {held!r}"


def test_all_but_one_collector_have_marks() -> None:
    assert [one.name for one in collectors() if one.paths and not one.marks] == ["files"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"a\.ya?ml\Z", {"a.yml", "a.yaml"}),
        (r"(?:^|/)x[\w]{1,9}y", {f"x{GAP}{GAP}y", f"/x{GAP}{GAP}y"}),
        (r"[cC]on(?:f|g)", {"conf", "cong", "Conf", "Cong"}),
        (r"(?:ab)+c", {f"ab{GAP}c"}),
        (r"(?:ab)*c", {f"ab{GAP}c", "c"}),
        (r".[^/]x(?!z)", {f"{GAP}{GAP}x"}),
    ],
)
def test_what_every_match_of_a_pattern_holds(pattern: str, expected: set[str]) -> None:
    assert skeletons(pattern) == expected


def test_names_suffixes_and_paths_are_alternatives() -> None:
    one = Collector("one", nothing, frozenset({"Makefile"}), frozenset({".mk"}), re.compile(r"^build/[^.]+$"))
    assert chosen(one, "Makefile")
    assert chosen(one, "rules.MK")
    assert chosen(one, "build/rules")
    assert not chosen(one, "src/rules")


def test_one_of_the_literals_must_stand_in_the_text() -> None:
    one = Collector("one", nothing, suffixes=frozenset({".ts"}), needs=("env.", "Env("))
    assert chosen(one, "a.ts", "Env(")
    assert chosen(one, "a.ts", "process.env.A")
    assert not chosen(one, "a.ts", "environment")
    two = Collector("two", nothing, suffixes=frozenset({".ts"}), needs=("env.", "other"))
    assert Dispatch([one, two]).of(SourceFile("a.ts", "other")) == [two]


def test_a_collector_that_matches_twice_is_chosen_once() -> None:
    one = Collector("one", nothing, frozenset({"a.ts"}), frozenset({".ts"}), re.compile("a"))
    assert Dispatch([one]).of(SourceFile("a.ts", "")) == [one]
