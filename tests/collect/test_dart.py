"""Pub beyond the fixture: odd shapes."""

from __future__ import annotations

import pytest

from llm_audit.collect import dart
from tests.collect.manifests import packages


@pytest.mark.parametrize(
    "text", ["", "- a\n", "dependencies: 3\n", "name: [a]\ndependencies:\n", "dependencies:\n  - a\n"]
)
def test_odd_shapes_give_nothing(text: str) -> None:
    assert packages(dart, "pubspec.yaml", text) == {}


def test_a_repository_may_be_a_plain_url() -> None:
    assert packages(dart, "pubspec.yaml", "dependencies:\n  a:\n    git: https://example.org/a.git\n") == {"a": ""}
