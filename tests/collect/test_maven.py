"""Maven beyond the fixture: where versions come from, and XML that is no project."""

from __future__ import annotations

from llm_audit.collect import maven
from llm_audit.model import Skipped
from tests.collect.manifests import packages, read

DEPENDENCY = "<dependency><groupId>g</groupId><artifactId>a</artifactId><version>{}</version></dependency>"


def pom(version: str, properties: str = "") -> str:
    return (
        "<project><parent><groupId>pg</groupId><artifactId>pa</artifactId><version>7</version></parent>"
        f"<artifactId>own</artifactId><properties>{properties}</properties>"
        f"<dependencies>{DEPENDENCY.format(version)}</dependencies></project>"
    )


def test_the_version_of_the_parent_is_the_projects_own() -> None:
    assert packages(maven, "pom.xml", pom("${project.version}"))["g:a"] == "7"


def test_properties_that_refer_to_each_other_in_a_circle_end() -> None:
    found = packages(maven, "pom.xml", pom("${a}", "<a>${b}</a><b>${a}</b>"))
    assert found["g:a"] in ("${a}", "${b}")


def test_properties_that_grow_stay_short() -> None:
    grown = pom("${a}", "<a>${b}${b}${b}${b}</a><b>" + "${a}" * 50 + "</b>")
    assert len(packages(maven, "pom.xml", grown)["g:a"]) < 200_000


def test_a_web_page_called_pom_is_nothing() -> None:
    assert read(maven, "pom.xml", "<html><dependencies/></html>") == []


def test_entities_are_refused() -> None:
    text = '<!DOCTYPE p [<!ENTITY x "y">]><project>&x;</project>'
    assert read(maven, "pom.xml", text) == [Skipped("pom.xml", "XML entities are not read", 1)]
