"""Expressions that are compiled when they are first asked: a run over one language needs a third of all that there are."""

from __future__ import annotations

import re
from typing import Any, cast

_ASKED = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn", "pattern", "flags", "groups")


class _Waiting:
    """Stands in for a compiled expression; from the first use on, its attributes are that expression's own."""

    __slots__ = (*_ASKED, "_given")

    def __init__(self, pattern: str, flags: int) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _ASKED:
            raise AttributeError(name)
        compiled = re.compile(*self._given)
        for one in _ASKED:
            setattr(self, one, getattr(compiled, one))
        return getattr(compiled, name)


def expression(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Like `re.compile`, but later: an expression that is wrong shows it only where it is used.

    Args:
        pattern: as the standard library's `re` reads it.
        flags: of `re`.
    """
    return cast("re.Pattern[str]", _Waiting(pattern, flags))
