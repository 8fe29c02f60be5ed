"""What every collector is made of: the contract, the match on file names, and the one maker of facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from llm_audit.model import Fact, Kind, Redacted, Skipped, SourceFile
from llm_audit.redact import clean, clean_assigned, clean_variable

Finds = Iterator[Fact | Skipped]
"""What a collector yields: facts, and what it could not understand."""

_CLEANING = {Kind.ENV_READ: clean_variable, Kind.ENV_DECLARED: clean_variable, Kind.SETTING: clean_assigned}


@dataclass(frozen=True)
class Collector:
    """A pure function from one file to facts, and the files it wants to see.

    A file is wanted when its name, its suffix or its path matches (any of the three that are given) and, where `needs`
    is not empty, its text holds one of those literals: a cheap gate before any expression runs.

    Attributes:
        name: stable, unique; `llm-audit facts -v` shows it.
        collect: yields facts in any order; raises nothing on odd input.
        names: exact file names.
        suffixes: lower-case suffixes with their dot.
        paths: searched in the whole path.
        marks: of these one is part of every path that `paths` finds, in lower case; where given, it is searched first.
        needs: literals of which one must occur in the text.
    """

    name: str
    collect: Callable[[SourceFile], Finds]
    names: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()
    paths: re.Pattern[str] | None = None
    marks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def wants(self, file: SourceFile) -> bool:
        """Whether this collector should read the file."""
        named = (
            file.name in self.names
            or file.suffix in self.suffixes
            or (self.paths is not None and self.paths.search(file.path) is not None)
        )
        return named and (not self.needs or any(literal in file.text for literal in self.needs))


def fact(file: SourceFile, line: int, kind: Kind, name: str, /, value: str = "", **details: str) -> Fact:
    """Makes a fact of `file`, all its texts redacted.

    Args:
        file: where it was read.
        line: 1-based; `file.line_of(match.start())` gives it.
        kind: see `Kind` for the meaning of name, value and details.
        name: what was found.
        value: its value; redacted whole when a setting or variable has a secret-like name.
        details: further texts by key; empty ones are left out.
    """
    # a member of an enumeration equals its text but is written otherwise, and would be kept for it by `clean`
    name, value = str(name), str(value)
    cleaning = _CLEANING.get(kind)
    shown = cleaning(name, value) if cleaning else clean(value)
    kept = tuple([(key, clean(str(text))) for key, text in sorted(details.items()) if text]) if details else ()
    return Fact(kind, clean(name), shown, file.path, line, file.role, kept)


def at(file: SourceFile, offset: int, kind: Kind, name: str, /, value: str = "", **details: str) -> Fact:
    """Like `fact`, with a character offset in place of the line."""
    return fact(file, file.line_of(offset), kind, name, value, **details)


def skipped(file: SourceFile, reason: str, line: int = 0) -> Skipped:
    """The file, or the part of it from `line` on, was not understood."""
    return Skipped(file.path, Redacted(reason), line)
