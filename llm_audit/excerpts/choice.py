"""Which windows are shown: strongest evidence first, spread over files and applications, within a hard token budget."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from llm_audit.excerpts.counting import Counter
from llm_audit.excerpts.following import Leads
from llm_audit.excerpts.indentation import block
from llm_audit.excerpts.rendering import Excerpt, render
from llm_audit.excerpts.source import Source
from llm_audit.excerpts.syntax import window
from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Fact, Kind, Place, Redacted, Role

_POOL = 80
_LISTS = (Kind.DEPENDENCY, Kind.LOCKED, Kind.ENV_DECLARED)
"""Kinds whose line says all; what stands around it is about others."""
_WHOLE = (Kind.FILE, Kind.PLATFORM, Kind.WORKFLOW)
"""Kinds that speak of a file as a whole: its first lines say more than the one that was read."""


def select(
    wanted: Sequence[Sequence[Fact]],
    source: Source,
    budget: int,
    counter: Counter,
    *,
    lines: int = 24,
    leads: Leads | None = None,
) -> tuple[Excerpt, ...]:
    """The windows for some candidates whose rendering costs at most `budget` tokens, strongest evidence first.

    Args:
        wanted: for each candidate its facts.
        source: the tree.
        budget: tokens for `render` of the result.
        counter: counts them.
        lines: how long a window may be.
        leads: places that use what facts only declare.
    """
    chosen = _Choice(source, budget, counter)
    ranked = [sorted(spread(facts), key=lambda one: _remark(one.place, source)) for facts in wanted]
    uses = [[(fact, place) for fact in facts for place in (leads or {}).get(fact, ())] for facts in ranked]
    source.learn(fact.path for facts in ranked for fact in facts if needs_block(fact))
    for size in dict.fromkeys((4, min(10, lines), lines)):
        for facts, used in zip(ranked, uses, strict=True):
            # a line that only declares something needs no more room than itself: its use tells more
            if facts and (size == 4 or not used):
                chosen.offer(facts[0], facts[0].place, size)
            if used and size > 4:
                chosen.offer(*used[0], size)
    for depth in range(1, max([0, *map(len, ranked), *map(len, uses)])):
        for facts, used in zip(ranked, uses, strict=True):
            if depth < len(used):
                chosen.offer(*used[depth], lines)
            if depth < len(facts) and needs_block(facts[depth]):
                chosen.offer(facts[depth], facts[depth].place, lines if depth < 3 and not used else 6)
    marks: dict[str, list[tuple[int, Fact]]] = {}
    places = [(fact, fact.place) for facts in ranked for fact in facts]
    for fact, place in (*places, *(one for used in uses for one in used)):
        marks.setdefault(place.path, []).append((place.line, fact))
    excerpts = chosen.excerpts(marks)
    while excerpts and counter.count(render(excerpts, {})) > budget:
        excerpts = excerpts[:-1]
    return excerpts


_COMMENT = re.compile(r"\s*(?://|#(?=\s|$)|/\*|\*(?=[\s/]|$)|--\s|<!--)")
"""A line of nothing but a comment, which bears no sentence out."""


def _remark(place: Place, source: Source) -> bool:
    """Whether a place is a comment: code that was switched off."""
    text = source.lines(place.path)
    return 1 <= place.line <= len(text) and bool(_COMMENT.match(text[place.line - 1]))


def needs_block(fact: Fact) -> bool:
    """Whether what stands around a fact's line says more of it."""
    return fact.kind not in _LISTS


def spread(facts: Iterable[Fact]) -> list[Fact]:
    """The facts, strongest first, then those from applications and files that have not had their turn."""
    pool = [one for one in facts if one.role in (Role.SOURCE, Role.EXAMPLE) and one.kind != Kind.LOCKED]
    pool = sorted(dict.fromkeys(pool), key=lambda one: (-strength(one), _makes(one), one.path, one.line))[:_POOL]
    seen: dict[str, int] = {}
    order: list[Fact] = []
    while pool:
        fact = min(pool, key=lambda one: _turn(one, seen)) if order else pool[0]
        pool.remove(fact)
        order.append(fact)
        for key in (fact.path, _app(fact.path)):
            seen[key] = seen.get(key, 0) + 1
    return _client_second(order)


def _client_second(order: list[Fact]) -> list[Fact]:
    """Where a client is made comes right after the first call that uses it: its name leads to the other uses."""
    at = next((n for n, fact in enumerate(order) if _makes(fact)), 0)
    return order if at < 2 else [order[0], order[at], *order[1:at], *order[at + 1 :]]


_MAKES = re.compile(
    r"new \w+(?:\.\w+)*$|(?:\w+\.)*(?:[A-Z]\w*|from_url|connect|configure|(?:create|make|build|new|get)_?\w*(?:[Cc]lient|[Pp]ool|[Ee]ngine|[Cc]onnection|[Tt]ransport))$"
)


def _makes(fact: Fact) -> bool:
    """Whether a call only makes a client, which calls that use it say more than."""
    return fact.kind == Kind.CALL and bool(_MAKES.match(fact.name))


def _turn(fact: Fact, seen: dict[str, int]) -> tuple[bool, int, int]:
    """Proof of use first; then the file, then the application that was seen least."""
    return strength(fact) < USE, seen.get(fact.path, 0), seen.get(_app(fact.path), 0)


def _app(path: str) -> str:
    """The folder that stands for an application of a monorepo: the first two parts of a path, as one."""
    return "/".join(path.split("/")[:2]) + "/" if "/" in path else "/"


class _Choice:
    """Lines chosen so far, by file, and what they cost."""

    def __init__(self, source: Source, budget: int, counter: Counter) -> None:
        self._source = source
        self._budget = budget
        self._counter = counter
        self._lines: dict[str, frozenset[int]] = {}
        self._cost: dict[str, int] = {}
        self._twins: dict[str, str] = {}

    def offer(self, fact: Fact, place: Place, size: int) -> None:
        """Takes the window around a place of a fact when it fits, or the longest of a few shorter ones."""
        text = self._source.lines(place.path)
        if not 1 <= place.line <= len(text):
            return
        for limit in dict.fromkeys((size, size // 2, 6, 1)):
            if limit > size or limit < 1:
                continue
            lines = self._window(fact, place, text, limit)
            if not any(text[n - 1].strip() for n in lines):
                return
            if self._known_twin(place.path, [text[n - 1] for n in sorted(lines)]) or self._take(place.path, lines):
                return

    def _window(self, fact: Fact, place: Place, text: Sequence[Redacted], limit: int) -> frozenset[int]:
        """The block of a grammar, else of the indentation; for a line of a list itself."""
        line = place.line
        if not needs_block(fact):
            return frozenset({line})
        known = window(self._source.blocks(place.path), line, limit, len(text))
        lines = known or frozenset(block(text, line, limit))
        if fact.kind in _WHOLE and len(lines) == 1:
            lines = frozenset(range(line, min(line + limit, len(text) + 1)))
        told = frozenset(n for n in lines if n == line or not _COMMENT.match(text[n - 1]))
        return frozenset(n for n in told if n == line or text[n - 1].strip() or {n - 1, n + 1} <= told)

    def _take(self, path: str, more: frozenset[int]) -> bool:
        lines = self._lines.get(path, frozenset()) | more
        excerpt = _excerpt(path, lines, self._source.lines(path), ())
        cost = self._counter.count(render((excerpt,), {})) + 2
        if sum(self._cost.values()) - self._cost.get(path, 0) + cost > self._budget:
            return False
        self._lines[path], self._cost[path] = lines, cost
        return True

    def _known_twin(self, path: str, text: list[Redacted]) -> bool:
        """Whether the same lines were chosen from another file already: copies teach nothing."""
        shape = re.sub(r"\s+", " ", " ".join(text)).strip().lower()
        return len(shape) > 40 and self._twins.setdefault(shape, path) != path

    def excerpts(self, marks: Mapping[str, Sequence[tuple[int, Fact]]]) -> tuple[Excerpt, ...]:
        """What was chosen, in the order of choice."""
        return tuple(
            _excerpt(path, lines, self._source.lines(path), [one for one in marks.get(path, ()) if one[0] in lines])
            for path, lines in self._lines.items()
        )


def _excerpt(path: str, chosen: frozenset[int], text: Sequence[Redacted], marks: Iterable[tuple[int, Fact]]) -> Excerpt:
    spans = tuple(_spans(sorted(chosen)))
    lines = tuple((n, text[n - 1]) for a, b in spans for n in range(a, b + 1))
    return Excerpt(path, spans, lines, tuple(dict.fromkeys(marks)))


def _spans(lines: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of lines; gaps of two lines and less are closed."""
    start = last = lines[0]
    for line in lines[1:]:
        if line - last > 3:
            yield start, last
            start = line
        last = line
    yield start, last
