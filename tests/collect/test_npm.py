from __future__ import annotations

import pytest

from llm_audit.collect import npm
from llm_audit.model import Fact, Kind, Skipped, SourceFile

MANIFEST = npm.COLLECTORS[0]


def facts(text: str) -> list[Fact]:
    return [found for found in MANIFEST.collect(SourceFile("package.json", text)) if isinstance(found, Fact)]


@pytest.mark.parametrize(
    ("field", "scope"),
    [
        ("dependencies", "runtime"),
        ("devDependencies", "dev"),
        ("optionalDependencies", "optional"),
        ("peerDependencies", "peer"),
    ],
)
def test_each_field_has_its_scope(field: str, scope: str) -> None:
    (found,) = facts(f'{{"{field}": {{"left-pad": "1.3.0"}}}}')
    assert (found.name, found.value, found.detail("scope")) == ("left-pad", "1.3.0", scope)


@pytest.mark.parametrize(
    ("spec", "name", "alias"),
    [
        ("npm:@scope/real@^2.0.0", "@scope/real", "x"),
        ("npm:real", "real", "x"),
        ("npm:x@1", "x", ""),
        ("npm:", "x", ""),
        ("github:owner/repo#v1", "x", ""),
        ("catalog:legacy", "x", ""),
    ],
)
def test_aliases_name_the_real_package(spec: str, name: str, alias: str) -> None:
    (found,) = facts(f'{{"dependencies": {{"x": "{spec}"}}}}')
    assert (found.name, found.value, found.detail("alias")) == (name, spec, alias)


def test_conflict_markers_keep_the_first_side_and_are_reported() -> None:
    text = (
        '{\n  "dependencies": {\n<<<<<<< HEAD\n    "stripe": "^16.0.0"\n=======\n'
        '    "stripe": "^17.0.0"\n>>>>>>> next\n  }\n}\n'
    )
    found = list(MANIFEST.collect(SourceFile("package.json", text)))
    assert [item.value for item in found if isinstance(item, Fact)] == ["^16.0.0"]
    assert [item.line for item in found if isinstance(item, Skipped)] == [3]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{", '{"dependencies": []}', '{"dependencies": {"a": {}}}', '{"workspaces": 3}', '{"name": {}}'],
)
def test_odd_manifests_give_no_packages(text: str) -> None:
    assert [found for found in facts(text) if found.kind is Kind.DEPENDENCY] == []


def test_bun_keeps_catalogs_inside_workspaces() -> None:
    (found,) = facts('{"workspaces": {"catalogs": {"ui": {"react": "^19"}}}}')
    assert (found.kind, found.name, found.value, found.detail("catalog")) == (Kind.LOCKED, "react", "^19", "ui")
