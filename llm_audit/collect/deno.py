"""Deno: import maps, `npm:`, `jsr:` and registry URLs in source code, and `deno.lock`."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from llm_audit.collect.base import Collector, Finds, at, fact, skipped
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node, parse_json

_PACKAGE = r"(?P<name>(?:@[\w.\-]{1,100}/)?[A-Za-z0-9_][\w.\-]{0,200})(?:@(?P<version>[^/\s\"'?]{1,100}))?"
_SPECIFIER = expression(
    rf"(?:(?P<scheme>npm|jsr):/?|https://(?P<host>esm\.sh|cdn\.skypack\.dev|cdn\.jsdelivr\.net/npm|unpkg\.com)/(?:v\d+/)?"
    rf"|https://(?P<land>deno\.land/x)/|https://(?P<std>deno\.land)/(?=std\b)){_PACKAGE}"
)
_IMPORTED = expression(
    r"(?:\bfrom|\bimport)\s{0,4}\(?\s{0,4}[\"'](?P<text>(?:npm:|jsr:|https://(?:esm\.sh|deno\.land|cdn\.skypack\.dev"
    r"|cdn\.jsdelivr\.net/npm|unpkg\.com)/)[^\"'\n]{1,300})[\"']"
)
_COMMENTED = expression(r"\s*(?://|\*|/\*)")
_PINNED = expression(
    r'"(?P<scheme>npm|jsr):(?P<name>(?:@[^/@"\n]{1,100}/)?[^@"\n]{1,200})(?:@(?P<spec>[^"\n]{1,200}))?"\s*:'
    r'\s*"(?P<value>[^"\n]{1,400})"'
)
_VERSION = expression(r"\d+\.\d[^_\s]*")


def _ecosystem(match: re.Match[str]) -> str:
    if match["land"] or match["std"]:
        return "deno"
    return match["scheme"] or "npm"


def _dependency(file: SourceFile, line: int, text: str, alias: str = "") -> Finds:
    """The package of a specifier; local paths and other URLs give nothing."""
    if match := _SPECIFIER.match(text):
        yield fact(
            file,
            line,
            Kind.DEPENDENCY,
            match["name"],
            match["version"] or "",
            ecosystem=_ecosystem(match),
            scope="runtime",
            alias="" if alias == match["name"] else alias,
        )


@parsed(parse_json)
def _collect_manifest(file: SourceFile, root: Node) -> Finds:
    for alias, node in _imports(root):
        yield from _dependency(file, node.line, node.text, alias.rstrip("/"))
    workspace = root.get("workspace") or root.get("workspaces")
    for member in workspace if workspace.is_list else workspace.get("members"):
        if member.text:
            yield fact(file, member.line, Kind.SETTING, "deno.workspaces", member.text)
    if file.name.startswith(("deno.", "jsr.")) and root.get("name").text:
        yield fact(file, root.get("name").line, Kind.SETTING, "deno.name", root.get("name").text)


def _imports(root: Node) -> Iterator[tuple[str, Node]]:
    yield from root.get("imports").items()
    for entry in root.get("scopes").items():
        yield from entry[1].items()


def _collect_source(file: SourceFile) -> Finds:
    """Packages that source code names by specifier, as no manifest lists them; each once per file."""
    seen: set[str] = set()
    for match in _IMPORTED.finditer(file.text):
        line = file.line_of(match.start("text"))
        if match["text"] not in seen and not _COMMENTED.match(file.line(line)[:200]):
            seen.add(match["text"])
            yield from _dependency(file, line, match["text"])


def _collect_lock(file: SourceFile) -> Finds:
    """What each specifier resolved to; direct ones are those that a workspace lists (format 3 and later)."""
    try:
        data: Any = json.loads(file.text)
    except (ValueError, RecursionError) as error:
        yield skipped(file, "invalid JSON", getattr(error, "lineno", 0))
        return
    apps = _apps(file, data.get("workspace") if isinstance(data, dict) else None)
    seen: set[tuple[str, str, str]] = set()
    for match in _PINNED.finditer(file.text):
        version = _VERSION.search(match["value"].removeprefix(f"{match['scheme']}:{match['name']}@"))
        if not version:
            continue
        specifier = f"{match['scheme']}:{match['name']}" + (f"@{match['spec']}" if match["spec"] else "")
        for app in apps.get(specifier, ("",)):
            key = (match["name"], version[0], app)
            if key not in seen:
                seen.add(key)
                yield at(
                    file,
                    match.start("name"),
                    Kind.LOCKED,
                    match["name"],
                    version[0],
                    ecosystem=match["scheme"],
                    app=app,
                    direct="yes" if app else "",
                )


def _apps(file: SourceFile, workspace: Any) -> dict[str, tuple[str, ...]]:
    """The folders whose manifest lists each specifier."""
    found: dict[str, tuple[str, ...]] = {}
    if not isinstance(workspace, dict):
        return found
    members = workspace.get("members")
    folders = {".": workspace, **(members if isinstance(members, dict) else {})}
    for folder, entry in folders.items():
        if not isinstance(entry, dict):
            continue
        app = posixpath.normpath(posixpath.join(file.folder, folder))
        for holder in (entry, entry.get("packageJson")):
            listed = holder.get("dependencies") if isinstance(holder, dict) else None
            for specifier in listed if isinstance(listed, list) else ():
                if isinstance(specifier, str) and app not in found.get(specifier, ()):
                    found[specifier] = (*found.get(specifier, ()), app)
    return found


COLLECTORS = (
    Collector(
        "deno-manifest",
        _collect_manifest,
        names=frozenset(
            {"deno.json", "deno.jsonc", "jsr.json", "import_map.json", "import-map.json", "importmap.json"}
        ),
    ),
    Collector(
        "deno-specifiers",
        _collect_source,
        suffixes=frozenset({".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs"}),
        needs=(
            "npm:",
            "jsr:",
            "https://esm.sh/",
            "https://deno.land/",
            "https://cdn.skypack.dev/",
            "https://unpkg.com/",
        ),
    ),
    Collector("deno-lock", _collect_lock, names=frozenset({"deno.lock"})),
)
