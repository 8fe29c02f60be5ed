"""Webhooks: routes that the document does not name, and handlers that do not verify their caller."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.checking.findings import Finding, found
from llm_audit.checking.naming import folded
from llm_audit.checking.rules import Severity
from llm_audit.checking.world import World
from llm_audit.document import code
from llm_audit.model import Candidate, Fact, Kind
from llm_audit.reading.outline import Reading

_HOOK = re.compile(r"(?i)web_?hook|(^|[/_\-])hooks?([/_\-]|$)|callback|postback|ipn\b")
_PARAMETER = re.compile(r"\$?\{[^}]{0,60}\}|\[{1,2}[^\]]{0,60}\]{1,2}|<[^>]{0,60}>|:[A-Za-z_]\w{0,60}|\*+")
_MORE = re.compile(r"(?i)\band \d{1,5} (more|others?)\b|\betc\b|\band (so on|many more|others)\b|…")
_UNVERIFIED = re.compile(
    r"(?i)no (signature |hmac |caller )?(verification|signature|validation|authentication|auth\b)|unverified"
    r"|unauthenticated|not (\w+ )?(verified|validated|authenticated|signed|checked)"
    r"|without (\w+ )?(verification|signature|validation|auth)"
)


def undocumented(reading: Reading, world: World) -> Iterator[Finding]:
    """A finding for each caller whose routes the document does not name."""
    text = _routes_of(reading.text)
    raw = reading.text.lower()
    for one in _incoming(world):
        routes = [fact for fact in one.facts if fact.kind == Kind.ROUTE]
        lost = [fact for fact in routes if not _told(fact, text, raw)]
        if not lost or (len(lost) < len(routes) and (len(lost) * 2 <= len(routes) or _is_cut(reading, one, routes))):
            continue
        shown = ", ".join(code(fact.name) for fact in lost[:3])
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        bare = ", without verification" if is_unverified(one) else ""
        yield found(
            "undocumented-webhook",
            _subject(one, lost),
            f"{one.name}: {shown}{more}{bare}, not in the document",
            entry=one.name,
            code=tuple(fact.place for fact in lost),
            section=one.section,
            at_most=Severity.WARNING if _is_hook(one, lost, world) else Severity.INFO,
        )


def _is_cut(reading: Reading, one: Candidate, routes: list[Fact]) -> bool:
    """Whether the document says of the caller's routes that it names only some of them."""
    named = [route for route in routes if _told(route, _routes_of(reading.text), reading.text.lower())]
    return bool(named) and _MORE.search(_where(reading, named[0], one.name)[1]) is not None


def _subject(one: Candidate, lost: list[Fact]) -> str:
    return f"{one.key} {min(fact.name for fact in lost)}"


def _incoming(world: World) -> Iterator[Candidate]:
    return (one for one in world.candidates if one.group == "Incoming")


def _is_hook(one: Candidate, routes: list[Fact], world: World) -> bool:
    return one.key in world.catalog.services or any(_HOOK.search(fact.name) for fact in routes)


def _routes_of(text: str) -> str:
    """A text in which every route parameter is written the same way."""
    return _PARAMETER.sub("{}", text.lower().replace("/*", "/{}"))


def _told(route: Fact, text: str, raw: str) -> bool:
    path = _PARAMETER.sub("{}", route.name.lower()).rstrip("/")
    parts = [part for part in path.split("/") if part]
    tails = [path, "/".join(parts[-2:])] if len(parts) > 1 else [path]
    file = route.path.lower()
    return any(tail and tail in text for tail in tails) or file in raw or "/".join(file.split("/")[-3:]) in raw


def is_unverified(one: Candidate) -> bool:
    """Whether nothing in the handlers' files checks who calls; of a handler that stands nowhere known nothing is said."""
    return not any(fact.kind == Kind.VERIFY or fact.detail("unlocated") for fact in one.facts)


def unverified(reading: Reading, world: World) -> Iterator[Finding]:
    """A finding for each documented webhook of a known service that is not verified, unless the document says so."""
    text = _routes_of(reading.text)
    raw = reading.text.lower()
    for one in _incoming(world):
        routes = [fact for fact in one.facts if fact.kind == Kind.ROUTE]
        told = [fact for fact in routes if _told(fact, text, raw)]
        if not told or not is_unverified(one) or not _is_hook(one, routes, world):
            continue
        line, around = _where(reading, told[0], one.name)
        if not _UNVERIFIED.search(around):
            known = one.key in world.catalog.services
            yield found(
                "unverified-webhook", _subject(one, told),
                f"Nothing in the handler of {code(told[0].name)} verifies the caller",
                line=line, entry=one.name, code=tuple(fact.place for fact in told), section=one.section,
                at_most=Severity.WARNING if known else Severity.INFO,
            )  # fmt: skip


def _where(reading: Reading, route: Fact, name: str) -> tuple[int, str]:
    """The first line that names a route, and the text of every entry around such lines."""
    path = _PARAMETER.sub("{}", route.name.lower()).rstrip("/")
    tail = "/".join([part for part in path.split("/") if part][-2:])
    lines = [one.number for one in reading.lines if tail and tail in _routes_of(one.text)]
    lines = lines or [one.number for one in reading.lines if folded(name) in folded(one.text)]
    around = [
        item
        for item in reading.items
        if any(item.line <= number <= item.end for number in lines) and item.end - item.line < 25
    ]
    text = "\n".join(one.text for item in around for one in reading.lines[item.line - 1 : item.end])
    return (lines[0] if lines else 0), text
