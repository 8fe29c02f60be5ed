"""Where a browser keeps a log-in: cookies with their flags, local storage."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, cookie_flags, in_comment
from llm_audit.model import Kind, SourceFile

_SUFFIXES = frozenset((".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".jsx", ".tsx", ".vue", ".svelte"))


_SET_COOKIE = expression(
    r"""(?:cookies\(\)|[cC]ookies?|res|reply|response)\.(?:set|cookie|setCookie)\(\s{0,20}["'`]([\w.\-:$]{2,60})["'`]"""
)
_SET_NAMED = expression(
    r"(?:cookies\(\)\)?|[cC]ookies?|res|reply|response)\.(?:set|cookie|setCookie)\(\s{0,20}(?P<name>[A-Za-z_][\w.]{1,60})\s{0,3},\s{0,20}"
    r"(?:[\w?]{1,40}\.){0,3}(?:\w{0,30}(?:[tT]oken|[jJ]wt|JWT)|session_?[iI]d)\b"
)
"""A token that is put into a cookie whose name another line gives."""
_AUTH_NAME = expression(r"(?i)^(?!.*[cx]srf).*(?:session|token|auth|sid\b|jwt|refresh|access|login)")
"""Names of cookies that hold a log-in; the one against forged forms holds none."""


def _cookies(file: SourceFile) -> Finds:
    """Cookies that hold a log-in, with their flags."""
    known: set[str] = set()
    for match in _SET_COOKIE.finditer(file.text):
        if not _AUTH_NAME.search(match[1]) or match[1] in known or in_comment(file.text, match.start()):
            continue
        known.add(match[1])
        block = file.text[match.start() : block_end(file.text, file.text.find("(", match.start()), 1500)]
        yield at(file, match.start(), Kind.SETTING, "auth.cookie", match[1], tool="cookie", flags=cookie_flags(block))
    for match in () if known else _SET_NAMED.finditer(file.text):
        name, named = match["name"], _name_of(file.text, match["name"])
        if not re.search(r"COOKIE|[cC]ookie_?(?:[nN]ame|\w{0,12}\.name)$", name) or not _AUTH_NAME.search(
            named or "session"
        ):
            continue
        if not in_comment(file.text, match.start()):
            block = file.text[match.start() : block_end(file.text, file.text.find("(", match.start()), 1500)]
            yield at(file, match.start(), Kind.SETTING, "auth.cookie", named, tool="cookie", flags=cookie_flags(block))
            return


def _name_of(text: str, constant: str) -> str:
    """The name of a cookie that a constant of the file holds; empty where another file gives it."""
    held = re.search(rf"\b{re.escape(constant)}\s{{0,3}}=\s{{0,3}}[\"'`]([\w.\-]{{2,60}})[\"'`]", text)
    return held[1] if held else ""


_STORAGE = expression(
    r"""\b(localStorage|sessionStorage|AsyncStorage|SecureStore)\.(?:setItem|setItemAsync)\(\s{0,10}["'`]([\w.\-:]{2,60})["'`]"""
)


def _browser(file: SourceFile) -> Finds:
    """Tokens that a browser keeps outside cookies."""
    for match in _STORAGE.finditer(file.text):
        if re.search(r"(?i)token$|jwt|access|session|[._-]auth$|^auth$", match[2]) and not in_comment(
            file.text, match.start()
        ):
            yield at(file, match.start(), Kind.SETTING, "auth.storage", match[1], key=match[2])


COLLECTORS = (
    Collector("auth-cookies", _cookies, suffixes=frozenset((".js", ".ts", ".mjs", ".cjs")), needs=("ookie",)),
    Collector("auth-browser", _browser, suffixes=_SUFFIXES, needs=("Storage.setItem(", "SecureStore.")),
)
