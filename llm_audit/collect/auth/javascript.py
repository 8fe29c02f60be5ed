"""Log-ins in JavaScript: Auth.js, Better Auth, Passport, own tokens, password hashing, sessions and cookies, second factors."""

from __future__ import annotations

import re
from collections.abc import Callable

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import driver
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import (
    block_end,
    cookie_flags,
    env_names,
    imported,
    in_backquotes,
    in_comment,
    packages,
    signing_names,
)
from llm_audit.model import Fact, Kind, SourceFile

SUFFIXES = frozenset((".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".jsx", ".tsx"))
_SCOPE = expression(r"""\bscopes?["']?\s{0,3}[:=]\s{0,3}(?:\[([^\]]{1,300})\]|["'`]([^"'`\n]{1,200})["'`])""")
_AUTHJS = expression(
    r"""import\s+(\w{2,60})(?:\s{0,3},\s{0,3}\{[^{}]{0,200}\})?\s+from\s+["'](?:next-auth|@auth/(?:core|sveltekit|express|solid-start|nextjs)|@auth)/providers/([\w\-]{2,40})["']"""
)
_FOREIGN = expression(r"""import\s+(\w{2,60}Provider)\s+from\s+["']([@\w][\w@/\-.]{2,80})["']""")
_INLINE = expression(
    r"""\{\s{0,40}id\s{0,2}:\s{0,2}["']([\w\-]{2,40})["'][^{}]{0,400}?\btype\s{0,2}:\s{0,2}["'](oauth|oidc|credentials|email)["']"""
)
_STRATEGY = expression(r"""\bstrategy\s{0,2}:\s{0,2}["'](jwt|database|jwe|cookie)["']""")
_ADAPTER = expression(r"\badapter\s{0,2}:\s{0,2}(?:await\s+)?(\w{3,60})\(")
_BETTER = expression(r"\b(socialProviders|plugins)\s{0,2}:\s{0,2}[\[{]")
_BETTER_KEY = expression(r"^\s{2,40}(\w{2,40})\s{0,2}:\s{0,40}(?:[^{}:,;]{1,200}(?:\?|&&)\s{0,40})?\{", re.MULTILINE)
"""A provider with its settings, which may hang on a condition: `google: env.ID && env.SECRET ? {`."""
_PASSPORT = expression(r"""(?:from |require\()["'](passport-[\w\-]{2,40}|@[\w\-]{2,30}/passport-[\w\-]{2,40})["']""")


def _provider(name: str) -> str:
    word = (
        re.sub(r"(?i)provider$|[-_]?(?:oauth2?0?|oidc|openid|passport|v2|20|strategy)\b", "", name).strip("-_").lower()
    )
    word = re.sub(r"(?<=[a-z])2\Z", "", word)  # the second package for the same accounts: `passport-github2`
    return {
        "azure-ad": "microsoft",
        "microsoft-entra-id": "microsoft",
        "azureadb2c": "azure-ad-b2c",
        "google-openidconnect": "google",
        "fb": "facebook",
        "twitter-oauth2": "twitter",
    }.get(word, word)


_NO_OAUTH = frozenset(
    "credentials email nodemailer resend passkey webauthn sendgrid postmark mailgun http-email".split()
)


def _scopes(block: str) -> str:
    found = _SCOPE.search(block)
    return re.sub(r"[\"'\s]+", " ", found[1] or found[2]).strip()[:200] if found else ""


def _nextauth(file: SourceFile) -> Finds:
    """The providers of Auth.js that a file imports, and those that its configuration names; the framework itself."""
    text = file.text
    for match in _AUTHJS.finditer(text):
        used = re.search(rf"(?<!import )\b{match[1]}\s*([(,\])])", text[match.end() :])
        if used:
            yield from _authjs(file, match.end() + used.start(), match[2], called=used[1] == "(")
    configured = re.search(
        r"\b(?:NextAuth|Auth|SvelteKitAuth|ExpressAuth|AuthOptions|NextAuthOptions|NextAuthConfig|AuthConfig|authOptions)\b[^;\n]{0,60}[({=]",
        text,
    )
    if configured:
        yield from _foreign(file)
        yield from _inline(file)
        if "next-auth" in packages(file) or any(name.startswith("@auth/") for name in packages(file)):
            yield from _framework(file, configured.start())


def _foreign(file: SourceFile) -> Finds:
    """Providers that other packages make for Auth.js."""
    text = file.text
    for match in _FOREIGN.finditer(text):
        if "/providers/" not in match[2] and (used := re.search(rf"\b{match[1]}\s*\(", text[match.end() :])):
            way, offset = match[1].removesuffix("Provider").lower(), match.end() + used.start()
            yield at(file, offset, Kind.SETTING, "auth.method", way, tool="auth.js", module=match[2])


def _inline(file: SourceFile) -> Finds:
    """Providers of Auth.js that the configuration describes itself."""
    text = file.text
    for match in _INLINE.finditer(text):
        block = text[match.start() : block_end(text, match.start(), 4000)]
        name = "oauth.provider" if match[2] in ("oauth", "oidc") else "auth.method"
        env, scopes = ",".join(env_names(block, 6)), _scopes(block)
        called = match[1].lower()
        if called in _ANY_PROVIDER and name == "oauth.provider" and _DISCOVERED.search(block):
            called = "oidc"
        yield at(file, match.start(), Kind.SETTING, name, called, tool="auth.js", env=env, scopes=scopes)


_ANY_PROVIDER = frozenset("custom generic oauth oauth2 sso openid provider openid-connect".split())
_DISCOVERED = expression(r"\b(?:wellKnown|issuer)\s{0,2}:")
"""What leads to a provider of OpenID Connect, whoever runs it ("OAuth", Auth.js documentation)."""


_CHOSEN = expression(r"\$\{[^{}\n]{0,80}[\"']__(?:Secure|Host)-[\"'][^{}\n]{0,40}\}")
"""The prefix that a cookie's name has over HTTPS alone."""
_SWITCH = expression(r"\bconst\s{1,3}(\w{1,60})\s{0,3}=\s{0,3}!!\s{0,3}process\.env\.(\w{1,80})\b")


def _meant(flags: str, text: str) -> str:
    """The flags with the variables whose presence a constant of the file stands for."""
    meant = dict(_SWITCH.findall(text))
    parts = (part.partition("=") for part in flags.split(",") if part)
    return ",".join(f"{key}{sign}{meant.get(value, value)}" for key, sign, value in parts)


_PROVIDERS = expression(r"\bproviders\s{0,2}(?:[:=]|(?<=\n  providers)\s{0,2},|(?<=\n    providers)\s{0,2},)")
"""The list of a configuration, written there or handed over by its own name."""


def _framework(file: SourceFile, offset: int) -> Finds:
    """Auth.js itself: where its sessions are kept, and the cookie that holds them."""
    text = file.text
    strategy, adapter = _STRATEGY.search(text), _ADAPTER.search(text)
    cookie = re.search(r"""\bsessionToken\s{0,2}:\s{0,2}\{[^}]{0,100}?name\s{0,2}:\s{0,2}([^\n]{1,120})""", text)
    if _PROVIDERS.search(text):
        yield at(
            file, offset, Kind.SETTING, "auth.provider", "auth.js", tool="auth.js", session=strategy[1] if strategy else "",
            adapter=adapter[1] if adapter else "", cookie=_CHOSEN.sub("", cookie[1]).strip(" ,`\"'")[:80] if cookie else "",
            flags=_meant(cookie_flags(text), text),
        )  # fmt: skip


def _authjs(file: SourceFile, offset: int, name: str, *, called: bool) -> Finds:
    """A provider of Auth.js where it is built, or handed to a function of the project that builds it."""
    text = file.text
    handed = _HANDED.search(text, max(0, offset - 120), offset) if not called else None
    opened = text.find("(", offset, offset + 80) if called else handed.end("call") - 1 if handed else -1
    block = text[opened : block_end(text, opened, 4000)] if opened >= 0 else ""
    env = dict.fromkeys([*env_names(block, 6), *(_CREDENTIAL.findall(block) if handed else ())])
    key = "auth.method" if name in _NO_OAUTH else "oauth.provider"
    yield at(
        file, offset, Kind.SETTING, key, _provider(name), tool="auth.js", env=",".join(list(env)[:6]), scopes=_scopes(block)
    )  # fmt: skip


_HANDED = expression(r"\w(?P<call>\()\s{0,40}\Z")
_CREDENTIAL = expression(r"""["'`]([A-Z][A-Z0-9_]{1,60}_(?:ID|SECRET|KEY|ISSUER))["'`]""")
"""The variable of a credential, named to a function that reads it."""


def _better(file: SourceFile) -> Finds:
    text = file.text
    call = re.search(r"\bbetterAuth\(\s{0,10}\{", text)
    if not call or in_backquotes(text, call.start()):
        return
    end = block_end(text, call.end() - 1, 40_000)
    plugins: list[str] = []
    for match in _BETTER.finditer(text, call.start(), end):
        stop = block_end(text, match.end() - 1, 12_000)
        block = text[match.end() : stop]
        if match[1] == "plugins":
            plugins += re.findall(r"^\s{2,20}(\w{3,40})\(", block, re.MULTILINE) or re.findall(
                r"\b(\w{3,40})\(", block[:400]
            )
            continue
        for key in _BETTER_KEY.finditer(block):
            body = block[key.start() : block_end(block, key.end() - 1, 3000)]
            if "clientId" in body or "clientSecret" in body:
                env = ",".join(env_names(body, 6))
                yield at(
                    file,
                    match.end() + key.start(1),
                    Kind.SETTING,
                    "oauth.provider",
                    _provider(key[1]),
                    tool="better-auth",
                    env=env,
                    scopes=_scopes(body),
                )
    adapter = re.search(r"\bdatabase\s{0,2}:\s{0,2}(?:new\s+)?(\w{3,40})\(", text[call.start() : end])
    yield at(
        file, call.start(), Kind.SETTING, "auth.provider", "better-auth", tool="better-auth", plugins=",".join(dict.fromkeys(plugins)),
        adapter=adapter[1] if adapter else "", password="yes" if re.search(r"emailAndPassword\s{0,2}:", text[call.start() : end]) else "",
    )  # fmt: skip


_LOCAL = {
    "local": "password",
    "jwt": "jwt",
    "http-bearer": "bearer",
    "http": "basic",
    "custom": "custom",
    "magic-login": "magic-link",
    "ldapauth": "ldap",
    "saml": "saml",
    "headerapikey": "api-key",
    "webauthn": "webauthn",
    "anonymous": "anonymous",
}


def _passport(file: SourceFile) -> Finds:
    for match in _PASSPORT.finditer(file.text):
        name = match[1].rpartition("passport-")[2]
        if in_comment(file.text, match.start()) or re.search(r"import type", file.line(file.line_of(match.start()))):
            continue
        local = next((value for key, value in _LOCAL.items() if name == key or name == f"{key}-strategy"), "")
        if local:
            yield at(file, match.start(), Kind.SETTING, "auth.method", local, tool="passport")
        else:
            block = re.search(r"new\s+\w*Strategy\(|super\(", file.text[match.end() :])
            start = match.end() + block.end() - 1 if block else match.end()
            body = file.text[start : block_end(file.text, start, 3000)]
            env = ",".join(env_names(body, 6))
            yield at(
                file,
                match.start(),
                Kind.SETTING,
                "oauth.provider",
                _provider(name),
                tool="passport",
                env=env,
                scopes=_scopes(body),
            )


_JWT = expression(
    r"\b(?:jwt|jsonwebtoken|JWT|Jwt|jose)\.(?:sign|verify)\(|\bnew SignJWT\(|\bnew (?:jose\.)?SignJWT\(|\bjwtVerify\(|\bJwtModule\.register(?:Async)?\(|\b(?:sign|verify)\(\s{0,10}(?:\{|payload|token|\w{1,30},\s{0,9}process\.env\b)|\bV[234]\.(?:sign|encrypt)\("  # noqa: E501
)
_JWT_PACKAGES = (
    "jsonwebtoken",
    "jose",
    "@nestjs/jwt",
    "fast-jwt",
    "@fastify/jwt",
    "express-jwt",
    "koa-jwt",
    "hono",
    "jwt-simple",
    "paseto",
)


def _jwt(file: SourceFile, package: str) -> Finds:
    if package == "hono" and "hono/jwt" not in imported(file):
        return
    calls = [call for call in _JWT.finditer(file.text) if not in_comment(file.text, call.start())]
    read = [_token(file, package, call) for call in calls[:_MOST_TOKENS]]
    # a file that signs and checks keeps sessions of its own; what is signed for calls elsewhere says nothing of them
    for use in ("sign", "verify", "call"):
        if fact := next((one for one in read if one.detail("use") == use), None):
            yield fact
            return


_MOST_TOKENS = 8


def _token(file: SourceFile, package: str, found: re.Match[str]) -> Fact:
    """What one call does with a token, and the variables of its key."""
    window = file.text[max(0, found.start() - 600) : found.start() + 600]
    call = file.text[found.start() : block_end(file.text, found.start(), 800)]
    env = signing_names(env_names(call) or env_names(window))
    verb = "sign" if re.search(r"(?i)sign|register", found.group()) else "verify"
    if verb == "sign" and not env and _OWN_CALLS.search(window) and not _PERSON.search(window):
        verb = "call"
    return at(file, found.start(), Kind.SETTING, "auth.jwt", package, tool=package, env=",".join(env), use=verb)


_OWN_CALLS = expression(r"(?i)\bapi_?key\b|\biss\b\s{0,3}:")
_PERSON = expression(r"(?i)user|account|e-?mail|\bsub\b|session|log_?in|\brole")
"""What a token is about that names no person: with it the program calls somebody else's interface."""


_SIMPLE: dict[str, tuple[str, str]] = {
    "bcrypt": ("auth.password_hash", "bcrypt"), "bcryptjs": ("auth.password_hash", "bcrypt"), "bcrypt-ts": ("auth.password_hash", "bcrypt"),
    "argon2": ("auth.password_hash", "argon2"),
    "@node-rs/argon2": ("auth.password_hash", "argon2"), "@node-rs/bcrypt": ("auth.password_hash", "bcrypt"),
    "scrypt-kdf": ("auth.password_hash", "scrypt"),
    "otplib": ("auth.second_factor", "totp"), "@otplib/preset-default": ("auth.second_factor", "totp"),
    "speakeasy": ("auth.second_factor", "totp"), "otpauth": ("auth.second_factor", "totp"),
    "@simplewebauthn/server": ("auth.second_factor", "webauthn"), "@simplewebauthn/browser": ("auth.second_factor", "webauthn"),
    "@github/webauthn-json": ("auth.second_factor", "webauthn"), "fido2-lib": ("auth.second_factor", "webauthn"),
    "ldapjs": ("auth.provider", "ldap"), "ldapts": ("auth.provider", "ldap"), "activedirectory2": ("auth.provider", "ldap"),
    "@node-saml/node-saml": ("auth.provider", "saml"), "samlify": ("auth.provider", "saml"), "saml2-js": ("auth.provider", "saml"),
    "openid-client": ("auth.provider", "oidc"), "oidc-client-ts": ("auth.provider", "oidc"), "oidc-client": ("auth.provider", "oidc"),
    "keycloak-js": ("auth.provider", "keycloak"), "keycloak-connect": ("auth.provider", "keycloak"), "lucia": ("auth.provider", "lucia"),
    "remix-auth": ("auth.provider", "remix-auth"), "iron-session": ("session.store", "cookie"), "cookie-session": ("session.store", "cookie"),
    "@fastify/secure-session": ("session.store", "cookie"), "@auth0/nextjs-auth0": ("auth.provider", "auth0"),
}  # fmt: skip
_MANY_HASHES = "hash-wasm"
_FOR_PASSWORDS = expression(r"\b(argon2|bcrypt|scrypt|pbkdf2)(?:id|i|d)?(?:Verify)?\(\s{0,9}\{")
"""Of a package of many hashes, those that passwords are kept by; the others are for files."""
_DERIVED = expression(
    r"\b(?P<how>scrypt|pbkdf2)(?:Sync|Async)?\(\s{0,20}(?:\w{1,30}\.)?(?:plain|clear|raw)?_?[pP]assword\b"
)
"""Node's own functions that make a key of a password; where a cipher follows, the key is for that."""


def _derived(file: SourceFile) -> Finds:
    found = _DERIVED.search(file.text)
    if found and "createCipher" not in file.text and not in_comment(file.text, found.start()):
        yield at(file, found.start(), Kind.SETTING, "auth.password_hash", found["how"], tool="node:crypto")


_SESSION = expression(r"\b(?:session|expressSession|fastifySession)\(\s{0,10}\{")
_STORE = expression(
    r"""\bstore\s{0,2}:\s{0,2}(?:new\s+)?([\w.]{2,60})|from ["'](connect-[\w\-]{2,30}|express-mysql-session|session-file-store|memorystore)["']|require\(["'](connect-[\w\-]{2,30}|express-mysql-session|session-file-store|memorystore)["']\)"""  # noqa: E501
)


def _session(file: SourceFile, _: str) -> Finds:
    found = _SESSION.search(file.text)
    if not found:
        return
    block = file.text[found.start() : block_end(file.text, found.end() - 1, 4000)]
    store = _STORE.search(block) or _STORE.search(file.text)
    word = next((part for part in store.groups() if part), "") if store else ""
    value = _stored(word) if word else "memory"
    name = re.search(r"""\b(?:name|key)\s{0,2}:\s{0,2}["']([\w.\-]{2,60})["']""", block)
    env = ",".join(env_names(block, 6))
    yield at(
        file,
        found.start(),
        Kind.SETTING,
        "session.store",
        value,
        tool="express-session",
        env=env,
        cookie=name[1] if name else "",
        flags=cookie_flags(block),
    )


def _stored(word: str) -> str:
    for part, value in (
        ("redis", "redis"),
        ("pg", "postgresql"),
        ("mongo", "mongodb"),
        ("mysql", "mysql"),
        ("sequel", "database"),
        ("prisma", "database"),
        ("typeorm", "database"),
        ("knex", "database"),
        ("file", "file"),
        ("memory", "memory"),
        ("dynamo", "dynamodb"),
        ("sqlite", "sqlite"),
    ):
        if part in word.lower():
            return value
    return driver(word)


_READERS: dict[str, Callable[[SourceFile, str], Finds]] = {
    "express-session": _session, "@fastify/session": _session, "koa-session": _session, **dict.fromkeys(_JWT_PACKAGES, _jwt),
}  # fmt: skip
_SOCIAL = frozenset(("next-auth", "better-auth"))


def _auth(file: SourceFile) -> Finds:
    found = packages(file)
    for package in sorted(found & _READERS.keys()):
        yield from _READERS[package](file, package)
    for package in sorted(found & _SIMPLE.keys()):
        name, value = _SIMPLE[package]
        offset = file.text.find(package)
        typed = "import type" in file.line(file.line_of(offset))
        if not (typed or in_comment(file.text, offset) or in_backquotes(file.text, offset)):
            yield at(file, offset, Kind.SETTING, name, value, tool=package)
    if _MANY_HASHES in found and (hashed := _FOR_PASSWORDS.search(file.text)):
        yield at(file, hashed.start(), Kind.SETTING, "auth.password_hash", hashed[1], tool=_MANY_HASHES)
    if "next-auth" in found or any(name.startswith("@auth/") for name in found):
        yield from _nextauth(file)
    if "better-auth" in found:
        yield from _better(file)
    if any("passport-" in name for name in found):
        yield from _passport(file)
    yield from _derived(file)


_NEEDS = (*_READERS, *_SIMPLE, *_SOCIAL, _MANY_HASHES, "@auth/", "passport-", "scrypt", "pbkdf2")
"""The name of a package stands as it is in the text that imports it."""

COLLECTORS = (Collector("auth-javascript", _auth, suffixes=SUFFIXES, needs=_NEEDS),)
