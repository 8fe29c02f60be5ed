"""What every format shows: the findings, the document's path, excerpts of the code, and the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from llm_audit.checking.findings import Finding
from llm_audit.checking.rules import Severity
from llm_audit.model import Place, Redacted


@dataclass(frozen=True)
class Report:
    """The outcome of a check.

    Attributes:
        document: path of the document, relative to the tree.
        findings: in the order to show.
        accepted: findings left out because a baseline or an older commit has them too.
        excerpts: the line of code at each place that a finding cites.
        quotes: the line of the document that each finding is about, by number.
        version: of the tool.
        fail_on: the severity from which on the check fails.
    """

    document: str
    findings: tuple[Finding, ...]
    accepted: int
    excerpts: Mapping[Place, Redacted]
    quotes: Mapping[int, Redacted]
    version: str
    fail_on: Severity

    @property
    def counts(self) -> dict[str, int]:
        """Findings by severity, the worst first."""
        seen = Counter(one.severity.value for one in self.findings)
        return {severity: seen.get(severity, 0) for severity in ("error", "warning", "info")}

    @property
    def failed(self) -> bool:
        """Whether a finding is as bad as `fail_on`, or worse."""
        return any(one.severity.rank >= self.fail_on.rank > 0 for one in self.findings)
