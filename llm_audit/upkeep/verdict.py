"""The verb `check`: judge the document, weigh findings by the settings, leave out what is accepted, show the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from llm_audit import __version__, repo, reports
from llm_audit.checking.findings import Finding, weighed
from llm_audit.checking.packed import Checked
from llm_audit.checking.rules import BY_ID, RULES, Severity
from llm_audit.errors import UsageError
from llm_audit.model import Redacted
from llm_audit.reports.report import Report
from llm_audit.upkeep import subjects

if TYPE_CHECKING:
    from llm_audit.gathering.collecting import Progress
    from llm_audit.settings import Settings

_BASELINE = 1


def same_as_before(root: Path, settings: Settings) -> Checked | None:
    """The outcome of the last check, when neither the tree nor the document has changed since.

    Raises:
        UsageError: there is no document.
        SafetyError: its path leaves the tree.
    """
    return subjects.remembered(root, settings)


def report(
    root: Path,
    settings: Settings,
    same: Checked | None = None,
    *,
    since: str | None = None,
    baseline: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Everything that is wrong with the document, without what is accepted.

    Args:
        root: absolute path of the tree.
        settings: the document's path, severities and what to fail on.
        same: what `same_as_before` found.
        since: a revision; findings that stood then already are left out.
        baseline: a file of accepted findings; written with today's when it is not there.
        progress: told as files are read.

    Raises:
        UsageError: there is no document, no such revision, or the baseline is none.
        SafetyError: a path leaves the tree, or the secret filter cannot run.
    """
    checked = same
    if checked is None:
        from llm_audit.upkeep import judging

        checked = judging.check(root, settings, progress)
    every = weighed(checked.findings, settings.severity)
    kept = every
    if since:
        from llm_audit.upkeep import judging

        before = {one.fingerprint for one in judging.check_at(root, settings, since)}
        kept = tuple(one for one in kept if one.fingerprint not in before)
    if baseline:
        accepted = _accepted(Path(baseline), every)
        kept = tuple(one for one in kept if one.fingerprint not in accepted)
    left = len(every) - len(kept)
    return Report(settings.output, kept, left, checked.excerpts, checked.quotes, __version__, settings.fail_on)


def _accepted(path: Path, findings: Iterable[Finding]) -> frozenset[str]:
    """The fingerprints of a baseline; a new one accepts today's findings."""
    if not path.exists():
        rows = [{"rule": one.rule, "subject": one.subject, "fingerprint": one.fingerprint} for one in findings]
        repo.write_atomic({path: Redacted(json.dumps({"schema": _BASELINE, "accepted": rows}, indent=1) + "\n")})
        return frozenset(row["fingerprint"] for row in rows)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return frozenset(str(row["fingerprint"]) for row in content["accepted"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"--baseline {path}: not a baseline of llm-audit", "remove it to write a new one") from error


def shown(form: str, given: Report) -> str:
    """The report in a format.

    Raises:
        UsageError: there is no such format.
    """
    if form not in reports.FORMATS:
        raise UsageError(f"--format {form}: no such format", f"known: {', '.join(reports.FORMATS)}")
    return reports.render(form, given)


def explained(rule: str) -> str:
    """What a rule means; one line each for `all`.

    Raises:
        UsageError: there is no such rule.
    """
    if rule == "all":
        return "".join(f"{one.id:<26}{one.severity:<9}{one.title}\n" for one in RULES)
    if rule not in BY_ID:
        raise UsageError(f"--explain {rule}: no such rule", f"known: {', '.join(BY_ID)}")
    one = BY_ID[rule]
    return f"{one.id} ({Severity(one.severity)})\n\n{one.title}.\n\n{one.meaning}\n\nMend: {one.mend}\n"
