"""Terraform and OpenTofu: top-level blocks by their headers, told apart by braces that stand at the line's start; the lockfile."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parsed
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node, parse_json

_BLOCK = expression(
    r"^(resource|data|ephemeral|module|provider|terraform|variable)[ \t]*"
    r"(?:\"([^\"\n]{1,200})\"|(?<=[ \t])([A-Za-z_][\w\-]{0,100}))?[ \t]*(?:\"([^\"\n]{1,200})\")?[ \t]*\{",
    re.MULTILINE,
)
_ATTRIBUTE = expression(r"^[ \t]{1,40}(\w{1,60})[ \t]*=[ \t]*\"([^\"\n]{1,300})\"", re.MULTILINE)
_PROVIDERS = expression(r"^[ \t]+required_providers[ \t]*\{", re.MULTILINE)
_PROVIDER = expression(r"^[ \t]+([\w\-]{1,60})[ \t]*=[ \t]*(?:\{([^{}]{0,500})\}|\"([^\"\n]{1,60})\")", re.MULTILINE)
_SOURCE = expression(r"\bsource\s*=\s*\"([^\"\n]{1,200})\"")
_VERSION = expression(r"\bversion\s*=\s*\"([^\"\n]{1,100})\"")
_BACKEND = expression(r"^[ \t]+(?:backend[ \t]+\"([\w\-]{1,40})\"|(cloud))[ \t]*\{", re.MULTILINE)
_SHOWN = frozenset(
    ("engine", "engine_version", "runtime", "bucket", "service", "location", "family", "database_version", "kind")
)
_SENSITIVE = expression(r"^[ \t]+sensitive[ \t]*=[ \t]*true\b", re.MULTILINE)
_DEFAULT = expression(r"^[ \t]+default[ \t]*=", re.MULTILINE)
_LOCKED = expression(
    r"^provider[ \t]+\"(?:[\w.\-]{1,100}/)?([\w\-]{1,100}/[\w\-]{1,100})\"[ \t]*\{\s{1,20}version[ \t]*=[ \t]*\"([\w.\-+]{1,60})\"",
    re.MULTILINE,
)
_BRACE = expression(r"[{}]")
_DOUBLED = expression(r"^[ \t]+multi_az(?:_enabled)?[ \t]*=[ \t]*true\b", re.MULTILINE)
_CONTAINER_IMAGE = expression(r"\"?\bimage\"?[ \t]*[:=][ \t]*\"([^\"\n]{2,300})\"")


def collect(file: SourceFile) -> Finds:
    """Resources, data sources, modules, providers and the state's backend."""
    found = list(_BLOCK.finditer(file.text))
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(file.text)
        close = file.text.find("\n}", match.end(), end)
        end = close if close >= 0 else end
        body = file.text[match.end() : min(end, match.end() + 20_000)]
        block, first, second = match[1], match[2] or match[3] or "", match[4] or ""
        if block in ("resource", "data", "ephemeral") and first:
            yield from _resource(file, match.start(), block, first, second, body, match.end())
        elif block == "module" and first:
            yield from _module(file, match.start(), first, body)
        elif block == "provider" and first:
            yield at(file, match.start(), Kind.RESOURCE, f"provider:{first}", tool="terraform", block=block)
        elif block == "terraform":
            yield from _settings(file, body, match.end())
        elif block == "variable" and first:
            yield from _variable(file, match.start(), first, body)


def _resource(file: SourceFile, start: int, block: str, kind: str, name: str, body: str, at_body: int) -> Finds:
    details = {
        match[1]: match[2] for match in _ATTRIBUTE.finditer(body[:5000]) if match[1] in _SHOWN and "${" not in match[2]
    }
    if "multi_az" in body and _DOUBLED.search(body):
        details["multi_az"] = "yes"
    yield at(file, start, Kind.RESOURCE, kind, name, tool="terraform", block=block, **details)
    if kind == "helm_release":
        yield from _chart(file, name, body, at_body)
    if "image" not in body or block == "data":
        return
    for match in _CONTAINER_IMAGE.finditer(body):
        if split := split_image(match[1]):
            yield at(file, at_body + match.start(1), Kind.IMAGE, *split, where="terraform", service=name)


def _chart(file: SourceFile, release: str, body: str, at_body: int) -> Finds:
    """The chart that a release installs; one of the tree itself or with a computed name is left open."""
    stated = {match[1]: match for match in _ATTRIBUTE.finditer(body[:5000])}
    chart, told = stated.get("chart"), {key: match[2] for key, match in stated.items() if "${" not in match[2]}
    if chart and "chart" in told and not told["chart"].startswith("."):
        details = {"tool": "helm", "repository": told.get("repository", ""), "release": release}
        name = told["chart"].rpartition("/")[2]
        yield at(file, at_body + chart.start(2), Kind.RESOURCE, name, told.get("version", ""), **details)


def _variable(file: SourceFile, start: int, name: str, body: str) -> Finds:
    """An input of the configuration that must be given, or that is marked as a secret."""
    secret, given = bool(_SENSITIVE.search(body)), not _DEFAULT.search(body)
    if secret or given:
        details = {"sensitive": "yes" if secret else "", "required": "yes" if given else ""}
        yield at(file, start, Kind.SETTING, "terraform.variable", name, **details)


def collect_lock(file: SourceFile) -> Finds:
    """The provider versions that were resolved."""
    for match in _LOCKED.finditer(file.text):
        yield at(file, match.start(), Kind.LOCKED, match[1], match[2], ecosystem="terraform")


def _module(file: SourceFile, start: int, name: str, body: str) -> Finds:
    source, version = _SOURCE.search(body), _VERSION.search(body)
    if source and not source[1].startswith("."):
        details = {"tool": "terraform", "block": "module", "version": version[1] if version else ""}
        yield at(file, start, Kind.RESOURCE, f"module:{source[1]}", name, **details)


def _settings(file: SourceFile, body: str, start: int) -> Finds:
    for match in _BACKEND.finditer(body):
        name = match[1] or "cloud"
        inner = body[match.end() : match.end() + 1000].partition("}")[0]
        shown = {key: text for key, text in _ATTRIBUTE.findall(inner) if key in ("bucket", "organization", "hostname")}
        details = {"tool": "terraform", "block": "backend", **shown}
        yield at(file, start + match.start(), Kind.RESOURCE, f"backend:{name}", shown.get("bucket", ""), **details)
    if block := _PROVIDERS.search(body):
        for match in _PROVIDER.finditer(body, block.end(), _closing(body, block.end())):
            source, version = _SOURCE.search(match[2] or ""), _VERSION.search(match[2] or "")
            if match[2] is not None and not source:
                continue
            name = source[1] if source else f"hashicorp/{match[1]}"
            written = version[1] if version else match[3] or ""
            details = {"tool": "terraform", "block": "required_providers"}
            yield at(file, start + match.start(1), Kind.RESOURCE, f"provider:{name}", written, **details)


def _closing(text: str, start: int) -> int:
    """Where the block that is open at `start` ends."""
    depth = 1
    for match in _BRACE.finditer(text, start):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return match.start()
    return len(text)


@parsed(parse_json)
def collect_json(file: SourceFile, root: Node) -> Finds:
    """The same of the JSON form."""
    for block in ("resource", "data"):
        for kind, names in root.get(block).items():
            for name, node in names.items():
                yield fact(file, node.line, Kind.RESOURCE, kind, name, tool="terraform", block=block)
    for name, node in root.get("module").items():
        source = node.get("source").text
        if source and not source.startswith("."):
            details = {"tool": "terraform", "block": "module", "version": node.get("version").text}
            yield fact(file, node.line, Kind.RESOURCE, f"module:{source}", name, **details)
    yield from _json_settings(file, root)


def _json_settings(file: SourceFile, root: Node) -> Finds:
    blocks = [root.get("terraform"), *root.get("terraform")]
    for name, node in (item for block in blocks for item in block.get("required_providers").items()):
        source = node.get("source").text or f"hashicorp/{name}"
        details = {"tool": "terraform", "block": "required_providers"}
        yield fact(file, node.line, Kind.RESOURCE, f"provider:{source}", node.get("version").text, **details)
    for name, node in (item for block in blocks for item in block.get("backend").items()):
        yield fact(file, node.line, Kind.RESOURCE, f"backend:{name}", tool="terraform", block="backend")


COLLECTORS = (
    Collector("infra.terraform", collect, suffixes=frozenset({".tf", ".tofu"})),
    Collector("infra.terraform_lock", collect_lock, names=frozenset({".terraform.lock.hcl"})),
    Collector("infra.terraform_json", collect_json, paths=expression(r"\.tf\.json$"), marks=(".tf.json",)),
)
