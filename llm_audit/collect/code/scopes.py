"""Which of several things that bear one name in a file is meant at a place: the last that was bound where it can be seen."""

from __future__ import annotations

from llm_audit.collect.expressions import expression

_CONTROL = expression(
    r"(?:\}\s*)?(?:if|elif|else|elsif|unless|for|foreach|while|loop|until|do|try|catch|except|rescue|finally|ensure|with|using"
    r"|switch|select|case|when|match|begin|unsafe|synchronized|default)\b"
)
"""How a line begins that opens no function: what is bound below it can be seen after it, in some languages at least."""
_OF_OBJECT = ("this.", "self.", "cls.", "$this", "@")
"""How the name of a field begins, which every method of the class sees."""
_CLOSING = (")", "]", "}", ".")
"""How a line begins that goes on with what a line of the same indentation began."""


class Bindings:
    """Where a file binds names, and to something of which module.

    Args:
        text: of the file.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, dict[int, str]] = {}
        self._fields: dict[str, set[str]] = {}
        self._ends: dict[int, int] = {}

    def add(self, name: str, module: str, offset: int) -> None:
        """From the offset on, the name stands for something of the module."""
        self._known.setdefault(name, {})[offset] = module

    def add_field(self, name: str, module: str) -> None:
        """A type of the file has a field of that name, which holds something of the module."""
        self._fields.setdefault(name, set()).add(module)

    def has(self, name: str) -> bool:
        """Whether the name is bound anywhere."""
        return name in self._known

    def is_others(self, receiver: str, name: str, module: str) -> bool:
        """Whether a field is known to hold something, but nowhere something of the module."""
        known = self._known.get(f"{receiver}{name}")
        fields = self._fields.get(name)
        return (known is not None and module not in known.values()) or (fields is not None and module not in fields)

    def contested(self, name: str) -> bool:
        """Whether the name stands for things of more than one module."""
        known = self._known.get(name)
        return known is not None and len(known) > 1 and len(set(known.values())) > 1

    def module(self, name: str, offset: int) -> str:
        """The module of what the name stands for at the offset; empty where nothing known can be seen."""
        known = self._known[name]
        for at in sorted(known, reverse=True):
            if at <= offset < self._end(name, at):
                return known[at]
        return ""

    def _end(self, name: str, at: int) -> int:
        if at not in self._ends:
            self._ends[at] = scope_end(self._text, at, of_object=name.startswith(_OF_OBJECT))
        return self._ends[at]


def scope_end(text: str, at: int, *, of_object: bool = False) -> int:
    """Where the function, or the class, ends that binds a name, told by indentation.

    Args:
        text: of the file.
        at: where it is bound.
        of_object: the name is a field's, which a method binds for its class.

    Returns:
        The offset behind the last line that can see the name, or behind the text.
    """
    row = text.rfind("\n", 0, at) + 1
    head = text[row:at]
    level = _indent(head)
    if head.count("(") <= head.count(")"):
        row, level = _opener(text, row, level)
    if of_object and level >= 0:
        row, level = _opener(text, row, level)
    return len(text) if level < 0 else _next(text, at, level)


def _opener(text: str, row: int, below: int) -> tuple[int, int]:
    """The line that opens the function or class around a line, as its start and its indentation, which is -1 outside of any."""
    while row > 0:
        start = text.rfind("\n", 0, row - 1) + 1
        line, row = text[start : row - 1], start
        level = _indent(line)
        if level >= below or not line.strip():
            continue
        if _CONTROL.match(line, level):
            below = level
        elif line.startswith(_CLOSING, level):
            below = level + 1
        else:
            return start, level
    return 0, -1


def _next(text: str, at: int, level: int) -> int:
    """Where the next line begins that is indented no deeper and does not go on with a head of several lines."""
    row = text.find("\n", at) + 1
    while row:
        end = text.find("\n", row)
        line = text[row : end if end >= 0 else len(text)]
        if line.strip() and _indent(line) <= level and not line.lstrip().startswith((")", "]", "{")):
            return row
        row = end + 1
    return len(text)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
