"""Values that a heading gives away from afar: columns of tables headed password or token, the data of a Kubernetes Secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from llm_audit.redact.marks import Marks
from llm_audit.redact.names import is_expression, is_secret_name, looks_password
from llm_audit.redact.spans import Span
from llm_audit.redact.words import lowered

_TELLING = Marks(("passw", "secret", "token", "pwd"))
_INSERT, _KIND = Marks(("insert",)), Marks(("kind:",))
_HEADED = re.compile(r"[^\n,;|\t]{0,80}[,;|\t][^\n]{0,400}(?=\n|\Z)")
_LONGEST = 500
"""Characters of a heading."""
_NAME = re.compile(r"[\w .\-]{1,40}\Z")
_RULE = re.compile(r"\n[ \t]*(?:\|?[ \t]*:?-+[ \t:|+\-]*|\+[=+\-]+[ \t]*)(?=\n)")
_RUNS = re.compile(r"[ \t]*=+(?: +=+)+[ \t]*(?=\n)")
_FENCE = re.compile(r"```\w{0,10}\n\Z")
_CELL_SIGNS = " \t\"'`*\r"
_MOST_ROWS = 5000
_INTO = re.compile(r"\binsert\s+into\s+[\w.\"`\[\]]{1,80}\s{0,8}\(([^()]{1,800})\)\s{0,20}values\s{0,20}\(")
_SQL_VALUE = re.compile(r"\s{0,20}(?:n?'([^'\n]{0,400})'|[^,()'\n]{0,200}(?:\([^()\n]{0,200}\))?)\s{0,20}")
_SECRET_KIND = re.compile(r"(?m)^kind:[ \t]*[\"']?Secret[\"']?[ \t]*$")
_DATA = re.compile(r"(?m)^(?:data|stringData):[ \t]*\n((?:[ \t]+[^\n]*(?:\n|\Z)|[ \t]*\n){1,400})")
_ENTRY = re.compile(
    r"(?m)^[ \t]{1,12}[\w.\-\"']{1,100}:[ \t]{1,8}[\"']?(?P<secret>[^\s\"'#{|>&*!][^\s\"']{5,4000})[\"']?[ \t]*$"
)


def spans(text: str) -> Iterator[Span]:
    """The values under such headings, stand-ins and references left out."""
    low = lowered(text)
    if _TELLING.held(low):
        yield from _columns(text, low)
        yield from _inserted(text, low)
    if _KIND.held(low) and "ata:" in text:
        yield from _secret_data(text, low)


def _columns(text: str, low: str) -> Iterator[Span]:
    done = 0
    for at, _ in _TELLING.starts(low):
        if at < done or (start := _line_start(text, done, at)) < 0:
            continue
        if not (head := _HEADED.match(text, start)):
            done, found = _under_runs(text, start, at)
            yield from found
            continue
        done, line = head.end(), head[0]
        sign = "|" if line.lstrip()[:1] == "|" or " | " in line else next((one for one in ",;\t" if one in line), "")
        names = [name.strip(_CELL_SIGNS) for name in line.split(sign)] if sign else []
        if len(names) < 2 or not (_is_ruled if sign == "|" else _is_first)(text, head, names):
            continue
        chosen = [place for place, name in enumerate(names) if is_secret_name(name.replace(" ", "_"))]
        if chosen and len(set(names)) > 1:
            done, found = _below(text, head.end(), sign, len(names), chosen)
            yield from found


def _line_start(text: str, done: int, at: int) -> int:
    """Where the line begins that may be a heading; -1 when it begins too far away for one."""
    first = max(done, at - _LONGEST)
    start = text.rfind("\n", first, at) + 1
    return start if start or not first else -1


def _under_runs(text: str, start: int, at: int) -> tuple[int, list[Span]]:
    """What stands in a table whose columns are as wide as runs of equals signs, when this line is its heading."""
    end = text.find("\n", at, at + _LONGEST)
    runs = _RUNS.match(text, end + 1) if end >= 0 else None
    if not runs:
        return at, []
    firsts = [run.start() for run in re.finditer("=+", runs[0])]
    columns = list(pairwise([*firsts, _LONGEST]))
    chosen = [
        column
        for column in columns
        if is_secret_name(text[start:end][slice(*column)].strip(_CELL_SIGNS).replace(" ", "_"))
    ]
    found: list[Span] = []
    at = runs.end() + 1
    for _ in range(_MOST_ROWS if chosen else 0):
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else len(text)]
        if not line.strip() or _RUNS.match(text, at):
            break
        found += _in_cells(at, [(first, line[first:last]) for first, last in chosen])
        at += len(line) + 1
    return at, found


def _in_cells(start: int, cells: Iterable[tuple[int, str]]) -> Iterator[Span]:
    """The secrets among some cells of a line, each given with its place."""
    for at, cell in cells:
        value = cell.strip(_CELL_SIGNS)
        if " " not in value and looks_password(value) and not is_expression(value):
            first = start + at + cell.index(value)
            yield Span(first, first + len(value), "assigned-value")


def _is_ruled(text: str, head: re.Match[str], names: list[str]) -> bool:
    """Whether this is the first line of a table whose cells stand between bars: a rule is below."""
    return bool(_RULE.match(text, head.end())) and all(_NAME.match(name) for name in names if name)


def _is_first(text: str, head: re.Match[str], names: list[str]) -> bool:
    """Whether a file or a block begins with these names: a list in code has lines before it and is indented."""
    before = text[max(0, head.start() - 40) : head.start()]
    begins = not before.strip() or before.endswith("\n\n") or bool(_FENCE.search(before))
    return begins and all(_NAME.match(name) for name in names) and not head[0][:1].isspace()


def _below(text: str, at: int, sign: str, width: int, chosen: list[int]) -> tuple[int, list[Span]]:
    """The secrets in these columns of the rows that follow a heading, and where the table ends."""
    found: list[Span] = []
    for _ in range(_MOST_ROWS):
        start = at + 1
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        cells = text[start:end].split(sign) if end - start < 4000 else []
        if len(cells) == width:
            found += _in_cells(start, [(sum(map(len, cells[:place])) + place, cells[place]) for place in chosen])
        elif sign != "|" or not _RULE.match(text, at):
            break
        at = end
        if end >= len(text):
            break
    return at, found


def _inserted(text: str, low: str) -> Iterator[Span]:
    for start, _ in _INSERT.starts(low):
        match = _INTO.match(low, start)
        at = match.end() if match else len(text)
        for name in match[1].split(",") if match else ():
            value = _SQL_VALUE.match(text, at)
            if not value:
                break
            literal = value[1] or ""
            if is_secret_name(name.strip(' \t\n"`[]')) and " " not in literal and looks_password(literal):
                yield Span(*value.span(1), "assigned-value")
            if text[value.end() : value.end() + 1] != ",":
                break
            at = value.end() + 1


def _secret_data(text: str, low: str) -> Iterator[Span]:
    """Every value of a Secret: its key needs no telling name."""
    done = 0
    for at, _ in _KIND.starts(low):
        if at < done or not _SECRET_KIND.match(text, at):
            continue
        start, end = text.rfind("\n---", done, at) + 1 or done, text.find("\n---", at)
        done = end if end >= 0 else len(text)
        for block in _DATA.finditer(text, start, done):
            for entry in _ENTRY.finditer(text, *block.span(1)):
                if looks_password(entry["secret"]) and not is_expression(entry["secret"]):
                    yield Span(*entry.span("secret"), "assigned-value")
