"""The address of an incoming webhook is a secret: its random segments never leave the collector."""

from __future__ import annotations

import pytest

from llm_audit.collect.hosts import without_tokens


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/services/T0123456X/B0123456X/" + "abcdefghijklmnop" + "qrstuvwx", "/services/{}/{}/{}"),
        ("/api/webhooks/123456789012345678/" + "aB3" * 22, "/api/webhooks/{}/{}"),
        ("/v1/checkout/sessions", "/v1/checkout/sessions"),
        ("/2010-04-01/Accounts/{}/Messages.json", "/2010-04-01/Accounts/{}/Messages.json"),
        ("/repos/acme/some-long-repository-name/contents", "/repos/acme/some-long-repository-name/contents"),
    ],
)
def test_random_segments_become_holes(path: str, wanted: str) -> None:
    assert without_tokens(path) == wanted
