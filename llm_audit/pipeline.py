"""The verbs of the program, in order: read the tree, find the integrations, write the document, prove it clean."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llm_audit import catalog, document, evidence, folders, integrations, redact, repo, templates
from llm_audit.errors import UsageError
from llm_audit.gathering.collecting import Progress, collect
from llm_audit.gathering.factcache import FactCache
from llm_audit.integrations import Found
from llm_audit.model import Collected, Redacted
from llm_audit.templates import Template
from llm_audit.writers import offline

if TYPE_CHECKING:
    from llm_audit.config import Settings


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


def draft(root: Path, settings: Settings, progress: Progress | None = None, words: Words | None = None) -> Drafted:
    """Reads the tree and gives the document and its evidence file; writes nothing.

    Args:
        root: absolute path of the tree.
        settings: what was asked for.
        progress: told as files are read.
        words: rewrites the candidates' sentences; without it code alone writes.

    Raises:
        UsageError: a subtree does not exist, or the template is broken.
        SafetyError: the finished text still holds a secret, or that could not be proven.
    """
    started = time.perf_counter()
    template = templates.load()
    cache = FactCache(folders.cache_folder(), root) if settings.cache and not settings.paths else None
    collected = collect(root, settings.paths, progress, cache, meanwhile=catalog.load)
    if cache:
        cache.save()
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


def save(root: Path, settings: Settings, drafted: Drafted, *, force: bool) -> Path:
    """Writes the document and the evidence file beside it; both or none. Returns the document's path.

    Raises:
        UsageError: a document stands there already and `force` is off.
        SafetyError: the target leaves the tree.
        WriteError: the target cannot be written.
    """
    target = repo.target_in(root, settings.output)
    if target.exists() and not force:
        raise UsageError(f"{settings.output} exists already", "use `llm-audit refresh`, or --force to write it anew")
    repo.write_atomic({target: drafted.markdown, repo.beside(target): drafted.evidence})
    return target


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
