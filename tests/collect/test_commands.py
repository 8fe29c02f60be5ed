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
        "mvn -B verify",
    ],
)
def test_look_alikes_deliver_nothing(text: str) -> None:
    assert said(text) == []


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
