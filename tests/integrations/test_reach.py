"""How a service without SDK is reached: paths behind an address that another line names, the client, the key beside it."""

from __future__ import annotations

from llm_audit.integrations.values import endpoint_words
from llm_audit.model import Fact, Kind
from tests.integrations.facts import entry, found, imports, line, locked, made, needs, reads, setting


def address(at: str = "app/config.py:8", bound: str = "ai_openai_base_url") -> Fact:
    return made(Kind.HOST, "api.openai.com", "/v1", at, use="call", scheme="https", bound=bound)


def path(value: str, at: str = "app/words.py:40", base: str = "ai_openai_base_url", method: str = "POST") -> Fact:
    return setting("url.path", value, at, base=base, method=method)


HTTPX = (needs("httpx", ">=0.27", "requirements.txt:3", ecosystem="pypi"), locked("httpx", "0.27.2", "uv.lock:9", ecosystem="pypi"),
         imports("httpx", "app/words.py:1", language="python"))  # fmt: skip


def test_a_path_behind_the_address_of_a_setting_is_an_endpoint_with_its_client_and_its_place() -> None:
    one = entry(found(address(), path("/chat/completions"), *HTTPX), "OpenAI")
    assert line(one, "Endpoints used") == "`POST /chat/completions`"
    assert line(one, "Integration method") == "HTTPS on api.openai.com, `/v1`, with httpx 0.27.2"
    assert one.facts[0].path == "app/words.py"


def test_a_request_to_the_host_that_a_services_variable_gives_is_a_use_of_it() -> None:
    read = reads("BETTER_STACK_INGESTING_HOST", need="optional", at="src/env.ts:3", by="schema")
    asked = path("", "src/log.ts:6", "BETTER_STACK_INGESTING_HOST")
    token = reads("BETTER_STACK_SOURCE_TOKEN", need="optional", at="src/env.ts:4", by="schema")
    logs = entry(found(read, token, asked), "Better Stack (Logtail)")
    assert line(logs, "Integration") == "HTTPS at BETTER_STACK_INGESTING_HOST, with BETTER_STACK_SOURCE_TOKEN"
    assert not [one for one in found(read).candidates if "Better Stack" in one.name]


def test_a_mail_server_is_reached_by_its_own_protocol() -> None:
    server = made(Kind.HOST, "smtp.mailtrap.io", "", "config/environments/staging.rb:9", use="config", scheme="smtp")
    assert line(entry(found(server), "Mailtrap"), "Integration method") == "SMTP on smtp.mailtrap.io"
    called = made(Kind.HOST, "send.api.mailtrap.io", "/api/send", "app/mail.rb:9", use="call", scheme="https")
    assert line(entry(found(server, called), "Mailtrap"), "Integration method").startswith("HTTPS on send.api")


def test_a_short_name_means_the_address_of_its_own_file_only() -> None:
    here = address("app/words.py:3", bound="api")
    assert line(entry(found(here, path("/files", base="api")), "OpenAI"), "Endpoints used") == "`POST /files`"
    there = address("app/other.py:3", bound="api")
    assert not line(entry(found(there, path("/files", base="api")), "OpenAI"), "Endpoints used")


def test_a_name_of_two_addresses_says_nothing() -> None:
    other = made(
        Kind.HOST, "api.groq.com", "/openai", "app/other.py:8", use="call", scheme="https", bound="ai_openai_base_url"
    )
    assert not line(entry(found(address(), other, path("/files")), "OpenAI"), "Endpoints used")


def test_the_key_that_begins_like_the_variable_of_the_address() -> None:
    base = reads("AI_OPENAI_BASE_URL", "default", "app/config.py:8", "https://api.openai.com/v1")
    many = [reads(f"OTHER_{number}", "optional", f"app/config.py:{20 + number}") for number in range(20)]
    key = reads("AI_API_KEY", "optional", "app/config.py:9")
    assert line(entry(found(address(), base, key, *many), "OpenAI"), "Auth") == "AI_API_KEY"
    far = reads("MAIL_API_KEY", "optional", "app/config.py:9")
    assert "MAIL_API_KEY" not in (line(entry(found(address(), base, far, *many), "OpenAI"), "Auth") or "")


def test_the_standard_librarys_client() -> None:
    call = made(Kind.HOST, "api.openai.com", "/v1", "main.go:30", use="call", scheme="https")
    one = entry(found(call, imports("net/http", "main.go:4", language="go")), "OpenAI")
    assert line(one, "Integration method") == "HTTPS on api.openai.com, `/v1`, with the standard library's `net/http`"


def call(name: str, module: str = "stripe", language: str = "ruby") -> Fact:
    return made(Kind.CALL, name, "", "app/pay.rb:4", language=language, module=module)


def test_the_class_of_an_sdk_that_is_built_is_no_endpoint() -> None:
    built = [
        call("Stripe::StripeClient.new", "Stripe"),
        call("Plaid::PlaidApi.new", "Plaid"),
        call("Plaid::ApiClient.new", "Plaid"),
        call("OpenAI::Client.new", "OpenAI"),
    ]
    outcome = found(*built)
    assert {name: line(entry(outcome, name), "Endpoints used") for name in ("Stripe", "Plaid", "OpenAI")} == {
        "Stripe": "", "Plaid": "", "OpenAI": "",
    }  # fmt: skip
    asked = found(*built, call("Plaid::ItemGetRequest.new", "Plaid"), call("client.v1.customers.create", "Stripe"))
    assert line(entry(asked, "Plaid"), "Endpoints used") == "item"
    assert line(entry(asked, "Stripe"), "Endpoints used") == "customers"


def test_rows_of_a_mirror_are_no_endpoints_but_the_objects_of_a_store_are() -> None:
    rows = [call(f"{name}.objects.filter", "djstripe.models", "python") for name in ("APIKey", "djstripe.Price")]
    assert line(entry(found(*rows), "Stripe"), "Endpoints used") == ""
    assert (endpoint_words("Price.objects.create"), endpoint_words("bucket.objects.delete")) == ("", "objects")


def test_a_path_behind_a_variable_that_bears_a_services_name_is_a_call_of_it() -> None:
    variable = reads("SUPABASE_URL", "optional", "src/rows.ts:3")
    call = path("/rest/v1/rows", "src/rows.ts:4", base="SUPABASE_URL")
    one = entry(found(variable, call), "Supabase")
    assert one.facts[0].place == call.place
    for base in ("supabaseUrl", "API_URL"):
        other = found(variable, path("/rest/v1/rows", "src/rows.ts:4", base=base))
        assert "Supabase" not in {candidate.name for candidate in other.candidates}


def test_what_builds_a_request_or_waits_for_an_answer_is_no_part_of_an_interface() -> None:
    chains = {
        "PaymentIntentCreateParams.ItemBuilder.create": "",
        "Stripe.Request.put_endpoint": "request",
        "room.client.onSync.listen": "",
        "azuredevops.PullActive.String": "",
        "GatewayRejectionReason.DUPLICATE.equals": "",
        "Status.valueOf": "",
        "stripe.put.objects.create": "objects",
        "client.outputs.list": "outputs",
        "client.buildings.list": "buildings",
    }
    assert {chain: endpoint_words(chain) for chain in chains} == chains
