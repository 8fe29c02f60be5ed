"""Log-ins in Python and behind proxies: what the code says of the way in, and lines that look like one."""

from __future__ import annotations

import pytest

from llm_audit.collect.auth import cookies, oauth
from llm_audit.collect.auth import python as logins
from llm_audit.model import Fact, SourceFile

_COLLECTORS = (*logins.COLLECTORS, *oauth.COLLECTORS, *cookies.COLLECTORS)


def _facts(path: str, text: str) -> list[Fact]:
    file = SourceFile(path, text)
    found = [one for collector in _COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    return [one for one in found if isinstance(one, Fact)]


@pytest.mark.parametrize(
    ("path", "text", "ways"),
    [
        ("a.py", "from passlib.hash import bcrypt_sha256\nbcrypt_sha256.hash(password)", {("auth.password_hash", "bcrypt")}),
        ("a.py", "from passlib.apps import custom_app_context as pwd\npwd.verify(a, b)", {("auth.password_hash", "passlib")}),
        ("a.py", "from passlib.hash import bcrypt\nkinds = [bcrypt]", set()),
        ("a.py", "from passlib.apache import HtpasswdFile\nHtpasswdFile.verify(a)", set()),
        ("a.py", "import flask\nresponse.set_cookie('access_token', v)", {("auth.cookie", "access_token")}),
        ("a.py", "import flask\nresponse.set_cookie('csrf_token', v)", set()),
        ("a.js", "res.cookie('session_id', v)", {("auth.cookie", "session_id")}),
        ("a.js", "res.cookie('XSRF-TOKEN', v)", set()),
        ("a.ts", "const COOKIE_NAME = 'acme_sid'\ncookies().set(COOKIE_NAME, user.token, { httpOnly: true })", {("auth.cookie", "acme_sid")}),
        ("a.ts", "(await cookies()).set(cookieConfig.name, accessToken, { httpOnly: true })", {("auth.cookie", "")}),
        ("a.ts", "const CSRF_COOKIE = 'csrf'\ncookies.set(CSRF_COOKIE, token)", set()),
        ("a.ts", "cookies.set(COOKIE_NAME, theme)", set()),
        ("a.ts", "cookies.set(cookieId, visitor?.token, {})", set()),
        ("a.ts", "cache.set(COOKIE_NAME, token)", set()),
        ("a.py", "user = request.environ['REMOTE_USER']", {("auth.provider", "proxy-header")}),
        ("resources/lang/en/settings.php", "return ['help' => 'Names the user in REMOTE_USER'];", set()),
        ("a.py", "user = request.headers.get('x-forwarded-user')", {("auth.provider", "proxy-header")}),
        ("a.py", "class Proxied(PersistentRemoteUserMiddleware):\n    header = 'X'", {("auth.provider", "proxy-header")}),
        ("a.py", "MIDDLEWARE = ['django.contrib.auth.middleware.RemoteUserMiddleware']", {("auth.provider", "proxy-header")}),
        ("a.py", "remote_user = request.POST.get('remote_user')", set()),
        ("a.py", "class RemoteUserForm(Form):\n    pass", set()),
        ("oidc/client.py", "from authlib.integrations import requests_client\nclass Client(Base, requests_client.OAuth2Session):\n    pass", {("auth.provider", "oidc")}),
        ("sso.py", "from authlib.integrations.httpx_client import AsyncOAuth2Client\nAsyncOAuth2Client(key, scope='openid email')", {("auth.provider", "oidc")}),
        ("sso.py", "from authlib.integrations.requests_client import OAuth2Session\nOAuth2Session(key, scope='files.read')", set()),
        ("sso.py", "from requests_oauthlib import OAuth2Session\nOAuth2Session(key, scope='openid')\nURL = 'https://id.example.org/o/authorize'", set()),
        ("hub.go", 'const HubURL = "https://github.com/login/oauth/authorize"\nvar hub = oauth2.Config{ClientID: cfg.ClientID}', {("oauth.provider", "github")}),
        ("bot.rb", 'def link\n  "https://discord.com/oauth2/authorize?client_id=#{CLIENT_ID}"\nend', set()),
        ("bot.rb", 'def link\n  "https://discord.com/oauth2/authorize?client_id=#{CLIENT_ID}&response_type=code"\nend', {("oauth.provider", "discord")}),
        ("login.py", "from rest_framework_simplejwt.tokens import RefreshToken\nt = RefreshToken.for_user(user)", {("auth.jwt", "simplejwt")}),
        ("login.py", "from rest_framework_simplejwt.settings import api_settings\nlife = api_settings.LIFE", set()),
        ("presets.ts", "export const hub = { clientId: '', authUrl: 'https://github.com/login/oauth/authorize' }", set()),
        ("presets.ts", "export const hub = { clientId: id, authUrl: 'https://github.com/login/oauth/authorize' }", {("oauth.provider", "github")}),
        ("oidc/client.py", "from shop.http import OAuth2Session\nimport jwt\nclass Client(OAuth2Session):\n    pass", set()),
    ],
)  # fmt: skip
def test_a_line_says_how_users_come_in(path: str, text: str, ways: set[tuple[str, str]]) -> None:
    assert {(str(one.name), str(one.value)) for one in _facts(path, text)} == ways


def test_each_of_several_providers_in_a_file_has_the_names_that_bear_its_own() -> None:
    flow = "{ url: 'https://%s/oauth2/authorize', clientId: process.env.%s_%s, clientSecret: process.env.%s_SECRET }"
    text = "\n".join(flow % (host, name, kind, name) for host, name, kind in (
        ("discord.com", "DISCORD", "CLIENT_ID"), ("www.linkedin.com", "LINKEDIN", "ID"),
    ))  # fmt: skip
    found = {fact.value: fact.detail("env") for fact in _facts("a.js", text)}
    assert found == {"discord": "DISCORD_CLIENT_ID,DISCORD_SECRET", "linkedin": "LINKEDIN_ID,LINKEDIN_SECRET"}


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("SECRET_KEY.get_secret_value()", "SECRET_KEY"),
        ("JWT_SIGNING_KEY", "JWT_SIGNING_KEY"),
        ("ALGORITHM", ""),
        ("key_of(user)", ""),
    ],
)
def test_the_constant_that_a_token_is_signed_with(key: str, named: str) -> None:
    text = f"from jose import jwt\ntoken = jwt.encode(claims, {key}, algorithm=METHOD)\n"
    assert [one.detail("env") for one in _facts("a.py", text) if one.name == "auth.jwt"] == [named]


def test_how_long_tokens_last_is_not_what_they_are_signed_with() -> None:
    text = (
        "from flask_jwt_extended import JWTManager\njwt = JWTManager(app)\n"
        "life = config.JWT_ACCESS_TOKEN_EXPIRES\nkey = config.%s\n"
    )
    for name, named in (("JWT_REFRESH_TOKEN_EXPIRES", ""), ("JWT_SECRET_KEY", "JWT_SECRET_KEY")):
        assert [one.detail("env") for one in _facts("a.py", text % name) if one.name == "auth.jwt"] == [named]
