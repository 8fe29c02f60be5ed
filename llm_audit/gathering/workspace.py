"""The packages that a tree itself holds: what imports them stays at home, whatever their names look like."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from llm_audit import repo
from llm_audit.model import Role, SourceFile

_MANIFEST = "package.json"


def own_packages(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """The scoped names of the npm packages in a tree, where it holds several.

    A name without a scope may be that of a registry's package as well, so it says nothing.

    Args:
        root: absolute path of the tree.
        paths: all its files, relative to the root.
    """
    manifests = [path for path in paths if path.endswith(_MANIFEST) and path.rpartition("/")[2] == _MANIFEST]
    if len(manifests) < 2:
        return frozenset()
    names = (_name(repo.read(root, path)) for path in manifests)
    return frozenset(name for name in names if name.startswith("@") and "/" in name)


def _name(file: object) -> str:
    if not isinstance(file, SourceFile) or file.role is not Role.SOURCE:
        return ""
    try:
        content = json.loads(file.text)
    except (ValueError, RecursionError):
        return ""
    name = content.get("name") if isinstance(content, dict) else None
    return name if isinstance(name, str) else ""
