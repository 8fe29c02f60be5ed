"""Claims against facts: what a model wrote stands only where the code bears it out, word for word on identifiers.

A claim is *dropped* when it names something that its facts do not hold, *flagged* when its wording is at fault (a
guess, a slogan, a sweeping or unspecific sentence). Neither reaches the document: the offline text takes its place.
Comments and prose in strings bear nothing out, so that a repository cannot tell a model what to write; products and
hosts must stand in facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from llm_audit import redact
from llm_audit.model import Candidate, Fact, Redacted, Value
from llm_audit.wording.briefs import NOTE, Brief
from llm_audit.wording.lexicon import ACRONYMS, GUESSES, NUMBERS, PLAIN, SLOGANS, SWEEPING, Lexicon, stem, words_of

SUPPORTED, FLAGGED, DROPPED = "supported", "flagged", "dropped"
MAX_LENGTH = 260
_ALLOWED = re.compile(r"[A-Za-z0-9 .,;:'\"()/_@$%+=?&\-`{}*’“”–—…éèüöäßñçáíóúÉ]+\Z")
_ENV = re.compile(r"\b[A-Z][A-Z0-9]*(?:_+[A-Z0-9]+)+\b")
_SPAN = re.compile(r"`([^`]*)`")
_TOKEN = re.compile(r"[^\s,;“”\"]+")
_IDENTIFIER = re.compile(r"[_/@$={}*&?]|::|->|\w\.\w|\(\)|[a-z][A-Z]|^--|\d")
_STARTS = re.compile(r"(?:^|[.;:]\s+)$")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a model: about a candidate, for a field, with the facts that it cites; all by short name."""

    candidate: str
    field: str
    text: Redacted
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim, the kind of fault, and the reason in words."""

    claim: Claim
    verdict: str
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may bear a claim out: `facts` holds what collectors found, `code` what the excerpts show besides."""

    facts: str
    code: str


class Judge:
    """Judges the claims of a run.

    Args:
        lexicon: the catalogue's names.
        variables: names of environment variables that the document lists; a sentence may bring in no other.
    """

    def __init__(self, lexicon: Lexicon, variables: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._variables = variables

    def judge(self, claims: tuple[Claim, ...], brief: Brief) -> tuple[Verdict, ...]:
        """A verdict for each claim; of two for one field the first that holds is kept."""
        taken: set[tuple[str, str]] = set()
        verdicts = []
        for claim in claims:
            verdict = self._verdict(claim, brief)
            if verdict.verdict == SUPPORTED and (claim.candidate, claim.field) in taken:
                verdict = Verdict(claim, FLAGGED, "repeated", "the field is filled already")
            if verdict.verdict == SUPPORTED:
                taken.add((claim.candidate, claim.field))
            verdicts.append(verdict)
        return tuple(verdicts)

    def _verdict(self, claim: Claim, brief: Brief) -> Verdict:
        candidate = dict(brief.candidates).get(claim.candidate)
        own = {name: fact for name, fact in brief.facts if candidate and fact in candidate.facts}
        if candidate is None:
            return Verdict(claim, DROPPED, "candidate", "no such candidate")
        if claim.field not in brief.fields or any(value.label == claim.field for value in candidate.values):
            return Verdict(claim, DROPPED, "field", f"{claim.field} is not for a model to fill here")
        if not claim.facts or any(name not in own for name in claim.facts):
            return Verdict(claim, DROPPED, "facts", "cites no fact, or one of another candidate")
        if fault := _structure(claim.text):
            return Verdict(claim, DROPPED, "structure", fault)
        evidence = _evidence(candidate, [own[name] for name in claim.facts], brief)
        named = Evidence(evidence.facts, "") if brief.mode == "keep" else evidence
        if named_wrong := self._names(claim.text, candidate, named):
            return Verdict(claim, DROPPED, *named_wrong)
        if worded_wrong := _wording(claim.text, candidate, evidence):
            return Verdict(claim, FLAGGED, *worded_wrong)
        return Verdict(claim, SUPPORTED)

    def _names(self, text: str, candidate: Candidate, evidence: Evidence) -> tuple[str, str] | None:
        """The first name in the text that nothing bears out."""
        both = f"{evidence.facts}\n{evidence.code}"
        for name in _ENV.findall(text):
            if name not in self._variables or not _within(name, both):
                return "variable", f"{name} is not in the cited facts"
        for span in _SPAN.findall(text):
            if not _within(span, both):
                return "identifier", f"`{span}` is not in the cited facts or excerpts"
        if fault := self._product(text, candidate, evidence):
            return fault
        prose = _SPAN.sub(" ` ", text)
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
            return None if _within(word, both) else (kind, f"{word} is not in the cited facts or excerpts")
        if low in NUMBERS:
            held = _within(NUMBERS[low], both) or low in words_of(both)
            return None if held else ("number", f"{word} is not in the cited facts or excerpts")
        if "-" in low and not _within(low, both.lower()):
            stems = _stems(both)
            strange = [
                part for part in low.split("-") if len(part) > 2 and not self._usual(part) and not _bears(part, stems)
            ]
            if strange or low in self._lexicon.packages:
                return "package", f"{word} is not in the cited facts"
        known = low in words_of(f"{candidate.name} {evidence.facts}") or low in evidence.facts.lower().split()
        if re.fullmatch(r"[A-Z]{2,}s?", word):
            held = known or word.upper() in ACRONYMS or low in words_of(evidence.code)
            return None if held else ("name", f"{word} is not in the cited facts or excerpts")
        if word[0].isupper() and not first and not known:
            return "name", f"{word} is not in the cited facts"
        if word[0].isupper() and first and not known and not _bears(low, _stems(both)) and not self._usual(low):
            return "name", f"{word} is not in the cited facts"
        return None

    def _usual(self, word: str) -> bool:
        """Whether a word that begins a sentence is no name: a plain one, or one that ends like a verb."""
        if any(pattern.fullmatch(word) for pattern in (GUESSES, SLOGANS, SWEEPING)):
            return True  # no name; its wording is judged afterwards
        return word in self._lexicon.ordinary or stem(word) in PLAIN or word.endswith(("es", "ing", "ed", "ts", "ns"))

    def _product(self, text: str, candidate: Candidate, evidence: Evidence) -> tuple[str, str] | None:
        """A product of the catalogue that is neither the candidate nor in its facts."""
        words = re.findall(r"[A-Za-z0-9][A-Za-z0-9+#]*", text)
        held = " ".join(words_of(f"{candidate.name} {evidence.facts}"))
        joined = re.sub(r"[^a-z0-9]", "", f"{candidate.name} {evidence.facts}".lower())
        for size in (4, 3, 2, 1):
            for start in range(len(words) - size + 1):
                run = words[start : start + size]
                key = tuple(word.lower() for word in run)
                if self._lexicon.products.get(key, candidate.name) == candidate.name:
                    continue
                plain = all(word in self._lexicon.ordinary for word in key)
                if plain and ((size == 1 and (start == 0 or run[0].islower())) or all(word.islower() for word in run)):
                    continue
                if " ".join(key) not in held and "".join(key) not in joined:
                    return "product", f"{self._lexicon.products[key]} is not in the cited facts"
        return None


def _structure(text: str) -> str:
    """What in the text could be more than a sentence of the document."""
    if not 12 <= len(text) <= MAX_LENGTH:
        return "too short or too long"
    if not _ALLOWED.match(text):
        return "holds characters that a sentence of the document has no use for"
    if text.count("`") % 2 or "``" in text:
        return "unbalanced backticks"
    if "://" in text or re.search(r"(?i)\bwww\.|\bmailto:|\w@\w+\.\w|javascript:|data:", text):
        return "holds a link"
    return "holds a marker of a secret" if redact.MARKER.search(text) or "REDACTED" in text else ""


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


def _within(name: str, text: str) -> bool:
    """Whether a name stands in a text, not as a part of a longer one: 9.47 is not in 9.47.1."""
    flat = " ".join(name.split())
    if not flat or not re.search(r"\w", flat):
        return False
    before = r"(?<![\w.@-])" if re.match(r"[\d]", flat) else r"(?<![\w@-])" if flat[0].isalnum() else ""
    after = r"(?![\w-]|\.\d)" if flat[-1].isdigit() else r"(?![\w-])" if flat[-1].isalnum() or flat[-1] == "_" else ""
    return bool(re.search(before + re.escape(flat) + after, text))


def _evidence(candidate: Candidate, facts: list[Fact], brief: Brief) -> Evidence:
    """What the cited facts say, what code says of the candidate in the document, and the code around the facts."""
    said = [candidate.name, candidate.purpose, *_texts(candidate.values)]
    for fact in facts:
        said += [fact.name, fact.value, fact.path, *(text for _, text in fact.details)]
    shown = [
        code_only(excerpt.text)
        for excerpt in brief.excerpts
        if any(fact.path == excerpt.path and any(a <= fact.line <= b for a, b in excerpt.spans) for fact in facts)
    ]
    return Evidence("\n".join(said), "\n".join(shown))


def _texts(values: tuple[Value, ...]) -> Iterator[str]:
    for value in values:
        yield f"{value.label}: {value.text}"
        yield from _texts(value.children)


_DOCSTRING = re.compile(r'"""(?:[^"]|"(?!"")){0,4000}(?:"""|\Z)|\'\'\'(?:[^\']|\'(?!\'\')){0,4000}(?:\'\'\'|\Z)')
_COMMENT = re.compile(
    r"/\*(?:[^*]|\*(?!/)){0,4000}(?:\*/|\Z)|<!--(?:[^-]|-(?!->)){0,4000}(?:-->|\Z)|\{#[^}]{0,400}#\}"
    r"|(?:^|(?<=[\s;,{(\[]))(?://|#(?!\[)|--\s|;;|%\s|REM\s)[^\n]*|^\s*\*(?:\s[^\n]*)?$",
    re.MULTILINE,
)
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.){0,600}\"|'(?:[^'\\\n]|\\.){0,600}'|`(?:[^`\\]|\\.){0,1200}`")
_PROSE_LINE = re.compile(r"^[^\n=(){};<>]{0,400}$", re.MULTILINE)


@lru_cache(maxsize=512)
def code_only(text: str) -> str:
    """Code without its comments, doc strings, strings that are prose, and lines that are prose."""
    bare = _COMMENT.sub(" ", _DOCSTRING.sub(" ", text))
    bare = _STRING.sub(lambda match: " " if _prose(match[0]) else match[0], bare)
    return _PROSE_LINE.sub(lambda match: "" if _prose(match[0], 6) else match[0], bare)


def _prose(text: str, least: int = 4) -> bool:
    """Whether a text reads like a sentence: several bare words in a row."""
    words = text.strip("\"'`").split()
    return sum(bool(re.fullmatch(r"[A-Za-z][a-z'’]*[.,:;!?]?", word)) for word in words) >= least


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(text))


def _bears(word: str, stems: frozenset[str]) -> bool:
    """Whether a word, or the longer or shorter form of it, is among the stems."""
    own = stem(word)
    return own in stems or any(
        (len(one) >= 4 and len(own) >= 4 and (one.startswith(own) or own.startswith(one)))
        or (len(own) >= 3 and one.endswith(own))
        for one in stems
    )


def _wording(text: str, candidate: Candidate, evidence: Evidence) -> tuple[str, str] | None:
    """What is at fault in the words of a text whose names all hold."""
    prose = _SPAN.sub(" ", text)
    held = set(words_of(evidence.code))
    for kind, pattern in (("guess", GUESSES), ("slogan", SLOGANS), ("sweeping", SWEEPING)):
        match = pattern.search(prose)
        if match and (kind != "slogan" or match[0].lower() not in held):
            return kind, f"the word {match[0]}"
    return _unborne(text, prose, candidate, evidence)


def _unborne(text: str, prose: str, candidate: Candidate, evidence: Evidence) -> tuple[str, str] | None:
    """Whether too many words are foreign to the code, or none comes from it."""
    stems = _stems(f"{evidence.facts}\n{evidence.code}")
    content = [word for word in words_of(prose) if len(word) > 2 and stem(word) not in PLAIN and word not in PLAIN]
    foreign = [word for word in content if not _bears(word, stems)]
    held = {word for word in words_of(text) if len(word) > 3 and _bears(word, stems)}
    if len(foreign) > max(len(content) // 3, len(held) >= 3):
        return "unborne", f"the code does not speak of {', '.join(foreign[:3])}"
    given = _stems(f"{candidate.name} {candidate.group} {candidate.purpose}")
    fresh = [word for word in words_of(text) if len(word) > 2 and stem(word) not in PLAIN and stem(word) not in given]
    if not any(_bears(word, stems) for word in fresh):
        return "unspecific", "says nothing that is peculiar to this code"
    return None


def words(candidate: Candidate, brief: Brief, verdicts: tuple[Verdict, ...], order: tuple[str, ...]) -> Candidate:
    """The candidate with the claims that hold; what code found stays as it is.

    Args:
        candidate: as code found it.
        brief: what was asked.
        verdicts: of the brief's claims.
        order: the template's labels for the candidate's group.
    """
    names = {name for name, one in brief.candidates if one is candidate}
    held = {
        v.claim.field: _ending(v.claim.text) for v in verdicts if v.verdict == SUPPORTED and v.claim.candidate in names
    }
    purpose, note = held.pop("purpose", ""), held.pop(NOTE, "")
    base = candidate.purpose
    if purpose:
        base = purpose if brief.mode == "replace" or not base else f"{base}; {_lowered(purpose)}"
    if note:
        base = f"{base}; {_lowered(note)}" if base else note
    values = [*candidate.values, *(Value(label, text) for label, text in held.items())]
    if held:
        rank = {label: at for at, label in enumerate(order)}
        values.sort(key=lambda one: rank.get(one.label, len(rank)))
    return replace(candidate, purpose=base, values=tuple(values))


def _ending(text: str) -> str:
    return text.rstrip(". ")


def _lowered(text: str) -> str:
    """A sentence as a clause: its first letter small unless the first word is a name."""
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first[1:].islower() and first[0].isalpha() else text
