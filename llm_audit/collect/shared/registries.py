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
