"""Hosts that nobody knows: an interface shows by its address, or by the name that the code gives to it."""

from __future__ import annotations

import pytest

from llm_audit.collect.hosts import collect
from llm_audit.model import Fact, Kind, SourceFile
from tests.integrations.facts import entry, found, line, made, names, reads, setting


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ('public static string PlusApiUrl = "https://plus.rowboat.io";', True),
        ('public static string SiteUrl = "https://plus.rowboat.io";', False),
        ('public static string Base = "https://plus.rowboat.io/v1/pay";', True),
    ],
)
def test_a_name_says_that_an_address_is_an_interface(line: str, is_told: bool) -> None:
    text = f"class C {{ {line}\n  HttpClient client; }}"
    facts = [one for one in collect(SourceFile("src/Settings.cs", text)) if isinstance(one, Fact)]
    assert (names(found(*facts), "External APIs") != set()) is is_told


@pytest.mark.parametrize(("path", "is_told"), [("/heartbeat", True), ("/pings/daily", True), ("/shopping", False)])
def test_where_a_program_says_that_it_lives_is_an_interface(path: str, is_told: bool) -> None:
    called = made(Kind.HOST, "stat.rowboat.io", path, at="job/beat.go:18", use="call", scheme="https")
    assert (names(found(called), "External APIs") != set()) is is_told


def test_hosts_beyond_a_handful_that_one_file_calls_are_told_together() -> None:
    calls = [
        made(Kind.HOST, f"api.{name}.com", "/v1/items", at=f"src/{name}.ts:3", use="call", scheme="https")
        for name in ("alderpay", "birchmail", "cedarmap", "elmchat", "firstore", "hazelbox", "ivynote")
    ]
    twice = made(Kind.HOST, "api.ivynote.com", "/v1/pages", at="src/pages.ts:9", use="call", scheme="https")
    key = reads("HAZELBOX_API_KEY", at="src/hazelbox.ts:2")
    outcome = found(*calls, twice, key)
    assert names(outcome, "External APIs") == {"Other hosts", "api.ivynote.com"}
    text = entry(outcome, "Other hosts").purpose
    assert "api.hazelbox.com (`src/hazelbox.ts`; HAZELBOX_API_KEY)" in text and "ivynote" not in text
    assert "Other hosts" not in names(found(*calls[:6]), "External APIs")


def test_an_attribute_of_a_pages_component_is_shown_rather_than_called() -> None:
    def host(path: str, at: str, bound: str) -> Fact:
        return made(Kind.HOST, "plus.rowboat.io", path, at=at, use="call", scheme="https", bound=bound)

    shown = host("/courses/data-search", "src/pages/courses.tsx:9", "courseUrl")
    assert names(found(shown), "External APIs") == set()
    for other in (
        host("/courses/data-search", "src/pages/courses.tsx:9", "apiUrl"), host("/api/courses", "src/pages/courses.tsx:9", "courseUrl"),
        host("/courses/data-search", "src/courses.ts:9", "courseUrl"),
    ):  # fmt: skip
        assert names(found(other), "External APIs") == {"plus.rowboat.io"}


def test_an_interface_that_a_pipeline_shows_a_key_is_told_with_the_key() -> None:
    keyed = {"use": "call", "scheme": "https", "keyed": "ACME_APIKEY"}
    shown = made(Kind.HOST, "panel.acmewords.io", "/list", at=".github/workflows/words.sh:4", **keyed)
    fetched = made(Kind.HOST, "get.birchtool.io", "/v1/x.json", at=".github/workflows/words.sh:9", use="call")
    outcome = found(shown, fetched)
    assert names(outcome, "External APIs") == {"panel.acmewords.io"}
    assert line(entry(outcome, "panel.acmewords.io"), "Auth") == "ACME_APIKEY"


def test_a_known_service_that_a_pipeline_shows_a_key_is_in_use_there() -> None:
    plain = {"use": "call", "scheme": "https"}
    place = {"at": ".github/workflows/words.sh:4"}
    shown = made(Kind.HOST, "api.lokalise.com", "/api2/x", **place, **plain, keyed="WORDS_KEY")
    told = entry(found(shown), "Lokalise")
    assert told.purpose.endswith(", in CI only") and line(told, "Auth") == "WORDS_KEY"
    assert found(made(Kind.HOST, "api.lokalise.com", "/api2/x", **place, **plain)).candidates == ()


def test_an_address_that_collects_is_an_interface() -> None:
    place = {"at": "consts/consts.go:3", "use": "call", "scheme": "https"}
    assert names(found(made(Kind.HOST, "insights.acme-tunes.org", "/collect", **place)), "External APIs") != set()
    assert names(found(made(Kind.HOST, "insights.acme-tunes.org", "/collections", **place)), "External APIs") == set()


def test_the_key_of_an_unknown_host_begins_like_the_variable_of_its_address() -> None:
    call = made(Kind.HOST, "api.alderquotes.com", "", at="src/quotes.rb:30", use="call", scheme="https")
    base = reads("QUOTES_URL", "default", "src/quotes.rb:30", "https://api.alderquotes.com")
    key, other = (
        reads("QUOTES_API_KEY", "optional", "src/registry.rb:9"),
        reads("MAIL_API_KEY", "optional", "src/mail.rb:9"),
    )
    outcome = found(call, base, key, other, reads("ACME_MODE", "optional"))
    told = entry(outcome, "api.alderquotes.com")
    assert line(told, "Auth") == "QUOTES_API_KEY"
    assert line(told, "Integration method") == "HTTPS at QUOTES_URL (default `https://api.alderquotes.com`)"
    elsewhere = found(call, reads("QUOTES_URL", "default", "src/other.rb:3", "https://api.alderquotes.net"), key, other)
    assert not line(entry(elsewhere, "api.alderquotes.com"), "Auth")


def test_a_store_of_another_vendors_address_is_the_vendors_with_the_keys_of_its_block() -> None:
    block = setting(
        "storage.driver", "s3", "config/storage.yml:9", tool="rails", endpoint="{}.r2.cloudflarestorage.com",
        env="CLOUDFLARE_ACCOUNT_ID,CLOUDFLARE_ACCESS_KEY_ID,CLOUDFLARE_BUCKET",
    )  # fmt: skip
    keys = [
        reads(name, "optional", "config/storage.yml:10")
        for name in ("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_ACCESS_KEY_ID", "CLOUDFLARE_BUCKET", "CLOUDFLARE_ZONE_ID")
    ]
    outcome = found(block, *keys)
    assert names(outcome, "File Storage") == {"Cloudflare R2"}
    store = entry(outcome, "Cloudflare R2")
    assert line(store, "Auth") == "CLOUDFLARE_ACCESS_KEY_ID, CLOUDFLARE_ACCOUNT_ID"
    assert line(store, "Buckets") == "CLOUDFLARE_BUCKET"
    own = setting("storage.driver", "s3", "config/storage.yml:9", tool="rails", endpoint="minio.example.org")
    assert names(found(own), "File Storage") == {"Amazon S3"}


def _constant(name: str, bound: str, at: str = "src/constants.ts:3", path: str = "/v1/list") -> Fact:
    return made(Kind.HOST, name, path, at=at, use="config", scheme="https", bound=bound)


def test_the_address_of_a_constant_is_called_where_another_file_asks_for_it() -> None:
    asked = setting("url.constant", "RATES_URL", "src/rates.ts:9", use="call")
    assert names(found(_constant("api.alderquotes.com", "RATES_URL"), asked), "External APIs") == {
        "api.alderquotes.com"
    }
    assert names(found(_constant("api.alderquotes.com", "RATES_URL")), "External APIs") == set()
    assert names(found(_constant("api.alderquotes.com", "DOCS_URL"), asked), "External APIs") == set()
    two = _constant("api.birchquotes.com", "RATES_URL", "src/other.ts:3")
    assert names(found(_constant("api.alderquotes.com", "RATES_URL"), two, asked), "External APIs") == set()


@pytest.mark.parametrize(("path", "told"), [("/json/{}", True), ("/jsonville/{}", False), ("/about", False)])
def test_an_address_whose_path_says_json_is_an_interface(path: str, told: bool) -> None:
    call = made(Kind.HOST, "alderquotes.com", path, at="src/rates.ts:3", use="call", scheme="https")
    assert (names(found(call), "External APIs") == {"alderquotes.com"}) is told


def test_a_picture_that_reports_is_called_and_another_is_shown() -> None:
    shown = [setting("url.constant", name, "src/page.tsx:9", use="script") for name in ("TELEMETRY_PIXEL", "LOGO_SRC")]
    pixel = _constant("api.alderquotes.com", "TELEMETRY_PIXEL", path="/a.png")
    logo = _constant("api.birchquotes.com", "LOGO_SRC", path="/logo.png")
    assert names(found(pixel, logo, *shown), "External APIs") == {"api.alderquotes.com"}


def test_the_projects_own_host_is_told_though_the_catalogue_knows_it() -> None:
    call = made(Kind.HOST, "api.umami.is", "/v1/updates", at="src/version.ts:3", use="call", scheme="https")
    assert names(found(call, project="umami"), "External APIs") == {"api.umami.is"}
    assert names(found(call, project="acme"), "External APIs") == set()


def test_an_address_that_a_request_is_made_to_is_called_whatever_it_looks_like() -> None:
    text = "class C {\n HttpClient client;\n %s\n}"
    asked = 'Task a() => client.GetAsync("https://public.acmebank.cc/tickers");'
    kept = 'string site = "https://public.acmebank.cc/tickers";'
    for line_, told in ((asked, {"public.acmebank.cc"}), (kept, set())):
        facts = [one for one in collect(SourceFile("src/Rates.cs", text % line_)) if isinstance(one, Fact)]
        assert names(found(*facts), "External APIs") == told
