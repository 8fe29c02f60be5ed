"""Names and hosts in the form in which they are compared."""

from __future__ import annotations

import re
from functools import lru_cache


def registrable(host: str) -> str:
    """The part of a host that its owner registered: `api.eu.example.co.uk` -> `example.co.uk`; suffixes of two parts are few."""
    labels = host.lower().lstrip("*.").split(".")
    long = len(labels) > 2 and labels[-2] in ("co", "com", "org", "net", "gov", "ac") and len(labels[-1]) == 2
    return ".".join(labels[-3 if long else -2 :])


@lru_cache(maxsize=1 << 14)
def folded(name: str) -> str:
    """Letters and digits alone, in lower case: how names are compared that are spelt in many ways."""
    lowered = name.lower()
    return lowered if lowered.isalnum() and lowered.isascii() else _SIGNS.sub("", lowered)


_SIGNS = re.compile(r"[^a-z0-9]+")
