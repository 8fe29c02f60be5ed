"""Terraform and OpenTofu: variables that resources hand to the programs they run, and `TF_VAR_` values."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.reading import commented, declared
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_BLOCK = expression(
    r"(?:\b(?:environment_variables|env_vars|environment|variables|app_settings|container_env|env|task_environment"
    r"|secret_environment_variables|envs|secrets)\s{0,20}=\s{0,4}(?:merge\(\s{0,40}(?:[\w.]{1,60},\s{0,40})?)?\{)"
    r"(?P<body>(?:[^{}]|\$\{[^{}]{0,200}\}){0,20000})\}"
)
_KEY = expression(r"^[ \t]{0,60}[\"']?(?P<name>[A-Z][A-Z0-9_]{1,79})[\"']?\s{0,40}[=:](?!=)", re.MULTILINE)
_OBJECT = expression(
    r"\{\s{0,60}\"?name\"?\s{0,20}[=:]\s{0,20}\"(?P<name>[A-Z][A-Z0-9_]{1,79})\"\s{0,60},?\s{0,60}\"?(?:value"
    r"|valueFrom|value_from|value_source)\b"
    r"|\benv\s{0,4}\{\s{0,60}name\s{0,20}=\s{0,20}\"(?P<block>[A-Z][A-Z0-9_]{1,79})\""
    r"|^\s{0,20}environment_variable\s{0,4}\{\s{0,60}name\s{0,20}=\s{0,20}\"(?P<build>[A-Z][A-Z0-9_]{1,79})\"",
    re.MULTILINE,
)


def collect(file: SourceFile) -> Finds:
    """Names only: values are references or secrets."""
    seen: set[str] = set()
    for block in _BLOCK.finditer(file.text):
        for match in _KEY.finditer(block["body"]):
            at = block.start("body") + match.start("name")
            if match["name"] not in seen and not commented(file.text, at):
                seen.add(match["name"])
                yield from declared(file, file.line_of(at), match["name"], "", "terraform")
    for match in _OBJECT.finditer(file.text):
        name = match["name"] or match["block"] or match["build"]
        if name not in seen and not commented(file.text, match.start()):
            seen.add(name)
            yield from declared(file, file.line_of(match.start()), name, "", "terraform")


COLLECTORS = (
    Collector(
        "env.declared.terraform",
        collect,
        suffixes=frozenset({".tf", ".tofu", ".tfvars", ".hcl"}),
        needs=("nvironment", "env", "variables", "app_settings", "secrets"),
    ),
)
