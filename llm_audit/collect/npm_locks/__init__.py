"""npm lockfiles, one module per package manager, and what they share."""

from __future__ import annotations

import json
import posixpath
import re
from typing import Any

from llm_audit.collect.base import Finds, at
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax

MANIFEST_FIELDS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


def load_json(text: str) -> dict[str, Any]:
    """The object in a lockfile, by the C reader: a megabyte takes some ten milliseconds.

    Raises:
        BadSyntax: no JSON object, or nested too deeply.
    """
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except RecursionError as error:
        raise BadSyntax("nested too deeply") from error
    except ValueError as error:
        raise BadSyntax("invalid JSON", getattr(error, "lineno", 0)) from error
    if not isinstance(data, dict):
        raise BadSyntax("invalid JSON")
    return data


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def offsets(pattern: re.Pattern[str], text: str) -> dict[str, int]:
    """Where each key that `pattern` captures in group 1 stands first."""
    found: dict[str, int] = {}
    for match in pattern.finditer(text):
        found.setdefault(match[1], match.start(1))
    return found


def app_of(file: SourceFile, importer: str) -> str:
    """The folder of an importer relative to the audited root, `.` for the root itself."""
    return posixpath.normpath(posixpath.join(file.folder, importer))


def locked(file: SourceFile, offset: int, name: str, version: str, app: str = "", spec: str = "") -> Finds:
    """A resolved version; with an app it is one of that app's direct dependencies."""
    direct = "yes" if app else ""
    yield at(file, offset, Kind.LOCKED, name, version, ecosystem="npm", app=app, direct=direct, spec=spec)
