"""The class that a .NET program binds its whole configuration to: each of its properties is a key, each class in it a section."""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, Reading, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end
from llm_audit.model import SourceFile

_CLASS = expression(r"\b(?:class|record)\s{1,4}(?P<name>[A-Z]\w{1,60})\b(?P<base>[^{;()\n]{0,120})\s{0,40}\{")
_ROOT = frozenset(("AppSettings", "ApplicationSettings", "AppConfiguration", "AppConfig"))
"""What programs call the class of all that can be configured."""
_PROPERTY = expression(
    r"\bpublic\s{1,4}(?:required\s{1,4})?(?P<type>[\w.<>\[\],? ]{1,60}?)\s{1,4}(?P<name>[A-Z]\w{0,59})\s{0,4}\{\s{0,4}get;\s{0,4}(?:set|init);\s{0,4}\}"
    r"(?:\s{0,4}=\s{0,4}(?:\"(?P<text>[^\"\n]{0,120})\"|(?P<word>true|false|-?\d[\d.]{0,12}))\s{0,4};)?"
)
_LISTS = ("<", "[")
"""What is in the type of a property that holds several values, for which no single variable stands."""
_DEEP = 4
_MOST = 120


def collect(file: SourceFile) -> Finds:
    """One reading per plain property of the root class and of the classes that the file holds for its sections."""
    bodies = _bodies(file.text)
    root = next((name for name in bodies if name in _ROOT), "")
    if root and len(bodies) > 1:
        yield from facts_of(file, list(_readings(file, root, "", bodies, _DEEP))[:_MOST])


def _bodies(text: str) -> dict[str, tuple[int, int, str]]:
    """Where the body of each class of the file stands, with the class that it is derived from."""
    return {
        match["name"]: (match.end(), block_end(text, match.end() - 1, 40_000), match["base"].strip(" :\n"))
        for match in _CLASS.finditer(text)
    }


def _readings(
    file: SourceFile, name: str, prefix: str, bodies: dict[str, tuple[int, int, str]], deep: int
) -> Iterator[Reading]:
    start, end, base = bodies[name]
    inner = [body[:2] for other, body in bodies.items() if other != name and start < body[0] < end]
    for match in _PROPERTY.finditer(file.text, start, end):
        if any(first <= match.start() < last for first, last in inner):
            continue
        kind = match["type"].rstrip("?").rpartition(".")[2]
        if kind in bodies:
            if deep:
                yield from _readings(file, kind, f"{prefix}{match['name']}__", bodies, deep - 1)
        elif not any(sign in kind for sign in _LISTS):
            need = DEFAULT if match["text"] or match["word"] else OPTIONAL
            name = f"{prefix}{match['name']}"
            # the value is left to appsettings.json, which stands above the class
            yield Reading(name, file.line_of(match.start()), "dotnet configuration", need, "", "schema")
    if base in bodies and deep:
        yield from _readings(file, base, prefix, bodies, deep - 1)


COLLECTORS = (
    Collector(
        "env.dotnet-settings",
        collect,
        suffixes=frozenset({".cs"}),
        needs=tuple(f"class {name}" for name in sorted(_ROOT)),
    ),
)
