"""A document that tells the long tail of an application together: short enough, complete, and kept true line by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llm_audit import catalog
from llm_audit.evidence import members
from llm_audit.writers.offline import MAX_LINES
from tests.histories import History, check, draft, refresh

_GROUPS = ("Email/SMS", "AI", "Messaging & Notifications", "CRM & Support", "Maps & Location", "Analytics", "Error Tracking",
           "Search", "Cloud Services", "Payment Processing", "Content & CMS", "Collaboration & Developer Platforms")  # fmt: skip
_PER_GROUP = 8


def _packages() -> dict[str, str]:
    """By service name, its first package of npm: of a few services of each of many groups."""
    found: dict[str, str] = {}
    groups: dict[str, int] = {}
    for service in catalog.load().services.values():
        named = [
            text for kind, where, text in service.patterns if (kind, where) == ("packages", "npm") and "*" not in text
        ]
        if named and service.group in _GROUPS and groups.get(service.group, 0) < _PER_GROUP:
            groups[service.group] = groups.get(service.group, 0) + 1
            found[service.name] = named[0]
    return found


def _files(packages: dict[str, str]) -> dict[str, str | None]:
    rows = dict.fromkeys(packages.values(), "1.2.3")
    manifest = json.dumps({"name": "all", "dependencies": rows}, indent=1)
    code = {
        f"src/use{at}.ts": f"import client from '{name}'\nexport const made = client.create({{}})\n"
        for at, name in enumerate(rows)
    }
    return {"package.json": manifest, **code}


@pytest.fixture
def large(tmp_path: Path) -> History:
    history = History(tmp_path / "large")
    history.commit(_files(_packages()))
    draft(history.root)
    return history


def _told_together(history: History) -> list[dict[str, list[str] | str]]:
    content = json.loads(history.document.with_name("INTEGRATIONS.evidence.json").read_text())
    return [row for row in content["entries"] if len(members(row["key"])) > 1]


def test_it_is_short_and_names_everything(large: History) -> None:
    lines = large.text.split("\n")
    assert len(lines) <= MAX_LINES + 1
    rows = _told_together(large)
    assert len(rows) > 8 and all(row["facts"] for row in rows)
    # packages that several services share are told under the name of one of them
    lacking = [name for name in _packages() if name not in large.text]
    assert len(lacking) < 9, lacking


def test_an_unchanged_tree_needs_neither_a_finding_nor_a_refresh(large: History) -> None:
    rules = {one.rule for one in check(large.root).findings}
    assert not rules & {
        "missing-integration",
        "unsupported-integration",
        "wrong-section",
        "stale-text",
        "stale-version",
    }
    before = large.text
    refresh(large.root)
    assert large.text == before


def test_what_goes_out_of_use_leaves_its_line_and_the_others_stay(large: History) -> None:
    row = next(row for row in _told_together(large) if row["group"] == "Messaging & Notifications")
    head = next(line for line in large.text.split("\n") if line.startswith(f"- {row['name']} - "))
    names = str(row["name"]).split(", ")
    packages = _packages()
    gone = next(name for name in names if name in packages)
    at = list(dict.fromkeys(packages.values())).index(packages[gone])
    manifest = json.loads((large.root / "package.json").read_text())
    del manifest["dependencies"][packages[gone]]
    large.commit({"package.json": json.dumps(manifest, indent=1), f"src/use{at}.ts": None})
    assert check(large.root).findings
    refresh(large.root)
    assert head not in large.text
    left = next(
        line for line in large.text.split("\n") if line.startswith(f"- {names[0] if names[0] != gone else names[1]}")
    )
    assert gone not in left.partition(" - ")[0].split(", ")
    assert all(name in left for name in names if name != gone)
    once = large.text
    refresh(large.root)
    assert large.text == once
