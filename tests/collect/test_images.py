"""Image references: what they name, where they are pushed, and what is no image."""

from __future__ import annotations

import pytest

from llm_audit.collect.shared.images import expand, split_image
from llm_audit.collect.shared.registries import registry_of, registry_of_image, registry_of_reference


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres:16", ("postgres", "16")),
        ("'redis'", ("redis", "")),
        ("ghcr.io/acme/api:v1@sha256:abc", ("ghcr.io/acme/api", "v1")),
        ("localhost:5000/api:2", ("localhost:5000/api", "2")),
        ("docker://alpine:3.20", ("alpine", "3.20")),
        ("${MIRROR}/library/mysql:8", ("library/mysql", "8")),
        ("node:${NODE:-22}-alpine", ("node", "22-alpine")),
        ("node:${NODE}", ("node", "")),
        ("scratch", None),
        ("${APP_IMAGE}:latest", None),
        ("$CI_REGISTRY_IMAGE/api:1", None),
        ("REGISTRY/IMAGE:TAG", None),
        ("{{ .Values.image }}", None),
        ("<your-image>", None),
        ("", None),
    ],
)
def test_split_image(text: str, expected: tuple[str, str] | None) -> None:
    assert split_image(text) == expected


def test_expand_prefers_what_is_given_over_the_default_in_the_text() -> None:
    assert expand("a:${V:-1}", {"V": "2"}) == "a:2"
    assert expand("a:${V:?must be set}") == "a:${V:?must be set}"


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("acme/api", "docker-hub"),
        ("docker.io/acme/api", "docker-hub"),
        ("ghcr.io/acme/api", "ghcr"),
        ("000000000000.dkr.ecr.eu-west-1.amazonaws.com/api", "ecr"),
        ("eu.gcr.io/p/api", "gcr"),
        ("europe-west1-docker.pkg.dev/p/r/api", "gcr"),
        ("quay.io/acme/api", "quay"),
        ("registry.acme.test/api", "container-registry"),
        ("localhost:5000/api", ""),
    ],
)
def test_registry_of_image(image: str, registry: str) -> None:
    assert registry_of_image(image) == registry


def test_a_host_that_only_ends_like_a_registry_is_none() -> None:
    assert registry_of("notghcr.io") == ""
    assert registry_of("ghcr.io.acme.test") == ""


@pytest.mark.parametrize(
    ("reference", "registry"),
    [
        ("${ACCOUNT}.dkr.ecr.$REGION.amazonaws.com/shop:1", "ecr"),
        ("{REGION}-docker.pkg.dev/p/r/shop", "gcr"),
        ("{owner}/shop", "docker-hub"),
        ("${{ steps.login-ecr.outputs.registry }}/shop", "ecr"),
        ("{REGISTRY}/shop", ""),
        ("$(SERVER)/shop", ""),
        ("{…}/shop", ""),
        ("$RECREATED/shop", ""),
        ("$DOCKER_IMAGE", ""),
    ],
)
def test_the_registry_of_an_image_whose_first_part_a_variable_holds(reference: str, registry: str) -> None:
    assert registry_of_reference(reference, "shop") == registry
