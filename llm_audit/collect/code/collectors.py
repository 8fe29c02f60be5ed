"""The two collectors over all languages: which modules are imported, and what is called through them."""

from __future__ import annotations

from functools import lru_cache

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.code import by_name, elixir, golang, javascript, jvm, php, python, ruby, rust
from llm_audit.collect.code.source import Import, Language
from llm_audit.collect.nearby import in_backquotes
from llm_audit.model import Kind, SourceFile

LANGUAGES: tuple[Language, ...] = (
    javascript.LANGUAGE,
    python.LANGUAGE,
    golang.LANGUAGE,
    jvm.LANGUAGE,
    php.LANGUAGE,
    ruby.LANGUAGE,
    rust.LANGUAGE,
    elixir.LANGUAGE,
    by_name.CSHARP,
    by_name.SWIFT,
    by_name.DART,
)
_BY_SUFFIX = {suffix: language for language in LANGUAGES for suffix in language.suffixes}
_MAX_NAMES = 10


@lru_cache(maxsize=16)
def _imports(file: SourceFile) -> tuple[Import, ...] | None:
    """What a file imports, or None when it is not worth reading; both collectors ask, one right after the other."""
    language = _BY_SUFFIX[file.suffix]
    text = file.text
    for literal in language.needs:
        if literal in text:
            return tuple(language.imports(file))
    return None


@lru_cache(maxsize=16)
def _quoted(file: SourceFile) -> frozenset[str]:
    """The modules that only text between backquotes imports, as snippets that a page shows do."""
    found = _imports(file) or ()
    text = file.text
    if file.suffix not in javascript.LANGUAGE.suffixes or "`" not in text:
        return frozenset()
    outside = {one.module for one in found if not in_backquotes(text, one.offset)}
    return frozenset(one.module for one in found if not one.local) - outside


def imports(file: SourceFile) -> Finds:
    """One fact per external module, with the names that are taken from it."""
    found = _imports(file) if file.suffix in _BY_SUFFIX else None
    if not found:
        return
    language = _BY_SUFFIX[file.suffix]
    modules: dict[str, list[Import]] = {}
    for item in found:
        if not item.local and not language.noise(item.module):
            modules.setdefault(item.module, []).append(item)
    quoted = _quoted(file)
    for module, items in modules.items():
        names = dict.fromkeys(
            bound.name if bound.origin in ("*", "default") else bound.origin for item in items for bound in item.names
        )
        shown = ", ".join(list(names)[:_MAX_NAMES])
        yield at(
            file,
            items[0].offset,
            Kind.IMPORT,
            module,
            language=language.id,
            names=shown,
            types_only="yes" if all(item.typing for item in items) else "",
            quoted="yes" if module in quoted else "",
            patched="yes" if language is python.LANGUAGE and python.is_switched_off(file.text, items) else "",
        )


def calls(file: SourceFile) -> Finds:
    """One fact per chain, and a few more for chains that are called with several different names."""
    found = _imports(file) if file.suffix in _BY_SUFFIX else None
    if found is None:
        return
    language = _BY_SUFFIX[file.suffix]
    quoted = _quoted(file)
    for call in language.calls(file, found):
        yield at(
            file,
            call.offset,
            Kind.CALL,
            call.chain,
            call.argument,
            language=language.id,
            module=call.module,
            object=call.object,
            quoted="yes" if call.module in quoted else "",
        )


_SUFFIXES = frozenset(_BY_SUFFIX)
COLLECTORS = (
    Collector("imports", imports, suffixes=_SUFFIXES),
    Collector("calls", calls, suffixes=_SUFFIXES),
)
