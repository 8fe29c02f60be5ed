"""How many tokens a text costs: exactly where the model's encoding is at hand, else an estimate that errs upwards.

The estimate counts short runs of letters, single digits, short runs of signs and the bytes of everything else. It holds
for tokenizers that learned on code and prose; it says of itself that it is one.
"""

from __future__ import annotations

import re
import string
import threading
from functools import lru_cache
from typing import Any, Protocol

LOAD_SECONDS = 4.0
"""How long loading an encoding may take, a download of its ranks included."""

_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]|\n+| {2,}|\t+|[ \r\f\v]|[!-/:-@\[-`{-~]+|[^\x00-\x7f]+|.", re.DOTALL)
_FREE = {" "}
_SIGNS = frozenset(
    """", ": =" ){ ), ); (" => }, "," :// ', </ && () :" === // ). -> }} (){ ): ---- (' ":" ={ "> || ], ({ -- ]( )} ," (); **
    :: (), ") /> {{ ``` }); )) [" }) "; == }; (! ?: "), ') (( ## ]; ]= '; ][ ($ := */ (). ]. "); "], (): !=""".split()
)
"""Runs of signs that are one token of every vocabulary that was looked at."""


class Counter(Protocol):
    """Counts tokens.

    Attributes:
        label: what counts, for the user.
        exact: whether the count is the model's own.
    """

    label: str
    exact: bool

    def count(self, text: str) -> int:
        """Tokens of a text; never less than the model will count."""
        ...


class Estimate:
    """An upper estimate for models whose encoding is not at hand."""

    label = "a conservative estimate"
    exact = False

    def count(self, text: str) -> int:
        """Tokens of a text, at a guess from above."""
        return sum(_cost(piece) for piece in _PIECE.findall(text))


def _cost(piece: str) -> int:
    first = piece[0]
    if piece in _FREE:
        return 0  # a single space is part of the token that follows it
    if first in " \t\n":
        return -(-len(piece) // 8)
    if first.isascii() and first.isalpha():
        return -(-len(piece) // (5 if piece[-1].islower() else 3))
    if first in string.punctuation:
        return 1 if len(piece) == 1 or piece in _SIGNS else max(2, -(-2 * len(piece) // 3))
    return len(piece.encode("utf-8", "replace"))


class Tiktoken:
    """Counts with an encoding of tiktoken."""

    exact = True

    def __init__(self, encoding: Any) -> None:
        self._encoding = encoding
        self.label = f"tiktoken {encoding.name}"

    def count(self, text: str) -> int:
        """Tokens of a text; text that spells a special token is counted as ordinary text."""
        return len(self._encoding.encode(text, disallowed_special=()))


@lru_cache(maxsize=8)
def counter_for(model: str, seconds: float = LOAD_SECONDS) -> Counter:
    """The counter for a model: its own encoding when tiktoken knows and can load it in time, else the estimate.

    Args:
        model: the model's name, with or without a vendor before it (`openai/gpt-4o`).
        seconds: how long to wait for the encoding.
    """
    found: list[Any] = []

    def load() -> None:
        try:
            import tiktoken

            found.append(tiktoken.encoding_for_model(model.rpartition("/")[2]))
        except Exception:  # noqa: BLE001 - no ranks, no network, a broken cache: each means the estimate
            return

    # tiktoken downloads without a time limit; a daemon thread may be left behind
    worker = threading.Thread(target=load, daemon=True)
    worker.start()
    worker.join(seconds)
    return Tiktoken(found[0]) if found else Estimate()
