"""CI configuration: `env` and `variables` blocks, and what the steps' scripts expand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.containers import shown
from llm_audit.collect.env.reading import Reading, commented, declared, facts_of
from llm_audit.collect.env.shell import ignored
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_BLOCK = expression(
    r"^(?P<indent>[ \t]{0,40})(?:-[ \t]{1,3})?[\"']?(?:env|variables|environment)[\"']?:[ \t]{0,4}(?:#[^\n]{0,200})?\n"
    r"(?P<body>(?:(?:(?P=indent)[ \t]{1,12}[^\n]{0,2000}|[ \t]{0,60}#[^\n]{0,400}|[ \t]{0,4})\n?){1,200})",
    re.MULTILINE,
)
_ROW = expression(
    r"^[ \t]{1,60}(?:-[ \t]{1,3})?[\"']?(?P<name>[A-Z_][A-Z0-9_]{1,79})[\"']?[ \t]{0,3}[:=](?P<value>[^\n]{0,200})",
    re.MULTILINE,
)
_USE = expression(
    r"(?<![\\$\w{])\$(?:\{(?P<braced>[A-Z_][A-Z0-9_]{2,79})(?:[:\-?][^{}\n]{0,100})?\}|"
    r"(?P<bare>[A-Z_][A-Z0-9_]{2,79})\b)"
)
_EXPORTED = expression(
    r"\becho\s{1,3}[\"']?(?P<name>[A-Z_][A-Z0-9_]{1,79})=[^\n]{0,300}>>\s{0,3}[\"']?\$\{?(?:GITHUB_ENV|BASH_ENV)\b"
)
_PATHS = expression(
    r"(?:^|/)(?:\.github/(?:workflows|actions)/[\w./\-]{1,120}|\.gitlab-ci[\w.\-]{0,30}|\.gitlab/[\w./\-]{1,80}"
    r"|\.circleci/[\w.\-]{1,40}|azure-pipelines[\w.\-]{0,30}|\.azure[\w./\-]{1,60}"
    r"|bitbucket-pipelines|\.buildkite/[\w.\-/]{1,60}|\.drone|\.woodpecker(?:/[\w.\-]{1,40})?|\.travis|\.readthedocs"
    r"|appveyor|cloudbuild[\w.\-]{0,20}|codemagic|\.goreleaser[\w.\-]{0,30}|action)\.ya?ml\Z"
)


def collect(file: SourceFile) -> Finds:
    """Declarations of a CI configuration, then the names its scripts use without one."""
    text = file.text
    known: set[str] = set()
    for block in _BLOCK.finditer(text):
        for match in _ROW.finditer(block["body"]):
            if match["name"] not in known:
                known.add(match["name"])
                line = file.line_of(block.start("body") + match.start("name"))
                value = "" if "${{" in match["value"] else match["value"]
                secret = "yes" if re.search(r"\bsecrets\.", match["value"]) else ""
                yield from declared(file, line, match["name"], shown(match["name"], value), "ci", secret=secret)
    for match in _EXPORTED.finditer(text):
        if match["name"] not in known:
            known.add(match["name"])
            yield from declared(file, file.line_of(match.start()), match["name"], "", "ci")
    yield from facts_of(file, _used(file, known))


def _used(file: SourceFile, known: set[str]) -> Iterator[Reading]:
    assigned = set(re.findall(r"\b([A-Z_][A-Z0-9_]{1,79})=", file.text))
    for match in _USE.finditer(file.text):
        name = match["braced"] or match["bare"]
        if name not in known and name not in assigned and not ignored(name) and not commented(file.text, match.start()):
            yield Reading(name, file.line_of(match.start()), "ci")


COLLECTORS = (
    Collector("env.declared.ci", collect, paths=_PATHS, marks=(".yml", ".yaml"), needs=("env", "variables", "$")),
)
