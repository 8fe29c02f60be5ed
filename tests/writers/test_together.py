"""What one line says of several entries, and which of a group come on it."""

from __future__ import annotations

from llm_audit.document import Entry, Group
from llm_audit.model import Place, Value
from llm_audit.writers.together import gathered, tail_together


def _entry(name: str, text: str, path: str, *values: Value) -> Entry:
    return Entry(name, text, values, (Place(path, 1), Place(f"{path}.second", 9)))


HUB = _entry("Docker Hub", "Container image publishing; docker/login-action v4", "hub.yml")
NPM = _entry("npm registry", "JavaScript package publishing; np 10.0.0; NPM_TOKEN", "npm.yml")
GHCR = _entry("GHCR", "Container image publishing; docker/login-action v3", "ghcr.yml")


def test_those_of_one_purpose_stand_side_by_side_and_each_keeps_a_place() -> None:
    one = gathered([HUB, NPM, GHCR])
    assert one.name == "Docker Hub, GHCR, npm registry"
    assert one.text == (
        "Container image publishing (Docker Hub: docker/login-action v4; GHCR: docker/login-action v3); "
        "JavaScript package publishing (np 10.0.0, NPM_TOKEN)"
    )
    assert [place.path for place in one.evidence] == ["hub.yml", "ghcr.yml", "npm.yml"]
    assert one.together == ("Docker Hub", "GHCR", "npm registry")


def test_an_entry_alone_stays_as_it_is() -> None:
    assert gathered([HUB]) is HUB


def test_a_purpose_without_details_has_no_brackets() -> None:
    assert gathered([_entry("A", "Maps", "a.py"), _entry("B", "Maps", "b.py")]).text == "Maps"


def test_the_first_of_a_group_and_those_of_several_lines_stand_alone() -> None:
    full = _entry("Sentry", "Error reports", "s.py", Value("DSN", "SENTRY_DSN"))
    many = [_entry(f"Service {at}", f"Purpose {at}", f"{at}.py") for at in range(6)]
    told = tail_together(Group("Any", (HUB, full, *many)), 1)
    assert [one.name for one in told.entries] == [
        "Docker Hub", "Sentry", "Service 0, Service 1, Service 2, Service 3", "Service 4, Service 5",
    ]  # fmt: skip
    assert all(1 <= len(one.evidence) <= 4 for one in told.entries)
    assert tail_together(Group("Any", (HUB, NPM)), 1).entries == (HUB, NPM)
