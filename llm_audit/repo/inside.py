"""Tests that stand in the program's own files, as Rust's do: what they read, call or open says nothing of the program."""

from __future__ import annotations

import re

from llm_audit.model import SourceFile

_MARK = "#[cfg(test)]"
_MODULE = re.compile(
    r"^#\[cfg\(test\)\]\n(?:#\[[^\n]{0,200}\]\n){0,6}(?:pub(?:\([\w: ]{1,40}\))? )?mod \w{1,80} \{$", re.MULTILINE
)


def without_tests(file: SourceFile) -> SourceFile:
    """The file with the bodies of its test modules emptied, line by line, so that all other lines keep their numbers."""
    if file.suffix != ".rs" or _MARK not in file.text:
        return file
    kept, at = [], 0
    for opened in _MODULE.finditer(file.text):
        closed = file.text.find("\n}", opened.end())
        stop = closed if closed >= 0 else len(file.text)
        kept += [file.text[at : opened.end()], "\n" * file.text.count("\n", opened.end(), stop)]
        at = stop
    return SourceFile(file.path, "".join(kept) + file.text[at:], file.role) if kept else file
