"""Phoenix: the service that a mailer of Swoosh or Bamboo hands its mails to."""

from __future__ import annotations

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


COLLECTORS = (
    Collector(
        "data-phoenix",
        _mailer,
        suffixes=frozenset((".ex", ".exs")),
        needs=("Swoosh.Adapters.", "Bamboo."),
    ),
)
