"""Handlers that another module of the project holds: a name that is imported, a route file that only exports it."""

from __future__ import annotations

import re
from posixpath import join, normpath

from llm_audit.collect.expressions import either, expression
from llm_audit.model import SourceFile

_IMPORT = r"""(?:import\s+(?:\*\s+as\s+)?(?:\w+\s*,\s*)?(?:\{{[^}}]{{0,300}}?)?\b{0}\b[^;"']{{0,200}}?\bfrom\s*|\b{0}\s*=\s*(?:await\s+)?(?:require|import)\(\s*)["']([^"'\n]{{1,200}})["']"""  # noqa: E501
_EXPORT = r"export(?<=(?m:^)export)"
_EXPORTS = r"module\.exports(?<=(?m:^)module\.exports)\s*=\s*"
_MODULE = r"""\s*["'](?P<module>[^"'\n]{1,200})["']"""
_FROM = either(
    rf"{_EXPORT}\s*(?:\*|\{{(?P<names>[^}}]{{0,300}})\}})\s*from{_MODULE}", rf"{_EXPORTS}require\((?P<names>){_MODULE}"
)
_GIVEN = either(
    rf"{_EXPORT}\s+(?:default\s+|const\s+(?:GET|POST|PUT|PATCH|DELETE)\b[^=\n]{{0,60}}=\s*)(?P<given>[^;\n]{{1,200}})",
    rf"{_EXPORTS}(?P<given>[^;\n]{{1,200}})",
)
_LISTED = expression(rf"{_EXPORT}\s*\{{(?P<names>[^}}]{{0,300}})\}}(?!\s*from)")
_ANSWERS = expression(r"\b(?:default|GET|POST|PUT|PATCH|DELETE|ALL)\s*\Z")
_INLINE = expression(r"=>|\{|\b(?:function|class|async)\b")
"""A handler that the file writes itself."""
_NAME = expression(r"(?<![\w$.\"'`])([A-Za-z_$][\w$]{1,80})\b(?!\s*:)")


def source(text: str, name: str) -> str:
    """The module of the project that a name was imported from; empty for a package."""
    found = re.search(_IMPORT.format(re.escape(name.split(".")[0])), text)
    return found[1] if found and _is_own(found[1]) else ""


def handed(file: SourceFile) -> list[str]:
    """The modules of the project that hold what a route file exports as its handler; empty where it has one of its own."""
    modules: list[str] = []
    for match in _FROM.finditer(file.text):
        if _is_own(match["module"]) and (not match["names"] or _answering(match["names"])):
            modules.append(match["module"])
    given_away = [match["given"] for match in _GIVEN.finditer(file.text)]
    given_away += [" ".join(_answering(match["names"])) for match in _LISTED.finditer(file.text)]
    for given in given_away:
        if not _INLINE.search(given):
            modules += [source(file.text, name) for name in _NAME.findall(given)]
    return [_placed(file, module) for module in dict.fromkeys(modules) if module]


def _answering(names: str) -> list[str]:
    """Of the names that an export lists, those that are known outside as what answers a request, as the file calls them."""
    return [part.split()[0] for part in names.split(",") if _ANSWERS.search(part)]


def _is_own(module: str) -> bool:
    return module.startswith((".", "@/", "~/", "#", "src/"))


def _placed(file: SourceFile, module: str) -> str:
    """A module's path below the root where it is written from the file's own folder, else as written."""
    stem = re.sub(r"\.[cm]?[jt]sx?$", "", module)
    return normpath(join(file.folder, stem)) if stem.startswith(".") else stem
