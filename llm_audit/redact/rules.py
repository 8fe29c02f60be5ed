"""Finds the formats of the table: by their fixed starts in long words, by their literals anywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from llm_audit.redact.formats import PREFIX_RULES, SHAPES, Rule
from llm_audit.redact.names import is_placeholder
from llm_audit.redact.randomness import is_worded
from llm_audit.redact.spans import Span
from llm_audit.redact.words import Patience, long_words, remembered


def spans(text: str) -> Iterator[Span]:
    """What the table's formats match, placeholders left out."""
    for at, word in long_words(text):
        for found in _in_word(word):
            yield Span(at + found.start, at + found.end, found.kind)
    for rule in _SPACED:
        if rule.literal in text:
            yield from _shaped(rule, text)


@remembered
def _in_word(word: str) -> tuple[Span, ...]:
    """What is found in a word, whatever stands around it."""
    found: list[Span] = []
    starts, by_start = _starts()
    if not word.islower() or _DIGIT.search(word):
        patience = Patience()
        for start in starts.finditer(word):
            if patience.lasts(start.start()):
                found += _at(word, start.start(), by_start[start[0]], patience)
    for rule in _WHOLE:
        if rule.literal in word and (len(rule.literal) > 1 or len(word) >= _LONG_SHAPE):
            found += _shaped(rule, word)
    return tuple(found)


def _at(word: str, at: int, candidates: list[Rule], patience: Patience) -> Iterator[Span]:
    for rule in candidates:
        if match := rule.pattern.match(word, at):
            patience.looked(match.end() - at)
            if not _stands_in(match[0].removeprefix(rule.literal)):
                yield Span(match.start(), match.end(), rule.kind)
                return


_SPACED = tuple(rule for rule in SHAPES if " " in rule.literal or r"\s" in rule.expression)
_WHOLE = tuple(rule for rule in SHAPES if rule not in _SPACED)


def _shaped(rule: Rule, text: str) -> Iterator[Span]:
    for match in rule.pattern.finditer(text):
        start, end = match.span("secret" if rule.pattern.groupindex else 0)
        if not _stands_in(text[start:end].removeprefix(rule.literal)):
            yield Span(start, end, rule.kind)


@cache
def _starts() -> tuple[re.Pattern[str], dict[str, list[Rule]]]:
    """One expression for all fixed starts, longest first, and the rules to try at each, most special first."""
    tree: dict[str, Any] = {}
    for rule in PREFIX_RULES:
        node = tree
        for letter in rule.literal:
            node = node.setdefault(letter, {})
        node[""] = {}
    by_start = {
        one.literal: sorted(
            (rule for rule in PREFIX_RULES if one.literal.startswith(rule.literal)), key=lambda rule: -len(rule.literal)
        )
        for one in PREFIX_RULES
    }
    return re.compile(rf"(?<![A-Za-z0-9_]){_branches(tree)}"), by_start


def _branches(node: dict[str, Any]) -> str:
    parts = [re.escape(letter) + _branches(rest) for letter, rest in node.items() if letter]
    if not parts:
        return ""
    group = parts[0] if len(parts) == 1 and "" not in node else f"(?:{'|'.join(parts)})"
    return f"{group}?" if "" in node else group


_LONG_SHAPE = 36
"""What a format needs at least whose only literal is a mark that stands everywhere."""
_DIGIT = re.compile("[0-9]")
_PLAIN = re.compile(r"[a-z]+(?:[_\-.]+[a-z]+)*[_\-.]*\Z|[A-Z]+(?:[_\-.]+[A-Z]+)*[_\-.]*\Z|(.)\1*\Z")


def _stands_in(rest: str) -> bool:
    """Whether what follows the fixed start is a placeholder or words."""
    return is_placeholder(rest) or bool(_PLAIN.match(rest)) or is_worded(rest)
