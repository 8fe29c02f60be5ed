"""What a tree itself holds, whatever its names look like: packages, whose importers stay at home, and applications."""

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


def own_applications(paths: Iterable[str]) -> frozenset[str]:
    """The folders, each with its last `/`, of Django's applications beside their project's `manage.py`.

    They are the program, be it called `cookbook` or `website` ("django-admin and manage.py", startapp).

    Args:
        paths: all files of the tree, relative to the root.
    """
    ends = [path for path in paths if path.endswith(("manage.py", "/apps.py"))]
    projects = {path.removesuffix("manage.py") for path in ends if f"/{path}".endswith("/manage.py")}
    folders = (path.removesuffix("apps.py") for path in ends if path.endswith("/apps.py"))
    return frozenset(one for one in folders if _above(one) in projects)


def role_in(file: SourceFile, applications: Iterable[str]) -> Role:
    """What a file is to the program, where the name of an application's folder says nothing of it."""
    if file.role in (Role.EXAMPLE, Role.DOCS):
        for folder in applications:
            if file.path.startswith(folder):
                return repo.role_of(f"{_above(folder)}{file.path.removeprefix(folder)}", file.text)
    return file.role


def _above(folder: str) -> str:
    head, slash, _ = folder.rstrip("/").rpartition("/")
    return head + slash


def _name(file: object) -> str:
    if not isinstance(file, SourceFile) or file.role is not Role.SOURCE:
        return ""
    try:
        content = json.loads(file.text)
    except (ValueError, RecursionError):
        return ""
    name = content.get("name") if isinstance(content, dict) else None
    return name if isinstance(name, str) else ""
