"""Golden fixtures: small whole applications and the documents that are right for them.

A folder `fixtures/repos/<name>/` with a `repo/` and an `expected-entries.txt` is golden. Beside them stands
`expected.md`, the whole document. Wording may change; facts may not: the entries are written by hand and say what is
right, and `python -m tests.golden --write` rewrites only `expected.md`, whose diff a person then reviews.

A line of `expected-entries.txt` is one of these; words after `#` at the start of a line are a comment:

    Databases: PostgreSQL                        the group has this entry
    Databases: PostgreSQL | Client: Prisma       and a line of it with that label holds that text
    Databases: PostgreSQL | text: orders         and its first line holds that text
    Databases: PostgreSQL | cites: src/db.ts:3   and its evidence cites that path (and line)
    !Payment Processing: Stripe                  the group has no such entry
    !Databases: PostgreSQL | Client: knex        no such line of the entry holds that text
    none: File Storage                           the group says that none was detected
    env: DATABASE_URL required                   how the variable is listed: required, conditional or optional
    !env: OLD_KEY                                it is not listed at all
    dismissed: SendGrid                          it is among the look-alikes of the evidence file
    Development: Secrets location | text: .env   labelled lines are entries, too
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from llm_audit import catalog, evidence, integrations, templates
from llm_audit.document import Document, Entry, render
from llm_audit.gathering.collecting import collect
from llm_audit.model import Collected, Value
from llm_audit.writers import offline

FIXTURES = Path(__file__).parent.parent / "fixtures" / "repos"
DATE = "2026-01-02"
_NEEDS = {"required": "Required env vars", "conditional": "Conditional env vars", "optional": "Optional env vars"}


@dataclass(frozen=True)
class Drawn:
    """A document with what it was made from."""

    root: Path
    collected: Collected
    document: Document
    proof: dict[str, Any]

    @property
    def text(self) -> str:
        """Its Markdown."""
        return render(self.document)


def cases() -> list[Path]:
    """The folders of the golden fixtures."""
    return sorted(path.parent for path in FIXTURES.glob("*/expected-entries.txt"))


def copied(case: Path, into: Path) -> Path:
    """A copy of a fixture's tree under its own name, where no ignore file of this checkout has a say."""
    return Path(shutil.copytree(case / "repo", into / case.name))


def drawn(root: Path) -> Drawn:
    """The document of a tree."""
    return of_facts(root, collect(root))


def of_facts(root: Path, collected: Collected) -> Drawn:
    """The document that these facts of a tree give."""
    template = templates.load()
    found = integrations.find(collected, catalog.load(), template, root.name)
    document = offline.write(found, template, DATE)
    return Drawn(
        root, collected, document, evidence.evidence_of(document, found.candidates, found.dismissed, collected, "")
    )


def reordered(given: Drawn, facts: tuple[Any, ...]) -> Drawn:
    """The same tree with its facts in another order."""
    return of_facts(given.root, replace(given.collected, facts=facts))


def wrong(given: Drawn, expectations: str) -> Iterator[str]:
    """The lines of an `expected-entries.txt` that do not hold."""
    for row in expectations.splitlines():
        line = row.strip()
        if line and not line.startswith("#") and holds(given, line.removeprefix("!")) == line.startswith("!"):
            yield line


def holds(given: Drawn, line: str) -> bool:
    """Whether a line of expectations, read without its `!`, is true of the document."""
    subject, _, rest = line.partition(": ")
    if subject == "none":
        return rest in _labels(given) and not any(group == rest for group, _ in _entries(given))
    if subject == "env":
        name, _, need = rest.partition(" ")
        return _lists(given, name, need)
    if subject == "dismissed":
        return any(one["name"] == rest for one in given.proof["dismissed"])
    name, _, detail = rest.partition(" | ")
    return any(_has(entry, detail) for group, entry in _entries(given) if (group, entry.name) == (subject, name))


def _labels(given: Drawn) -> set[str]:
    return {group.label for section in given.document.sections for group in section.groups}


def _entries(given: Drawn) -> Iterator[tuple[str, Entry]]:
    for section in given.document.sections:
        for group in section.groups:
            for entry in group.entries:
                yield group.label, entry


def _has(entry: Entry, detail: str) -> bool:
    label, _, wanted = detail.partition(": ")
    if not detail:
        return True
    if label == "text":
        return wanted in entry.text
    if label == "cites":
        return any(wanted in (place.path, str(place)) for place in entry.evidence)
    return any(wanted in text for found, text in _lines(entry.values) if found == label)


def _lines(values: tuple[Value, ...]) -> Iterator[tuple[str, str]]:
    for value in values:
        yield value.label, value.text
        yield from _lines(value.children)


def _lists(given: Drawn, name: str, need: str) -> bool:
    wanted = {_NEEDS[need]} if need else set(_NEEDS.values())
    texts = [
        text
        for _, entry in _entries(given)
        if entry.name in wanted
        for text in (entry.text, *(text for _, text in _lines(entry.values)))
    ]
    return any(re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", text) for text in texts)


def main(arguments: list[str]) -> int:
    """`--write` rewrites every `expected.md`; otherwise says which ones differ, and which expectations do not hold."""
    faults = 0
    names = [word for word in arguments if not word.startswith("-")]
    for case in cases():
        if names and case.name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            given = drawn(copied(case, Path(folder)))
        target = case / "expected.md"
        before = target.read_text("utf-8") if target.exists() else ""
        if "--write" in arguments:
            target.write_text(given.text, "utf-8")
        elif before != given.text:
            faults += 1
            print(f"{case.name}: expected.md differs")  # noqa: T201
        for line in wrong(given, (case / "expected-entries.txt").read_text("utf-8")):
            faults += 1
            print(f"{case.name}: does not hold: {line}")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
