"""The application's own accounts beside the ways in that others provide."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path

import pytest

from llm_audit import collect
from llm_audit.model import Fact, Kind
from tests.integrations.facts import entry, found, imports, line, made, names, needs, reason, setting

_SIGNS = setting("auth.jwt", "@nestjs/jwt", "src/auth.ts:3", tool="@nestjs/jwt", use="sign")


def _told_as_provider() -> set[str]:
    """What collectors name as an auth provider, word for word."""
    told: set[str] = set()
    for path in (Path(collect.__file__).parent).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            items = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
            words = [item.value if isinstance(item, ast.Constant) else None for item in items]
            pairs = itertools.pairwise(words)
            told |= {str(value) for name, value in pairs if name == "auth.provider" and value not in (None, "*")}
    return told


@pytest.mark.parametrize("provider", sorted(_told_as_provider()))
def test_every_provider_that_a_collector_names_has_an_entry(provider: str) -> None:
    outcome = found(setting("auth.provider", provider, "src/auth.py:3", tool=provider))
    assert names(outcome, "Auth Provider"), provider


@pytest.mark.parametrize("package", ["flask-login", "remix-auth"])
def test_a_library_that_remembers_who_signed_in_keeps_sessions_unless_others_do(package: str) -> None:
    kept = setting("auth.provider", package, "src/auth.py:3", tool=package)
    assert names(found(kept), "Auth Provider") == {"Own accounts (sessions)"}
    assert names(found(kept, *_uses("@clerk/nextjs")), "Auth Provider") == {"Clerk"}


def test_what_programs_show_is_no_password_of_a_person() -> None:
    hashed = setting("auth.password_hash", "bcrypt", "oidc/client_secret_hasher.go:39", tool="x/crypto")
    assert names(found(hashed), "Auth Provider") == set()
    person = setting("auth.password_hash", "bcrypt", "users/secret_hasher.go:39", tool="x/crypto")
    assert names(found(person), "Auth Provider") == {"Own accounts (password)"}


def _uses(package: str) -> tuple[Fact, Fact]:
    return imports(package, "src/login.ts:1"), needs(package, "1.0.0")


def test_tokens_that_the_application_signs_are_its_own_where_others_only_say_who_it_is() -> None:
    assert "Own accounts (JWT)" in names(found(_SIGNS, *_uses("@simplewebauthn/server")), "Auth Provider")
    assert names(found(_SIGNS, *_uses("@clerk/nextjs")), "Auth Provider") == {"Clerk"}


def _host(name: str, path: str, at: str) -> Fact:
    return made(Kind.HOST, name, path, at=at, use="call", scheme="https")


def test_a_host_that_only_signs_people_in_is_told_as_that_sign_in() -> None:
    login = setting("oauth.provider", "discord", "src/auth.ts:9", tool="http", host="discord.com")
    steps = (
        _host("discord.com", "/api/oauth2/authorize", "src/auth.ts:9"),
        _host("discord.com", "/api/users/@me", "src/auth.ts:20"),
    )
    only = found(login, *steps)
    assert reason(only, "Discord") == "only signs people in, told as Discord OAuth"
    assert entry(only, "Discord OAuth").group == "OAuth Integrations"
    more = found(login, *steps, _host("discord.com", "/api/v10/channels/{}/messages", "src/news.ts:4"))
    assert entry(more, "Discord").group == "Messaging & Notifications"


def test_several_keys_of_a_token_are_told_as_a_list() -> None:
    checks = setting("auth.jwt", "jose", "src/auth.ts:3", tool="jose", use="sign", env="OLD_KEY,NEW_KEY")
    own = entry(found(checks), "Own accounts (JWT)")
    assert any("tokens signed with OLD_KEY and NEW_KEY" in value.text for value in own.values)


def test_the_applications_own_key_is_told_before_that_of_somebody_elses_page() -> None:
    token = setting("auth.jwt", "jsonwebtoken", "src/a.ts:3", tool="jsonwebtoken", use="sign", env="CHAT_TOKEN")
    own = setting("auth.jwt", "jsonwebtoken", "src/b.ts:3", tool="jsonwebtoken", use="sign", env="JWT_SECRET")
    told = [line(entry(found(*facts), "Own accounts (JWT)"), "Implementation") for facts in ((token, own), (token,))]
    assert [text.rpartition("; ")[2] for text in told] == [
        "tokens signed with JWT_SECRET",
        "tokens signed with CHAT_TOKEN",
    ]


def test_whose_accounts_a_flow_opens_is_told_without_the_name_of_the_sign_in() -> None:
    flow = setting(
        "oauth.provider", "apple", "src/in.ts:3", tool="http", env="APPLE_CLIENT_ID", host="appleid.apple.com"
    )
    assert entry(found(flow), "Sign in with Apple").purpose.startswith("Access to Apple accounts that users grant")


def test_a_token_for_calls_of_its_own_or_of_a_test_is_nobodys_session() -> None:
    calls = setting("auth.jwt", "jsonwebtoken", "src/token.ts:3", tool="jsonwebtoken", use="call")
    tried = setting("auth.jwt", "jsonwebtoken", "src/auth/test_keys.rs:3", tool="jsonwebtoken")
    assert not [one for one in found(calls, tried).candidates if one.group == "Auth Provider"]


def test_ways_to_sign_in_that_nobody_knows_are_told_together() -> None:
    ways = [
        setting(
            "oauth.provider", name, "src/auth.ts:9", tool="auth.js", env=f"{name.upper()}_CLIENT_ID,{name.upper()}_MODE"
        )
        for name in ("ferrybell", "rowboat")
    ]
    other = entry(
        found(*ways, setting("oauth.provider", "github", "src/auth.ts:4", tool="auth.js")), "Other sign-in providers"
    )
    assert other.purpose == "Sign-in with accounts of `ferrybell`, `rowboat`"
    assert [value.text for value in other.values if value.label == "Credentials"] == [
        "FERRYBELL_CLIENT_ID, ROWBOAT_CLIENT_ID"
    ]
    for none in (
        setting("oauth.provider", "github", "src/auth.ts:4", tool="auth.js"), setting("oauth.provider", "custom", "src/auth.ts:4", tool="auth.js"),
        setting("oauth.provider", "ferrybell", "src/auth.ts:4", tool="http"),
    ):  # fmt: skip
        assert "Other sign-in providers" not in names(found(none), "OAuth Integrations")


def test_tokens_that_are_only_read_make_no_sessions_of_own_accounts() -> None:
    hashes = setting("auth.password_hash", "bcrypt", "app/user.rb:2", tool="bcrypt")
    reads = setting("auth.jwt", "ruby-jwt", "app/token.rb:3", tool="jwt", use="verify")
    assert names(found(hashes, reads), "Auth Provider") == {"Own accounts (password)"}
    keyed = setting("auth.jwt", "ruby-jwt", "app/token.rb:3", tool="jwt", use="verify", env="JWT_SECRET")
    assert names(found(hashes, keyed), "Auth Provider") == {"Own accounts (password, JWT)"}
    assert names(found(hashes, reads, _SIGNS), "Auth Provider") == {"Own accounts (password, JWT)"}


@pytest.mark.parametrize(
    ("path", "entries"),
    [
        ("app/models/user/totp.rb", {"Own accounts (TOTP)"}),
        ("app/services/parcel_codes.rb", set()),
    ],
)
def test_a_second_factor_of_those_who_sign_in_shows_own_accounts(path: str, entries: set[str]) -> None:
    assert names(found(setting("auth.second_factor", "totp", f"{path}:3", tool="rotp")), "Auth Provider") == entries


@pytest.mark.parametrize("path", ["src/api-keys/utils.ts", "src/backup_codes/hash.ts", "app/api_key.rb"])
def test_what_hashes_keys_of_programs_and_spare_codes_keeps_no_passwords(path: str) -> None:
    assert (
        names(found(setting("auth.password_hash", "scrypt", f"{path}:3", tool="node:crypto")), "Auth Provider") == set()
    )
    people = setting("auth.password_hash", "scrypt", "src/users/utils.ts:3", tool="node:crypto")
    assert names(found(people), "Auth Provider") == {"Own accounts (password)"}


def test_tokens_that_another_library_checks_are_not_those_that_the_program_signs() -> None:
    signs = setting("auth.jwt", "simplejwt", "app/users/jwt.py:9", tool="simplejwt")
    reads = setting("auth.jwt", "pyjwt", "app/partner/tokens.py:3", tool="pyjwt", use="verify")
    [own] = [one for one in found(signs, reads).candidates if one.group == "Auth Provider"]
    assert own.facts == (signs,)
    same = setting("auth.jwt", "simplejwt", "app/users/read.py:3", tool="simplejwt", use="verify")
    [both] = [one for one in found(signs, same).candidates if one.group == "Auth Provider"]
    assert both.facts == (signs, same)


def test_an_oauth_server_of_the_application_is_told_beside_its_accounts() -> None:
    server = setting("auth.provider", "doorkeeper", "config/initializers/doorkeeper.rb:1", tool="doorkeeper")
    gem = needs("doorkeeper", "5.8.2", at="Gemfile:3", ecosystem="rubygems")
    assert "Doorkeeper" in names(found(server, gem), "Auth Provider")
    assert "Doorkeeper" not in names(found(gem), "Auth Provider")


def _flow(provider: str, host: str, env: str = "DEPOT_CLIENT_ID,DEPOT_CLIENT_SECRET", tool: str = "http") -> Fact:
    return setting("oauth.provider", provider, f"src/{provider}.ts:9", tool=tool, host=host, env=env)


def test_access_to_accounts_of_a_service_in_use_is_an_entry_where_the_catalogue_has_none_for_it() -> None:
    sdk = (imports("@linear/sdk"), needs("@linear/sdk", "58.0.0"))
    granted = entry(found(*sdk, _flow("linear", "linear.app")), "Linear OAuth")
    assert granted.group == "OAuth Integrations"
    assert line(granted, "Credentials") == "DEPOT_CLIENT_ID, DEPOT_CLIENT_SECRET"
    by_host = found(*sdk, _flow("lnr", "api.linear.app"))
    assert "Linear OAuth" in {one.name for one in by_host.candidates}


@pytest.mark.parametrize(
    ("sdk", "flow"),
    [
        ("", _flow("linear", "linear.app")),  # nothing else speaks to it
        ("@linear/sdk", _flow("linear", "linear.app", env="")),  # an address alone: of a schema, a client of its own
        ("@linear/sdk", _flow("linear", "linear.app", tool="passport")),  # told with the library's other ways
        ("@linear/sdk", _flow("depot", "depot.example")),
    ],
)
def test_no_access_is_granted_by(sdk: str, flow: Fact) -> None:
    used = (imports(sdk), needs(sdk, "58.0.0")) if sdk else ()
    names = {one.name for one in found(*used, flow).candidates}
    assert not {name for name in names if name.endswith(" OAuth")}


def _metadata(host: str, *fields: str, at: str = "src/admin.tsx") -> list[Fact]:
    return [
        made(Kind.HOST, host, f"/{field}", at=f"{at}:{number}", use="call", scheme="https", bound=field)
        for number, field in enumerate(fields, 3)
    ]


def test_providers_whose_metadata_a_form_fills_in_are_no_providers_of_the_program() -> None:
    fields = ("token_endpoint", "jwks_uri", "issuer")
    auth0, okta = _metadata("acme.auth0.com", *fields), _metadata("acme.okta.com", *fields)
    offered = found(*auth0, *okta)
    assert "one of several identity providers" in reason(offered, "Auth0")
    assert not {"Auth0", "Okta"} & {one.name for one in offered.candidates}
    # one alone, one that a request goes to, and one that another file holds
    assert "Auth0" in {one.name for one in found(*auth0).candidates}
    called = _metadata("acme.auth0.com", *fields, "profile")
    assert "Auth0" in {one.name for one in found(*called, *okta).candidates}
    apart = _metadata("acme.okta.com", *fields, at="src/okta.ts")
    assert "Auth0" in {one.name for one in found(*auth0, *apart).candidates}


@pytest.mark.parametrize(
    ("package", "ecosystem", "use"),
    [
        ("laravel/fortify", "packagist", imports("Laravel\\Fortify\\Fortify", "app/a.php:3", "php")),
        ("django-allauth", "pypi", setting("django.app", "allauth.account", "app/settings.py:9", tool="django")),
        ("fastapi-users", "pypi", imports("fastapi_users", "app/users.py:1", "python")),
    ],
)
def test_the_library_that_carries_own_accounts_is_their_implementation(package: str, ecosystem: str, use: Fact) -> None:
    hashed = setting("auth.password_hash", "argon2", "app/users.py:3", tool="own")
    library = needs(package, "1.37", "composer.json:9", ecosystem=ecosystem)
    own = line(entry(found(hashed, library, use), "Own accounts (password)"), "Implementation")
    assert own.startswith(f"{package} 1.37; passwords hashed")
    unused = line(entry(found(hashed, library), "Own accounts (password)"), "Implementation")
    assert unused == "passwords hashed with argon2"
    namesake = imports("fastapi_users_demo", "app/users.py:1", "python")
    other = line(entry(found(hashed, library, namesake), "Own accounts (password)"), "Implementation")
    assert other == "passwords hashed with argon2"


def test_the_library_of_accounts_is_not_that_of_a_way_in_beside_them() -> None:
    header = setting("auth.provider", "proxy-header", "app/settings.py:9", tool="django")
    app = setting("django.app", "allauth", "app/settings.py:3", tool="django")
    library = needs("django-allauth", "65.1", "requirements.txt:9", ecosystem="pypi")
    assert line(entry(found(header, app, library), "Reverse-proxy header sign-in"), "Implementation") == ""
