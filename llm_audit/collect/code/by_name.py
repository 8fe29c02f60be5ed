"""C#, Swift and Dart: an import binds no single name, so a type is given to the module whose name it resembles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from llm_audit.collect.code import noise
from llm_audit.collect.code.chains import DOTTED, Follower, Root
from llm_audit.collect.code.source import Bound, Call, Import, Language, in_comment_line
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_USING = expression(
    r"^[ \t]*(?:global[ \t]+)?using[ \t]+(?:static[ \t]+)?(?:(?P<alias>\w{1,60})[ \t]*=[ \t]*)?"
    r"(?P<module>[A-Z]\w*(?:\.\w+){0,10})[ \t]*;",
    re.M,
)
_MADE = expression(r"\bnew[ \t]+(?P<module>[A-Z]\w{1,60}(?:\.[A-Z]\w{1,60}){1,6})\.[A-Z]\w{1,60}[(<]")
"""A type that is made by its full name needs no `using`."""
_NAMESPACE = expression(r"^[ \t]*namespace[ \t]+(\w{1,60})", re.M)
_SWIFT = expression(
    r"^[ \t]*(?:@\w+(?:\([^()\n]{0,40}\))?[ \t]+){0,3}(?:(?:public|internal|private|fileprivate)[ \t]+)?import[ \t]+"
    r"(?:(?:class|struct|enum|func|protocol|typealias|var|let)[ \t]+)?(?P<module>[A-Za-z_]\w{0,60})",
    re.M,
)
_DART = expression(r"^[ \t]*(?:import|export)[ \t]+['\"](?P<module>[^'\"\n]{1,200})['\"](?P<rest>[^;]{0,400}+);", re.M)
_DART_AS = expression(r"\bas[ \t\n]+(\w{1,60})")
_TYPE = expression(r"(?<![\w.@\"'])([A-Z]\w{2,60})(?=[.(<])")
_WORD = expression(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VAGUE = frozenset(
    """core common http app system hosting microsoft android windows asp versioning metadata data view model entity
    framework context component components util utils test testing flutter swift sdk client api dart plus
    net services models abstractions extensions""".split()
)
_DART_SUFFIX = expression(r"^package:")
_MAX_TYPES = 200


def csharp_imports(file: SourceFile) -> Iterator[Import]:
    """The used namespaces; what shares the first part of the file's own namespace is local."""
    own = _NAMESPACE.search(file.text)
    root = own[1] if own else ""
    seen: set[str] = set()
    for match in _USING.finditer(file.text):
        module = match["module"]
        names = (Bound(match["alias"], "*"),) if match["alias"] else ()
        seen.add(module)
        yield Import(module, match.start("module"), names, local=bool(root) and module.partition(".")[0] == root)
    for match in _MADE.finditer(file.text):
        module = match["module"]
        if module not in seen and module.partition(".")[0] != root and not in_comment_line(file.text, match.start()):
            seen.add(module)
            yield Import(module, match.start("module"))


def swift_imports(file: SourceFile) -> Iterator[Import]:
    """The imported modules."""
    for match in _SWIFT.finditer(file.text):
        yield Import(match["module"], match.start("module"))


def dart_imports(file: SourceFile) -> Iterator[Import]:
    """The imported libraries, without `package:`; relative ones are local."""
    for match in _DART.finditer(file.text):
        written = match["module"]
        alias = _DART_AS.search(match["rest"])
        names = (Bound(alias[1], "*"),) if alias else ()
        local = not written.startswith(("package:", "dart:"))
        yield Import(_DART_SUFFIX.sub("", written), match.start("module"), names, local=local)


def _calls(
    quiet: Callable[[str], bool], *, shows_new: bool
) -> Callable[[SourceFile, tuple[Import, ...]], Iterable[Call]]:
    def calls(file: SourceFile, found: tuple[Import, ...]) -> list[Call]:
        modules = [item for item in found if not item.local and not quiet(item.module)]
        roots = [Root(bound.name, item.module) for item in modules for bound in item.names]
        if modules:
            roots.extend(_types(file.text, tuple(dict.fromkeys(item.module for item in modules))))
        return Follower(file.text, DOTTED, shows_new=shows_new).follow(roots)

    return calls


def _types(text: str, modules: tuple[str, ...]) -> Iterator[Root]:
    """The types in `text` that share a telling word with one of the modules; the first module that fits has it."""
    words = {module: _words(module) for module in modules}
    seen: set[str] = set()
    for match in _TYPE.finditer(text):
        name = match[1]
        if name in seen or len(seen) >= _MAX_TYPES:
            continue
        seen.add(name)
        lower = name.lower()
        module = next((module for module in modules if any(word in lower for word in words[module])), "")
        if module and not name.endswith(("Exception", "Error")):
            yield Root(name, module)


def _words(module: str) -> tuple[str, ...]:
    """The telling lower-case words of a module's name: `FirebaseAuth` gives firebase and auth."""
    stem = module.partition("/")[0] if "/" in module else module
    found = [stem.replace("_", "").replace(".", "").lower()]
    found += [word.lower() for part in re.split(r"[._]", stem) for word in (part, *_WORD.findall(part))]
    return tuple(word for word in dict.fromkeys(found) if len(word) > 2 and word not in _VAGUE)


CSHARP = Language(
    id="csharp",
    suffixes=frozenset([".cs"]),
    needs=("using ",),
    imports=csharp_imports,
    calls=_calls(noise.csharp, shows_new=True),
    noise=noise.csharp,
)
SWIFT = Language(
    id="swift",
    suffixes=frozenset([".swift"]),
    needs=("import ",),
    imports=swift_imports,
    calls=_calls(noise.swift, shows_new=False),
    noise=noise.swift,
)
DART = Language(
    id="dart",
    suffixes=frozenset([".dart"]),
    needs=("import ", "export "),
    imports=dart_imports,
    calls=_calls(noise.dart, shows_new=False),
    noise=noise.dart,
)
