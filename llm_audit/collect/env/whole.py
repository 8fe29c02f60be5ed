"""Code that takes its settings out of the whole environment, so that no line of it names a variable."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.env.reading import commented
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_LOOP = expression(r"\bfor\s{1,3}\(?(?P<key>\w{1,40}),\s{0,3}\w{1,40}\)?\s{1,3}in\s{1,3}(?:os\.)?environ\.items\(\)")
_AROUND = 160
_TAKEN = r"\b{key}\.(?:lower|casefold)\(|\b{key}\s+in\s+(?:self|cls|[A-Za-z_]*(?:settings|config|defaults|options|fields))\b|hasattr\(\w+,\s*{key}\b"
"""The names are made those of settings, or looked up among them; a loop that only copies serves a child process."""


def collect(file: SourceFile) -> Finds:
    """One SETTING `env.whole` for a Python file that looks through all variables for its own."""
    for loop in _LOOP.finditer(file.text):
        near = file.text[max(0, loop.start() - _AROUND) : loop.end() + _AROUND]
        if expression(_TAKEN.format(key=loop["key"])).search(near) and not commented(file.text, loop.start()):
            yield at(file, loop.start(), Kind.SETTING, "env.whole", "yes", tool="python")
            return


COLLECTORS = (Collector("env.whole", collect, suffixes=frozenset({".py"}), needs=("environ.items()",)),)
