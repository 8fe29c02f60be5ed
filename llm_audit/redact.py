"""The filter between the audited tree and everything else: the only maker of `Redacted` text.

Layers report spans on the text; spans are united and replaced by `[REDACTED:<kind>]`, only the value, line count kept.
The engine is Kingfisher's rule set, used as a plain scanner: its inline ignore comments have no effect, and it opens no
socket. Our own rules add what it leaves out: URL passwords, PEM blocks, assignments to secret-like names, and vendor
formats without a rule. If any part cannot run, nothing is let through.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from llm_audit.errors import SafetyError
from llm_audit.model import Redacted

if TYPE_CHECKING:
    from kingfisher_sdk import Scanner

MARKER = re.compile(r"\[REDACTED:[a-z-]+\]")
MIN_RULES = 400
SCAN_SECONDS = 20.0
_MAX_ROUNDS = 4


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text that must not be shown: character offsets, end exclusive."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern of our own. Group `secret` is what is replaced; example must match, look_alike must not."""

    kind: str
    pattern: re.Pattern[str]
    example: str
    look_alike: str


_PLACEHOLDER = re.compile(
    r"""(?ix) ^\W*$ | ^\$ | ^[<{\[%*] | ^(x{3,}|\*{3,}|\.{3,})
    | ^(your|my|some|the|change|replace|insert|enter|put|add|set|todo|fixme|example|sample|dummy|fake|mock|test|placeholder
        |redacted|none|null|nil|undefined|true|false|yes|no|on|off|secret|password|passwd|pass|pwd|user|username|token|key|root
        |admin|postgres|mysql|redis|guest|default|changeme|foo|bar|baz|string|str|required|optional|env|process|os|config
        |settings|self|this|args|options|params|value|string)([\W_]|\d*$|me|this|with|here|-?key|-?secret|-?token|-?password)
    | EXAMPLE | (?-i:^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$) | ^\W*REDACTED
    """
)
_SECRET_NAME = re.compile(
    r"(?i)(pass(word|wd|phrase|code)?|pwd|secret|token|api_?key|apikey|access_?key|private_?key|signing_?key|encryption_?key"
    r"|auth_?key|license_?key|credentials?|salt|pepper|cookie_?key|app_?key|_key)$|(?i:^(dsn|.*_dsn))$"
)
_HARMLESS_NAME = re.compile(
    r"(?i)(_id|_url|_uri|_host|_path|_file|_dir|_name|_type|_count|_length|_size|_ttl|_limit|_expiry|_expires?|_seconds"
    r"|_minutes|_days|_enabled|max_tokens?|public_?key|_header|_prefix|_pattern|primary_key|foreign_key|cache_key|sort_key)$"
)
_TOKEN = r"[A-Za-z0-9_\-]"
RULES: tuple[Rule, ...] = (
    Rule(
        "url-password",
        re.compile(r"(?i)\b[a-z][a-z0-9+.\-]{1,30}://[^\s/@:\"'<>]{0,120}:(?P<secret>[^\s@\"'<>`]{3,300})@"),
        "postgresql://app:hunter2z@db/main",
        "https://example.com:8080/a",
    ),
    Rule(
        "private-key",
        re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?P<secret>[^-]{16,20000})(?=-----END|\Z)"),
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgI\n-----END CERTIFICATE-----",
    ),
    Rule(
        "aws-key-id", re.compile(r"\b(?P<secret>A(?:KIA|SIA)[A-Z2-7]{16})\b"), "AKIAQYLPMN5HFIQR7XYA", "AKIAIOSFODNN7"
    ),
    Rule(
        "vendor-token",
        re.compile(
            rf"\b(?P<secret>(?:sk_test_|rk_test_|sk_live_|rk_live_|whsec_|GOCSPX-|ghp_|gho_|ghs_|github_pat_|glpat-|xox[abprs]-|"
            rf"sk-ant-|sk-proj-|npm_|pypi-|dop_v1_|shpat_|shpss_|SG\.){_TOKEN}{{16,300}}(?:\.{_TOKEN}{{10,100}})?)"
        ),
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        "sk_test_key",
    ),
    Rule(
        "webhook-url",
        re.compile(
            r"https://hooks\.slack\.com/services/(?P<secret>T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{16,32})"
        ),
        "https://hooks.slack.com/services/T0123456X/B0123456X/abcdefghijklmnopqrstuvwx",
        "https://hooks.slack.com/services/T000/B000/XXX",
    ),
    Rule(
        "dsn",
        re.compile(r"https://(?P<secret>[0-9a-f]{32}(?::[0-9a-f]{32})?)@[\w.\-]{4,100}/\d+"),
        "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42",
        "https://someone@example.com/12",
    ),
)
_ASSIGNMENT = re.compile(
    r"""(?x) (?P<name>[A-Za-z_][A-Za-z0-9_.\-]{1,80}) ["']? \s{0,4} (?:=|:|=>|:=) \s{0,4}
    (?P<quote>["'`]?) (?P<secret>[^\s"'`,;(){}<>\[\]]{6,400}) (?P=quote)"""
)


_local = threading.Lock()
_scanner: Scanner | None = None
_cache_folder: Path | None = None


def use_cache(folder: Path) -> None:
    """Names the private folder in which the engine keeps its compiled rules; made with mode 0700 when missing."""
    global _cache_folder
    _cache_folder = folder


def _engine() -> Scanner:
    """The shared scanner, proven to work by its canary.

    Raises:
        SafetyError: the engine is missing, has too few rules, or misses a planted fake.
    """
    global _scanner
    with _local:
        if _scanner is None:
            _scanner = _build()
    return _scanner


def _build() -> Scanner:
    try:
        from kingfisher_sdk import Rules, Scanner

        folder = None
        if _cache_folder is not None:
            _cache_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if _cache_folder.stat().st_uid == os.getuid():
                folder = str(_cache_folder)
        rules = Rules(cache_dir=folder) if folder else Rules()
        scanner = Scanner(rules)
    except Exception as error:
        raise SafetyError(f"the secret scanner cannot start ({type(error).__name__})", "nothing was written") from error
    canary = "gh" + "p_" + "EXaMpLe0aZ9bY8cX7dW6eV5fU4gT3h0nFxq1"
    planted = (
        f'key = "{"AKIA" + "QYLPMN5HFIQR7XYA"}"\nsecret = "{"wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "Zq1mN8vQ2s"}"\n{canary}'
    )
    if not scanner.scan(planted.encode(), timeout=SCAN_SECONDS):
        raise SafetyError("the secret scanner missed its own canary", "nothing was written")
    return scanner


def _engine_spans(text: str) -> Iterator[Span]:
    """Spans that the engine's vendor rules report; its offsets are UTF-8 bytes."""
    data = text.encode("utf-8", "surrogateescape")
    try:
        findings = _engine().scan(data, timeout=SCAN_SECONDS)
    except SafetyError:
        raise
    except Exception as error:
        raise SafetyError(f"the secret scanner stopped ({type(error).__name__})", "nothing was written") from error
    for finding in findings:
        if not finding.visible and not re.search(r"secret|token|password|key", finding.rule_id or ""):
            continue
        start, end = finding.location["start_offset"], finding.location["end_offset"]
        before = len(data[:start].decode("utf-8", "surrogateescape"))
        yield Span(before, before + len(data[start:end].decode("utf-8", "surrogateescape")), "secret")


def _rule_spans(text: str) -> Iterator[Span]:
    for rule in RULES:
        for match in rule.pattern.finditer(text):
            if not _PLACEHOLDER.search(match["secret"]):
                yield Span(match.start("secret"), match.end("secret"), rule.kind)


def _assignment_spans(text: str) -> Iterator[Span]:
    for match in _ASSIGNMENT.finditer(text):
        value = match["secret"]
        if is_secret_name(match["name"]) and looks_secret(value):
            yield Span(match.start("secret"), match.end("secret"), "assigned-value")


def is_secret_name(name: str) -> bool:
    """Whether what is assigned to this name is likely a secret: `DB_PASSWORD`, `apiKey`; not `API_KEY_ID`, `TOKEN_URL`."""
    return bool(_SECRET_NAME.search(name)) and not _HARMLESS_NAME.search(name)


def looks_secret(value: str) -> bool:
    """Whether a value assigned to a secret-like name may be real: no placeholder, reference, plain word or number."""
    if len(value) < 6 or _PLACEHOLDER.search(value) or "REDACTED" in value or "://" in value:
        return False
    if re.fullmatch(r"[a-z]+([-_./ ][a-z]+)*|[\d.]+|[A-Z_]+|[a-z]+([A-Z][a-z]+)+|v?\d+(\.\d+)+.*", value):
        return False
    return bool(re.search(r"\d", value)) or bool(re.search(r"[^\w./:\-]", value))


def _spans(text: str) -> list[Span]:
    markers = [match.span() for match in MARKER.finditer(text)]
    found = sorted([*_rule_spans(text), *_assignment_spans(text), *_engine_spans(text)])
    united: list[Span] = []
    for span in found:
        if any(span.start < end and start < span.end for start, end in markers):
            continue
        if united and span.start < united[-1].end:
            last = united[-1]
            united[-1] = Span(last.start, max(last.end, span.end), last.kind)
        elif span.end > span.start:
            united.append(span)
    return united


def scan(text: str) -> list[Span]:
    """All stretches of `text` that look like secrets, in order, not overlapping; markers are none.

    Raises:
        SafetyError: the scan could not run to its end.
    """
    return _spans(text)


def redact(text: str) -> tuple[Redacted, int]:
    """The text with every secret replaced, and how many were replaced. Lines are kept; a second run changes nothing.

    Raises:
        SafetyError: the scan could not run, or still finds something after the last round.
    """
    count = 0
    for _ in range(_MAX_ROUNDS):
        spans = _spans(text)
        if not spans:
            return Redacted(text), count
        count += len(spans)
        for span in reversed(spans):
            kept_lines = "\n" * text.count("\n", span.start, span.end)
            text = f"{text[: span.start]}[REDACTED:{span.kind}]{kept_lines}{text[span.end :]}"
    raise SafetyError("the secret filter did not come to rest", "nothing was written")


_PLAIN = re.compile(r"[A-Za-z0-9_@./:\-\[\]{}()<>*$+ ,=^~|!?'\"#%&;\\]{0,15}\Z")
_WORDS = re.compile(r"[@$]?[A-Za-z]{1,18}(?:[_./:\-\\ ]+[A-Za-z]{0,18}[0-9]{0,4})*\Z")


@lru_cache(maxsize=1 << 16)
def clean(text: str) -> Redacted:
    """Lets `text` through, secrets replaced. Most names are too short or too plain to be one and skip the engine.

    Raises:
        SafetyError: the scan could not run.
    """
    if _PLAIN.match(text) or (len(text) < 120 and "=" not in text and _WORDS.match(text) and "://" not in text):
        return Redacted(text)
    return redact(text)[0]


def clean_assigned(name: str, value: str) -> Redacted:
    """Like `clean`, for a value whose name is known: the whole value goes when the name speaks of a secret."""
    if value and is_secret_name(name) and looks_secret(value):
        return Redacted("[REDACTED:assigned-value]")
    return clean(value)
