"""From what was read to the finished texts: the integrations found, the document written, both files proven clean."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llm_audit import catalog, document, evidence, integrations, redact, repo, templates
from llm_audit.integrations import Found
from llm_audit.model import Collected, Redacted
from llm_audit.templates import Template
from llm_audit.writers import offline

if TYPE_CHECKING:
    from llm_audit.settings import Settings


@dataclass(frozen=True)
class Drafted:
    """A finished draft: its texts, safe to show, and the figures of the summary."""

    markdown: Redacted
    evidence: Redacted
    content: dict[str, Any]
    report: Report


@dataclass(frozen=True)
class Report:
    """What a run did, for the summary that a user reads.

    Attributes:
        files: text files read.
        skipped: files not read or not understood, counted by reason.
        sections: entries by section.
        variables: environment variables named in the document.
        redactions: values that were replaced.
        seconds: wall time.
        unparsed: files that a collector could not understand.
    """

    files: int
    skipped: dict[str, int]
    sections: dict[str, int]
    variables: int
    redactions: int
    seconds: float
    unparsed: tuple[str, ...] = field(default=())


Words = Callable[[Found, Template], Found]
"""Gives candidates better sentences; what code found of them stays."""


def compose(collected: Collected, root: Path, settings: Settings, words: Words | None, started: float) -> Drafted:
    """The document of a tree and its evidence file.

    Args:
        collected: what reading the tree gave.
        root: absolute path of the tree.
        settings: what was asked for.
        words: rewrites the candidates' sentences; without it code alone writes.
        started: when the run began, by `time.perf_counter`.

    Raises:
        UsageError: the template is broken.
        SafetyError: the finished text still holds a secret, or that could not be proven.
    """
    template = templates.load()
    found = integrations.find(collected, catalog.load(), template, root.name, settings.own_hosts)
    plain = None
    if words:
        plain = evidence.entries_of(offline.write(found, template, settings.day), found.candidates)
        found = words(found, template)
    written = offline.write(found, template, settings.day)
    commit = repo.commit_of(root).id
    content = evidence.evidence_of(written, found.candidates, found.dismissed, collected, commit, plain)
    markdown = sealed(document.render(written, evidence=settings.evidence == "inline"))
    proof = sealed(evidence.to_json(content))
    return Drafted(markdown, proof, content, _report(written, collected, time.perf_counter() - started))


def sealed(text: str) -> Redacted:
    """The finished text, proven clean.

    Raises:
        SafetyError: a scan finds a secret after redaction, or cannot run.
    """
    # the last round of the filter is a scan of all layers that finds nothing, or an error
    return redact.redact(text)[0]


def _report(written: document.Document, collected: Collected, seconds: float) -> Report:
    sections = {
        section.name: sum(len(group.entries) for group in section.groups)
        for section in written.sections
        if section.name != "Environment Configuration"
    }
    names = {fact.name for fact in collected.facts if fact.kind == "env_read" and fact.role == "source"}
    reasons = Counter(one.reason for one in collected.skipped)
    unparsed = tuple(
        f"{s.path}: {s.reason}"
        for s in collected.skipped
        if s.reason.startswith(("invalid", "not understood", "nested"))
    )
    return Report(
        collected.files, dict(reasons.most_common()), sections, len(names), collected.redactions, seconds, unparsed
    )
