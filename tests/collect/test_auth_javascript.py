"""Log-ins in JavaScript: providers of Auth.js with the variables of their credentials."""

from __future__ import annotations

import pytest

from llm_audit.collect.auth.javascript import COLLECTORS
from llm_audit.model import Fact, SourceFile

_DEPOT = 'import DepotProvider from "next-auth/providers/depot";\n'


def _providers(text: str) -> dict[str, str]:
    """The providers of a file, each with the variables of its credentials."""
    return {str(one.value): one.detail("env") for one in _named("oauth.provider", text)}


def _named(name: str, text: str) -> list[Fact]:
    """The facts of that name which a file shows."""
    file = SourceFile("src/auth.ts", text)
    found = [one for collector in COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    return [one for one in found if isinstance(one, Fact) and one.name == name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "export const options = { providers: [DepotProvider({ clientId: process.env.DEPOT_ID! })] }",
            {"depot": "DEPOT_ID"},
        ),
        (
            "const ways = [{ build: () => DepotProvider({ clientId: process.env.DEPOT_ID!, secret: process.env.DEPOT_KEY! }) }]",
            {"depot": "DEPOT_ID,DEPOT_KEY"},
        ),
        (
            'const way = oauth(\n  DepotProvider,\n  "DEPOT_CLIENT_ID",\n  "DEPOT_SECRET", { mode: "LOUD_MODE" })',
            {"depot": "DEPOT_CLIENT_ID,DEPOT_SECRET"},
        ),
        ("// nothing is made of it", {}),
    ],
)
def test_a_provider_has_the_credentials_it_is_built_with(text: str, expected: dict[str, str]) -> None:
    assert _providers(_DEPOT + text) == expected


def test_a_provider_with_its_types_is_one() -> None:
    typed = 'import DepotProvider, { type DepotProfile } from "next-auth/providers/depot";\nDepotProvider({ clientId: process.env.DEPOT_ID })'
    assert _providers(typed) == {"depot": "DEPOT_ID"}
    assert (
        _providers(
            'import { DepotProvider } from "./providers/depot";\nDepotProvider({ clientId: process.env.DEPOT_ID })'
        )
        == {}
    )


@pytest.mark.parametrize(
    ("payload", "use"),
    [
        ("{ api_key: id, exp: 60 }", "call"),
        ("{ sub: id, exp: 60 }", "sign"),
        ("{ userId: id, api_key: id }", "sign"),
    ],
)
def test_what_a_token_is_about_says_whose_it_is(payload: str, use: str) -> None:
    text = f"import jwt from 'jsonwebtoken'\nexport const made = (id, word) => jwt.sign({payload}, word)"
    file = SourceFile("src/token.ts", text)
    found = [one for collector in COLLECTORS for one in collector.collect(file)]
    assert [one.detail("use") for one in found if isinstance(one, Fact) and one.name == "auth.jwt"] == [use]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const key = await scrypt(password, salt, 64)", ["scrypt"]),
        ("const key = crypto.pbkdf2Sync(user.password, salt, 1000, 64, 'sha512')", ["pbkdf2"]),
        ("const key = scryptSync(process.env.FILE_KEY, salt, 32)", []),
        ("const key = scryptSync(password, salt, 32)\nconst cipher = createCipheriv('aes-256-gcm', key, iv)", []),
        ("// scrypt(password, salt, 64)", []),
        ("import { argon2id } from 'hash-wasm'\nargon2id({ password })", ["argon2"]),
        ("import { createSHA256 } from 'hash-wasm'\ncreateSHA256()", []),
        ("const page = `import bcrypt from 'bcrypt'\nbcrypt.hash(word)`", []),
        ("const page = `text`\nimport bcrypt from 'bcrypt'", ["bcrypt"]),
    ],
)
def test_passwords_that_nodes_own_functions_hash(text: str, expected: list[str]) -> None:
    file = SourceFile("src/users.ts", f"import crypto from 'crypto'\n{text}\n")
    found = [one for collector in COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    assert [one.value for one in found if isinstance(one, Fact) and one.name == "auth.password_hash"] == expected


@pytest.mark.parametrize(
    ("package", "provider"),
    [
        ("passport-github2", "github"),
        ("passport-google-oauth20", "google"),
        ("passport-google-oauth2", "google"),
        ("passport-depot-oauth", "depot"),
        ("passport-42", "42"),
    ],
)
def test_a_packages_ending_is_no_part_of_its_providers_name(package: str, provider: str) -> None:
    assert set(_providers(f'import {{ Strategy }} from "{package}";\npassport.use(new Strategy({{}}));\n')) == {
        provider
    }


@pytest.mark.parametrize(("shown", "told"), [("{}", ["better-auth"]), ("const page = `{}`;", [])])
def test_a_log_in_that_a_page_shows_as_code_is_none(shown: str, told: list[str]) -> None:
    text = shown.format('import { betterAuth } from "better-auth";\nexport const auth = betterAuth({ plugins: [] });\n')
    file = SourceFile("src/guide.tsx", text)
    found = [one for collector in COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    assert [one.value for one in found if isinstance(one, Fact) and one.name == "auth.provider"] == told


@pytest.mark.parametrize(
    ("fields", "provider"),
    [
        ('id: "custom", type: "oauth", wellKnown: settings.wellKnownUrl', "oidc"),
        ('id: "sso", type: "oidc", issuer: settings.issuer', "oidc"),
        ('id: "custom", type: "oauth", token: settings.tokenUrl', "custom"),
        ('id: "depot", type: "oidc", issuer: "https://depot.example"', "depot"),
    ],
)
def test_a_provider_of_ones_own_choice_is_found_by_its_address(fields: str, provider: str) -> None:
    text = f'import NextAuth from "next-auth";\nconst authOptions = {{ providers: [{{ {fields} }}] }};\n'
    assert list(_providers(text)) == [provider]


@pytest.mark.parametrize(
    ("body", "use"),
    [
        ("jwt.verify(token, process.env.APP_SECRET);\njwt.sign({ sub: user.id }, process.env.APP_SECRET);", "sign"),
        ("jwt.verify(token, process.env.APP_SECRET);", "verify"),
        ("jwt.verify(token, process.env.APP_SECRET);\n// jwt.sign({ sub: user.id }, key);", "verify"),
    ],
)
def test_a_file_that_checks_and_signs_tokens_signs_them(body: str, use: str) -> None:
    file = SourceFile("src/tokens.ts", f'import jwt from "jsonwebtoken";\n{body}\n')
    found = [one for collector in COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    tokens = [one for one in found if isinstance(one, Fact) and one.name == "auth.jwt"]
    assert [(one.detail("use"), one.detail("env")) for one in tokens] == [(use, "APP_SECRET")]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("  adapter: keptIn(db),\n  providers,\n", "keptIn"),
        ("  adapter: keptIn(db),\n  providers: [],\n", "keptIn"),
        # a file that has none to configure anything with
        ("  adapter: keptIn(db),\n  pages: {},\n", ""),
    ],
)
def test_a_configuration_may_be_handed_its_providers_by_their_name(given: str, told: str) -> None:
    text = f'import NextAuth from "next-auth";\nexport default NextAuth({{\n{given}}});\n'
    assert [one.detail("adapter") for one in _named("auth.provider", text)] == ([told] if told else [])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("sign(value, process.env.TOKEN_SECRET!)", [("sign", "TOKEN_SECRET")]),
        ("sign({ id }, process.env.TOKEN_SECRET!)", [("sign", "TOKEN_SECRET")]),
        # not of a token: nothing says with which key
        ("sign(value, other)", []),
    ],
)
def test_a_token_of_any_value_is_signed_with_the_key_beside_it(call: str, told: list[tuple[str, str]]) -> None:
    text = f'import {{ sign }} from "jsonwebtoken";\nexport const made = (value) => {call};\n'
    assert [(one.detail("use"), one.detail("env")) for one in _named("auth.jwt", text)] == told


@pytest.mark.parametrize(
    ("name", "switch", "cookie", "flags"),
    [
        ('`${LIVE ? "__Secure-" : ""}app.session`', "!!process.env.SITE_URL", "app.session", "secure=SITE_URL"),
        ("`app.session`", "decide()", "app.session", "secure=LIVE"),
        ('`${LIVE ? "live" : "dev"}.session`', "decide()", '${LIVE ? "live" : "dev"}.session', "secure=LIVE"),
    ],
)
def test_the_cookie_of_a_session_by_its_plain_name(name: str, switch: str, cookie: str, flags: str) -> None:
    text = (
        f'import NextAuth from "next-auth";\nconst LIVE = {switch};\nexport default NextAuth({{\n  providers: [],\n'
        f"  cookies: {{ sessionToken: {{ name: {name},\n    options: {{ secure: LIVE }} }} }},\n}});\n"
    )
    told = _named("auth.provider", text)
    assert [(one.detail("cookie"), one.detail("flags")) for one in told] == [(cookie, flags)]


@pytest.mark.parametrize(
    ("value", "providers"),
    [
        ("{\n      clientId: env.GOOGLE_ID,\n    }", ["google"]),
        (
            "\n      env.GOOGLE_ID && env.GOOGLE_SECRET\n        ? {\n            clientId: env.GOOGLE_ID,\n          }\n        : undefined",
            ["google"],
        ),
        ("env.GOOGLE_ID && {\n      clientId: env.GOOGLE_ID,\n    }", ["google"]),
        ("env.GOOGLE_ID ? {\n      enabled: true,\n    } : undefined", []),
        ("undefined", []),
    ],
)
def test_a_provider_of_better_auth_that_hangs_on_a_condition(value: str, providers: list[str]) -> None:
    text = (
        'import { betterAuth } from "better-auth";\nexport const auth = betterAuth({\n  socialProviders: {\n'
        f"    google: {value},\n  }},\n}});\n"
    )
    assert [str(one.value) for one in _named("oauth.provider", text)] == providers
