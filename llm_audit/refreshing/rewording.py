"""Keeps a model's words while what code says of them stays the same, and asks for words where it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from llm_audit.document import parse_entry
from llm_audit.evidence import Base, Written, entries_of, without_evidence
from llm_audit.integrations import Found
from llm_audit.model import Candidate
from llm_audit.refreshing.fields import Path, paths
from llm_audit.refreshing.merge import Id
from llm_audit.templates import Template
from llm_audit.writers import offline

Words = Callable[[Found, Template], Found]
"""Gives candidates better sentences; what code found of them stays."""
_NO_LIMIT = 1 << 30


def in_old_words(now: Written, was: Written | None) -> Written:
    """What the facts give now, each line in the words of before when code would write the same line as then."""
    if was is None or not was.code:
        return now
    says = without_evidence(now.entry)
    if says == was.code:
        return replace(now, entry=replace(was.entry, evidence=now.entry.evidence), code=was.code)
    then, wrote = _by_path(was.code), _by_path(without_evidence(was.entry))
    lines = [wrote.get(path, "") if then.get(path) == line else line for path, line in _by_path(says).items()]
    entry = replace(parse_entry([line for line in lines if line]), evidence=now.entry.evidence)
    return replace(now, entry=entry, code=says)


def _by_path(lines: Sequence[str]) -> dict[Path, str]:
    return {path: line for path, line in zip(paths(lines), lines, strict=True) if path is not None}


def changed(theirs: Sequence[Written], base: Base | None, leave: frozenset[str]) -> frozenset[Id]:
    """The entries that a refresh writes anew.

    Args:
        theirs: what the facts give now, in the words of before where they may stay.
        base: what was written last.
        leave: keys of what stands in the document in somebody's own words.
    """
    before = {(one.key, one.group): one for one in base.entries} if base else {}
    return frozenset(
        (one.key, one.group)
        for one in theirs
        if one.key not in leave and ((was := before.get((one.key, one.group))) is None or _says(was) != _says(one))
    )


def _says(one: Written) -> tuple[str, ...]:
    return without_evidence(one.entry)


def reworded(
    theirs: Sequence[Written], candidates: Sequence[Candidate], template: Template, wanted: frozenset[Id], words: Words
) -> tuple[Written, ...]:
    """What the facts give now, the entries that changed in new words; nobody is asked when none has.

    Args:
        theirs: every entry.
        candidates: what code found.
        template: the document's grammar.
        wanted: the entries to put into words.
        words: gives them.
    """
    asked = tuple(one for one in candidates if (one.key, one.group) in wanted)
    if not asked:
        return tuple(theirs)
    found = words(Found(asked, ()), template)
    document = offline.write(found, template, "", _NO_LIMIT)
    new = {(one.key, one.group): one for one in entries_of(document, found.candidates)}
    return tuple(_in_new_words(one, new.get((one.key, one.group))) for one in theirs)


def _in_new_words(one: Written, worded: Written | None) -> Written:
    """An entry in new words, as long as it is written in full: a short one has no room for them."""
    if worded is None or bool(one.entry.values) != bool(worded.entry.values):
        return one
    code = one.code or without_evidence(one.entry)
    entry = replace(worded.entry, evidence=one.entry.evidence)
    return replace(one, entry=entry, code=code if code != without_evidence(entry) else ())
