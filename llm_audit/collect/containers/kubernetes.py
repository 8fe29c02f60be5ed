"""Kubernetes manifests, plain or templated, and what Flux, Argo CD and External Secrets declare in the same format."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at, fact, skipped
from llm_audit.collect.expressions import expression
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import MISSING, BadSyntax, Node, parse_yaml

_SPLIT = expression(r"^---[ \t]*(?:#.*)?$", re.MULTILINE)
_HEAD = expression(r"^(apiVersion|kind):[ \t]*[\"']?([\w.\-/]{1,100})", re.MULTILINE)
_NAME = expression(
    r"^metadata:[^\n]{0,40}\n(?:[ \t]+[^\n]{0,300}\n){0,6}?[ \t]+name:[ \t]*[\"']?([\w.\-]{1,253})[\"']?[ \t]*$",
    re.MULTILINE,
)
_IMAGE_LINE = expression(r"^[ \t\-]{0,60}image:[ \t]*([^\n#]{1,300})", re.MULTILINE)
_FLUX = expression(r"\.toolkit\.fluxcd\.io/")
_KNOWN_API = expression(
    r"v1\Z|(?:apps|batch|autoscaling|policy|extensions|argoproj\.io|helm\.cattle\.io)/|[\w.\-]{1,60}\.(?:k8s\.io|fluxcd\.io|coreos\.com|istio\.io"
    r"|traefik\.io|knative\.dev|cert-manager\.io|openshift\.io|gke\.io|k8s\.aws|crossplane\.io)/|(?:cert-manager\.io|external-secrets\.io|traefik\.io)/"
)
"""Interfaces of clusters and of what is commonly installed in them; a program's own objects may be written in the same form."""
_UNREAD = frozenset({"CustomResourceDefinition", "List"})
_HELM_FILES = frozenset({"Chart.yaml", "values.yaml", "Chart.yml", "kustomization.yaml", "kustomization.yml"})
_NO_MANIFESTS = frozenset({"Kustomization", "Component", "Config", "Cluster"})
_POLICIES = (".gatekeeper.sh/v1", ".gatekeeper.sh/v1beta1", ".gatekeeper.sh/v1alpha1")
"""What checks the resources of a cloud or cluster, and is run by neither."""
_OF_NO_CLUSTER = ("backstage.io/", "skaffold/", "ctlptl.dev/")
"""What is written in the form of a cluster's objects and read by other programs alone."""
_MAX_TEXT = 2_000_000


def collect(file: SourceFile) -> Finds:
    """A resource per manifest, its images, and a platform fact for the file."""
    if file.name in _HELM_FILES or len(file.text) > _MAX_TEXT:
        return
    kinds: list[str] = []
    first, known = 0, False
    for start, text in _documents(file.text):
        head = {match[1]: match for match in _HEAD.finditer(text)}
        if len(head) < 2 or "kustomize.config" in head["apiVersion"][2]:
            continue
        kind, api = head["kind"][2], head["apiVersion"][2]
        if api.startswith(_OF_NO_CLUSTER):
            continue
        line = file.line_of(start + head["kind"].start())
        if not api.endswith(_POLICIES):
            first = first or line
            known = known or "{{" in api or _KNOWN_API.match(api) is not None
            kinds.append(kind)
        if kind in _UNREAD:
            yield from _by_lines(file, line, start, text, kind, api)
        else:
            yield from _parsed(file, line, start, text, kind, api)
    if kinds and not all(kind in _NO_MANIFESTS for kind in kinds):
        shown = ", ".join(dict.fromkeys(kinds))[:300]
        yield fact(file, first, Kind.PLATFORM, "kubernetes", shown, custom="" if known else "yes")


def _documents(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for match in _SPLIT.finditer(text):
        yield start, text[start : match.start()]
        start = match.end()
    yield start, text[start:]


def _by_lines(file: SourceFile, line: int, start: int, text: str, kind: str, api: str) -> Finds:
    """What single lines tell of a template; its names and tags are left open."""
    name = _NAME.search(text)
    yield fact(file, line, Kind.RESOURCE, kind, name[1] if name else "", tool="kubernetes", api=api)
    if kind in _UNREAD:
        return
    if kind in _CHART_KINDS:
        yield from _templated_charts(file, start, text, name[1] if name else "")
    for match in _IMAGE_LINE.finditer(text):
        if split := split_image(match[1]):
            yield at(file, start + match.start(1), Kind.IMAGE, *split, where="kubernetes")


_CHART_KINDS = frozenset({"Application", "ApplicationSet", "HelmRelease"})
_CHART_LINE = expression(
    r"^(?P<margin>[ \t]{2,12})(?:- )?chart:[ \t]*[\"']?(?P<name>[\w.\-]{2,80})[\"']?[ \t]*$", re.MULTILINE
)
_CHART_VERSION = expression(
    r"^[ \t]{2,12}(?:version|targetRevision):[ \t]*[\"']?(v?\d[\w.\-+]{0,40})[\"']?[ \t]*$", re.MULTILINE
)


def _templated_charts(file: SourceFile, start: int, text: str, release: str) -> Finds:
    """The charts of an application whose manifest is a template; the version, where there is but one chart."""
    charts = list(_CHART_LINE.finditer(text))
    version = _CHART_VERSION.search(text) if len(charts) == 1 else None
    for match in charts:
        details = {"tool": "helm", "release": release}
        yield at(
            file, start + match.start("name"), Kind.RESOURCE, match["name"], version[1] if version else "", **details
        )


def _parsed(file: SourceFile, line: int, start: int, text: str, kind: str, api: str) -> Finds:
    try:
        # leading line ends make the nodes' lines those of the file
        roots = parse_yaml("\n" * (file.line_of(start) - 1) + text)
    except BadSyntax as error:
        if "{{" not in text:
            yield skipped(file, error.what, error.line or line)
        yield from _by_lines(file, line, start, text, kind, api)
        return
    for root in roots[:1]:
        name = root.get("metadata", "name").text
        yield fact(file, line, Kind.RESOURCE, kind, name, tool="kubernetes", api=api, **_details(kind, root))
        yield from _images(file, root.get("spec"), name)
        yield from _delivered(file, line, kind, api, root)


def _images(file: SourceFile, spec: Node, name: str) -> Finds:
    repository = MISSING
    for path, node in spec.walk():
        split = None
        if path[-1:] == ("image",):
            split = split_image(node.text)
        elif path[-2:] == ("image", "repository"):
            repository = node
        elif path[-2:] == ("image", "tag") and repository:
            split = split_image(f"{repository.text}:{node.text}")
            node, repository = repository, MISSING
        if split:
            yield fact(file, node.line, Kind.IMAGE, *split, where="kubernetes", service=name)


def _details(kind: str, root: Node) -> dict[str, str]:
    """What a reader wants to know of some kinds: hosts, schedules, names of keys; never values of secrets."""
    spec = root.get("spec")
    details = {"namespace": root.get("metadata", "namespace").text}
    if kind in ("Ingress", "HTTPRoute", "Gateway", "IngressRoute"):
        hosts = [rule.get("host").text for rule in spec.get("rules")] + [item.text for item in spec.get("hostnames")]
        details["hosts"] = ", ".join(filter(None, hosts))
    elif kind in ("Deployment", "StatefulSet"):
        details["replicas"] = spec.get("replicas").text
    elif kind == "CronJob":
        details["schedule"] = spec.get("schedule").text
    elif kind in ("Secret", "ConfigMap", "SealedSecret"):
        holder = spec.get("encryptedData") if kind == "SealedSecret" else root.get("stringData") or root.get("data")
        details["keys"] = ", ".join(key for key, _ in holder.items())[:300]
    elif kind in ("ExternalSecret", "ClusterExternalSecret"):
        details["store"] = spec.get("secretStoreRef", "name").text
        keys = [item.get("secretKey").text for item in spec.get("data")]
        keys += [key for key, _ in spec.get("target", "template", "data").items()]
        details["keys"] = ", ".join(filter(None, dict.fromkeys(keys)))[:300]
    elif kind in ("SecretStore", "ClusterSecretStore"):
        details["provider"] = ", ".join(key for key, _ in spec.get("provider").items())
    elif kind in ("GitRepository", "HelmRepository", "OCIRepository"):
        details["url"] = spec.get("url").text
    return details


def _delivered(file: SourceFile, line: int, kind: str, api: str, root: Node) -> Finds:
    """Flux and Argo CD: the platform, and the charts that they install."""
    name = root.get("metadata", "name").text
    if _FLUX.search(api) and kind in ("Kustomization", "HelmRelease", "GitRepository", "FluxInstance"):
        yield fact(file, line, Kind.PLATFORM, "flux", name, resource=kind)
    elif kind in ("Application", "ApplicationSet", "AppProject") and api.startswith("argoproj.io/"):
        yield fact(file, line, Kind.PLATFORM, "argocd", name, resource=kind)
    elif api.startswith("serving.knative.dev/"):
        cloud = "run.googleapis.com" in file.text
        yield fact(file, line, Kind.PLATFORM, "cloud-run" if cloud else "knative", name)
    spec = root.get("spec")
    url = spec.get("url")
    if kind == "OCIRepository" and url.text.startswith("oci://"):
        version = spec.get("ref", "tag").text or spec.get("ref", "semver").text
        details = {"tool": "helm", "repository": url.text.rpartition("/")[0], "release": name}
        yield fact(file, url.line, Kind.RESOURCE, url.text.rpartition("/")[2], version, **details)
    if kind == "HelmRelease":
        yield from _chart(file, spec.get("chart", "spec"), spec.get("chart", "spec", "sourceRef", "name").text, name)
    elif kind in ("Application", "ApplicationSet"):
        inner = spec.get("template", "spec") if kind == "ApplicationSet" else spec
        for source in (inner.get("source"), *inner.get("sources")):
            yield from _chart(file, source, source.get("repoURL").text, name)


def _chart(file: SourceFile, node: Node, repository: str, release: str) -> Finds:
    chart = node.get("chart")
    if chart.text and not chart.text.startswith("."):
        version = node.get("version").text or node.get("targetRevision").text
        details = {"tool": "helm", "repository": repository, "release": release}
        yield fact(file, chart.line, Kind.RESOURCE, chart.text.rpartition("/")[2], version, **details)


COLLECTORS = (
    Collector(
        "containers.kubernetes",
        collect,
        suffixes=frozenset({".yml", ".yaml"}),
        needs=("\napiVersion:", "apiVersion: "),
    ),
)
