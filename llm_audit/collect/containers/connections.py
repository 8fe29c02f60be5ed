"""Outside systems that manifests of a cluster connect it to: secret stores, certificate authorities, DNS, receivers of alerts, callers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.model import Fact, Kind, SourceFile
from llm_audit.parse import BadSyntax, Node, parse_yaml

_SPLIT = expression(r"^---[ \t]*(?:#.*)?$", re.MULTILINE)
_RECEIVER = expression(
    r"^[ \t\-]{1,60}(pushover|slack|pagerduty|opsgenie|discord|telegram|victorops|msteams|webex|sns|wechat|email)(?:_configs|Configs):",
    re.MULTILINE,
)
_KINDS = ("Issuer", "SecretStore", "Receiver", "Provider")


def collect(file: SourceFile) -> Finds:
    """A setting for each system that a manifest names as its provider; a route for each caller that Flux listens to."""
    start = 0
    for text in _SPLIT.split(file.text):
        lines = file.text.count("\n", 0, start)
        start = file.text.find(text, start) + len(text)
        if not any(f"kind: {word}" in text or f"kind: Cluster{word}" in text for word in _KINDS):
            continue
        try:
            # leading line ends make the nodes' lines those of the file
            roots = parse_yaml("\n" * lines + text)
        except BadSyntax:
            continue  # the collector of manifests says so
        for root in roots[:1]:
            yield from _of(file, root)


def _of(file: SourceFile, root: Node) -> Finds:
    kind, api, spec = root.get("kind").text, root.get("apiVersion").text, root.get("spec")
    if kind in ("Issuer", "ClusterIssuer") and api.startswith("cert-manager.io/"):
        yield from _issuer(file, spec)
    elif kind in ("SecretStore", "ClusterSecretStore") and api.startswith("external-secrets.io/"):
        for name, node in spec.get("provider").items():
            service = node.get("service").text
            yield _connection(file, node.line, f"{name}:{service}" if service else name, "external-secrets")
    elif kind == "Provider" and api.startswith("notification.toolkit.fluxcd.io/"):
        node = spec.get("type")
        if node.text and node.text not in ("generic", "generic-hmac"):
            yield _connection(file, node.line, node.text, "flux")
    elif kind == "Receiver" and api.startswith("notification.toolkit.fluxcd.io/"):
        yield from _hook(file, spec)


def _issuer(file: SourceFile, spec: Node) -> Finds:
    server = spec.get("acme", "server")
    if host := urlsplit(server.text).hostname:
        yield _connection(file, server.line, host, "acme")
    for solver in spec.get("acme", "solvers"):
        for name, node in solver.get("dns01").items():
            if name != "cnameStrategy":
                yield _connection(file, node.line, name, "cert-manager")


def _hook(file: SourceFile, spec: Node) -> Finds:
    sender, secret = spec.get("type").text, spec.get("secretRef", "name").text
    details = {
        "framework": "flux",
        "verify": f"token of the Kubernetes secret {secret}" if secret else "",
        "events": ",".join(item.text for item in spec.get("events")),
        "handler": "" if sender.startswith("generic") else sender,
    }
    yield fact(file, spec.get("type").line, Kind.ROUTE, "/hook/{digest}", "POST", **details)


def _connection(file: SourceFile, line: int, name: str, tool: str) -> Fact:
    return fact(file, line, Kind.SETTING, "cluster.connection", name, tool=tool)


def collect_receivers(file: SourceFile) -> Finds:
    """Where Alertmanager sends alerts, in its own file, in chart values or in a manifest."""
    if "receivers:" in file.text:
        seen: set[str] = set()
        for match in _RECEIVER.finditer(file.text):
            if match[1] not in seen:
                seen.add(match[1])
                yield at(file, match.start(1), Kind.SETTING, "cluster.connection", match[1], tool="alertmanager")


_CHALLENGE = expression(
    r"(?i)\bdnschallenge(?:\.provider=|:[ \t]*\n[ \t]+provider:[ \t]*)[\"']?(?P<name>[a-z][a-z0-9]{1,30})\b"
)
_ZONES = expression(
    r"^[ \t]+provider:[ \t]*(?:\n[ \t]+name:[ \t]*)?[\"']?(?P<name>[a-z][a-z0-9]{1,30})[\"']?[ \t]*$|--provider=(?P<given>[a-z][a-z0-9]{1,30})\b",
    re.MULTILINE,
)
_KEEPS_ZONES = expression(r"external-?dns", re.IGNORECASE)
_NAME_SERVERS = {"aws": "route53", "google": "clouddns", "azure": "azuredns"}
"""What clouds are called where only their name servers can be meant."""


_RESOLVER = expression(
    r"(?i)\bcertificatesresolvers(?:\.[\w\-]{1,40}\.|:[ \t]*\n[ \t]+[\w\-]{1,40}:[ \t]*\n[ \t]+)acme\b"
)
_AUTHORITY = "acme-v02.api.letsencrypt.org"
"""Whom Traefik asks for certificates where its settings name no other server ("ACME", `caServer`)."""


def collect_zones(file: SourceFile) -> Finds:
    """Whom Traefik asks for certificates and at whose name servers it answers the challenges, and ExternalDNS keeps records."""
    if (resolver := _RESOLVER.search(file.text)) and "caserver" not in file.text.lower():
        yield at(file, resolver.start(), Kind.SETTING, "cluster.connection", _AUTHORITY, tool="traefik")
    patterns = [(_CHALLENGE, "traefik"), *([(_ZONES, "external-dns")] if _KEEPS_ZONES.search(file.text) else [])]
    seen: set[str] = set()
    for pattern, tool in patterns:
        for match in pattern.finditer(file.text):
            name = match["name"] or match["given"]
            if name not in seen and name != "webhook":
                seen.add(name)
                yield at(
                    file, match.start(), Kind.SETTING, "cluster.connection", _NAME_SERVERS.get(name, name), tool=tool
                )


_YAML = frozenset({".yml", ".yaml"})
COLLECTORS = (
    Collector(
        "containers.zones",
        collect_zones,
        suffixes=_YAML | {".toml"},
        needs=(
            "dnsChallenge",
            "dnschallenge",
            "ertificatesresolvers",
            "ertificatesResolvers",
            "external-dns",
            "externaldns",
            "externalDns",
        ),
    ),
    Collector(
        "containers.connections",
        collect,
        suffixes=_YAML,
        needs=("cert-manager.io/", "external-secrets.io/", "toolkit.fluxcd.io/"),
    ),
    Collector("containers.receivers", collect_receivers, suffixes=_YAML, needs=("_configs:", "Configs:")),
)
