"""Go modules beyond the fixture: layouts that `go mod edit` never writes, and conflicts."""

from __future__ import annotations

from llm_audit.collect import golang
from tests.collect.manifests import packages, read


def test_a_block_without_space_and_quoted_paths_are_read() -> None:
    text = 'module x.org/a\nrequire(\n\t"github.com/a/b" v1.2.3\n)\n'
    assert packages(golang, "go.mod", text) == {"github.com/a/b": "v1.2.3"}


def test_both_sides_of_a_conflict_count_and_markers_do_not() -> None:
    text = "require (\n<<<<<<< HEAD\n\ta.org/b v1.0.0\n=======\n\ta.org/c v2.0.0\n>>>>>>> other\n)\n"
    assert packages(golang, "go.mod", text) == {"a.org/b": "v1.0.0", "a.org/c": "v2.0.0"}


def test_a_requirement_without_version_is_none() -> None:
    assert packages(golang, "go.mod", "require a.org/b\nrequire a.org/c latest\nrequire (\n)\n)") == {}


def test_a_replacement_of_the_version_alone_is_no_second_dependency() -> None:
    text = "require a.org/b v1.0.0\nreplace a.org/b => a.org/b v1.0.1\n"
    assert [(one.name, one.value) for one in read(golang, "go.mod", text)] == [("a.org/b", "v1.0.1")]


def test_a_replacement_by_a_fork_or_a_folder_leaves_the_version_that_was_asked_for() -> None:
    text = "require a.org/b v1.0.0\nrequire a.org/c v1.0.0\nreplace a.org/b => a.org/fork v1.0.1\nreplace a.org/c => ../c\n"
    found = {one.name: one.value for one in read(golang, "go.mod", text)}
    assert found == {"a.org/b": "v1.0.0", "a.org/c": "v1.0.0", "a.org/fork": "v1.0.1"}


def test_other_files_are_left_alone() -> None:
    assert read(golang, "docs/mod.go", "require a.org/b v1.0.0") == []
    assert read(golang, "go.sum", "a.org/b v1.0.0 h1:abc=") == []


def test_modules_that_serve_tests_alone_have_that_scope() -> None:
    text = "require (\n\tgithub.com/testcontainers/testcontainers-go/modules/mysql v0.44.0\n\tgithub.com/go-sql-driver/mysql v1.10.0\n)\n"
    scopes = {fact.name.rpartition("/")[0]: fact.detail("scope") for fact in read(golang, "go.mod", text)}
    assert scopes == {
        "github.com/testcontainers/testcontainers-go/modules": "test",
        "github.com/go-sql-driver": "runtime",
    }
