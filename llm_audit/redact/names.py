"""Which names speak of a secret, and which values are plainly none: placeholders, references, words, numbers."""

from __future__ import annotations

import re
from functools import lru_cache

from llm_audit.redact.words import rare, remembered

_SECRET_NAME = re.compile(
    r"(?i)(pass(?:word|wd|phrase|code)|pwd|secrets?|(?:^|_|(?-i:[a-z0-9](?=P)))pass|token|api_?key|apikey"
    r"|passwor[dt]|kennwort|contrase[nñ]a|senha|(?:^|_)passe|密码|口令|пароль|(?:^|_)(?-i:pw)"
    r"|(?:db|store|key|ssh|user|root|admin|smtp|mail|ftp|require)pass"
    r"|access_?key|private_?key|signing_?key"
    r"|encryption_?key|auth_?key|license_?key|credentials?|salt|pepper|cookie_?key|app_?key|account_?key|shared_?key"
    r"|master_?key|service_?key|client_?key|secret_?key(?:_base)?|secret_?base|bearer|webhook_?key|[_\-.]key|Key)$"
    r"|^(dsn|.*_dsn|authorization|x-[a-z-]{2,30}-(?:key|token|signature)|psk|sig|mfa_?seed)$"
    r"|(?:password|passwd|secret|token|api_?key|private_?key)_?(?:\d{1,2}|value|string|plain|raw|prod"
    r"|production|staging"
    r"|stage|dev|test|live|old|new|current|previous|primary|secondary|default|base64|b64|base|hex)$"
)
_HARMLESS_NAME = re.compile(
    r"(?i)(_id|_url|_uri|_host|_path|_file|_dir|_name|_type|_count|_length|_size|_ttl|_limit|_expiry|_expires?|_seconds"
    r"|_minutes|_days|_enabled|max_?(?:new_?)?tokens?|public_?key|_header|_prefix|_pattern|primary_?key|foreign_?key"
    r"|cache_?key|sort_?key|partition_?key|hash_?key|range_?key|index_?key|(?-i:storageKey|storage_key)"
    r"|query_?key|group_?key|row_?key"
    r"|object_?key|s3_?key|unique_?key|i18n_?key|translation_?key|map_?key|event_?key|hot_?key|has_?key|lookup_?key"
    r"|idempotency_?key|publishable_?key|site_?key|num_?tokens?|total_?tokens?|prompt_?tokens?|key_?name"
    r"|keyboard|monkey|valkey|hockey|jockey|whiskey"
    r"|turkey|donkey|^key|csrf_?token|pre-?pass|next_?token|page_?token|continuation_?token|by_?pass|compass|surpass)$"
)
_PASSWORD_NAME = re.compile(
    r"(?i)(?:pass(?:word|wd|phrase|wort|e)?|pwd?|secret|kennwort|contrase[nñ]a|senha|密码|口令|пароль)\Z"
)
_STAND_IN = re.compile(
    r"""(?ix) \W*$ | \$(?:[({]|env:\w+\W*$|(?-i:[A-Z_][A-Z0-9_]*|[a-z_]+\d?|[a-z]+(?:[A-Z][a-z]+)+)\W*$) | [<{\[] | %(?:[sd({]|[a-z_]+%) | \#[{$]
    | __\w+__$ | @[A-Z_]+@$ | \*(?:\*|\W*$)
    | (?:x{3}|\*{3}|\.{3}|-{3}|_{3}|\#{3}) | (.)\1{4,}.{0,6}$
    | (?:your|example|sample|dummy|fake|placeholder|redacted|hidden|replace|insert|enter|todo|fixme|change)[\W_]
    | (?-i:[A-Z][A-Z0-9]*(?:_+(?:[A-Z0-9]+|[a-z]{2,16}|[a-z]{1,4}[0-9]{1,4}))+$) | 0?12345 | abcdef | p[a@]ssw[o0]rd.{0,4}$ | hunter2$
    """
)
_INSIDE = re.compile(
    r"change.?(?:me|this)|replace.?(?:me|with|this)|your.?(?:api|secret|token|key|pass|own|project)"
    r"|[-_](?:goes[-_])?here$|not.?(?:a.?)?(?:real|secret|secure)"
)
_LEADING = re.compile(
    r"""(?ix) (?:(?:yes|no|on|off|an?|os|ci|sa)(?![A-Za-z])|my|some|the|put|add|set|mock|test|testing|none|null|nil|undefined|true|false|secrets?
    |password|passwd|pass|pwd|user|username|token|key|root|admin|postgres|postgresql|mysql|mariadb|redis|mongo|mongodb
    |rabbitmq|minio|minioadmin|guest|default|changeme|changeit|foo|bar|baz|string|str|required|optional|env|process
    |config|settings|self|this(?:(?-i:(?![a-z]))|is|one|should|will|has)|args|options|params|value|any|long|random|strong|super|generated?|xxx|abc
    |letmein|qwerty
    |localhost|api|auth|client|access|private|public|docker|demo|local|dev|development|staging|prod|production|vars?
    |github|vault|data|module|each|inputs?|ctx|context|req|request|res|response|row|item|obj|object|app|db|database
    |service|server|site|system|keycloak|elastic|grafana|neo4j|clickhouse|webhook|jwt|session|signing|encryption)
    (?:[-_./: ][A-Za-z\-_./: ]*+|[A-Za-z]{0,20}+)[-_.@]?\d{0,4}[!$*]{0,2}\Z"""
)
_EXPRESSION = re.compile(
    r"""(?x) [A-Za-z_$][\w$]*(?:(?:[!?]?\.|->|::)[A-Za-z_$][\w$]*)* [(\[{]
    | [A-Za-z_$][\w$]*(?:(?:[!?]?\.|->|::)[A-Za-z_$][\w$]*)+ ;? $
    | @\w | & | [!?] | \(\) | [A-Za-z_.]+[!?]+$ """
)
_WORDS = re.compile(
    r"[A-Z]+(?:[-_][A-Z]+)*[-_]\d{1,4}|(?:HMAC|RSA|SHA|AES|ECDSA)[-_A-Z]{0,12}\d{1,4}(?:[-_/]?[A-Z]{0,6}\d{0,4}){0,3}|"
    r"[a-z]+([-_./ ][a-z]+)*|[\d.,:]+%?|[A-Z_]+|[a-z]+([A-Z][a-z]+)+\d?|([A-Z][a-z]+)+|v?\d+(\.\d+)+.*"
    r"|\d+ ?(?:ms|s|m|h|d|min|kb|mb|gb|tb|px|days?|hours?|minutes?|bytes?|bits?|chars?|tokens?|k|K|M)"
    r"|(?:[a-z]{2,12}:)?[~^<>=! ]{1,4}v?\d+(?:\.(?:\d+|[x*])){0,3}(?:[-+][\w.]+)?(?:[, |]{1,4}[~^<>=! ]{1,4}[\w.\-*]+)*"
    r"|[a-z][\w\-]* v?\d+\.\d+\.\d+\S*|[a-z]+(?:[-_/.:][a-z]*\d{0,4})+|(?:sha|hs|rs|es|ps|aes|md|ed|base|utf|x|arm|amd|rc|v)-?\d{1,5}(?:-[a-z]+)?"
)
_WORD_AND_NUMBER = re.compile("[A-Za-z]{3,20}[-_.][0-9]{2,8}")
_CASE_RUN = re.compile("[A-Z]?[a-z]+|[A-Z]+")
_PHRASE = re.compile("(?!test )[a-z]{3,8}(?: [a-z]{3,8}){11,23}")
_CROSSED_OUT = re.compile(r"(?:[\W_]|\A)(?:x{3}|X{3})\Z|(?:x{4}|X{4})\Z")
_DIGIT = re.compile("[0-9]")
_SIGN = re.compile(r"[^\w./:\-\s]")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_NUL_UUID = re.compile(r"[0\-1]+\Z")


@lru_cache(maxsize=1 << 12)
def is_secret_name(name: str) -> bool:
    """Whether what is assigned to this name is likely a secret: `DB_PASSWORD`, `apiKey`; not `API_KEY_ID`."""
    return bool(_SECRET_NAME.search(name)) and not _HARMLESS_NAME.search(name)


@lru_cache(maxsize=1 << 12)
def is_password_name(name: str) -> bool:
    """Whether what is assigned to this name is what a person types, and may be made of words: `password`, `secret`."""
    return bool(_PASSWORD_NAME.search(name))


@remembered
def looks_secret(value: str) -> bool:
    """Whether a value assigned to a secret-like name may be real: no placeholder, reference, plain word or number."""
    if len(value) < 6 or is_placeholder(value) or "://" in value:
        return False
    if _UUID.match(value):
        return not _NUL_UUID.match(value)
    if _WORDS.fullmatch(value):
        return len(value) >= 40 and " " not in value and not re.search(r"[-_./]", value)
    return bool(_DIGIT.search(value) or _SIGN.search(value)) or is_mixed(value)


def looks_password(value: str) -> bool:
    """Like `looks_secret`, for what surely stands in a password's place: a word and a number are one, words a phrase."""
    return looks_secret(value) or bool(
        (_WORD_AND_NUMBER.fullmatch(value) or _PHRASE.fullmatch(value)) and not is_placeholder(value)
    )


def is_mixed(value: str) -> bool:
    """Letters whose case changes as it does in no name: `qWxTzKpL`."""
    runs = len(_CASE_RUN.findall(value))
    if " " in value or runs * 3.4 <= len(value):
        return False
    return runs * 2.5 > len(value) or (len(value) >= 10 and value.isalpha() and rare(value) * 10 >= len(value))


@remembered
def is_placeholder(value: str) -> bool:
    """Whether the value stands in for a real one: `your-key-here`, `<token>`, `changeme`, `${VAR}`, `admin123`."""
    if _STAND_IN.match(value) or (_LEADING.match(value) and not is_mixed(value.rstrip("0123456789"))):
        return True
    low = value.lower()
    if "example" in low or "placeholder" in low or "redacted" in low or "insecure" in low or "1234567890" in low:
        return True
    if "***" in low:
        return True
    if "..." in low or "…" in low or "xxx" in low:
        return "xxxxxx" in low or bool(_CROSSED_OUT.search(value)) or "..." in low or "…" in low
    # plain searches first: most values hold none of these, and are long
    maybe = "change" in low or "replace" in low or "your" in low or "here" in low or "not" in low
    return maybe and bool(_INSIDE.search(low))


def is_expression(value: str) -> bool:
    """Whether an unquoted value reads as code rather than as a literal: a call, a member, an index."""
    return bool(_EXPRESSION.match(value))
