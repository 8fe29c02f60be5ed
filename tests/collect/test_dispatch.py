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


@pytest.mark.parametrize(
    ("pattern", "path", "wanted"),
    [
        (r"/values[\w.]*\.ya?ml$", "a/values.yml", True),
        (r"/values[\w.]*\.ya?ml$", "a/values.json", False),
        (r"\.(?:conf|yaml)\Z", "a.conf", True),
        (r"\.[cm]?[jt]s$", "a.mts", True),
        (r"(?i)config\.(?:py|rb)$", "CONFIG.RB", True),
        (r"config/\w+\.ya?ml(?:\.\w+)?$", "config/db.yml.dist", True),
        (r"^Procfile|\.yml$", "Procfile.dev", True),
        (r"(?:Procfile\.dev|\.yml)$", "Procfile.dev", True),
        (r"(?:a|b)\.yml$", "x/b.yml", True),
        (r"[|]x\.yml$", "|x.yml", True),
        (r"\.yml", "a.yml.erb", True),
        (r"(?x) \.yml $ | \.toml $", "a.toml", True),
        (r"\.yml$", ".yml", True),
        (r"\.env$", "deploy/.env", True),
    ],
)
def test_the_end_of_a_pattern_is_never_a_reason_to_miss_a_path(pattern: str, path: str, wanted: bool) -> None:
    assert chosen(Collector("one", nothing, paths=re.compile(pattern)), path) == wanted


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
