"""Variables that container configuration sets: compose services, Dockerfiles, Kubernetes and Helm, systemd units."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, skipped
from llm_audit.collect.env.placeholders import COMPOSE_PATH
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, Reading, commented, declared, facts_of, harmless, sensitive
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile
from llm_audit.parse import BadSyntax, Node, parse_yaml

_NAME = expression(r"[A-Za-z_][A-Za-z0-9_]{1,79}\Z")


def shown(name: str, value: str) -> str:
    """The value when neither it nor the name speaks of a secret."""
    return "" if sensitive(name) else harmless(value.strip("\"' "))


def pairs(node: Node) -> Iterator[tuple[str, str, int]]:
    """Name, value and line of an environment given as a mapping, as `X=y` lines, or as name and value entries."""
    for name, child in node.items():
        yield name, child.text, child.line
    for child in node:
        if child.is_map:
            key = child.get("name") or child.get("key") or child.get("variable")
            yield key.text, child.get("value").text, key.line
        elif child.text:
            name, _, value = child.text.partition("=")
            yield name.strip(), value, child.line


def collect_compose(file: SourceFile) -> Finds:
    """`environment` and build `args` of every service."""
    try:
        documents = parse_yaml(file.text)
    except BadSyntax as error:
        yield skipped(file, error.what, error.line)
        yield from _compose_rows(file)
        return
    for document in documents:
        for service, node in (*document.get("services").items(), *_extensions(document)):
            for name, value, line in pairs(node if service.startswith("x-") else node.get("environment")):
                if _NAME.match(name):
                    yield from declared(file, line, name, shown(name, value), "compose", service=service)
            for name, value, line in pairs(node.get("build", "args")):
                if _NAME.match(name):
                    yield from declared(file, line, name, shown(name, value), "compose", service=service, use="build")


_ROW = expression(
    r"^[ \t]{4,40}(?:-[ \t]{1,3})?[\"']?(?P<name>[A-Z][A-Z0-9_]{2,79})[\"']?(?:=|:[ \t])(?P<value>[^\n]{0,200})",
    re.MULTILINE,
)


def _compose_rows(file: SourceFile) -> Finds:
    """What a search by line gives of a file that is no YAML: a template, or one with conflict markers."""
    for match in _ROW.finditer(file.text):
        value = match["value"].strip()
        yield from declared(
            file, file.line_of(match.start("name")), match["name"], shown(match["name"], value), "compose"
        )


def _extensions(document: Node) -> Iterator[tuple[str, Node]]:
    """`x-...` blocks that look like an environment: all their keys are capital names."""
    for key, node in document.items():
        names = [name for name, _, _ in pairs(node)]
        if key.startswith("x-") and names and all(re.fullmatch(r"[A-Z][A-Za-z0-9_]+", name) for name in names):
            yield key, node


_DOCKER = expression(
    r"^[ \t]{0,8}(?P<word>ENV|ARG)[ \t]{1,8}(?P<rest>(?:[^\\\n]|\\\n|\\.){1,4000})", re.MULTILINE | re.IGNORECASE
)
_ASSIGN = expression(
    r"(?P<name>[A-Za-z_]\w{0,79})=(?P<value>\"(?:[^\"\\]|\\.){0,500}\"|'[^']{0,500}'|(?:[^\s\\]|\\[^\n]){0,500})"
)


def collect_dockerfile(file: SourceFile) -> Finds:
    """`ENV` and `ARG`, and the shell expansions of names that neither sets."""
    seen: set[str] = set()
    for match in _DOCKER.finditer(file.text):
        word, rest = match["word"].lower(), match["rest"]
        found = [(each["name"], each["value"], match.start("rest") + each.start()) for each in _ASSIGN.finditer(rest)]
        first = re.match(r"[A-Za-z_]\w{0,79}(?=\s|$)", rest)
        if first:
            found = [(first[0], rest[first.end() :].strip() if word == "env" else "", match.start("rest"))]
        for name, value, at in found:
            if name not in seen and name != "PATH":
                seen.add(name)
                yield from declared(file, file.line_of(at), name, shown(name, value), "dockerfile", instruction=word)
    yield from facts_of(file, _expanded(file, seen))


_USE = expression(r"(?<!\\)\$\{(?P<name>[A-Z_][A-Z0-9_]{1,79}):(?P<operator>[-?])(?P<word>[^{}\n]{0,120})\}")


def _expanded(file: SourceFile, known: set[str]) -> Iterator[Reading]:
    for match in _USE.finditer(file.text):
        assigned = re.search(rf"\b{match['name']}=", file.text[: match.start()])
        if match["name"] in known or assigned or commented(file.text, match.start()):
            continue
        need = DEFAULT if match["word"] and "$" not in match["word"] else OPTIONAL
        yield Reading(
            match["name"],
            file.line_of(match.start()),
            "dockerfile",
            need,
            match["word"] if need == DEFAULT else "",
            "fallback",
        )


_ENTRY = expression(
    r"-\s{1,3}name:\s{1,3}[\"']?(?P<name>[A-Za-z_][A-Za-z0-9_]{1,79})[\"']?[ \t]{0,20}(?:#[^\n]{0,200})?\n"
    r"(?:\s{0,40}\{\{[^\n]{0,200}\n){0,3}[ \t]{1,60}(?P<kind>value|valueFrom):(?P<value>[^\n]{0,300})"
    r"(?=(?P<more>(?:\n[^\n]{0,200}){0,4}))"
    r"|-\s{0,3}\{\s{0,2}name:\s{0,2}[\"']?(?P<inline>[A-Za-z_]\w{1,79})[\"']?\s{0,2},\s{0,2}value"
    r"|[\"']?\bsecretKey[\"']?:\s{1,3}[\"']?(?P<external>[A-Z][A-Z0-9_]{1,79})\b"
)
_DATA = expression(
    r"^(?:data|stringData):[ \t]{0,4}\n(?P<body>(?:(?:[ \t]{1,8}[^\n]{0,4000}|)\n){1,400})", re.MULTILINE
)
_DATUM = expression(r"^[ \t]{1,8}[\"']?(?P<name>[A-Z][A-Za-z0-9_]{1,79})[\"']?:(?P<value>[^\n]{0,200})", re.MULTILINE)
_GENERATED = expression(
    r"^[ \t]{0,20}-[ \t]{1,4}[\"']?(?P<name>[A-Z][A-Z0-9_]{1,79})=(?P<value>[^\n]{0,200})", re.MULTILINE
)


def collect_kubernetes(file: SourceFile) -> Finds:
    """Container `env` entries, and keys of config maps and secrets, also of templates that are no YAML yet."""
    text = file.text
    for match in _ENTRY.finditer(text):
        name = match["name"] or match["inline"] or match["external"]
        if commented(text, match.start()) or not (name.isupper() or "__" in name):
            continue
        value = match["value"] or "" if match["kind"] == "value" else ""
        secret = match["external"] or (
            match["kind"] == "valueFrom" and "secretKeyRef" in (match["value"] or "") + (match["more"] or "")
        )
        value = "" if "{{" in value else value.strip()
        yield from declared(
            file, file.line_of(match.start()), name, shown(name, value), "k8s", secret="yes" if secret else ""
        )
    if "HelmRelease" in text or "ExternalSecret" in text:
        yield from _values(file, set())
    kind = re.search(r"^kind:\s{0,3}[\"']?(ConfigMap|Secret|SealedSecret)\b", text, re.MULTILINE)
    if kind:
        for block in _DATA.finditer(text):
            for match in _DATUM.finditer(block["body"]):
                value = match["value"].strip() if kind[1] == "ConfigMap" and "{{" not in match["value"] else ""
                line = file.line_of(block.start("body") + match.start("name"))
                yield from declared(file, line, match["name"], shown(match["name"], value), "k8s", source=kind[1])
    if "configMapGenerator" in text or "secretGenerator" in text:
        for match in _GENERATED.finditer(text):
            yield from declared(
                file,
                file.line_of(match.start("name")),
                match["name"],
                shown(match["name"], match["value"]),
                "k8s",
                source="generator",
            )


_VALUES_BLOCK = expression(
    r"^(?P<indent>[ \t]{0,24})(?P<key>(?:extra)?[eE]nv(?:ironment|Vars|Variables|FromSecret)?|extraEnvVars"
    r"|environment|secrets|config|configmap|configMap|secretEnv|envSecrets|data):[ \t]{0,4}(?:#[^\n]{0,200})?\n"
    r"(?P<body>(?:(?:(?P=indent)[ \t]{1,12}[^\n]{0,2000}|[ \t]{0,40}#[^\n]{0,400}|[ \t]{0,4})\n){1,400})",
    re.MULTILINE,
)
_VALUES_ROW = expression(
    r"^[ \t]{1,40}[\"']?(?P<name>[A-Z][A-Z0-9_]{2,79})[\"']?:(?P<value>[^\n]{0,200})", re.MULTILINE
)


def _values(file: SourceFile, seen: set[str]) -> Finds:
    for block in _VALUES_BLOCK.finditer(file.text):
        for match in _VALUES_ROW.finditer(block["body"]):
            if match["name"] not in seen:
                seen.add(match["name"])
                line = file.line_of(block.start("body") + match.start("name"))
                yield from declared(
                    file, line, match["name"], shown(match["name"], match["value"]), "k8s", source="values"
                )


def collect_values(file: SourceFile) -> Finds:
    """Capital keys under `env`-like blocks of a chart's values, and entries of their lists."""
    seen: set[str] = set()
    yield from _values(file, seen)
    for match in _ENTRY.finditer(file.text):
        if (
            match["name"]
            and match["name"] not in seen
            and match["name"].isupper()
            and not commented(file.text, match.start())
        ):
            seen.add(match["name"])
            yield from declared(file, file.line_of(match.start()), match["name"], "", "k8s", source="values")


_UNIT = expression(r"^Environment=(?P<rest>[^\n]{1,600})", re.MULTILINE)


def collect_unit(file: SourceFile) -> Finds:
    """`Environment=` of a systemd unit."""
    for match in _UNIT.finditer(file.text):
        for each in _ASSIGN.finditer(match["rest"].replace('"', " ")):
            yield from declared(
                file, file.line_of(match.start()), each["name"], shown(each["name"], each["value"]), "systemd"
            )


COLLECTORS = (
    Collector(
        "env.declared.compose",
        collect_compose,
        paths=COMPOSE_PATH,
        marks=(".yml", ".yaml"),
        needs=("environment", "args"),
    ),
    Collector(
        "env.declared.dockerfile",
        collect_dockerfile,
        suffixes=frozenset({".dockerfile", ".containerfile"}),
        paths=expression(r"(?:^|/)(?:Dockerfile|Containerfile)(?:[.\-_][\w.\-]{1,40})?\Z"),
        marks=("dockerfile", "containerfile"),
    ),
    Collector(
        "env.declared.kubernetes",
        collect_kubernetes,
        suffixes=frozenset({".yml", ".yaml", ".tpl"}),
        needs=(
            "valueFrom:",
            "containers:",
            "kind: ConfigMap",
            "kind: Secret",
            "kind: SealedSecret",
            "ExternalSecret",
            "Generator:",
            " env:",
        ),
    ),
    Collector(
        "env.declared.values",
        collect_values,
        paths=expression(r"(?:^|/)values[\w.\-]{0,40}\.ya?ml\Z"),
        marks=(".yml", ".yaml"),
    ),
    Collector("env.declared.systemd", collect_unit, suffixes=frozenset({".service"}), needs=("Environment=",)),
)
