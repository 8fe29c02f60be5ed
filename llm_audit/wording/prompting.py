"""The prompts as data: files with `{{placeholders}}`, each checked when they are loaded.

A section's file begins with two lines, `purpose: replace|append|keep` and `fields: A, B`: what a model may do to the
entries' text and which of the template's fields it may fill where code found nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable

from llm_audit.errors import UsageError
from llm_audit.templates import Template, prompts_folder

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_HEAD = re.compile(
    r"purpose: (?P<mode>replace|append|keep)\nfields: ?(?P<fields>[^\n]*)\n---\n(?P<guide>.+)", re.DOTALL
)

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "system.md": frozenset({"example"}),
    "example.md": frozenset(),
    "request.md": frozenset({"section", "guide", "candidates", "excerpts"}),
    "system-small.md": frozenset(),
    "request-small.md": frozenset({"name", "group", "facts", "excerpts"}),
    "plain.md": frozenset({"schema"}),
    "repair.md": frozenset({"error"}),
}
"""Every prompt file and the placeholders that must stand in it, each of them and no other."""


@dataclass(frozen=True, slots=True)
class SectionPrompt:
    """What a model is told and allowed in one section.

    Attributes:
        section: heading of the template.
        mode: whether a purpose replaces the entry's text, is appended to it, or may not be given.
        fields: labels of the template that may be filled where they are empty.
        guide: what to look for.
    """

    section: str
    mode: str
    fields: tuple[str, ...]
    guide: str


@dataclass(frozen=True, slots=True)
class Prompts:
    """All prompts of one document.

    Attributes:
        texts: file name to text.
        sections: by heading.
        digests: file name to SHA-256, for the run record.
    """

    texts: Mapping[str, str]
    sections: Mapping[str, SectionPrompt]
    digests: Mapping[str, str]

    def fill(self, name: str, /, **values: str) -> str:
        """A prompt with its placeholders filled; the values are not searched for placeholders again."""
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self.texts[name]).rstrip("\n")


def slug(section: str) -> str:
    """A heading as a file name: `CI/CD & Deployment` -> `ci-cd-deployment`."""
    return re.sub(r"[^a-z0-9]+", "-", section.lower()).strip("-")


@cache
def load(template: Template, name: str = "integrations") -> Prompts:
    """The prompts of a document.

    Raises:
        UsageError: a file or placeholder is missing or unknown, or a section's file allows what the template lacks.
    """
    return parse(prompts_folder() / name, template)


def parse(folder: Traversable, template: Template) -> Prompts:
    """The prompts of a folder, checked against the template.

    Raises:
        UsageError: as `load`.
    """
    texts = {name: _read(folder, name) for name in PLACEHOLDERS}
    for name, text in texts.items():
        _check(name, text, PLACEHOLDERS[name])
    sections = {}
    for spec in template.sections:
        file = f"{slug(spec.name)}.md"
        texts[file] = _read(folder, file)
        _check(file, texts[file], frozenset())
        labels = {label for group in spec.groups for label in (*group.fields, group.label)}
        sections[spec.name] = _section(spec.name, file, texts[file], labels)
    digests = {name: f"sha256:{hashlib.sha256(text.encode()).hexdigest()}" for name, text in sorted(texts.items())}
    return Prompts(texts, sections, digests)


def _read(folder: Traversable, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the prompt {name} is missing", "install llm-audit again") from error


def _check(name: str, text: str, wanted: frozenset[str]) -> None:
    found = set(_PLACEHOLDER.findall(text))
    if missing := wanted - found:
        raise UsageError(f"prompt {name}: placeholder {{{{{min(missing)}}}}} is missing")
    if unknown := found - wanted:
        raise UsageError(f"prompt {name}: unknown placeholder {{{{{min(unknown)}}}}}")


def _section(section: str, file: str, text: str, labels: set[str]) -> SectionPrompt:
    head = _HEAD.match(text)
    if not head:
        raise UsageError(f"prompt {file}: it must begin with its `purpose:` and `fields:` lines and `---`")
    fields = tuple(part.strip() for part in head["fields"].split(",") if part.strip())
    if unknown := [one for one in fields if one not in labels]:
        raise UsageError(f"prompt {file}: the template's section has no field {unknown[0]}")
    return SectionPrompt(section, head["mode"], fields, head["guide"].strip())
