"""Places in bytes as places in the text that they encode."""

from __future__ import annotations

from collections.abc import Iterable


def in_characters(data: bytes, offsets: Iterable[int]) -> dict[int, int]:
    """For each offset in bytes the one in characters; all are looked up in one way through the bytes.

    Args:
        data: UTF-8, where half a surrogate pair may stand for itself.
        offsets: each at the beginning of a character, or at the end.
    """
    found: dict[int, int] = {}
    done = count = 0
    for offset in sorted(set(offsets)):
        count += len(data[done:offset].decode("utf-8", "surrogatepass"))
        found[offset] = count
        done = offset
    return found
