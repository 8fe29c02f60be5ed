"""CloudFormation and SAM templates, in YAML or JSON: resource types by logical name."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact, skipped
from llm_audit.collect.expressions import expression
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax, Node, parse_json, parse_yaml

_RESOURCES = expression(r"^[ \t]{0,8}\"?Resources\"?[ \t]*:", re.MULTILINE)
_TYPE_LINE = expression(
    r"^[ \t]{1,40}\"?Type\"?:[ \t]*[\"']?((?:AWS|Alexa|Custom|Datadog|MongoDB)::[\w:]{2,100})", re.MULTILINE
)
_SHOWN = {
    "Engine": "engine",
    "EngineVersion": "engine_version",
    "Runtime": "runtime",
    "BucketName": "bucket",
    "QueueName": "queue",
    "TopicName": "topic",
    "TableName": "table",
    "ScheduleExpression": "schedule",
}


def collect(file: SourceFile) -> Finds:
    """A resource per entry of `Resources`; of a text that cannot be parsed, the types alone."""
    if not _RESOURCES.search(file.text) or len(file.text) > 2_000_000:
        return
    try:
        roots = [parse_json(file.text)] if file.suffix in (".json", ".template") else parse_yaml(file.text)
    except BadSyntax as error:
        if "{{" not in file.text:
            yield skipped(file, error.what, error.line)
        for match in _TYPE_LINE.finditer(file.text):
            yield at(file, match.start(1), Kind.RESOURCE, match[1], tool="cloudformation")
        return
    for root in roots[:1]:
        yield from resources(file, root.get("Resources"))


def resources(file: SourceFile, node: Node) -> Finds:
    """The entries of a `Resources` mapping, with the images that they run."""
    for name, entry in node.items():
        kind = entry.get("Type")
        if "::" not in kind.text:
            continue
        properties = entry.get("Properties")
        details = {shown: properties.get(key).text for key, shown in _SHOWN.items()}
        details["events"] = ", ".join(filter(None, (_event(event) for _, event in properties.get("Events").items())))
        yield fact(file, kind.line, Kind.RESOURCE, kind.text, name, tool="cloudformation", **details)
        for container in properties.get("ContainerDefinitions"):
            image = container.get("Image")
            if split := split_image(image.text):
                yield fact(file, image.line, Kind.IMAGE, *split, where="cloudformation", service=name)


def _event(event: Node) -> str:
    inner = event.get("Properties")
    path = inner.get("Path").text or inner.get("Schedule").text
    return " ".join(filter(None, (event.get("Type").text, inner.get("Method").text.upper(), path)))


COLLECTORS = (
    Collector(
        "infra.cloudformation",
        collect,
        suffixes=frozenset({".yml", ".yaml", ".json", ".template"}),
        needs=("AWS::",),
    ),
)
