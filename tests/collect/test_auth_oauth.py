"""OAuth flows written by hand."""

from __future__ import annotations

import pytest

from llm_audit.collect.auth.oauth import COLLECTORS
from llm_audit.model import Fact, SourceFile


@pytest.mark.parametrize(
    ("scopes", "told"),
    [
        ("scopes = [\n  'user:email',\n  'repo',\n]", "user:email repo"),
        ("scope: 'user:email repo'", "user:email repo"),
        ("scope: 'user:email,repo'", "user:email,repo"),
    ],
)
def test_scopes_are_one_line(scopes: str, told: str) -> None:
    text = (
        f"const {scopes.replace(': ', ' = ')};\nconst page = `https://github.com/login/oauth/authorize"
        "?client_id=${process.env.GITHUB_CLIENT_ID}&redirect_uri=${back}`;\n"
        "const keys = { client_secret: process.env.GITHUB_CLIENT_SECRET };\n"
    )
    file = SourceFile("src/github.ts", text)
    found = [one for collector in COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    assert [one.detail("scopes") for one in found if isinstance(one, Fact) and one.name == "oauth.provider"] == [told]
