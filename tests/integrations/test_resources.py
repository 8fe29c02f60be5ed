"""What infrastructure code brings: charts, modules, providers, engines, and the systems that a cluster is connected to."""

from __future__ import annotations

import pytest

from llm_audit.integrations.owners import owners
from llm_audit.model import Fact, Kind
from tests.integrations.facts import entry, found, known, line, locked, made, names


def chart(name: str, version: str = "", at: str = "charts/app/Chart.yaml:9", **details: str) -> Fact:
    return made(Kind.RESOURCE, name, version, at, tool="helm", **details)


def terraform(name: str, value: str = "", at: str = "main.tf:1", **details: str) -> Fact:
    return made(Kind.RESOURCE, name, value, at, tool="terraform", **details)


def connection(name: str, tool: str, at: str = "cluster/a.yaml:7") -> Fact:
    return made(Kind.SETTING, "cluster.connection", name, at, tool=tool)


def ids(fact: Fact) -> set[str]:
    return {service.id for service in owners(fact, known())}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kube-prometheus-stack", {"prometheus", "grafana", "helm"}),
        ("ingress-nginx", {"nginx", "helm"}),
        ("cloudnative-pg", {"postgresql", "helm"}),
        ("echo", {"helm"}),
        ("app-template", {"helm"}),
    ],
)
def test_whose_is_a_chart(name: str, expected: set[str]) -> None:
    assert ids(chart(name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("module:terraform-aws-modules/eks/aws", {"eks"}),
        ("module:terraform-aws-modules/s3-bucket/aws", {"s3"}),
        ("module:terraform-google-modules/container-vm/google", {"compute-engine"}),
        ("module:acme/naming/null", set()),
        ("module:git::https://git.example.com/eks/aws", set()),
        ("provider:cloudflare/cloudflare", {"cloudflare"}),
        ("provider:hashicorp/random", set()),
        ("provider:hashicorp/http", set()),
        ("backend:gcs", {"terraform"}),
    ],
)
def test_whose_is_a_module_a_provider_or_a_back_end(name: str, expected: set[str]) -> None:
    assert ids(terraform(name)) == expected


def test_a_chart_tells_its_version_and_the_switch_that_brings_it() -> None:
    redis = entry(found(chart("redis", "v17.11.3", condition="redis.enabled,global.redis")), "Redis")
    assert redis.purpose == "Caching and shared state, when `redis.enabled`"
    assert line(redis, "Client") == "Helm chart redis 17.11.3"


def test_code_that_uses_a_service_says_more_than_the_switch_of_its_chart() -> None:
    used = made(Kind.CALL, "redis.get", at="src/a.py:2", language="python", module="redis")
    redis = entry(found(chart("redis", "17.11.3", condition="redis.enabled"), used), "Redis")
    assert "enabled" not in redis.purpose


def test_small_parts_of_a_cluster_are_one_entry_with_their_names() -> None:
    outcome = found(chart("kured", "4.7.0"), chart("metrics-server", "3.12.1", at="upkeep/Chart.yaml:9"))
    addons = entry(outcome, "Cluster add-ons (kured, metrics-server)")
    assert line(addons, "SDK/Client") == "Helm charts kured 4.7.0, metrics-server 3.12.1"


def test_charts_of_nobody_that_is_known_are_told_with_helm() -> None:
    outcome = found(chart("gate-keeper", "1.2"), chart("redis", "17.1.0", at="b/Chart.yaml:9"))
    assert line(entry(outcome, "Helm"), "SDK/Client") == "Helm chart gate-keeper 1.2"


def test_providers_have_the_version_of_the_nearest_lockfile() -> None:
    dns = terraform("provider:acme/cloudflare", "~> 4.30", at="live/dns/main.tf:4", block="required_providers")
    near = locked("acme/cloudflare", "4.31.2", at="live/dns/.terraform.lock.hcl:3", ecosystem="terraform")
    far = locked("acme/cloudflare", "4.40.0", at="live/web/.terraform.lock.hcl:3", ecosystem="terraform")
    assert line(entry(found(dns, near, far), "Cloudflare"), "SDK/Client") == "Terraform provider acme/cloudflare 4.31.2"
    assert line(entry(found(dns, far), "Cloudflare"), "SDK/Client") == "Terraform provider acme/cloudflare 4.30"


def test_terraform_lists_what_it_drives_and_where_its_state_lies() -> None:
    outcome = found(
        terraform("provider:hashicorp/aws", ">= 5.70", block="required_providers"),
        terraform("provider:hashicorp/random", "~> 3.6", block="required_providers"),
        terraform("backend:s3", "acme-state", block="backend", bucket="acme-state"),
        made(Kind.FILE, "main.tf", at="main.tf:1"),
    )
    one = entry(outcome, "Terraform")
    assert line(one, "SDK/Client") == "Terraform provider hashicorp/aws 5.70"
    assert line(one, "Deployment") == "`main.tf`; state in Amazon S3 (bucket `acme-state`)"
    assert names(outcome, "File Storage") == set()


def test_a_database_tells_its_engine() -> None:
    database = terraform("aws_db_instance", "main", engine="postgres", engine_version="16.4")
    assert line(entry(found(database), "Amazon RDS"), "Client") == "engine postgres 16.4"


@pytest.mark.parametrize(
    ("name", "tool", "service", "purpose"),
    [
        (
            "onepassword",
            "external-secrets",
            "1Password",
            "Holds the secrets that External Secrets copies into the cluster",
        ),
        ("aws:ParameterStore", "external-secrets", "AWS Systems Manager Parameter Store", "Holds the secrets"),
        ("cloudflare", "cert-manager", "Cloudflare", "Proves to the certificate authority whose domains they are"),
        ("acme-v02.api.letsencrypt.org", "acme", "Let's Encrypt", "TLS certificates"),
        ("pagerduty", "alertmanager", "PagerDuty", "Receives alerts of Alertmanager"),
    ],
)
def test_what_a_cluster_is_connected_to(name: str, tool: str, service: str, purpose: str) -> None:
    assert entry(found(connection(name, tool)), service).purpose.startswith(purpose)


@pytest.mark.parametrize("name", ["kubernetes", "webhook", "fake", "nobody-known"])
def test_a_connection_to_the_cluster_itself_or_to_nobody_known_is_none(name: str) -> None:
    assert ids(connection(name, "external-secrets")) == set()


def test_a_person_sees_the_folder_of_many_files() -> None:
    releases = [chart("podinfo", "1.0", at=f"apps/{letter}/release.yaml:9") for letter in "abcdef"]
    assert line(entry(found(*releases), "Helm"), "Deployment") == "6 files in `apps/`"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("community.docker.docker_container", {"docker"}),
        ("community.postgresql.postgresql_db", {"postgresql"}),
        ("community.general.slack", {"slack"}),
        ("community.general.cloudflare_dns", {"cloudflare"}),
        ("community.general.timezone", set()),
        ("amazon.aws.s3_bucket", {"s3"}),
        ("kubernetes.core.k8s", {"kubernetes"}),
        ("community.hashi_vault.vault_read", {"vault"}),
        ("ansible.posix.mount", set()),
    ],
)
def test_whose_is_a_module_of_ansible(name: str, expected: set[str]) -> None:
    assert ids(made(Kind.RESOURCE, name, "", "site.yml:4", tool="ansible")) == expected


def test_a_service_that_only_runs_as_a_container_tells_its_image() -> None:
    image = made(Kind.IMAGE, "gotify/server", "2.4", "roles/push/defaults/main.yml:3", where="ansible")
    assert line(entry(found(image), "Gotify"), "Integration method") == (
        "Container gotify/server:2.4 in `roles/push/defaults/main.yml`"
    )
    called = made(Kind.HOST, "discord.com", "/api/v10", "src/a.py:3", use="call")
    bot = made(Kind.IMAGE, "gotify/server", "2.4", "compose.yml:3", where="compose")
    assert "Container" not in line(entry(found(called, bot), "Discord"), "Integration method")


def test_containers_of_ansible_are_not_images_of_the_application() -> None:
    started = made(Kind.RESOURCE, "community.docker.docker_container", "", "site.yml:4", tool="ansible")
    assert entry(found(started), "Docker").purpose == "Containers that Ansible starts on the hosts"
    built = made(Kind.FILE, "Dockerfile", at="Dockerfile:1")
    assert entry(found(started, built), "Docker").purpose != "Containers that Ansible starts on the hosts"


def test_code_that_declares_functions_is_deployed_there_and_asks_nothing_of_an_api() -> None:
    stack = made(
        Kind.IMPORT,
        "aws-cdk-lib",
        "",
        "lib/stack.ts:2",
        language="javascript",
        names="Stack, aws_lambda, aws_iam as iam",
    )
    grant = made(
        Kind.CALL, "role.addManagedPolicy", "", "lib/stack.ts:9", language="javascript", module="aws-cdk-lib/aws-iam"
    )
    outcome = found(stack, grant)
    assert "AWS Lambda" in names(outcome, "Hosting")
    assert line(entry(outcome, "AWS STS and IAM"), "Endpoints used") == ""
    helper = made(Kind.IMPORT, "mangum", "", "app/main.py:2", language="python")
    assert "AWS Lambda" not in names(found(helper, made(Kind.PLATFORM, "fly", "app", "fly.toml:1")), "Hosting")


def test_a_store_of_secrets_is_named_once() -> None:
    kept = terraform("aws_ssm_parameter", "token")
    [text] = [one.purpose for one in found(kept).candidates if one.name == "Secrets management"]
    assert text == "AWS Systems Manager Parameter Store"


def test_inputs_of_configurations_that_are_run() -> None:
    token = made(
        Kind.SETTING, "terraform.variable", "dns_token", "live/variables.tf:1", sensitive="yes", required="yes"
    )
    zone = made(Kind.SETTING, "terraform.variable", "zone", "live/variables.tf:6", required="yes")
    inner = made(Kind.SETTING, "terraform.variable", "subnet", "modules/net/variables.tf:1", required="yes")
    state = terraform("backend:s3", "", "live/main.tf:2", block="backend")
    said = {one.name: one.purpose for one in found(token, zone, inner, state).candidates}
    assert said["Secrets location"] == "sensitive Terraform variables `dns_token`"
    assert said["Required inputs"].endswith("files: `dns_token`, `zone`")
    assert "Required inputs" not in {one.name for one in found(token, zone, inner).candidates}


def test_files_that_describe_stand_apart_from_those_that_act() -> None:
    action = made(Kind.ACTION, "hashicorp/setup-terraform", "v3", ".github/workflows/plan.yml:9")
    files = [made(Kind.FILE, f"live/{letter}.tf", at=f"live/{letter}.tf:1") for letter in "abcde"]
    one = entry(found(action, *files), "Terraform")
    assert line(one, "Deployment") == "hashicorp/setup-terraform v3 in `.github/workflows/plan.yml`; 5 files in `live/`"


def test_a_chat_that_several_tools_of_a_cluster_write_to() -> None:
    outcome = found(connection("discord", "flux"), connection("discord", "alertmanager", "cluster/b.yaml:9"))
    assert entry(outcome, "Discord").purpose == "Receives alerts of Alertmanager and notices of Flux"
    bot = made(Kind.HOST, "discord.com", "/api/v10", "src/bot.py:3", use="call")
    assert "Receives" not in entry(found(connection("discord", "flux"), bot), "Discord").purpose
