"""Merges one entry, line by line: what was written last, what stands there now, what the facts say now."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from llm_audit.refreshing.blocks import KEEP

EVIDENCE = "Evidence"
_FIELD = re.compile(r"(?P<indent> {2,40})- (?P<label>[^:`]{1,120}):")
Path = tuple[str, ...]
"""The labels that lead to a line of an entry; empty for the entry's bullet."""


class Choice(StrEnum):
    """Whose text wins where both have changed."""

    MINE = "mine"
    THEIRS = "theirs"
    OPEN = "open"  # a person's text stays, and the contradiction is reported again


@dataclass(frozen=True, slots=True)
class Conflict:
    """A line that a person changed although the facts behind it have changed too.

    Attributes:
        key: of the entry.
        name: of the entry.
        label: of the line; empty for the entry itself.
        mine: what stands there; empty when the person removed it.
        base: what was written last; empty when nothing was.
        theirs: what the facts say now; empty when nothing speaks of it any more.
        line: 1-based line of the document, or of its entry.
    """

    key: str
    name: str
    label: str
    mine: str
    base: str
    theirs: str
    line: int


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A line that stands as it was written and would read differently now.

    Attributes:
        key: of the entry.
        name: of the entry.
        label: of the line; empty for the entry's bullet.
        line: 1-based line of the document, 0 for a line that is added.
        old: what stands there; empty for a line that is added.
        new: what the facts say now; empty when nothing speaks of it any more.
    """

    key: str
    name: str
    label: str
    line: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Merged:
    """An entry after the merge.

    Attributes:
        lines: to be written.
        base: what the next merge takes for last written.
        rewrites: the lines other than the evidence that differ from what stood there.
        conflicts: those that stay open.
    """

    lines: tuple[str, ...]
    base: tuple[str, ...]
    rewrites: tuple[Rewrite, ...]
    conflicts: tuple[Conflict, ...]


Decide = Callable[[Conflict], Choice]


def paths(lines: Sequence[str]) -> list[Path | None]:
    """The path of each line of an entry; None for lines that are no field, and for a second one of the same path."""
    found: list[Path | None] = []
    above: list[tuple[int, str]] = []
    seen: set[Path] = set()
    for position, line in enumerate(lines):
        match = _FIELD.match(line)
        path: Path | None = () if position == 0 else None
        if match and position:
            above = [one for one in above if one[0] < len(match["indent"])]
            above.append((len(match["indent"]), match["label"]))
            path = tuple(label for _, label in above)
        found.append(path if path not in seen else None)
        if path is not None:
            seen.add(path)
    return found


def merge_entry(
    key: str, name: str, mine: Sequence[str], base: Sequence[str], theirs: Sequence[str], line: int, decide: Decide
) -> Merged:
    """Merges an entry.

    Args:
        key: of the entry, for conflicts.
        name: of the entry, for conflicts.
        mine: the lines that stand in the document.
        base: the lines that were written last.
        theirs: the lines that the facts give now.
        line: where the entry stands.
        decide: whose text wins in a contradiction.
    """
    known, wanted = _by_path(base), _by_path(theirs)
    result: list[tuple[Path | None, str]] = []
    kept_back: dict[Path, str | None] = {}
    conflicts: list[Conflict] = []
    rewrites: list[Rewrite] = []
    here = paths(mine)
    for offset, (path, text) in enumerate(zip(here, mine, strict=True)):
        old, new = (known.get(path), wanted.get(path)) if path is not None else (None, None)
        if path is None or KEEP.search(text) or text == new or (old == new and text != old) or (old is new is None):
            result.append((path, text))
        elif text == old:
            result.extend([(path, new)] if new is not None else [])
            if not _is_evidence(path):
                rewrites.append(Rewrite(key, name, " / ".join(path), line + offset, text, new or ""))
        elif _is_evidence(path):
            result.append((path, text))
        else:
            conflict = Conflict(key, name, " / ".join(path), text, old or "", new or "", line + offset)
            match decide(conflict):
                case Choice.THEIRS:
                    result.extend([(path, new)] if new is not None else [])
                    rewrites.append(Rewrite(key, name, conflict.label, conflict.line, text, new or ""))
                case Choice.MINE:
                    result.append((path, text))
                case Choice.OPEN:
                    result.append((path, text))
                    conflicts.append(conflict)
                    kept_back[path] = old
    for path, text in wanted.items():
        if path not in here and _comes_back(path, known.get(path), text):
            _insert(result, path, text, list(wanted))
            if not _is_evidence(path):
                rewrites.append(Rewrite(key, name, " / ".join(path), 0, "", text))
    lines = tuple(text for _, text in result)
    settled = _settled(known, wanted, kept_back)
    return Merged(lines, settled, tuple(rewrites), tuple(conflicts))


def _by_path(lines: Sequence[str]) -> dict[Path, str]:
    return {path: line for path, line in zip(paths(lines), lines, strict=True) if path is not None}


def _is_evidence(path: Path | None) -> bool:
    return path == (EVIDENCE,)


def _comes_back(path: Path, old: str | None, new: str) -> bool:
    """Whether a line that the document lacks is put there: it is new, or its facts changed since it was taken out."""
    return old is None or (old != new and not _is_evidence(path) and path != ())


def _settled(known: dict[Path, str], wanted: dict[Path, str], kept_back: dict[Path, str | None]) -> tuple[str, ...]:
    """What the next merge takes for last written: the facts' lines, and the old ones while a contradiction is open."""
    order = list(wanted)
    before: Path = ()
    for path in known:
        if path not in wanted and path in kept_back:
            order.insert(order.index(before) + 1 if before in order else len(order), path)
        before = path
    chosen = {path: kept_back[path] if path in kept_back else wanted.get(path) for path in order}
    return tuple(text for text in chosen.values() if text is not None)


def _insert(result: list[tuple[Path | None, str]], path: Path, text: str, order: list[Path]) -> None:
    """Puts a line after the nearest line before it in the facts' order, below its own parent."""
    present = {one: position for position, (one, _) in enumerate(result) if one is not None}
    before = [one for one in order[: order.index(path)] if one in present]
    siblings = [one for one in before if len(one) <= len(path) or one[: len(path) - 1] == path[:-1]]
    anchor = siblings[-1] if siblings else ()
    at = present.get(anchor, 0) + 1
    while at < len(result) and _below(result[at][0], anchor, path):
        at += 1
    result.insert(at, (path, text))


def _below(path: Path | None, anchor: Path, new: Path) -> bool:
    """Whether a line hangs on the anchor, so that a new line goes after it."""
    if path is None:
        return anchor != ()
    return anchor != () and path[: len(anchor)] == anchor and len(path) > len(anchor) and new[: len(anchor)] != anchor
