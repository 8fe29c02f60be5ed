"""Which function, file or module answers a route, as far as names tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Fact, Kind

SERVICE_PARAMETER = re.compile(
    r"(?i)[:{\[<*](\w+:)?(service|provider|source|integration|vendor|gateway|channel|platform|type|name|slug)\b"
)
"""A parameter of a path that says which service calls."""


TOLD = ("webhook.providers", "webhook.events")
"""Settings that a handler tells: whom it serves, and of what."""
_ANY_HANDLER = frozenset("create index handle handler post store update show process receive webhook webhooks".split())
"""What functions that answer routes are called everywhere."""


def handling(route: Fact, ledger: Ledger, name: str) -> list[Fact]:
    """The facts of that name in the file of a route, or in the function elsewhere that the route names as its handler."""
    words = [word for word in re.split(r"[#@.:\\/()\s]", route.detail("handler")) if word]
    facts = ledger.settings.get(name, ())
    if not words or any(fact.path == route.path for fact in facts):
        return [fact for fact in facts if fact.path == route.path]
    named = [fact for fact in facts if fact.detail("handler") == words[-1]]
    if not named:
        return []
    files = {plain_word(word) for word in words[:-1]}
    found = any(stem_of(fact.path) in files for fact in ledger.of(Kind.VERIFY))
    unique = not found and words[-1].lower() not in _ANY_HANDLER and len({fact.path for fact in named}) == 1
    return [fact for fact in named if unique or stem_of(fact.path) in files]


def declaring(route: Fact, ledger: Ledger) -> frozenset[str]:
    """The other files that declare the function which a route of Go names as its handler: a method of what holds it.

    A field is mostly called like its type; a function whose name no other bears needs no type to be known by.
    """
    words = [word for word in re.split(r"[.()\s]", route.detail("handler")) if word]
    if not words or not route.path.endswith(".go"):
        return frozenset()
    named = [
        fact
        for fact in ledger.settings.get("handler.declared", ())
        if fact.value.rpartition(".")[2] == words[-1] and fact.path != route.path
    ]
    holder = words[-2].lower() if len(words) > 1 else ""
    mine = frozenset(
        one.path for one in named if len(holder) > 2 and one.value.lower().partition(".")[0].endswith(holder)
    )
    every = frozenset(one.path for one in named)
    return mine or (every if len(every) == 1 and words[-1].lower() not in _ANY_HANDLER else frozenset())


def stem_of(path: str) -> str:
    """A file's name as a handler would call it: `webhooks_controller.rb` -> `webhooks`."""
    return plain_word(path.rpartition("/")[2].partition(".")[0])


@cache
def plain_word(word: str) -> str:
    """A name as it is compared: in lower case, without signs and without what all handlers are called."""
    return re.sub(r"controller$|handler$|[^a-z0-9]", "", word.lower())


def names_of(route: Fact) -> tuple[frozenset[str], str]:
    """What holds a route's handler, as far as it says so, and the handler itself; words too short to name a file left out."""
    words = [plain_word(word) for word in re.split(r"[#@.:\\/()\s]", route.detail("handler")) if len(word) > 3]
    kept = [word for word in words if word != stem_of(route.path)]  # `route.ts` is the name of every other one
    return frozenset(kept[:-1]), kept[-1] if kept else ""


def is_called_for(path: str, holders: frozenset[str], handler: str) -> bool:
    """Whether a file is named for what holds a handler, or for the handler in a folder that is named for what holds it.

    The index of a folder is what the folder is called.
    """
    stem, folders = stem_of(path), path.split("/")[:-1]
    if stem == "index" and folders:
        stem, folders = plain_word(folders[-1]), folders[:-1]
    if stem in holders:
        return True
    return stem == handler and (not holders or any(plain_word(part) in holders for part in folders))


def modules_of(route: Fact) -> list[str]:
    """The modules that hold the route's handler where its own file has none, without what stands for a root."""
    written = f"{route.detail('module')},{route.detail('modules')}"
    return [name.lstrip("./@~") for name in written.split(",") if name]


def is_module(path: str, modules: Iterable[str]) -> bool:
    """Whether a file is one of these modules, the index of a folder that is, or a part of a package of Go."""
    if path.endswith(".go"):
        folder = path.rpartition("/")[0]
        return bool(folder) and any(one.endswith(f"/{folder}") for one in modules)
    stem = path.rpartition(".")[0].removesuffix("/index")
    return f"/{stem}".endswith(tuple(f"/{one.removesuffix('/index')}" for one in modules))
