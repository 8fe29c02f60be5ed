"""Platforms for sites and functions: Vercel, Netlify, Firebase, Supabase, Amplify, Read the Docs."""

from __future__ import annotations

from collections.abc import Callable

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.hosting.documents import joined
from llm_audit.collect.parsed import parser_of, root_of
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node

_MOST_CRONS = 60


def _vercel(file: SourceFile, root: Node) -> Finds:
    crons = [f"{item.get('path').text} {item.get('schedule').text}".strip() for item in root.get("crons")]
    rewrites = [item.get("destination").text for item in root.get("rewrites")]
    details = {
        "crons": ", ".join(filter(None, crons[:_MOST_CRONS])),
        "rewrites": ", ".join(text for text in rewrites if "://" in text)[:300],
        "regions": joined(root.get("regions")),
        "framework": root.get("framework").text,
        "build": root.get("buildCommand").text,
        "functions": joined(root.get("functions")),
    }
    yield fact(file, root.line, Kind.PLATFORM, "vercel", file.path, **details)


def _netlify(file: SourceFile, root: Node) -> Finds:
    build = root.get("build")
    details = {
        "build": build.get("command").text,
        "publish": build.get("publish").text,
        "functions": build.get("functions").text or root.get("functions", "directory").text,
        "contexts": joined(root.get("context")),
        "proxies": ", ".join(item.get("to").text for item in root.get("redirects") if "://" in item.get("to").text)[
            :300
        ],
    }
    yield fact(file, build.line or root.line, Kind.PLATFORM, "netlify", file.path, **details)
    for plugin in root.get("plugins"):
        package = plugin.get("package")
        if package.text:
            yield fact(file, package.line, Kind.RESOURCE, f"plugin:{package.text}", tool="netlify")


def _firebase(file: SourceFile, root: Node) -> Finds:
    parts = (
        [key for key in root.content if key not in ("$schema", "emulators")] if isinstance(root.content, dict) else []
    )
    hosting = [root.get("hosting"), *root.get("hosting")]
    sites = ", ".join(filter(None, (item.get("site").text or item.get("target").text for item in hosting)))
    details = {"sites": sites, "emulators": joined(root.get("emulators"))}
    yield fact(file, root.line, Kind.PLATFORM, "firebase", ", ".join(parts), **details)
    for part in parts:
        yield fact(file, root.get(part).line, Kind.RESOURCE, f"firebase:{part}", tool="firebase")


def _firebaserc(file: SourceFile, root: Node) -> Finds:
    for alias, node in root.get("projects").items():
        yield fact(file, node.line, Kind.PLATFORM, "firebase", node.text, alias=alias)


def _supabase(file: SourceFile, root: Node) -> Finds:
    if "supabase/" not in f"/{file.path}" and not (root.get("project_id") and root.get("api")):
        return
    functions = joined(root.get("functions"))
    details = {"functions": functions, "database": root.get("db", "major_version").text}
    line = root.get("project_id").line or root.line
    yield fact(file, line, Kind.PLATFORM, "supabase", root.get("project_id").text, **details)
    if root.get("auth") and root.get("auth", "enabled").text != "false":
        yield fact(file, root.get("auth").line, Kind.SETTING, "auth.provider", "supabase", tool="supabase")
    for provider, node in root.get("auth", "external").items():
        if node.get("enabled").text == "true":
            names = _env_of(node)
            yield fact(file, node.line, Kind.SETTING, "oauth.provider", provider, tool="supabase", env=",".join(names))
            for name, line in names.items():
                yield fact(file, line, Kind.ENV_READ, name, "", need="optional", via="supabase", by="bare")
    for provider, node in root.get("auth", "sms").items():
        if node.get("enabled").text == "true":
            yield fact(file, node.line, Kind.SETTING, "sms.provider", provider, tool="supabase")
    if root.get("auth", "email", "smtp", "enabled").text == "true":
        smtp = root.get("auth", "email", "smtp")
        yield fact(file, smtp.line, Kind.SETTING, "mail.driver", "smtp", tool="supabase", host=smtp.get("host").text)


def _env_of(node: Node) -> dict[str, int]:
    """The variables that stand as `env(NAME)` in a table, with their lines."""
    found = ((_ENV.fullmatch(item.text), item.line) for _, item in node.items())
    return {match[1]: line for match, line in found if match}


_ENV = expression(r"env\(([A-Z][A-Z0-9_]{1,79})\)")


def _amplify(file: SourceFile, root: Node) -> Finds:
    apps = [item.get("appRoot").text for item in root.get("applications")]
    yield fact(file, root.line, Kind.PLATFORM, "amplify", ", ".join(filter(None, apps)) or file.path)


def _read_the_docs(file: SourceFile, root: Node) -> Finds:
    tools = ", ".join(f"{name} {node.text}" for name, node in root.get("build", "tools").items())
    builder = "sphinx" if root.get("sphinx") else "mkdocs" if root.get("mkdocs") else ""
    yield fact(file, root.line, Kind.PLATFORM, "read-the-docs", file.path, tools=tools, builder=builder)


_READERS: dict[str, Callable[[SourceFile, Node], Finds]] = {
    "vercel.json": _vercel,
    "now.json": _vercel,
    "netlify.toml": _netlify,
    "firebase.json": _firebase,
    ".firebaserc": _firebaserc,
    "amplify.yml": _amplify,
    ".readthedocs.yaml": _read_the_docs,
    ".readthedocs.yml": _read_the_docs,
    "readthedocs.yml": _read_the_docs,
}


def collect(file: SourceFile) -> Finds:
    """The platform of the file, with what it says of crons, functions and parts."""
    root = yield from root_of(file, parser_of(file))
    if root.is_map:
        yield from _READERS[file.name](file, root)


def collect_supabase(file: SourceFile) -> Finds:
    """A Supabase project's configuration, not any other `config.toml`."""
    root = yield from root_of(file, parser_of(file))
    if root.is_map:
        yield from _supabase(file, root)


COLLECTORS = (
    Collector("hosting.web", collect, names=frozenset(_READERS)),
    Collector(
        "hosting.supabase",
        collect_supabase,
        names=frozenset({"config.toml"}),
        needs=("project_id", "[auth.external", "[db.", "[api]"),
    ),
)
