"""Where a setting goes: from the line that only declares it to the code that uses it.

A settings class, a constant or an entry of a configuration says little of what a service does. Where a candidate's facts are
such lines alone, the name that receives the value is followed through the tree, and what stands around its uses is shown.
So is the name of a client that one module makes for the others, into the modules that import it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from llm_audit.excerpts.source import Source
from llm_audit.excerpts.syntax import is_code
from llm_audit.model import Fact, Kind, Place

Leads = Mapping[Fact, tuple[Place, ...]]
"""Places of use by the facts that lead there."""

_FOLLOWED = (Kind.HOST, Kind.ENV_READ, Kind.SETTING, Kind.IMPORT)
_AT_WORK = (Kind.CALL, Kind.ROUTE, Kind.VERIFY, Kind.DELIVERY)
"""Kinds whose line is where something is done."""
_MOST, _FILES, _NAMES = 3, 6, 8
"""Places for a candidate; files that are looked at for them; names that are followed."""
_GETTER = 5
"""A function of so few lines that returns a setting only declares it."""
_COMMON = 25
"""A name that more files hold is no name of one setting."""
_LOOK = 60
_FRONTS = frozenset({"index", "__init__", "mod", "main", "lib"})
"""Files that are imported by the name of their folder."""
_IMPORT = re.compile(r"\s*(?:import|from|use|using|require|include|export|\})\b|.{0,80}\brequire\(|\s*\}")
_HANDED_OUT = 80
"""A client that more files hold is no name of one client."""

_WORDS = r"(?:(?:export|default|public|private|protected|internal|static|final|readonly|const|let|var|val|def|pub|lazy|abstract)\s+)*"
_RECEIVERS = (
    re.compile(rf"\s*{_WORDS}(?:self\.|this\.|\$|@)?[\"']?(?P<name>[A-Za-z_][\w.-]{{1,80}})[\"']?\s*(?:\??:[^=\n]{{1,60}})?(?:=>|:=|=(?!=)|:(?!:))"),
    re.compile(r"\s*(?:[\w<>\[\],?.]{1,40}\s+){1,5}(?P<name>[A-Za-z_]\w{1,80})\s*(?:=(?!=)|\{\s*get)"),
    re.compile(r"\s*(?P<name>[A-Z]\w{1,80})\s+\*?[\w.\[\]]{1,40}\s+`"),
)  # fmt: skip
"""How a line begins that gives a name to a value: assignments and entries; typed ones; fields of a Go structure."""
_OPENS = re.compile(r"\s*(?:[\w$.]{1,40}\s+){0,4}[\"']?(?P<name>[A-Za-z_]\w{1,60})[\"']?\s*(?:=>|[:=(])")
_OPENING = ("[", "{")
"""How a line ends that opens a list of settings, rather than give one."""
_GOES_ON = ("(", "=", ":", "=>", "||", "??")
_IGNORED = frozenset("src href url none null return if else value default required".split())
_DONE = re.compile(r"\(|\breturn\b|=>|->")
_COMMENT = re.compile(r"\s*(?://|#|\*|/\*|--)|\s*(?:import|from|use|using|require|include)\b")
_DEFINED = re.compile(
    r"\b(?:(?:def|fn|func|fun|function)\s+(?:\([^)]*\)\s*)?"
    r"|(?:const|let|var)\s+(?=\w{3,80}\s*=\s*(?:async\s*)?(?:\([^)\n]{0,200}\)|\w{1,40})\s*=>))(?P<name>\w{3,80})"
)
_ASIDE = re.compile(rf"{_COMMENT.pattern}|\b(?:def|fn|func|fun|function)\b")
_REQUEST = re.compile(r"(?i)\b(post|put|get|send|fetch|request|publish|upload|query|execute|notify)\w*\s*\(|\.do\(")


@dataclass(frozen=True, slots=True)
class _Name:
    """A name to follow, as a text that its uses hold and a pattern; the one file that it counts in, or all; and the
    module that a file must import it from, if any."""

    text: str
    pattern: re.Pattern[str]
    path: str = ""
    module: str = ""


def leads(wanted: Sequence[Sequence[Fact]], source: Source) -> Leads:
    """Where code uses what the facts declare, for candidates whose facts are declarations alone.

    Args:
        wanted: for each candidate its facts; their files are learned already.
        source: the tree.
    """
    followed = [
        [
            *((fact, name) for fact in facts for name in _made(fact, source)),
            *((fact, name) for fact in _declaring(facts, source) for name in _names(fact, source)),
        ][:_NAMES]
        for facts in wanted
    ]
    everywhere = {name.text for own in followed for _, name in own if not name.path}
    holding = source.holding(everywhere) if everywhere else {}
    found: dict[Fact, list[Place]] = {}
    spots = [list(_spots(own, holding, source)) for own in followed]
    source.learn(place.path for own in spots for _, place in own)
    for facts, own in zip(wanted, spots, strict=True):
        taken: set[str] = set()
        for fact, place in _in_turn(sorted(own, key=lambda one: not _inside(one[1], source))):
            if place.path not in taken and len(taken) < _MOST and (use := _use(place, fact, source)):
                taken.add(place.path)
                found.setdefault(fact, []).append(use)
        if not taken and facts and not any(_at_work(fact, source) for fact in facts):
            found.setdefault(facts[0], []).extend(_doing(facts[0], source))
    return {fact: tuple(dict.fromkeys(places)) for fact, places in found.items() if places}


def _in_turn(spots: Sequence[tuple[Fact, Place]]) -> list[tuple[Fact, Place]]:
    """The first place of each fact, then the second of each: what one client is used for does not hide the other's use."""
    turns: dict[Fact, int] = {}
    order = []
    for spot in spots:
        turns[spot[0]] = turns.get(spot[0], 0) + 1
        order.append((turns[spot[0]], spot))
    return [spot for _, spot in sorted(order, key=lambda one: one[0])]


def _declaring(facts: Sequence[Fact], source: Source) -> Iterator[Fact]:
    """The facts to follow: all, where none is at work; else addresses of files in which nothing else is."""
    working = {fact.path for fact in facts if _at_work(fact, source)}
    if any(fact.kind == Kind.CALL for fact in facts):
        return
    for fact in facts:
        if fact.kind in _FOLLOWED and (not working or (fact.kind == Kind.HOST and fact.path not in working)):
            yield fact


def _at_work(fact: Fact, source: Source) -> bool:
    """Whether a fact's line is where something is done, rather than declared."""
    return fact.kind in _AT_WORK or (
        fact.kind in _FOLLOWED and not _getter(fact.place, source) and _inside(fact.place, source)
    )


def _getter(place: Place, source: Source) -> str:
    """The name of the function around a place, where it does nothing but give what stands there."""
    around = [one for one in source.blocks(place.path) if one.kind == "f" and one.start <= place.line <= one.end]
    least = min(around, key=lambda one: one.size, default=None)
    if least is None or least.size > _GETTER or not re.search(r"\breturn\b|=>", _line(place, source)):
        return ""
    heads = (_DEFINED.search(_line(Place(place.path, number), source)) for number in range(least.start, place.line + 1))
    return next((match["name"] for match in heads if match), "")


def _inside(place: Place, source: Source) -> bool:
    """Whether a place lies in a function; where no grammar tells, whether it is indented and does something."""
    blocks = source.blocks(place.path)
    if blocks:
        return any(one.kind == "f" and one.start <= place.line <= one.end for one in blocks)
    line = _line(place, source)
    return line[:1].isspace() and bool(_DONE.search(line))


def _line(place: Place, source: Source) -> str:
    lines = source.lines(place.path)
    return lines[place.line - 1] if 1 <= place.line <= len(lines) else ""


def _names(fact: Fact, source: Source) -> Iterator[_Name]:
    """The names under which code knows what a fact declares; a common one counts with its owner, or in its file."""
    if fact.kind == Kind.IMPORT:
        for name in fact.detail("names").split(", "):
            if re.fullmatch(r"[A-Za-z_]\w{2,60}", name):
                yield _Name(name, _whole(name), fact.path)
        return
    if getter := _getter(fact.place, source):
        yield _Name(getter, _whole(getter), fact.path)
        return
    name = received(fact, source)
    if not name:
        return
    if _telling(name):
        yield _Name(name, _whole(name))
        return
    owner = _owner(fact.place, source)
    if owner:
        yield _Name(owner, re.compile(rf"(?<!\w){re.escape(owner)}\??[.\[\"']{{1,2}}{re.escape(name)}(?!\w)"))
    yield _Name(name, _whole(name), fact.path)


def _made(fact: Fact, source: Source) -> Iterator[_Name]:
    """The name of a client that is made outside of functions, or by one that does nothing else, for other modules."""
    if fact.kind != Kind.CALL:
        return
    name = _getter(fact.place, source) or ("" if _inside(fact.place, source) else _receiver(_line(fact.place, source)))
    stem = fact.path.rpartition("/")[2].split(".")[0]
    module = fact.path.split("/")[-2] if stem in _FRONTS and "/" in fact.path else stem
    for one in _handed_out(name, fact, source) if len(name) > 2 and module else ():
        yield _Name(one, re.compile(rf"(?<![\w.\"'`/-]){re.escape(one)}(?:\??\.\w|->\w|\()"), module=module)


def _handed_out(name: str, fact: Fact, source: Source) -> Iterator[str]:
    """A client's name, and those of the functions of its file that do nothing but give it."""
    yield name
    for number, line in enumerate(source.lines(fact.path), 1):
        if number != fact.line and name in line and (getter := _getter(Place(fact.path, number), source)):
            yield getter


def received(fact: Fact, source: Source) -> str:
    """The name that a fact's line, or the one before it, gives to what the fact is about; or empty."""
    bound = fact.detail("bound").lstrip("$")
    if bound and not _ignored(bound):
        return bound
    line, before = _line(fact.place, source), _line(Place(fact.path, fact.line - 1), source).rstrip()
    if line.rstrip().endswith(_OPENING):
        return ""
    return _receiver(line) or (_receiver(before) if before.endswith(_GOES_ON) else "")


def _receiver(line: str) -> str:
    for pattern in _RECEIVERS:
        match = pattern.match(line)
        name = match["name"].rpartition(".")[2] if match else ""
        if name and not _ignored(name):
            return name
    return ""


def _ignored(name: str) -> bool:
    """Whether a word names no setting; in capitals it is a constant's name."""
    return name in _IGNORED or (name.lower() in _IGNORED and not name.isupper())


def _telling(name: str) -> bool:
    """Whether a name is of several words, so that it means one thing throughout the tree."""
    return len(name) >= 8 and bool(re.search(r"[a-z0-9][A-Z]|\w_\w|\w-\w", name))


def _owner(place: Place, source: Source) -> str:
    """The name of what a declaration is an entry of: the nearest line above that is indented less."""
    lines = source.lines(place.path)
    depth = _depth(_line(place, source))
    for number in range(place.line - 1, max(place.line - _LOOK, 0), -1):
        line = lines[number - 1]
        if line.strip() and _depth(line) < depth:
            match = _OPENS.match(line)
            return match["name"] if match and not _ignored(match["name"]) else ""
    return ""


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")


def _spots(
    names: Sequence[tuple[Fact, _Name]], holding: Mapping[str, Sequence[str]], source: Source
) -> Iterator[tuple[Fact, Place]]:
    """Lines that use a name, the first of each file that does something, files that hold most of the names first."""
    declared = {fact.place for fact, _ in names}
    by_path: dict[str, list[tuple[Fact, _Name]]] = {}
    for fact, name in names:
        paths = (name.path,) if name.path else holding.get(name.text, ())
        if name.module and len(paths) <= _HANDED_OUT:
            paths = [path for path in paths if path != fact.path and _imports(path, name, source)]
        for path in paths if len(paths) <= _COMMON else ():
            by_path.setdefault(path, []).append((fact, name))
    own = {place.path for place in declared}
    words = {part.lower() for _, name in names for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name.text)[:1]}
    order = sorted(
        by_path,
        key=lambda path: (path in own, not any(word in path.lower() for word in words), -len(by_path[path]), path),
    )
    for path in order[:_FILES]:
        yield from _uses(path, by_path[path], declared, source)


def _imports(path: str, name: _Name, source: Source) -> bool:
    """Whether a file imports a name from its module, in one line or in a list of names."""
    module, whole = re.compile(rf"(?<!\w){re.escape(name.module)}(?!\w)"), _whole(name.text)
    heads = [line for line in source.lines(path) if module.search(line) and _IMPORT.match(line)]
    alone = re.compile(rf"\s*{re.escape(name.text)},?\s*$")
    return any(whole.search(module.sub("", line, count=1) if name.text == name.module else line) for line in heads) or (
        bool(heads) and any(map(alone.match, source.lines(path)))
    )


def _uses(
    path: str, names: Sequence[tuple[Fact, _Name]], declared: Iterable[Place], source: Source
) -> Iterator[tuple[Fact, Place]]:
    lines = source.lines(path) if is_code(path) else ()
    known = frozenset(declared)
    for fact, name in names:
        found = [
            Place(path, number)
            for number, line in enumerate(lines, 1)
            if name.text in line
            and name.pattern.search(line)
            and not _COMMENT.match(line)
            and not _DEFINED.search(line)
        ]
        yield from ((fact, place) for place in found[:_FILES] if place not in known)


def _use(place: Place, fact: Fact, source: Source) -> Place | None:
    """A place where something is done: in a function; of a client made outside, the first function of the file that uses it.

    None for lines that hold the name and do nothing with it.
    """
    if _inside(place, source):
        return place
    name = _receiver(_line(place, source))
    later = ((number, line) for number, line in enumerate(source.lines(place.path), 1) if number != place.line)
    uses = (Place(place.path, number) for number, line in later if name in line and _whole(name).search(line))
    onward = next((one for one in uses if _inside(one, source)), None) if len(name) > 2 else None
    return onward or (place if place.path != fact.path and _DONE.search(_line(place, source)) else None)


def _doing(fact: Fact, source: Source) -> Iterator[Place]:
    """In a file that is about the service as a whole, the function that asks most of it."""
    if fact.kind != Kind.SETTING or fact.name != "module":
        return
    lines = source.lines(fact.path)
    asking = [number for number, line in enumerate(lines, 1) if _REQUEST.search(line) and not _ASIDE.search(line)]
    functions = [one for one in source.blocks(fact.path) if one.kind == "f" and one.size <= _LOOK]
    ranked = sorted(functions, key=lambda one: (-sum(one.start <= n <= one.end for n in asking), -one.size, one.start))
    for best in ranked[:1]:
        yield Place(fact.path, next((n for n in asking if best.start <= n <= best.end), best.start))
