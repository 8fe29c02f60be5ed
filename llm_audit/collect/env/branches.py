"""Under which branch a reading stands, told by indentation: `case "x":`, `if KIND == "x"`, a test of the variable itself.

Serves the languages that are read without a syntax tree. Formatted code alone is understood; where the lines above say
nothing, no condition is found and the reading counts as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

TOLD_BY_INDENT = frozenset(
    ".go .rb .rake .erb .rs .ex .exs .cs .java .kt .kts .php .swift .dart .scala .groovy".split()
)
SELF = "itself"
"""The branch asks for the variable that is read in it."""

_FAR = 120
"""Lines above a reading that are looked at."""
_DEFINES = expression(r"^(?:[\w@\[\]<>?,.]{1,40}\s{1,4}){0,5}(?:func|fn|fun|def|defp|defmodule|module|class)\b")
_HEADER = expression(
    r"^(?:[{}]\s{0,4})?(?:<%-?\s{0,4})?(?:(?:else|els)\s{0,2})?(?P<word>if|unless|case|when|guard)\b\s{0,4}(?P<test>[^\n]{1,200})"
)
_TRAILING = expression(r"[\w)\]\"'}]\s{1,4}(?P<word>if|unless)\s{1,4}(?P<test>[^\n]{1,160})\Z")
_ARM = expression(r"^(?P<literal>\"[^\"\n]{1,40}\"(?:\s{0,3}[|,]\s{0,3}\"[^\"\n]{1,40}\"){0,6})\s{0,4}(?:=>|->)")
_LITERAL = expression(r"[\"'](?P<text>[A-Za-z][\w\-]{1,40})[\"']|:(?P<atom>[a-z]\w{1,40})\b")
_COMPARES = expression(
    r"(?P<left>[\w.\[\]()\"']{1,60})\s{0,3}===?\s{0,3}(?:[\"'](?P<text>[A-Za-z][\w\-]{1,40})[\"']|:(?P<atom>[a-z]\w{1,40})\b)"
)
_ORDINARY = frozenset("production prod release live web".split())
"""What a deployment ordinarily is: no condition of its own."""
_ANOTHER = expression(
    r"(?:\bENV(?:\[|\.fetch\(|\.key\?\()|[gG]et_?[eE]nv\(|Getenv\(|LookupEnv\(|env::var(?:_os)?\()\s{0,3}[\"'](?P<name>[A-Z][A-Z0-9_]{2,79})[\"']"
    r"|onfiguration\[\"(?P<key>[A-Z]\w{2,60}(?::\w{1,60}){0,4})\"\]"
)
_MISSING = expression(
    r"(?i)IsNullOr(?:Empty|WhiteSpace)|\.(?:blank|nil|empty|none|is_empty|is_none|is_err)\b|==\s?(?:nil|null|\"\")"
)
_NOTHING = expression(r"(?:nil|None|null|Err\(_\)|:error)\s{0,4}(?:=>|->)")
"""The arm for what is not set: the ordinary way, for a branch that is taken where another variable is left out."""
_EITHER = expression(r"!=[^\n]{0,80}(?:\bor\b|\|\|)|(?:\bor\b|\|\|)[^\n]{0,80}!=")
"""A test that also holds where something is not the case, which it ordinarily is not."""
_SUBJECT = expression(r"\b(?:switch|match|case)\s{1,4}(?P<subject>[\w.()\[\]\"']{1,60}?)\s{0,4}(?:\{|do\b|$)")


def branch_of(file: SourceFile, line: int, name: str) -> str:
    """The condition of the nearest branch around a line, `SELF` where it asks for the variable itself, or empty."""
    own = file.line(line)
    trailing = _TRAILING.search(own.rstrip())
    if trailing and (told := _told(trailing["word"], trailing["test"], name)):
        return told
    for number, text in _headers(file, line):
        if arm := _ARM.match(text):
            return _case(file, number, arm["literal"])
        if _DEFINES.match(text) or _NOTHING.match(text):
            return ""
        header = _HEADER.match(text)
        if header is None:
            continue
        if header["word"] in ("case", "when") and _LITERAL.match(header["test"].lstrip("( ")):
            return _case(file, number, header["test"])
        if told := _told(header["word"], header["test"], name):
            return told
    return ""


def _headers(file: SourceFile, line: int) -> Iterator[tuple[int, str]]:
    """The lines above that stand less deep than all between: what the line is in."""
    deep = _indent(file.line(line))
    for number in range(line - 1, max(0, line - _FAR), -1):
        raw = file.line(number)
        text = raw.strip()
        if not text or text.startswith(("//", "#", "*")) or text in ("{", "}", ")", "end"):
            continue
        if _indent(raw) < deep:
            deep = _indent(raw)
            yield number, text
        if deep == 0:
            return


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _told(word: str, test: str, name: str) -> str:
    key = name.rpartition("__")[2]
    if any(f"{quote}{word}{quote}" in test for quote in "'\"" for word in (name, key)):
        return SELF
    if _EITHER.search(test):
        return ""
    if compared := _COMPARES.search(test):
        value = compared["text"] or compared["atom"]
        return "" if value in _ORDINARY else f"{compared['left']} == {value}"
    other = _ANOTHER.search(test)
    negated = word == "unless" or test.lstrip("( ").startswith(("!", "not "))
    if other is None or negated != bool(_MISSING.search(test)):
        return ""
    return f"{other['name'] or other['key'].replace(':', '__')} is set"


def _case(file: SourceFile, number: int, test: str) -> str:
    """What an arm of a switch compares: `kind == s3`; the subject stands in a line above that is no deeper."""
    literal = _LITERAL.search(test)
    value = (literal["text"] or literal["atom"]) if literal else ""
    if not value or value in _ORDINARY:
        return ""
    deep = _indent(file.line(number))
    for above in range(number - 1, max(0, number - _FAR), -1):
        raw = file.line(above)
        if raw.strip() and _indent(raw) <= deep and (subject := _SUBJECT.search(raw)):
            asked = subject["subject"]
            return f"{asked[1:-1] if asked.startswith('(') else asked} == {value}"
    return value
