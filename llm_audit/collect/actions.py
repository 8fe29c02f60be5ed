"""Which actions of a Rails controller run a piece of its code. No collector itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_CONTROLLER = expression(r"(?:^|/)controllers/[\w/]{1,150}_controller\.rb$")
_DEF = expression(r"^([ \t]*)((?:private|protected)[ ]+)?def ([a-z_]\w{0,80}[!?]?)", re.MULTILINE)
_HIDDEN = expression(r"^[ \t]*(?:private|protected)[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_FILTER = expression(
    r"^[ \t]*(?:(?P<skip>skip_)?(?:prepend_|append_)?(?:before|around)_action|http_basic_authenticate_with)\b"
    r"(?P<rest>(?:,[ \t]*(?:#[^\n]{0,200})?\n|\[[^\]]{0,800}\]|\([^)]{0,800}\)|[^\n\[\]()]){0,600})",
    re.MULTILINE,
)
_SYMBOL = expression(r"(?<![\w:]):(\w{1,80}[!?]?)")
_CHOICE = expression(
    r"\b(only|except)(?::|\s*=>)\s*(?:(:\w{1,80})|\[([^\]]{0,600})\]|%[iw][\[({]([^\])}]{0,600})[\])}])"
)
_CALLED = expression(r"(?:\bself\.|(?<![\w:.@]))([a-z_]\w{0,80}[!?]?)")


@dataclass(frozen=True, slots=True)
class _Method:
    """A method, and the words of its body that may call others of the same object."""

    name: str
    start: int
    end: int
    hidden: bool
    called: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Filter:
    """A statement that has methods run before actions, or no longer."""

    start: int
    end: int
    skip: bool
    methods: frozenset[str]
    actions: frozenset[str]


class Controller:
    """What runs in each action of a controller, as far as its own text tells."""

    def __init__(self, text: str) -> None:
        self._text = text

    def actions_at(self, offset: int) -> frozenset[str]:
        """The actions that run what stands at an offset; empty where that cannot be told."""
        if method := next((one for one in self._methods if one.start <= offset < one.end), None):
            return self._reaching(method)
        found = next((one for one in self._filters if one.start <= offset < one.end), None)
        return self._before({*found.methods}) or found.actions if found else frozenset()

    def method_at(self, offset: int) -> str:
        """The text of the method that an offset stands in, or empty."""
        return next((self._text[one.start : one.end] for one in self._methods if one.start <= offset < one.end), "")

    @cached_property
    def _actions(self) -> frozenset[str]:
        return frozenset(one.name for one in self._methods if not one.hidden)

    @cached_property
    def _methods(self) -> tuple[_Method, ...]:
        found = _HIDDEN.search(self._text)
        hidden_from = found.start() if found else len(self._text)
        return tuple(self._method(match, hidden_from) for match in _DEF.finditer(self._text))

    def _method(self, match: re.Match[str], hidden_from: int) -> _Method:
        closed = re.compile(rf"^{match[1]}end\b", re.MULTILINE).search(self._text, match.end())
        end = closed.end() if closed else len(self._text)
        called = frozenset(_CALLED.findall(self._text[match.end() : end]))
        return _Method(match[3], match.start(), end, bool(match[2]) or match.start() > hidden_from, called)

    @cached_property
    def _filters(self) -> tuple[_Filter, ...]:
        return tuple(self._filter(match) for match in _FILTER.finditer(self._text))

    def _filter(self, match: re.Match[str]) -> _Filter:
        chosen = _CHOICE.search(match["rest"])
        methods = _SYMBOL.findall(match["rest"][: chosen.start()] if chosen else match["rest"])
        told = frozenset(re.findall(r"\w+", " ".join(chosen.groups("")[1:]))) if chosen else frozenset()
        actions = self._actions if not chosen else told if chosen[1] == "only" else self._actions - told
        return _Filter(match.start(), match.end(), bool(match["skip"]), frozenset(methods), actions)

    def _reaching(self, method: _Method) -> frozenset[str]:
        """The actions that call a method, themselves or through others, or before which it runs."""
        names, more = set[str](), {method.name}
        while more:
            names |= more
            more = {one.name for one in self._methods if one.called & names} - names
        return frozenset(names & self._actions) | self._before(names)

    def _before(self, methods: set[str]) -> frozenset[str]:
        """The actions before which one of the methods runs."""
        told: dict[bool, set[str]] = {True: set(), False: set()}
        for one in self._filters:
            if one.methods & methods:
                told[one.skip] |= one.actions
        return frozenset(told[False] - told[True])


def controller(file: SourceFile) -> Controller | None:
    """The controller that a file holds, read once and kept with it; None for any other file."""
    kept = file.__dict__.get("controller")
    if kept is None and _CONTROLLER.search(file.path):
        file.__dict__["controller"] = kept = Controller(file.text)
    return kept if isinstance(kept, Controller) else None
