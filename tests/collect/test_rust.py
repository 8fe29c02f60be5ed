"""Cargo beyond the fixture: tables that only look like dependencies, and files that are no TOML."""

from __future__ import annotations

from llm_audit.collect import rust
from llm_audit.model import Fact, Kind, Skipped
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


def _stores(text: str) -> set[tuple[str, str]]:
    found = read(rust, "Cargo.toml", text)
    return {(str(one.name), str(one.value)) for one in found if isinstance(one, Fact) and one.kind == Kind.SETTING}


def test_features_of_a_toolkit_say_which_databases_it_opens() -> None:
    text = (
        '[workspace.dependencies]\nsea-orm = { version = "1", features = ["sqlx-all"] }\n'
        '[dependencies]\nactix-session = { version = "0.10", features = ["redis-session-rustls"] }\n'
    )
    engines = {("db.engine", name) for name in ("mysql", "postgresql", "sqlite")}
    assert _stores(text) == {*engines, ("session.driver", "redis")}


def test_a_feature_of_the_crate_itself_switches_on_a_driver() -> None:
    assert _stores('[features]\nmysql = ["diesel/mysql"]\nfull = ["serde/rc", "mysql"]\n') == {("db.engine", "mysql")}


def test_features_of_other_crates_and_of_tests_are_no_stores() -> None:
    text = (
        '[dependencies]\nuuid = { version = "1", features = ["postgres"] }\n'
        'actix-session = { version = "0.10", features = ["cookie-session"] }\n'
        '[dev-dependencies]\nsqlx = { version = "0.8", features = ["postgres"] }\n'
    )
    assert _stores(text) == set()
