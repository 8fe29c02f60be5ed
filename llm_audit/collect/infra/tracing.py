"""Functions and gateways whose calls the cloud is told to trace: SAM, CloudFormation, Terraform, Serverless Framework, CDK."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_TRACED = expression(
    r"^[ \t]+(?:Tracing:[ \t]*[\"']?Active\b|TracingEnabled:[ \t]*true\b|TracingConfig:[ \t]*\n[ \t]+Mode:[ \t]*[\"']?Active\b"
    r"|tracing_config[ \t]*\{\s*mode[ \t]*=[ \t]*\"Active\"|xray_tracing_enabled[ \t]*=[ \t]*true\b|tracing:[ \t]*\n[ \t]+(?:lambda|apiGateway):[ \t]*(?:true|Active)\b"
    r"|tracing\s{0,3}[:=]\s{0,3}[\w.]{0,30}\bTracing\.ACTIVE\b)",
    re.MULTILINE,
)


def collect(file: SourceFile) -> Finds:
    """The first place that turns tracing on."""
    for match in _TRACED.finditer(file.text):
        if not in_comment(file.text, match.start()):
            yield at(file, match.end() - 1, Kind.SETTING, "aws.service", "xray", tool="infrastructure")
            return


COLLECTORS = (
    Collector(
        "infra.tracing",
        collect,
        suffixes=frozenset({".yml", ".yaml", ".tf", ".tofu", ".ts", ".py", ".template"}),
        needs=("Tracing:", "TracingEnabled:", "TracingConfig:", "tracing_config", "xray_tracing_enabled", "tracing:", "Tracing.ACTIVE"),
    ),
)  # fmt: skip
