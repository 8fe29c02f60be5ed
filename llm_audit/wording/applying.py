"""A candidate with the claims that hold; what code found of it stays as it is."""

from __future__ import annotations

import re
from dataclasses import replace

from llm_audit.model import Candidate, Value
from llm_audit.wording.bearing import VARIABLE
from llm_audit.wording.briefs import Brief
from llm_audit.wording.ground import SUPPORTED, Verdict
from llm_audit.wording.names import SPAN
from llm_audit.wording.request import NOTE, PURPOSE

_CLAUSE = re.compile(r"(?:, when |; ).+")


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
    purpose, note = held.pop(PURPOSE, ""), held.pop(NOTE, "")
    base = candidate.purpose
    if purpose:
        base = (
            f"{purpose}{_condition(base, purpose)}"
            if brief.mode == "replace" or not base
            else f"{base}; {_lowered(purpose)}"
        )
    if note:
        base = f"{base}; {_lowered(note)}" if base else note
    values = [*candidate.values, *(Value(label, text) for label, text in held.items())]
    if held:
        rank = {label: at for at, label in enumerate(order)}
        values.sort(key=lambda one: rank.get(one.label, len(rank)))
    return replace(candidate, purpose=base, values=tuple(values))


def _condition(base: str, purpose: str) -> str:
    """The clause of code's own sentence that says what the use depends on, unless the new sentence names the same."""
    match = _CLAUSE.search(base)
    named = {*VARIABLE.findall(match[0]), *SPAN.findall(match[0])} if match else set()
    return match[0] if match and any(name not in purpose for name in named) else ""


def _ending(text: str) -> str:
    return text.rstrip(". ")


def _lowered(text: str) -> str:
    """A sentence as a clause: its first letter small unless the first word is a name."""
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first[1:].islower() and first[0].isalpha() else text
