"""Which container registry an image reference is pushed to."""

from __future__ import annotations

import re

from llm_audit.collect.expressions import expression

_HOSTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (expression(pattern), registry)
    for pattern, registry in (
        (r"(?:registry-1\.|index\.|registry\.hub\.)?docker\.(?:io|com)$", "docker-hub"),
        (r"ghcr\.io$", "ghcr"),
        (r"(?:docker|containers)\.pkg\.github\.com$", "github-packages"),
        (r".*\.dkr\.ecr\.[\w\-]{1,40}\.amazonaws\.com(?:\.cn)?$|public\.ecr\.aws$", "ecr"),
        (r"(?:[a-z]{2,4}\.)?gcr\.io$|[\w\-]{1,40}-docker\.pkg\.dev$", "gcr"),
        (r"quay\.io$", "quay"),
        (r"registry\.gitlab\.com$", "gitlab-registry"),
        (r"[\w\-]{1,60}\.azurecr\.io$", "acr"),
        (r"registry\.digitalocean\.com$", "digitalocean-registry"),
        (r"registry\.heroku\.com$", "heroku"),
        (r"registry\.fly\.io$", "fly"),
    )
)


_OF_GITLAB = expression(r"\$\{?CI_REGISTRY(_IMAGE)?\b")
"""How GitLab's pipelines name the registry of their own project."""


def registry_of(host: str) -> str:
    """The registry's id for a host name; empty for a host of nobody we know."""
    if _OF_GITLAB.match(host):
        return "gitlab-registry"
    host = host.lower().partition(":")[0] if len(host) < 200 else ""
    return next((registry for pattern, registry in _HOSTS if pattern.match(host)), "")


def registry_of_image(image: str) -> str:
    """The registry's id for an image name: without a host it is Docker Hub, an unknown host a `container-registry`."""
    first, slash, _ = image.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return registry_of(first) or ("" if first.startswith("localhost") else "container-registry")
    return "docker-hub"


_HELD = expression(r"\$\{\{[^{}]{0,200}\}\}|\{\{[^{}]{0,200}\}\}|\$?\{[^{}]{0,200}\}|\$\([^()]{0,200}\)|\$\w{1,80}")
"""A part of a reference that only a variable holds."""
_BY_VARIABLE = tuple(
    (expression(rf"(?i)(?:^|[^a-z])(?:{words})(?:[^a-z]|\Z)"), registry)
    for words, registry in (("ecr", "ecr"), ("ghcr", "ghcr"), ("acr", "acr"), ("gcr|gar", "gcr"), ("dockerhub", "docker-hub"))
)  # fmt: skip
_OF_HOST = expression(r"(?i)registry|(?:^|[^a-z])reg(?:[^a-z]|\Z)|host|ur[il]|server|endpoint|domain|mirror|steps\.")
"""What variables are called that hold a registry's address, not the owner of an image."""
_OF_OWNER = expression(r"(?i)docker|hub|user|owner|org|namespace|account|login|name|vendor|prefix")
"""What variables are called that hold the owner of an image, which nothing but Docker Hub takes first."""


def registry_of_reference(reference: str, image: str) -> str:
    """The registry's id for an image that is pushed, where a variable may hold its registry or owner; empty where nothing tells it.

    Args:
        reference: the image as it is written, `$REGISTRY/shop:1`.
        image: its name alone, empty where it is not known.
    """
    first, slash, _ = reference.partition("/")
    if not _HELD.search(first):
        return registry_of_image(image) if image else ""
    if known := registry_of(reference) or registry_of(_HELD.sub("x", first)):
        return known
    named = next((registry for pattern, registry in _BY_VARIABLE if pattern.search(first)), "")
    owned = slash and _OF_OWNER.search(first) and not _OF_HOST.search(first)
    return named or ("docker-hub" if owned else "")
