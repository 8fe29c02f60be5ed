from __future__ import annotations

import time

import pytest

from llm_audit.collect.base import Collector
from llm_audit.collect.npm_locks import bun, npm, pnpm, yarn
from llm_audit.model import Fact, SourceFile
from llm_audit.redact import clean

ALL = (npm.COLLECTORS[0], pnpm.COLLECTORS[0], yarn.COLLECTORS[0], bun.COLLECTORS[0])


def rows(collector: Collector, text: str, path: str = "lock") -> list[tuple[str, str, str]]:
    found = collector.collect(SourceFile(path, text))
    return sorted((item.name, item.value, item.detail("app")) for item in found if isinstance(item, Fact))


def pnpm_rows(text: str, path: str = "pnpm-lock.yaml") -> list[tuple[str, str, str]]:
    return rows(pnpm.COLLECTORS[0], text, path)


def test_pnpm_5_single_project() -> None:
    text = """lockfileVersion: 5.4

specifiers:
  '@types/node': ^18.0.0
  react-dom: ^18.2.0

dependencies:
  react-dom: 18.2.0_react@18.2.0

devDependencies:
  '@types/node': 18.11.9

packages:

  /react/18.2.0:
    dependencies:
      loose-envify: 1.4.0
"""
    assert pnpm_rows(text) == [("@types/node", "18.11.9", "."), ("react-dom", "18.2.0", ".")]


def test_pnpm_5_workspace_below_the_root() -> None:
    text = """lockfileVersion: 5.3
importers:
  packages/a:
    specifiers:
      pg: ^8
      b: workspace:*
      legacy: npm:redis@3
    dependencies:
      pg: 8.11.0
      b: link:../b
      legacy: /redis/3.1.2
packages:
  /pg/8.11.0: {}
"""
    assert pnpm_rows(text, "js/pnpm-lock.yaml") == [
        ("pg", "8.11.0", "js/packages/a"),
        ("redis", "3.1.2", "js/packages/a"),
    ]


def test_pnpm_6_nests_specifier_and_version() -> None:
    text = """lockfileVersion: '6.0'
dependencies:
  next:
    specifier: 14.0.0
    version: 14.0.0(react-dom@18.2.0)(react@18.2.0)
  private:
    specifier: ^1.0.0
    version: npm.pkg.github.com/@acme/private@1.0.3
packages:
"""
    assert pnpm_rows(text) == [("@acme/private", "1.0.3", "."), ("next", "14.0.0", ".")]


def test_pnpm_second_document_is_read_and_package_lists_are_not() -> None:
    text = """lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      zod:
        specifier: ^3
        version: 3.23.8
packages:
  zod@3.23.8:
    version: 9.9.9
---
importers:
  .:
    dependencies:
      hono:
        specifier: ^4
        version: 4.6.5
"""
    assert pnpm_rows(text) == [("hono", "4.6.5", "."), ("zod", "3.23.8", ".")]


def test_npm_1_aliases_and_file_links() -> None:
    text = '{"lockfileVersion": 1, "dependencies": {"r3": {"version": "npm:redis@3.1.2"}, "pg": {"version": "8.0.0"}}}'
    assert rows(npm.COLLECTORS[0], text) == [("pg", "8.0.0", ""), ("redis", "3.1.2", "")]


def test_npm_3_finds_a_workspace_s_package_in_the_folders_above() -> None:
    text = """{"packages": {"": {}, "apps/a": {"dependencies": {"x": "1"}},
    "apps/node_modules/x": {"version": "1.5.0"}, "node_modules/x": {"version": "2.0.0"}}}"""
    assert rows(npm.COLLECTORS[0], text) == [("x", "1.5.0", "apps/a")]


def test_broken_npm_lock_keeps_top_level_packages() -> None:
    text = '<<<<<<< HEAD\n    "node_modules/pg": {\n      "version": "8.13.0"\n    },\n=======\n'
    assert rows(npm.COLLECTORS[0], text) == [("pg", "8.13.0", "")]


def test_berry_resolves_patches_and_aliases() -> None:
    text = """"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    kv: "npm:redis@^4.0.0"
    typescript: "patch:typescript@npm%3A^5#optional!builtin"

"kv@npm:redis@^4.0.0":
  version: 4.7.0
  resolution: "redis@npm:4.7.0"

"typescript@patch:typescript@npm%3A^5#optional!builtin":
  version: 5.6.3
  resolution: "typescript@patch:typescript@npm%3A5.6.3#optional!builtin::version=5.6.3"
"""
    assert rows(yarn.COLLECTORS[0], text) == [("redis", "4.7.0", "."), ("typescript", "5.6.3", ".")]


ODD = [
    "",
    "\n",
    "{}",
    "[]",
    '{"packages": []}',
    '{"packages": {"": 3, "node_modules/x": null}}',
    '{"packages": {"a": [], "b": [3]}, "workspaces": {"": {"dependencies": {"a": 1, "b": 2}}}}',
    "importers:\n  .:\n    dependencies: x\n",
    "importers:\n- a\n- b: c\n",
    '"a@1":\n  version "',
    "__metadata:\n  version: 8\n",
    "[" * 100_000,
]


@pytest.mark.parametrize("text", ODD)
def test_odd_locks_are_no_error(text: str) -> None:
    for collector in ALL:
        assert rows(collector, text) == []


@pytest.mark.parametrize("piece", ["a: ", '"a@', "  ", '"x": {', ", ", "'", "node_modules/"])
def test_a_megabyte_on_one_line_takes_no_second(piece: str) -> None:
    clean("start the engine outside of the measurement = 1")
    for text in (piece * (1_000_000 // len(piece)), "importers:\n " + piece * (1_000_000 // len(piece))):
        for collector in ALL:
            start = time.process_time()
            rows(collector, text)
            assert time.process_time() - start < 1.0, collector.name
