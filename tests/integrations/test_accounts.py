"""The application's own accounts beside the ways in that others provide."""

from __future__ import annotations

from llm_audit.model import Fact, Kind
from tests.integrations.facts import entry, found, imports, made, names, needs, reason, setting

_SIGNS = setting("auth.jwt", "@nestjs/jwt", "src/auth.ts:3", tool="@nestjs/jwt", use="sign")


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


def test_an_oauth_server_of_the_application_is_told_beside_its_accounts() -> None:
    server = setting("auth.provider", "doorkeeper", "config/initializers/doorkeeper.rb:1", tool="doorkeeper")
    gem = needs("doorkeeper", "5.8.2", at="Gemfile:3", ecosystem="rubygems")
    assert "Doorkeeper" in names(found(server, gem), "Auth Provider")
    assert "Doorkeeper" not in names(found(gem), "Auth Provider")
