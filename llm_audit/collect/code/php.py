"""PHP: `use Ns\\Class` with groups and aliases, and classes written with their full name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llm_audit.collect.code import noise
from llm_audit.collect.code.chains import DOTTED, Follower, Root
from llm_audit.collect.code.source import Bound, Call, Import, Language
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import SourceFile

_NAMESPACE = expression(r"^\s{0,8}namespace\s+([\w\\]{1,200})", re.M)
_USE = expression(
    r"^use[ \t]+(?:function[ \t]+|const[ \t]+)?\\?(?P<path>[A-Za-z_]\w*(?:\\\w+){0,12})"
    r"(?:\\\{(?P<group>[^{}]{0,1500})\})?(?:[ \t]+as[ \t]+(?P<alias>\w+))?[ \t]*[;,]",
    re.M,
)
_FULL = expression(r"\\(?<![\w\\'\"]\\)([A-Z]\w{0,60}(?:\\[A-Z]\w{0,60}){1,8})(?=::|\()")
_SYNTAX = replace(
    DOTTED,
    tail=expression(r"(?P<parts>(?:\s{0,60}(?:\?->|->|::)\s{0,20}\$?[A-Za-z_]\w*){0,8}+)\s{0,3}(?P<open>\()"),
    separators=expression(r"\s*(?:\?->|->|::)\s*\$?"),
    typed_after=expression(r"\s{1,10}(\$[a-z_]\w{0,60})"),
    typed_before=None,
    sigil="$",
)


def imports(file: SourceFile) -> Iterator[Import]:
    """All imports of a file, and the classes it names in full; what shares the file's first namespace part is local."""
    own = _NAMESPACE.search(file.text)
    root = own[1].partition("\\")[0] + "\\" if own else ""
    for match in _USE.finditer(file.text):
        for module, name in _used(match):
            yield Import(module, match.start("path"), (Bound(name, "*"),), local=bool(root) and module.startswith(root))
    for match in _FULL.finditer(file.text):
        if in_comment(file.text, match.start()):
            continue
        name = match[1]
        yield Import(name, match.start(), (Bound(name, "*"),), local=bool(root) and name.startswith(root))


def _used(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    path = match["path"]
    if match["group"] is None:
        yield path, match["alias"] or path.rpartition("\\")[2]
        return
    for part in match["group"].split(","):
        words = part.split()
        if words:
            yield f"{path}\\{words[0]}", words[-1].rpartition("\\")[2]


def calls(file: SourceFile, found: tuple[Import, ...]) -> list[Call]:
    """The calls of imported classes, and through variables, properties and parameters that hold one."""
    roots = (
        Root(bound.name, item.module)
        for item in found
        if not item.local and not noise.php(item.module)
        for bound in item.names
        if not bound.name.endswith(("Exception", "Error"))
    )
    return Follower(file.text, _SYNTAX).follow(roots)


LANGUAGE = Language(
    id="php",
    suffixes=frozenset([".php"]),
    needs=("use ", "\\"),
    imports=imports,
    calls=calls,
    noise=noise.php,
)
