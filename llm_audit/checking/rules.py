"""The catalogue of rules: what each one means, how bad it is unless settings say otherwise, and how it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is; `off` is for settings."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return {"error": 3, "warning": 2, "info": 1}.get(self.value, 0)


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of disagreement between a document and the code.

    Attributes:
        id: as it stands in reports and settings.
        severity: unless settings say otherwise; a weakly proven finding of the rule may be milder.
        title: what is wrong, in a few words.
        meaning: when it fires and when it does not.
        mend: what to do about it.
    """

    id: str
    severity: Severity
    title: str
    meaning: str
    mend: str


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
RULES: tuple[Rule, ...] = (
    Rule(
        "missing-integration",
        _WARNING,
        "The code uses a service that the document does not name",
        "An import, call, resource or workflow proves the service, and neither its name nor one of its "
        "packages, hosts or images stands anywhere in the document. Build tools, hosts that the catalogue "
        "does not know and the application's own parts are only information.",
        "Add the entry, or run `llm-audit refresh`.",
    ),
    Rule(
        "unsupported-integration",
        _ERROR,
        "The document has an entry for a service that nothing in the code supports",
        "No manifest, import, call, host, image, variable or workflow speaks of the service, and its name "
        "stands in no file other than prose. A service that is declared but not used is a warning. Entries "
        "whose name the catalogue does not know are left alone.",
        "Remove the entry, or run `llm-audit refresh`.",
    ),
    Rule(
        "stale-version",
        _ERROR,
        "The document gives another version than the manifest and the lockfile",
        "The version written next to a package, image or action agrees with no manifest, lockfile or workflow "
        "of the tree, to the precision that the document gives. Ranges with a lower bound alone are left "
        "alone.",
        "Write the version that the finding names, or run `llm-audit refresh`.",
    ),
    Rule(
        "unknown-env-var",
        _ERROR,
        "The document names an environment variable that nothing reads",
        "The name, in any of its usual spellings, stands in no file of the tree but prose. A name that only "
        "an example of a dotenv file still holds is a warning. Variables that an SDK in use reads by itself "
        "are left alone.",
        "Correct or remove the name.",
    ),
    Rule(
        "undocumented-env-var",
        _WARNING,
        "The code requires an environment variable that the document does not name",
        "Start-up or the main flow fails without it: there is no default, and it is read unconditionally.",
        "Name it, or run `llm-audit refresh`.",
    ),
    Rule(
        "undocumented-webhook",
        _WARNING,
        "The code takes calls of another system at a route that the document does not name",
        "Neither the route nor the file of its handler stands in the document. Routes that other parts of the "
        "same system call are only information.",
        "Add it under Webhooks & Callbacks, or run `llm-audit refresh`.",
    ),
    Rule(
        "dead-path",
        _ERROR,
        "The document points to a file that is not there",
        "A path in a code span or link names no file or folder of the tree, from the root or below any "
        "folder. Ignored and generated files, packages and addresses are left alone.",
        "Write the path where the file stands now, or remove it.",
    ),
    Rule(
        "dead-line",
        _ERROR,
        "The document points past the end of a file",
        "`path:line` gives a line that the file does not have.",
        "Correct the line, or run `llm-audit refresh`.",
    ),
    Rule(
        "wrong-section",
        _INFO,
        "An entry stands under a heading of another kind",
        "The service is used in one role only, and the entry's heading speaks of another one.",
        "Move the entry; `llm-audit refresh` leaves it where you put it.",
    ),
    Rule(
        "missing-section",
        _INFO,
        "The document has no section for something that the code has",
        "No heading speaks of a kind of integration of which the code has at least one.",
        "Add the heading, or run `llm-audit refresh`.",
    ),
    Rule(
        "unverified-webhook",
        _WARNING,
        "A webhook's handler does not verify its caller, and the document does not say so",
        "No signature, token or allow list is checked in the handler's file.",
        "Verify the caller in the handler, or say in the entry that nothing does.",
    ),
    Rule(
        "secret",
        _ERROR,
        "The document holds what looks like a secret",
        "One of the rules that keep secrets out of everything llm-audit writes matches a line of the document.",
        "Remove it and revoke it: the document is in the history.",
    ),
    Rule(
        "conflict",
        _WARNING,
        "A person's text contradicts facts that have changed since",
        "A line that llm-audit wrote was edited, and the facts it came from have changed as well.",
        "Run `llm-audit refresh` with --take-mine, --take-theirs or --interactive.",
    ),
    Rule(
        "stale-text",
        _INFO,
        "A line that llm-audit wrote would read differently now",
        "The line is as it was written, the facts it came from have changed.",
        "Run `llm-audit refresh`.",
    ),
    Rule(
        "unmapped-commits",
        _INFO,
        "The document describes an older commit",
        "Counted from the commit that the evidence file or the front matter names, else from the last commit "
        "that touched the document. Silent where the history is not there.",
        "Run `llm-audit refresh`.",
    ),
)
BY_ID = {rule.id: rule for rule in RULES}
