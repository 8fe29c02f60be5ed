"""Containers, infrastructure, CI and hosting: hard cases of single files, odd input, and huge lines."""

from __future__ import annotations

import json
import time

import pytest

from llm_audit.collect.base import Collector
from llm_audit.collect.ci import azure, calls, circleci, classic, concourse, github, gitlab, jenkins, pipelines, updates
from llm_audit.collect.ci.expressions import readable
from llm_audit.collect.ci.purpose import purposes
from llm_audit.collect.containers import compose, connections, dockerfile, helm, kubernetes, workspace
from llm_audit.collect.hosting import apps, releases, scripts, servers, web
from llm_audit.collect.infra import ansible, cloudformation, others, serverless, terraform, wrangler
from llm_audit.model import Fact, Kind, Skipped, SourceFile

MODULES = (
    *(
        azure,
        calls,
        circleci,
        classic,
        concourse,
        github,
        gitlab,
        jenkins,
        pipelines,
        updates,
        compose,
        dockerfile,
        helm,
        kubernetes,
    ),
    *(
        connections,
        workspace,
        apps,
        releases,
        scripts,
        servers,
        web,
        cloudformation,
        others,
        serverless,
        terraform,
        wrangler,
    ),
    ansible,
)
COLLECTORS: tuple[Collector, ...] = tuple(item for module in MODULES for item in module.COLLECTORS)
ODD = [
    "",
    "null",
    "[]",
    "a: b",
    "{{ x",
    '{"scripts": null, "addons": [{}], "crons": [1], "hosting": [[]], "expo": 3, "publish": [1]}',
    "on: push\njobs:\n  a:\n    services: [x]\n    container: [y]\n    environment: [z]\n    steps: x\n    uses: 3\n",
    "kind: X\napiVersion: v1\nspec: [1]\nmetadata: x\nimage: [a]",
    "services:\n  a: 1\n  image: 2\n  build: [3]",
    "include: 3\nstages: {a: b}\nscript: x\nvariables: [1]\nimage: {name: [1]}",
    "jobs:\n- plan:\n  - get: [x]\n  - do: 3\n- name: [a]\n  plan: [1, {put: {a: b}}]\nresources: {a: [1]}\nresource_types: x\n",
    'resource "a" "b" {\nmodule {\nterraform {\nrequired_providers {\n',
]
NAMES = (
    "Dockerfile compose.yml .github/workflows/a.yml k.yaml Chart.yaml values.yaml kustomization.yaml devcontainer.json"
    " docker-bake.hcl main.tf a.tf.json template.yaml serverless.yml wrangler.toml wrangler.jsonc a.bicep Pulumi.yaml"
    " cdk.json .gitlab-ci.yml .circleci/config.yml Jenkinsfile azure-pipelines.yml bitbucket-pipelines.yml"
    " .buildkite/p.yml .drone.yml .woodpecker.yml .travis.yml appveyor.yml .cirrus.yml semaphore.yml cloudbuild.yaml"
    " buildspec.yml dependabot.yml vercel.json netlify.toml fly.toml render.yaml railway.json app.json heroku.yml"
    " app.yaml firebase.json supabase/config.toml Procfile a.service nginx.conf Caddyfile uwsgi.ini config/deploy.yml"
    " CNAME .goreleaser.yml .releaserc Fastfile electron-builder.yml a.sh package.json Makefile eas.json skaffold.yaml vapor.yml"
).split()


def facts(path: str, text: str) -> list[Fact]:
    file = SourceFile(path, text)
    return [
        item
        for collector in COLLECTORS
        if collector.wants(file)
        for item in collector.collect(file)
        if isinstance(item, Fact)
    ]


def names(path: str, text: str, kind: str) -> list[tuple[str, str]]:
    return [(item.name, item.value) for item in facts(path, text) if item.kind.value == kind]


@pytest.mark.parametrize("path", NAMES)
def test_no_collector_raises_on_odd_input(path: str) -> None:
    for text in ODD:
        file = SourceFile(path, text)
        for collector in COLLECTORS:
            list(collector.collect(file) if path in collector.names or collector.wants(file) else ())


def unread(path: str, text: str) -> set[str]:
    file = SourceFile(path, text)
    found = [item for one in COLLECTORS if one.wants(file) for item in one.collect(file)]
    return {f"{item.reason}:{item.line}" for item in found if isinstance(item, Skipped)}


@pytest.mark.parametrize(
    "path",
    [
        *("cloudbuild.yaml", "deploy/cloudbuild.staging.yml", "buildspec.yml", "buildspec-test.yaml", ".drone.yml"),
        *(".woodpecker.yml", ".woodpecker/test.yaml", "chart/values.yaml", "values-prod.yml", ".travis.yml"),
    ],
)
def test_a_file_whose_name_says_what_it_is_is_reported_where_it_cannot_be_parsed(path: str) -> None:
    assert unread(path, "a: b: c\n  - [x\n") == {"invalid YAML:1"}
    assert unread(path, "a: {b: c}\n") == set()


@pytest.mark.parametrize("path", ["docs/build.yaml", "drone.yml", "revalues.yaml", "config/buildspecs/a.yml"])
def test_of_a_file_that_may_be_anything_nothing_is_expected(path: str) -> None:
    assert unread(path, "a: b: c\n  - [x\n") == set()


@pytest.mark.parametrize("path", ["Dockerfile", "a.sh", "main.tf", "nginx.conf", "Jenkinsfile", "a.bicep", "k.yaml"])
@pytest.mark.parametrize(
    "unit", ["docker run -e ", "${{ secrets.", "aws s3 sync ", "gradlew ", " image: ", "ssh ", 'resource "', "mvn "]
)
def test_a_huge_line_is_read_in_time(path: str, unit: str) -> None:
    text = "FROM pipeline stage( { apiVersion: kind: docker push\n" + unit * (400_000 // len(unit))
    start = time.process_time()
    facts(path, text)
    assert time.process_time() - start < 5


PIPELINE = """---
jobs:
- name: test
  plan:
  - in_parallel:
      steps:
      - get: source
        trigger: true
      - get: nightly
  - task: unit
    config:
      platform: linux
      image_resource: {type: registry-image, source: {repository: golang, tag: "1.22"}}
    on_failure:
      put: alert
- name: ship
  plan:
  - put: image
    params: {image: built/image.tar, token: ((registry.password))}
resources:
- name: source
  type: git
  source: {uri: https://example.org/shop.git, branch: ((branch))}
- name: nightly
  type: time
- name: image
  type: registry-image
  source: {repository: acme/shop}
resource_types:
- name: alert
  type: registry-image
  source: {repository: acme/slack-notification-resource, tag: v2}
"""


def test_a_pipeline_of_concourse_is_known_by_its_jobs_wherever_it_lies() -> None:
    found = facts("deploy/shop.yml", PIPELINE)
    [workflow] = [one for one in found if one.kind is Kind.WORKFLOW]
    assert (workflow.name, workflow.detail("jobs"), workflow.detail("triggers")) == ("concourse", "test, ship", "push")
    assert names("deploy/shop.yml", PIPELINE, "image") == [("golang", "1.22")]
    assert names("deploy/shop.yml", PIPELINE, "publish") == [("docker-hub", "acme/shop")]
    assert names("deploy/shop.yml", PIPELINE, "action") == [("acme/slack-notification-resource", "v2")]
    assert names("deploy/shop.yml", PIPELINE, "secret_ref") == [("registry.password", "")]


@pytest.mark.parametrize(
    "text",
    [
        "jobs:\n- name: a\n  steps:\n  - plan: x\n",
        "jobs:\n  a:\n    plan:\n    - get: x\n",
        "offers:\n- name: basic\n  plan:\n  - get: a discount\n",
    ],
)
def test_a_plan_that_is_no_jobs_makes_no_pipeline(text: str) -> None:
    assert [one for one in facts("ci/pipeline.yml", text) if one.kind is Kind.WORKFLOW] == []


def test_a_stage_is_no_image_and_a_default_of_an_argument_counts() -> None:
    text = "ARG TAG=3\nFROM --platform=$BUILDPLATFORM alpine:${TAG} AS Base\nFROM base\nCOPY --from=0 /a /b\n"
    assert names("api.Dockerfile", text, "image") == [("alpine", "3")]


def test_notes_about_a_dockerfile_are_none() -> None:
    assert facts("Dockerfile.md", "FROM alpine\n") == []


def test_an_image_that_several_services_share_through_an_anchor_is_reported_once() -> None:
    text = "x: &x\n  image: redis:7\nservices:\n  a:\n    <<: *x\n  b:\n    <<: *x\n"
    assert names("compose.yml", text, "image") == [("redis", "7")]


def test_lines_of_later_documents_are_those_of_the_file() -> None:
    text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n" * 3
    text += "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: nginx:1\n"
    (image,) = [item for item in facts("k.yaml", text) if item.kind.value == "image"]
    assert image.line == 17


def test_a_custom_resource_definition_gives_its_kind_only() -> None:
    text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  image: nginx:1\n"
    assert names("crd.yaml", text, "resource") == [("CustomResourceDefinition", "")]
    assert names("crd.yaml", text, "image") == []


def test_an_action_without_push_publishes_nothing() -> None:
    step = (
        "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          tags: acme/a:1\n"
    )
    assert names(".github/workflows/a.yml", step, "publish") == []
    pushing = step + "          push: ${{ github.event_name != 'pull_request' }}\n"
    assert names(".github/workflows/a.yml", pushing, "publish") == [("docker-hub", "acme/a")]


def test_forgejo_workflows_are_told_from_those_of_github() -> None:
    text = "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n"
    assert names(".forgejo/workflows/a.yml", text, "workflow") == [("forgejo-actions", "a.yml")]
    assert names(".depot/workflows/a.yml", text, "workflow") == [("depot", "a.yml")]


def test_the_first_use_of_a_secret_counts_and_comments_do_not() -> None:
    text = "jobs:\n  a:\n    steps:\n      # ${{ secrets.OLD }}\n      - run: a ${{ secrets.A }} ${{ secrets['B'] }}\n"
    text += "        if: vars.ON == 'yes'\n        env: {X: '${{ secrets.A }}', P: config/secrets.yml}\n"
    assert [name for name, _ in names(".github/workflows/a.yml", text, "secret_ref")] == ["A", "B", "ON"]


def test_expressions_become_readable() -> None:
    known = {"REGISTRY": "ghcr.io"}
    assert readable("${{ env.REGISTRY }}/${{ github.repository }}", known) == "ghcr.io/{owner}/{repository}"
    assert readable("${{ secrets.HUB_USER }}/api", known) == "{HUB_USER}/api"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["publish_docker_image"], "publish, docker"),
        (["Lint and type check"], "lint"),
        (["CodeQL"], "security"),
        (["latest"], ""),
        (["contest"], ""),
    ],
)
def test_purposes_of_names(words: list[str], expected: str) -> None:
    assert purposes(words, (), ()) == expected


def test_a_commented_block_of_terraform_is_none() -> None:
    assert facts("main.tf", '# resource "aws_sqs_queue" "a" {\n# }\n/*\n  resource "aws_sns_topic" "b" {}\n*/\n') == []


def test_a_pipelines_call_with_a_key_or_a_body_for_a_webhook_is_one() -> None:
    text = """jobs:
  tell:
    steps:
      - run: |
          # curl -d x "$OLD_WEBHOOK"
          curl -sSf https://get.acmetool.io/install.sh | sh
          curl -sS -H "Authorization: token $GITHUB_TOKEN" https://api.acmehub.io/runs
          echo "curl -d x $SHOWN_WEBHOOK"
          curl -X POST \\
            -d api_token="${ACME_APIKEY}" \\
            https://api.acmewords.io/v2/list
          curl --data '{
            "content": "done"
          }' ${{ secrets.CHAT_DISCORD_WEBHOOK }}
          curl -s "$STATE_WEBHOOK"
"""
    found = [item for item in facts(".github/workflows/a.yml", text) if item.kind in (Kind.HOST, Kind.DELIVERY)]
    assert [(item.name, item.value, item.line, item.detail("keyed")) for item in found] == [
        ("api.acmewords.io", "/v2/list", 9, "ACME_APIKEY"),
        ("Discord webhook", "CHAT_DISCORD_WEBHOOK", 12, ""),
    ]
    assert [item for item in facts("scripts/a.yml", text) if item.kind is Kind.DELIVERY] == []


def test_an_app_json_without_a_platform_is_none() -> None:
    assert facts("app.json", '{"name": "x", "displayName": "X"}') == []


@pytest.mark.parametrize(
    ("worker", "platform"),
    [
        ("bundle exec sidekiq", "heroku"),
        ("redis-server config/redis.conf", "procfile"),
        ("npm run build -- --watch", "procfile"),
    ],
)
def test_a_procfile_that_starts_its_own_servers_is_for_one_machine(worker: str, platform: str) -> None:
    found = names("Procfile", f"web: bin/start\nother: {worker}\n", "platform")
    assert found == [(platform, "web, other")]


@pytest.mark.parametrize(("process", "platform"), [("custom_web", "procfile"), ("web", "heroku"), ("worker", "heroku")])
def test_a_procfile_whose_web_server_is_the_customers_own_is_for_his_machines(process: str, platform: str) -> None:
    assert names("Procfile", f"{process}: bin/start\n", "platform") == [(platform, process)]


@pytest.mark.parametrize(
    ("script", "count"), [("np", 0), ("np --no-publish", 0), ("np --no-tests", 1), ("npm publish", 1)]
)
def test_np_publishes_unless_told_not_to(script: str, count: int) -> None:
    text = json.dumps({"name": "publisher", "scripts": {"release": script}}, indent=1)
    assert len(names("package.json", text, "publish")) == count


def test_a_service_bus_definition_is_no_systemd_unit() -> None:
    assert facts("a.service", "<service-group><name>x</name></service-group>") == []


def test_values_of_secrets_never_appear() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  PASSWORD: hunter2-hunter2\n"
    assert not any("hunter2" in str(item) for item in facts("s.yaml", text))


def test_a_workflow_of_nothing_but_comments_is_none() -> None:
    assert facts(".github/workflows/ci.yml", "# name: CI\n# on: push\n") == []
    assert names(".github/workflows/ci.yml", "# CI\non: push\njobs:\n  a:\n    runs-on: x\n    steps: []\n", "workflow")


def test_policies_of_a_cluster_are_no_workload() -> None:
    policy = "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: NoBareBuckets\nmetadata: {name: a}\n"
    assert names("policy.yaml", policy, "platform") == []
    assert names("job.yaml", f"{policy}---\napiVersion: batch/v1\nkind: Job\nmetadata: {{name: b}}\n", "platform")


def test_a_release_of_terraform_tells_its_chart() -> None:
    text = 'resource "helm_release" "cd" {\n  name = "cd"\n  chart = "argo-cd"\n  version = "7.5.2"\n}\n'
    assert [(f.name, f.value, f.line) for f in facts("main.tf", text) if f.detail("tool") == "helm"] == [
        ("argo-cd", "7.5.2", 3)
    ]
    for own in ('"./charts/app"', '"${path.module}/app"', "var.chart"):
        text = f'resource "helm_release" "cd" {{\n  name = "cd"\n  chart = {own}\n}}\n'
        assert not [f for f in facts("main.tf", text) if f.detail("tool") == "helm"]


def test_inputs_of_terraform_that_are_secret_or_must_be_given() -> None:
    text = (
        'variable "token" {\n  type = string\n  sensitive = true\n  default = ""\n}\nvariable "zone" {\n  type = string\n}\n'
        'variable "region" {\n  default = "eu-west-1"\n}\n'
    )
    found = {f.value: (f.detail("sensitive"), f.detail("required")) for f in facts("variables.tf", text)}
    assert found == {"token": ("yes", ""), "zone": ("", "yes")}


def test_the_lockfile_of_terraform() -> None:
    text = 'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "5.70.0"\n  constraints = "~> 5.0"\n}\n'
    assert [(f.kind, f.name, f.value) for f in facts(".terraform.lock.hcl", text)] == [
        ("locked", "hashicorp/aws", "5.70.0")
    ]


ISSUER = (
    "apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: {name: a}\nspec:\n  acme:\n"
    "    server: https://acme-v02.api.letsencrypt.org/directory\n    solvers:\n    - dns01:\n"
    "        cnameStrategy: Follow\n        route53: {region: eu-west-1}\n"
)
STORE = "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nspec:\n  provider:\n    aws: {service: SecretsManager}\n"
NOTICE = "apiVersion: notification.toolkit.fluxcd.io/v1beta3\nkind: Provider\nspec:\n  type: discord\n"
RECEIVERS = "route: {receiver: a}\nreceivers:\n- name: a\n  slack_configs:\n  - channel: ops\n  email_configs: []\n"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("issuer.yaml", ISSUER, [("acme-v02.api.letsencrypt.org", "acme", 6), ("route53", "cert-manager", 10)]),
        ("store.yaml", f"a: b\n---\n{STORE}", [("aws:SecretsManager", "external-secrets", 7)]),
        ("notice.yaml", NOTICE, [("discord", "flux", 4)]),
        ("alertmanager.yml", RECEIVERS, [("slack", "alertmanager", 4), ("email", "alertmanager", 6)]),
        (
            "compose.yml",
            "command:\n  - --certificatesresolvers.a.acme.dnsChallenge.provider=ovh\n",
            [("acme-v02.api.letsencrypt.org", "traefik", 2), ("ovh", "traefik", 2)],
        ),
        ("traefik.yml", "acme:\n  dnsChallenge:\n    provider: cloudflare\n", [("cloudflare", "traefik", 2)]),
        ("release.yaml", "name: external-dns\nvalues:\n  provider:\n    name: aws\n", [("route53", "external-dns", 3)]),
        ("values.yaml", "args:\n  - --provider=google\nimage: external-dns\n", [("clouddns", "external-dns", 2)]),
        ("release.yaml", "name: external-dns\nvalues:\n  provider:\n    name: webhook\n", []),
        (
            "compose.yml",
            "command:\n  - --certificatesresolvers.le.acme.email=a@b.c\n",
            [("acme-v02.api.letsencrypt.org", "traefik", 2)],
        ),
        (
            "traefik.yml",
            "certificatesResolvers:\n  le:\n    acme:\n      email: a@b.c\n",
            [("acme-v02.api.letsencrypt.org", "traefik", 1)],
        ),
        ("traefik.yml", "certificatesResolvers:\n  own:\n    acme:\n      caServer: https://ca.test/acme\n", []),
        ("traefik.yml", "certificatesResolvers:\n  ts:\n    tailscale: {}\n", []),
        ("release.yaml", "name: other\nvalues:\n  provider: cloudflare\n", []),
        ("traefik.yml", "acme:\n  httpChallenge:\n    provider: cloudflare\n", []),
        ("own.yaml", NOTICE.replace("discord", "generic"), []),
        ("other.yaml", NOTICE.replace("notification.toolkit.fluxcd.io", "pkg.crossplane.io"), []),
        ("app.yaml", "slack_configs: {}\n", []),
    ],
)
def test_systems_that_a_cluster_is_connected_to(path: str, text: str, expected: list[tuple[str, str, int]]) -> None:
    given = [(f.value, f.detail("tool"), f.line) for f in facts(path, text) if f.name == "cluster.connection"]
    assert given == expected


def test_a_receiver_of_flux_is_called_from_outside() -> None:
    text = (
        "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nspec:\n  type: github\n  events: [ping, push]\n"
        "  secretRef: {name: hook-token}\n"
    )
    [hook] = [f for f in facts("receiver.yaml", text) if f.kind == "route"]
    assert (hook.value, hook.detail("events"), hook.detail("handler")) == ("POST", "ping,push", "github")
    assert hook.detail("verify") == "token of the Kubernetes secret hook-token"


TASK = (
    "- name: Start\n  community.docker.docker_container:\n    name: forge\n    image: gitea/gitea:1.21\n"
    '    env:\n      IMAGE: none\n- name: Old\n  docker_container:\n    image: "{{ db_image_name }}"\n'
)
DEFAULTS = (
    'db_image_name: mysql\ndb_image_version: "5.7"\ncache_image: redis:7\ndocker_image_directory: "/var/lib/docker"\n'
    'own_image_name: "{{ other }}"\nimages: []\n'
)


def test_containers_that_ansible_starts_have_images() -> None:
    found = facts("roles/forge/tasks/main.yml", TASK)
    assert [(f.name, f.value, f.line) for f in found if f.kind == "image"] == [("gitea/gitea", "1.21", 4)]
    assert [f.name for f in found if f.kind == "resource"] == ["community.docker.docker_container"]
    pods = TASK.replace("community.docker.docker_container", "amazon.aws.ec2_ami").replace("docker_container", "ami")
    assert not [f for f in facts("roles/forge/tasks/main.yml", pods) if f.kind == "image"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("roles/forge/defaults/main.yml", {("mysql", "5.7"), ("redis", "7")}),
        ("group_vars/all.yml", {("mysql", "5.7"), ("redis", "7")}),
        ("config/images.yml", set()),
    ],
)
def test_images_that_variables_of_roles_name(path: str, expected: set[tuple[str, str]]) -> None:
    assert {(f.name, f.value) for f in facts(path, DEFAULTS) if f.kind == "image"} == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("$ANSIBLE_VAULT;1.1;AES256\n6136\n", 1),
        ("user: a\npassword: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6136\n", 1),
        ("# password: !vault |\n", 0),
        ("note: see $ANSIBLE_VAULT;1.1\n", 0),
    ],
)
def test_variables_that_ansible_vault_encrypts(text: str, count: int) -> None:
    assert len([f for f in facts("group_vars/all.yml", text) if f.name == "ansible-vault"]) == count


def test_nothing_after_the_block_of_providers_is_one() -> None:
    text = (
        'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n      version = "~> 6.0"\n    }\n'
        '    dns = "~> 3.0"\n  }\n  required_version = "~> 1.0"\n}\n'
    )
    given = [name for name, _ in names("versions.tf", text, "resource")]
    assert given == ["provider:hashicorp/aws", "provider:hashicorp/dns"]


def test_a_templated_application_tells_its_chart() -> None:
    text = (
        "{{- if .Values.metrics }}\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: metrics\nspec:\n"
        "  source:\n    repoURL: 'https://charts.example.org'\n    targetRevision: 41.7.4\n    helm:\n      values: |\n"
        "        chart: {{ .Values.own }}\n    chart: kube-prometheus-stack\n{{- end }}\n"
    )
    charts = [(f.name, f.value) for f in facts("templates/metrics.yaml", text) if f.detail("tool") == "helm"]
    assert charts == [("kube-prometheus-stack", "41.7.4")]


@pytest.mark.parametrize(
    ("expression", "fallback"),
    [
        ("secrets.KEY || 'test-key'", "yes"),
        ("secrets.KEY", ""),
        ("secrets.KEY || ''", ""),
        ("github.ref == 'main' || secrets.KEY", ""),
    ],
)
def test_a_secret_with_something_that_stands_in_for_it(expression: str, fallback: str) -> None:
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    env:\n      KEY: ${{{{ {expression} }}}}\n    steps: []\n"
    [secret] = [f for f in facts(".github/workflows/ci.yml", text) if f.kind == "secret_ref"]
    assert secret.detail("fallback") == fallback


def test_files_of_variables_that_containers_read() -> None:
    text = (
        "services:\n  api:\n    image: acme/api\n    env_file:\n      - ./.env\n      - path: ../shared/.env\n"
        "  worker:\n    image: acme/api\n    env_file: .env\n  other:\n    image: acme/web\n    env_file: ${ENV_FILE}\n"
    )
    found = [(f.value, f.detail("services")) for f in facts("deploy/compose.yml", text) if f.name == "compose.env_file"]
    assert found == [("deploy/.env", "api, worker"), ("shared/.env", "api")]


@pytest.mark.parametrize("name", ["wrangler.toml", "wrangler.toml.template", "wrangler.example.toml"])
def test_a_workers_configuration_may_be_there_as_a_template(name: str) -> None:
    text = 'name = "edge"\n[[d1_databases]]\nbinding = "DB"\ndatabase_name = "shop"\n'
    assert names(name, text, "resource") == [("cloudflare:d1", "shop")]
    assert names("wrangler.toml.bak", text, "resource") == []


def test_bindings_of_a_worker_are_told_by_their_types() -> None:
    text = "interface Env {\n  DB: D1Database;\n  JOBS: Queue<Job>;\n  TOKEN: string;\n  other: Ship;\n}\n"
    assert names("src/index.ts", text, "resource") == [("cloudflare:d1", "DB"), ("cloudflare:queues", "JOBS")]
    assert names("src/index.ts", text.replace("Env", "Row"), "resource") == []


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("ecosystem.config.js", 1),
        ("ecosystem.config.json", 1),
        ("staging-ecosystem-config.json", 1),
        ("pm2.json", 1),
        ("my-system.json", 0),
    ],
)
def test_lists_of_applications_of_pm2(name: str, count: int) -> None:
    text = '{"apps": [{"name": "desk", "script": "src/index.js"}]}'
    assert names(name, text, "platform") == [("pm2", "desk")] * count
    assert names(name, '{"apps": []}', "platform") == []


ACTION = (
    "name: Tidy\ninputs:\n  token:\n    default: ${{ github.token }}\n  output-credentials:\n    default: 'no'\n"
    "  api-key:\n    required: true\nruns:\n  using: node24\n  main: dist/index.js\n"
)


def test_an_action_that_the_tree_is() -> None:
    found = facts("action.yml", ACTION)
    assert [(f.name, f.detail("how")) for f in found if f.kind == "platform"] == [
        ("github-action-runner", "node24 dist/index.js")
    ]
    inputs = {f.value: f.detail("default") for f in found if f.name == "action.input"}
    assert inputs == {"token": "the workflow's own token", "api-key": ""}
    assert names(".github/actions/tidy/action.yml", ACTION, "platform") == []
    assert names("action.yml", "name: Tidy\nsteps: []\n", "platform") == []


@pytest.mark.parametrize(
    ("api", "custom"),
    [("apps/v1", ""), ("v1", ""), ("source.toolkit.fluxcd.io/v1", ""), ("cert-manager.io/v1", ""), ("auth.shop.run/v1alpha1", "yes"), ("v1alpha1", "yes")],
)  # fmt: skip
def test_a_manifest_of_an_unknown_interface_is_marked(api: str, custom: str) -> None:
    file = SourceFile("deploy/app.yaml", f"apiVersion: {api}\nkind: Thing\nmetadata:\n  name: a\n")
    [platform] = [one for one in kubernetes.collect(file) if isinstance(one, Fact) and one.kind == "platform"]
    assert platform.detail("custom") == custom


def test_lanes_in_swift_upload_as_those_in_ruby_do() -> None:
    text = "class Fastfile: LaneFile {\n    func beta() {\n        uploadToTestflight(skipWaiting: true)\n    }\n}\n"
    assert names("fastlane/Fastfile.swift", text, "publish") == [("app-store", "")]
    assert not names("fastlane/Fastfile.swift", "func uploadToTestflightLater() {\n    print(1)\n}\n", "publish")
    assert not names("fastlane/Other.swift", text, "publish")


def test_what_a_developer_portal_catalogues_is_no_object_of_a_cluster() -> None:
    portal = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n---\n"
    system = portal.replace("Component", "System")
    assert not facts("catalog-info.yaml", portal + system)
    pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: nginx:1\n"
    assert names("mixed.yaml", system + pod, "platform") == [("kubernetes", "Pod")]


def test_a_folder_of_flys_configurations_is_one_for_each_environment() -> None:
    text = 'app = "shop-prod"\nprimary_region = "ams"\n\n[http_service]\n  internal_port = 4000\n'
    found = facts("deploy/fly/prod.toml", text)
    assert [(one.name, one.value) for one in found if one.kind is Kind.PLATFORM] == [("fly", "shop-prod")]
    other = facts("deploy/fly/prod.toml", 'app = "shop"\n[settings]\ncolour = "red"\n')
    assert [one for one in other if one.kind is Kind.PLATFORM] == []


def test_the_roles_of_a_play_are_told_and_other_lists_are_not() -> None:
    text = (
        "- name: Monitoring\n  hosts: all\n  roles:\n    # base\n    - role: acme.rabbitmq\n      become: true\n"
        "    - acme.telegraf  # shipping\n    - { role: acme.nginx, tags: web }\n  tasks:\n    - name: first\n      loop:\n        - grafana\n"
    )
    found = [one.name for one in facts("monitoring.yml", text) if one.detail("tool") == "ansible-role"]
    assert found == ["acme.rabbitmq", "acme.telegraf", "acme.nginx"]


def test_a_server_that_only_a_pipeline_sets_up_hosts_nothing() -> None:
    text = "server {\n  listen 80;\n  location / {\n    proxy_pass http://app:5000;\n  }\n}\n"
    assert [name for name, _ in names("deploy/nginx.conf", text, "platform")] == ["nginx"]
    assert names(".github/nginx-test.conf", text, "platform") == []


@pytest.mark.parametrize(
    ("text", "environments"),
    [
        ("id: 3\nname: shop\nenvironments:\n  production:\n    memory: 1024\n  staging: {}\n", "production, staging"),
        ("id: 3\nname: shop\n", ""),
    ],
)
def test_a_project_of_laravel_vapor_names_its_environments(text: str, environments: str) -> None:
    [fact] = [one for one in servers.collect_vapor(SourceFile("vapor.yml", text)) if isinstance(one, Fact)]
    assert (fact.name, fact.value, fact.detail("environments")) == ("laravel-vapor", "shop", environments)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("group_vars/all/vars.yml", "email: a@acme.test\nemail_smtp_host: smtp.acme.test\n", [("mail.driver", "smtp", 2)]),
        ("host_vars/web.yml", "postfix_relayhost: '[mail.acme.test]:587'\n", [("mail.driver", "smtp", 1)]),
        ("group_vars/all/vars.yml", "smtp_host: localhost\n", []),
        ("group_vars/all/vars.yml", "smtp_host: '{{ mail_host }}'\n", []),
        ("tasks/main.yml", "smtp_host: smtp.acme.test\n", []),
        ("ansible.cfg", "[defaults]\nvault_password_file = pass.sh\n", [("ansible-vault", "ansible.cfg", 2)]),
        ("ansible.cfg", "[defaults]\n# vault_password_file = pass.sh\n", []),
    ],
)  # fmt: skip
def test_the_hosts_mail_server_and_the_vault_of_ansible(
    path: str, text: str, expected: list[tuple[str, str, int]]
) -> None:
    assert [(one.name, one.value, one.line) for one in facts(path, text)] == expected


def test_a_platforms_list_of_crons_is_cut_between_two_of_them() -> None:
    rows = [{"path": f"/api/tasks/of-the-day-number-{number}", "schedule": "0 5 * * *"} for number in range(70)]
    [fact] = [
        one for one in web.collect(SourceFile("vercel.json", json.dumps({"crons": rows}))) if isinstance(one, Fact)
    ]
    told = fact.detail("crons").split(", ")
    assert told == [f"{row['path']} {row['schedule']}" for row in rows[: len(told)]]
    assert len(told) > 40


@pytest.mark.parametrize(
    ("value", "store"),
    [("${ssm:/shop/token~true}", "ssm"), ("${ssm:/aws/reference/secretsmanager/shop}", "secretsmanager"), ("${self:custom.ssm}", "")],
)  # fmt: skip
def test_a_serverless_service_takes_settings_from_a_store(value: str, store: str) -> None:
    text = f"service: shop\nprovider:\n  name: aws\ncustom:\n  token: {value}\n"
    given = [(one.value, one.line) for one in facts("serverless.yml", text) if one.name == "aws.service"]
    assert given == ([(store, 5)] if store else [])
