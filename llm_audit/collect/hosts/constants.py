"""Where a request, a script or a picture takes the address that a constant of another file holds: `fetch(UPDATES_URL)`.

The fact's value is the constant's name, its detail `use` what is done with the address. Which address it is, the facts of
hosts say by their detail `bound`.
"""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_SUFFIXES = frozenset(
    ".ts .tsx .js .jsx .mjs .cjs .mts .cts .py .go .java .kt .rb .php .cs .rs .ex .exs .vue .svelte .astro".split()
)
_CONSTANT = r"(?P<name>[A-Z][A-Z0-9]*_[A-Z0-9_]{2,50})\b(?!\s{0,3}[(=:])"
_HELD = rf"(?:[\"'`](?:\$\{{|#\{{|\{{))?(?:[A-Za-z_]\w{{0,40}}(?:\.|::)){{0,3}}{_CONSTANT}"
_ASKED = expression(
    r"\b(?:fetch|\$fetch|ofetch|got|ky|axios(?:\.\w{1,8})?|sendBeacon|urlopen|requests\.\w{1,8}|httpx\.\w{1,8}|session\.(?:get|post|put)"
    r"|client\.(?:get|post|put)|http\.(?:Get|Post|get|post)|NewRequest(?:WithContext)?|file_get_contents|Http::\w{1,10}|HTTParty\.\w{1,8}"
    r"|Faraday\.\w{1,8}|URI(?:\.parse|\.open)?|(?:Get|Post)(?:String|Json)?Async)\(\s{0,20}"
    rf"(?:[\w.]{{1,30}},\s?)?(?:[\"'][A-Z]{{3,7}}[\"'],\s{{0,9}})?(?:new URL\()?[fF]?{_HELD}"
)
_SHOWN = expression(rf"(?:\bsrc=\{{?|[\"']src[\"'],\s?|\.src\s?=\s?){_HELD}")


def _constants(file: SourceFile) -> Finds:
    known: set[tuple[str, str]] = set()
    for use, pattern in (("call", _ASKED), ("script", _SHOWN)):
        for match in pattern.finditer(file.text):
            row = match["name"], use
            if row not in known and not in_comment(file.text, match.start()):
                known.add(row)
                yield at(file, match.start("name"), Kind.SETTING, "url.constant", match["name"], use=use)


COLLECTORS = (
    Collector(
        "hosts-constants",
        _constants,
        suffixes=_SUFFIXES,
        needs=tuple(
            "fetch( got( ky( axios sendBeacon( urlopen( requests. httpx. http.Get( http.Post( NewRequest file_get_contents( Http:: HTTParty."
            " Faraday. URI( URI. Async( src={ 'src' \"src\" .src session. client.".split()
        ),
    ),
)
