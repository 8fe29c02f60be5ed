"""The wording of a claim whose names all hold: no guess, no slogan, nothing sweeping, nothing foreign to the code."""

from __future__ import annotations

import re

from llm_audit import redact
from llm_audit.model import Candidate
from llm_audit.wording import conditions, deeds
from llm_audit.wording.bearing import VARIABLE, Evidence, bears, stems_of
from llm_audit.wording.lexicon import (
    AMOUNTS,
    CAUSES,
    CONDITIONS,
    GUESSES,
    PLAIN,
    SLOGANS,
    SWEEPING,
    TENSES,
    Lexicon,
    stem,
    words_of,
)
from llm_audit.wording.names import SPAN

MAX_LENGTH = 260
_JOINTS = frozenset("an as at be by do go he if in is it me my no of on or so to up us we id ok".split())
"""Words of two letters that mean nothing by themselves."""
SUBJECT = re.compile(r"(?:The|This|It|Is|There)\b")
"""How no purpose begins: an entry's own name stands before it, so a verb or the thing itself does."""
SETUP = re.compile(
    r"(?:Imports?|Initiali[sz]es?|Instantiates?|Configures?|Sets up|Defines?|Declares?)\b"
    r"|(?:Creates?|Opens?) (?:an? |the )?(?:new )?(?:[\w`.-]+ ){0,3}(?:clients?|connections?|instances?|pools?|engines?|sessions?)\b"
)
"""How a sentence begins that tells how a client is made, and not what for."""
_ALLOWED = re.compile(r"[A-Za-z0-9 .,;:'\"()/_@$%+=?&\-`{}*’“”–—…éèüöäßñçáíóúÉ]+\Z")


def names_itself(text: str, candidate: Candidate) -> bool:
    """Whether a sentence begins with what the entry's own name does, which stands before it already."""
    return bool(re.match(rf"(?i){re.escape(candidate.name.split(' (')[0])}(?:['’]s \w+)? [a-z]+s\b", text))


def structure(text: str) -> str:
    """What in the text could be more than a sentence of the document."""
    if not 12 <= len(text) <= MAX_LENGTH:
        return "too short or too long"
    if not _ALLOWED.match(SPAN.sub(lambda span: re.sub(r"[\[\]]", "", span[0]), text)):
        return "holds characters that a sentence of the document has no use for"
    if text.count("`") % 2 or "``" in text:
        return "unbalanced backticks"
    if "://" in text or re.search(r"(?i)\bwww\.|\bmailto:|\w@\w+\.\w|javascript:|data:", text):
        return "holds a link"
    return "holds a marker of a secret" if redact.MARKER.search(text) or "REDACTED" in text else ""


def fault(text: str, candidate: Candidate, evidence: Evidence, lexicon: Lexicon) -> tuple[str, str] | None:
    """What is at fault in the words of a text whose names all hold."""
    prose = SPAN.sub(" ", text)
    held = set(words_of(evidence.code))
    for kind, pattern in _WORDINGS:
        match = next((one for one in pattern.finditer(prose) if not _borne_out(kind, one, prose, held, evidence)), None)
        if match:
            return kind, f"the word {match[0]}"
    if against := conditions.fault(text, evidence.code):
        return "condition", against
    return deeds.fault(prose, candidate, evidence) or _unborne(text, prose, candidate, evidence, lexicon)


_WORDINGS = (
    ("guess", GUESSES), ("slogan", SLOGANS), ("cause", CAUSES), ("sweeping", SWEEPING), ("tense", TENSES), ("amount", AMOUNTS),
)  # fmt: skip


def _borne_out(kind: str, match: re.Match[str], prose: str, held: set[str], evidence: Evidence) -> bool:
    """Whether code itself says a word that praises, sweeps or denies.

    A word of praise, of an amount or of another time may be a name of the code, `public` and `plain text` may be what it sets; and `without X` is a condition where
    the program stops for want of X, or tests it.
    """
    words = words_of(match[0])
    if kind in ("slogan", "amount", "tense") or (kind == "sweeping" and words[0] in _SET_BY_CODE):
        return all(word in held for word in words)
    if kind == "sweeping" and words[0] == "without":
        name = VARIABLE.match(prose, match.end() + 1)
        return name is not None and (evidence.conditional or name[0] in evidence.required)
    return False


_SET_BY_CODE = frozenset({"public", "plain", "plaintext", "deprecated"})


def _unborne(
    text: str, prose: str, candidate: Candidate, evidence: Evidence, lexicon: Lexicon
) -> tuple[str, str] | None:
    """Whether too many words are foreign to the code, or none comes from it that the document has not already."""
    stems, near = evidence.stems, stems_of(evidence.near)
    states = CONDITIONS if evidence.conditional else frozenset()

    def borne(word: str) -> bool:
        return bears(word, stems) or stem(word) in near or word in states

    content = [word for word in words_of(prose) if len(word) > 2 and not _plain(word)]
    foreign = [word for word in content if not borne(word)]
    held = {word for word in words_of(text) if len(word) > 3 and borne(word)}
    if len(foreign) > max(len(content) // 3, len(held) >= 3):
        return "unborne", f"the code does not speak of {', '.join(foreign[:3])}"
    given = stems_of(f"{candidate.name} {candidate.group} {candidate.purpose}")
    # the tools that a service is reached with are in the document already
    known = [
        word for word in words_of(text) if not _plain(word) and word not in lexicon.tools and stem(word) not in given
    ]
    short = set(words_of(evidence.code))
    fresh = [word for word in known if (borne(word) if len(word) > 2 else word in short and word not in _JOINTS)]
    if not fresh and not any(name not in evidence.facts for name in VARIABLE.findall(text)):
        return "unspecific", "says nothing that is peculiar to this code"
    return None


def _plain(word: str) -> bool:
    return word in PLAIN or stem(word) in PLAIN
