"""The nouns of the program: what one stage hands to the next.

All values are frozen. Line numbers are 1-based, paths are relative to the audited root and use `/`.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from operator import attrgetter
from typing import NewType

_LINE_END = re.compile("\n")
_NEAR = 1 << 16
"""So far from the place that was asked for before, line ends are counted; further away a table of all lines is worth making."""

Raw = NewType("Raw", str)
"""Text of the audited tree as it stands. May hold secrets: seen by collectors only."""

Redacted = NewType("Redacted", str)
"""Text that `redact.clean` let through. The only text that leaves a collector."""


class Role(StrEnum):
    """What a file is to the program it belongs to; everything but SOURCE is weak evidence or none."""

    SOURCE = "source"
    TEST = "test"
    EXAMPLE = "example"
    DOCS = "docs"
    VENDORED = "vendored"
    GENERATED = "generated"


class SourceFile:
    """One readable text file of the audited tree.

    Args:
        path: relative to the root, with `/`.
        text: decoded content, line ends normalised to `\\n`.
        role: what the file is for, judged by `repo`.
        own: names of packages that the tree itself holds.

    Attributes:
        name: the last part of the path.
        suffix: the lower-cased last suffix with its dot (`.ts`), or empty.
    """

    __slots__ = ("__dict__", "_known", "name", "own", "path", "role", "suffix", "text")

    def __init__(self, path: str, text: str, role: Role = Role.SOURCE, own: frozenset[str] = frozenset()) -> None:
        self.path = path
        self.text = Raw(text)
        self.role = role
        self.own = own
        self.name = path.rpartition("/")[2]
        stem, dot, last = self.name.rpartition(".")
        self.suffix = f".{last.lower()}" if dot and stem else ""
        self._known = 0, 1

    @cached_property
    def folder(self) -> str:
        """The path without the name; empty at the root."""
        return self.path.rpartition("/")[0]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def line_of(self, offset: int) -> int:
        """The 1-based line that holds the character at `offset`."""
        place, line = self._known
        if abs(offset - place) > _NEAR:
            line = bisect_right(self._starts, offset)
        elif offset < place:
            line -= self.text.count("\n", offset, place)
        else:
            line += self.text.count("\n", place, offset)
        self._known = offset, line
        return line

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its line end; empty past the end."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)]


@dataclass(frozen=True, slots=True, order=True)
class Skipped:
    """A file, or a part of one, that was not read or not understood, and why.

    Attributes:
        path: relative to the root.
        reason: a short phrase from a small set, such as `binary`, `too large`, `invalid JSON`.
        line: where understanding ended, 0 when the whole file is meant.
    """

    path: str
    reason: str
    line: int = 0


class Kind(StrEnum):
    """What a fact is about. The comments give the meaning of `name`, `value` and the usual details."""

    DEPENDENCY = "dependency"  # package · version as written · ecosystem, scope, [alias]
    LOCKED = "locked"  # package · resolved version · ecosystem
    IMPORT = "import"  # module as written · "" · language
    CALL = "call"  # dotted chain as written · first literal argument · language, module
    ENV_READ = "env_read"  # variable · default · need (required|optional|default), via, [condition]
    ENV_DECLARED = "env_declared"  # variable · harmless default · where (dotenv|compose|ci|...)
    HOST = "host"  # host name · path on that host · use (call|config|link), scheme
    IMAGE = "image"  # image without tag · tag · where, [service]
    RESOURCE = "resource"  # infrastructure type · logical name · tool
    ACTION = "action"  # owner/name · version · workflow
    WORKFLOW = "workflow"  # CI system id · workflow's name · triggers, [purpose]
    SECRET_REF = "secret_ref"  # secret's name in a CI system · "" · system
    PLATFORM = "platform"  # hosting platform id · what is configured · [detail]
    PUBLISH = "publish"  # registry id · package or image · how
    FILE = "file"  # path of a telling configuration file · "" · service
    ROUTE = "route"  # URL path · methods · framework, [handler]
    VERIFY = "verify"  # call or mechanism · header or variable · [language]
    DELIVERY = "delivery"  # what is sent to a configured URL · where the URL comes from
    SETTING = "setting"  # tool.key · value · what the tool's configuration says


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a collector read at one place.

    `id` hashes kind, name and path but neither line nor value: code that moves within its file is not a change.
    """

    kind: Kind
    name: Redacted
    value: Redacted
    path: str
    line: int
    role: Role
    details: tuple[tuple[str, Redacted], ...] = ()

    @property
    def id(self) -> str:
        """Twelve hex digits, the same in every run over the same tree."""
        return _id(self.kind, self.name, self.path)

    def detail(self, key: str) -> str:
        """The detail of that key, or empty."""
        for name, value in self.details:
            if name == key:
                return value
        return ""

    @property
    def place(self) -> Place:
        """Where it was read."""
        return Place(self.path, self.line)


@cache
def _id(kind: Kind, name: str, path: str) -> str:
    raw = "\0".join((kind, name, path))
    return hashlib.sha256(raw.encode("utf-8", "surrogateescape")).hexdigest()[:12]


IN_ORDER = attrgetter("path", "line", "kind", "name", "value", "details")
"""What facts are sorted by: two facts of one order are one fact."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Value:
    """A labelled line of an entry: `- Label: text`."""

    label: str
    text: str
    children: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An external system that the facts speak of, in one group of the document.

    Attributes:
        key: stable identity of the entry, unique in its group (`stripe`, `host:api.example.com`).
        name: as a reader knows it.
        section: heading of the template it belongs under.
        group: bold label in that section.
        purpose: what this code uses it for, without a full stop.
        values: field labels and texts, in the template's order.
        facts: what shows it, strongest first.
        told: whether the purpose says, from code, what no other code base would say of the service.
    """

    key: str
    name: str
    section: str
    group: str
    purpose: str
    values: tuple[Value, ...]
    facts: tuple[Fact, ...]
    told: bool = False


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Something that looked like an integration and is none, with the reason a user reads."""

    name: str
    reason: str
    facts: tuple[Fact, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """All that reading the tree gave."""

    facts: tuple[Fact, ...]
    skipped: tuple[Skipped, ...]
    files: int
    size: int
    redactions: int = 0
    extra: dict[str, str] = field(default_factory=dict)

    def of(self, *kinds: Kind) -> Iterator[Fact]:
        """The facts of these kinds, in order of path and line."""
        return (fact for fact in self.facts if fact.kind in kinds)
