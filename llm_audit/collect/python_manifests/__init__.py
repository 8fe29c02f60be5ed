"""Python manifests, one module per format, and the reading of requirements that they share."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import NamedTuple

from llm_audit.collect.base import Finds, fact
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node

_REQUIREMENT = expression(
    r"""(?x) \s* (?P<name>[A-Za-z0-9][A-Za-z0-9._\-]{0,120}) \s*
    (?: \[ (?P<extras>[^\]\n]{0,300}) \] )? \s*
    (?P<spec> @\s*[^\s;]+ | \(? (?:[<>=!~]=|[<>]) [^;\#\n]{0,300} )? \s*
    (?: ; (?P<marker>[^\#\n]{0,500}) )? \s* (?:\#.*)? \Z"""
)
_DEV_GROUP = expression(
    r"(?i)(^|[^a-z])(dev|develop|development|tests?|testing|lint|linting|linters?|docs?|documentation|typing|types?|typecheck"
    r"|mypy|ruff|format|formatting|checks?|ci|build|release|bench|benchmarks?|coverage|cov|pre-?commit|tox|nox|style"
    r"|quality|debug|local|notebooks?|jupyter|examples?|tools?|pytest|all-?dev)([^a-z]|$)"
)


class Requirement(NamedTuple):
    """A PEP 508 requirement: normalised name, version spec as written, extras, marker."""

    name: str
    spec: str
    extras: str = ""
    marker: str = ""


def pypi_name(name: str) -> str:
    """The name as PyPI compares it: lower case, runs of `-`, `_` and `.` as one `-`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_requirement(text: str) -> Requirement | None:
    """The requirement that a line of text states, None when it states none."""
    match = _REQUIREMENT.match(text[:1200])
    if match is None:
        return None
    spec = (match["spec"] or "").strip().removeprefix("(").removesuffix(")").strip()
    extras = ",".join(part.strip() for part in (match["extras"] or "").split(",") if part.strip())
    return Requirement(pypi_name(match["name"]), spec, extras, (match["marker"] or "").strip())


def scope_of_group(group: str, otherwise: str) -> str:
    """`dev` for a group or file whose name speaks of development, else `otherwise`."""
    return "dev" if _DEV_GROUP.search(group) else otherwise


def requirement(file: SourceFile, line: int, text: str, scope: str, group: str = "", source: str = "") -> Finds:
    """The dependency that a requirement text states; nothing for text that is none."""
    if parsed := parse_requirement(text):
        yield from dependency(file, line, parsed, scope, group, source)


def listed(file: SourceFile, nodes: Iterable[Node], scope: str, group: str = "") -> Finds:
    """The dependencies that a list of requirement texts states, each on its own line."""
    for node in nodes:
        if node.text:
            yield from requirement(file, line_of_item(file, node), node.text, scope, group)


def line_of_item(file: SourceFile, node: Node) -> int:
    """The line at or soon after the node's that holds its text in quotes: a name can be part of an earlier one."""
    quoted = (f'"{node.text}"', f"'{node.text}'")
    for number in range(node.line, node.line + 60):
        row = file.line(number)
        if quoted[0] in row or quoted[1] in row:
            return number
    return node.line


def dependency(
    file: SourceFile, line: int, parsed: Requirement, scope: str, group: str = "", source: str = ""
) -> Finds:
    """A parsed requirement as a fact."""
    yield fact(
        file,
        line,
        Kind.DEPENDENCY,
        parsed.name,
        parsed.spec,
        ecosystem="pypi",
        scope=scope,
        extras=parsed.extras,
        marker=parsed.marker,
        group=group,
        source=source,
    )


def include(file: SourceFile, line: int, target: str, setting: str = "pip.include") -> Finds:
    """A reference to another requirements file, its path made relative to the audited root."""
    if target and "://" not in target:
        path = posixpath.normpath(posixpath.join(file.folder, target))
        yield fact(file, line, Kind.SETTING, setting, path)
