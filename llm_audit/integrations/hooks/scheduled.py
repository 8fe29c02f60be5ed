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
    told = [_shape(route.name) for route in ledger.of(Kind.ROUTE)]
    found: dict[str, Fact] = {}
    for fact in ledger.of(Kind.PLATFORM):
        for path in _CRON.findall(fact.detail("crons")) if fact.name == "vercel" else ():
            if not any(shape.fullmatch(path.partition("?")[0].rstrip("/")) for shape in told):
                found.setdefault(path, fact)
    if not found:
        return
    files = dict.fromkeys(_answering(path.partition("?")[0], ledger) for path in found)
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


def _shape(route: str) -> re.Pattern[str]:
    """What paths a route answers at, its parameters standing for any part."""
    parts = (re.escape(part) if not _PARAMETER.match(part) else "[^/]+" for part in route.rstrip("/").split("/"))
    return re.compile("/".join(parts))


_PARAMETER = re.compile(r"[\[:{<*]")


def _answering(path: str, ledger: Ledger) -> str:
    """The file that answers at a path, the most particular one first; empty where none is known."""
    fits: list[tuple[int, str]] = []
    for file in ledger.paths:
        if (named := _ROUTE_FILE.search(file)) and (size := _length(named["path"], path)):
            fits.append((size, file))
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
