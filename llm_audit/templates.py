"""Reads a Markdown template into sections, groups and field labels. The template is data: its headings are the grammar.

`## Section`, `**Group:**`, `- [Name] - [text]` and `  - Label: [text]`; a group whose bullets are `- Label: [text]` holds
lines instead of services. `data/groups.toml` adds the groups that the template lacks.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from llm_audit.errors import UsageError

_HEADING = re.compile(r"## (?P<name>.+)")
_GROUP = re.compile(r"\*\*(?P<label>[^*]+):\*\*$")
_FIELD = re.compile(r"\s+- (?P<label>[^:\[]+):")
_LINE = re.compile(r"- (?P<label>[^:\[]+): \[")


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A group of a section.

    Attributes:
        label: bold in the document.
        fields: labels of its entries' lines, in order.
        fixed: whether it stands there even when empty.
        none: what was searched when it is empty.
    """

    label: str
    fields: tuple[str, ...]
    fixed: bool
    none: str = ""


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A heading and its groups, in the document's order."""

    name: str
    groups: tuple[GroupSpec, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """The whole grammar of a document."""

    title: str
    sections: tuple[SectionSpec, ...]

    def section_of(self, group: str) -> str:
        """The heading that a group stands under; empty when there is none."""
        return next((s.name for s in self.sections if any(g.label == group for g in s.groups)), "")

    def fields_of(self, group: str) -> tuple[str, ...]:
        """The field labels of a group, in order."""
        return next((g.fields for s in self.sections for g in s.groups if g.label == group), ())


def prompts_folder() -> Traversable:
    """Where the templates stand: inside the installed package, or beside it in a source checkout."""
    packaged = resources.files("llm_audit") / "prompts"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "prompts"


@cache
def load(name: str = "integrations") -> Template:
    """The template of that name, with the additional groups of `data/groups.toml`.

    Raises:
        UsageError: the template is missing or has no sections.
    """
    try:
        text = (prompts_folder() / name / "template.md").read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the template {name} is missing", "install llm-audit again") from error
    extra = tomllib.loads((resources.files("llm_audit") / "data" / "groups.toml").read_text(encoding="utf-8"))
    return parse(text, {row["name"]: row for row in extra["section"]}, extra["none"])


def parse(text: str, extra: dict[str, dict[str, list[str]]], none: dict[str, str]) -> Template:
    """The grammar that a template's text spells out.

    Args:
        text: Markdown in the form described above.
        extra: per section name, `groups` that follow the template's own, their `fields`, and `last` ones that close it.
        none: what was searched, by group.

    Raises:
        UsageError: there is no title or no section.
    """
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    sections = [_section(block, extra, none) for block in re.split(r"(?m)^(?=## )", text)[1:]]
    if not title or not sections:
        raise UsageError("the template has no title or no sections")
    return Template(title[1].strip(), tuple(sections))


def _section(block: str, extra: dict[str, dict[str, list[str]]], none: dict[str, str]) -> SectionSpec:
    lines = block.split("\n")
    heading = _HEADING.match(lines[0])
    name = heading["name"].strip() if heading else ""
    groups: dict[str, list[str]] = {}
    label = ""
    for line in lines[1:]:
        if group := _GROUP.match(line):
            label = group["label"]
            groups[label] = []
        elif label and (match := _FIELD.match(line) or _LINE.match(line)):
            groups[label].append(match["label"])
    more = extra.get(name, {})
    common = more.get("fields", [])
    last = more.get("last", [])
    order = [*(g for g in groups if g not in last), *more.get("groups", []), *last]
    return SectionSpec(
        name, tuple(GroupSpec(g, tuple(groups.get(g, common)), g in groups, none.get(g, "")) for g in order)
    )
