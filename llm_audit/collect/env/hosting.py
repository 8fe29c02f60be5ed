"""Variables that hosting platforms are told to set or to ask for, by their configuration files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from llm_audit.collect.base import Collector, Finds, skipped
from llm_audit.collect.env.containers import pairs, shown
from llm_audit.collect.env.reading import OPTIONAL, Reading, declared, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.model import SourceFile
from llm_audit.parse import BadSyntax, Node, parse_json, parse_toml, parse_yaml

_Rows = Iterator[tuple[str, str, int, dict[str, str]]]
_NAME = expression(r"[A-Za-z_][A-Za-z0-9_]{1,79}\Z")


def _plain(node: Node, **details: str) -> _Rows:
    for name, value, line in pairs(node):
        yield name, value, line, details


def _app_json(root: Node) -> _Rows:
    """Heroku: an entry without `value` and `generator` is asked for unless `required` is false."""
    for name, node in root.get("env").items():
        if node.is_map:
            given = node.get("value") or node.get("generator")
            soft = given or node.get("required").text.lower() == "false"
            yield name, node.get("value").text, node.line, {"required": "no" if soft else "yes", "given": _yes(given)}
        else:
            yield name, node.text, node.line, {"required": "no", "given": _yes(node)}


def _yes(node: Node) -> str:
    return "yes" if node else ""


def _render(root: Node) -> _Rows:
    """Render: `sync: false` is asked for at the first deployment."""
    groups = [*root.get("services"), *root.get("envVarGroups"), *root.get("previews")]
    for group in groups:
        for entry in group.get("envVars"):
            name = entry.get("key")
            if name:
                asked = entry.get("sync").text.lower() == "false"
                yield name.text, entry.get("value").text, name.line, {"required": "yes" if asked else ""}


def _fly(root: Node) -> _Rows:
    yield from _plain(root.get("env"))


def _vercel(root: Node) -> _Rows:
    yield from _plain(root.get("env"))
    yield from _plain(root.get("build", "env"), use="build")


def _netlify(root: Node) -> _Rows:
    yield from _plain(root.get("build", "environment"), use="build")
    for name, context in root.get("context").items():
        yield from _plain(context.get("environment"), context=name)
    for name, node in root.get("template", "environment").items():
        yield name, "", node.line, {"required": "yes"}


def _wrangler(root: Node) -> _Rows:
    yield from _plain(root.get("vars"))
    for name, environment in root.get("env").items():
        yield from _plain(environment.get("vars"), context=name)
    for secret in root.get("secrets", "required"):
        yield secret.text, "", secret.line, {"required": "yes"}


def _app_engine(root: Node) -> _Rows:
    yield from _plain(root.get("env_variables"))
    yield from _plain(root.get("build_env_variables"), use="build")


def _serverless(root: Node) -> _Rows:
    yield from _plain(root.get("provider", "environment"))
    for name, function in root.get("functions").items():
        yield from _plain(function.get("environment"), service=name)
    yield from _plain(root.get("Globals", "Function", "Environment", "Variables"))
    for name, resource in root.get("Resources").items():
        properties = resource.get("Properties")
        yield from _plain(properties.get("Environment", "Variables"), service=name)
        for container in properties.get("ContainerDefinitions"):
            for entry in (*container.get("Environment"), *container.get("Secrets")):
                if entry.get("Name"):
                    yield entry.get("Name").text, "", entry.line, {"service": name}


def _digitalocean(root: Node) -> _Rows:
    groups = [*root.get("services"), *root.get("workers"), *root.get("jobs"), root, *root.get("spec", "services")]
    for group in groups:
        for entry in group.get("envs"):
            yield entry.get("key").text, entry.get("value").text, entry.line, {}


def _vscode_tasks(root: Node) -> _Rows:
    yield from _plain(root.get("containerEnv"))
    yield from _plain(root.get("remoteEnv"))


def _turbo(root: Node) -> _Rows:
    """Turborepo lists what its tasks read."""
    for key in ("globalEnv", "globalPassThroughEnv"):
        for entry in root.get(key):
            yield entry.text, "", entry.line, {}
    for tasks in ("tasks", "pipeline"):
        for task in dict(root.get(tasks).items()).values():
            for key in ("env", "passThroughEnv"):
                for entry in task.get(key):
                    yield entry.text, "", entry.line, {}


def _mcp(root: Node) -> _Rows:
    for key in ("mcpServers", "servers"):
        for name, server in root.get(key).items():
            yield from _plain(server.get("env"), service=name)


_Reader = Callable[[Node], _Rows]
_Parser = Callable[[str], Node]


def _first(text: str) -> Node:
    documents = parse_yaml(text)
    return documents[0] if documents else Node(None, 1)


def _collect(where: str, parse: _Parser, rows: _Reader) -> Callable[[SourceFile], Finds]:
    @parsed(parse)
    def collect(file: SourceFile, root: Node) -> Finds:
        seen: set[str] = set()
        for name, value, line, details in rows(root):
            if _NAME.match(name) and name not in seen:
                seen.add(name)
                yield from declared(file, line, name, shown(name, value), where, **details)

    return collect


def _node_config(file: SourceFile) -> Finds:
    """node-config's file that maps settings to variables: every leaf is a name."""
    try:
        root = parse_json(file.text) if file.suffix in (".json", ".json5") else _first(file.text)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        return
    names = [(node.text, node.line) for path, node in root.walk() if not path or path[-1] != "__format"]
    yield from facts_of(
        file,
        (Reading(name, line, "node-config", OPTIONAL, "", "fallback") for name, line in names if _NAME.match(name)),
    )


def _named(*names: str) -> frozenset[str]:
    return frozenset(names)


COLLECTORS = (
    Collector(
        "env.declared.heroku", _collect("heroku", parse_json, _app_json), names=_named("app.json"), needs=('"env"',)
    ),
    Collector(
        "env.declared.render",
        _collect("render", _first, _render),
        names=_named("render.yaml", "render.yml"),
        needs=("envVar",),
    ),
    Collector(
        "env.declared.fly",
        _collect("fly", parse_toml, _fly),
        paths=expression(r"(?:^|/)fly[\w.\-]{0,30}\.toml\Z"),
        marks=(".toml",),
        needs=("env",),
    ),
    Collector(
        "env.declared.vercel",
        _collect("vercel", parse_json, _vercel),
        names=_named("vercel.json", "now.json"),
        needs=('"env"',),
    ),
    Collector(
        "env.declared.netlify",
        _collect("netlify", parse_toml, _netlify),
        names=_named("netlify.toml"),
        needs=("environment",),
    ),
    Collector(
        "env.declared.wrangler-toml",
        _collect("wrangler", parse_toml, _wrangler),
        paths=expression(r"(?:^|/)wrangler[\w.\-]{0,30}\.toml\Z"),
        marks=("wrangler",),
        needs=("vars", "secrets"),
    ),
    Collector(
        "env.declared.wrangler",
        _collect("wrangler", parse_json, _wrangler),
        paths=expression(r"(?:^|/)wrangler[\w.\-]{0,30}\.jsonc?\Z"),
        marks=("wrangler",),
        needs=("vars", "secrets"),
    ),
    Collector(
        "env.declared.app-engine",
        _collect("app-engine", _first, _app_engine),
        paths=expression(r"(?:^|/)app[\w.\-]{0,20}\.ya?ml\Z"),
        marks=(".yml", ".yaml"),
        needs=("env_variables",),
    ),
    Collector(
        "env.declared.serverless",
        _collect("serverless", _first, _serverless),
        paths=expression(r"(?:^|/)(?:serverless|template|sam)[\w.\-]{0,30}\.ya?ml\Z"),
        marks=(".yml", ".yaml"),
        needs=("nvironment",),
    ),
    Collector(
        "env.declared.digitalocean",
        _collect("digitalocean", _first, _digitalocean),
        paths=expression(r"(?:^|/)\.do/[\w.\-]{1,40}\.ya?ml\Z"),
        marks=(".do/",),
        needs=("envs",),
    ),
    Collector(
        "env.declared.devcontainer",
        _collect("devcontainer", parse_json, _vscode_tasks),
        names=_named("devcontainer.json"),
        needs=("Env",),
    ),
    Collector(
        "env.declared.turbo",
        _collect("turbo", parse_json, _turbo),
        names=_named("turbo.json", "turbo.jsonc"),
        needs=("nv",),
    ),
    Collector(
        "env.declared.mcp", _collect("mcp", parse_json, _mcp), names=_named(".mcp.json", "mcp.json"), needs=('"env"',)
    ),
    Collector(
        "env.node-config",
        _node_config,
        paths=expression(r"(?:^|/)custom-environment-variables\.(?:json5?|ya?ml)\Z"),
        marks=("custom-environment-variables",),
    ),
)
