"""Collectors, one file per kind of evidence. Being a module of this package with a `COLLECTORS` tuple is enough to be found."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from llm_audit.collect.base import Collector


@cache
def collectors() -> tuple[Collector, ...]:
    """All collectors, by name.

    Raises:
        ValueError: two collectors share a name; a bug of ours.
    """
    found: dict[str, Collector] = {}
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        for collector in getattr(importlib.import_module(module.name), "COLLECTORS", ()):
            if collector.name in found:
                raise ValueError(f"two collectors are called {collector.name}")
            found[collector.name] = collector
    return tuple(found[name] for name in sorted(found))
