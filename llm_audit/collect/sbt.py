"""sbt: dependencies of `build.sbt` and of the definitions in `project/`, as `"group" %% "artifact" % version`."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_VALUE = expression(r'\b(?:val|def)\s+(?P<name>\w{1,80})(?:\s*:\s*String)?\s*=\s*"(?P<value>\d[^"\n]{0,60})"')
_MODULE = expression(
    r'(?P<plugin>addSbtPlugin\(\s*)?"(?P<group>[\w.\-]{1,100})"\s*(?P<cross>%{1,3})\s*"(?P<artifact>[\w.\-]{1,100})"\s*%\s*'
    r'(?:"(?P<version>[^"\n]{1,60})"|(?P<variable>[A-Za-z_][\w.]{0,100}))(?=(?P<rest>[^\n,]{0,80}))'
)
_COMMENT = expression(r"(?<!:)//")
_NAME = expression(r'^[ \t]{0,60}(?:ThisBuild\s*/\s*)?name\s*:=\s*"(?P<name>[^"\n]{1,100})"', re.MULTILINE)
_TEST = expression(r"\b(?:Test|IntegrationTest|test|it)\b|\"[^\"]*test[^\"]*\"")


def collect_build(file: SourceFile) -> Finds:
    """Modules with versions, given here, by a value of this file or by one of `project/`; a cross-built name lacks its Scala suffix."""
    values = {match["name"]: match["value"] for match in _VALUE.finditer(file.text)}
    if not file.name.endswith(".sbt"):  # what the definitions in `project/` keep, for the builds of all parts
        for match in _VALUE.finditer(file.text):
            yield at(file, match.start("name"), Kind.SETTING, f"sbt.property.{match['name']}", match["value"])
    for match in _NAME.finditer(file.text):
        yield at(file, match.start("name"), Kind.SETTING, "project.name", match["name"], ecosystem="maven")
    for match in _MODULE.finditer(file.text):
        row = file.text.rfind("\n", 0, match.start()) + 1
        if _COMMENT.search(file.text, row, match.start()):
            continue
        variable = match["variable"] or ""
        named = variable.rpartition(".")[2]
        known = values.get(named) or (f"${named}" if named else "")
        yield at(
            file,
            match.start("group"),
            Kind.DEPENDENCY,
            f"{match['group']}:{match['artifact']}",
            match["version"] or known,
            ecosystem="maven",
            scope="build" if match["plugin"] else "test" if _TEST.search(match["rest"]) else "runtime",
            cross="scala" if len(match["cross"]) > 1 else "",
            via="plugin" if match["plugin"] else "",
        )


COLLECTORS = (
    Collector(
        "sbt-build",
        collect_build,
        suffixes=frozenset({".sbt"}),
        paths=expression(r"(?:^|/)project/[^/]{1,100}\.scala\Z"),
        marks=(".scala",),
        needs=('" %', "name :=", "val "),
    ),
)
