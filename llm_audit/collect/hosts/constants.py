"""Where a request, a script or a picture takes the address that a constant of another file holds: `fetch(UPDATES_URL)`.

The fact's value is the constant's name, its detail `use` what is done with the address. Which address it is, the facts of
hosts say by their detail `bound`.
"""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.literals import Literals
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_SUFFIXES = frozenset(
    ".ts .tsx .js .jsx .mjs .cjs .mts .cts .py .go .java .kt .rb .php .cs .rs .ex .exs .vue .svelte .astro".split()
)
_CONSTANT = r"(?P<name>[A-Z][A-Z0-9]*_[A-Z0-9_]{2,50})\b(?!\s{0,3}[(=:])"
_HELD = rf"(?:[\"'`](?:\$\{{|#\{{|\{{))?(?:[A-Za-z_]\w{{0,40}}(?:\.|::)){{0,3}}{_CONSTANT}"
_VALUE = rf"\s{{0,20}}(?:[\w.]{{1,30}},\s?)?(?:[\"'][A-Z]{{3,7}}[\"'],\s{{0,9}})?(?:new URL\()?[fF]?{_HELD}"
_CALLED = expression(_VALUE)
_METHOD = expression(rf"\w{{1,20}}\({_VALUE}")
_VERB = expression(rf"(?:get|post|put|Get|Post)\({_VALUE}")
_ATTRIBUTE = expression(rf"\{{?{_HELD}")
_MEMBER = expression(rf"\s?=?\s?{_HELD}")
_HEADS = (
    *((head, _CALLED, "call") for head in "fetch( got( ky( axios( sendBeacon( urlopen( file_get_contents( URI( Async(".split()),
    *((head, _METHOD, "call") for head in "axios. requests. httpx. Http:: HTTParty. Faraday. URI. NewReq".split()),
    *((head, _VERB, "call") for head in "session. client. http.".split()),
    ("src=", _ATTRIBUTE, "script"),
    *((head, _MEMBER, "script") for head in (".src", "'src',", '"src",')),
)  # fmt: skip
"""What stands before the constant's call: a literal, how the text goes on behind it, and what is done with the address."""
_LITERALS = Literals(head for head, *_ in _HEADS)
_PART_OF_NAME = frozenset("Async( .src 'src', \"src\",".split())
"""Heads before which letters may stand."""


def _constants(file: SourceFile) -> Finds:
    text, known = file.text, set[tuple[str, str]]()
    held = _LITERALS.in_text(text)
    for head, behind, use in _HEADS:
        if head not in held:
            continue
        at_head = text.find(head)
        while at_head >= 0:
            match = behind.match(text, at_head + len(head))
            whole = head in _PART_OF_NAME or not (text[at_head - 1 : at_head].isalnum() and at_head)
            if match and whole and (match["name"], use) not in known and not in_comment(text, at_head):
                known.add((match["name"], use))
                yield at(file, match.start("name"), Kind.SETTING, "url.constant", match["name"], use=use)
            at_head = text.find(head, at_head + len(head))


COLLECTORS = (
    Collector(
        "hosts-constants",
        _constants,
        suffixes=_SUFFIXES,
        needs=tuple(
            "fetch( got( ky( axios sendBeacon( urlopen( requests. httpx. http.Get( http.Post( NewRequest file_get_contents( Http:: HTTParty."
            " Faraday. URI( URI. Async( src= 'src' \"src\" .src session. client.".split()
        ),
    ),
)
