"""Go modules: `go.mod` is manifest and lock in one, `go.work` names the modules of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_TESTING = expression(
    r"^github\.com/(testcontainers/|stretchr/testify|DATA-DOG/go-sqlmock|johannesboyne/gofakes3|jarcoal/httpmock|onsi/g)"
    r"|/[\w\-]{0,20}(mock|fake)\w{0,4}(/v\d+)?$"
)
"""Modules that serve tests alone; a `go.mod` does not tell them apart."""
_VERSION = expression(r"v\d[\w.+\-]*\Z")


class _Row(NamedTuple):
    """A directive with its words, whether it stood in a block or alone."""

    line: int
    directive: str
    words: tuple[str, ...]
    comment: str


def _rows(text: str) -> Iterator[_Row]:
    block = ""
    for line, row in enumerate(text.split("\n"), 1):
        code, _, comment = row.partition("//")
        words = [word.strip("\"'`") for word in code.replace("(", " ( ").split()]
        if not words:
            continue
        if words[0] == ")":
            block = ""
        elif len(words) > 1 and words[1] == "(":
            block = words[0]
        elif block:
            yield _Row(line, block, tuple(words), comment.strip())
        elif len(words) > 1:
            yield _Row(line, words[0], tuple(words[1:]), comment.strip())


def _is_local(path: str) -> bool:
    return path.startswith((".", "/"))


def collect_mod(file: SourceFile) -> Finds:
    """Requirements with exact versions, what replaces them, and tools run by `go tool`.

    A replacement by another version of the same module is the version that is built.
    """
    rows = list(_rows(file.text))
    replaced = {row.words[0]: row for row in rows if row.directive == "replace" and "=>" in row.words}
    versions: dict[str, str] = {}
    for row in rows:
        if row.directive == "module":
            yield fact(file, row.line, Kind.SETTING, "project.name", row.words[0], ecosystem="go")
        elif row.directive == "require" and len(row.words) > 1 and _VERSION.match(row.words[1]):
            name, version = row.words[:2]
            by = _replacement(replaced[name]) if name in replaced else ()
            version = by[1] if by[:1] == (name,) and by[1:] else version
            versions[name] = version
            scope = "indirect" if row.comment.startswith("indirect") else "test" if _TESTING.search(name) else "runtime"
            local = "local" if by and _is_local(by[0]) else ""
            details = {"scope": scope, "replaced": " ".join(by), "source": local}
            yield fact(file, row.line, Kind.DEPENDENCY, name, version, ecosystem="go", **details)
    yield from _replacements(file, replaced)
    yield from _tools(file, rows, versions)


def _replacement(row: _Row) -> tuple[str, ...]:
    return row.words[row.words.index("=>") + 1 :]


def _replacements(file: SourceFile, replaced: dict[str, _Row]) -> Finds:
    """A fork that stands in for a module is what is built, so it counts as a dependency of its own."""
    for name, row in replaced.items():
        by = _replacement(row)
        if len(by) == 2 and not _is_local(by[0]) and _VERSION.match(by[1]) and by[0] != name:
            yield fact(file, row.line, Kind.DEPENDENCY, by[0], by[1], ecosystem="go", scope="runtime", replaces=name)


def _tools(file: SourceFile, rows: list[_Row], versions: dict[str, str]) -> Finds:
    for row in rows:
        if row.directive != "tool":
            continue
        package = row.words[0]
        module = max((name for name in versions if f"{package}/".startswith(f"{name}/")), key=len, default="")
        yield fact(
            file,
            row.line,
            Kind.DEPENDENCY,
            package,
            versions.get(module, ""),
            ecosystem="go",
            scope="dev",
            module=module,
            via="tool",
        )


def collect_work(file: SourceFile) -> Finds:
    """The folders of a workspace's modules."""
    for row in _rows(file.text):
        if row.directive == "use":
            yield fact(file, row.line, Kind.SETTING, "workspace.member", row.words[0], ecosystem="go")


COLLECTORS = (
    Collector("go-mod", collect_mod, names=frozenset({"go.mod"})),
    Collector("go-work", collect_work, names=frozenset({"go.work"})),
)
