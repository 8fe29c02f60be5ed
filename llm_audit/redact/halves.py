"""A large text looked at by two processes, where a fork is safe: enough to learn that nothing is there."""

from __future__ import annotations

from collections.abc import Callable, Sized

from llm_audit import sharing

_LARGE = 1 << 17
"""Characters; with fewer, a second process would cost more than it brings."""
_SHARED = 1 << 14
"""Characters on both sides of the cut that both processes see: further no layer looks for what surrounds a secret."""
_OWN = 0.53
"""The part of a text that is this process's: the other one has to be made first, and what it touches has to be copied for it."""


def quiet(text: str, scan: Callable[[str], Sized]) -> bool:
    """Whether both halves, with what surrounds the cut, were scanned to their ends and hold nothing.

    False also means that it is not known: the text is small, a fork is not safe, or the other process failed.

    Args:
        text: cut at a line end.
        scan: gives what it finds.
    """
    if len(text) < _LARGE or sharing.processes() < 2:
        return False
    middle = int(len(text) * _OWN)
    first, last = text.rfind("\n", 0, middle - _SHARED) + 1, text.find("\n", middle + _SHARED)
    if last < 0:
        return False
    with sharing.working(1, lambda _: len(scan(text[first:]))) as helpers:
        return not scan(text[:last]) and helpers[0].result() == 0
