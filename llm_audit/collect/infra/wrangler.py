"""Cloudflare's `wrangler` configuration: the worker, and what its bindings give it."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, fact, skipped
from llm_audit.collect.expressions import either, expression
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax, Node, parse_json, parse_toml

# key of the configuration -> resource, keys of an entry of which the first that is given names it
_BINDINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "kv_namespaces": ("kv", ("binding",)),
    "d1_databases": ("d1", ("database_name", "binding")),
    "r2_buckets": ("r2", ("bucket_name", "binding")),
    "vectorize": ("vectorize", ("index_name", "binding")),
    "hyperdrive": ("hyperdrive", ("binding",)),
    "send_email": ("email", ("name",)),
    "analytics_engine_datasets": ("analytics-engine", ("dataset", "binding")),
    "services": ("service", ("service", "binding")),
    "workflows": ("workflow", ("name", "binding")),
    "mtls_certificates": ("mtls", ("binding",)),
    "dispatch_namespaces": ("dispatch", ("namespace", "binding")),
    "pipelines": ("pipeline", ("pipeline", "binding")),
    "secrets_store_secrets": ("secrets-store", ("secret_name", "binding")),
    "tail_consumers": ("tail", ("service",)),
    "ratelimits": ("rate-limit", ("name",)),
}
_SINGLE = {"ai": "ai", "browser": "browser", "images": "images", "version_metadata": "", "assets": "assets"}


def collect(file: SourceFile) -> Finds:
    """The worker as a platform fact, a resource per binding; environments are read like the top level."""
    try:
        root = parse_toml(file.text) if ".toml" in file.name else parse_json(file.text)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        return
    routes = [item.text or item.get("pattern").text for item in root.get("routes")] or [root.get("route").text]
    variables = dict.fromkeys(key for scope in _scopes(root) for key, _ in scope[1].get("vars").items())
    details = {
        "vars": ", ".join(variables)[:300],
        "crons": ", ".join(item.text for item in root.get("triggers", "crons")),
        "routes": ", ".join(filter(None, routes)),
        "compatibility_date": root.get("compatibility_date").text,
        "environments": ", ".join(name for name, _ in root.get("env").items()),
    }
    platform = "cloudflare-pages" if root.get("pages_build_output_dir") else "cloudflare-workers"
    name = root.get("name")
    yield fact(file, name.line or root.line, Kind.PLATFORM, platform, name.text, **details)
    for environment, scope in _scopes(root):
        yield from _bindings(file, scope, environment)


def _scopes(root: Node) -> list[tuple[str, Node]]:
    return [("", root), *root.get("env").items()]


def _bindings(file: SourceFile, scope: Node, environment: str) -> Finds:
    for key, (kind, names) in _BINDINGS.items():
        for entry in scope.get(key):
            yield from _resource(file, entry, kind, names, environment)
    for key, kind in _SINGLE.items():
        node = scope.get(key)
        if node.get("binding").text and kind:
            yield from _resource(file, node, kind, ("binding",), environment)
    for entry in scope.get("durable_objects", "bindings"):
        yield from _resource(file, entry, "durable-objects", ("class_name", "name"), environment)
    for side in ("producers", "consumers"):
        for entry in scope.get("queues", side):
            yield from _resource(file, entry, "queues", ("queue",), environment, side=side)


def _resource(
    file: SourceFile, entry: Node, kind: str, names: tuple[str, ...], environment: str, side: str = ""
) -> Finds:
    value = next((entry.get(key).text for key in names if entry.get(key).text), "")
    line = next((entry.get(key).line for key in names if entry.get(key).text), entry.line)
    binding = entry.get("binding").text or entry.get("name").text
    details = {"tool": "wrangler", "binding": binding, "environment": environment, "side": side}
    yield fact(file, line, Kind.RESOURCE, f"cloudflare:{kind}", value, **details)


_TYPES = {
    "D1Database": "d1", "KVNamespace": "kv", "R2Bucket": "r2", "Queue": "queues", "DurableObjectNamespace": "durable-objects",
    "VectorizeIndex": "vectorize", "Vectorize": "vectorize", "Hyperdrive": "hyperdrive", "Ai": "ai", "SendEmail": "email",
    "AnalyticsEngineDataset": "analytics-engine",
}  # fmt: skip
"""The types of bindings ("Workers Runtime APIs", Cloudflare documentation), and the resources behind them."""
_ENVIRONMENT = either(
    *(rf"{word} (?:Cloudflare)?(?:Env|Bindings|Environment|WorkerEnv)\b" for word in ("interface", "type"))
)
_DECLARED = expression(
    r"\b(?:interface|type)\s{1,3}(?:Cloudflare)?(?:Env|Bindings|Environment|WorkerEnv)\s{0,3}(?:extends\s[\w., ]{1,60}\s)?=?\s{0,3}\{(?P<body>[^{}]{0,6000})\}"
)
_BINDING = expression(
    r"\b(?P<name>[A-Za-z_]\w{0,60})\??\s{0,3}:\s{0,3}(?P<type>[A-Z]\w{1,40})(?:<[^<>\n]{0,60}>)?\s{0,3}(?=[;,\n}|]|\Z)"
)


def collect_types(file: SourceFile) -> Finds:
    """A resource per binding of a worker whose environment the code declares as a type."""
    if not _ENVIRONMENT.search(file.text):
        return
    for block in _DECLARED.finditer(file.text):
        for match in _BINDING.finditer(block["body"]):
            if match["type"] in _TYPES:
                line = file.line_of(block.start("body") + match.start())
                details = {"tool": "wrangler", "binding": match["name"]}
                yield fact(file, line, Kind.RESOURCE, f"cloudflare:{_TYPES[match['type']]}", match["name"], **details)


COLLECTORS = (
    Collector(
        "infra.wrangler",
        collect,
        names=frozenset({"wrangler.toml", "wrangler.json", "wrangler.jsonc"}),
        paths=expression(
            r"(?:^|/)wrangler\.(?:toml|jsonc?)\.(?:template|example|sample|dist)$"
            r"|(?:^|/)wrangler\.(?:template|example|sample)\.(?:toml|jsonc?)$"
        ),
        marks=("wrangler.",),
    ),
    Collector("infra.worker_types", collect_types, suffixes=frozenset({".ts"}), needs=tuple(_TYPES)),
)
