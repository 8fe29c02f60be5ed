"""Log-ins in Go, PHP, Ruby, Java, Kotlin, C#, Elixir and Rust: frameworks, tokens, password hashing, second factors, directories."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, env_names, in_comment
from llm_audit.model import Kind, SourceFile

Rows = tuple[tuple[str, str, str, re.Pattern[str]], ...]
"""(setting, value, tool, expression); a value of `*` stands for the first group in lower case."""


def _rows(*rows: tuple[str, str, str, str]) -> Rows:
    return tuple((name, value, tool, expression(pattern, re.MULTILINE)) for name, value, tool, pattern in rows)


_GO = _rows(
    ("oauth.provider", "*", "goth", r'"github\.com/markbates/goth/providers/(\w{2,30})"'),
    ("oauth.provider", "*", "x/oauth2", r'"golang\.org/x/oauth2/(google|github|facebook|microsoft|gitlab|slack|linkedin|discord|spotify|amazon|bitbucket|twitch|yandex|vk|paypal)"'),  # noqa: E501
    ("oauth.provider", "*", "go-pkgz/auth", r'\.AddProvider\(\s*"(github|google|facebook|microsoft|yandex|twitter|discord|patreon|battlenet)"'),
    ("auth.jwt", "go-pkgz/auth", "go-pkgz/auth", r"\bauth\.NewService\(\s?auth\.Opts\{"),
    ("auth.method", "oauth2-login", "x/oauth2", r'\boauth2\.Endpoint\{\s*AuthURL:\s*(?P<address>[^"\s,}]+)'),
    ("auth.provider", "oidc", "go-oidc", r"\boidc\.NewProvider\("),
    ("auth.provider", "ldap", "go-ldap", r"\bldap\.(?:DialURL|Dial|DialTLS)\("),
    ("auth.provider", "saml", "crewjam/saml", r"\bsamlsp\.New\(|\bsaml\.ServiceProvider\{"),
    ("auth.jwt", "golang-jwt", "golang-jwt", r"\bjwt\.(?:NewWithClaims|Parse|ParseWithClaims|New)\("),
    ("auth.jwt", "jwtauth", "jwtauth", r"\bjwtauth\.New\("),
    ("auth.jwt", "gin-jwt", "gin-jwt", r"&?\bjwt\.GinJWTMiddleware\{"),
    ("auth.jwt", "jwx", "jwx", r"\bjwt\.Sign\([^\n]{0,80}\bjwt\.With(?:Key|KeySet)\("),
    ("auth.jwt", "paseto", "paseto", r"\bpaseto\.New(?:V\d|Token|Parser)\w{0,12}\("),
    ("auth.jwt", "go-jose", "go-jose", r"\bjose\.NewSigner\("),
    ("auth.password_hash", "bcrypt", "x/crypto", r"\bbcrypt\.(?:GenerateFromPassword|CompareHashAndPassword)\("),
    ("auth.password_hash", "argon2", "x/crypto", r"\bargon2\.(?:IDKey|Key)\("),
    ("auth.second_factor", "totp", "pquerna/otp", r"\btotp\.(?:Generate|Validate)\w{0,10}\("),
    ("auth.second_factor", "webauthn", "go-webauthn", r"\bwebauthn\.New\("),
    ("session.store", "cookie", "gorilla/sessions", r"\bsessions\.NewCookieStore\("),
    ("session.store", "*", "simplesessions", r'"github\.com/zerodha/simplesessions/stores/(\w{2,20})'),
    ("session.store", "*", "scs", r'"github\.com/alexedwards/scs/(\w{2,20}store)'),
    ("session.store", "memory", "scs", r"\bscs\.New\(\)"),
)  # fmt: skip
_PHP = _rows(
    ("oauth.provider", "*", "socialite", r"""Socialite::(?:driver|with)\(\s*["']([\w\-]{2,40})["']"""),
    ("oauth.provider", "*", "socialite", r"""SocialiteProviders\\(\w{2,40})\\\w+ExtendSocialite"""),
    ("auth.provider", "sanctum", "sanctum", r"\buse HasApiTokens\b|Laravel\\Sanctum\\HasApiTokens;"),
    ("auth.provider", "fortify", "fortify", r"\bFortify::(?:loginView|authenticateUsing|createUsersUsing)\b"),
    ("auth.provider", "passport", "passport", r"\bPassport::(?:routes|tokensCan|tokensExpireIn|hashClientSecrets)\b|Laravel\\Passport\\HasApiTokens;"),
    ("auth.provider", "ldap", "ldap", r"\bldap_connect\(|LdapRecord\\"),
    ("auth.provider", "saml", "saml", r"\bnew \\?OneLogin\\Saml2\\Auth\b|OneLogin_Saml2_Auth\("),
    ("auth.second_factor", "totp", "google2fa", r"\bnew \\?(?:PragmaRX\\Google2FA\\)?Google2FA\b|\bTwoFactorAuth\(|RobThree\\Auth\\TwoFactorAuth\b"),
    ("auth.jwt", "firebase/php-jwt", "php-jwt", r"\bJWT::(?:encode|decode)\("),
    ("auth.jwt", "tymon/jwt-auth", "jwt-auth", r"\bJWTAuth::\w+\("),
    ("auth.password_hash", "*", "php", r"\bpassword_hash\([^,\n]{1,80},\s*PASSWORD_(BCRYPT|ARGON2ID?|DEFAULT)"),
    ("auth.password_hash", "laravel", "laravel", r"\bHash::make\("),
    ("oauth.provider", "*", "league/oauth2-client", r"\bnew \\?(?:League\\OAuth2\\Client\\Provider\\)(Google|Github|Facebook|LinkedIn|Instagram)\("),
)  # fmt: skip
_RUBY = _rows(
    ("auth.jwt", "ruby-jwt", "jwt", r"\bJWT\.(?:encode|decode)\b"),
    ("auth.password_hash", "bcrypt", "bcrypt", r"\bhas_secure_password\b(?![ \t(]{1,4}:(?!password\b))|\bBCrypt::Password\b"),
    ("auth.second_factor", "totp", "rotp", r"\bROTP::TOTP\b"),
    ("auth.second_factor", "webauthn", "webauthn", r"\bWebAuthn\.(?:configure|configuration)\b|\bWebAuthn::Credential\b"),
    ("auth.provider", "ldap", "net-ldap", r"\bNet::LDAP\.new\b"),
    ("auth.provider", "saml", "ruby-saml", r"\bOneLogin::RubySaml::\w+\.new\b"),
    ("auth.provider", "doorkeeper", "doorkeeper", r"^Doorkeeper\.configure\b"),
    ("auth.provider", "rodauth", "rodauth", r"\bRodauth::Rails\b"),
    ("auth.provider", "sorcery", "sorcery", r"^[ \t]*authenticates_with_sorcery!"),
    ("auth.provider", "clearance", "clearance", r"\binclude Clearance::User\b"),
    ("auth.provider", "authlogic", "authlogic", r"^[ \t]*acts_as_authentic\b"),
    ("auth.provider", "revise_auth", "revise_auth", r"^[ \t]*include ReviseAuth::Model\b"),
)  # fmt: skip
_JVM = _rows(
    ("auth.provider", "spring-security", "spring-security", r"@EnableWebSecurity\b|\bSecurityFilterChain\b\s+\w+\("),
    ("auth.jwt", "jjwt", "jjwt", r"\bJwts\.(?:builder|parser|parserBuilder)\(\)"),
    ("auth.jwt", "java-jwt", "java-jwt", r"\bJWT\.(?:create|require)\("),
    ("auth.jwt", "nimbus-jose-jwt", "nimbus", r"\bNimbusJwt(?:Decoder|Encoder)\b|\bnew SignedJWT\("),
    ("auth.password_hash", "*", "spring-security", r"\b(BCrypt|Argon2|SCrypt|Pbkdf2)PasswordEncoder(?:\(|\.defaultsFor)"),
    ("auth.password_hash", "bcrypt", "spring-security", r"\bPasswordEncoderFactories\.createDelegatingPasswordEncoder\b"),
    ("auth.method", "oauth2-login", "spring-security", r"(?:\.|^\s{0,40})oauth2Login(?:\(|\s?\{)"),
    ("auth.method", "oauth2-resource-server", "spring-security", r"(?:\.|^\s{0,40})oauth2ResourceServer(?:\(|\s?\{)"),
    ("auth.method", "oauth2-resource-server", "ktor", r"\bverifier\(\s{0,20}\w{0,20}[jJ]wk\w{0,20}\s*[,)]"),
    ("auth.provider", "saml", "spring-security", r"(?:\.|^\s{0,40})saml2Login(?:\(|\s?\{)"),
    ("auth.provider", "ldap", "jndi", r"\bnew Initial(?:Dir|Ldap)Context\(|\bcom\.sun\.jndi\.ldap\.LdapCtxFactory\b"),
    ("auth.password_hash", "pbkdf2", "javax.crypto", r'"PBKDF2WithHmac\w{3,8}"'),
    ("auth.password_hash", "bcrypt", "jbcrypt", r"\bBCrypt\.(?:hashpw|checkpw|withDefaults|with|verifyer)\("),
    ("auth.provider", "ldap", "jldap", r"\bnew LDAPConnection\("),
    ("auth.provider", "ldap", "spring-ldap", r"\bldapAuthentication\(|\bLdapTemplate\b\s+\w+[;,)]"),
    ("auth.provider", "keycloak", "keycloak", r"\bKeycloakBuilder\.builder\("),
    ("auth.second_factor", "totp", "totp", r"\bTimeBasedOneTimePasswordGenerator\(|\bGoogleAuthenticator\("),
)  # fmt: skip
_NET = _rows(
    ("oauth.provider", "*", "asp.net", r"\.Add(Google|Facebook|Twitter|MicrosoftAccount|GitHub|Discord|Apple|LinkedIn|Twitch|Spotify|GitLab|Okta|Slack)(?:OpenIdConnect)?\("),  # noqa: E501
    ("auth.provider", "oidc", "asp.net", r"\.AddOpenIdConnect\("),
    ("auth.provider", "entra-id", "microsoft-identity", r"\.AddMicrosoftIdentityWeb(?:App|Api)\w{0,20}\("),
    ("auth.jwt", "jwt-bearer", "asp.net", r"\.AddJwtBearer\("),
    ("auth.provider", "asp.net-identity", "asp.net", r"\.Add(?:Default)?Identity(?:Core|ApiEndpoints)?<"),
    ("auth.password_hash", "bcrypt", "bcrypt.net", r"\bBCrypt\.(?:Net\.BCrypt\.)?HashPassword\("),
    ("auth.second_factor", "webauthn", "fido2-net-lib", r"\bnew Fido2\(|\.AddFido2\(|\bIFido2\s+\w+[;,)]"),
    ("auth.second_factor", "totp", "otp.net", r"\bnew Totp\("),
    ("session.store", "cookie", "asp.net", r"\.AddAuthentication\([^\n]{0,100}\)?[\s.]{0,40}AddCookie\("),
)  # fmt: skip
_ELIXIR = _rows(
    ("oauth.provider", "*", "ueberauth", r"\bUeberauth\.Strategy\.(\w{2,30})(?!\w*\.OAuth)"),
    ("auth.jwt", "joken", "joken", r"\buse Joken\.Config\b"),
    ("auth.jwt", "guardian", "guardian", r"\buse Guardian,"),
    ("auth.password_hash", "*", "comeonin", r"\b(Bcrypt|Argon2|Pbkdf2)\.(?:hash_pwd_salt|verify_pass)\("),
    ("auth.second_factor", "totp", "nimble_totp", r"\bNimbleTOTP\.\w+"),
    ("auth.provider", "pow", "pow", r"\buse Pow\.\w+"),
)  # fmt: skip
_RUST = _rows(
    ("auth.jwt", "jsonwebtoken", "jsonwebtoken", r"\bjsonwebtoken::(?:encode|decode|\{)|\bEncodingKey::from_\w+\("),
    ("auth.jwt", "jwt", "jwt", r"\bSignWithKey\b|\.sign_with_key\("),
    ("auth.password_hash", "opaque", "opaque-ke", r"\bopaque_ke::"),
    ("auth.password_hash", "argon2", "password-auth", r"\bpassword_auth::"),
    ("session.store", "redis", "actix-session", r"\bRedisSessionStore::"),
    ("session.store", "cookie", "actix-session", r"\bCookieSessionStore::"),
    ("auth.password_hash", "argon2", "argon2", r"\bArgon2::(?:default|new)\("),
    ("auth.password_hash", "bcrypt", "bcrypt", r"\bbcrypt::(?:hash|verify)\b"),
    ("auth.second_factor", "totp", "totp-rs", r"\bTOTP::new\("),
    ("auth.second_factor", "webauthn", "webauthn-rs", r"\bWebauthnBuilder::new\("),
    ("auth.provider", "ldap", "ldap3", r"\bLdapConn(?:Async)?::(?:new|with_settings)\("),
)  # fmt: skip
_SWIFT = _rows(
    ("auth.jwt", "jwt", "vapor", r"\b(?:req|request|app)\.jwt\.(?:sign|verify|keys|signers)\b"),
    (
        "auth.password_hash",
        "bcrypt",
        "vapor",
        r"\bBcrypt\.(?:hash|verify)\(|\b(?:req|request)\.password\.(?:async\.)?(?:hash|verify)\(",
    ),
)
_ALL: dict[str, Rows] = {
    ".go": _GO, ".php": _PHP, ".rb": _RUBY, ".java": _JVM, ".kt": _JVM, ".scala": _JVM, ".cs": _NET, ".ex": _ELIXIR, ".exs": _ELIXIR, ".rs": _RUST,
    ".swift": _SWIFT,
}  # fmt: skip
_WORDS = {"microsoftaccount": "microsoft", "argon2id": "argon2", "postgres": "postgresql", "default": "bcrypt", "pgxstore": "postgresql", "redisstore": "redis", "postgresstore": "postgresql", "azureadv2": "microsoft", "microsoftonline": "microsoft"}  # fmt: skip  # noqa: E501


def _made(text: str, package: str) -> int:
    """Where the arguments begin with which a provider's package is asked for a provider; -1 when it is not."""
    found = re.search(rf"\b{re.escape(package)}\.New\w{{0,30}}\(", text)
    return found.end() - 1 if found else -1


def _auth(file: SourceFile) -> Finds:
    text = file.text
    known: set[tuple[str, str]] = set()
    for name, value, tool, pattern in _ALL[file.suffix]:
        for match in pattern.finditer(text):
            shown = match[1].lower() if value == "*" else value
            shown = _WORDS.get(shown, shown)
            if (name, shown) in known or in_comment(text, match.start()):
                continue
            if tool == "x/oauth2" and shown == "google" and not _GOOGLE_SIGN_IN.search(text):
                continue
            if shown == "oauth2-login" and tool == "x/oauth2" and _is_constant(match["address"], text):
                continue
            known.add((name, shown))
            start = text.find("(", match.end() - 1, match.end() + 60)
            if tool == "goth" and (made := _made(text, match[1])) >= 0:
                start = made
            begin = start if start > match.end() + 60 else match.start()
            window = text[begin : block_end(text, start, 1500)] if start >= 0 else ""
            env = env_names(window, 6)
            use = _use(text, match.start()) if name == "auth.jwt" else ""
            yield at(file, match.start(), Kind.SETTING, name, shown, tool=tool, env=",".join(env), use=use)
            if value != "*":
                break


def _is_constant(name: str, text: str) -> bool:
    """Whether a name stands for an address that the same Go file holds: the provider is no matter of configuration."""
    return name.isidentifier() and re.search(rf'\b{name}\b(?: string)?\s{{0,8}}=\s{{0,3}}"https://', text) is not None


_GOOGLE_SIGN_IN = expression(r"\b\w{0,12}[gG]oogle\w{0,12}\.(?:Endpoint\b|ConfigFromJSON\()")
"""What a sign-in needs of Go's package for Google, which else gives programs the credentials of the machine they run on."""
_READS = expression(
    r"\b(?:JWT(?:\.|::)decode|jwt\.Parse(?:WithClaims)?|Jwts\.parser(?:Builder)?|JWT\.require|JWT::decode|NimbusJwtDecoder|jsonwebtoken::)"
)
_MAKES = expression(
    r"(?i)JWT(?:\.|::)(?:encode|create)|NewWithClaims|jwt\.New\(|SignedString|Jwts\.builder|NimbusJwtEncoder|new SignedJWT|\bencod(?:e\b|ingkey)"
)
_SHOWN_TO = expression(
    r"(?i)\b(?:Faraday|HTTParty|RestClient|Net::HTTP|http\.NewRequest\w{0,12}|HttpClient|Http::|Client\(|conn\w{0,10})\b[^{}]{0,400}https://|\bhttps://[^{}]{0,300}(?:Faraday|Net::HTTP|NewRequest)"
)
"""A request to another's address that is made with the token."""
_HOOK = expression(r"(?i)webhook")


def _use(text: str, offset: int) -> str:
    """Whether tokens are only read: another's, where a webhook brings them; or made for the interface that they are shown to.

    Empty where they are the program's own.
    """
    if not _READS.match(text, offset) or _MAKES.search(text):
        return "call" if _SHOWN_TO.search(text, offset, offset + 800) and not _READS.search(text) else ""
    return "call" if _HOOK.search(text, max(0, offset - 600), offset + 400) else "verify"


COLLECTORS = (
    Collector("auth-go", _auth, suffixes=frozenset((".go",)), needs=("oauth2", "go-pkgz/auth", "goth", "oidc", "ldap", "saml", "jwt.", "jwtauth", "paseto", "jose", "bcrypt", "argon2", "totp.", "webauthn", "essions", "scs")),  # noqa: E501
    Collector("auth-php", _auth, suffixes=frozenset((".php",)), needs=("Socialite", "HasApiTokens", "Fortify::", "Passport", "dap", "aml2", "Google2FA", "TwoFactorAuth", "JWT", "password_hash", "Hash::make", "OAuth2")),  # noqa: E501
    Collector("auth-ruby", _auth, suffixes=frozenset((".rb",)), needs=("JWT.", "has_secure_password", "BCrypt", "ROTP", "WebAuthn", "LDAP", "RubySaml", "Doorkeeper", "Rodauth", "sorcery!", "Clearance::", "acts_as_authentic", "ReviseAuth::")),  # noqa: E501
    Collector("auth-jvm", _auth, suffixes=frozenset((".java", ".kt", ".scala")), needs=("Security", "LDAPConnection", "PBKDF2", "BCrypt", "verifier(", "Jwt", "JWT", "PasswordEncoder", "oauth2", "saml2", "dap", "Keycloak", "OneTime", "GoogleAuthenticator")),  # noqa: E501
    Collector("auth-dotnet", _auth, suffixes=frozenset((".cs",)), needs=(".Add", "BCrypt", "Fido2", "new Totp(")),
    Collector("auth-elixir", _auth, suffixes=frozenset((".ex", ".exs")), needs=("Ueberauth", "Joken", "Guardian", "crypt", "Argon2", "Pbkdf2", "TOTP", "Pow")),
    Collector("auth-swift", _auth, suffixes=frozenset((".swift",)), needs=("Bcrypt", ".password.", ".jwt.")),
    Collector("auth-rust", _auth, suffixes=frozenset((".rs",)), needs=("jsonwebtoken", "ign_with_key", "SignWithKey", "opaque_ke", "password_auth", "SessionStore", "EncodingKey", "Argon2", "bcrypt", "TOTP", "ebauthn", "LdapConn")),  # noqa: E501
)  # fmt: skip
