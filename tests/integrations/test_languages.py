"""What is peculiar to a language: how packages are called in code, and how a reader calls them."""

from __future__ import annotations

import pytest

from llm_audit.collect.files import COLLECTORS
from llm_audit.model import Kind, SourceFile
from tests.integrations.facts import entry, found, imports, line, made, names, needs, setting


@pytest.mark.parametrize(
    ("module", "is_one"), [("TelemetryDeck", True), ("FluentPostgresDriver", True), ("MyTelemetry", False)]
)
def test_a_module_of_swift_bears_its_package_s_name(module: str, is_one: bool) -> None:
    outcome = found(imports(module, at="Sources/App/configure.swift:3", language="swift"))
    assert bool(outcome.candidates) is is_one


@pytest.mark.parametrize(
    ("tool", "module", "shown"),
    [
        ("golang-jwt", "github.com/golang-jwt/jwt/v5", "github.com/golang-jwt/jwt/v5 5.2.1"),
        ("golang-jwt", "github.com/dgrijalva/jwt-go", "github.com/dgrijalva/jwt-go 5.2.1"),
        ("golang-jwt", "github.com/acme/jwt-tools", None),
    ],
)
def test_a_module_of_go_is_known_by_its_owner_or_its_name(tool: str, module: str, shown: str | None) -> None:
    signing = setting("auth.jwt", tool, at="token/maker.go:9", tool=tool)
    outcome = found(signing, needs(module, "5.2.1", at="go.mod:4", ecosystem="go"))
    own = entry(outcome, "Own accounts (JWT)")
    assert {value.label: value.text for value in own.values}.get("Implementation") == shown


def test_the_driver_of_a_server_in_swift_is_its_client() -> None:
    outcome = found(
        imports("FluentPostgresDriver", at="Sources/App/configure.swift:3", language="swift"),
        needs("fluent-postgres-driver", "2.12.0", at="Package.swift:8", ecosystem="swift"),
    )
    assert line(entry(outcome, "PostgreSQL"), "Client") == "fluent-postgres-driver 2.12.0"


@pytest.mark.parametrize(("path", "wanted"), [("ci_scripts/ci_post_clone.sh", True), ("scripts/post_clone.sh", False)])
def test_scripts_with_given_names_are_telling_files(path: str, wanted: bool) -> None:
    assert COLLECTORS[0].wants(SourceFile(path, "echo")) is wanted


def test_the_scripts_of_xcode_cloud_are_a_pipeline() -> None:
    script = made(Kind.FILE, "ci_scripts/ci_post_clone.sh", at="ci_scripts/ci_post_clone.sh:1")
    assert names(found(script), "CI Pipeline") == {"Xcode Cloud"}
