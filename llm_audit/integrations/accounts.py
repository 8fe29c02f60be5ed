"""The application's own accounts and the ways in that no service provides: passwords, signed tokens, headers, second factors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.catalog import Catalog
from llm_audit.document import code, plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.values import cookie_text, packages_text, tool_packages
from llm_audit.integrations.values.citing import is_aside
from llm_audit.integrations.variable import is_own_key
from llm_audit.model import Candidate, Fact, Kind, Value

_OWN = frozenset(
    {
        "django",
        "own",
        "password",
        "laravel",
        "devise",
        "spring-security",
        "fastapi-users",
        "fortify",
        "sanctum",
        "asp.net-identity",
        "rails",
        "symfony",
        "pow",
        "rodauth",
        "sorcery",
        "clearance",
        "authlogic",
        "revise_auth",
    }
)
_SECTION, _GROUP = "Authentication & Identity", "Auth Provider"


_OF_OTHERS = re.compile(
    r"(?i)(^|[/_.-])(github|gitlab|apple|apns|app_?store|zoom|docusign|livekit|jitsi|salesforce|vonage|snowflake)(?=[/_.-])"
)
"""Modules for interfaces whose callers sign a token of their own: what is signed there is no user's session."""


def entries(ledger: Ledger, in_use: frozenset[str]) -> Iterator[Candidate]:
    """Own accounts, when the code hashes passwords or signs tokens; then header sign-in and second factors.

    Args:
        ledger: the facts.
        in_use: ids of the services that have an entry of their own.
    """
    settings = [fact for fact in ledger.of(Kind.SETTING) if fact.name.startswith(("auth.", "session."))]
    yield from _accounts(settings, ledger, in_use)
    headers = [fact for fact in settings if fact.name == "auth.provider" and "header" in fact.value]
    if headers:
        yield _entry(
            "own-header-auth",
            "Reverse-proxy header sign-in",
            "Trusts the user name that a proxy in front puts into a header",
            headers,
            ledger,
        )
    keys = [
        fact
        for fact in settings
        if fact.name == "auth.second_factor" and fact.value in ("webauthn", "fido2", "passkey")
    ]
    if keys and not in_use & {"webauthn", "hanko", "passkeys"}:
        yield _entry(
            "own-webauthn",
            "WebAuthn security keys",
            "Second factor or passkey, checked by the application",
            keys,
            ledger,
        )


_LEAVE_SESSIONS = frozenset({"webauthn", "openid-connect"})
"""Ways in that only say who somebody is: the session that follows, and its token, are the application's own."""


_SESSIONS_OF = frozenset({"flask-login", "remix-auth"})
"""Libraries that remember who signed in, in whatever way that was."""


def _accounts(settings: list[Fact], ledger: Ledger, in_use: frozenset[str]) -> Iterator[Candidate]:
    in_use = in_use - _LEAVE_SESSIONS
    tokens = [fact for fact in settings if fact.name == "auth.jwt"]
    hashes = [fact for fact in settings if fact.name == "auth.password_hash" and not _OF_PROGRAMS.search(fact.path)]
    providers = [fact for fact in settings if fact.name == "auth.provider" and fact.value in _OWN]
    tokens = [fact for fact in tokens if fact.detail("use") != "call" and not is_aside(fact.path)]
    tokens = [fact for fact in tokens if fact.detail("use") == "verify" or not _OF_OTHERS.search(fact.path)]
    signing = [fact for fact in tokens if fact.detail("use") != "verify"]
    # tokens that are only read are another's, unless the program holds the key that they are made with
    makers = {fact.detail("tool") for fact in signing}
    kept_key = (fact for fact in tokens if fact.detail("env") or fact.detail("tool") in makers)
    own = [*signing, *(fact for fact in kept_key if fact not in signing)]
    sessions = [fact for fact in settings if fact.name in ("session.store", "session.driver", "auth.cookie")]
    codes = [fact for fact in settings if fact.name == "auth.second_factor" and fact.value == "totp"]
    kept = [fact for fact in sessions if fact.value not in ("", "none", "null")]
    of_people = kept or any(_OF_PEOPLE.search(fact.path) for fact in codes)
    logins = [fact for fact in settings if fact.name == "auth.provider" and fact.value in _SESSIONS_OF]
    if not (hashes or providers or ((signing or logins) and not in_use) or (codes and of_people)):
        if tokens and not in_use:
            purpose = "Checks the signed tokens that callers bring"
            yield _entry("own-token-check", "Bearer tokens (JWT)", purpose, tokens, ledger)
        return
    proof = [*providers, *hashes, *signing] or [*logins, *kept, *codes]
    ways = [
        "password" if hashes or providers else "sessions" if kept or logins else "",
        "JWT" if own else "",
        "TOTP" if codes else "",
    ]
    kinds = ", ".join(way for way in ways if way)
    yield _entry(
        "own-accounts", f"Own accounts ({kinds})", "User accounts that the application keeps itself",
        [*proof, *sessions, *codes, *own], ledger,
    )  # fmt: skip


_OF_PEOPLE = re.compile(r"(?i)(^|/)(users?|accounts?|members?|sessions?|logins?|profiles?)(_\w{1,30})?(/|\.\w{2,5}$)")
"""Files and folders for those who sign in: a code that is asked for there is theirs."""
_OF_PROGRAMS = re.compile(
    r"(?i)(client_?secret|api[_-]?key|access_?token|(?:recovery|backup)_?code)s?_?((hash\w{0,4})?\.\w{2,5}$|/)"
)
"""Files that hash what programs show, or codes that stand in for a device: no password of a person."""


def _entry(key: str, name: str, purpose: str, facts: list[Fact], ledger: Ledger) -> Candidate:
    values = (
        Value("Implementation", _implementation(facts, ledger)),
        Value("Token storage", cookie_text(facts)),
        Value("Session management", "; ".join(filter(None, (_sessions(facts), _lifetime(ledger))))),
    )
    kept = tuple(value for value in values if value.text)
    unique = tuple(dict.fromkeys(fact for fact in facts))
    return Candidate(key, name, _SECTION, _GROUP, purpose, kept, unique)


_LIBRARIES = {
    "django-allauth": "allauth", "dj-rest-auth": "dj_rest_auth", "djoser": "djoser", "django-registration": "django_registration",
    "django-rest-knox": "knox", "djangorestframework-simplejwt": "rest_framework_simplejwt", "django-two-factor-auth": "two_factor",
    "fastapi-users": "fastapi_users", "flask-login": "flask_login", "flask-security-too": "flask_security", "flask-security": "flask_security",
    "flask-user": "flask_user",
    "laravel/fortify": "Laravel\\Fortify", "laravel/jetstream": "Laravel\\Jetstream",
}  # fmt: skip
"""Packages that carry sign-up, sign-in and passwords of own accounts, with the root of the modules that code takes from them."""


def _libraries(ledger: Ledger) -> list[Fact]:
    """The manifest lines of account libraries that the program imports or lists among its applications."""
    declared = [(fact, _LIBRARIES[name]) for name, fact in ledger.packages if name in _LIBRARIES]
    if not declared:
        return []
    used = {fact.name for fact in ledger.of(Kind.IMPORT)} | {
        fact.value for fact in ledger.settings.get("django.app", ())
    }
    return [
        fact for fact, root in declared if any(one == root or one.startswith((f"{root}.", f"{root}\\")) for one in used)
    ]


def _implementation(facts: list[Fact], ledger: Ledger) -> str:
    tools = dict.fromkeys(tool for fact in facts for tool in (fact.detail("tool"), fact.value) if tool)
    named = tool_packages(ledger, set(tools))
    passwords = any(fact.name == "auth.password_hash" or fact.value in _OWN for fact in facts)
    libraries = _libraries(ledger) if passwords else []
    packages = packages_text([*named, *(one for one in libraries if one not in named)], ledger, 5)
    hashing = [fact for fact in facts if fact.name == "auth.password_hash"]
    how = f"passwords hashed with {plain(_HASHERS.get(hashing[0].value, hashing[0].value))}" if hashing else ""
    told = [fact.detail("env").split(",") for fact in facts if fact.name == "auth.jwt" and fact.detail("env")]
    # a token for somebody else's page is signed with what that one gave
    said = next((names for names in told if any(map(is_own_key, names))), told[0] if told else [])
    secrets = [_full_name(name, ledger) for name in said][:2]
    signing = any(fact.name == "auth.jwt" and fact.detail("use") != "verify" for fact in facts)
    signed = f"tokens {'signed' if signing else 'checked'} with {plain(' and '.join(secrets))}" if secrets else ""
    return "; ".join(part for part in (packages, how, signed) if part)


_HASHERS = {
    "opaque": "OPAQUE",
    "laravel": "Laravel's hasher", "django": "Django's hasher", "rails": "has_secure_password",
    "auto": "the framework's hasher",
}  # fmt: skip


def _full_name(name: str, ledger: Ledger) -> str:
    """A setting's name as the environment has it: `SECRET_KEY` -> `ACME_SECRET_KEY` when only that one is read."""
    names = {fact.name for fact in ledger.of(Kind.ENV_READ)}
    longer = [one for one in names if one.endswith(f"_{name}")]
    return longer[0] if name not in names and len(longer) == 1 else name


_LIFETIME = re.compile(
    r"(?:^|_)(?:JWT|ACCESS_TOKEN|REFRESH_TOKEN|AUTH_TOKEN|SESSION|LOGIN)_(?:\w{1,20}_)?(?:EXPIR\w{1,8}|TTL|LIFETIME|MAX_AGE|DURATION)(?:_\w{1,12})?$"
)


def _lifetime(ledger: Ledger) -> str:
    """How long a token or session lasts, by the variables that say so: `Tokens end after ACCESS_TOKEN_EXPIRE_MINUTES (default `60`)`."""
    found = {fact.name: fact for fact in ledger.of(Kind.ENV_READ) if _LIFETIME.search(fact.name)}
    texts = [
        f"{name} (default {code(fact.value)})" if re.fullmatch(r"[\w.]{1,12}", fact.value) else name
        for name, fact in sorted(found.items())
    ]
    what = "Sessions" if any("SESSION" in name for name in found) else "Tokens"
    return f"{what} end after {' or '.join(texts[:2])}" if texts else ""


_KEPT_IN = {"file": "files", "cookie": "cookies", "database": "the database", "memory": "the process's memory"}
"""How a sentence says what keeps sessions."""


def _sessions(facts: list[Fact]) -> str:
    stores = dict.fromkeys(
        _KEPT_IN.get(fact.value, fact.value)
        for fact in facts
        if fact.name in ("session.store", "session.driver") and fact.value
    )
    return f"Sessions in {', '.join(map(plain, list(stores)[:3]))}" if stores else ""


_ANY_WAY = frozenset(
    "oauth oauth2 oidc openid custom sso generic provider saml social default base mock test credentials email".split()
)
_OTHERS = "oauth:others"


def other_providers(ledger: Ledger, catalog: Catalog) -> Iterator[Candidate]:
    """The ways to sign in with accounts of services that the catalogue does not know, as the library calls them; one entry."""
    facts = [
        fact
        for fact in ledger.of(Kind.SETTING)
        if fact.name == "oauth.provider" and fact.detail("tool") not in ("", "http") and fact.value not in _ANY_WAY
        and re.fullmatch(r"[a-z][\w.\-]{2,30}", fact.value) and not catalog.by_setting(fact.name, fact.value)
    ]  # fmt: skip
    names = list(dict.fromkeys(code(fact.value) for fact in facts))
    if not names:
        return
    keys = dict.fromkeys(
        name for fact in facts for name in fact.detail("env").split(",") if re.search(r"(ID|KEY|SECRET)$", name)
    )
    shown = ", ".join(list(keys)[:_MOST_KEYS]) + (
        f" and {len(keys) - _MOST_KEYS} more" if len(keys) > _MOST_KEYS else ""
    )
    tools = packages_text(tool_packages(ledger, {fact.detail("tool") for fact in facts}), ledger, 2)
    values = tuple(value for value in (Value("SDK/Client", tools), Value("Credentials", shown)) if value.text)
    purpose = f"Sign-in with accounts of {', '.join(names[:_MOST_NAMES])}"
    purpose += f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    yield Candidate(_OTHERS, "Other sign-in providers", _SECTION, "OAuth Integrations", purpose, values, tuple(facts))


_MOST_KEYS, _MOST_NAMES = 8, 12
