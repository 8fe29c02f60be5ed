"""The layers together: spans of all of them on the original text, replaced once, again until nothing is found.

Nothing that this module returns as `Redacted` has skipped a layer: a layer that cannot run stops the program.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import accumulate

from llm_audit.errors import SafetyError
from llm_audit.model import Redacted
from llm_audit.redact import (
    allowed,
    assigned,
    encoded,
    engine,
    headed,
    known,
    marks,
    placed,
    randomness,
    rules,
    structure,
    views,
)
from llm_audit.redact.names import is_placeholder, is_secret_name, looks_secret
from llm_audit.redact.spans import MARKER, Span, marked, replaced, united
from llm_audit.redact.words import chunks

MAX_TEXT = 48 << 20
MAX_SECONDS = 60.0
_MAX_ROUNDS = 4
_MAX_DEPTH = 2
_LARGE = 1 << 16
_REACH = 2000
_MARGIN = 600
_HINT = "nothing was written"

Layer = Callable[[str], Iterable[Span]]
LAYERS: tuple[Layer, ...] = (
    known.spans,
    rules.spans,
    structure.spans,
    placed.spans,
    assigned.spans,
    headed.spans,
    randomness.spans,
)
"""What looks at a text without the engine, each a function from text to spans."""


def scan(text: str, path: str = "") -> list[Span]:
    """All stretches of `text` that look like secrets, in order, not overlapping; markers are none.

    Args:
        text: any text.
        path: where it stands, for what the user's own settings allow there.

    Raises:
        SafetyError: the scan could not run to its end.
    """
    _prove()
    if (text, path, known.version(), allowed.entries()) == _quiet.pop("scan", None):
        return []
    return _forbidden(_spans(text, ()), text, path)


def redact(text: str, path: str = "") -> tuple[Redacted, int]:
    """The text with every secret replaced, and how many were replaced. Lines are kept; a second run changes nothing.

    Raises:
        SafetyError: the scan could not run, or still finds something after the last round.
    """
    _prove()
    count = 0
    found: set[str] = set()
    whole, regions = True, list[tuple[int, int]]()
    for _ in range(_MAX_ROUNDS):
        raw = _spans(text, found) if whole else _spans_near(text, found, regions)
        spans = _forbidden(raw, text, path)
        if not spans:
            if whole:
                _remember(text, path)
            return Redacted(text), count
        count += len(spans)
        found |= {value for span in spans if _repeats(value := text[span.start : span.end])}
        places, text = marked(spans, text), replaced(text, spans)
        regions = list(_regions(text, places))
        whole = len(text) < _LARGE or sum(end - start for start, end in regions) * 2 > len(text)
    raise SafetyError("the secret filter did not come to rest", _HINT)


_quiet: dict[str, tuple[str, str, int, tuple[allowed.Allowed, ...]]] = {}
"""What the last scan of a whole text found nothing in, and under which circumstances: it need not be proven twice."""


def _remember(text: str, path: str) -> None:
    _quiet["scan"] = (text, path, known.version(), allowed.entries())


def _forbidden(spans: list[Span], text: str, path: str) -> list[Span]:
    return [span for span in spans if not allowed.here(span.kind, path, text[span.start : span.end])]


def _spans_near(text: str, found: set[str], regions: list[tuple[int, int]]) -> list[Span]:
    """What is found close to where something was replaced, and found values anywhere.

    Where nothing changed there is nothing new to find: no layer but the known values looks further than its line or
    `_REACH` characters for what surrounds a secret.
    """
    spans = list(known.spans(text, found))
    for start, end in regions:
        for span in _spans(text[start:end], ()):
            first, last = start + span.start, start + span.end
            # at a cut through a line half a word may look like anything
            whole = (start == 0 or text[start - 1] == "\n" or span.start >= _MARGIN) and (
                end == len(text) or text[end] == "\n" or end - last >= _MARGIN
            )
            if whole:
                spans.append(Span(first, last, span.kind))
    return united(spans, text)


def _regions(text: str, places: list[int]) -> Iterator[tuple[int, int]]:
    """The surroundings of places, joined where they meet; cut at line ends where there are any."""
    done = 0
    while done < len(places):
        first = last = places[done]
        while done < len(places) and places[done] - last <= 2 * _REACH:
            last = places[done]
            done += 1
        start, end = max(0, first - _REACH), min(len(text), last + _REACH)
        line = text.find("\n", start, first - _MARGIN) + 1 if start else 0
        line_end = text.rfind("\n", last + _MARGIN, end) if end < len(text) else end
        yield line or start, line_end if line_end >= 0 else end


def _repeats(value: str) -> bool:
    """Whether other occurrences of a found value are to be looked for."""
    return 8 <= len(value) <= 4000 and "\n" not in value and not re.fullmatch(r"[A-Za-z]+", value)


def _spans(text: str, found: Iterable[str], depth: int = 0) -> list[Span]:
    if len(text) > MAX_TEXT:
        raise SafetyError(f"a text of {len(text):,} characters is over the limit of the secret filter", _HINT)
    started = time.monotonic()
    decoded, joined = views.decoded(text), views.joined(text)
    with _engine_looks(text, decoded, joined) as seen:
        spans: list[Span] = []
        for layer in LAYERS:
            spans += layer(text)
            if time.monotonic() - started > MAX_SECONDS:
                raise SafetyError("the secret filter ran out of time", _HINT)
        if found:
            spans += known.spans(text, found)
        spans += _seen_through(decoded)
        spans += _joined_spans(joined)
        spans += _squeezed_spans(text)
        spans += _engine_spans(text, decoded, joined, *seen())
    if depth < _MAX_DEPTH:
        spans += _encoded_spans(text, depth)
        if decoded:
            spans += (decoded.back(span) for span in _encoded_spans(decoded.text, depth))
    return united(spans, text)


def _seen_through(view: views.View | None) -> Iterator[Span]:
    if view:
        for layer in LAYERS:
            yield from (view.back(span) for span in layer(view.text))


def _joined_spans(view: views.View | None) -> Iterator[Span]:
    if view:
        for layer in (known.spans, structure.spans):
            yield from (view.back(span) for span in layer(view.text))
        yield from (view.back(s) for s in rules.spans(view.text) if not view.changed(s) or _crosses(view, s))
        yield from (view.back(span) for span in assigned.spans(view.text) if _crosses(view, span))
        for span in randomness.spans(view.text):
            if _crosses(view, span) and _halves(view, span):
                yield view.back(span)


def _crosses(view: views.View, span: Span) -> bool:
    """Whether a finding goes over a join, and what it takes of the next line is more than a word."""
    return view.changed(span) and not _WORD.match(view.text[view.last_piece(span) : span.end])


def _halves(view: views.View, span: Span) -> bool:
    """Whether a random token is random on both sides of the join: neither a word or a number set against a name."""
    cut = view.last_piece(span)
    return all(
        len(half) > 5 and chunks(half) * 3.6 > len(half)
        for half in (view.text[span.start : cut], view.text[cut : span.end])
    )


_WORD = re.compile(r"(?:(?:[A-Z]{0,3}[a-z]{2,}){1,2}[A-Z]{0,3}|[A-Z]{2,})[.,;:!?)]{0,2}\Z")


def _squeezed_spans(text: str) -> Iterator[Span]:
    """Known values with white space among their characters."""
    if known.count() and any(space in text for space in "\n\t "):
        hits = [value for value in known.present("".join(text.split())) if len(value) >= 12 and value not in text]
        if hits:
            view = views.squeezed(text)
            yield from (view.back(span) for span in known.spans(view.text, hits))


@contextmanager
def _engine_looks(
    text: str, decoded: views.View | None, joined: views.View | None
) -> Iterator[Callable[[], list[list[Span]]]]:
    """The engine's findings on all views, in one call: beside the other layers, where the text is worth a thread."""
    data = engine.encoded(text)
    looked = partial(
        engine.spans,
        data,
        views.spaced(data),
        engine.encoded(decoded.text) if decoded else b"",
        engine.encoded(joined.text) if joined else b"",
    )
    if len(text) < _LARGE:
        yield looked
        return
    with ThreadPoolExecutor(1, thread_name_prefix="secrets") as beside:
        yield beside.submit(looked).result


def _engine_spans(
    text: str,
    decoded: views.View | None,
    joined: views.View | None,
    raw: list[Span],
    spaced: list[Span],
    seen: list[Span],
    crossing: list[Span],
) -> Iterator[Span]:
    """What the engine found on each view, as spans of the text."""
    for span in (*raw, *spaced):
        if not is_placeholder(text[span.start : span.end]):
            yield span
    if decoded:
        yield from (decoded.back(span) for span in seen if not is_placeholder(decoded.text[span.start : span.end]))
    if joined:
        yield from (joined.back(span) for span in crossing if _crosses(joined, span))


def _encoded_spans(text: str, depth: int) -> Iterator[Span]:
    """Blobs whose content holds something. All contents are looked at as one text, an empty line between them."""
    blobs = list(encoded.blobs(text))
    if not blobs:
        return
    starts = [0, *accumulate(len(content) + 2 for *_, content in blobs)]
    telling: set[int] = set()
    for span in _spans("\n\n".join(content for *_, content in blobs), (), depth + 1):
        telling.update(range(bisect_right(starts, span.start) - 1, bisect_right(starts, span.end - 1)))
    for number in telling:
        start, end, _ = blobs[number]
        yield Span(start, end, "encoded")


_PLAIN = re.compile(r"[A-Za-z0-9_@./:\-\[\]{}()<>*$+ ,=^~|!?'\"#%&;\\]{0,15}\Z")
_NAME = r"(?>[A-Za-z]{0,18}(?![A-Za-z])|[a-z]{0,18}(?:[A-Z][a-z]{2,18}){1,6}(?![A-Za-z]))[0-9]{0,4}"
_WORDS = re.compile(rf"[@$]?{_NAME}(?:[_./:\-\\ ,{{}}\[\]*]++{_NAME})*+\Z")
_LISTED = re.compile(r"[A-Za-z_$][\w$]*+(?:, [A-Za-z_$][\w$]*+)++\Z")


def allow(entries: Iterable[allowed.Allowed]) -> None:
    """Sets which findings are let through in this run, by the user's own settings."""
    allowed.allow(entries)
    clean.cache_clear()


@lru_cache(maxsize=1 << 16)
def clean(text: str) -> Redacted:
    """Lets `text` through, secrets replaced. Most names are too short or too plain to hold one and skip the engine.

    Raises:
        SafetyError: the scan could not run.
    """
    if _PLAIN.match(text) or (len(text) < 120 and _WORDS.match(text) and not ("://" in text and "hook" in text)):
        return redact(text)[0] if _is_telling(text) else Redacted(text)
    if ", " in text and _LISTED.match(text) and not (known.count() and known.present(text)):
        # the same names come in ever new lists
        return Redacted(", ".join(clean(name) for name in text.split(", ")))
    return redact(text)[0]


def _is_telling(text: str) -> bool:
    """Whether a plain text holds what is known to be a secret, or a word that speaks of one and a value behind it."""
    if known.count() and known.present(text):
        return True
    return marks.stand_in(text.lower()) and any(True for layer in _TOLD_BY_WORDS for _ in layer(text))


_TOLD_BY_WORDS = (structure.spans, placed.spans, assigned.spans)


def clean_assigned(name: str, value: str) -> Redacted:
    """Like `clean`, for a value whose name is known: the whole value goes when the name speaks of a secret."""
    if value and is_secret_name(name) and looks_secret(value) and not allowed.value(value):
        return Redacted("[REDACTED:assigned-value]")
    return clean(value)


_SIGN_OR_DIGIT = re.compile(r"[=@%:\d]")
_TELLING = re.compile(r"[=@%:]|(?<![^/])(?=[^/]*\d)[^/]{16}")
"""What a name holds in which anything here would find a secret that nothing has betrayed: a sign that assigns, or a long
part with a digit. Most names have neither sign nor digit, which is quicker to see."""


def clean_variable(name: str, value: str) -> Redacted:
    """Like `clean_assigned`, for the value of a variable: of one that holds a secret none is shown, were it a stand-in."""
    if value and is_secret_name(name) and not (_NO_SECRET.fullmatch(value) or allowed.value(value)):
        return Redacted("[REDACTED:assigned-value]")
    return clean(value)


_NO_SECRET = re.compile(
    r"(?i)true|false|yes|no|on|off|none|null|undefined|-?\d{1,3}|\.{0,2}/[\w./\-]+|\$\w+|\$\{[\w.]+\}"
)
"""A switch, a small number, a path or another variable's name."""


def holding(paths: Iterable[str]) -> dict[str, Redacted]:
    """Of these file names, those that hold a secret, and how they may be shown.

    Raises:
        SafetyError: the scan could not run.
    """
    listed = list(paths)
    betrayed = known.present("\0".join(listed))
    every = [
        path
        for path in listed
        if (_SIGN_OR_DIGIT.search(path) and _TELLING.search(path)) or any(value in path for value in betrayed)
    ]
    # an empty line between them: no name is joined with the next
    if not scan("\n\n".join(every)):
        return {}
    return {path: shown for path in every if (shown := redact(path)[0]) != path}


def learn(values: Iterable[str]) -> int:
    """Makes values known for this run: from now on they are replaced wherever they appear. Gives how many are new."""
    new = known.learn(values)
    if new:
        clean.cache_clear()
    return new


_proven = False


def _prove() -> None:
    """Checks once per process that every layer finds its canary.

    Raises:
        SafetyError: a layer is blind; the message names it.
    """
    global _proven
    if not _proven:
        from llm_audit.redact import canary

        canary.check()
        _proven = True


__all__ = ["LAYERS", "MARKER", "clean", "clean_assigned", "clean_variable", "learn", "redact", "scan"]
