"""The same text as other eyes read it: escapes decoded, delimiters blanked, wrapped lines joined; with the way back.

Only lines that a view would change are in it, so that plain text costs next to nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from llm_audit.redact.spans import Span
from llm_audit.redact.words import remembered

_ESCAPE = re.compile(
    r"[%&\\](?:(?<=%)(?:25){0,3}[0-9A-Fa-f]{2}(?:%(?:25){0,3}[0-9A-Fa-f]{2}){0,1999}"
    r"|(?<=&)(?:#\d{2,4}|#x[0-9A-Fa-f]{2,4}|amp|quot|apos|lt|gt);"
    r"|(?<=\\)\\{0,7}(?:u\{?[0-9A-Fa-f]{4}\}?|x[0-9A-Fa-f]{2}|[\"'/nrt=&+:@-]))"
)
"""An escape: what it begins with first, which most texts hold little of and which is quickly looked for."""
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_DELIMITERS = bytes.maketrans(b"&|),<>;`*]}", b" " * 11)
_HEAD = re.compile(r"[ \t]{0,200}(?:(?:[>#*+.&]|//|--)[ \t]{1,8})?[\"'`]?([^ \t\"'`|,;\n]{0,600})")
_LIST = re.compile(r"\d{1,3}[.)]\s|[A-Za-z_]\w{1,60}[ \t]{0,4}(?:=|:\s)|[A-Z_]{3,60}:|[a-z][a-z0-9+.\-]{1,20}://")
_TAIL = re.compile(r"[\"'`]?[ \t]{0,8}(?:[+.&\\]|\+=)?[ \t]{0,200}\Z")
_TAIL_SIGNS = frozenset(" \t\"'`+.&\\=")
_CLASSES = bytes(
    ord(
        "l"
        if 97 <= one <= 122
        else "U"
        if 65 <= one <= 90
        else "d"
        if chr(one) in "0123456789!#$%^"
        else " "
        if chr(one) in " \n"
        else "."
    )
    for one in range(256)
)
_MAX_TOKEN = 600
_BREAK = re.compile(r"[\s\"'`,;]")
_AROUND = 2000
_LEAST_AROUND = 1000
_SEARCH = 400
_CLOSED = frozenset(",;:)]}|<>")
_QUOTES = frozenset("\"'`")


class View:
    """A rewritten text and the way back to the original.

    Args:
        text: the rewritten text.
        starts: ascending offsets in `text` at which a piece begins; the first is 0.
        origins: for each piece, where it stands in the original.
        verbatim: for each piece, whether its characters are the original's one by one.
    """

    __slots__ = ("_origins", "_starts", "_verbatim", "text")

    def __init__(self, text: str, starts: list[int], origins: list[int], verbatim: list[bool]) -> None:
        self.text = text
        self._starts = starts
        self._origins = origins
        self._verbatim = verbatim

    def back(self, span: Span) -> Span:
        """The span of the original that the view's span stands for."""
        first = bisect_right(self._starts, span.start) - 1
        last = bisect_right(self._starts, span.end - 1) - 1
        start = self._origins[first] + (span.start - self._starts[first] if self._verbatim[first] else 0)
        if self._verbatim[last]:
            end = self._origins[last] + span.end - self._starts[last]
        else:
            end = self._origins[last + 1] if last + 1 < len(self._origins) else self._origins[last] + 1
        return Span(start, max(end, start), span.kind)

    def changed(self, span: Span) -> bool:
        """Whether the span holds more than one piece, or one that was rewritten: what the original does not show."""
        first = bisect_right(self._starts, span.start) - 1
        return (
            span.end > (self._starts[first + 1] if first + 1 < len(self._starts) else len(self.text))
            or not (self._verbatim[first])
        )

    def last_piece(self, span: Span) -> int:
        """Where in the view the last piece that the span touches begins."""
        return self._starts[bisect_right(self._starts, span.end - 1) - 1]


class _Builder:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.origins: list[int] = []
        self.verbatim: list[bool] = []
        self.size = 0

    def add(self, piece: str, origin: int, *, verbatim: bool) -> None:
        if piece:
            self.starts.append(self.size)
            self.origins.append(origin)
            self.verbatim.append(verbatim)
            self.pieces.append(piece)
            self.size += len(piece)

    def view(self) -> View | None:
        return View("".join(self.pieces), self.starts, self.origins, self.verbatim) if self.pieces else None


def spaced(data: bytes) -> bytes:
    """The bytes with the delimiters that hide a token's end as spaces; offsets stay."""
    return data.translate(_DELIMITERS)


def decoded(text: str) -> View | None:
    """The lines that hold percent, JSON or HTML escapes, decoded; of a very long line what is near. None without any."""
    if "%" not in text and "\\" not in text and "&" not in text:
        return None
    build = _Builder()
    last = done = -1
    for match in _ESCAPE.finditer(text):
        if match.start() > last:
            if last >= 0:
                build.add(text[done : last + 1], done, verbatim=True)
            done = _first(text, match.start(), last + 1)
            if build.size:
                build.add("\n\n", done, verbatim=False)
        build.add(text[done : match.start()], done, verbatim=True)
        build.add(_plain(match[0]), match.start(), verbatim=False)
        done = match.end()
        if match.end() > last - _LEAST_AROUND and (match.end() > last or text[last : last + 1] != "\n"):
            last = _last(text, match.end())
    if last >= 0:
        build.add(text[done : last + 1], done, verbatim=True)
        build.add("\n", min(last, len(text)), verbatim=False)
    return build.view()


def _first(text: str, at: int, least: int) -> int:
    """Where what belongs to an escape begins: its line; of a very long line some thousand characters, from a break on."""
    least = max(0, least, at - _AROUND)
    line = text.rfind("\n", least, at) + 1
    if line or least != at - _AROUND:
        return line or least
    found = _BREAK.search(text, least, min(at, least + _SEARCH))
    return found.end() if found else least


def _last(text: str, at: int) -> int:
    """Where what belongs to an escape ends: the index of its line end, or of a break far behind it."""
    line_end = text.find("\n", at, at + _AROUND)
    if line_end >= 0 or at + _AROUND >= len(text):
        return line_end if line_end >= 0 else len(text)
    found = _BREAK.search(text, at + _AROUND - _SEARCH, at + _AROUND)
    return found.start() if found else at + _AROUND


@remembered
def _plain(escape: str) -> str:
    if escape[0] == "%":
        while "%25" in escape and len(escape) > 3:
            shorter = escape.replace("%25", "%")
            if shorter.count("%") * 3 > len(shorter):
                break
            escape = shorter
        data = bytes.fromhex("".join(part[:2] for part in escape.split("%") if len(part) >= 2))
        return data.decode("utf-8", "replace")
    if escape[0] == "&":
        from html import unescape  # its table of entities costs more than all else here to load

        return unescape(escape)
    body = escape.lstrip("\\")
    if body[0] in "ux" and len(body) > 2:
        return chr(int(body[1:].strip("{}"), 16))
    return _CONTROL.get(body[0], body[0])


def joined(text: str) -> View | None:
    """Pairs of words with a line end, and a continuation, quote or comment mark, between them; None when there is none.

    Only pairs that together could be a secret: a digit or an inner capital on either side.
    """
    if "\n" not in text:
        return None
    build = _Builder()
    signs = _signs(text)
    columns = _columns(text)
    column = next(columns)
    for at in _open_ends(text):
        while at >= column[1]:
            column = next(columns)
        if at <= column[0]:
            _join(build, text, signs, at)
    return build.view()


def _join(build: _Builder, text: str, signs: bytes, at: int) -> None:
    """Adds the words on both sides of a line end, when they may be one."""
    head = _HEAD.match(text, at + 1)
    right, right_end = head.span(1) if head else (at, at)
    tail = _TAIL.search(text, max(0, at - 12), at) if text[at - 1] in _TAIL_SIGNS else None
    left_end = tail.start() if tail else at
    # the question that most pairs of words fail first
    suspect = signs.find(b"d", right, right_end) >= 0 or _is_suspect(signs, left_end)
    if suspect and right_end - right > 1 and _goes_on(text, left_end, at, right):
        left = max(text.rfind("\n", max(0, left_end - _MAX_TOKEN), left_end) + 1, left_end - _MAX_TOKEN)
        build.add(text[left:left_end], left, verbatim=True)
        build.add(text[right:right_end], right, verbatim=True)
        build.add("\n\n", min(right_end, len(text)), verbatim=False)


def _signs(text: str) -> bytes:
    """A `d` for each digit and sign, and for each capital inside a word: what secrets are made of. Breaks are blanks."""
    return text.encode("ascii", "replace").translate(_CLASSES).replace(b"UUl", b"UUd").replace(b"lU", b"ld")


def _is_suspect(signs: bytes, end: int) -> bool:
    """Whether the word that ends there holds such a sign."""
    first = max(0, end - _MAX_TOKEN)
    return signs.rfind(b"d", first, end) > signs.rfind(b" ", first, end)


def _columns(text: str) -> Iterator[tuple[int, int]]:
    """Where many lines of one word each stand in a row: a list, in which no line goes on in the next but near its end."""
    for column in _COLUMN.finditer(text):
        if text.count("\n", column.start(), column.end()) < _MANY_LINES:
            continue
        last = text.rfind("\n", column.start(), column.end())
        yield column.start(), text.rfind("\n", column.start(), last)
    yield len(text), len(text) + 1


_WORD_LINE = r"\n[ \t]{0,40}+\S{1,200}+[ \t\r]{0,4}+(?=\n)"
_COLUMN = re.compile(rf"{_WORD_LINE}(?:{_WORD_LINE})*+")
_MANY_LINES = 64
_OPEN_END = re.compile(r"\n(?<=[^,;:)\]}|<>\n]\n)(?=[^,;:)\]}|<>\n])(?![ \t]{1,200}[,;:)\]}|])")
_URL_END = re.compile(r"://[^\n]{0,100}\n(?=[^,;:)\]}|<>\n])")


def _open_ends(text: str) -> Iterator[int]:
    """Where lines end that may go on in the next, in order: with no closing mark on either side, but for those of URLs."""
    ends = (match.start() for match in _OPEN_END.finditer(text))
    if "://" not in text:
        return ends
    return iter(sorted({*ends, *(match.end() - 1 for match in _URL_END.finditer(text))}))


def _is_end(text: str, at: int) -> bool:
    """Whether nothing goes on after the line that ends here: a closing mark, or a sentence's full stop; not in a URL."""
    last = text[at - 1]
    if last in _CLOSED:
        first = max(0, at - 80)
        return text.find("://", max(text.rfind("\n", first, at) + 1, first), at) < 0
    return last == "." and text[max(0, at - 3) : at - 1].islower()


def _goes_on(text: str, left_end: int, at: int, right: int) -> bool:
    """Whether the word at a line's end may go on in the next line: no list begins there, and both are quoted or none."""
    if left_end < 1 or _is_end(text, at) or _LIST.match(text, right):
        return False
    if (text[left_end - 1] in _CLOSED or text[right] in _CLOSED) and "://" not in text[
        max(0, left_end - 80) : left_end
    ]:
        return False
    return (text[left_end:at].strip()[:1] in _QUOTES) == (text[right - 1] in _QUOTES)


def squeezed(text: str) -> View:
    """The text without white space."""
    build = _Builder()
    for match in re.finditer(r"\S+", text):
        build.add(match[0], match.start(), verbatim=True)
    return build.view() or View("", [0], [0], [True])
