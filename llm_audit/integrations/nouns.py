"""Nouns of English as names in code hold them: taken apart, in the singular, in the plural."""

from __future__ import annotations

import re

_PLURAL = tuple(
    """people children women staff info information metadata history news data media feedback equipment software knowledge
    criteria indices vertices matrices quizzes menus gpus cpus tpus skus""".split()
)
_SINGULAR_IS = ("ysis", "esis", "osis", "asis", "isis", "axis")
"""Words in `is` that are no plural of a short one, as `clis` and `kpis` are."""
_ODD = {
    "child": "children",
    "person": "people",
    "quiz": "quizzes",
    "matrix": "matrices",
    "man": "men",
    "woman": "women",
}
_SINGULAR_AS = frozenset("alias canvas atlas bias gas".split())


def plural(words: str) -> str:
    """The plural of a noun phrase in English; one that looks like a plural stays."""
    before, space, last = words.rpartition(" ")
    if last in _ODD:
        return f"{before}{space}{_ODD[last]}"
    if last.endswith(_SINGULAR_IS):
        return f"{words[:-2]}es"
    if words.endswith(_PLURAL) or (
        words.endswith("s") and not words.endswith(("ss", "us")) and last not in _SINGULAR_AS
    ):
        return words
    if re.search(r"[^aeiou]y$", words):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith(("s", "x", "ch", "sh")) else f"{words}s"


def singular(word: str) -> str:
    """The singular of a noun in English; one that does not look like a plural stays."""
    if len(word) < 5 or word.endswith(("ss", "us", "is", "as", "ics", "news", "series")) or not word.endswith("s"):
        return word
    return (
        f"{word[:-3]}y"
        if word.endswith("ies")
        else word[:-2]
        if word.endswith(("sses", "xes", "ches", "shes"))
        else word[:-1]
    )


def words_of(name: str) -> list[str]:
    """`getHTTPHeaders`, `get_http_headers` -> get, http, headers."""
    apart = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", name)
    return apart.replace("_", " ").lower().split()
