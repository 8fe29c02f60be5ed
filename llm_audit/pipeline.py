"""The verbs of the program, in order: read the tree, find the integrations, write the document, prove it clean."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from llm_audit import folders, repo
from llm_audit.errors import UsageError
from llm_audit.gathering.collecting import Progress, collect
from llm_audit.gathering.factcache import FactCache

if TYPE_CHECKING:
    from llm_audit.composing import Drafted, Words
    from llm_audit.settings import Settings


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
    cache = FactCache(folders.cache_folder(), root) if settings.cache and not settings.paths else None
    collected = collect(root, settings.paths, progress, cache, meanwhile=_make_ready())
    if cache:
        cache.save()
    from llm_audit import composing

    return composing.compose(collected, root, settings, words, started)


def _make_ready() -> Iterator[None]:
    """Loads, step by step, what is needed when all is read. Done at the start, it would keep the processes waiting that read
    meanwhile."""
    from llm_audit import catalog, integrations  # noqa: F401 - to be there when it is needed

    yield
    from llm_audit import composing  # noqa: F401

    yield
    known = catalog.load()
    yield
    known.make_ready()


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
