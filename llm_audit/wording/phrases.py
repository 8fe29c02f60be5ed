"""The wording of a claim whose names all hold: no guess, no slogan, nothing sweeping, nothing foreign to the code."""

from __future__ import annotations

import re

from llm_audit import redact
from llm_audit.model import Candidate
from llm_audit.wording.bearing import VARIABLE, Evidence, bears, stems_of
from llm_audit.wording.lexicon import CONDITIONS, GUESSES, PLAIN, SLOGANS, SWEEPING, stem, words_of
from llm_audit.wording.names import SPAN

MAX_LENGTH = 260
SUBJECT = re.compile(r"(?:The|This|It|Is|There)\b")
"""How no purpose begins: an entry's own name stands before it, so a verb or the thing itself does."""
_ALLOWED = re.compile(r"[A-Za-z0-9 .,;:'\"()/_@$%+=?&\-`{}*’“”–—…éèüöäßñçáíóúÉ]+\Z")


def structure(text: str) -> str:
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


def fault(text: str, candidate: Candidate, evidence: Evidence) -> tuple[str, str] | None:
    """What is at fault in the words of a text whose names all hold."""
    prose = SPAN.sub(" ", text)
    held = set(words_of(evidence.code))
    for kind, pattern in (("guess", GUESSES), ("slogan", SLOGANS), ("sweeping", SWEEPING)):
        match = pattern.search(prose)
        if match and (kind != "slogan" or match[0].lower() not in held):
            return kind, f"the word {match[0]}"
    return _unborne(text, prose, candidate, evidence)


def _unborne(text: str, prose: str, candidate: Candidate, evidence: Evidence) -> tuple[str, str] | None:
    """Whether too many words are foreign to the code, or none comes from it that the document has not already."""
    stems, near = evidence.stems, stems_of(evidence.near)
    conditions = CONDITIONS if evidence.conditional else frozenset()

    def borne(word: str) -> bool:
        return bears(word, stems) or stem(word) in near or word in conditions

    content = [word for word in words_of(prose) if len(word) > 2 and not _plain(word)]
    foreign = [word for word in content if not borne(word)]
    held = {word for word in words_of(text) if len(word) > 3 and borne(word)}
    if len(foreign) > max(len(content) // 3, len(held) >= 3):
        return "unborne", f"the code does not speak of {', '.join(foreign[:3])}"
    given = stems_of(f"{candidate.name} {candidate.group} {candidate.purpose}")
    fresh = [word for word in words_of(text) if len(word) > 2 and not _plain(word) and stem(word) not in given]
    if not any(map(borne, fresh)) and not any(name not in evidence.facts for name in VARIABLE.findall(text)):
        return "unspecific", "says nothing that is peculiar to this code"
    return None


def _plain(word: str) -> bool:
    return word in PLAIN or stem(word) in PLAIN
