"""Delivery commands in shell text, and text that only looks like one."""

from __future__ import annotations

import pytest

from llm_audit.collect.shared.commands import _beginning_with, commands, distinct
from llm_audit.collect.shared.delivery import DEPLOY, PUBLISH
from tests.skeletons import skeletons


def said(text: str) -> list[tuple[str, str, str]]:
    return [(item.kind.value, item.name, item.value) for item in commands(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("npx vercel deploy --prod", ("platform", "vercel", "")),
        ("flyctl deploy --remote-only", ("platform", "fly", "")),
        ("gcloud run deploy api --image x", ("platform", "cloud-run", "api")),
        ("aws s3 sync ./dist s3://site-bucket/ --delete", ("platform", "aws-s3", "site-bucket")),
        ("kubectl -n prod apply -f k8s", ("platform", "kubernetes", "")),
        ("helm upgrade --install shop ./chart", ("platform", "helm", "shop")),
        ("wrangler pages deploy dist", ("platform", "cloudflare-pages", "")),
        ("rsync -az dist/ deploy@host.test:/srv", ("platform", "ssh", "")),
        ("git push heroku main", ("platform", "heroku", "")),
        ("uv publish", ("publish", "pypi", "")),
        ("pnpm -r publish --access public", ("publish", "npm", "")),
        ("./gradlew :lib:publishToSonatype", ("publish", "maven-central", "")),
        ("mvn -B -DskipTests deploy", ("publish", "maven-central", "")),
        ("gh release create v1", ("publish", "github-releases", "")),
        ("docker push $CI_REGISTRY_IMAGE/api:$CI_COMMIT_SHA", ("publish", "gitlab-registry", "")),
        ('docker push "${CI_REGISTRY_IMAGE}:latest"', ("publish", "gitlab-registry", "")),
        ("docker login -u x -p y $CI_REGISTRY", ("publish", "gitlab-registry", "")),
        ("docker push ghcr.io/acme/api:1", ("publish", "ghcr", "ghcr.io/acme/api")),
        ("docker buildx build --push -t acme/api:1 .", ("publish", "docker-hub", "acme/api")),
        ('echo "$PW" | docker login -u me --password-stdin', ("publish", "docker-hub", "")),
        ("docker run --rm -e A=1 -v $PWD:/x acme/tool:2 sh", ("image", "acme/tool", "2")),
        ("certbot certonly --webroot -w /srv -d shop.test", ("platform", "lets-encrypt", "")),
        ("certbot -n --nginx -d shop.test", ("platform", "lets-encrypt", "")),
        ("docker run --rm certbot/certbot:v3 renew", ("platform", "lets-encrypt", "")),
        (
            "docker compose run --rm certbot certonly --server https://acme-v02.api.letsencrypt.org/directory",
            ("platform", "lets-encrypt", ""),
        ),
        ("docker push $ECR_REGISTRY/shop:1", ("publish", "ecr", "shop")),
        ("docker push ${{ secrets.DOCKERHUB_USERNAME }}/shop:1", ("publish", "docker-hub", "")),
    ],
)
def test_commands_that_deliver(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "# npm publish",
        'echo "now run: twine upload dist/*"',
        "- name: vercel deploy",
        "aws s3 cp s3://backup/db.sql .",
        "ssh -T git@github.com",
        "goreleaser release --snapshot",
        "docker build -t acme/api .",
        "docker push $OTHER_REGISTRY",
        "npm run publisher",
        "my-vercel deploy",
        "./gradlew check",
        "apt-get install -y certbot python3-certbot-nginx",
        "certbot --version",
        "certbot certonly --server https://acme.zerossl.com/v2/DV90 -d shop.test",
        "docker push shop:1",
        "docker push $REGISTRY/shop:1",
        "docker push localhost:5000/acme/shop",
        "DOCKER_BUILDKIT=1 make image",
        "mvn -B verify",
    ],
)
def test_look_alikes_deliver_nothing(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("REGISTRY ?= ghcr.io/acme\npush:\n\tdocker push $(REGISTRY)/shop:$(TAG)\n", ("ghcr", "ghcr.io/acme/shop")),
        ("IMG := quay.io/acme/op:latest\npush:\n\t$(CONTAINER_TOOL) push $(IMG)\n", ("quay", "quay.io/acme/op")),
        ("OWNER=acme\nIMAGE=ghcr.io/$OWNER/shop\ndocker push ${IMAGE}:1\n", ("ghcr", "ghcr.io/acme/shop")),
        ('image := "ghcr.io/acme/shop"\npush:\n    {{ docker }} push {{ image }}:latest\n', ("ghcr", "ghcr.io/acme/shop")),
        ("vars:\n  IMAGE: acme/shop # ours\ncmds:\n  - docker push {{.IMAGE}}\n", ("docker-hub", "acme/shop")),
        ("REG=${REG:-registry.acme.test}\ndocker push $REG/shop\n", ("container-registry", "registry.acme.test/shop")),
    ],
    ids=["make", "make, tool", "shell", "just", "task", "fallback"],
)  # fmt: skip
def test_an_image_is_pushed_where_the_same_file_says(text: str, expected: tuple[str, str]) -> None:
    assert said(text) == [("publish", *expected)]


@pytest.mark.parametrize(
    "text",
    [
        "REGISTRY = $(shell cat registry)\npush:\n\tdocker push $(REGISTRY)/shop:1\n",
        "OTHER_REGISTRY=ghcr.io\ndocker push $REGISTRY/shop:1\n",
        "IMG ?= controller:latest\npush:\n\tdocker push ${IMG}\n",
    ],
    ids=["computed", "another name", "no owner"],
)
def test_a_registry_that_the_file_does_not_say_is_none(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("$(DOCKER) push acme/shop:1", "docker push"),
        ("${CONTAINER_TOOL} push acme/shop:1", "docker push"),
        ("{{ podman }} push acme/shop:1", "podman push"),
        ("$(DOCKER) buildx build --push -t acme/shop:1 .", "docker buildx build --push"),
        ("podman image push acme/shop:1", "podman image push"),
    ],
)
def test_a_program_that_a_variable_holds_is_spelled_out(text: str, how: str) -> None:
    assert [one.how for one in commands(text)] == [how]


def test_an_image_is_found_over_continued_lines_at_its_own_line() -> None:
    text = 'docker run --rm \\\n  -e KEY="a b" \\\n  acme/tool:1 --flag\n'
    (found,) = commands(text)
    assert (found.name, found.value, text.count("\n", 0, found.offset)) == ("acme/tool", "1", 2)


def test_distinct_keeps_the_first_of_equal_deliveries() -> None:
    found = list(distinct(commands("docker push acme/api:a\ndocker push acme/api:b\ndocker push acme/web:a\n")))
    assert [(item.value, item.offset) for item in found] == [("acme/api", 0), ("acme/web", 46)]


def test_a_rule_is_asked_wherever_one_of_its_programs_begins() -> None:
    for index, rule in enumerate([*DEPLOY.values(), *PUBLISH.values()]):
        for held in skeletons(rule):
            assert f"r{index}" in _beginning_with(held[0]).groupindex, rule
