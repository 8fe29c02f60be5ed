"""Cookies and sessions, as settings name them."""

from __future__ import annotations

from collections.abc import Iterable

from llm_audit.document import code, plain
from llm_audit.integrations.values.context import Context
from llm_audit.model import Fact, Kind


def cookie_text(facts: Iterable[Fact]) -> str:
    """The cookie that holds a session or token, and its flags, where a setting names them."""
    for fact in facts:
        name = fact.detail("cookie") or (fact.value if fact.name == "auth.cookie" else "")
        if name or fact.detail("flags"):
            flags = fact.detail("flags").replace("=true", "").replace(",", ", ")
            shown = f"cookie {code(name)}" if name else "cookie"
            return f"{shown}, {plain(flags)}" if flags else shown
    return ""


def cookie(context: Context) -> str:
    return cookie_text(context.sighting.of(Kind.SETTING))


def session(context: Context) -> str:
    found = [f for f in context.sighting.of(Kind.SETTING) if f.detail("session") or f.detail("adapter")]
    parts = [f"{plain(found[0].detail('session'))} sessions" if found and found[0].detail("session") else ""]
    parts.append(
        f"accounts kept through {plain(found[0].detail('adapter'))}" if found and found[0].detail("adapter") else ""
    )
    return "; ".join(part for part in parts if part)
