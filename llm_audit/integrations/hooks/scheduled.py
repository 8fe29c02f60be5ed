"""Routes that the hosting platform calls on a schedule: its configuration names them, whatever they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.document import code
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Candidate, Fact, Kind, Value

_CRON = re.compile(r"(?:^|, )(/\S+)")
_ROUTE_FILE = re.compile(r"(?:^|/)(?:app|pages)(?P<path>/.+?)(?:/route|/index)?\.[cm]?[jt]sx?$")
"""Files that answer at a path of Next.js ("Route Handlers", "API Routes")."""
_SECRET = re.compile(r"SECRET|TOKEN|KEY")
_MOST = 10


def scheduled(ledger: Ledger, section: str) -> Iterator[Candidate]:
    """One entry for the calls of Vercel's scheduler to routes that nothing else betrays.

    Args:
        ledger: the facts.
        section: heading under which the entry belongs.
    """
    platforms = [fact for fact in ledger.of(Kind.PLATFORM) if fact.name == "vercel"]
    crons = {path: fact for fact in reversed(platforms) for path in reversed(_CRON.findall(fact.detail("crons")))}
    told = [_parts(route.name) for route in ledger.of(Kind.ROUTE)] if crons else []
    found = {path: fact for path, fact in reversed(crons.items()) if not _is_told(path, told)}
    if not found:
        return
    places = [(named["path"], file) for file in ledger.paths if (named := _ROUTE_FILE.search(file))]
    files = dict.fromkeys(_answering(path.partition("?")[0], places) for path in found)
    secrets = [one for file in files if file for one in _secrets(file, ledger)]
    shown = ", ".join(code(f"GET {path}") for path in list(found)[:_MOST])
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    names = ", ".join(dict.fromkeys(one.name for one in secrets))
    values = (Value("Verification", f"Secret {names}"),) if names else ()
    yield Candidate(
        "callers:vercel-cron",
        "Vercel's scheduler",
        section,
        "Incoming",
        f"{shown}{more}",
        values,
        (*dict.fromkeys(found.values()), *secrets),
    )


def _parts(path: str) -> list[str]:
    return path.partition("?")[0].rstrip("/").split("/")


def _is_told(path: str, told: list[list[str]]) -> bool:
    """Whether one of the routes answers at a path, its parameters standing for any part."""
    parts = _parts(path)
    return any(
        len(parts) == len(route)
        and all(one == other or (one and other[:1] in _PARAMETERS) for one, other in zip(parts, route, strict=True))
        for route in told
    )


_PARAMETERS = frozenset("[:{<*")
"""How a part of a route begins that is a parameter."""


def _answering(path: str, places: list[tuple[str, str]]) -> str:
    """The file that answers at a path, the most particular one first; empty where none is known.

    Args:
        path: that is called.
        places: the path at which each file answers that does, with the file's own.
    """
    fits = [(size, file) for written, file in places if (size := _length(written, path))]
    return max(fits)[1] if fits else ""


def _length(written: str, path: str) -> int:
    """How much of a path a file's own path spells out, plus one; 0 where it does not answer there."""
    plain = re.sub(r"/\([^/]*\)", "", written)
    head, _, rest = plain.partition("/[")
    if not rest:
        return len(plain) + 1 if plain == path else 0
    return len(head) + 1 if path.startswith(f"{head}/") and rest.startswith("...") else 0


def _secrets(file: str, ledger: Ledger) -> list[Fact]:
    """The variables of a handler's file that a caller's word may be held against."""
    read = [
        one for one in ledger.of(Kind.ENV_READ) if one.path == file and "CRON" in one.name and _SECRET.search(one.name)
    ]
    return read[:1]
