"""What real models answered: replayed whole, judged, and never able to change what code found."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from llm_audit import pipeline
from llm_audit.endpoint import Endpoint
from llm_audit.settings import Settings
from llm_audit.wording.records import Store
from llm_audit.writers.author import Author
from tests.conftest import REPO

HERE = REPO / "fixtures/cassettes"
URL = "http://127.0.0.1:9/v1"
CASSETTES = sorted(HERE.glob("*.yaml"))


def recording() -> ModuleType:
    spec = importlib.util.spec_from_file_location("record", HERE / "record.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def replayed(cassette: Path, store: Path) -> tuple[str, Author]:
    repo, (model, rung) = cassette.name.split(".")[0], parts(cassette)
    kept, endpoint = Store(store), Endpoint(URL)
    kept.keep_ability(endpoint.shown, model, {"rung": rung, "small": True})
    settings = Settings(model=model, base_url=URL, concurrency=1, date="2026-01-02", retries=0)
    author = Author(HERE / "repos" / repo, settings, endpoint, kept, lambda *_: None, lambda *_: None)
    with recording().recorder("none").use_cassette(str(cassette)) as played:
        markdown = pipeline.draft(HERE / "repos" / repo, settings, None, author).markdown
    assert played.all_played
    return markdown, author


def parts(cassette: Path) -> tuple[str, str]:
    """Model and rung of a cassette's name; a model's name may hold dots."""
    first, rung = cassette.name.removesuffix(".yaml").rsplit(".", 1)
    return first.split(".", 1)[1], rung


def test_two_models_three_repositories_and_two_rungs_are_there() -> None:
    names = [one.name for one in CASSETTES]
    assert {parts(one)[1] for one in CASSETTES} == {"json_schema", "json_object"}
    assert len({parts(one)[0] for one in CASSETTES}) >= 2
    assert len({name.split(".")[0] for name in names}) >= 3


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda one: one.stem)
def test_a_recorded_run_plays_whole_and_leaves_the_facts_alone(cassette: Path, store: Path) -> None:
    markdown, author = replayed(cassette, store)
    settings = Settings(date="2026-01-02")
    code = pipeline.draft(HERE / "repos" / cassette.name.split(".")[0], settings).markdown
    assert [line for line in markdown.split("\n") if line.startswith("  - ")] == [
        line for line in code.split("\n") if line.startswith("  - ")
    ]
    assert [line.split(" - ")[0] for line in markdown.split("\n")] == [
        line.split(" - ")[0] for line in code.split("\n")
    ]
    assert author.worded and author.worded.rows


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda one: one.stem)
def test_a_cassette_holds_no_key_and_no_header_of_a_client(cassette: Path) -> None:
    text = cassette.read_text().lower()
    for word in ("authorization", "x-stainless", "set-cookie", "user-agent", "openai-organization"):
        assert word not in text
