"""Phoenix: the service that a mailer of Swoosh or Bamboo hands its mails to, and where Ecto's repository connects."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import env_names, in_comment
from llm_audit.model import Kind, SourceFile

_ADAPTER = expression(r"\badapter:\s{0,9}(?P<library>Swoosh\.Adapters|Bamboo)\.(?P<name>[A-Z]\w{1,40})")
_NAMES = {"amazonses": "ses", "exawsamazonses": "ses", "msgraph": "graph", "mua": "smtp", "gen": "smtp"}
_NOWHERE = frozenset("local test logger sandbox immediatedelivery".split())
"""Adapters that keep mails for developers and tests."""


def _mailer(file: SourceFile) -> Finds:
    for match in _ADAPTER.finditer(file.text):
        name = match["name"].lower().removesuffix("adapter")
        if name in _NOWHERE or in_comment(file.text, match.start()):
            continue
        statement = file.text[match.start() : match.end() + 600].split("\n\n")[0]
        yield at(
            file,
            match.start(),
            Kind.SETTING,
            "mail.driver",
            _NAMES.get(name, name),
            tool=match["library"].partition(".")[0].lower(),
            env=",".join(env_names(statement, 8)),
        )


_REPOSITORY = expression(r"^[ \t]*config[ (]{1,3}:\w{1,60},\s{0,20}(?:[A-Z]\w{0,60}\.){0,4}\w{0,40}Repo\w{0,20},")
_FIELD = expression(
    r"\b(?:url|hostname|port|database|username|password|socket_dir):\s{1,9}(?:(?P<held>[a-z]\w{0,60})(?=\s*(?:,|\n|\Z))|(?P<text>[^\n]{1,200}))"
)
_ELSEWHERE = frozenset(("dev.exs", "test.exs"))
"""Configurations of a developer's machine and of tests, whose connections are written down there."""


def _repository(file: SourceFile) -> Finds:
    """The variables that a repository of Ecto is told its connection by, also through names bound before."""
    if file.name in _ELSEWHERE:
        return
    for match in re.finditer(_REPOSITORY.pattern, file.text, re.MULTILINE):
        if in_comment(file.text, match.start()):
            continue
        block = re.split(r"\n[ \t]*\n|\n[ \t]*config\b", file.text[match.end() : match.end() + 1500])[0]
        told = [field["text"] or _bound(field["held"], file.text[: match.start()]) for field in _FIELD.finditer(block)]
        if env := list(dict.fromkeys(name for text in told for name in _VARIABLE.findall(text))):
            yield at(
                file, match.start(), Kind.SETTING, "db.connection", ",".join(env), tool="ecto", env=",".join(env[:10])
            )


_VARIABLE = expression(r"\(\s{0,4}\"([A-Z][A-Z0-9_]{2,60})\"")


def _bound(name: str, before: str) -> str:
    """What a name was given last before a place; empty where it was given nothing."""
    given = re.findall(rf"^[ \t]*{re.escape(name)}[ \t]*=\s{{0,20}}([^\n]{{1,200}})", before, re.MULTILINE)
    return given[-1] if given else ""


COLLECTORS = (
    Collector("data-ecto", _repository, suffixes=frozenset((".exs",)), needs=("Repo,",)),
    Collector(
        "data-phoenix",
        _mailer,
        suffixes=frozenset((".ex", ".exs")),
        needs=("Swoosh.Adapters.", "Bamboo."),
    ),
)
