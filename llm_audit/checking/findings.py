"""What `check` reports: findings with their place in the document, their evidence in the code and their mend."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from llm_audit.checking.rules import BY_ID, Severity
from llm_audit.model import Place, Redacted


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one line of the document that mends a finding: `old`, as it stands in the line, becomes `new`."""

    line: int
    old: str
    new: Redacted


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement between the document and the code.

    Attributes:
        rule: id of its rule.
        severity: how bad it is.
        entry: the entry it is about, or empty.
        subject: what exactly is wrong: a service, a variable, a path.
        message: one sentence without a full stop.
        line: 1-based line of the document, 0 when the whole document is meant.
        code: where the code shows it.
        mend: what to do.
        edit: the change that does it, where one line's change does.
        section: heading that the entry belongs under.
    """

    rule: str
    severity: Severity
    entry: Redacted
    subject: Redacted
    message: Redacted
    line: int
    code: tuple[Place, ...]
    mend: Redacted
    edit: Edit | None = None
    section: str = ""

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits, the same wherever in the document the finding stands and whatever its words are."""
        raw = "\0".join((self.rule, self.subject))
        return hashlib.sha256(raw.encode("utf-8", "surrogateescape")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A finding that holds only when none of these words stands in a file of the tree.

    Attributes:
        finding: what is reported then.
        words: each in any spelling; case and separators do not matter.
        in_prose: what is reported when only prose holds a word; None for nothing.
    """

    finding: Finding
    words: tuple[str, ...]
    in_prose: Finding | None


def found(
    rule: str,
    subject: str,
    message: str,
    *,
    line: int = 0,
    entry: str = "",
    code: tuple[Place, ...] = (),
    mend: str = "",
    edit: tuple[int, str, str] | None = None,
    section: str = "",
    at_most: Severity = Severity.ERROR,
) -> Finding:
    """Makes a finding, its texts redacted.

    Args:
        rule: id of a rule.
        subject: what exactly is wrong; part of the finding's identity.
        message: one sentence without a full stop.
        line: line of the document.
        entry: the entry it is about.
        code: where the code shows it; the first four are kept.
        mend: what to do; the rule's own words when empty.
        edit: line, old and new text of the change that mends it.
        section: heading that the entry belongs under.
        at_most: a milder severity than the rule's, where the proof is weaker.
    """
    from llm_audit.redact import clean  # what is remembered of a run needs no filter

    known = BY_ID[rule]
    severity = min(known.severity, at_most, key=lambda one: one.rank)
    change = Edit(edit[0], edit[1], clean(edit[2])) if edit else None
    return Finding(
        rule, severity, clean(entry), clean(subject), clean(message), line, tuple(dict.fromkeys(code))[:4],
        clean(mend or known.mend), change, section,
    )  # fmt: skip


def weighed(findings: Iterable[Finding], severities: Mapping[str, Severity]) -> tuple[Finding, ...]:
    """The findings under a user's severities: a rule set to `off` is silent, a weakly proven finding stays milder."""
    kept: list[Finding] = []
    for one in findings:
        wanted = severities.get(one.rule)
        if wanted is None:
            kept.append(one)
        elif wanted != Severity.OFF:
            milder = one.severity.rank < BY_ID[one.rule].severity.rank
            kept.append(one if milder and wanted.rank > one.severity.rank else replace(one, severity=wanted))
    return tuple(kept)
