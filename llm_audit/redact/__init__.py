"""The filter between the audited tree and everything else: the only maker of `Redacted` text.

Layers report spans on the text; spans are united and replaced by `[REDACTED:<kind>]`, only the value, line count kept:
values known in this run, the engine's vendor rules over several views, our own formats, structures, places and names,
randomness, and base64, again until nothing is found. If any part cannot run, nothing is let through.

The layers compile hundreds of expressions, so they are loaded with the first name of theirs that somebody asks for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from llm_audit.redact.allowed import Allowed, concerns
from llm_audit.redact.allowed import value as is_allowed
from llm_audit.redact.spans import KINDS, MARKER, Span

if TYPE_CHECKING:
    from llm_audit.redact.engine import start, use_cache
    from llm_audit.redact.filter import allow, clean, clean_assigned, clean_variable, holding, learn, redact, scan
    from llm_audit.redact.formats import RULES, Rule
    from llm_audit.redact.known import forget
    from llm_audit.redact.known import present as occurring
    from llm_audit.redact.names import is_secret_name, looks_secret

__all__ = [
    "KINDS",
    "MARKER",
    "RULES",
    "Allowed",
    "Rule",
    "Span",
    "allow",
    "clean",
    "clean_assigned",
    "clean_variable",
    "concerns",
    "forget",
    "holding",
    "is_allowed",
    "is_secret_name",
    "learn",
    "looks_secret",
    "occurring",
    "redact",
    "scan",
    "start",
    "use_cache",
]

_LATER = {
    "RULES": ("formats", "RULES"),
    "Rule": ("formats", "Rule"),
    "allow": ("filter", "allow"),
    "clean": ("filter", "clean"),
    "clean_assigned": ("filter", "clean_assigned"),
    "clean_variable": ("filter", "clean_variable"),
    "forget": ("known", "forget"),
    "holding": ("filter", "holding"),
    "is_secret_name": ("names", "is_secret_name"),
    "learn": ("filter", "learn"),
    "looks_secret": ("names", "looks_secret"),
    "occurring": ("known", "present"),
    "redact": ("filter", "redact"),
    "scan": ("filter", "scan"),
    "start": ("engine", "start"),
    "use_cache": ("engine", "use_cache"),
}
"""What is loaded when it is asked for: the module, and the name there."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, original = _LATER[name]
    found = getattr(importlib.import_module(f"{__name__}.{module}"), original)
    globals()[name] = found
    return found
