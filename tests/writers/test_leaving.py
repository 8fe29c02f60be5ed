"""What leaves with a model: fakes of every family stand around the evidence of fixture repositories, and none goes anywhere.

The model echoes what it was sent. Looked at: request bodies, dry runs, answers and run records, messages, the document.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from llm_audit import redact
from llm_audit.gathering.collecting import collect
from tests.conftest import REPO, run
from tests.redact.families import FAMILIES, Family
from tests.writers.server import Body, candidates, prompt, serving

REPOS = ("booking-saas", "quill-press", "harbour-bell", "ferry-line", "kelp-reports", "ledger-line")
SHAPES = {
    "py": '{pad}{name} = "{value}"', "ts": '{pad}const {name} = "{value}";', "tsx": '{pad}const {name} = "{value}";',
    "js": '{pad}const {name} = "{value}";', "go": '{pad}{name} := "{value}"', "rb": "{pad}{name} = '{value}'",
    "php": "{pad}${name} = '{value}';", "java": '{pad}String {name} = "{value}";', "tf": '{pad}{name} = "{value}"',
    "yml": "{pad}# {name}: {value}", "yaml": "{pad}# {name}: {value}", "rs": '{pad}let {name} = "{value}";',
    "ex": '{pad}{name} = "{value}"', "cs": '{pad}var {name} = "{value}";', "kt": '{pad}val {name} = "{value}"',
}  # fmt: skip
"""How a line of a language gives a secret to a name."""


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    yield
    redact.forget()
    redact.clean.cache_clear()


def shown(family: Family, secret: str) -> tuple[str, str]:
    """The name and the text that stand in the code for a secret."""
    if family.group == "url":
        return "SERVICE_URL", family.variable.format(user="deploy", secret=secret)
    return family.variable, secret.replace("\n", "\\n")


def pieces(family: Family, secret: str) -> set[str]:
    """The pieces of eight characters that only this secret has: what all of its family share is no secret."""
    other = {
        value[at : at + 8] for seed in (1, 2) for value in [family.make(Random(seed))] for at in range(len(value) - 7)
    }
    if family.name == "sentry-dsn":
        secret = secret.removeprefix("https://").partition("@")[0]  # host and project are no secret
    return {secret[at : at + 8] for at in range(len(secret) - 7)} - other


def plant(root: Path, families: list[Family], rng: Random) -> dict[str, set[str]]:
    """Puts a secret before and after lines that facts stand on, and gives what must not be seen again."""
    places: dict[str, list[int]] = {}
    for fact in collect(root).facts:
        if fact.path.rpartition(".")[2] in SHAPES and fact.line not in places.setdefault(fact.path, []):
            places[fact.path].append(fact.line)
    spots = [(path, line) for path in sorted(places) for line in sorted(places[path])]
    rng.shuffle(spots)
    assert spots
    planted: dict[str, set[str]] = {}
    rows: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for number, family in enumerate(families):
        secret = family.make(rng)
        planted[family.name] = pieces(family, secret)
        rows.setdefault(spots[number % len(spots)], []).append(shown(family, secret))
    for path in {path for path, _ in rows}:
        text = (root / path).read_text().split("\n")
        for line in sorted((at for one, at in rows if one == path), reverse=True):
            pad = text[line - 1][: len(text[line - 1]) - len(text[line - 1].lstrip())]
            shape = SHAPES[path.rpartition(".")[2]]
            text[line - 1 : line - 1] = [
                shape.format(pad=pad, name=name, value=value) for name, value in rows[path, line]
            ]
        (root / path).write_text("\n".join(text))
    return planted


def echo(body: Body) -> Body:
    """Gives back whole lines of what it was sent, as claims."""
    lines = [line for line in prompt(body).split("\n") if "=" in line or ":" in line]
    handle, (_, facts) = next(iter(candidates(body).items()))
    claims = [{"candidate": handle, "field": "note", "text": line, "facts": facts} for line in lines[:100]]
    return {"claims": claims}


@pytest.mark.parametrize("number", range(len(REPOS)), ids=REPOS)
def test_no_piece_of_any_family_leaves(number: int, tmp_path: Path, store: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(REPO / "fixtures/repos" / REPOS[number] / "repo", root)
    planted = plant(root, list(FAMILIES), Random(number))
    with serving(echo) as server:
        options = ("--model", "fake", "--base-url", server.url, "--stdout")
        done = run("draft", root, *options)
        dry = [run("draft", root, *options, "--dry-run", *more) for more in ((), ("--small",))]
        run("explain", "stripe", root)
    assert server.requests and any("[REDACTED" in json.dumps(body) for body in server.requests)
    seen = {
        "requests": json.dumps(server.requests, ensure_ascii=False),
        "document": done.stdout,
        "messages": done.stderr + "".join(one.stderr for one in dry),
        "dry runs": "".join(one.stdout for one in dry),
    } | {path.name: path.read_text() for path in store.rglob("*.json") if "rules" not in path.parts}
    assert any(name.startswith(root.name) or len(name) > 20 for name in seen)
    found = {
        f"{name} in {where}"
        for name, own in planted.items()
        for where, text in seen.items()
        if any(one in text for one in own)
    }
    assert found == set()
