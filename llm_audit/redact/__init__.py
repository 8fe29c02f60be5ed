"""The filter between the audited tree and everything else: the only maker of `Redacted` text.

Layers report spans on the text; spans are united and replaced by `[REDACTED:<kind>]`, only the value, line count kept:
values known in this run, the engine's vendor rules over several views, our own formats and structures, randomness, and
base64, again until nothing is found. If any part cannot run, nothing is let through.
"""

from llm_audit.redact.allowed import Allowed, concerns
from llm_audit.redact.allowed import value as is_allowed
from llm_audit.redact.engine import start, use_cache
from llm_audit.redact.filter import allow, clean, clean_assigned, holding, learn, redact, scan
from llm_audit.redact.formats import RULES, Rule
from llm_audit.redact.known import forget
from llm_audit.redact.known import present as occurring
from llm_audit.redact.names import is_secret_name, looks_secret
from llm_audit.redact.spans import KINDS, MARKER, Span

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
