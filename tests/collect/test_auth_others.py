"""Log-ins outside JavaScript and Python: what a line of code says of the way in, and lines that look like one."""

from __future__ import annotations

import pytest

from llm_audit.collect.auth.others import COLLECTORS
from llm_audit.model import Fact, SourceFile


def _ways(path: str, text: str) -> set[tuple[str, str]]:
    file = SourceFile(path, text)
    found = [one for collector in COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    return {(str(one.name), str(one.value)) for one in found if isinstance(one, Fact)}


@pytest.mark.parametrize(
    ("path", "text", "ways"),
    [
        ("Security.kt", "http {\n  oauth2Login {\n  }\n}\n// Security", {("auth.method", "oauth2-login")}),
        ("Security.java", "http.oauth2Login(withDefaults());", {("auth.method", "oauth2-login")}),
        ("Security.java", "boolean oauth2LoginEnabled = true; // oauth2", set()),
        ("Config.kt", "fun encoder() = BCryptPasswordEncoder()", {("auth.password_hash", "bcrypt")}),
        ("Config.java", "return Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8();", {("auth.password_hash", "argon2")}),
        ("Hash.java", 'static final String HOW = "PBKDF2WithHmacSHA256";', {("auth.password_hash", "pbkdf2")}),
        ("Ldap.scala", "val connection = new LDAPConnection(factory)", {("auth.provider", "ldap")}),
        ("Ldap.scala", "def connect(connection: LDAPConnection)", set()),
        ("Hash.scala", 'SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")', {("auth.password_hash", "pbkdf2")}),
        ("Hash.java", "// PBKDF2WithHmacSHA256 is slow", set()),
        ("Directory.java", "new InitialDirContext(env); // ldap", {("auth.provider", "ldap")}),
        ("Directory.java", "new InitialContext(); // ldap", set()),
        ("Config.java", "import x.BCryptPasswordEncoder;", set()),
        ("Auth.kt", 'jwt("users") {\n  verifier(jwkProvider, issuer)\n}', {("auth.method", "oauth2-resource-server")}),
        ("Auth.kt", 'jwt("users") {\n  verifier(ownVerifier)\n}', set()),
        ("Keys.cs", "private readonly IFido2 _fido2;", {("auth.second_factor", "webauthn")}),
        ("Keys.cs", "services.AddFido2(options => {});", {("auth.second_factor", "webauthn")}),
        ("Keys.cs", "var kind = TwoFactorType.Fido2Key; // Fido2", set()),
        ("Codes.cs", "var totp = new Totp(key);", {("auth.second_factor", "totp")}),
        ("Codes.cs", "var totals = new TotpPage(key); // BCrypt", set()),
        ("idp.go", "oauth2.Config{Endpoint: oauth2.Endpoint{\n\tAuthURL: p.AuthURL,\n}}", {("auth.method", "oauth2-login")}),
        ("strava.go", 'oauth2.Endpoint{AuthURL: "https://api.example.com/authorize"}', set()),
        ("hub.go", 'const HubURL string = "https://hub.example.com/authorize"\nvar one = oauth2.Endpoint{AuthURL: HubURL}', set()),
        ("server.go", 'import "github.com/go-pkgz/auth"\nservice.AddProvider("github", id, secret)', {("oauth.provider", "github")}),
        ("login.go", 'import "golang.org/x/oauth2/google"\nc := oauth2.Config{Endpoint: google.Endpoint}', {("oauth.provider", "google")}),
        ("push.go", 'import "golang.org/x/oauth2/google"\nt, err := google.DefaultTokenSource(ctx, scope)\nc.Endpoint = url', set()),
        ("login.go", 'import "golang.org/x/oauth2/github"\nc.Endpoint = github.Endpoint', {("oauth.provider", "github")}),
        ("auth.go", 'TokenAuth = jwtauth.New("HS256", []byte(secret), nil)', {("auth.jwt", "jwtauth")}),
        ("auth.go", "token, err := jwtauth.FromContext(ctx)", set()),
        ("deezer.go", "token, err := jwt.ParseInsecure(body) // jwt.", set()),
        ("login.rs", "use jwt::SignWithKey;\nlet t = claims.sign_with_key(&key);", {("auth.jwt", "jwt")}),
        ("user.rb", "class User\n  authenticates_with_sorcery!\nend\n", {("auth.provider", "sorcery")}),
        ("user.rb", "class User\n  # include Clearance::User\nend\n", set()),
        ("user.rb", "class User\n  include ReviseAuth::Model\nend\n", {("auth.provider", "revise_auth")}),
        ("page.rb", "module Page\n  include ReviseAuth::Helpers\nend\n", set()),
        ("routes.swift", "let payload = try await req.jwt.verify(as: Session.self)", {("auth.jwt", "jwt")}),
        ("user.rb", "class User\n  has_secure_password\nend", {("auth.password_hash", "bcrypt")}),
        ("user.rb", "class User\n  has_secure_password :password, validations: false\nend", {("auth.password_hash", "bcrypt")}),
        ("code.rb", "class Code\n  has_secure_password :code\nend", set()),
        ("User.swift", "let hash = try Bcrypt.hash(form.password)", {("auth.password_hash", "bcrypt")}),
        ("App.swift", "let text = form.password.hash(into: &hasher) // Bcrypt", set()),
        ("session.rs", "let store = RedisSessionStore::new(uri).await?;", {("session.store", "redis")}),
    ],
)  # fmt: skip
def test_a_line_says_how_users_come_in(path: str, text: str, ways: set[tuple[str, str]]) -> None:
    assert _ways(path, text) == ways


def test_paseto_signs_tokens_like_jwt() -> None:
    assert _ways("maker.go", "maker := paseto.NewV2()\n") == {("auth.jwt", "paseto")}
    assert _ways("maker.go", "maker := paseto.Name()\n") == set()


def _uses(path: str, text: str) -> list[str]:
    file = SourceFile(path, text)
    found = [one for collector in COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    return [one.detail("use") for one in found if isinstance(one, Fact) and one.name == "auth.jwt"]


@pytest.mark.parametrize(
    ("path", "text", "use"),
    [
        ("token.rb", "def who\n  JWT.decode(bearer, key)\nend\n", "verify"),
        ("token.rb", "def who\n  JWT.decode(bearer, key)\nend\ndef issue\n  JWT.encode({}, key)\nend\n", ""),
        ("bank.rb", "def validate_webhook!(header)\n  JWT.decode(header, nil, true, jwks: keys)\nend\n", "call"),
        ("token.go", "t, err := jwt.ParseWithClaims(raw, claims, keyFor)\n", "verify"),
        ("token.go", "t := jwt.NewWithClaims(jwt.SigningMethodHS256, claims)\njwt.Parse(raw, key)\n", ""),
        ("Token.java", "Jwts.parser().verifyWith(key);\n", "verify"),
        ("Token.java", "Jwts.builder().compact();\n", ""),
        ("token.php", "<?php JWT::decode($raw, $key);", "verify"),
        (
            "tax.rb",
            't = JWT.encode(claims, key)\nFaraday.new(url: "https://oauth.tax.example") { |c| c.token = t }\n',
            "call",
        ),
        ("login.rb", 't = JWT.encode(claims, key)\nredirect_to "https://app.shop.example/?t=#{t}"\n', ""),
    ],
)
def test_tokens_that_are_only_read_are_told_from_those_that_are_made(path: str, text: str, use: str) -> None:
    assert _uses(path, text) == [use]


def test_each_of_several_providers_has_the_variables_that_it_is_made_with() -> None:
    text = """import (
    "github.com/markbates/goth/providers/github"
    "github.com/markbates/goth/providers/gitlab"
)
var a = github.New(os.Getenv("ACME_HUB_KEY"), os.Getenv("ACME_HUB_SECRET"), back)
var b = gitlab.NewCustomisedURL(
    os.Getenv("ACME_LAB_KEY"), os.Getenv("ACME_LAB_SECRET"),
    back,
)
var c = os.Getenv("OTHER_KEY")
"""
    file = SourceFile("main.go", text)
    found = [one for collector in COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    told = {one.value: one.detail("env") for one in found if isinstance(one, Fact)}
    assert told == {"github": "ACME_HUB_KEY,ACME_HUB_SECRET", "gitlab": "ACME_LAB_KEY,ACME_LAB_SECRET"}
