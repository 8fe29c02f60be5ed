"""What layers report and how it is replaced: spans with a kind from a closed list, united, cut out from the end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

MARKER = re.compile(r"\[REDACTED:[a-z-]{2,24}\]")
KINDS = frozenset(
    "assigned-value connection-string encoded header-value known-value private-key random secret url-password "
    "vendor-token webhook-url".split()
)
"""Every kind a marker can name. It tells a reader what stood there and nothing of the value."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text that must not be shown: character offsets, end exclusive."""

    start: int
    end: int
    kind: str


_ORDER = attrgetter("start", "end", "kind")


def united(spans: Iterable[Span], text: str) -> list[Span]:
    """The spans in order, overlapping ones joined; those that touch a marker are cut back to what lies outside it."""
    found = sorted((span for span in spans if span.end > span.start), key=_ORDER)
    if not found:
        return []
    kept: list[Span] = []
    for span in _outside_markers(found, text):
        if kept and span.start < kept[-1].end:
            last = kept[-1]
            if span.end > last.end:
                kept[-1] = Span(last.start, span.end, last.kind)
        else:
            kept.append(span)
    return kept


def _outside_markers(found: list[Span], text: str) -> Iterable[Span]:
    markers = [match.span() for match in MARKER.finditer(text)] if "[REDACTED:" in text else []
    if not markers:
        return found
    rest: list[Span] = []
    for span in found:
        start = span.start
        for left, right in markers:
            if right <= start or left >= span.end:
                continue
            if left - start > 3:
                rest.append(Span(start, left, span.kind))
            start = max(start, right)
        if span.end - start > 3 or (start == span.start and span.end > start):
            rest.append(Span(start, span.end, span.kind))
    return sorted(rest, key=_ORDER)


def marked(spans: list[Span], text: str) -> list[int]:
    """Where in the text with markers each marker begins."""
    places: list[int] = []
    grown = 0
    for span in spans:
        places.append(span.start + grown)
        grown += len(f"[REDACTED:{span.kind}]") + text.count("\n", span.start, span.end) - (span.end - span.start)
    return places


def replaced(text: str, spans: list[Span]) -> str:
    """The text with each span replaced by its marker; line ends inside a span are kept: line numbers stay true."""
    pieces: list[str] = []
    done = 0
    for span in spans:
        lines = text.count("\n", span.start, span.end)
        pieces += [text[done : span.start], f"[REDACTED:{span.kind}]", "\n" * lines]
        done = span.end
    return "".join([*pieces, text[done:]])
