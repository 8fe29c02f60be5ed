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
            parts = (part.strip().partition("=")[::2] for part in fact.detail("flags").split(",") if part.strip())
            flags = {key.lower(): text for key, text in parts}
            script = flags.pop("httponly", "false").lower() in _ON
            shown = f"{'httpOnly ' if script else ''}cookie{f' {code(name)}' if name else ''}"
            return ", ".join((shown, *filter(None, (_flag(key, text) for key, text in flags.items()))))
    return ""


_ON = ("", "true", "1")
_OFF = ("false", "0", "none", "null", "nil")
_SITES = ("strict", "lax", "none")
"""What a cookie may say of other sites; an expression says nothing that a reader could use."""


def _flag(key: str, text: str) -> str:
    """One flag as a reader writes it: `SameSite=Lax`, `Secure`; one that an expression decides, by that expression."""
    name = {
        "samesite": "SameSite",
        "secure": "Secure",
        "maxage": "Max-Age",
        "max_age": "Max-Age",
        "domain": "Domain",
    }.get(key, key)
    word = text.lower()
    if key == "samesite":
        return f"SameSite={word.capitalize()}" if word in _SITES else ""
    if word in _ON:
        return name
    if key == "secure":
        return "" if word in _OFF else f"Secure when {code(text)}"
    return f"{name} {code(text)}" if text and word not in _OFF else ""


def cookie(context: Context) -> str:
    return cookie_text(context.sighting.of(Kind.SETTING))


_TOKENS = ("jwt", "jwe")


def session(context: Context) -> str:
    found = [f for f in context.sighting.of(Kind.SETTING) if f.detail("session") or f.detail("adapter")]
    kept = plain(found[0].detail("session")) if found else ""
    parts = [f"{kept.upper() if kept in _TOKENS else kept} sessions" if kept else ""]
    parts.append(
        f"accounts kept through {plain(found[0].detail('adapter'))}" if found and found[0].detail("adapter") else ""
    )
    return "; ".join(part for part in parts if part)
