"""Names that a build itself gives a value: the `env` of a Next.js configuration, what a crate's build script hands to `env!`.

Nobody sets them outside.
"""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_BLOCK = expression(r"^[ \t]{1,8}env\s{0,3}:\s{0,3}\{(?P<names>[^{}]{1,4000})\}", re.MULTILINE)
_NAME = expression(r"(?:^|,)\s{0,60}(?P<name>[A-Za-z_]\w{0,79})\s{0,3}(?=[:,]|\Z)")


def collect(file: SourceFile) -> Finds:
    """One SETTING `env.inlined` per name that does not itself come from the variable of that name."""
    for block in _BLOCK.finditer(file.text):
        for found in _NAME.finditer(block["names"].rstrip().rstrip(",")):
            name = found["name"]
            if f"process.env.{name}" not in file.text:
                yield at(
                    file, block.start("names") + found.start("name"), Kind.SETTING, "env.inlined", name, tool="next"
                )


_HANDED = expression(r"cargo::?rustc-env=(?P<name>[A-Za-z_]\w{1,79})=")


def collect_rust(file: SourceFile) -> Finds:
    """One SETTING `env.inlined` per name that a build script sets for the compiler."""
    for found in _HANDED.finditer(file.text):
        yield at(file, found.start("name"), Kind.SETTING, "env.inlined", found["name"], tool="cargo")


COLLECTORS = (
    Collector("env.inlined.rust", collect_rust, names=frozenset({"build.rs"}), needs=("rustc-env=",)),
    Collector(
        "env.inlined",
        collect,
        names=frozenset({"next.config.js", "next.config.mjs", "next.config.cjs", "next.config.ts", "next.config.mts"}),
        needs=("env",),
    ),
)
