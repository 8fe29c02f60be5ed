"""What configuration documents of hosting platforms say in many places at once, as one text."""

from __future__ import annotations

from llm_audit.parse import Node


def joined(node: Node, limit: int = 300) -> str:
    """The texts of a list, or the keys of a mapping, or the text, comma-separated."""
    items = [item.text for item in node] or [key for key, _ in node.items()] or [node.text]
    return ", ".join(filter(None, items))[:limit]
