"""Log-ins in Python: Authlib, Flask-Login and its like, own tokens, password hashing, second factors, directories."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, env_names, in_comment, packages, signing_names
from llm_audit.model import Kind, SourceFile

_REGISTER = expression(
    r"""\b\w{0,20}oauth\w{0,20}\.(?:register|remote_app)\(\s{0,40}(?:name\s*=\s*)?["']([\w\-]{2,40})["']"""
)
_BLUEPRINT = expression(r"\bmake_([a-z]{2,30})_blueprint\(")
_HTTPX_OAUTH = expression(
    r"\b(Google|GitHub|Facebook|Discord|Microsoft|LinkedIn|Reddit|Okta|Kakao|Naver|FranceConnect|Spotify|Apple|Twitter|GitLab|Line|Notion|Yandex)(?:Graph)?(?:OAuth2?|SSO|OAuth2Session)\("
)
_SCOPE = expression(r"""["']?scopes?["']?\s{0,3}[:=]\s{0,3}\[?["']([^"'\n]{1,200})["']""")
_JWT = expression(
    r"\b(?:jwt|jose\.jwt|pyjwt|JsonWebToken\([^)\n]{0,60}\))\.(encode|decode)\(|\b(JWTStrategy|JWTManager|SimpleJWT)\("
)
_CRYPT = expression(
    r"""\bCryptContext\(\s{0,20}schemes\s*=\s*\[\s*["'](\w{3,30})["']|\b(bcrypt)\.(?:hashpw|gensalt)\(|\b(PasswordHasher)\(|\b(generate_password_hash)\(|\b(pbkdf2_hmac|scrypt)\(|\bPasswordHash(?:\.recommended)?\("""
)
_PASSLIB = expression(r"\bfrom passlib\.(hash|apps) import (?P<name>\w{3,30})(?:\s+as\s+(?P<alias>\w{1,30}))?")
_SIMPLE: tuple[tuple[str, str, str, str, re.Pattern[str]], ...] = (
    # (packages of which one is imported, setting, value, tool, what shows its use)
    ("pyotp", "auth.second_factor", "totp", "pyotp", expression(r"\bpyotp\.\w+")),
    (
        "rest_framework_simplejwt",
        "auth.jwt",
        "simplejwt",
        "simplejwt",
        expression(r"\b(?:RefreshToken|AccessToken|TokenObtain\w{0,20})\b(?=[.(])"),
    ),
    (
        "webauthn fido2",
        "auth.second_factor",
        "webauthn",
        "webauthn",
        expression(r"_registration\w{0,10}\(|_authentication\w{0,10}\(|\bFido2Server\("),
    ),
    (
        "ldap ldap3 bonsai",
        "auth.provider",
        "ldap",
        "ldap",
        expression(r"\bldap\.initialize\(|\b(?:Connection|Server|LDAPClient)\("),
    ),
    ("onelogin saml2", "auth.provider", "saml", "saml", expression(r"\bOneLogin_Saml2_Auth\(|\bSaml2Client\(")),
    ("keycloak", "auth.provider", "keycloak", "python-keycloak", expression(r"\bKeycloak\w{3,20}\(")),
    ("flask_login", "auth.provider", "flask-login", "flask-login", expression(r"\bLoginManager\(")),
    ("fastapi_users", "auth.provider", "fastapi-users", "fastapi-users", expression(r"\bFastAPIUsers\b[\[(]")),
    (
        "starlette fastapi",
        "session.store",
        "cookie",
        "starlette",
        expression(r"\b(?:add_middleware|Middleware)\(\s*SessionMiddleware\b"),
    ),
    ("fastapi", "auth.method", "bearer", "fastapi", expression(r"\b(?:OAuth2PasswordBearer|HTTPBearer)\(")),
    ("flask_session", "session.store", "server", "flask-session", expression(r"\bSession\(")),
)
_OAUTH_CLIENT = expression(
    r"\b(?:Async)?OAuth2(?:Session|Client)\(|\bclass \w{1,60}\([^)\n]{0,200}\b(?:Async)?OAuth2(?:Session|Client)\b"
)
_OF_ONE = expression(r"https?://[\w.\-]{1,80}/[^\s\"']{0,80}(?:authorize|token|userinfo)")
_COOKIE = expression(r"""\.set_cookie\(\s{0,40}(?:key\s*=\s*)?(?:["']([\w.\-]{2,60})["']|([\w.]{2,60}))""")
_FLAG = expression(
    r"""\b(httponly|secure|samesite)\s*=\s*([\w."'()\[\]]{2,60}(?:\s(?:==|!=|in|is|not|and|or)\s[\w."'()\[\]]{2,40}){0,2})(?=\s{0,9}[,)\n])""",
    re.IGNORECASE,
)


def _auth(file: SourceFile) -> Finds:
    text = file.text
    imports = packages(file)
    if _PACKAGES.isdisjoint(imports):
        return
    for pattern, tool, needle in (
        (_REGISTER, "authlib", "oauth"),
        (_BLUEPRINT, "flask-dance", "_blueprint("),
        (_HTTPX_OAUTH, "oauth", "httpx_oauth"),
    ):
        if needle not in text and not (needle == "httpx_oauth" and "fastapi_sso" in imports):
            continue
        for match in pattern.finditer(text):
            if in_comment(text, match.start()):
                continue
            block = text[match.start() : block_end(text, text.find("(", match.start()), 3000)]
            scope = _SCOPE.search(block)
            yield at(
                file, match.start(), Kind.SETTING, "oauth.provider", match[1].lower(), tool=tool, env=",".join(env_names(block, 6)),
                scopes=scope[1] if scope else "",
            )  # fmt: skip
    for needed, name, value, tool, pattern in _SIMPLE:
        found = pattern.search(text) if not imports.isdisjoint(needed.split()) else None
        if found and not in_comment(text, found.start()):
            yield at(file, found.start(), Kind.SETTING, name, value, tool=tool)
    yield from _connected(file)
    yield from _own_accounts(file)


def _connected(file: SourceFile) -> Finds:
    """A client of OpenID Connect whose provider is a setting; where the file names its addresses, those tell whose it is."""
    found = _OAUTH_CLIENT.search(file.text) if not packages(file).isdisjoint(_OAUTH_LIBRARIES) else None
    if not found or in_comment(file.text, found.start()) or _OF_ONE.search(file.text):
        return
    if any(word in f"{file.path}\n{file.text}".lower() for word in ("openid", "oidc", "id_token")):
        yield at(file, found.start(), Kind.SETTING, "auth.provider", "oidc", tool="authlib")


def _own_accounts(file: SourceFile) -> Finds:
    yield from _signed(file)
    yield from _hashed(file)
    yield from _cookies(file)


def _signed(file: SourceFile) -> Finds:
    """Tokens that the program signs or verifies itself."""
    text = file.text
    found = _JWT.search(text) if "jwt" in text or "JWT" in text else None
    if not found or in_comment(text, found.start()):
        return
    tool = "python-jose" if "jose" in packages(file) else "authlib" if "authlib" in packages(file) else "pyjwt"
    tool = {"JWTManager": "flask-jwt-extended", "JWTStrategy": "fastapi-users"}.get(found[2] or "", tool)
    window = text[max(0, found.start() - 500) : found.start() + 500]
    call = text[found.start() : block_end(text, found.start(), 800)]
    env = signing_names(env_names(call) or env_names(window))
    lower = re.search(r"\bsettings\.(\w{0,30}(?:secret|key)\w{0,20})", window)
    constant = _KEY_GIVEN.search(call)
    named = ",".join(env) or (lower[1].upper() if lower else constant[1] if constant else "")
    made = found[2] or any(one[1] == "encode" or one[2] for one in _JWT.finditer(text, found.start()))
    use = "sign" if made else "verify"
    yield at(file, found.start(), Kind.SETTING, "auth.jwt", tool, tool=tool, env=named, use=use)


_KEY_GIVEN = expression(
    r",\s{0,20}([A-Z][A-Z0-9_]{0,30}(?:SECRET|KEY)[A-Z0-9_]{0,20})(?:\.get_secret_value\(\))?\s{0,20}[,)]"
)
"""The constant that a token is signed with."""
_CRYPT_WORDS = ("crypt", "Crypt", "PasswordHash", "password_hash", "pbkdf2")


def _hashed(file: SourceFile) -> Finds:
    """Passwords that the program hashes itself: the first call says how."""
    text = file.text
    crypt = _CRYPT.search(text) if any(word in text for word in _CRYPT_WORDS) else None
    if crypt and not in_comment(text, crypt.start()) and (crypt[5] is None or "password" in text.lower()):
        value = _method(crypt)
        yield at(file, crypt.start(), Kind.SETTING, "auth.password_hash", value, tool="passlib" if crypt[1] else value)
    passlib = _PASSLIB.search(text) if crypt is None and "passlib." in text else None
    if passlib and re.search(rf"\b{passlib['alias'] or passlib['name']}\.(?:hash|encrypt|verify|using)\(", text):
        value = passlib["name"].partition("_")[0] if passlib[1] == "hash" else "passlib"
        yield at(file, passlib.start(), Kind.SETTING, "auth.password_hash", value, tool="passlib")


def _method(crypt: re.Match[str]) -> str:
    if named := crypt[1] or crypt[2]:
        return named
    if crypt[3] or "PasswordHash" in crypt.group():
        return "argon2"
    if crypt[4]:
        return "werkzeug"
    return "pbkdf2" if crypt[5] == "pbkdf2_hmac" else "scrypt"


_KEEPS_SESSION = re.compile(r"(?i)^(?!.*[cx]srf).*(?:session|token|auth|sid\b|jwt|refresh|access)")


def _cookies(file: SourceFile) -> Finds:
    """Cookies that keep who is signed in, with their flags."""
    text = file.text
    for match in _COOKIE.finditer(text):
        name = match[1] or match[2]
        if _KEEPS_SESSION.search(name) and not in_comment(text, match.start()):
            block = text[match.start() : block_end(text, text.find("(", match.start()), 1500)]
            flags = ",".join(f"{flag[1]}={_unquoted(flag[2])}" for flag in _FLAG.finditer(block))
            yield at(file, match.start(), Kind.SETTING, "auth.cookie", name, tool="cookie", flags=flags)


def _unquoted(text: str) -> str:
    """A literal without its quotes; an expression as it stands."""
    return text[1:-1] if text[:1] in "\"'" and text[-1:] == text[:1] else text


_OAUTH_LIBRARIES = frozenset({"authlib", "requests_oauthlib", "httpx_oauth"})
_PACKAGES = frozenset(
    "jwt jose authlib passlib bcrypt argon2 pwdlib pyotp webauthn fido2 ldap ldap3 bonsai onelogin saml2 keycloak flask_login fastapi_users"
    " starlette fastapi flask flask_session flask_dance flask_jwt_extended httpx_oauth fastapi_sso werkzeug hashlib itsdangerous"
    " rest_framework_simplejwt requests_oauthlib django aiohttp sanic litestar".split()
)

COLLECTORS = (Collector("auth-python", _auth, suffixes=frozenset((".py",)), needs=tuple(_PACKAGES)),)
