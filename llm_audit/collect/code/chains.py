"""Follows identifiers through a file: which dotted chains are called through them, and which instances they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from llm_audit.collect.code.scopes import Bindings
from llm_audit.collect.code.source import Call, first_argument, in_comment_line
from llm_audit.collect.expressions import expression

MAX_CALLS = 60
MAX_VALUES = 6
MAX_LOCAL = 12
"""Chains that start at one name of the project itself."""
_MAX_OCCURRENCES = 400
_HEADS = ".?!<(-:&"
"""What the rest of a chain begins with in any language, after white space at most."""
_LINKS = ".?!-:&"
"""The same where a further part must follow: what is called or typed by itself tells nothing."""
_MAX_SPACE = 61


class Root(NamedTuple):
    """An identifier to follow.

    Attributes:
        name: as written; may hold dots (`self.client`).
        module: where it, or its class, comes from.
        object: its class, for an instance.
        depth: how many parts must follow it for a call to count.
        makes: calling it by itself gives an instance.
        local: whether it is a variable or parameter of a function, which no receiver stands before.
        at: where the file binds it; -1 for what an import binds.
    """

    name: str
    module: str
    object: str = ""
    depth: int = 0
    makes: bool = False
    local: bool = False
    at: int = -1


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a family of languages writes chains, instances and types.

    Attributes:
        tail: what may follow the first name up to the opening bracket; group `parts`.
        separators: what stands between parts, turned into dots.
        typed_after: `Client client`: the name follows its type. Else `client: Client`.
        receivers: what may stand before the name of a field, dot included.
        factory: names of calls that give an instance.
        sigil: stands before the names of variables, and is not shown.
    """

    tail: re.Pattern[str]
    separators: re.Pattern[str]
    typed_after: re.Pattern[str] | None
    typed_before: re.Pattern[str] | None
    receivers: re.Pattern[str]
    factory: re.Pattern[str]
    sigil: str = ""


_FACTORY = expression(
    r"(?:new|create|make|build|init|initialize|connect|open|dial|from|client|resource|session|builder|getClient"
    r"|getInstance"
    r"|get_client|instance|initializeApp|getAuth|getFirestore|getStorage)(?:[A-Z_]\w*)?\Z|[A-Z]\w*\Z|\w+(?:Client"
    r"|_client)\Z"
)
_GENERIC = r"(?:<[^<>()\n;]{0,100}(?:<[^<>()\n;]{0,60}>[^<>()\n;]{0,40})?>)?"
DOTTED = Syntax(
    tail=expression(
        rf"(?P<parts>(?:\s{{0,60}}[?!]?\.\s{{0,20}}#?[A-Za-z_$][\w$]*){{0,8}}+)[?!]?(?:\?\.)?{_GENERIC}(?P<open>\()"
    ),
    separators=expression(r"\s*[?!]?\.\s*"),
    typed_after=expression(r"(?:<[^<>()\n;]{0,80}>)?\s{1,10}([a-z_]\w{0,60})\s*[;=,)]"),
    typed_before=expression(r"([A-Za-z_]\w{0,60})\s*[?!]?:\s*(?:Optional\[|readonly )?\Z"),
    receivers=expression(r"(?:this|self|[a-z]{1,2})\.\Z"),
    factory=_FACTORY,
)
_LOGGING = expression(
    r"(?i)(?:^|[/.:\\_\-])(?:zap|logrus|zerolog|klog|slog|slf4j|log4j|tracing|env_logger|logger|winston|pino|loguru|structlog"
    r"|morgan|ibatis)(?:\Z|[/.:\\_\-])"
)
"""Their imports tell something; each of their many calls tells nothing more."""
_TESTING = frozenset(
    "describe it test expect vi beforeEach afterEach beforeAll afterAll suite assertThat mock when".split()
)
_OF_LISTS = frozenset(
    "map flatMap forEach some every reduce includes slice toString trim toLowerCase toUpperCase startsWith endsWith"
    " reject reverse reverse_each each detect inject each_with_index group_by sort_by flat_map each_slice to_a to_h to_s dig gsub"
    " Any FirstOrDefault LastOrDefault SingleOrDefault ContainsKey TryGetValue ToList ToDictionary"
    " toArray toJSON toJson toObject jsonSerialize to_json to_hash to_dict model_dump".split()
)
"""What any list or text can do: a chain that ends in one of these goes through an answer, and asks nobody."""
_STYLING = frozenset("cn cx cva clsx classNames classnames twMerge tv".split())
"""Names of functions that join the classes of an element: a page calls them all over, and they call nobody."""
SERVICE_CLASS = expression(
    r"(?:Client|Api|API|SDK|Sdk|Connection|Producer|Consumer|Publisher|Subscriber|Queue|Gateway|Storage|Mailer"
    r"|Template|Bucket"
    r"|Database|Sender|Redis|Factory|Service|Session|Pool|Messaging|Firestore|Auth|Cache|Broker|Channel|Presigner|S3)\Z"
)
_NEW = expression(r"\bnew\s+\\?\Z")
_ASSIGNED = expression(
    r"(?P<target>(?:(?:this|self|cls|globalThis)(?:\.|->)|\$this->|@)?[#$]?[A-Za-z_]\w{0,60})(?:\s*,\s*\w{1,30}){0,2}"
    r"\s*(?::\s*[^=\n;{}()]{1,80})?\s*(?::=|\?\?=|\|\|=|=)\s*(?:[^;{}=(]{0,110}\s)?(?:&\s*)?\Z"
)
_SEPARATING = frozenset(" \t\n\r?!-:&>\\")
"""One of these is part of whatever stands between the parts of a chain, but for a single dot."""
_VALUE = frozenset(";{}(")
"""What does not stand between the sign of an assignment and the value's name."""
_OPENED = expression(r"[^\n]{0,200}?\bas\s+([a-z_]\w{0,40})\s*[:,]")


class Follower:
    """Collects the calls of one file.

    Args:
        text: of the file.
        syntax: how its language writes chains.
        shows_new: constructors are written with `new`.
    """

    def __init__(self, text: str, syntax: Syntax = DOTTED, *, shows_new: bool = True) -> None:
        self.text = text
        self.syntax = syntax
        self.shows_new = shows_new
        self.calls: list[Call] = []
        self._values: dict[tuple[str, str], set[str]] = {}
        self._seen: set[tuple[str, bool, str]] = set()
        self._bindings = Bindings(text)

    def follow(self, roots: Iterable[Root]) -> list[Call]:
        """All calls through these roots, and through the instances that they make, twice over."""
        todo = list(roots)
        self._bind(todo)
        for _ in range(3):
            made: list[Root] = []
            for root in (one._replace(local=False) if one.local and self._is_kept(one.name) else one for one in todo):
                known = root.name, root.local, root.module if root.at >= 0 else ""
                if known in self._seen or root.name in _STYLING or _logs(root.module):
                    continue
                if len(self.calls) < MAX_CALLS:
                    self._seen.add(known)
                    found = list(self._occurrences(root))
                    self._bind(found)
                    made += found
            todo = made
        return self.calls

    def _bind(self, roots: Iterable[Root]) -> None:
        for root in roots:
            if root.at >= 0:
                self._bindings.add(root.name, root.module, root.at)
            elif root.object:
                self._bindings.add_field(root.name, root.module)

    def _is_kept(self, name: str) -> bool:
        """Whether a variable is handed to a field that bears its name: `&Store{client: client}`, `s.client = client`."""
        text, end = self.text, len(name) + 1
        if f".{name} = {name}\n" in text:
            return True
        at = text.find(f"{name}:")
        while at >= 0:
            given = text[at + end : at + end + _MAX_SPACE].lstrip(" \t&")
            if given.startswith(name) and given[end - 1 : end] in (",", "\n", "}") and not text[at - 1].isalnum():
                return True
            at = text.find(f"{name}:", at + end)
        return False

    def _occurrences(self, root: Root) -> Iterator[Root]:
        text, name = self.text, root.name
        start, size = text.find(name), len(name)
        most = min(len(self.calls) + (MAX_LOCAL if root.depth == 2 else MAX_CALLS), MAX_CALLS)
        typed = not root.object and _may_be_type(name, root.module)
        heads = _LINKS if root.depth else _HEADS
        bindings = self._bindings
        contested = bindings.contested(name) if root.at >= 0 else bool(root.object) and bindings.has(name)
        for _ in range(_MAX_OCCURRENCES):
            if start < 0 or len(self.calls) >= most:
                return
            end = start + size
            after = text[end : end + 1]
            # most occurrences are neither called nor typed, which their next character tells
            called = after in heads or (after.isspace() and text[end : end + _MAX_SPACE].lstrip()[:1] in heads)
            if (
                (called or typed)
                and self._stands_alone(start, end, root)
                and (not contested or self._is_meant(start, root))
            ):
                yield from self._at(start, end, root)
            start = text.find(name, end)

    def _stands_alone(self, start: int, end: int, root: Root) -> bool:
        text = self.text
        after = text[end : end + 1]
        if after.isalnum() or after in ("_", "$"):
            return False
        before = text[start - 1] if start else " "
        if before.isalnum() or before in "_$\"'`/@#-":
            return False
        if before in ".>" and (before == "." or text[start - 2 : start] == "->"):
            if not root.object or root.local:
                return False
            receiver = self.syntax.receivers.search(text[max(0, start - 8) : start])
            if receiver is None:
                return False
            return not self._bindings.is_others(receiver.group(), root.name, root.module)
        return True

    def _is_meant(self, start: int, root: Root) -> bool:
        """Whether the name stands for what this root is, where the file binds it to something else as well."""
        meant = self._bindings.module(root.name, start)
        if meant:
            return meant == root.module
        return root.at < 0 or self.text[start - 1 : start] in (".", ">")

    def _at(self, start: int, end: int, root: Root) -> Iterator[Root]:
        text = self.text
        match = self.syntax.tail.match(text, end)
        if match is None:
            yield from self._typed(start, end, root)
            return
        before = text[max(0, start - 12) : start]
        new = _NEW.search(before) if "new" in before else None
        parts = self._joined(match["parts"])
        if parts.count(".") < root.depth or (not parts and root.object and not new) or in_comment_line(text, start):
            return
        if parts.rpartition(".")[2] in _OF_LISTS or (not parts and root.name in _TESTING):
            return
        if not new and not parts and text[max(0, start - 9) : start].endswith(("function ", "def ", "func ", "class ")):
            return
        begin = start if new is None else max(0, start - 12) + new.start()
        chain = root.name + parts
        self._add(
            f"new {self._shown(chain)}" if new and self.shows_new else self._shown(chain), match.end(), begin, root
        )
        last = chain.rpartition(".")[2]
        if new or (root.makes and not parts) or _is_factory(self.syntax.factory, last):
            yield from self._instance(begin, match.end(), root, last)

    def _shown(self, chain: str) -> str:
        return self._joined(chain).replace(self.syntax.sigil or "\n", "")

    def _joined(self, parts: str) -> str:
        """The parts with dots between them, whatever the language writes there; most have nothing else."""
        return parts if _SEPARATING.isdisjoint(parts) else self.syntax.separators.sub(".", parts)

    def _add(self, chain: str, past: int, offset: int, root: Root) -> None:
        value = first_argument(self.text, past, chain)
        known = self._values.get((chain, root.module))
        if known is None:
            self._values[chain, root.module] = {value}
        elif value and value not in known and len(known) < MAX_VALUES:
            known.add(value)
        else:
            return
        self.calls.append(Call(chain, value, offset, root.module, root.object))

    def _instance(self, begin: int, past: int, root: Root, last: str) -> Iterator[Root]:
        before = self.text[max(0, begin - 200) : begin]
        made = root.object or last
        if match := _assigned(before):
            local = before.startswith(":=", match.end("target") + 1)
            bound = begin - len(before) + match.start("target")
            yield from self._roots(match["target"], bound, root.module, made, local=local)
        elif "with " in before[-40:] and (opened := _OPENED.match(self.text, past)):
            yield Root(opened[1], root.module, made, depth=1, at=opened.start(1))

    def _roots(self, target: str, at: int, module: str, made: str, *, local: bool = False) -> Iterator[Root]:
        yield Root(target, module, made, depth=1, local=local, at=at)
        if target.startswith("$") and not target.startswith("$this"):
            yield Root(f"$this->{target[1:]}", module, made, depth=1, at=at)

    def _typed(self, start: int, end: int, root: Root) -> Iterator[Root]:
        name = root.name
        if root.object or not _may_be_type(name, root.module):
            return
        if (inner := _INNER_TYPE.match(self.text, end)) and not _is_client(inner[0].rpartition(".")[2]):
            return  # `Stripe.Subscription`: what an answer holds
        if self.syntax.typed_after and (after := self.syntax.typed_after.match(self.text, end)):
            yield from self._roots(after[1], after.start(1), root.module, name)
        elif self.syntax.typed_before:
            before = self.text[max(0, start - 80) : start]
            if ":" in before and (named := self.syntax.typed_before.search(before)):
                yield Root(named[1], root.module, name, depth=1, at=start - len(before) + named.start(1))


_INNER_TYPE = expression(r"(?:\.[A-Za-z_]\w{0,60}){1,4}")


def _is_client(name: str) -> bool:
    """Whether a class inside another module's or namespace's name is one that calls, rather than one of its records."""
    return name != "Session" and SERVICE_CLASS.search(name) is not None


@lru_cache(maxsize=1 << 13)
def _may_be_type(name: str, module: str) -> bool:
    """Whether a name that is imported can be the class of a service; most files of a project import the same ones."""
    if not name.rpartition(".")[2][:1].isupper():
        return False
    return SERVICE_CLASS.search(name) is not None or name.lower() in module.lower()


@lru_cache(maxsize=1 << 12)
def _logs(module: str) -> bool:
    return _LOGGING.search(module) is not None


@lru_cache(maxsize=1 << 12)
def _is_factory(pattern: re.Pattern[str], name: str) -> bool:
    return pattern.match(name) is not None


def _assigned(before: str) -> re.Match[str] | None:
    """The assignment whose value begins at the end of the text. Most texts are told apart by their last sign."""
    sign = before.rfind("=")
    if sign < 0 or before.startswith(">", sign + 1) or not _VALUE.isdisjoint(before[sign + 1 :]):
        return None
    line = before.rfind("\n", 0, sign) + 1
    return _ASSIGNED.search(before, line if before[line:sign].strip(" \t:?|") else 0)
