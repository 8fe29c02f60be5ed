"""What a script calls by a name: references to variables, replaced by what the same file sets them to."""

from __future__ import annotations

import re

from llm_audit.collect.expressions import expression

_USED = expression(
    r"\$\{\{\s?(?:env|vars|inputs)\.(\w{1,80})\s?\}\}|\{\{\s?\.?([A-Za-z_]\w{0,80})\s?\}\}|\$\(([A-Za-z_]\w{0,80})\)"
    r"|\$\{([A-Za-z_]\w{0,80})(?::?[-=]([^{}\n]{0,200}))?\}|\$([A-Za-z_]\w{0,80})"
)
"""The variables of workflows, of just and Task, of make, of shells; those of a shell with what stands in for them."""
_DEPTH = 3


def resolved(text: str, within: str) -> str:
    """A text whose variables are replaced by what the file gives them; those that it gives nothing stay as they are.

    Args:
        text: what is to be read, such as the reference of an image.
        within: the whole script, Makefile, justfile or workflow.
    """

    def value(match: re.Match[str]) -> str:
        name = next(group for group in (*match.groups()[:4], match[6]) if group)
        given = _set_to(name, within)
        if f"{{{name}" in given:  # itself, or what stands in for it
            given = _USED.sub(lambda own: own[5] or "", given)
        return given or match[5] or match[0]

    for _ in range(_DEPTH):
        text, before = _USED.sub(value, text[:500]), text
        if text == before:
            break
    return text


def _set_to(name: str, within: str) -> str:
    """The first value that lines of their own give a name; of a command's output nothing is known."""
    set_here = re.search(
        rf"^[ \t]*(?:(?:export|local|readonly|declare)[ \t]+)?{name}[ \t]*(?:[:?]{{0,2}}=|:)[ \t]*[\"']?"
        rf"(?!\$\(\w+[ \t]|`)([^\s\"'#]{{1,200}})[\"']?[ \t]*(?:#.*)?$",
        within,
        re.MULTILINE,
    )
    return set_here[1] if set_here else ""
