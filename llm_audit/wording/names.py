"""Names in a claim: every variable, identifier, number, product and acronym must stand in its evidence, spelt the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llm_audit import redact
from llm_audit.model import Candidate
from llm_audit.wording.bearing import VARIABLE, Evidence, bears, stems_of, within
from llm_audit.wording.lexicon import (
    ACRONYMS,
    AMOUNTS,
    ENVIRONMENTS,
    FREQUENCIES,
    GUESSES,
    HOMONYMS,
    NUMBERS,
    PLAIN,
    SLOGANS,
    SWEEPING,
    TENSES,
    Lexicon,
    stem,
    words_of,
)

SPAN = re.compile(r"`([^`]*)`")
"""What a claim marks as code."""
_TOKEN = re.compile(r"[^\s,;“”\"]+")
_IDENTIFIER = re.compile(r"[_/@$={}*&?]|::|->|\w\.\w|\(\)|[a-z][A-Z]|^--|\d")
_VERB = re.compile(r"(?:ing|ed|[^aiosuy]s)$")
_ENDPOINT = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE|HEAD) /\S+")
"""A method and a path, which code writes in different places."""
_PLACED = re.compile(
    rf"(?i)\b(?:in|on|to|outside(?: of)?|from|against|except|unless|for|with|during|by|of|at)\s+(?:(?:the|a|an|its|our|every|each)\s+)?({'|'.join(ENVIRONMENTS)})\b(?!-)"
    rf"|\b({'|'.join(ENVIRONMENTS)})[ -](?:environments?|deployments?|servers?|hosts?|stages?|instances?|clusters?|systems?|mode|machines?|data|database|traffic)\b"
    r"|\b(production|staging|sandbox|canary)\b"
)
_ACTOR = re.compile(r"^((?:[A-Z][\w.+#]*\s+){1,3})(?=[a-z]+s\b)")
"""Who is said to do something, at the beginning of a clause."""
_CHOSEN = re.compile(
    r"\b(?:when|while|if|where|once)\s+(?:[A-Z][A-Z0-9_]+ is )?`?((?:[\w+#]+ ?){1,3})`?(?=$|[,;.]| is (?:chosen|set|selected|used|configured|the)\b)"
)
"""What is said to be chosen."""
_MOVED = re.compile(r"\b(?:to|into|from)\s+([A-Z][\w+#]*)")
"""Where something is said to go, or to come from."""
_COUNTED = re.compile(r"(?<![\w.,])(\d+|[a-z]{3,8})\s+(?:more |other |new |first |last |of the )?([a-z]{2,})\b")
_UNITS = frozenset("millisecond second minute hour day week month year byte kilobyte megabyte gigabyte percent".split())
_TIMES_OVER = {
    "minute": r"\b60\b",
    "hour": r"\b3600\b|\b60\b",
    "day": r"\b24\b|\b86400\b",
    "millisecond": r"\b1000\b|(?i:_?ms\b)",
}
"""By which factors code writes a unit."""
_UNSAID = frozenset({"second", "millisecond"})
"""Units that code leaves out."""
_STATUS = re.compile(r"([1-5])xx")
"""A class of HTTP answers: 5xx is what code calls 500 and above."""
_PROTOCOLS = frozenset({"SAML", "SCIM", "OIDC", "LDAP", "SMTP", "IMAP", "MQTT", "AMQP", "RSS"})
"""Acronyms that the catalogue has an entry for, but which name no product."""
_STARTS = re.compile(r"(?:^|[.;:]\s+)$")


class Names:
    """Looks for names that nothing bears out.

    Args:
        lexicon: the catalogue's names.
        variables: names of environment variables that the document lists; a sentence may bring in no other.
    """

    def __init__(self, lexicon: Lexicon, variables: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._variables = variables

    def fault(self, text: str, candidate: Candidate, evidence: Evidence) -> tuple[str, str] | None:
        """The first name in the text that nothing bears out."""
        both = evidence.shown
        for name in VARIABLE.findall(text):
            # whose credential it is, facts alone tell: the lines around them read those of others
            where = evidence.facts if redact.is_secret_name(name) else both
            if name not in self._variables or not within(name, where):
                return "variable", f"{name} is not in the cited facts"
        for span in SPAN.findall(text):
            parts = span.split(" ", 1) if _ENDPOINT.fullmatch(span) else [span]
            if not all(within(part, both) for part in parts):
                return "identifier", f"`{span}` is not in the cited facts or excerpts"
        if (
            fault := self._product(text, candidate, evidence)
            or self._other(text, candidate)
            or _counted(text, evidence)
        ):
            return fault
        for environment in filter(None, (name for found in _PLACED.findall(text) for name in found)):
            if not set(ENVIRONMENTS[environment.lower()]) & set(words_of(both)):
                return "environment", f"{environment} is not in the cited facts or excerpts"
        prose = SPAN.sub(" ` ", text)
        return next(
            (fault for word, first in _words(prose) if (fault := self._word(word, first, candidate, evidence, both))),
            None,
        )

    def _word(
        self, word: str, first: bool, candidate: Candidate, evidence: Evidence, both: str
    ) -> tuple[str, str] | None:
        low = word.lower()
        if _IDENTIFIER.search(word):
            kind = "number" if re.search(r"\d", word) else "identifier"
            held = within(word, both) or bool((status := _STATUS.fullmatch(word)) and within(f"{status[1]}00", both))
            return None if held else (kind, f"{word} is not in the cited facts or excerpts")
        if low in FREQUENCIES and low not in words_of(f"{both}\n{evidence.near}"):
            return "number", f"{word} is not in the cited facts or excerpts"
        if low in NUMBERS:
            held = within(NUMBERS[low], both) or low in words_of(both)
            return None if held else ("number", f"{word} is not in the cited facts or excerpts")
        if "-" in low and not within(low, both.lower()):
            stems = evidence.stems
            strange = [
                part for part in low.split("-") if len(part) > 2 and not self._usual(part) and not bears(part, stems)
            ]
            if strange or low in self._lexicon.packages:
                return "package", f"{word} is not in the cited facts"
        told = f"{candidate.name} {evidence.facts}\n{evidence.paths}"
        known = low in words_of(told) or low in told.lower().split()
        if re.fullmatch(r"[A-Z]{2,}s?", word):
            held = known or word.upper() in ACRONYMS or low in words_of(evidence.code)
            return None if held else ("name", f"{word} is not in the cited facts or excerpts")
        # a name that stands in code is an identifier's part: `Excel` in `openExcelSheet`
        known = known or (len(low) > 2 and low in words_of(evidence.code))
        if word[0].isupper() and not first and not known:
            return "name", f"{word} is not in the cited facts"
        if word[0].isupper() and first and not known and not bears(low, evidence.stems) and not self._usual(low):
            return "name", f"{word} is not in the cited facts"
        return None

    def _usual(self, word: str) -> bool:
        """Whether a word that begins a sentence is no name: a plain one, or one that ends like a verb."""
        if any(pattern.fullmatch(word) for pattern in (GUESSES, SLOGANS, SWEEPING, TENSES, AMOUNTS)):
            return True  # no name; its wording is judged afterwards
        return word in self._lexicon.ordinary or stem(word) in PLAIN or bool(_VERB.search(word))

    def _product(self, text: str, candidate: Candidate, evidence: Evidence) -> tuple[str, str] | None:
        """A product of the catalogue that is neither the candidate nor in its facts."""
        words = re.findall(r"[A-Za-z0-9][A-Za-z0-9+#]*", text)
        facts = f"{candidate.name} {evidence.facts} {evidence.lines}"
        held = " ".join(words_of(facts))
        joined = re.sub(r"[^a-z0-9]", "", facts.lower())
        moved = {self._lexicon.products.get((word.lower(),)) for word in _MOVED.findall(text)}
        moving, own = stems_of(evidence.code), set(words_of(f"{candidate.name} {candidate.key}"))
        for size in (4, 3, 2, 1):
            for start in range(len(words) - size + 1):
                run = words[start : start + size]
                key = tuple(word.lower() for word in run)
                if self._lexicon.products.get(key, candidate.name) == candidate.name:
                    continue
                if size == 1 and ((run[0].islower() and key[0] in HOMONYMS) or run[0] in _PROTOCOLS):
                    continue
                plain = all(word in self._lexicon.ordinary for word in key)
                if plain and ((size == 1 and (start == 0 or run[0].islower())) or all(word.islower() for word in run)):
                    continue
                name = self._lexicon.products[key]
                if name in moved and not set(key) & own and not bears(key[0], moving):
                    return "product", f"no code that is shown moves anything to or from {name}"
                if " ".join(key) not in held and not any(
                    one in joined for one in ("".join(key), *self._known_as(name))
                ):
                    return "product", f"{name} is not in the cited facts"
        return None

    def _other(self, text: str, candidate: Candidate) -> tuple[str, str] | None:
        """What a sentence says of another product: what that one does, or when that one is chosen."""
        own = set(words_of(f"{candidate.name} {candidate.key}")) | set(candidate.name.lower().split())
        for clause in re.split(r"[;.]\s", text):
            for match in (*_ACTOR.finditer(clause), *_CHOSEN.finditer(clause)):
                words = re.findall(r"[A-Za-z0-9][A-Za-z0-9+#]*", match[1])
                for size in range(min(3, len(words)), 0, -1):
                    key = tuple(word.lower() for word in words[:size])
                    name = self._lexicon.products.get(key)
                    if name and name != candidate.name and not set(key) & own and not self._common(words[:size]):
                        return "product", f"it tells of {name}"
        return None

    def _common(self, words: Sequence[str]) -> bool:
        return len(words) == 1 and (words[0].lower() in HOMONYMS | self._lexicon.ordinary or words[0] in _PROTOCOLS)

    def _known_as(self, product: str) -> Iterator[str]:
        """How images of a product are called, where that is long enough to mean it and no other."""
        return (one for one in self._lexicon.images.get(product, ()) if len(one) > 5)


def _counted(text: str, evidence: Evidence) -> tuple[str, str] | None:
    """A number of things of which code has the number alone."""
    lines = evidence.shown.split("\n")
    for number, noun in _COUNTED.findall(SPAN.sub(" ` ", text)):
        digits = number if number.isdigit() else NUMBERS.get(number, "")
        unit = noun.removesuffix("s")
        if not digits or not (unit in _UNITS or (noun.endswith("s") and len(noun) > 3 and noun not in _NO_NOUNS)):
            continue
        at = [
            n
            for n, line in enumerate(lines)
            if within(digits, line) or (not number.isdigit() and number in words_of(line))
        ]
        around = "\n".join("\n".join(lines[max(n - 2, 0) : n + 3]) for n in at)
        if bears(noun, stems_of(around)) or (unit in _TIMES_OVER and re.search(_TIMES_OVER[unit], around)):
            continue
        if unit in _UNSAID and not _UNITS & {word.removesuffix("s") for n in at for word in words_of(lines[n])}:
            continue
        return "number", f"{number} is not of {noun} in the cited facts or excerpts"
    return None


_NO_NOUNS = frozenset(
    "this does uses when plus less across unless always goes was has its status access address".split()
)


def _words(prose: str) -> Iterator[tuple[str, bool]]:
    """The words of a text without the signs around them, and whether each begins a sentence."""
    for match in _TOKEN.finditer(prose):
        word = match[0].strip("()'’.:!?–—…`")
        word = re.sub(r"['’]s$", "", word)
        if not word or not re.search(r"\w", word):
            continue
        first = bool(_STARTS.search(prose[: match.start()]))
        if re.fullmatch(r"[A-Za-z]+(-[A-Za-z]+)+", word):
            for n, part in enumerate(word.split("-")):
                yield part, first and n == 0
            yield word.lower(), False
        else:
            yield word, first
