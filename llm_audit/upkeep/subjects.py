"""A document on the disk, what is remembered of it, and the outcome of the last check while nothing has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from llm_audit import folders, repo
from llm_audit.checking import packed
from llm_audit.errors import UsageError
from llm_audit.gathering.factcache import FactCache

if TYPE_CHECKING:
    from llm_audit import evidence
    from llm_audit.settings import Settings


@dataclass(frozen=True)
class Subject:
    """A document on the disk.

    Attributes:
        target: absolute path.
        text: its text, line ends `\\n`, without byte order mark.
        base: what its evidence file says was last written; None without one.
    """

    target: Path
    text: str
    base: evidence.Base | None


_LONGEST_EVIDENCE = 64 << 20


def subject_of(root: Path, settings: Settings) -> Subject:
    """The document of a tree and what is known of it.

    Raises:
        UsageError: there is none, or it is no text, or far too long.
        SafetyError: its path leaves the tree.
    """
    found = subject_at(repo.target_in(root, settings.output))
    if found is None:
        raise _missing(settings)
    return found


def _missing(settings: Settings) -> UsageError:
    return UsageError(f"no document at {settings.output}", "`llm-audit draft` writes one, --output names another")


def subject_at(target: Path) -> Subject | None:
    """The document at a path; None when there is none.

    Raises:
        UsageError: it is no text, or far too long.
    """
    data = _document(target)
    if data is None:
        return None
    text = repo.decode(data)
    if text is None:
        raise UsageError(f"{target} is not a text file")
    from llm_audit import evidence

    told = _evidence(target)
    return Subject(target, text, evidence.read(told.decode("utf-8", "replace")) if told is not None else None)


def _document(target: Path) -> bytes | None:
    data = repo.content(target, repo.MAX_SIZE + 1)
    if data is not None and len(data) > repo.MAX_SIZE:
        raise UsageError(f"{target} is over {repo.MAX_SIZE:,} bytes", "no document of integrations is so long")
    return data


def _evidence(target: Path) -> bytes | None:
    return repo.content(repo.beside(target), _LONGEST_EVIDENCE)


def cache_of(root: Path, settings: Settings) -> FactCache | None:
    """What is remembered of a tree; None when nothing is to be."""
    return FactCache(folders.cache_folder(), root) if settings.cache else None


def key_of(root: Path, settings: Settings, cache: FactCache) -> str:
    """What the outcome of a check depends on; empty when a file has changed since it was read.

    Raises:
        UsageError: there is no document, or it is far too long.
        SafetyError: its path leaves the tree.
    """
    target = repo.target_in(root, settings.output)
    document, told = _document(target), _evidence(target)
    if document is None:
        raise _missing(settings)
    state = cache.state(lambda: repo.walk(root))
    if not state:
        return ""
    asked = repr(
        (settings.output, settings.own_hosts, settings.redact, root.name, repo.commit_of(root).id, told is None)
    )
    sum_ = hashlib.sha256()
    for part in (state.encode(), asked.encode("utf-8", "surrogatepass"), document, told or b""):
        sum_.update(hashlib.sha256(part).digest())
    return sum_.hexdigest()


def remembered(root: Path, settings: Settings) -> packed.Checked | None:
    """The outcome of the last check, when neither the tree nor the document has changed since.

    Raises:
        UsageError: there is no document, or it is far too long.
        SafetyError: its path leaves the tree.
    """
    cache = cache_of(root, settings)
    key = key_of(root, settings, cache) if cache else ""
    rows = cache.answer(key) if cache and key else None
    return packed.unpack(rows) if rows is not None else None
