"""Jenkins pipelines: stages, credentials by id, images of agents, delivery commands."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.ci.common import delivered, workflow
from llm_audit.collect.expressions import expression
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile

_CREDENTIALS = expression(
    r"\bcredentials\(\s?['\"]([\w.\-/ ]{1,120})['\"]\s?\)|\bcredentialsId\s?[:=(]\s?['\"]([\w.\-/ ]{1,120})['\"]"
)
_STAGE = expression(r"\bstage\s?\(\s?['\"]([^'\"\n]{1,100})['\"]")
_IMAGE = expression(r"\b(?:image|docker\.image|docker\.build)\s?\(?\s?['\"]([^'\"\n]{2,200})['\"]")
_LIBRARY = expression(r"@Library\(\s?\[?['\"]([\w.\-/]{1,100})(?:@([\w.\-/]{1,60}))?['\"]")
_TRIGGERS = ("cron", "pollSCM", "githubPush", "upstream")


def collect(file: SourceFile) -> Finds:
    """All facts of a Jenkinsfile."""
    seen: set[str] = set()
    for match in _CREDENTIALS.finditer(file.text):
        name = match[1] or match[2]
        if name not in seen and not _commented(file, match.start()):
            seen.add(name)
            yield at(file, match.start(), Kind.SECRET_REF, name, system="jenkins", workflow=file.name)
    for match in _IMAGE.finditer(file.text):
        if (split := split_image(match[1])) and not _commented(file, match.start()):
            yield at(file, match.start(1), Kind.IMAGE, *split, where="ci", workflow=file.name)
    for match in _LIBRARY.finditer(file.text):
        yield at(file, match.start(1), Kind.ACTION, match[1], match[2] or "", system="jenkins", workflow=file.name)
    yield from delivered(file)
    stages = [match[1] for match in _STAGE.finditer(file.text)]
    triggers = ", ".join(name for name in _TRIGGERS if re.search(rf"\b{name}\s?\(", file.text))
    yield from workflow(file, "jenkins", 1, stages, stages=", ".join(stages)[:300], triggers=triggers)


def _commented(file: SourceFile, offset: int) -> bool:
    return file.line(file.line_of(offset)).lstrip().startswith(("//", "*", "#"))


COLLECTORS = (
    Collector(
        "ci.jenkins",
        collect,
        names=frozenset({"Jenkinsfile", "jenkinsfile"}),
        suffixes=frozenset({".jenkinsfile", ".groovy"}),
        needs=("pipeline {", "node {", "node(", "stage(", "stage ("),
    ),
)
