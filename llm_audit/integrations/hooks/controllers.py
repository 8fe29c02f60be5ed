"""Which checks of a Rails application run for a route: those of its controller, its parents and concerns, and of its action."""

from __future__ import annotations

import re
from collections.abc import Iterable

from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Fact

_ENDS = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def answering(route: Fact, ledger: Ledger) -> tuple[str, ...]:
    """The ends of the paths of the files that answer a route, its controller's first; empty where no controller is named."""
    name, hash_, _ = route.detail("handler").partition("#")
    if route.detail("framework") != "rails" or not hash_ or not name:
        return ()
    classes = ledger.settings.get("controller.above", ())
    own = f"/{name.strip('/')}_controller.rb"
    at_home = f"/controllers{own}"  # an engine's routes leave out the module that its controllers stand in
    if any(f"/{one.path}".endswith(at_home) for one in classes):
        own = at_home
    above = [
        f"/{_file_of(word)}.rb" for one in classes if f"/{one.path}".endswith(own) for word in one.value.split(",")
    ]
    return own, *above


def running(checks: Iterable[Fact], routes: list[Fact], ledger: Ledger) -> list[Fact]:
    """The checks that may run for one of the routes; of a controller only its own ones, in the route's action."""
    files = [(route, answering(route, ledger)) for route in routes]
    return [one for one in checks if not one.detail("actions") or any(_runs(one, *pair) for pair in files)]


def _runs(check: Fact, route: Fact, files: tuple[str, ...]) -> bool:
    if not files:
        return True
    at = next((end for end in files if check.path.endswith(end)), "")
    action = route.detail("handler").partition("#")[2]
    return bool(at) and (at != files[0] or action in check.detail("actions").split(","))


def _file_of(name: str) -> str:
    """Where Rails looks for a class: `Hooks::BaseController` -> `hooks/base_controller`."""
    return _ENDS.sub("_", name.replace("::", "/").lstrip("/")).replace("/_", "/").lower()
