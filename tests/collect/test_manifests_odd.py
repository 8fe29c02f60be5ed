"""No manifest, however odd, makes a collector raise or take long."""

from __future__ import annotations

import time

import pytest

from llm_audit.collect import cocoapods, dart, dotnet, elixir, golang, maven, php, ruby, rust, sbt, swift
from llm_audit.collect.base import Collector
from llm_audit.collect.gradle import build, catalog
from llm_audit.model import SourceFile

MODULES = (golang, rust, php, ruby, elixir, dart, swift, cocoapods, maven, dotnet, build, catalog, sbt)
COLLECTORS = [collector for module in MODULES for collector in module.COLLECTORS]
UNITS = ("\n", " ", '"', "'", "a", "#'", "/*", "//", "{:a, ", "gem 'a',\n", '.package(url: "a", ', '"${', "pod 'a',\n")
ODD = (
    "",
    "\0",
    "\ufeff",
    "]",
    "}",
    ")",
    "<",
    "null",
    '"',
    "[[]]",
    "a: &a [*a]",
    "require",
    "gem",
    "\u2028",
    "{" * 50,
    "é" * 50,
)


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda collector: collector.name)
def test_nothing_raises_on_odd_texts(collector: Collector) -> None:
    for text in ODD:
        list(collector.collect(SourceFile("a/b", text)))


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda collector: collector.name)
def test_long_repetitions_are_read_in_linear_time(collector: Collector) -> None:
    for unit in UNITS:
        text = unit * (60_000 // len(unit))
        start = time.process_time()
        list(collector.collect(SourceFile("a/b", text)))
        assert time.process_time() - start < 3, repr(unit)
