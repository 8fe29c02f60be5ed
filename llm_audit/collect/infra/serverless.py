"""The Serverless Framework: provider, functions with their events, plugins, resources."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at, fact, skipped
from llm_audit.collect.expressions import expression
from llm_audit.collect.infra.cloudformation import resources
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax, Node, parse_json, parse_yaml

_PARAMETER = expression(
    r"\$\{ssm(?:\([\w\-]{1,30}\)|\.[\w\-]{1,30})?:[ \t]{0,4}/?(?:aws/reference/(?P<store>secretsmanager)/)?"
)
_STORES = {"": "ssm", "secretsmanager": "secretsmanager"}
"""The stores that settings of the service are taken from when it is deployed."""


def collect(file: SourceFile) -> Finds:
    """The service as a platform fact, a resource per event source, plugin and declared resource."""
    try:
        roots = [parse_json(file.text)] if file.suffix == ".json" else parse_yaml(file.text)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        return
    for root in roots[:1]:
        provider = root.get("provider")
        if not (provider or root.get("functions")):
            return
        service = root.get("service").text or root.get("service", "name").text
        functions = ", ".join(name for name, _ in root.get("functions").items())
        details = {
            "provider": provider.get("name").text or provider.text,
            "runtime": provider.get("runtime").text,
            "region": provider.get("region").text,
            "functions": functions[:300],
        }
        yield fact(file, root.get("service").line or root.line, Kind.PLATFORM, "serverless", service, **details)
        if match := _PARAMETER.search(file.text):
            yield at(file, match.start(), Kind.SETTING, "aws.service", _STORES[match["store"] or ""], tool="serverless")
        for name, node in root.get("functions").items():
            yield from _events(file, name, node)
        for plugin in root.get("plugins"):
            if plugin.text:
                yield fact(file, plugin.line, Kind.RESOURCE, f"plugin:{plugin.text}", tool="serverless")
        declared = root.get("resources")
        for node in (declared.get("Resources"), *(item.get("Resources") for item in declared)):
            yield from resources(file, node)


def _events(file: SourceFile, function: str, node: Node) -> Finds:
    for event in node.get("events"):
        for kind, inner in event.items():
            what = inner.text or inner.get("path").text or inner.get("rate").text or inner.get("bucket").text
            what = what or ", ".join(item.text for item in inner.get("rate")) or inner.get("arn").text
            details = {"tool": "serverless", "function": function, "method": inner.get("method").text.upper()}
            yield fact(file, inner.line, Kind.RESOURCE, f"event:{kind}", what, **details)


COLLECTORS = (
    Collector(
        "infra.serverless",
        collect,
        names=frozenset({"serverless.yml", "serverless.yaml", "serverless.json"}),
    ),
)
