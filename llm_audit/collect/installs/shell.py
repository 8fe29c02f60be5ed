"""Finds the commands that install or run packages in shell-like text, with their words. No shell is run or expanded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from llm_audit.collect.expressions import expression

_OPTIONS = r"(?:[ ]+-\S{1,40}){0,6}"
_COMMAND = expression(
    rf"""(?x) (?<![\w./\-$]) (?:
      (?P<pip> (?:uv[ ]+)?pip[\d.]{{0,5}} [ ]+ (?:install|wheel|download) | uv[ ]+tool[ ]+install | pipx[ ]+install)
    | (?P<uvx> uvx | uv[ ]+tool[ ]+run | pipx[ ]+run)
    | (?P<npx> npx | pnpx | bunx | bun[ ]+x | (?:pnpm|yarn)[ ]+dlx | npm[ ]+(?:exec|x))
    | (?P<npm> npm[ ]+(?:install|i|add) | yarn[ ]+(?:global[ ]+)?add | (?:pnpm|bun)[ ]+(?:install|add|i))
    | (?P<os> (?:apt(?:-get)?|dnf|yum|microdnf|zypper|brew){_OPTIONS}[ ]+install | apk{_OPTIONS}[ ]+add)
    | (?P<gem> gem[ ]+install)
    | (?P<go> go[ ]+(?:install|get))
    | (?P<cargo> cargo[ ]+(?:install|binstall))
    | (?P<composer> composer[ ]+(?:global[ ]+)?require)
    ) (?=[ \t\\])"""
)
_COMMENT = expression(r"\s*(?:#|//|\*)")
_SEPARATOR = expression(r"&&|\|\||[;|(`{]")
_LEAD = expression(
    r"""(?x) RUN | CMD | ENTRYPOINT | sudo | exec | time | then | do | else | if | env | cross-env | dotenv | (?:ba)?sh
    | - | ! | @-? | [\["']{1,3} | [|>][+-]? | (?:[\w./]{0,60}/)?python[\d.]{0,6} | -[A-Za-z]{1,4}
    | --[\w\-]{0,40}(?:=\S*)? | [A-Za-z_]\w{0,60}=\S* | "?[\w.\-]{1,40}"?:"""
)
_TITLE = frozenset({"name:", "title:", "description:", "message:", "summary:", "desc:", "label:", "key:"})
_GAP = expression(r"(?:[ \t]++|\\[ \t]*+\n(?:[ \t]*+(?:#[^\n]*+)?+\n)*+)*+")
_WORD = expression(r"""(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'|\\[^\s]|[^\s"'\\;|&()`]){1,300}""")
_QUOTES = str.maketrans("", "", "\"'\\")
MAX_WORDS = 400
MAX_LEAD = 300
MAX_COMMANDS = 5000


class Command(NamedTuple):
    """A command with what follows it.

    Attributes:
        manager: `pip`, `uvx`, `npm`, `npx`, `os`, `gem`, `go`, `cargo` or `composer`.
        head: the command itself as written, `pip3 install`.
        words: offset and text, quotes removed, of its arguments.
    """

    manager: str
    head: str
    offset: int
    words: tuple[tuple[int, str], ...]


def commands(text: str) -> Iterator[Command]:
    """The commands that stand where a command can start: not in prose, comments, echoed text or names of steps."""
    for match in islice(_COMMAND.finditer(text), MAX_COMMANDS):
        if _leads(text, match.start()):
            yield Command(str(match.lastgroup), match[0], match.start(), tuple(_words(text, match.end())))


def _leads(text: str, start: int) -> bool:
    row = text.rfind("\n", max(0, start - MAX_LEAD), start) + 1
    if not row and start > MAX_LEAD:
        row = start - MAX_LEAD
    before = text[row:start]
    if _COMMENT.match(before):
        return False
    lead = _SEPARATOR.split(before)[-1]
    words = [word.lstrip("\"'@[") or word for word in lead.split()]
    return all(_LEAD.fullmatch(word) and word.replace('"', "") not in _TITLE for word in words)


def _words(text: str, at: int) -> Iterator[tuple[int, str]]:
    for _ in range(MAX_WORDS):
        gap = _GAP.match(text, at)
        word = _WORD.match(text, gap.end() if gap else at)
        if word is None or word[0].lstrip("0123456789").startswith((">", "<")):
            return
        yield word.start(), word[0].translate(_QUOTES)
        at = word.end()
