"""Whose is each fact: the services of the catalogue that the code shows, each with everything that speaks of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from llm_audit.catalog import Catalog, Service, folded
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Fact, Kind, Role


def owners(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    """The services of the catalogue that a fact speaks of."""
    match fact.kind:
        case Kind.DEPENDENCY | Kind.LOCKED:
            ecosystem = fact.detail("ecosystem")
            found = catalog.by_package(ecosystem, fact.name)
            if fact.name == _GOOGLE_AUTH:
                return (*found, *catalog.by_setting("oauth.provider", "google"))
            return found or (catalog.by_package("pypi", fact.name) if ecosystem == "conda" else ())
        case Kind.IMPORT if _CHAINS.match(fact.name) and _is_only_chain(fact.name, fact, catalog):
            names = re.split(r"[\s,]+", fact.detail("names"))
            classes = (one for name in names for one in catalog.by_setting("chain.class", name))
            return tuple(dict.fromkeys((*catalog.by_import(fact.detail("language"), fact.name), *classes)))
        case Kind.CALL if _CHAINS.match(fact.detail("module")) and _is_only_chain(fact.detail("module"), fact, catalog):
            return _of_chain(fact, catalog)
        case Kind.IMPORT if "Azure" in fact.detail("names") and _AZURE.search(fact.detail("names")):
            azure = catalog.services.get("azure-openai")
            others = [name for name in re.split(r"[\s,]+", fact.detail("names")) if name and not _AZURE.search(name)]
            rest = catalog.by_import(fact.detail("language"), fact.name) if others else ()
            return (*((azure,) if azure else ()), *rest)
        case Kind.IMPORT if fact.name == _GOOGLE_AUTH and _SIGN_IN.issuperset(re.findall(r"\w+", fact.detail("names"))):
            return catalog.by_setting("oauth.provider", "google")
        case Kind.IMPORT if fact.name in _CDK and "aws_" in fact.detail("names"):
            parts = re.findall(r"\baws_\w+", fact.detail("names"))
            return tuple(dict.fromkeys(one for part in parts for one in _of_construct(fact, part, catalog)))
        case Kind.IMPORT:
            return catalog.by_import(fact.detail("language"), fact.name)
        case Kind.CALL if "Azure" in fact.name and _AZURE.search(fact.name):
            azure = catalog.services.get("azure-openai")
            ours = not catalog.by_import(fact.detail("language"), fact.detail("module"))
            return () if ours or not azure else (azure,)
        case Kind.CALL if fact.detail("module") == _GOOGLE_AUTH and any(
            name in (fact.name.removeprefix("new "), fact.detail("object")) for name in _SIGN_IN
        ):
            return catalog.by_setting("oauth.provider", "google")
        case Kind.CALL if fact.value and fact.detail("module") in _AWS_CLIENTS:
            return catalog.by_setting("aws.service", fact.value) or catalog.by_import("python", fact.detail("module"))
        case Kind.CALL:
            return catalog.by_import(fact.detail("language"), fact.detail("module"))
        case Kind.ENV_READ | Kind.ENV_DECLARED | Kind.SECRET_REF:
            return catalog.by_env(fact.name)
        case Kind.HOST if fact.name == "www.googleapis.com":
            return _of_google(fact.value, catalog, called=fact.detail("use") == "call")
        case Kind.HOST if fact.name == "gitlab.com" and fact.value.startswith("/api/"):
            return (catalog.services["gitlab"],)
        case Kind.HOST:
            return catalog.by_host(fact.name)
        case Kind.IMAGE:
            return catalog.by_image(fact.name)
        case Kind.ACTION:
            return catalog.by_action(fact.name)
        case Kind.RESOURCE if fact.name.startswith("cloudflare:"):
            return catalog.by_setting("cloudflare.binding", fact.name.removeprefix("cloudflare:"))
        case Kind.RESOURCE if fact.detail("tool") == "helm":
            return (*catalog.by_chart(fact.name), catalog.services["helm"])
        case Kind.RESOURCE if fact.detail("tool") == "heroku":
            return catalog.by_chart(fact.name.removeprefix("heroku-"))
        case Kind.RESOURCE if fact.detail("tool") == "ansible":
            return _of_ansible(fact.name, catalog)
        case Kind.RESOURCE if fact.name.startswith("provider:"):
            return _of_provider(fact.name.removeprefix("provider:"), catalog)
        case Kind.RESOURCE if fact.name.startswith("module:"):
            return _of_module(fact.name.removeprefix("module:"), catalog)
        case Kind.RESOURCE if fact.name.startswith("backend:"):
            return (catalog.services["terraform"],)
        case Kind.RESOURCE:
            return catalog.by_resource(fact.name)
        case Kind.FILE:
            return catalog.by_file(fact.name)
        case Kind.SETTING if fact.name == "module" and fact.value in _WORDS:
            return ()
        case Kind.SETTING if fact.name == "module":
            named = catalog.by_name(fact.value)
            return (named,) if named else ()
        case Kind.SETTING if fact.name == "cluster.connection":
            return _of_connection(fact.value, catalog)
        case Kind.SETTING:
            return catalog.by_setting(fact.name, fact.value)
        case Kind.WORKFLOW | Kind.PLATFORM | Kind.PUBLISH:
            known = catalog.services.get(_PLATFORM_IDS.get(fact.name, fact.name))
            known = known or catalog.services.get(re.sub(r"^(aws|google|azure)-", "", fact.name))
            return (known,) if known else ()
    return ()


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
    """The service that a module of a registry sets up, as its name and provider tell: `acme/eks/aws` as `aws_eks_*` does."""
    parts = source.partition("//")[0].split("/")
    if len(parts) != 3 or not all(map(_PLAIN.fullmatch, parts)):
        return ()
    return catalog.by_resource(f"{parts[2]}_{parts[1].replace('-', '_')}_")


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
    "githubdispatch": "github", "kubernetes": "", "webhook": "", "fake": "",
}  # fmt: skip
"""Names of providers in manifests of a cluster, and the catalogue's ids of the same services."""
_PLAIN = re.compile(r"[\w\-]+")


_CHAINS = re.compile(
    r"(@langchain/community|langchain|langchain_community|langchain_classic|llama_index|pydantic_ai)(\.|/|$)"
)
"""Libraries whose classes stand for services, whatever module they are taken from."""
_MADE_BY_NAME = frozenset({"init_chat_model", "init_embeddings", "Agent"})


def _is_only_chain(module: str, fact: Fact, catalog: Catalog) -> bool:
    """Whether the module is not that of one service alone, such as `llama_index.llms.openai`."""
    return all(one.kind != "service" for one in catalog.by_import(fact.detail("language"), module))


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
    "gmail": "gmail", "identitytoolkit": "firebase-auth", "admin": "google-workspace", "groups": "google-workspace", "plus": "oauth-google",
}  # fmt: skip
_AZURE = re.compile(r"\b(Async)?Azure(Chat)?OpenAI\w{0,20}\b")
"""Classes of other SDKs that speak to Azure's deployments of the same models."""
_GOOGLE_AUTH, _SIGN_IN = "google-auth-library", frozenset({"OAuth2Client", "LoginTicket", "TokenPayload"})
"""The npm package that opens Google's cloud to servers, and its classes that sign people in."""
_WORDS = frozenset(
    "payload plain base front render build run functions pages storage pipelines deploy search maps forms drive".split()
)
"""Names of services that a module may well bear for what it does."""
_AWS_CLIENTS = frozenset({"boto3", "aiobotocore", "aioboto3", "botocore", "boto3.session", "aiobotocore.session"})
_PLATFORM_IDS = {
    "google-kubernetes-engine": "gke", "azure-kubernetes-service": "aks", "argocd": "argo-cd", "laravel-vapor": "laravel-hosting",
    "open-vsx": "vscode-marketplace", "wordpress-org": "wordpress-plugin-directory", "gitlab-releases": "gitlab-ci",
    "app-store": "testflight",
}  # fmt: skip
"""Names that collectors read in configuration, and the catalogue's ids of the same platforms."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A service of the catalogue and every fact that speaks of it, strongest first."""

    service: Service
    facts: tuple[Fact, ...]

    def of(self, *kinds: Kind) -> Iterator[Fact]:
        """The facts of these kinds in the program's own files, strongest first."""
        return (fact for fact in self.facts if fact.kind in kinds and fact.role == Role.SOURCE)

    @property
    def title(self) -> str:
        """The service's name; where the catalogue bundles several under one, the names of those that are in use."""
        proof = [fact for fact in self.facts if strength(fact) >= USE] or [
            f for f in self.facts if f.role == Role.SOURCE
        ]
        return self.service.title(fact.name for fact in proof)

    @property
    def best(self) -> int:
        """The strength of the strongest fact."""
        return max((strength(fact) for fact in self.facts), default=0)


def _is_namesake(fact: Fact, service: Service, declared: set[str]) -> bool:
    """Whether an Elixir module only bears a service's name: modules are plain words, and its package is not declared."""
    if fact.kind not in (Kind.IMPORT, Kind.CALL) or fact.detail("language") != "elixir":
        return False
    root = (fact.name if fact.kind == Kind.IMPORT else fact.detail("module")).partition(".")[0]
    packages = {pattern for signal, eco, pattern in service.patterns if (signal, eco) == ("packages", "hex")}
    named = ("imports", "elixir", root) in service.patterns or root.lower() in packages
    return named and bool(packages) and packages.isdisjoint(declared)


_DISTINCT = 10
"""How long a name must be to mean the same address in another file."""


def _behind_bases(ledger: Ledger, catalog: Catalog) -> Iterator[tuple[Service, Fact]]:
    """The paths that code puts behind an address which another line binds to a name, each with the address's owner."""
    near: dict[tuple[str, str], set[str]] = defaultdict(set)
    far: dict[str, set[str]] = defaultdict(set)
    for fact in ledger.of(Kind.HOST):
        if name := folded(fact.detail("bound")):
            near[(fact.path, name)].add(fact.name)
            far[name].add(fact.name)
    for fact in ledger.settings.get("url.path", ()):
        name = folded(fact.detail("base"))
        hosts = near.get((fact.path, name)) or (far.get(name, set()) if len(name) >= _DISTINCT else set())
        if len(hosts) == 1:
            yield from ((service, fact) for service in catalog.by_host(next(iter(hosts))))


def sightings(ledger: Ledger, catalog: Catalog) -> dict[str, Sighting]:
    """Every service that any fact speaks of, by id."""
    found: dict[str, list[Fact]] = defaultdict(list)
    declared = {str(fact.name) for fact in ledger.of(Kind.DEPENDENCY, Kind.LOCKED) if fact.detail("ecosystem") == "hex"}
    for fact in ledger.facts:
        if fact.kind != Kind.LOCKED:
            for service in owners(fact, catalog):
                if not (declared and _is_namesake(fact, service, declared)):
                    found[service.id].append(fact)
    for service, fact in _behind_bases(ledger, catalog):
        found[service.id].append(fact)
    return {
        key: Sighting(catalog.services[key], tuple(sorted(facts, key=lambda one: (-strength(one), one.path, one.line))))
        for key, facts in sorted(found.items())
    }
