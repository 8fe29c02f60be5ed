"""XML by expat with entities and external references refused; namespaces are dropped from names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from llm_audit.parse.node import MAX_DEPTH, BadSyntax


@dataclass(slots=True)
class Element:
    """An element: local name, attributes by local name, own text (stripped), children, 1-based line of its start tag."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Element]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)

    def find(self, *names: str) -> Element | None:
        """The first element down this path of children, or None."""
        element: Element | None = self
        for name in names:
            element = next(element.all(name), None) if element else None
        return element

    def value(self, *names: str) -> str:
        """The text of the element down this path, or empty."""
        element = self.find(*names)
        return element.text if element else ""

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


def parse_xml(text: str) -> Element:
    """The root element of an XML text.

    Raises:
        BadSyntax: the text is no XML, declares entities, or is nested too deeply.
    """
    builder = _Builder()
    try:
        builder.parser.Parse(text.removeprefix("\ufeff").encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise BadSyntax("invalid XML", error.lineno) from error
    if builder.root is None:
        raise BadSyntax("invalid XML")
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self.stack: list[Element] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.EntityDeclHandler = self.refuse

    def start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        if len(self.stack) >= MAX_DEPTH:
            raise BadSyntax("nested too deeply", line)
        local = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(":")[2], local, line)
        if self.stack:
            self.stack[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self.stack.append(element)

    def end(self, _name: str) -> None:
        element = self.stack.pop()
        element.text = element.text.strip()

    def data(self, text: str) -> None:
        if self.stack:
            self.stack[-1].text += text

    def refuse(self, *_: object) -> None:
        raise BadSyntax("XML entities are not read", self.parser.CurrentLineNumber)
