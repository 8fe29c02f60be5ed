"""Rust: crates that `use`, `extern crate` or a path names, with what is taken from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llm_audit.collect.code import noise
from llm_audit.collect.code.chains import DOTTED, Follower, Root
from llm_audit.collect.code.source import Bound, Call, Import, Language, in_comment_line
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_USE = expression(
    r"^[ \t]*(?:pub(?:\([a-z: ]{1,30}\))?[ \t]+)?(?:use[ \t]+(?:::)?(?P<path>[a-z_]\w{0,60}[^;]{0,3000}+)"
    r"|extern[ \t]+crate[ \t]+(?P<crate>\w{1,60})(?:[ \t]+as[ \t]+(?P<alias>\w{1,60}))?);",
    re.M,
)
_ROOT = expression(r"(?<![\w:'\"$.])([a-z][a-z0-9_]{1,60})::(?=[A-Za-z_])")
_MODULE = expression(r"^[ \t]*(?:pub(?:\([a-z: ]{1,30}\))?[ \t]+)?mod[ \t]+(\w{1,60})", re.M)
_LEAF = expression(r"([A-Za-z_]\w{0,60})(?:\s+as\s+(\w{1,60}))?\s*(?=[,}\s]|\Z)")
_SYNTAX = replace(
    DOTTED,
    tail=expression(r"(?P<parts>(?:\s{0,60}(?:\.|::)\s{0,20}[A-Za-z_]\w*){0,8}+)(?:::<[^<>\n]{0,80}>)?(?P<open>\()"),
    separators=expression(r"\s*(?:\.|::)\s*"),
    typed_after=None,
    typed_before=expression(r"([a-z_]\w{0,60})\s{0,3}:\s{0,3}&?(?:'\w+ )?(?:mut )?(?:Arc<|Data<|Option<|State<)?\Z"),
    factory=expression(r"(?:new|from|builder|connect|open|default|create|init|build|client)(?:_\w+)?\Z|[A-Z]\w*\Z"),
)


_OUTSIDE = expression(r"\buse[ \t]+::")
"""`use ::acme` is the crate, beside a module of that name."""
_HERE = frozenset(("crate", "self", "super"))


def imports(file: SourceFile) -> Iterator[Import]:
    """The crates of a file, one entry per statement or first path; the project's own modules are local."""
    own = frozenset(match[1] for match in _MODULE.finditer(file.text))
    bound: set[str] = set(own)
    seen: set[str] = set()
    for match in _USE.finditer(file.text):
        crate, names = _used(match)
        bound.update(name.name for name in names)
        seen.add(crate)
        is_module = crate in own and not _OUTSIDE.search(match[0])
        yield Import(crate, match.start(), names, local=crate in _HERE or is_module or crate in bound - {crate})
    inside = "".join(" " * len(part) if index % 2 else part for index, part in enumerate(_without_uses(file.text)))
    for match in _ROOT.finditer(inside):
        crate = match[1]
        if crate not in seen and crate not in bound and not in_comment_line(file.text, match.start()):
            seen.add(crate)
            yield Import(crate, match.start(), (Bound(crate, "*"),))


def _without_uses(text: str) -> Iterator[str]:
    """The text in pieces; every second one is a `use` statement."""
    at = 0
    for match in _USE.finditer(text):
        yield text[at : match.start()]
        yield text[match.start() : match.end()]
        at = match.end()
    yield text[at:]


def _used(match: re.Match[str]) -> tuple[str, tuple[Bound, ...]]:
    if match["crate"]:
        return match["crate"], (Bound(match["alias"] or match["crate"], "*"),)
    path = match["path"]
    crate = re.split(r"\W", path, maxsplit=1)[0]
    names = [Bound(leaf[2] or leaf[1], leaf[1]) for leaf in _LEAF.finditer(path) if leaf[1] not in ("self", "as")]
    return crate, tuple(names) or (Bound(crate, "*"),)


def calls(file: SourceFile, found: tuple[Import, ...]) -> list[Call]:
    """The calls through crates and what is taken from them, and through what they make."""
    roots = (
        Root(bound.name, item.module, depth=0 if bound.name[:1].isupper() or bound.origin != "*" else 1)
        for item in found
        if not item.local and not noise.rust(item.module)
        for bound in item.names
    )
    return Follower(file.text, _SYNTAX, shows_new=False).follow(roots)


LANGUAGE = Language(
    id="rust",
    suffixes=frozenset([".rs"]),
    needs=("use ", "::"),
    imports=imports,
    calls=calls,
    noise=noise.rust,
)
