"""What a webhook handler tells apart when its route stands in another file: the events of a provider, the providers of a route."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.collect.routes.told import events, providers
from llm_audit.model import Kind, SourceFile

_SUFFIXES = frozenset(
    (".js", ".ts", ".mjs", ".cjs", ".mts", ".py", ".go", ".php", ".rb", ".java", ".kt", ".cs", ".rs", ".ex")
)
_TELLING = expression(r"(?i)webhook|constructEvent|bounce|\bipn\b")
_NAMED = expression(
    r"(?i)webhook|(?:^|[/_\-.])hooks?[/_\-.]|bounce|callback|(?:^|[/_\-.])ipn|stripe|paddle|listener|payment|billing"
)
_PARAMETER = expression(
    r"""\b(\w{2,30})\b(?:,\s?\w+)?\s{0,3}(?::=|=|:)\s{0,3}(?:\w{1,20}\.){0,3}(?:Param|param|params|Params|PathValue|URLParam|route|get|query)?\s?[.(\[]{1,2}\s?["':]?(service|provider|source|vendor|platform|channel|integration|gateway|processor)\b"""
)
_FUNCTION = expression(
    r"^[ \t]*(?:export\s+)?(?:default\s+)?(?:public\s+|private\s+|protected\s+|static\s+|async\s+)*(?:func(?:tion)?|def|fn|fun)\s+(?:\([^)\n]{0,80}\)\s*)?(\w{1,80})|^[ \t]*(?:export\s+)?const\s+(\w{1,80})\s*=\s*(?:async\s*)?(?:\(|function)",  # noqa: E501
    re.MULTILINE,
)


def _dispatch(file: SourceFile) -> Finds:
    text = file.text
    if not _NAMED.search(file.path) or not _TELLING.search(text):
        return
    if names := events(text):
        first = min((offset for name in names[:12] if (offset := _quoted(text, name)) >= 0), default=0)
        if not in_comment(text, first):
            yield at(file, first, Kind.SETTING, "webhook.events", ",".join(names[:12]), handler=_enclosing(text, first))
    for match in _PARAMETER.finditer(text):
        names = providers(text[match.end() : match.end() + 12_000], [match[1]])
        if len(names) > 1 and not in_comment(text, match.start()):
            yield at(
                file,
                match.start(),
                Kind.SETTING,
                "webhook.providers",
                ",".join(names[:16]),
                handler=_enclosing(text, match.start()),
                parameter=match[2],
            )
            return


def _quoted(text: str, name: str) -> int:
    """Where a literal stands, in a case of a switch before anywhere else."""
    forms = (f'case "{name}"', f"case '{name}'", f'"{name}"', f"'{name}'")
    return next((offset for form in forms if (offset := text.find(form)) >= 0), -1)


def _enclosing(text: str, offset: int) -> str:
    """The last function that starts before an offset."""
    last = ""
    for match in _FUNCTION.finditer(text, max(0, offset - 20_000), offset):
        last = match[1] or match[2]
    return last


COLLECTORS = (
    Collector("webhook-dispatch", _dispatch, suffixes=_SUFFIXES, needs=("ebhook", "ounce", "constructEvent")),
)
