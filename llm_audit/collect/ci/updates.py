"""Dependabot: the ecosystems that it keeps up to date."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.parsed import root_of
from llm_audit.model import Kind, SourceFile


def collect(file: SourceFile) -> Finds:
    """A setting per entry of `updates`."""
    root = yield from root_of(file)
    for item in root.get("updates"):
        ecosystem = item.get("package-ecosystem")
        if ecosystem.text:
            details = {
                "tool": "dependabot",
                "directory": item.get("directory").text or ", ".join(node.text for node in item.get("directories")),
                "interval": item.get("schedule", "interval").text,
            }
            yield fact(file, ecosystem.line, Kind.SETTING, "dependabot.ecosystem", ecosystem.text, **details)


COLLECTORS = (Collector("ci.updates", collect, names=frozenset({"dependabot.yml", "dependabot.yaml"})),)
