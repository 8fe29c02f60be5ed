"""Prisma: the datasource of a schema, and the lock that its migrations leave."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import engine
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_DATASOURCE = expression(r"^datasource\s+(\w{1,60})\s*\{([^}]{0,2000})\}", re.MULTILINE)
_FIELD = expression(
    r"""^\s*(\w{1,40})\s*=\s*(?:env\(\s*["'](\w{1,80})["']\s*\)|["']([^"'\n]{0,300})["'])""", re.MULTILINE
)


def _prisma(file: SourceFile) -> Finds:
    for match in _DATASOURCE.finditer(file.text):
        fields = {field[1]: (field[2] or "", field[3] or "") for field in _FIELD.finditer(match[2])}
        provider = fields.get("provider", ("", ""))
        name = engine(provider[1]) or provider[1]
        env = {key: value[0] for key, value in fields.items() if value[0] and key != "provider"}
        yield at(
            file, match.start(), Kind.SETTING, "db.engine", name, tool="prisma", env=env.get("url", ""), direct=env.get("directUrl", ""),
            shadow=env.get("shadowDatabaseUrl", ""), datasource=match[1],
        )  # fmt: skip


def _lock(file: SourceFile) -> Finds:
    found = re.search(r"""^provider\s*=\s*["'](\w{1,40})["']""", file.text, re.MULTILINE)
    if found:
        yield at(
            file, found.start(), Kind.SETTING, "db.migrations", file.folder, tool="prisma", engine=engine(found[1])
        )


COLLECTORS = (
    Collector("data-prisma", _prisma, suffixes=frozenset((".prisma",)), needs=("datasource",)),
    Collector("data-prisma-lock", _lock, names=frozenset(("migration_lock.toml",))),
)
