"""The shared nouns of the language readers: what an import binds, and what a language brings along."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile


class Bound(NamedTuple):
    """An identifier that an import makes known in its file.

    Attributes:
        name: as the file uses it.
        origin: its name in the module; `*` for the module itself, `default` for its default export.
    """

    name: str
    origin: str


class Import(NamedTuple):
    """One imported module.

    Attributes:
        module: as written, without what only resolves it (`npm:`, `package:`).
        offset: where the statement, or the part of it that names the module, stands.
        names: what it binds, in order.
        local: it is part of the audited project as far as one file can tell.
        typing: only types are imported: nothing can be called through it.
    """

    module: str
    offset: int
    names: tuple[Bound, ...] = ()
    local: bool = False
    typing: bool = False


class Call(NamedTuple):
    """A call through an imported name.

    Attributes:
        chain: the dotted path to what is called, without arguments.
        argument: the first argument, when it is a plain and harmless string.
        offset: where the chain starts.
        module: where the first name of the chain, or its class, was imported from.
        object: the class, when the chain starts at an instance.
    """

    chain: str
    argument: str
    offset: int
    module: str
    object: str = ""


class Language(NamedTuple):
    """A reader of one language.

    Attributes:
        id: the name that facts carry.
        suffixes: of its files.
        needs: literals of which a file must hold one to be worth reading.
        imports: all imports of a file, local ones included.
        calls: the calls of a file, given its imports.
        noise: whether a module is of no interest, such as the standard library.
    """

    id: str
    suffixes: frozenset[str]
    needs: tuple[str, ...]
    imports: Callable[[SourceFile], Iterable[Import]]
    calls: Callable[[SourceFile, tuple[Import, ...]], Iterable[Call]]
    noise: Callable[[str], bool]


_COMMENT = ("//", "#", "*", "/*", "--", "<!--", ";;")
_ATTRIBUTE = ("#[", "#{", "*this", "*self")


def in_comment_line(text: str, offset: int) -> bool:
    """Whether the line of `offset` starts like a comment before it comes to `offset`."""
    if text[offset - 1 : offset] in ("\n", ""):
        return False
    start = text.rfind("\n", max(0, offset - 400), offset) + 1
    before = text[start:offset].lstrip() if start or offset < 400 else ""
    return before.startswith(_COMMENT) and not before.startswith(_ATTRIBUTE)


_TOKEN = expression(r"(?=[A-Za-z_\-+=]{0,60}\d)(?=[\d_\-+=]{0,60}[A-Za-z])[A-Za-z0-9_\-+=]{20,}")
_TOKEN_SIZE = 20
_TAKES_SECRET = expression(r"(?i)(key|secret|token|passw(or)?d|credentials?|login|auth|authenticate|dsn)\Z")
_STRING = expression(
    r"""\s{0,80}(?:service_name\s*=\s*)?(?:"([^"\\\n]{1,120})"|'([^'\\\n]{1,120})'|`([^`\\\n$]{1,120})`)\s{0,40}[,)\n;]"""
)


def first_argument(text: str, offset: int, chain: str) -> str:
    """The string literal at `offset`, just past the opening bracket; empty when there is none or it may be a secret."""
    match = _STRING.match(text, offset)
    if not match or _TAKES_SECRET.search(chain):
        return ""
    value = match[1] or match[2] or match[3]
    return "" if (len(value) >= _TOKEN_SIZE and _TOKEN.search(value)) or "${" in value or "#{" in value else value
