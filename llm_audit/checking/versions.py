"""Versions: what the document gives for a package, image or action against what the tree states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llm_audit.checking.findings import Finding, found
from llm_audit.checking.world import World
from llm_audit.document import plain
from llm_audit.integrations.strength import strength
from llm_audit.model import Fact, Kind, Role
from llm_audit.reading.claims import Versioned, versions
from llm_audit.reading.outline import Reading

_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_SIMPLE = re.compile(r"[\^~=v\s]*\d+(\.(\d+|x|\*))*([-+.]?[A-Za-z][\w.\-+]*)?$")
_DATE = re.compile(r"v?20\d\d-\d\d")
"""A version of an API, which vendors name after a day."""
_FIRM = re.compile(r"^[\^~v]|\.")
"""A version that is marked as one, so that `retry 3` is not taken for a package with its version."""


def stale(reading: Reading, world: World) -> Iterator[Finding]:
    """A finding for each version in the document that agrees with no statement of the tree."""
    seen: set[tuple[str, int]] = set()
    for claim in versions(reading):
        facts = world.packages.get(claim.name.lower(), [])
        if (claim.name, claim.line) in seen or not _is_claim(claim, facts):
            continue
        stated = list(_stated(facts))
        if stated and not any(agrees(claim.version, one) for one in stated):
            seen.add((claim.name, claim.line))
            yield _finding(claim, facts)


def _is_claim(claim: Versioned, facts: list[Fact]) -> bool:
    if (
        claim.version.startswith(">")
        or _DATE.match(claim.version)
        or not any(one.role == Role.SOURCE and one.kind != Kind.LOCKED for one in facts)
    ):
        return False
    names = {one.name for one in facts}
    if claim.name not in names:
        return False
    return bool(_FIRM.search(claim.version)) or claim.joint.strip("`*\"' ") in ("@", "==", ":")


def _stated(facts: Iterable[Fact]) -> Iterator[str]:
    """The versions that can be told for certain; nothing at all when one statement leaves it open."""
    rows = list(facts)
    locked = [one.value for one in rows if one.kind == Kind.LOCKED and _NUMBER.search(one.value)]
    declared = [one.value for one in rows if one.kind != Kind.LOCKED]
    if not locked and any(value and not _SIMPLE.match(value) for value in declared):
        return
    yield from locked
    yield from (value for value in declared if _NUMBER.search(value))


def agrees(claimed: str, stated: str) -> bool:
    """Whether a claimed version is one of the stated ones, to the precision of the shorter."""
    left = _parts(claimed)
    return any(left[: len(right)] == right[: len(left)] for right in map(_parts, _NUMBER.findall(stated)) if right)


def _parts(version: str) -> list[int]:
    number = _NUMBER.search(version)
    return [int(part) for part in number[0].split(".") if len(part) < 9] if number else []


def _finding(claim: Versioned, facts: list[Fact]) -> Finding:
    proof = [one for one in facts if one.role == Role.SOURCE and one.kind != Kind.LOCKED and _NUMBER.search(one.value)]
    locked = [one for one in facts if one.kind == Kind.LOCKED]
    ranked = sorted(proof, key=lambda one: (-strength(one), one.path))
    now = _now(claim, ranked, locked)
    return found(
        "stale-version",
        f"{claim.name}@{claim.version}",
        f"The document gives {plain(claim.name)} {plain(claim.version)}; the code has {plain(now)}",
        line=claim.line,
        entry=claim.name,
        code=tuple(one.place for one in [*ranked, *locked]),
        mend=f"Write {plain(claim.name)} {plain(now)}",
        edit=(claim.line, claim.version, now),
    )


def _now(claim: Versioned, declared: list[Fact], locked: list[Fact]) -> str:
    """The version to write: a range where the document and the manifest write one, else the resolved one."""
    spec = declared[0].value.strip() if declared else ""
    if claim.version[:1] in "^~" and _SIMPLE.match(spec):
        return spec
    number = _NUMBER.search(spec)
    exact = locked[0].value.lstrip("v") if locked else number[0] if number else spec
    return f"v{exact}" if claim.version.startswith("v") else exact
