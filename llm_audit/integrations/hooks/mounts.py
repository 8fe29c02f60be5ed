"""Where a route is reached: under the prefix at which its file is mounted elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from posixpath import join, normpath

from llm_audit.document import code
from llm_audit.model import Fact
from llm_audit.redact import clean


def mounted(route: Fact, mounts: list[Fact]) -> Fact:
    """The route with the prefix under which its file is mounted elsewhere, where one mount fits."""
    mount = _mount_of(route.path, mounts)
    if mount and not route.name.startswith(mount.value):
        outer = _mount_of(mount.path, mounts) if mount.path != route.path else None
        base = f"{outer.value.rstrip('/*') if outer and outer != mount else ''}{mount.value.rstrip('/*')}"
        return replace(route, name=clean(base if route.name == "/" else f"{base}{route.name}"))
    prefix = route.detail("prefixes").split(",")[0]
    if prefix and not route.name.startswith(prefix):
        return replace(route, name=clean(f"{prefix.rstrip('/')}{route.name}"))
    return route


def spelled(route: Fact, constants: Iterable[Fact]) -> Fact:
    """The route with its path, where only a constant of another file names it and one fits."""
    holder, _, name = route.detail("constant").rpartition(".")
    fits = {
        one.value
        for one in constants
        if name
        and one.detail("key") == name
        and (not holder or one.path.rpartition("/")[2].partition(".")[0] == holder)
    }
    return (
        replace(route, name=clean(route.name.replace(f"{{{name}}}", fits.pop().strip("/"))))
        if len(fits) == 1
        else route
    )


def _mount_of(path: str, mounts: list[Fact]) -> Fact | None:
    """Where the routes of a file are mounted; Python names a module and the router in it: `api.users.router`.

    Of several modules that end alike, the one is meant that a mount's own folder leads to.
    """
    stem = path.rpartition(".")[0].removesuffix("/index").removesuffix("/__init__")
    fits: list[Fact] = []
    for mount in mounts:
        target = mount.detail("target").lstrip("./@~").removesuffix(".js").removesuffix("/index")
        ends = [target]
        if path.endswith(".py") and mount.path.endswith(".py"):  # a module, or what one holds
            ends = [target.replace(".", "/")] if mount.detail("framework") == "django" else []
            ends.append(target.rpartition(".")[0].replace(".", "/"))
        if mount.value not in ("", "/") and any(f"/{stem}".endswith(f"/{end}") for end in ends if end):
            fits.append(mount)
    return next((one for one in fits if _leads_to(one, stem)), fits[0] if fits else None)


def _leads_to(mount: Fact, stem: str) -> bool:
    written = mount.detail("target").removesuffix(".js").removesuffix("/index")
    return written.startswith(".") and normpath(join(mount.path.rpartition("/")[0], written)) == stem


def endpoint(route: Fact) -> str:
    """A route as readers know it: its method, where it has one or two, and its path."""
    methods = [method for method in route.value.split(",") if method not in ("HEAD", "OPTIONS")]
    return code(f"{'/'.join(methods[:2])} {route.name}".strip() if len(methods) <= 2 else route.name)
