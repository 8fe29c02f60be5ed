"""A key goes to the endpoint that it is kept for, and to no other."""

from __future__ import annotations

import pytest

from llm_audit.config import endpoint
from llm_audit.endpoint import DEFAULT_URL, is_loopback, origin, shown
from llm_audit.errors import UsageError
from llm_audit.settings import Settings

KEY = "key-of-openai"
OTHER = "https://models.example/v1"


def test_openais_key_goes_to_openai() -> None:
    found = endpoint(Settings(model="m"), {"OPENAI_API_KEY": KEY})
    assert (found.url, found.key) == (DEFAULT_URL, KEY)


def test_openais_key_goes_to_the_base_url_that_stands_beside_it() -> None:
    found = endpoint(Settings(model="m"), {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": OTHER})
    assert (found.url, found.key) == (OTHER, KEY)


@pytest.mark.parametrize(
    "url",
    [
        OTHER,
        "https://api.openai.com.evil.example/v1",
        "https://api.openai.com:8443/v1",
        "http://api.openai.com/v1",
        "https://api.openai.com@evil.example/v1",
        "https://evil.example/api.openai.com/v1",
    ],
)
def test_openais_key_goes_to_no_other_address(url: str) -> None:
    with pytest.raises(UsageError, match="no key is kept"):
        endpoint(Settings(model="m", base_url=url), {"OPENAI_API_KEY": KEY})


@pytest.mark.parametrize("url", ["http://localhost:8080/v1", "http://127.0.0.1:1/v1", "http://[::1]:1234/v1"])
def test_this_machine_needs_no_key_and_gets_none(url: str) -> None:
    assert endpoint(Settings(model="m", base_url=url), {"OPENAI_API_KEY": KEY}).key == ""


def test_a_named_variable_holds_the_key_for_a_given_address() -> None:
    settings = Settings(model="m", base_url=OTHER, api_key_env="MODELS_KEY")
    assert endpoint(settings, {"MODELS_KEY": "theirs", "OPENAI_API_KEY": KEY}).key == "theirs"


def test_settings_may_keep_a_key_per_address() -> None:
    settings = Settings(model="m", base_url=f"{OTHER}/", keys={"https://models.example/": "MODELS_KEY"})
    assert endpoint(settings, {"MODELS_KEY": "theirs", "OPENAI_API_KEY": KEY}).key == "theirs"


def test_no_key_may_be_insisted_on() -> None:
    settings = Settings(model="m", base_url="http://10.0.0.5:8000/v1", api_key_env="none")
    assert endpoint(settings, {"OPENAI_API_KEY": KEY}).key == ""


def test_a_key_does_not_cross_the_network_in_the_clear() -> None:
    with pytest.raises(UsageError, match="plain http"):
        endpoint(Settings(model="m"), {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://models.example/v1"})


@pytest.mark.parametrize("url", ["ftp://x/v1", "models.example/v1", "http://", "http://x:port/v1"])
def test_what_is_no_address_is_said_so(url: str) -> None:
    with pytest.raises(UsageError):
        endpoint(Settings(model="m", base_url=url), {})


def test_no_representation_shows_the_key_or_the_user() -> None:
    found = endpoint(Settings(model="m"), {"OPENAI_API_KEY": KEY})
    assert KEY not in repr(found) and KEY not in str(found)
    assert shown("https://user:pass@models.example/v1/?key=1") == OTHER


def test_addresses_of_this_machine() -> None:
    assert is_loopback("http://localhost/v1") and is_loopback("http://127.9.9.9") and is_loopback("http://[::1]")
    assert not is_loopback("http://localhost.example") and not is_loopback("http://127.0.0.1.example")
    assert origin("HTTPS://Models.Example:443/v1") == "https://models.example"
