"""Where a new entry goes: under its group, at its place in the template; sections and groups are made for it."""

from __future__ import annotations

from llm_audit.document import NONE_DETECTED
from llm_audit.reading.outline import meaning
from llm_audit.refreshing.blocks import Block, Part
from llm_audit.templates import SectionSpec, Template


def insert(blocks: list[Block], entry: Block, after: tuple[str, ...], template: Template) -> None:
    """Puts an entry into the blocks.

    Args:
        blocks: of the document; changed in place.
        entry: with the section and the group it belongs under.
        after: heads of the entries of its group that come before it.
        template: the order of sections and groups.
    """
    section = _section(blocks, entry.section, template)
    group = _group(blocks, section, entry.group, template)
    last = group
    for at in range(group + 1, _end(blocks, group)):
        block = blocks[at]
        if block.part == Part.NONE and not block.pinned:
            blocks[at] = Block(Part.ENTRY, entry.lines, block.section, block.group)
            return
        if block.part == Part.ENTRY and (block.head in after or last == group):
            last = at if block.head in after else last
    blocks.insert(last + 1, Block(Part.ENTRY, entry.lines, blocks[group].section, blocks[group].group))


def _end(blocks: list[Block], start: int) -> int:
    """The position after the last block that stands under the heading or label at `start`."""
    parts = {Part.SECTION} if blocks[start].part == Part.SECTION else {Part.SECTION, Part.GROUP}
    for at in range(start + 1, len(blocks)):
        one = blocks[at]
        if one.part in parts or one.section != blocks[start].section:
            return at
        if blocks[start].part == Part.GROUP and one.group != blocks[start].group:
            return at
    return len(blocks)


def _section(blocks: list[Block], name: str, template: Template) -> int:
    """The position of the section's heading; it is made when no heading bears its name or its meaning."""
    headings = [at for at, one in enumerate(blocks) if one.part == Part.SECTION]
    named = [at for at in headings if blocks[at].section.casefold() == name.casefold()]
    meant = [at for at in headings if meaning(blocks[at].section) == name]
    if named or meant:
        return (named or meant)[0]
    order = [one.name for one in template.sections]
    later = order[order.index(name) + 1 :] if name in order else []
    following = [at for at in headings if (meaning(blocks[at].section) or blocks[at].section) in later]
    at = following[0] if following else _footer(blocks)
    made = [Block(Part.SECTION, (f"## {name}",), name), Block(Part.LOOSE, ("",), name)]
    if at > 0 and blocks[at - 1].lines[-1].strip():
        made.insert(0, Block(Part.LOOSE, ("",)))
    blocks[at:at] = made
    return at + len(made) - 2


def _footer(blocks: list[Block]) -> int:
    """Where the text under the last section ends: before a closing rule, else at the end of the document."""
    end = len(blocks)
    while end and not blocks[end - 1].section and blocks[end - 1].part == Part.LOOSE:
        end -= 1
    if end == 0:
        return len(blocks)
    while end > 1 and blocks[-1].lines == ("",) and end == len(blocks):
        end -= 1
    return end


def _group(blocks: list[Block], section: int, label: str, template: Template) -> int:
    """The position of the group's label in a section; it is made at its place in the template's order."""
    end = _end(blocks, section)
    labels = [at for at in range(section + 1, end) if blocks[at].part == Part.GROUP]
    for at in labels:
        if _same(blocks[at].group, label):
            return at
    order = [one.label for one in _spec(blocks[section].section, template).groups]
    earlier = order[: order.index(label)] if label in order else order
    before = [at for at in labels if any(_same(blocks[at].group, one) for one in earlier)]
    at = _end(blocks, before[-1]) if before else labels[0] if labels and label in order else end
    name = blocks[section].section
    while at > section + 1 and blocks[at - 1].lines == ("",):
        at -= 1
    made = [Block(Part.LOOSE, ("",), name), Block(Part.GROUP, (f"**{label}:**",), name, label)]
    blocks[at:at] = made
    if at + 2 < len(blocks) and blocks[at + 2].lines[0].strip():
        blocks.insert(at + 2, Block(Part.LOOSE, ("",), name))
    return at + 1


def _spec(name: str, template: Template) -> SectionSpec:
    wanted = meaning(name) if all(one.name != name for one in template.sections) else name
    return next((one for one in template.sections if one.name == wanted), SectionSpec(name, ()))


def _same(label: str, wanted: str) -> bool:
    """Whether a label of a document is a group's, or names it among others (`Caching / Session`)."""
    words = {word.strip().casefold() for part in label.split("/") for word in [part, *part.split("&")]}
    return label.casefold() == wanted.casefold() or wanted.casefold() in words


def remove(blocks: list[Block], at: int, template: Template, none: str = "") -> None:
    """Takes an entry out. A group of the template that has no entry left says so; another one goes with its label.

    Args:
        blocks: of the document; changed in place.
        at: position of the entry.
        template: knows which groups always stand.
        none: what was searched in vain, for a group that is left empty.
    """
    gone = blocks.pop(at)
    label = next((n for n in range(at - 1, -1, -1) if blocks[n].part == Part.GROUP), None)
    if label is None or blocks[label].group != gone.group or blocks[label].section != gone.section:
        return
    rest = blocks[label + 1 : _end(blocks, label)]
    if any(one.part in (Part.ENTRY, Part.NONE) or any(line.strip() for line in one.lines) for one in rest):
        return
    fixed = any(one.label == gone.group and one.fixed for one in _spec(gone.section, template).groups)
    if fixed:
        line = f"- {NONE_DETECTED}{f' ({none})' if none else ''}"
        blocks.insert(label + 1, Block(Part.NONE, (line,), gone.section, gone.group))
    else:
        end = _end(blocks, label)
        del blocks[label:end]
