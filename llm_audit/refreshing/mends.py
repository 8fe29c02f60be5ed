"""Corrects single values, a version or a moved path, in lines that llm-audit did not write."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from llm_audit.checking.findings import Finding
from llm_audit.evidence import Base
from llm_audit.refreshing.blocks import KEEP
from llm_audit.refreshing.fields import Choice, Conflict, Decide


@dataclass(frozen=True)
class Mended:
    """A text after its mends: those that were made, those that are proposed, those that a person declined."""

    text: str
    made: tuple[Finding, ...]
    proposed: tuple[Conflict, ...]
    left: frozenset[str]
    settled: frozenset[str]


def line_digest(line: str) -> str:
    """What a line is remembered by."""
    return hashlib.sha256(line.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def mend(text: str, findings: Iterable[Finding], base: Base | None, ours: frozenset[int], decide: Decide) -> Mended:
    """Makes the mends that are certain to be wanted and proposes the others.

    A line that stands as it did when the document was last seen, and was right then, is mended. A line that a person
    has written or changed since is theirs: its mend is proposed.

    Args:
        text: of the document, line ends `\\n`.
        findings: what is wrong with it.
        base: what is remembered of it.
        ours: numbers of the lines that the merge takes care of.
        decide: whether a proposal is taken.
    """
    lines = text.split("\n")
    known = base.lines if base else frozenset()
    made: list[Finding] = []
    proposed: list[Conflict] = []
    left: set[str] = set()
    settled = set(base.settled) if base else set()
    for one in findings:
        if one.edit is None or one.line in ours or one.fingerprint in settled:
            continue
        line = lines[one.line - 1]
        if KEEP.search(line) or one.edit.old not in line:
            continue
        new = line.replace(one.edit.old, one.edit.new, 1)
        seen_right = line_digest(line) in known and base is not None and one.fingerprint not in base.open
        proposal = Conflict(one.rule, one.entry, one.rule, line, "", new, one.line)
        choice = Choice.THEIRS if seen_right else decide(proposal)
        if choice == Choice.THEIRS:
            lines[one.line - 1] = new
            made.append(one)
        elif choice == Choice.MINE:
            settled.add(one.fingerprint)
        else:
            proposed.append(proposal)
            left.add(one.fingerprint)
    return Mended("\n".join(lines), tuple(made), tuple(proposed), frozenset(left), frozenset(settled))
