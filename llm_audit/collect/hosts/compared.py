"""Addresses that others are compared with, which nobody asks for there."""

from __future__ import annotations

import re

from llm_audit.collect.expressions import expression

_COMPARED = expression(
    r"(?:[=!]==?\s{0,3}|\b(?:starts?_?[wW]ith\??|StartsWith|ends?_?[wW]ith\??|EndsWith|includes\??|include\?|indexOf|starts_with\??"
    r"|str_starts_with|str_contains|[hH]as(?:Prefix|Suffix)|[cC]ontains|localeCompare|equals(?:IgnoreCase)?)\(\s{0,20}(?:[^()\"'`;{}]{1,60},\s{0,10})?)"
    r"[a-z]{0,2}[\"'`]\Z"
)
"""An address that another is compared with is asked for by nobody there."""
_LISTED = expression(
    r"(?<![\w$])(?P<name>[A-Za-z_$][\w$]{1,60}+)(?:\s{0,3}:[^=\n]{1,40})?\s{0,3}=\s{0,3}(?:new Set\(\s{0,9}|frozenset\(\s{0,9}|set\(\s{0,9})?\Z"
)
"""What gives a list a name, up to its bracket."""
_BEFORE_IT = expression(r"(?:\s{0,40}[\"'][^\"'\n]{1,120}[\"'],){0,4}\s{0,40}[\"']\Z")
"""The texts of a list, up to one of them."""
_LIST_HEAD = 130


def is_only_compared(text: str, before: str) -> bool:
    """Whether an address stands in a list of the file that others are only looked for in: `ALLOWED.includes(url)`.

    Args:
        text: of the file.
        before: some hundred characters before the address.
    """
    if before[-1:] not in ("'", '"') or before[:-1].rstrip()[-1:] not in ("[", "{", ","):
        return False
    opened = max(before.rfind("["), before.rfind("{"))
    if opened < 0 or not _BEFORE_IT.match(before, opened + 1):
        return False
    listed = _LISTED.search(before[max(0, opened - _LIST_HEAD) : opened])
    if listed is None:
        return False
    name = re.escape(listed["name"])
    uses = len(re.findall(rf"(?<![\w$]){name}(?![\w$])", text)) - 1
    asked = re.findall(
        rf"(?<![\w$]){name}\.(?:includes|indexOf|has|contains)\(|(?<!for )(?<![\w.])[\w.]{{1,60}} (?:not )?in {name}(?!\w)",
        text,
    )
    return uses == len(asked) > 0


def is_compared(near: str) -> bool:
    """Whether the address that follows is held against another."""
    return _COMPARED.search(near) is not None
