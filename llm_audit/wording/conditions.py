"""Conditions in a claim: what is said to happen when, against what code does in which branch.

`when X is set` and `unless X is set` hold the same words. So the tests of X in the code that was shown are looked up, and the
rest of the sentence must speak of the branch that it names. Where the branches do not tell, a service is taken to be in use when
its setting is there, and out of use when it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from llm_audit.wording.lexicon import ENVIRONMENTS, stem, words_of

_CLAUSE = re.compile(
    r"(?i)\b(?P<how>when|where|if|while|once|unless|until|without|in|on|outside(?: of)?|except (?:in|on|when|where|if))\s+"
    r"(?P<what>[^,;.]{1,120})"
)
_AGAINST = re.compile(r"(?i)unless|until|without|outside|except")
_ABSENT = re.compile(
    r"(?i)\b(empty|unset|missing|absent|disabled|off|false|none|null|undefined|blank|gone|unconfigured)\b|`(?:none|null|false|0|)`"
)
_IDLE = re.compile(
    r"(?i)\b(disabled?s?|off|skip(?:s|ped)?|fail(?:s|ed)?|falls?|fallback|stops?|stopped|mocks?|stubs?|fakes?|local(?:ly)?|default|instead|"
    r"throws?|raises?|refuse[sd]?|reject(?:s|ed)?|ignore[sd]?|console|memory|idle|dropped|exits?|ends?|crash(?:es)?|unset|error)\b"
)
"""What is said of a service, or of its code, that is out of use."""
_INVERSE = re.compile(r"(?i)(^|_)(disable|skip|no|mock|fake|off|without|opt_?out|ignore|dry)(_|d?$|d_)")
"""Settings that switch off."""
_TEST = re.compile(r"\b(?:if|elif|elsif|unless|when|guard|assert|case|while)\b|\s\?\s|&&")
_NEGATED = re.compile(
    r"\bnot\b|!(?!=)|\bis None\b|={2,3}\s?(?:null|nil|undefined|None|false|\"\"|'')|\bunless\b|(?i:is_?(?:null_?or_?)?(?:empty|blank|none|nil|missing))"
    r"|\b(?:empty|blank)\b|\s-z\s|!==?(?!=)(?!\s?(?:null|nil|undefined|None|false|\"\"|''))"
)
_VALUE = re.compile(r"==|\bin\b|\bcase\b|\bwhen\b|\.equals\(")
_LEAVES = re.compile(r"\b(?:return|raise|throw|continue|break|exit|abort|die|panic|pass)\b")
_ELSE = re.compile(r"\s*\}?\s*(?:else|elif|elsif|otherwise|rescue|except|catch)\b")
_NAME = re.compile(r"`[^`]+`|\b\w+\b")
_STATES = frozenset(
    "empty unset missing absent disabled false none null undefined blank gone unconfigured true present given configured enabled"
    " both either neither variable variables setting settings value values with that this there used using have been defined".split()
)
"""Words of a condition that say nothing of what it is about."""
_NEAR = 12
"""How many lines after a test count as its branches."""


@dataclass(frozen=True, slots=True)
class _Condition:
    """What a sentence says to depend on what.

    Attributes:
        rest: the sentence without the condition.
        subjects: for each thing that the condition is about the words that a line has when it speaks of it.
        against: whether it is said of the thing's absence.
    """

    rest: str
    subjects: tuple[frozenset[str], ...]
    against: bool


def fault(prose: str, code: str) -> str:
    """What is said to happen on a condition on which code does the contrary; empty when nothing is.

    Args:
        prose: the claim.
        code: what was shown of it.
    """
    parts = re.split(r";\s|\.\s", prose)
    held = all(_holds(one, code) for part in parts for one in _conditions(part))
    return "" if held else "the code does not do so on that condition"


def _conditions(part: str) -> Iterator[_Condition]:
    for match in _CLAUSE.finditer(part):
        how, what = match["how"].lower(), match["what"]
        if how.startswith(("in", "on", "outside")) and not set(ENVIRONMENTS) & set(words_of(what)[:2]):
            continue
        names = [name.strip("`") for name in _NAME.findall(what) if "_" in name or "`" in name]
        inverse = any(_INVERSE.search(name) for name in names)
        against = bool(_AGAINST.match(how)) ^ bool(_ABSENT.search(what)) ^ inverse
        words = [word for word in words_of(what) if len(word) > 3 and word not in _STATES]
        subjects = [frozenset(words_of(name)) for name in names] or [frozenset({word}) for word in words]
        yield _Condition(f"{part[: match.start()]} {part[match.end() :]}", tuple(filter(None, subjects)), against)


def _holds(one: _Condition, code: str) -> bool:
    """Whether the code's branches, or else the way of all settings, agree with a condition."""
    named = frozenset[str]().union(*one.subjects)
    said = {stem(word) for word in words_of(one.rest) if len(word) > 2 and word not in named}
    agreed = opposed = 0
    for negated, then, other in _branches(one.subjects, code):
        own, contrary = (then, other) if negated == one.against else (other, then)
        agreed += len(said & own - contrary)
        opposed += len(said & contrary - own)
    if one.against == bool(_IDLE.search(one.rest)):
        return agreed > 0 or not opposed
    return agreed > opposed


def _branches(subjects: tuple[frozenset[str], ...], code: str) -> Iterator[tuple[bool, set[str], set[str]]]:
    """For each test of a subject: whether it is turned round, and the words of what is done when it holds and when not."""
    lines = code.split("\n")
    for at, line in enumerate(lines):
        words = set(words_of(line)) if _TEST.search(line) else set()
        if not any(subject <= words for subject in subjects):
            continue
        then, rest = _body(lines, at)
        negated = bool(_NEGATED.search(line))
        # beside one value of several there are others, so that what follows is not done for want of it alone
        other = rest if _LEAVES.search("\n".join(then)) and (negated or not _VALUE.search(line)) else []
        if rest and _ELSE.match(rest[0]):
            other = rest[:_NEAR]
        yield negated, _stems(then), _stems(other)


def _body(lines: list[str], at: int) -> tuple[list[str], list[str]]:
    """The lines that are indented more than a test, and those after them in the same block; of a test in one line, its end."""
    depth = _depth(lines[at])
    end = at + 1
    while end < len(lines) and end - at <= _NEAR and (not lines[end].strip() or _depth(lines[end]) > depth):
        end += 1
    after = end
    while after < len(lines) and after - end <= _NEAR and (not lines[after].strip() or _depth(lines[after]) >= depth):
        after += 1
    body = lines[at + 1 : end] or [re.split(r"[):]\s", lines[at], maxsplit=1)[-1]]
    return body, lines[end:after]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _stems(lines: list[str]) -> set[str]:
    return {stem(word) for word in words_of("\n".join(lines))}
