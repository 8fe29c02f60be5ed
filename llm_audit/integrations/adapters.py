"""Folders in which many modules stand side by side, one for each system that a deployment may choose."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from llm_audit.collect.literals import Literals
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Fact, Kind

_ADAPTERS = (
    "retrievers", "providers", "adapters", "connectors", "integrations", "scrapers", "loaders", "notifiers", "channels",
    "gateways", "backends", "drivers", "extractors", "destinations", "pipe", "pipes", "announcers", "publishers", "sinks", "exporters",
)  # fmt: skip
_ADAPTER = re.compile(
    rf"(?P<folder>(?:^|.*/)(?:[a-z]{{2,20}}[-_])?(?:{'|'.join(_ADAPTERS)}))/(?P<name>[\w\-]+)(?=[/.])(?!.*sx$)"
)
_PLUGIN = re.compile(_ADAPTER.pattern.replace("(?:retrievers|", "(?:plugins|retrievers|"))
"""In Python plugins are choices as well; frameworks of JavaScript load every one that they find."""
_FOLDERS = Literals(f"{word}/" for word in (*_ADAPTERS, "plugins"))
_MANY = 4
"""So many modules side by side are choices, of which a deployment makes some."""


class Adapters:
    """The folders of this tree that hold so many adapters that they are choices.

    Args:
        ledger: all facts.
    """

    def __init__(self, ledger: Ledger) -> None:
        siblings: dict[str, set[str]] = defaultdict(set)
        for path in {one.path for one in ledger.of(Kind.IMPORT, Kind.CALL, Kind.ENV_READ)}:
            if found := _adapter(path):
                siblings[found["folder"]].add(found["name"])
        self._many = {folder for folder, names in siblings.items() if len(names) >= _MANY}

    def hold(self, facts: Iterable[Fact]) -> bool:
        """Whether all of these facts, of which there are some, were read in adapters."""
        places = [_adapter(one.path) for one in facts]
        return bool(places) and all(place and place["folder"] in self._many for place in places)


def _adapter(path: str) -> re.Match[str] | None:
    """The folder of adapters that a file stands in, and the name of the one that it belongs to."""
    if not _FOLDERS.in_text(path):
        return None
    found = (_ADAPTER if not path.endswith(".py") else _PLUGIN).search(path)
    return found if found and found["name"].lower() not in _OF_ALL else None


_OF_ALL = frozenset("env environment config configuration settings".split())
"""What stands beside adapters and holds the settings of the whole program."""
