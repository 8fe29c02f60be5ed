"""Keys that whoever uses a program types into its page or its terminal, where no variable holds them."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, in_comment
from llm_audit.model import Kind, SourceFile

_ASKS = expression(
    r"(?:\b(?P<name>[A-Za-z_]\w{1,60})|[\"'](?P<key>\w{2,60})[\"']\])\s{0,3}(?::\s{0,2}str\s{0,2})?=\s{0,3}"
    r"(?:[A-Za-z_][\w.]{0,60}\.)?(?P<how>text_input|Textbox|TextInput|getpass)(?P<opened>\()"
)
_HIDDEN = expression(r"(?:\btype\s{0,3}=\s{0,3}[\"']password[\"']|\bpassword\s{0,3}=\s{0,3}True\b)")
_LABEL = expression(r"\(\s{0,20}(?:label\s{0,3}=\s{0,3}|prompt\s{0,3}=\s{0,3})?[\"']([^\"'\n]{2,60})[\"']")
_LONGEST = 800


def collect(file: SourceFile) -> Finds:
    """A setting for each hidden field of a page, and each hidden question of a terminal: the name that its answer gets."""
    known: set[str] = set()
    for match in _ASKS.finditer(file.text):
        name = match["name"] or match["key"]
        asked = file.text[match.start("opened") : block_end(file.text, match.start("opened"), _LONGEST)]
        if name in known or in_comment(file.text, match.start()):
            continue
        if match["how"] == "getpass" or _HIDDEN.search(asked):
            known.add(name)
            label = _LABEL.match(asked)
            where = "terminal" if match["how"] == "getpass" else "page"
            yield at(
                file, match.start(), Kind.SETTING, "person.types", name, label=label[1] if label else "", where=where
            )


COLLECTORS = (
    Collector(
        "typed", collect, suffixes=frozenset({".py"}), needs=('"password"', "'password'", "password=True", "getpass(")
    ),
)
