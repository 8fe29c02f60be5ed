"""Java, Kotlin, Scala and Groovy: imports by package, with the classes that are taken from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.code import noise
from llm_audit.collect.code.chains import Follower, Root
from llm_audit.collect.code.source import Bound, Call, Import, Language
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_PACKAGE = expression(r"^\s{0,8}package\s+([\w.`]{1,200})", re.M)
_IMPORT = expression(
    r"^[ \t]*import[ \t]+(?:static[ \t]+)?(?P<path>[\w`]+(?:\.[\w`]+){0,15})(?P<rest>\.\*|\._|\.\{[^{}]{0,600}\})?"
    r"(?:[ \t]+as[ \t]+(?P<alias>\w+))?",
    re.M,
)


def imports(file: SourceFile) -> Iterator[Import]:
    """All imports of a file; what shares the first two parts of the file's own package is local."""
    own = _PACKAGE.search(file.text)
    root = ".".join(own[1].split(".")[:2]) if own else ""
    for match in _IMPORT.finditer(file.text):
        module, names = _parts(match)
        local = bool(root) and (module + ".").startswith(root + ".")
        yield Import(module, match.start("path"), names, local=local)


def _parts(match: re.Match[str]) -> tuple[str, tuple[Bound, ...]]:
    path, rest = match["path"].replace("`", ""), match["rest"] or ""
    if rest.startswith(".{"):
        return path, tuple(_selected(rest[2:-1]))
    if rest:
        return path, ()
    parts = path.split(".")
    first = next((index for index, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
    module = ".".join(parts[:first]) or path
    return module, (Bound(match["alias"] or parts[-1], ".".join(parts[first:])),)


def _selected(inside: str) -> Iterator[Bound]:
    for part in inside.split(","):
        words = part.replace("=>", " ").split()
        if words and words[-1] != "_":
            yield Bound(words[-1], words[0])


def calls(file: SourceFile, found: tuple[Import, ...]) -> list[Call]:
    """The calls of imported classes, and through variables, fields and parameters of their types."""
    roots = (
        Root(bound.name, item.module)
        for item in found
        if not item.local and not noise.jvm(item.module)
        for bound in item.names
        if not bound.name.endswith(("Exception", "Error"))
    )
    return Follower(file.text).follow(roots)


LANGUAGE = Language(
    id="java",
    suffixes=frozenset([".java", ".kt", ".kts", ".scala", ".groovy"]),
    needs=("import",),
    imports=imports,
    calls=calls,
    noise=noise.jvm,
)
