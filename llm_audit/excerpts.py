"""Code windows around facts, redacted, within a hard token budget: the only text of the tree that a model sees.

A window is the enclosing block as the indentation tells it: function, class, YAML mapping, Terraform resource. Files
that hold secrets by trade give names only, key files nothing. Whole files are redacted before a window is cut from
them, so that a secret is seen in its context.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from llm_audit import redact
from llm_audit.counting import Counter
from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Fact, Kind, Redacted, Role, Skipped, SourceFile

Reader = Callable[[str], SourceFile | Skipped | None]
"""Reads one file of the tree by its path."""

_SECRETIVE = re.compile(
    r"(?i)(^|/)(\.env[^/]*|[^/]*\.env|\.envrc|[^/]*\.tfvars(\.json)?|\.npmrc|\.netrc|\.pypirc|\.htpasswd|\.pgpass"
    r"|secrets?\.(ya?ml|json|toml|properties|py)|credentials[^/]*|\.secrets[^/]*|\.dockerconfigjson)$"
)
_SAMPLE = re.compile(r"(?i)(^|[._/-])(example|sample|template|tmpl|dist|defaults?|tpl)([._/-]|$)")
_KEYS = re.compile(r"(?i)(\.(pem|key|p8|p12|pfx|ppk|jks|kdbx?|asc|gpg|crt|cer)|(^|/)id_(rsa|dsa|ecdsa|ed25519))$")
_NAME = re.compile(r"\s*(?:export\s+|- )?[\"']?(?P<name>[A-Za-z_][\w.]{0,100})[\"']?\s*[=:]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
_MAX_LINE = 240
_POOL = 80
_LISTS = (Kind.DEPENDENCY, Kind.LOCKED, Kind.ENV_DECLARED)
"""Kinds whose line says all; what stands around it is about others."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of one file: `spans` of 1-based first and last lines, their redacted text, and the facts in them."""

    path: str
    spans: tuple[tuple[int, int], ...]
    lines: tuple[tuple[int, Redacted], ...]
    facts: tuple[Fact, ...]

    @property
    def place(self) -> str:
        """`path:first-last`, with a comma between spans."""
        return f"{self.path}:{','.join(f'{a}-{b}' if b > a else str(a) for a, b in self.spans)}"

    @property
    def text(self) -> str:
        """The lines without their numbers."""
        return "\n".join(line for _, line in self.lines)


class Source:
    """Redacted lines of files, each read and filtered once.

    Args:
        read: gives a file of the tree.
    """

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._known: dict[str, tuple[Redacted, ...]] = {}

    def lines(self, path: str) -> tuple[Redacted, ...]:
        """All lines of a file, filtered; empty for files that may not be shown or cannot be read."""
        if path not in self._known:
            self._known[path] = self._lines(path)
        return self._known[path]

    def _lines(self, path: str) -> tuple[Redacted, ...]:
        file = None if _KEYS.search(path) else self._read(path)
        if not isinstance(file, SourceFile):
            return ()
        if _SECRETIVE.search(path) and not _SAMPLE.search(path):
            return tuple(map(_name_only, file.text.split("\n")))
        safe, _ = redact.redact(_flat(file.text))
        return tuple(map(_shown, safe.split("\n")))


def _flat(text: str) -> str:
    """The text without characters that could hide or reorder what a reader sees."""
    return _HIDDEN.sub("?", text)


def _shown(line: str) -> Redacted:
    return Redacted(line.rstrip() if len(line) <= _MAX_LINE else _cut(line))


def _cut(line: str) -> str:
    """A long line's beginning, never ending inside a marker."""
    start = line[:_MAX_LINE]
    opened = start.rfind("[REDACTED:")
    return (start[:opened] if opened >= 0 and "]" not in start[opened:] else start) + "…"


def _name_only(line: str) -> Redacted:
    match = _NAME.match(line)
    return redact.clean(f"{match['name']}=(value not shown)") if match else Redacted("")


def select(
    wanted: Sequence[Sequence[Fact]], source: Source, budget: int, counter: Counter, *, lines: int = 24
) -> tuple[Excerpt, ...]:
    """The windows for some candidates whose rendering costs at most `budget` tokens, strongest evidence first.

    Args:
        wanted: for each candidate its facts.
        source: the tree.
        budget: tokens for `render` of the result.
        counter: counts them.
        lines: how long a window may be.
    """
    chosen = _Choice(source, budget, counter)
    ranked = [spread(facts) for facts in wanted]
    for size in (4, lines):
        for facts in ranked:
            if facts:
                chosen.offer(facts[0], size)
    for depth in range(1, max(map(len, ranked), default=0)):
        for facts in ranked:
            if depth < len(facts):
                chosen.offer(facts[depth], lines if depth < 3 else 6)
    facts_by_path: dict[str, list[Fact]] = {}
    for fact in (one for facts in ranked for one in facts):
        facts_by_path.setdefault(fact.path, []).append(fact)
    excerpts = chosen.excerpts(facts_by_path)
    while excerpts and counter.count(render(excerpts, {})) > budget:
        excerpts = excerpts[:-1]
    return excerpts


def spread(facts: Iterable[Fact]) -> list[Fact]:
    """The facts, strongest first, then those from applications and files that have not had their turn."""
    pool = [one for one in facts if one.role in (Role.SOURCE, Role.EXAMPLE) and one.kind != Kind.LOCKED]
    pool = sorted(dict.fromkeys(pool), key=lambda one: (-strength(one), one.path, one.line))[:_POOL]
    seen: dict[str, int] = {}
    order: list[Fact] = []
    while pool:
        fact = min(pool, key=lambda one: _turn(one, seen)) if order else pool[0]
        pool.remove(fact)
        order.append(fact)
        for key in (fact.path, _app(fact.path)):
            seen[key] = seen.get(key, 0) + 1
    return order


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

    def offer(self, fact: Fact, size: int) -> None:
        """Takes the window around a fact when it fits, or the longest of a few shorter ones."""
        text = self._source.lines(fact.path)
        if not 1 <= fact.line <= len(text):
            return
        for limit in dict.fromkeys((size, size // 2, 6, 1)):
            if limit > size or limit < 1:
                continue
            window = frozenset(block(text, fact.line, 1 if fact.kind in _LISTS else limit))
            if self._known_twin(fact.path, [text[n - 1] for n in sorted(window)]) or self._take(fact.path, window):
                return

    def _take(self, path: str, window: frozenset[int]) -> bool:
        lines = self._lines.get(path, frozenset()) | window
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

    def excerpts(self, facts: dict[str, list[Fact]]) -> tuple[Excerpt, ...]:
        """What was chosen, in the order of choice."""
        return tuple(
            _excerpt(path, lines, self._source.lines(path), [f for f in facts.get(path, ()) if f.line in lines])
            for path, lines in self._lines.items()
        )


def _excerpt(path: str, chosen: frozenset[int], text: Sequence[Redacted], facts: Iterable[Fact]) -> Excerpt:
    spans = tuple(_spans(sorted(chosen)))
    lines = tuple((n, text[n - 1]) for a, b in spans for n in range(a, b + 1))
    return Excerpt(path, spans, lines, tuple(facts))


def _spans(lines: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of lines; gaps of two lines and less are closed."""
    start = last = lines[0]
    for line in lines[1:]:
        if line - last > 3:
            yield start, last
            start = line
        last = line
    yield start, last


def block(text: Sequence[str], line: int, limit: int) -> range:
    """The 1-based lines of the largest enclosing block of at most `limit` lines, else lines around.

    Args:
        text: all lines of the file.
        line: 1-based line that must be inside.
        limit: how many lines are wanted at most.
    """
    best: range | None = None
    at = line
    for _ in range(12):
        found = _enclosing(text, at, limit)
        if found is None or len(found) > limit:
            break
        best, at = found, found.start
    if best is not None and line in best and len(best) > 1:
        return best
    outer = _enclosing(text, line, 10_000) or range(1, len(text) + 1)
    start = max(line - limit // 3, outer.start, 1)
    stop = min(start + limit, outer.stop, len(text) + 1)
    return range(start, max(stop, line + 1))


def _enclosing(text: Sequence[str], line: int, limit: int) -> range | None:
    """The block that `line` is in or opens: from the nearest line above that is indented less, to its end."""
    depth = _indent(text[line - 1])
    start = line
    while start > 1 and (_blank(text[start - 1]) or _indent(text[start - 1]) >= depth or start == line):
        start -= 1
        if line - start > limit:
            return None
        if not _blank(text[start - 1]) and _indent(text[start - 1]) < depth:
            break
    else:
        if depth > 0:
            return None
    if depth == 0:
        start = line
    base = _indent(text[start - 1])
    stop = start + 1
    while stop <= len(text) and (_blank(text[stop - 1]) or _indent(text[stop - 1]) > base):
        stop += 1
        if stop - start > limit + 1:
            return range(start, stop)
    if stop <= len(text) and re.match(r"\s*(?:[)}\]]|end\b)", text[stop - 1]) and stop > start + 1:
        stop += 1
    while stop - 1 > start and _blank(text[stop - 2]):
        stop -= 1
    return range(start, stop)


def _blank(line: str) -> bool:
    return not line.strip()


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))


def render(excerpts: Sequence[Excerpt], handles: dict[str, str]) -> str:
    """The excerpts as labelled, fenced text. The fence is longer than any run of backticks inside.

    Args:
        excerpts: what to show.
        handles: fact ids and the short names that stand before their lines.
    """
    longest = max((len(run) for e in excerpts for run in re.findall(r"`+", e.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join(f"{_label(e.place)}\n{fence}\n{_body(e, handles)}\n{fence}" for e in excerpts)


def _label(place: str) -> str:
    return place.replace("`", "'").replace("\n", " ")


def _body(excerpt: Excerpt, handles: dict[str, str]) -> str:
    marks: dict[int, list[str]] = {}
    for fact in excerpt.facts:
        if fact.id in handles and handles[fact.id] not in marks.setdefault(fact.line, []):
            marks[fact.line].append(handles[fact.id])
    rows: list[str] = []
    previous = 0
    for number, line in excerpt.lines:
        if previous and number > previous + 1:
            rows.append("…")
        rows.append(f"{','.join(marks.get(number, ()))}> {line}" if marks.get(number) else line)
        previous = number
    return "\n".join(rows)
