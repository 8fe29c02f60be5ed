"""How much a fact proves."""

from __future__ import annotations

import pytest

from llm_audit.collect.base import fact
from llm_audit.integrations.sightings import USE, strength
from llm_audit.model import Kind, SourceFile


@pytest.mark.parametrize(
    ("path", "proves"),
    [
        ("src/client.py", True),
        ("scripts/sync.sh", True),
        (".github/workflows/release.yml", False),
        ("docker/php/Dockerfile", False),
        ("install.sh", False),
        ("ios/App/GoogleService-Info.plist", False),
        ("app/installer.py", True),
    ],
)
def test_what_a_build_fetches_is_no_address_of_the_program(path: str, proves: bool) -> None:
    called = fact(SourceFile(path, "x"), 1, Kind.HOST, "api.acmepay.io", "/v1", use="call")
    assert (strength(called) >= USE) is proves
