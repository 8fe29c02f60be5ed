"""Hosting, CI, brokers, own accounts and the stages of deployment."""

from __future__ import annotations

import pytest

from llm_audit.model import Fact, Kind
from tests.integrations.facts import entry, found, imports, line, made, names, needs, reads, reason, setting

WORKFLOW = ".github/workflows/ci.yml"


def workflow(**details: str) -> Fact:
    return made(Kind.WORKFLOW, "github-actions", "CI", at=f"{WORKFLOW}:1", **details)


def secret(name: str, **details: str) -> Fact:
    return made(Kind.SECRET_REF, name, at=f"{WORKFLOW}:9", **{"system": "github-actions", **details})


def test_a_pipeline_with_purpose_triggers_actions_and_secrets() -> None:
    outcome = found(
        workflow(triggers="push, pull_request", purpose="test, lint"), secret("DEPLOY_KEY"), secret("GITHUB_TOKEN", builtin="yes"),
        made(Kind.ACTION, "actions/checkout", "v4", at=f"{WORKFLOW}:5"), made(Kind.ACTION, "codecov/codecov-action", "v4", at=f"{WORKFLOW}:7"),
    )  # fmt: skip
    ci = entry(outcome, "GitHub Actions")
    assert ci.purpose == "Runs tests and lint checks; on push and pull request"
    assert line(ci, "Workflows") == f"`{WORKFLOW}`; uses codecov/codecov-action v4, actions/checkout v4"
    assert line(ci, "Secrets") == "DEPLOY_KEY"


def test_a_secret_is_told_once_and_has_a_fallback_only_where_every_use_has_one() -> None:
    both = (secret("BOARD_TOKEN", fallback="yes"), secret("BOARD_TOKEN"), secret("CACHE_TOKEN", fallback="yes"))
    ci = entry(found(workflow(), *both), "GitHub Actions")
    assert line(ci, "Secrets") == "BOARD_TOKEN, CACHE_TOKEN (the workflow has a fallback)"


def test_a_pipeline_without_secrets_says_so() -> None:
    assert line(entry(found(workflow()), "GitHub Actions"), "Secrets") == "None beyond the system's own token"


def test_a_platforms_helper_library_or_variable_is_no_deployment() -> None:
    compose = made(Kind.PLATFORM, "docker-compose", "web", at="compose.yml:1")
    outcome = found(imports("@vercel/functions"), needs("@vercel/functions"), reads("VERCEL_ENV", "optional"), compose)
    assert "Vercel" not in names(outcome, "Hosting")
    assert "nothing in the tree deploys to it" in reason(outcome, "Vercel")


def test_code_made_for_one_platform_tells_it_where_nothing_else_does() -> None:
    outcome = found(reads("NEXT_PUBLIC_VERCEL_URL", "optional", at="src/url.ts:4"))
    assert entry(outcome, "Vercel").purpose == (
        "Application hosting: the code reads NEXT_PUBLIC_VERCEL_URL; no file of the tree configures it"
    )
    statistics = found(imports("@vercel/analytics/react", at="app/layout.tsx:2"))
    assert "uses `@vercel/analytics/react`;" in entry(statistics, "Vercel").purpose


@pytest.mark.parametrize(
    "others",
    [
        [reads("VERCEL_URL", "optional"), reads("RAILWAY_PUBLIC_DOMAIN", "optional")],
        [reads("VERCEL_TOKEN", "optional")],
        [reads("VERCEL_URL", "optional", at=f"{WORKFLOW}:9")],
    ],
    ids=["made for several", "a key of its API", "in CI"],
)
def test_what_only_looks_like_being_made_for_a_platform(others: list[Fact]) -> None:
    assert names(found(*others), "Hosting") == set()


def test_a_platforms_own_file_is_a_deployment() -> None:
    outcome = found(
        made(Kind.PLATFORM, "render", "api", at="render.yaml:3"),
        made(Kind.ENV_DECLARED, "API_KEY", at="render.yaml:9", where="render"),
    )
    assert line(entry(outcome, "Render"), "Environment vars") == "API_KEY"


def test_a_queue_library_is_named_with_its_broker() -> None:
    celery = [
        needs("celery", "5.4.0", at="pyproject.toml:3", ecosystem="pypi"),
        imports("celery", at="app/jobs.py:1", language="python"),
    ]
    redis = [
        needs("redis", "5.0", at="pyproject.toml:4", ecosystem="pypi"),
        imports("redis", at="app/cache.py:1", language="python"),
    ]
    both = found(*celery, *redis)
    image = made(Kind.IMAGE, "redis", "7", at="compose.yml:3", where="compose")
    alone = entry(found(*celery, redis[0], image), "Redis with Celery")
    assert line(alone, "Client") == "celery 5.4.0, redis 5.0; redis:7 in `compose.yml`"
    assert names(both, "Message Queues") == {"Redis with Celery"}
    assert line(entry(both, "Redis with Celery"), "Client") == "celery 5.4.0"
    assert names(found(*celery), "Message Queues") == {"Celery"}
    assert names(found(celery[0]), "Message Queues") == set()


def test_own_accounts_by_password_and_token() -> None:
    outcome = found(
        setting("auth.password_hash", "bcrypt", at="app/auth.py:3", tool="passlib"),
        setting("auth.jwt", "python-jose", at="app/auth.py:9", tool="python-jose", use="sign", env="SECRET_KEY"),
        needs("passlib", "1.7.4", at="pyproject.toml:3", ecosystem="pypi"),
        reads("ACME_SECRET_KEY", at="app/settings.py:3"),
    )
    own = entry(outcome, "Own accounts (password, JWT)")
    assert (
        line(own, "Implementation") == "passlib 1.7.4; passwords hashed with bcrypt; tokens signed with ACME_SECRET_KEY"
    )


def test_tokens_that_are_only_checked_are_no_account_of_ones_own() -> None:
    check = setting("auth.jwt", "pyjwt", at="app/auth.py:9", tool="pyjwt", env="JWT_SECRET", use="verify")
    one = entry(found(check, needs("pyjwt", "2.13.0", ecosystem="pypi")), "Bearer tokens (JWT)")
    assert line(one, "Implementation") == "pyjwt 2.13.0; tokens checked with JWT_SECRET"
    hashed = setting("auth.password_hash", "bcrypt", at="app/users.py:3", tool="bcrypt")
    assert names(found(check, hashed), "Auth Provider") == {"Own accounts (password, JWT)"}
    provider = [imports("@clerk/nextjs", at="src/a.ts:1"), needs("@clerk/nextjs", "5.6")]
    assert names(found(check, *provider), "Auth Provider") == {"Clerk"}


def test_stages_by_their_files_and_environments() -> None:
    outcome = found(
        setting("db.engine", "postgresql", at="config/environments/staging.rb:3", tool="rails"),
        made(Kind.PLATFORM, "github-environment", "production", at=f"{WORKFLOW}:12"),
    )
    stages = {one.group: one.purpose for one in outcome.candidates if one.name == "Environment-specific differences"}
    assert "`config/environments/staging.rb`" in stages["Staging"]
    assert stages["Production"] == "GitHub environment `production`"


def test_a_word_that_holds_a_stages_name_is_no_stage() -> None:
    outcome = found(reads("A", at="src/production_line/robot.py:1"), reads("B", at="src/products.py:1"))
    assert not [one for one in outcome.candidates if one.group in ("Staging", "Production")]


def test_where_productions_secrets_are_kept_and_how_it_is_doubled() -> None:
    outcome = found(
        secret("ONE"), made(Kind.RESOURCE, "Deployment", "api", at="k8s/api.yaml:2", tool="kubernetes", replicas="3"),
        made(Kind.RESOURCE, "ExternalSecret", "api", at="k8s/secret.yaml:2", tool="kubernetes"),
    )  # fmt: skip
    lines = {one.name: one.purpose for one in outcome.candidates if one.group == "Production"}
    assert "External Secrets" in lines["Secrets management"]
    assert "CI secrets (1 name)" in lines["Secrets management"]
    assert lines["Failover/redundancy"] == "3 replicas of `api`"
    alone = found(made(Kind.RESOURCE, "Deployment", "api", at="k8s/api.yaml:2", tool="kubernetes", replicas="1"))
    assert not [one for one in alone.candidates if one.name == "Failover/redundancy"]


CELERY = (
    needs("celery", "5.4.0", at="pyproject.toml:3", ecosystem="pypi"),
    imports("celery", at="app/jobs.py:1", language="python"),
)
REDIS = (
    made(Kind.IMAGE, "redis", "7", at="compose.yaml:3", where="compose", service="redis"),
    setting("url.scheme", "redis", at="app/settings.py:3", env="REDIS_URL"),
    reads("REDIS_URL", at="app/settings.py:3"),
)


def test_a_broker_that_caches_nothing_is_told_once() -> None:
    outcome = found(*CELERY, *REDIS)
    assert names(outcome, "Caching") == set()
    assert line(entry(outcome, "Redis with Celery"), "Connection") == "REDIS_URL"


@pytest.mark.parametrize(
    "use", [imports("redis", at="app/cache.py:1", language="python"), setting("cache.driver", "redis")]
)
def test_a_broker_that_also_caches_is_told_twice(use: Fact) -> None:
    outcome = found(*CELERY, *REDIS, use)
    assert names(outcome, "Caching") == {"Redis"}
    assert names(outcome, "Message Queues") == {"Redis with Celery"}


def test_a_queue_in_tables_is_told_once_by_its_librarys_name() -> None:
    table = setting("queue.driver", "database", at="config/application.rb:9", tool="rails")
    library = needs("delayed_job", "4.1", at="Gemfile:9", ecosystem="rubygems")
    use = made(Kind.CALL, "Delayed::Worker.new", at="lib/a.rb:2", language="ruby", module="Delayed")
    module = imports("delayed_job", at="lib/a.rb:1", language="ruby")
    assert names(found(table, library, module, use), "Message Queues") == {"Delayed Job"}
    assert names(found(table), "Message Queues") == {"Database queue"}


def test_of_two_servers_that_is_the_broker_which_celery_names() -> None:
    rabbit = made(Kind.IMAGE, "rabbitmq", "3", at="compose.yaml:9", where="compose", service="rabbitmq")
    broker = setting("celery.broker", "rabbitmq", at="app/settings.py:9", tool="celery")
    use = setting("cache.driver", "redis")
    assert "RabbitMQ with Celery" in names(found(*CELERY, *REDIS, rabbit, use, broker), "Message Queues")
    assert "Redis with Celery" in names(found(*CELERY, *REDIS, rabbit, use), "Message Queues")
    other = setting("celery.broker", "redis", at="app/local.py:9", tool="celery")
    assert "Redis with Celery" in names(found(*CELERY, *REDIS, rabbit, use, broker, other), "Message Queues")


def test_a_cache_without_a_queue_library_stays() -> None:
    assert names(found(*REDIS), "Caching") == {"Redis"}


def production(*facts: Fact) -> dict[str, str]:
    return {one.name: one.purpose for one in found(*facts).candidates if one.group == "Production"}


def test_keys_of_cluster_secrets_say_where_secrets_are_kept() -> None:
    read = made(Kind.ENV_DECLARED, "API_KEY", at="k8s/api.yaml:9", where="k8s", secret="yes")
    assert production(read)["Secrets management"] == "Kubernetes Secrets"
    plain = made(Kind.ENV_DECLARED, "API_URL", at="k8s/api.yaml:9", where="k8s")
    assert "Secrets management" not in production(plain)


def test_a_database_in_several_zones_is_redundancy() -> None:
    doubled = made(Kind.RESOURCE, "aws_db_instance", "main", at="main.tf:1", tool="terraform", multi_az="yes")
    assert production(doubled)["Failover/redundancy"] == "`aws_db_instance.main` in several zones"
    single = made(Kind.RESOURCE, "aws_db_instance", "main", at="main.tf:1", tool="terraform")
    assert "Failover/redundancy" not in production(single)


def test_a_proxy_among_containers_shows_its_own_image_and_variables() -> None:
    outcome = found(
        made(Kind.PLATFORM, "docker-compose", "db, proxy", at="compose.yaml:1"),
        made(Kind.IMAGE, "envoyproxy/envoy", "v1", at="compose.yaml:3", where="compose", service="proxy"),
        made(Kind.IMAGE, "postgres", "16", at="compose.yaml:9", where="compose", service="db"),
        made(Kind.ENV_DECLARED, "ENVOY_LEVEL", at="compose.yaml:5", where="compose", service="proxy"),
        made(Kind.ENV_DECLARED, "POSTGRES_DB", at="compose.yaml:12", where="compose", service="db"),
    )
    proxy = entry(outcome, "Envoy")
    assert line(proxy, "Images") == "envoyproxy/envoy:v1"
    assert line(proxy, "Environment vars") == "ENVOY_LEVEL"


def test_containers_of_several_files_are_named_once() -> None:
    files = [made(Kind.PLATFORM, "docker-compose", "web, db", at=f"compose.{name}.yaml:1") for name in ("a", "b")]
    assert entry(found(*files), "Docker Compose").purpose.endswith(": web, db")


def test_the_layers_of_a_dbt_project_are_no_environments() -> None:
    project = made(Kind.FILE, "transform/shop/dbt_project.yml", at="transform/shop/dbt_project.yml:1")
    model = made(Kind.FILE, "x", at="transform/shop/models/staging/billing_prod/_sources.yml:1")
    assert not [one for one in found(project, model).candidates if "Own files" in one.purpose]
    elsewhere = made(Kind.FILE, "x", at="transform/other/models/staging/_sources.yml:1")
    assert [one.group for one in found(project, elsewhere).candidates if "Own files" in one.purpose] == ["Staging"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("extract/stage_import.py", False),
        ("src/stage-card.tsx", False),
        ("config/settings_stage.py", True),
        ("src/environments/environment.stage.ts", True),
        ("deploy/stage-values.yaml", True),
    ],
)
def test_code_of_a_stage_of_something_else_is_no_environment(path: str, told: bool) -> None:
    assert [one.group for one in found(reads("A", at=f"{path}:1")).candidates if "Own files" in one.purpose] == (
        ["Staging"] if told else []
    )


def test_an_image_of_a_ci_system_outside_ci_runs_no_pipeline() -> None:
    image = made(Kind.IMAGE, "jenkins/jenkins", "lts", at="compose.yaml:3", where="compose")
    assert names(found(image), "CI Pipeline") == set()


@pytest.mark.parametrize(
    ("path", "staging"),
    [(".github/workflows/deploy-qa.yml", True), (".github/workflows/qa.yml", False), ("src/docs-qa.yml", False)],
)
def test_a_workflow_that_deploys_for_testers_is_staging(path: str, staging: bool) -> None:
    flow = made(Kind.WORKFLOW, "github-actions", "QA", at=f"{path}:1")
    told = {one.group for one in found(flow).candidates if one.name.startswith("Environment-specific")}
    assert told == ({"Staging"} if staging else set())
    named = made(Kind.PLATFORM, "github-environment", "QA", at=".github/workflows/ci.yml:9")
    assert "Staging" in {one.group for one in found(named).candidates}


def test_the_environments_of_a_platforms_file_are_stages() -> None:
    def told(names: str) -> dict[str, str]:
        vapor = made(Kind.PLATFORM, "laravel-vapor", "shop", at="vapor.yml:1", environments=names)
        return {
            one.group: one.purpose for one in found(vapor).candidates if one.name.startswith("Environment-specific")
        }

    assert told("production, staging") == {
        "Staging": "Laravel Vapor environment `staging`",
        "Production": "Laravel Vapor environment `production`",
    }
    assert told("development, review") == {}


def test_a_path_that_says_non_production_is_staging() -> None:
    outcome = found(made(Kind.RESOURCE, "aws_vpc", "main", at="envs/non-production/main.tf:1", tool="terraform"))
    assert {one.group for one in outcome.candidates if "Own files" in one.purpose} == {"Staging"}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("live/dns/main.tf", True),
        ("infrastructure/live/web/main.tf", True),
        ("environments/live/values.yaml", True),
        # parts of a program: an application that edits together, a route for what goes on
        ("apps/live/package.json", False),
        ("src/routes/api/live/config.ts", False),
    ],
)
def test_a_folder_called_live_is_a_stage_where_it_says_how_to_deploy(path: str, told: bool) -> None:
    outcome = found(made(Kind.SETTING, "npm.name", "acme", at=f"{path}:1"))
    assert ("Production" in {one.group for one in outcome.candidates if "Own files" in one.purpose}) is told


def test_a_nameless_autoscaler_leaves_no_empty_mark() -> None:
    scaler = made(Kind.RESOURCE, "HorizontalPodAutoscaler", "", at="chart/hpa.yaml:1", tool="kubernetes")
    assert production(scaler)["Failover/redundancy"] == "HorizontalPodAutoscaler"


def test_aspnet_identity_is_accounts_of_ones_own() -> None:
    outcome = found(setting("auth.provider", "asp.net-identity", at="src/Startup.cs:9", tool="asp.net"))
    assert names(outcome, "Auth Provider") == {"Own accounts (password)"}


@pytest.mark.parametrize(
    ("library", "title"),
    [
        (needs("node-cron", "3.0.0"), "node-cron"),
        (needs("Hangfire", "1.8.0", at="Api.csproj:4", ecosystem="nuget"), "Hangfire"),
    ],
)
def test_a_scheduler_in_the_process_has_no_broker(library: Fact, title: str) -> None:
    use = (
        imports("node-cron", at="src/jobs.ts:1")
        if title == "node-cron"
        else imports("Hangfire", at="Jobs.cs:1", language="csharp")
    )
    outcome = found(library, use, needs("redis", "4.0.0"), imports("redis", at="src/cache.ts:1"))
    assert names(outcome, "Message Queues") == {title}


def test_a_token_signed_for_another_interface_is_no_session() -> None:
    theirs = setting("auth.jwt", "joken", at="lib/acme/github/token.ex:6", tool="joken")
    assert names(found(theirs), "Auth Provider") == set()
    ours = setting("auth.jwt", "joken", at="lib/acme/accounts/token.ex:6", tool="joken")
    assert names(found(ours), "Auth Provider") == {"Own accounts (JWT)"}


def test_an_action_runs_at_its_users_and_is_opened_by_inputs() -> None:
    outcome = found(
        made(Kind.PLATFORM, "github-action-runner", "", at="action.yml:9", how="node24 dist/index.js"),
        setting("action.input", "token", "action.yml:3", default="the workflow's own token"),
        setting("action.input", "api-key", "action.yml:7"),
    )
    assert line(entry(outcome, "GitHub Actions runner"), "Deployment") == "`node24 dist/index.js` in `action.yml`"
    text = "inputs of the action `token` (default: the workflow's own token), `api-key`"
    assert entry(outcome, "Secrets location").purpose == text


def test_a_call_of_something_that_runs_on_the_platform_is_not_cited_for_it() -> None:
    call = made(Kind.HOST, "stats.onrender.com", "/api", "src/stats.ts:5", use="call", scheme="https")
    blueprint = made(Kind.PLATFORM, "render", "web", "render.yaml:1")
    assert {fact.path for fact in entry(found(call, blueprint), "Render").facts} == {"render.yaml"}


def test_objects_in_the_form_of_manifests_are_no_cluster() -> None:
    own = made(Kind.PLATFORM, "kubernetes", "Theme, Plugin", at="src/themes.yaml:2", custom="yes")
    assert "Kubernetes" not in names(found(own), "Hosting")
    real = made(Kind.PLATFORM, "kubernetes", "Deployment", at="deploy/app.yaml:2")
    assert "Kubernetes" in names(found(own, real), "Hosting")


def test_a_cluster_that_the_code_asks_is_an_interface_and_no_host() -> None:
    at = "runner/pods.go"
    module = "k8s.io/client-go/kubernetes"
    manifest = needs("k8s.io/client-go", "v0.30.1", "go.mod:9", "go", scope="runtime")
    known = (manifest, imports(module, f"{at}:3", "go"))
    call = made(Kind.CALL, "client.CoreV1", at=f"{at}:20", language="go", module=module)
    api = entry(found(*known, call), "Kubernetes")
    assert (api.group, line(api, "SDK/Client")) == ("External APIs", "k8s.io/client-go 0.30.1")
    assert reason(found(*known), "Kubernetes") == "nothing in the tree deploys to it or configures it"
    deployed = made(Kind.PLATFORM, "kubernetes", "Deployment", at="deploy/app.yaml:2")
    assert entry(found(*known, call, deployed), "Kubernetes").group == "Hosting"


@pytest.mark.parametrize(
    ("hosts", "name"),
    [
        ((), "Maven Central"),
        (("maven.acme.io",), "Maven repository"),
        (("maven.pkg.github.com",), "GitHub Packages"),
        (("maven.acme.io", "central.sonatype.com"), "Maven Central"),
    ],
)
def test_gradle_publishes_where_its_build_says(hosts: tuple[str, ...], name: str) -> None:
    pushed = made(Kind.PUBLISH, "maven-central", at=".github/workflows/release.yml:9", how="./gradlew publish")
    places = [
        setting("gradle.publishes", host, at=f"build.gradle.kts:{9 + at}", tool="gradle")
        for at, host in enumerate(hosts)
    ]
    assert names(found(pushed, *places), "Package Publishing") == {name}


def test_certificates_that_the_program_asks_for_come_from_an_authority() -> None:
    module = "golang.org/x/crypto/acme/autocert"
    call = made(Kind.CALL, "autocert.HostWhitelist", at="cmd/web.go:102", language="go", module=module)
    deployed = made(Kind.PLATFORM, "docker", "", at="Dockerfile:2")
    asked = entry(found(imports(module, "cmd/web.go:43", "go"), call, deployed), "Let's Encrypt")
    assert (asked.group, asked.purpose) == ("Hosting", "TLS certificates")
    unused = found(imports(module, "cmd/web.go:43", "go"), deployed)
    assert reason(unused, "Let's Encrypt") == "nothing in the tree deploys to it or configures it"


def test_a_network_for_content_is_asked_where_the_code_names_its_interface() -> None:
    deployed = made(Kind.PLATFORM, "docker", "", at="Dockerfile:2")
    asked = made(Kind.HOST, "api.fastly.com", "", at="src/purge.rs:6", use="config")
    assert entry(found(asked, deployed), "Fastly").group == "External APIs"
    page = made(Kind.HOST, "www.fastly.com", "", at="src/purge.rs:6", use="link")
    assert "Fastly" not in names(found(page, deployed), "External APIs")


def test_objects_of_another_interface_bear_the_name_of_a_known_kind() -> None:
    def manifest(api: str) -> Fact:
        return made(Kind.RESOURCE, "Application", "shop", at="deploy/app.yaml:2", tool="kubernetes", api=api)

    assert entry(found(manifest("argoproj.io/v1alpha1")), "Argo CD").group == "Infrastructure"
    assert "Argo CD" not in names(found(manifest("platform.example/v1")), "Infrastructure")


def test_the_interface_of_a_broker_that_is_named_is_no_queue_of_its_own() -> None:
    jms = imports("javax.jms", "src/Queue.java:3", "java")
    kafka = imports("org.apache.kafka.clients.producer", "src/Topic.java:3", "java")
    broker = imports("com.ibm.mq.jms", "src/Queue.java:4", "java")
    assert names(found(jms, kafka, broker), "Message Queues") == {"Apache Kafka", "IBM MQ"}
    assert names(found(jms, kafka), "Message Queues") == {"Apache Kafka", "JMS"}


def role(name: str, line: int = 9) -> Fact:
    return made(Kind.RESOURCE, name, at=f"monitoring.yml:{line}", tool="ansible-role")


def test_the_role_of_a_play_says_what_a_server_runs() -> None:
    outcome = found(role("acme.rabbitmq_server"), role("acme.grafana"), role("acme.users"), role("acme.apollo"))
    assert line(entry(outcome, "Grafana"), "Integration method") == "Ansible role `acme.grafana`"
    assert names(outcome, "Message Queues") == {"RabbitMQ"}
    assert not {"Apollo"} & {one.name for one in outcome.candidates}


def test_a_scheduler_passes_no_messages() -> None:
    module = "org.quartz"
    assert entry(found(imports(module, "src/Jobs.java:3", "java")), "Quartz").purpose == "Background jobs"


def test_an_adapter_of_a_registry_publishes_nothing_there() -> None:
    adapter = setting("module", "dockerhub", at="remote/dockerhub.go:1")
    host = made(Kind.HOST, "hub.docker.com", "/v2", at="remote/dockerhub.go:5", use="call")
    assert reason(found(adapter, host), "Docker Hub") == "only its interface is called; nothing is delivered there"


def test_a_registry_that_goes_by_no_name_is_told_by_its_address() -> None:
    pushed = made(Kind.PUBLISH, "container-registry", "registry.acme.test/shop", at="Makefile:3", how="docker push")
    other = made(Kind.PUBLISH, "ghcr", "ghcr.io/acme/shop", at="Makefile:4", how="docker push")
    outcome = found(pushed, other)
    assert (
        line(entry(outcome, "Container registry"), "Deployment") == "docker push in `Makefile`; at `registry.acme.test`"
    )
    assert line(entry(outcome, "GitHub Container Registry"), "Deployment") == "docker push in `Makefile`"


def test_a_broker_that_only_the_librarys_settings_name_is_told_with_the_variable_that_holds_it() -> None:
    at = "compose.yml:9"
    runs = setting("queue.library", "celery", at=at, tool="airflow")
    broker = setting("celery.broker", "redis", at=at, tool="airflow", env="AIRFLOW__CELERY__BROKER_URL")
    address = setting("url.scheme", "redis", at=at, host="redis")
    queue = entry(found(runs, broker, address), "Redis with Celery")
    assert line(queue, "Connection") == "AIRFLOW__CELERY__BROKER_URL"
    assert names(found(runs), "Message Queues") == {"Celery"}
    assert names(found(broker, address), "Message Queues") == set()


def test_a_connection_of_airflow_is_the_service_of_its_kind() -> None:
    lake = setting("pipeline.connection", "snowflake", at="compose.yml:9", env="AIRFLOW_CONN_LAKE")
    web = setting("pipeline.connection", "http", at="compose.yml:10", env="AIRFLOW_CONN_API")
    outcome = found(lake, web)
    assert line(entry(outcome, "Snowflake"), "Connection") == "AIRFLOW_CONN_LAKE"
    assert len({one.key for one in outcome.candidates if one.section == "Data Storage"}) == 1


def test_an_authority_that_is_only_asked_is_told_by_its_address_and_a_platform_is_not() -> None:
    asked = made(Kind.HOST, "acme-v02.api.letsencrypt.org", "/directory", at="compose.yml:9", use="config")
    assert "Let's Encrypt" in names(found(asked), "Hosting")
    shop = made(Kind.HOST, "api.vercel.com", "/v1", at="src/app.ts:9", use="call")
    assert "Vercel" not in names(found(shop), "Hosting")


def test_a_solver_of_challenges_asks_whom_its_chart_is_named_for() -> None:
    chart = made(Kind.RESOURCE, "cert-manager-webhook-ovh", "1.0", at="release.yaml:9", tool="helm")
    assert "OVHcloud" in names(found(chart), "Cloud Services")
    other = made(Kind.RESOURCE, "webhook-ovh", "1.0", at="release.yaml:9", tool="helm")
    assert "OVHcloud" not in names(found(other), "Cloud Services")


def test_an_image_that_only_developers_work_in_is_none_of_the_application() -> None:
    image = made(Kind.PLATFORM, "docker", at=".devcontainer/Dockerfile:1")
    assert entry(found(image), "Docker").purpose.startswith("Images that developers and CI work in")
    own = made(Kind.PLATFORM, "docker", at="Dockerfile:1")
    assert not entry(found(image, own), "Docker").purpose.startswith("Images that developers")


def test_a_line_about_an_authority_gives_it_none_of_the_files_containers() -> None:
    asked = setting("cluster.connection", "acme-v02.api.letsencrypt.org", at="compose.yml:9", tool="traefik")
    image = made(Kind.IMAGE, "acme/shop", "1.2", at="compose.yml:3", where="compose", service="shop")
    given = made(Kind.ENV_DECLARED, "SHOP_NAME", at="compose.yml:5", where="compose", service="shop")
    labels = {value.label for value in entry(found(asked, image, given), "Let's Encrypt").values}
    assert not labels & {"Images", "Environment vars"}
