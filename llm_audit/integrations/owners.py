"""Whose is each fact: the services of the catalogue that it speaks of, by its kind and by the rules that some need."""

from __future__ import annotations

import re
from collections.abc import Callable

from llm_audit.catalog import Catalog, Service
from llm_audit.model import Fact, Kind


def owners(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    """The services of the catalogue that a fact speaks of."""
    judge = _JUDGES.get(fact.kind)
    found = judge(fact, catalog) if judge else ()
    return (catalog.services["redshift"],) if _speaks_to_redshift(fact, found) else found


def _speaks_to_redshift(fact: Fact, found: tuple[Service, ...]) -> bool:
    """Whether a file that bears the warehouse's name speaks PostgreSQL's protocol, which is also the warehouse's."""
    speaks = fact.kind in (Kind.IMPORT, Kind.CALL) and "edshift" in fact.path
    return speaks and [one.id for one in found] == ["postgresql"]


def _one(service: Service | None) -> tuple[Service, ...]:
    return (service,) if service else ()


def _of_package(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    ecosystem = fact.detail("ecosystem")
    found = catalog.by_package(ecosystem, fact.name)
    if fact.name == _GOOGLE_AUTH:
        return (*found, *catalog.by_setting("oauth.provider", "google"))
    return found or (catalog.by_package("pypi", fact.name) if ecosystem == "conda" else ())


def _of_import(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    module, language, names = fact.name, fact.detail("language"), fact.detail("names")
    if _CHAINS.match(module) and _is_only_chain(module, language, catalog):
        classes = (one for name in re.split(r"[\s,]+", names) for one in catalog.by_setting("chain.class", name))
        return tuple(dict.fromkeys((*catalog.by_import(language, module), *classes)))
    if "Azure" in names and _AZURE.search(names):
        others = [name for name in re.split(r"[\s,]+", names) if name and not _AZURE.search(name)]
        rest = catalog.by_import(language, module) if others else ()
        return (*_one(catalog.services.get("azure-openai")), *rest)
    if module.partition("/")[0] == _GOOGLE_AUTH and _SIGN_IN.issuperset(re.findall(r"\w+", names)):
        return catalog.by_setting("oauth.provider", "google")
    if module.partition("/")[0] == _AWS_V2:
        return _of_aws_v2(module, re.findall(r"\w+", names), catalog)
    if module in _CDK and "aws_" in names:
        parts = re.findall(r"\baws_\w+", names)
        return tuple(dict.fromkeys(one for part in parts for one in _of_construct(fact, part, catalog)))
    return catalog.by_import(language, module)


def _of_call(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    module, language = fact.detail("module"), fact.detail("language")
    if _CHAINS.match(module) and _is_only_chain(module, language, catalog):
        return _of_chain(fact, catalog)
    if "Azure" in fact.name and _AZURE.search(fact.name):
        known = catalog.by_import(language, module)  # a class of the program's own is only called so
        return _one(catalog.services.get("azure-openai")) if known else ()
    if module == _GOOGLE_AUTH and not _SIGN_IN.isdisjoint((fact.name.removeprefix("new "), fact.detail("object"))):
        return catalog.by_setting("oauth.provider", "google")
    if module == GOOGLE_APIS and fact.name.removeprefix("new ").startswith(_LOGS_IN):
        return catalog.by_setting("oauth.provider", "google")
    if module.partition("/")[0] == _AWS_V2:
        made = [word for word in fact.name.removeprefix("new ").split(".") if word.upper() != "AWS"]
        return _of_aws_v2(module, [fact.detail("object") or made[0] if made else ""], catalog)
    if fact.value and module in _AWS_CLIENTS:
        return catalog.by_setting("aws.service", fact.value) or catalog.by_import("python", module)
    return catalog.by_import(language, module)


def _of_host(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    if fact.name.endswith(".cloudfront.net") and fact.detail("use") == "call":
        return ()  # somebody's files, who need not be the project
    if fact.name == "www.googleapis.com":
        return _of_google(fact.value, catalog, called=fact.detail("use") == "call")
    path, key = _OF_PROGRAMS.get(fact.name, ("", ""))
    if path and fact.value.startswith(path):
        return (catalog.services[key],)
    return catalog.by_host(fact.name)


_AWS_V2 = "aws-sdk"
_AWS_V2_NAMES = {
    "documentclient": "dynamodb", "cognitoidentityserviceprovider": "cognito-idp", "cloudwatchlogs": "logs", "eventbridge": "events",
    "cloudwatchevents": "events", "elasticbeanstalk": "elasticbeanstalk", "transcribeservice": "transcribe", "es": "elasticsearch-service",
}  # fmt: skip
"""What the second SDK of JavaScript calls interfaces that go by another name elsewhere."""


def _of_aws_v2(module: str, names: list[str], catalog: Catalog) -> tuple[Service, ...]:
    """The services of Amazon's second SDK for JavaScript, one package for all: by the client's module, or by its class."""
    client = module.removeprefix(f"{_AWS_V2}/clients/")
    words = [client] if client != module else [name.lower() for name in names]
    named = [_AWS_V2_NAMES.get(word, word) for word in words if word]
    found = [
        catalog.by_setting("aws.service", one) or catalog.by_package("npm", f"@aws-sdk/client-{one}") for one in named
    ]
    return tuple(dict.fromkeys(one for each in found for one in each)) or catalog.by_import("javascript", module)


_OF_PROGRAMS = {
    "github.com": ("/login/oauth/", "oauth-github"),
    "gitlab.com": ("/api/", "gitlab"),
    "pay.google.com": ("/gp/v/save", "google-wallet"),
    "www.google.com": ("/recaptcha/", "recaptcha"),
    "www.dropbox.com": ("/static/api/", "dropbox"),
}
"""Web sites that people open, how the paths begin that programs ask for there, and whose they are."""


def _of_resource(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    prefix, _, name = fact.name.partition(":")
    if name and (judge := _RESOURCES.get(prefix)):
        return judge(name, catalog)
    match fact.detail("tool"):
        case "helm":
            name = fact.detail("release") if fact.name in _ANY_CHART else fact.name
            solver = _one(catalog.by_name(name[len(_SOLVER) :], exact=True)) if name.startswith(_SOLVER) else ()
            return (*catalog.by_chart(name), *solver, catalog.services["helm"])
        case "heroku":
            return catalog.by_chart(fact.name.removeprefix("heroku-"))
        case "ansible":
            return _of_ansible(fact.name, catalog)
        case "ansible-role":
            return _of_role(fact.name, catalog)
        case "kubernetes" if _is_of_another_api(fact):
            return ()
    return catalog.by_resource(fact.name)


def _of_role(role: str, catalog: Catalog) -> tuple[Service, ...]:
    """The service that a role of Ansible sets up: `geerlingguy.nginx`, `acme.rabbitmq_server`."""
    name = _ROLE_AFFIX.sub("", role.rpartition(".")[2].lower().replace("_", "-"))
    return () if name in _ANY_ROLE else catalog.by_chart(name) or catalog.by_image(name)


_ANY_ROLE = frozenset({"apollo", "base", "common", "console", "proxy", "server"})
"""Names that roles bear for what has nothing to do with the product which goes by them elsewhere."""
_ROLE_AFFIX = re.compile(r"^ansible-(role-)?|^role-|-?server$|-install$")


_API_OF = {"Application": "argoproj.io/", "Rollout": "argoproj.io/", "AnalysisTemplate": "argoproj.io/"}
"""Kinds of objects that other interfaces have as well, by the one that the catalogue means."""


def _is_of_another_api(fact: Fact) -> bool:
    """Whether an object of a cluster only bears the name of a kind that the catalogue knows."""
    meant, api = _API_OF.get(fact.name, ""), fact.detail("api")
    return bool(meant and api) and "{{" not in api and not api.startswith(meant)


_SOLVER = "cert-manager-webhook-"
"""How the names of charts begin that let cert-manager answer a challenge at somebody's name servers."""
_ANY_CHART = frozenset("operator controller agent server chart app helm".split())
"""Names of charts that say nothing of what they install; the name of its release does."""


def _of_setting(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    if fact.name == "module":
        return () if fact.value in _WORDS else _one(catalog.by_name(fact.value))
    if fact.detail("endpoint") and (others := catalog.by_host(fact.detail("endpoint").replace("{}", "x"))):
        return others  # an interface of one vendor's, spoken by another
    if fact.name == "rails.credentials":
        return _one(catalog.by_name(fact.value.partition(".")[0], exact=True))
    if fact.name == "pipeline.connection" and (own := catalog.services.get(fact.value)):
        return (own,)
    if fact.name in ("cluster.connection", "pipeline.connection"):
        return _of_connection(fact.value, catalog)
    return catalog.by_setting(fact.name, fact.value)


def _of_platform(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    known = catalog.services.get(_PLATFORM_IDS.get(fact.name, fact.name))
    return _one(known or catalog.services.get(re.sub(r"^(aws|google|azure)-", "", fact.name)))


def _of_variable(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    return catalog.by_env(fact.name)


_JUDGES: dict[Kind, Callable[[Fact, Catalog], tuple[Service, ...]]] = {
    Kind.DEPENDENCY: _of_package,
    Kind.LOCKED: _of_package,
    Kind.IMPORT: _of_import,
    Kind.CALL: _of_call,
    Kind.ENV_READ: _of_variable,
    Kind.ENV_DECLARED: _of_variable,
    Kind.SECRET_REF: _of_variable,
    Kind.HOST: _of_host,
    Kind.IMAGE: lambda fact, catalog: catalog.by_image(fact.name),
    Kind.ACTION: lambda fact, catalog: catalog.by_action(fact.name),
    Kind.RESOURCE: _of_resource,
    Kind.FILE: lambda fact, catalog: catalog.by_file(fact.name),
    Kind.SETTING: _of_setting,
    Kind.WORKFLOW: _of_platform,
    Kind.PLATFORM: _of_platform,
    Kind.PUBLISH: _of_platform,
}


_CDK = frozenset({"aws_cdk", "aws-cdk-lib"})


def _of_construct(fact: Fact, part: str, catalog: Catalog) -> tuple[Service, ...]:
    """The service of a module that is imported out of the CDK by its name: `aws_lambda`."""
    module = f"aws_cdk.{part}" if fact.name == "aws_cdk" else f"aws-cdk-lib/{part.replace('_', '-')}"
    return catalog.by_import(fact.detail("language"), module)


def _of_provider(source: str, catalog: Catalog) -> tuple[Service, ...]:
    """The service that a Terraform provider speaks to: the one whose resources bear its name, or that goes by it."""
    name = source.rpartition("/")[2]
    if name in LOCAL_PROVIDERS:
        return ()
    named = catalog.by_name(name, exact=True)
    return (named,) if named else catalog.by_resource(f"{name}_")


LOCAL_PROVIDERS = frozenset(
    {"random", "null", "local", "http", "tls", "archive", "time", "external", "template", "cloudinit", "terraform", "utils", "assert"}
)  # fmt: skip
"""Providers that compute and call no service."""


def _of_module(source: str, catalog: Catalog) -> tuple[Service, ...]:
    """The service that a module sets up, as its name and provider tell: `acme/eks/aws` as `aws_eks_*` does.

    Repositories of modules are named for both, as registries want it: `terraform-aws-eks`.
    """
    if named := _REPOSITORY.search(source):
        return catalog.by_resource(f"{named[1]}_{named[2].replace('-', '_')}_")
    parts = source.partition("//")[0].split("/")
    if len(parts) != 3 or not all(map(_PLAIN.fullmatch, parts)):
        return ()
    return catalog.by_resource(f"{parts[2]}_{parts[1].replace('-', '_')}_")


_REPOSITORY = re.compile(r"[./:][\w.\-]+/terraform-([a-z]+)-([a-z0-9\-]+)(?:\.git)?(?:[/?]|$)")


def _of_ansible(module: str, catalog: Catalog) -> tuple[Service, ...]:
    """The service that a module of a collection works on: `community.docker.docker_container`, `amazon.aws.s3_bucket`."""
    _, collection, name = module.split(".", 2)
    if collection in ("aws", "cloud", "azcollection"):
        kind = _ANSIBLE_CLOUDS.get(name.partition("_")[0], "aws_")
        return catalog.by_resource(f"{kind}{re.sub(r'^(gcp|azure_rm|aws)_|_(info|facts)$', '', name)}_")
    words = (name, name.partition("_")[0]) if collection == "general" else (collection, name.partition("_")[0])
    named = next((one for word in words if (one := catalog.by_name(_COLLECTIONS.get(word, word), exact=True))), None)
    return (named,) if named else ()


_ANSIBLE_CLOUDS = {"gcp": "google_", "azure": "azurerm_"}
_COLLECTIONS = {
    "hashi_vault": "vault",
    "hcloud": "hetzner",
    "core": "kubernetes",
    "mail": "smtp",
    "okd": "openshift",
    "k8s": "kubernetes",
}
"""Collections and modules of Ansible, and the catalogue's ids of what they work on."""


def _of_connection(name: str, catalog: Catalog) -> tuple[Service, ...]:
    """The service that a manifest of a cluster calls by the name of a provider, or by its host."""
    if "." in name:
        return catalog.by_host(name)
    known = _CONNECTIONS.get(name.lower())
    named = catalog.services.get(known) if known is not None else catalog.by_name(name, exact=True)
    return (named,) if named else ()


_CONNECTIONS = {
    "onepasswordsdk": "onepassword", "aws:secretsmanager": "aws-secrets-manager", "aws:parameterstore": "aws-ssm", "gcpsm": "google-secret-manager",
    "azurekv": "azure-key-vault", "bitwardensecretsmanager": "bitwarden", "keepersecurity": "keeper", "gitlab": "gitlab-ci",
    "route53": "route-53", "clouddns": "google-cloud-dns", "azuredns": "azure-dns", "msteams": "teams", "email": "smtp",
    "githubdispatch": "github", "kubernetes": "", "webhook": "", "fake": "", "http": "", "https": "", "fs": "", "file": "", "generic": "",
    "slackwebhook": "slack", "googlecloudplatform": "gcp", "googlecloud": "gcp", "wasb": "azure-blob-storage", "adls": "azure-blob-storage",
    "sparksql": "spark", "sparkconnect": "spark", "hivecli": "hive", "hiveserver2": "hive", "hivemetastore": "hive", "imap": "", "package-index": "",
    "postgres": "postgresql", "msazuresynapse": "azure-synapse", "gcpssh": "", "yandexcloud": "", "docker": "", "samba": "smb", "mongo": "mongodb",
    "azureblob": "azure-blob-storage", "dbtcloud": "dbt", "livy": "spark",
}  # fmt: skip
"""Names of providers in manifests of a cluster and of connections of data pipelines, and the catalogue's ids of the same services."""
_PLAIN = re.compile(r"[\w\-]+")


_CHAINS = re.compile(
    r"(@langchain/community|langchain|langchain_community|langchain_classic|llama_index|pydantic_ai|dagster_gcp|prefect_aws|prefect_gcp)(\.|/|$)"
)
_OF_PIPELINES = frozenset({"dagster_gcp", "prefect_aws", "prefect_gcp"})
"""Libraries whose classes stand for services, whatever module they are taken from."""
_MADE_BY_NAME = frozenset({"init_chat_model", "init_embeddings", "Agent"})


def _is_only_chain(module: str, language: str, catalog: Catalog) -> bool:
    """Whether the module is not that of one service alone, such as `llama_index.llms.openai`; its package may be the library's."""
    return module in _OF_PIPELINES or all(one.kind != "service" for one in catalog.by_import(language, module))


def _of_chain(call: Fact, catalog: Catalog) -> tuple[Service, ...]:
    """The service of a class that is built, or of the `vendor:model` that a factory is given."""
    vendor, colon, _ = call.value.partition(":")
    if call.name in _MADE_BY_NAME:
        return catalog.by_setting("ai.driver", vendor) if colon else ()
    return catalog.by_setting("chain.class", call.name.partition(".")[0])


def _of_google(path: str, catalog: Catalog, *, called: bool) -> tuple[Service, ...]:
    """Whose interface a path of the host is that all of Google shares; names of scopes and of resources are nobody's."""
    parts = [part for part in path.split("/") if part and part not in ("upload", "resumable", "batch", "v1", "v3")]
    first = parts[0].lower() if parts else ""
    if first == "auth":
        return ()
    if first in ("oauth2", "userinfo"):
        return catalog.by_setting("oauth.provider", "google")
    named = catalog.services.get(_GOOGLE_PATHS.get(first, "google-apis" if called else ""))
    return (named,) if named else ()


_GOOGLE_PATHS = {
    "drive": "google-drive", "calendar": "google-calendar", "youtube": "youtube", "pagespeedonline": "pagespeed", "storage": "gcs",
    "customsearch": "google-custom-search", "webmasters": "google-search-console", "androidpublisher": "google-play-billing",
    "mybusinessaccountmanagement": "google-business-profile", "mybusinessbusinessinformation": "google-business-profile",
    "mybusiness": "google-business-profile", "businessprofileperformance": "google-business-profile",
    "gmail": "gmail", "identitytoolkit": "firebase-auth", "admin": "google-workspace", "groups": "google-workspace", "plus": "oauth-google",
}  # fmt: skip
_AZURE = re.compile(r"\b(Async)?Azure(Chat)?OpenAI\w{0,20}\b")
"""Classes of other SDKs that speak to Azure's deployments of the same models."""
GOOGLE_APIS, _LOGS_IN = "googleapis", ("google.auth.OAuth2", "google.oauth2")
"""The npm package of all of Google's interfaces, and what signs people in with it."""
_GOOGLE_AUTH, _SIGN_IN = "google-auth-library", frozenset({"OAuth2Client", "LoginTicket", "TokenPayload"})
"""The npm package that opens Google's cloud to servers, and its classes that sign people in."""
_WORDS = frozenset(
    "payload plain base front render build run functions pages storage pipelines deploy search maps forms drive access actions agent "
    "agents alerts app archive audio backup bank billing bindings blob blogs boards brokers browsing bus calendar captcha center central "
    "check checks collections commerce communication compatible compose configured connect console contact containers core countries "
    "directory dist distribution door echo edge encrypt events explorer express face feature finance flag generators grid image indexes "
    "init integrity job labs learning library link links lite location logging logic lookups management managers migrations models "
    "modules monitoring monitors networking news notes objects organizations performance platform platforms play portal previews pro "
    "project providers proxies proxy queue registers releases reporting reports review rollout runners scanning scheduler scout selling "
    "sentinel service session sheets sites spaces spam stack stores studio tag tags talking tasks testing tool tools trace trackers "
    "transactions transcribe transfer translate translators treasury url vector vectors verify video weather workers workspace drift flow beacon".split()
)
"""Names of services that a module may well bear for what it does."""
_AWS_CLIENTS = frozenset({"boto3", "aiobotocore", "aioboto3", "botocore", "boto3.session", "aiobotocore.session"})
_PLATFORM_IDS = {
    "google-kubernetes-engine": "gke", "azure-kubernetes-service": "aks", "argocd": "argo-cd", "laravel-vapor": "laravel-hosting",
    "open-vsx": "vscode-marketplace", "wordpress-org": "wordpress-plugin-directory", "gitlab-releases": "gitlab-ci",
    "app-store": "testflight", "gcr": "google-artifact-registry", "acr": "azure-container-registry", "serverless": "serverless-framework",
    "azure-resource-manager": "bicep", "azure-developer-cli": "bicep", "cocoapods": "cocoapods-trunk", "pm2": "supervisor",
    "winget": "chocolatey", "scoop": "chocolatey",
}  # fmt: skip
"""Names that collectors read in configuration, and the catalogue's ids of the same platforms."""
_RESOURCES: dict[str, Callable[[str, Catalog], tuple[Service, ...]]] = {
    "cloudflare": lambda name, catalog: catalog.by_setting("cloudflare.binding", name),
    "provider": _of_provider,
    "module": _of_module,
    "backend": lambda _, catalog: (catalog.services["terraform"],),
    "plugin": lambda name, catalog: catalog.by_package("npm", name),
}
"""What the parts of infrastructure that are no resources themselves speak of, by their prefix."""
