"""How code copes with the limits of what it calls: attempts, answers 429, the header Retry-After."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_SUFFIXES = frozenset(".ts .tsx .js .mjs .cjs .py .go .rb .php .java .kt .cs .rs .ex .swift .dart".split())
_WAYS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("at most {} retries", ("etries",), expression(r"\bmax_?[rR]etries[\"']?\s{0,2}[:=]\s{0,2}(\d{1,2})\b")),
    ("at most {} attempts", ("stop_after_attempt", "ttempts", "TTEMPTS"), expression(
        r"\bstop_after_attempt\(\s{0,4}(\d{1,2})\s{0,4}\)|\b(?:max_?[aA]ttempts|MAX_ATTEMPTS)\s{0,2}[:=]\s{0,2}(\d{1,2})\b")),
    ("at most {} retries", ("Retry(",), expression(r"\bRetry\(\s{0,4}total\s{0,2}=\s{0,2}(\d{1,2})\b")),
    ("a 429 is handled", ("429", "TooManyRequests", "RateLimitError"), expression(
        r"(?:[sS]tatus(?:_?[cC]ode)?(?:\(\))?|\.code|\bcode)\s{0,2}(?:===?|==|in)\s{0,2}[\[({]{0,2}[\d,\s]{0,24}\b429\b"
        r"|\[\s{0,2}[\d,\s]{0,24}\b429\b[\d,\s]{0,24}\]\.includes|(?:==|case|in)\s{1,3}(?:http\.)?StatusTooManyRequests|except\s[^\n:]{0,80}\bRateLimitError")),
    ("waits as the header Retry-After says", ("etry-after", "etry-After"), expression(
        r"(?i)headers?(?:\.get)?[\[(]\s{0,2}[\"']retry-after[\"']\s{0,2}[\])](?!\s{0,2}=(?!=))|\.Header\.Get\(\"retry-after\"\)")),
)  # fmt: skip
"""What is said, the literals of which one is part of every match, and the expression."""
_BEFORE, _BEHIND = 110, 60
"""A match begins and ends no further from its literal."""


def _limits(file: SourceFile) -> Finds:
    known: set[str] = set()
    for said, literals, pattern in _WAYS:
        for match in _near(file.text, literals, pattern):
            number = next((group for group in match.groups() if group), "")
            text = said.format(number).replace("at most 0", "no")
            if text not in known and not in_comment(file.text, match.start()):
                known.add(text)
                yield at(file, match.start(), Kind.SETTING, "http.limits", text)
                break


def _near(text: str, literals: tuple[str, ...], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches around each literal: an expression that begins with alternatives is slow over a whole file."""
    for literal in literals:
        offset = text.find(literal)
        while offset >= 0:
            if found := pattern.search(text, max(0, offset - _BEFORE), offset + len(literal) + _BEHIND):
                yield found
            offset = text.find(literal, offset + len(literal))


COLLECTORS = (
    Collector(
        "limits",
        _limits,
        suffixes=_SUFFIXES,
        needs=("429", "etry-after", "etry-After", "ax_retries", "axRetries", "maxretries", "stop_after_attempt", "ttempts", "TTEMPTS", "Retry(total",
               "Retry( total", "StatusTooManyRequests", "RateLimitError"),
    ),
)  # fmt: skip
