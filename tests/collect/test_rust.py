"""Cargo beyond the fixture: tables that only look like dependencies, and files that are no TOML."""

from __future__ import annotations

from llm_audit.collect import rust
from llm_audit.model import Skipped
from tests.collect.manifests import packages, read


def test_patches_and_metadata_are_no_dependencies() -> None:
    text = (
        '[dependencies]\nserde = "1"\n[patch.crates-io]\ntokio = { path = "../tokio" }\n'
        '[package.metadata.deb.dependencies]\nlibpq = "5"\n[profile.dev]\nopt-level = 1\n'
    )
    assert packages(rust, "Cargo.toml", text) == {"serde": "1"}


def test_the_first_side_of_a_conflict_is_read_and_the_conflict_reported() -> None:
    text = '[dependencies]\n<<<<<<< HEAD\naxum = "0.8"\n=======\naxum = "0.7"\n>>>>>>> other\nserde = "1"\n'
    assert packages(rust, "Cargo.toml", text) == {"axum": "0.8", "serde": "1"}
    assert Skipped("Cargo.toml", "merge conflict", 2) in read(rust, "Cargo.toml", text)


def test_what_is_no_toml_is_skipped_with_its_line() -> None:
    assert read(rust, "Cargo.toml", "[package]\nname = \n") == [Skipped("Cargo.toml", "invalid TOML", 2)]


def test_tables_of_the_wrong_shape_give_nothing() -> None:
    text = 'dependencies = ["a"]\nworkspace = 3\nbuild-dependencies = "x"\n'
    assert read(rust, "Cargo.toml", text) == []
