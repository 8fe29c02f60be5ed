"""Container image references as files write them: `registry/name:tag@digest`, with shell-like variables in any part."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llm_audit.collect.expressions import expression

_VARIABLE = expression(r"\$\{([A-Za-z_]\w{0,80})(?::?([-?+])([^{}]{0,200}))?\}|\$([A-Za-z_]\w{0,80})")
_OPEN = expression(r"\$|\{\{|<|%")
_LEADING = expression(r"^(?:\$\{[^{}/]{0,200}\}|\$\w{1,80}|\{\{[^{}]{0,200}\}\}|\$\([^()]{0,200}\))/")
_OWN_IMAGE = expression(r"^\$\{?\{?\s?\w{0,80}(?:IMAGE|CI_REGISTRY)", re.IGNORECASE)
_IMAGE = expression(r"[a-z0-9][a-z0-9._:\-]{0,120}(?:/[a-z0-9._\-]{1,120}){0,8}\Z")
_TAG = expression(r"[\w][\w.\-]{0,127}\Z")
_NO_IMAGES = frozenset({"", "scratch", "none", "null", "true", "false"})


def expand(text: str, defaults: Mapping[str, str] | None = None) -> str:
    """Puts defaults in place of variables: those written in the text (`${X:-1}`), else those given; others stay."""
    known = defaults or {}

    def default(match: re.Match[str]) -> str:
        if match[2] == "-" and not known.get(match[1], ""):
            return match[3] or ""
        return known.get(match[1] or match[4]) or match[0]

    for _ in range(3):
        expanded = _VARIABLE.sub(default, text[:500])
        if expanded == text:
            break
        text = expanded
    return text


def split_image(text: str, defaults: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """Image name and tag of a reference, or None when it names no image.

    Capitals are not allowed in image names: `IMAGE_NAME:TAG` is a placeholder.
    A registry that only a variable names is left out, and so is a tag: `$MIRROR/postgres:${V}` is `postgres`.
    """
    reference = expand(text.strip().strip("\"'"), defaults).removeprefix("docker://").removeprefix("docker-daemon:")
    if _OWN_IMAGE.match(reference):
        return None
    for _ in range(3):
        reference = _LEADING.sub("", reference)
    reference = reference.partition("@")[0]
    head, slash, last = reference.rpartition("/")
    name, _, tag = last.partition(":")
    image = f"{head}{slash}{name}"
    if image.lower() in _NO_IMAGES or _OPEN.search(image) or not _IMAGE.match(image):
        return None
    return image, tag if _TAG.match(tag) else ""
