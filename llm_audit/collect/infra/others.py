"""Further infrastructure tools in short: Pulumi, AWS CDK, SST, Bicep and ARM templates, Skaffold."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact, skipped
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import BadSyntax, Node, parse_json, parse_yaml

_BICEP = expression(
    r"^[ \t]{0,20}resource[ \t]+(\w{1,100})[ \t]+'([A-Za-z][\w.]{1,80}(?:/\w{1,80}){1,6})@([\w\-]{1,40})'", re.MULTILINE
)
_BICEP_MODULE = expression(r"^[ \t]{0,20}module[ \t]+(\w{1,100})[ \t]+'(br[:/][^'\n]{1,200})'", re.MULTILINE)
_ARM_SCHEMA = expression(r"schema\.management\.azure\.com/[^\"\n]{0,80}deploymentTemplate\.json", re.IGNORECASE)


@parsed(parse_yaml)
def collect_pulumi(file: SourceFile, roots: list[Node]) -> Finds:
    """The Pulumi project with its runtime, and the resources of its YAML form."""
    for root in roots[:1]:
        runtime = root.get("runtime").text or root.get("runtime", "name").text
        backend = root.get("backend", "url").text
        yield fact(file, root.line, Kind.PLATFORM, "pulumi", root.get("name").text, runtime=runtime, backend=backend)
        for name, node in root.get("resources").items():
            if kind := node.get("type").text:
                yield fact(file, node.line, Kind.RESOURCE, kind, name, tool="pulumi")


@parsed(parse_json)
def collect_cdk(file: SourceFile, root: Node) -> Finds:
    """The CDK app's command."""
    if root.get("app"):
        yield fact(file, root.get("app").line, Kind.PLATFORM, "aws-cdk", root.get("app").text)


def collect_bicep(file: SourceFile) -> Finds:
    """The resource types of a Bicep file and the registry modules it uses."""
    for match in _BICEP.finditer(file.text):
        yield at(file, match.start(1), Kind.RESOURCE, match[2], match[1], tool="bicep", api=match[3])
    for match in _BICEP_MODULE.finditer(file.text):
        yield at(file, match.start(1), Kind.RESOURCE, f"module:{match[2]}", match[1], tool="bicep")


def collect_arm(file: SourceFile) -> Finds:
    """The resource types of an ARM template."""
    if not _ARM_SCHEMA.search(file.text, 0, 2000):
        return
    try:
        root = parse_json(file.text)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        return
    for node in root.get("resources"):
        if kind := node.get("type").text:
            yield fact(file, node.get("type").line, Kind.RESOURCE, kind, node.get("name").text, tool="arm")


@parsed(parse_yaml)
def collect_skaffold(file: SourceFile, roots: list[Node]) -> Finds:
    """The images that Skaffold builds, and how it deploys them."""
    for root in roots[:1]:
        how = [key for block in ("deploy", "manifests") for key, _ in root.get(block).items()]
        images = [split_image(item.get("image").text) for item in root.get("build", "artifacts")]
        built = ", ".join(split[0] for split in images if split)
        yield fact(file, root.line, Kind.PLATFORM, "skaffold", ", ".join(dict.fromkeys(how)), built=built[:300])


COLLECTORS = (
    Collector("infra.pulumi", collect_pulumi, names=frozenset({"Pulumi.yaml", "Pulumi.yml"})),
    Collector("infra.cdk", collect_cdk, names=frozenset({"cdk.json"})),
    Collector("infra.bicep", collect_bicep, suffixes=frozenset({".bicep"})),
    Collector("infra.arm", collect_arm, suffixes=frozenset({".json"}), needs=("deploymentTemplate.json",)),
    Collector("infra.skaffold", collect_skaffold, names=frozenset({"skaffold.yaml", "skaffold.yml"})),
)
