"""Telling files: configuration whose mere presence says that a service or tool is in use. The catalogue knows which."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_TELLING = expression(
    r"\A(?:[^/]*+/)*+(?:\.[^/]+|[^/.]+|(?:instrumentation|proxy|middleware)[^/]*\.[jt]s|ci_(?:pre|post)_[a-z]+\.sh|[^/]*(?:rc\.[cm]?js|\.(?:config|conf|rc)\.[cm]?[jt]s"
    r"|\.(?:ya?ml|json|jsonc|json5|toml|ini|cfg|conf|properties|xml|plist|hcl|tf|prisma|lock|config)))$"
)
"""The folders are passed over in one go, so that no alternative is tried at their characters."""


_SAYS = expression(r"^[ \t]*[^\s#]", re.MULTILINE)
_HASHED = frozenset((".yml", ".yaml", ".toml"))


def collect(file: SourceFile) -> Finds:
    """One FILE fact, named by the file's whole path; none of a file in which everything is commented out."""
    if file.suffix in _HASHED and file.text and not _SAYS.search(file.text):
        return
    yield fact(file, 1, Kind.FILE, file.path)


COLLECTORS = (Collector("files", collect, paths=_TELLING),)
