"""What every match of an expression holds, read from the expression itself: the proof that a literal may stand guard."""

from __future__ import annotations

from collections.abc import Iterable
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

GAP = "\0"
"""Stands in a skeleton for whatever an expression leaves open."""


def skeletons(pattern: str) -> set[str]:
    """The texts of which one, but for its gaps, is part of every match."""
    return _of(parser.parse(pattern))


def _of(parsed: Iterable[Any]) -> set[str]:
    found = {""}
    for kind, of in parsed:
        match str(kind):
            case "LITERAL":
                parts = {chr(of)}
            case "IN" if len(of) < 5 and all(str(one) == "LITERAL" for one, _ in of):
                parts = {chr(code) for _, code in of}
            case "BRANCH":
                parts = set[str]().union(*(_of(one) for one in of[1]))
            case "SUBPATTERN":
                parts = _of(of[3])
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, repeated = of
                parts = {one if most == 1 else one + GAP for one in _of(repeated)}
                parts |= {""} if least == 0 else set()
            case "AT" | "ASSERT" | "ASSERT_NOT":
                parts = {""}
            case _:
                parts = {GAP}
        found = {before + after for before in found for after in parts}
    return found
