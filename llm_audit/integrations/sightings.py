"""Whose is each fact, and how much does it prove? An import or a call proves use; a manifest line alone does not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from llm_audit.catalog import Catalog, Service
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Fact, Kind, Role

USE = 4
"""A fact of this strength or more proves that a service is in use."""

_STRENGTH = {
    Kind.CALL: 7,
    Kind.IMPORT: 6,
    Kind.RESOURCE: 5,
    Kind.ACTION: 5,
    Kind.WORKFLOW: 5,
    Kind.PLATFORM: 5,
    Kind.PUBLISH: 5,
    Kind.FILE: 4,
    Kind.ENV_READ: 3,
    Kind.DEPENDENCY: 3,
    Kind.ENV_DECLARED: 1,
}
_HOST_USE = {"call": 5, "script": 5, "config": 4}
_SCOPE = {
    "dev": 1,
    "test": 1,
    "build": 1,
    "tool": 2,
    "indirect": 0,
    "managed": 0,
    "bom": 0,
    "catalog": 0,
    "optional": 2,
    "peer": 1,
}
_IMAGE_WHERE = {"compose": 4, "k8s": 4, "kubernetes": 4, "helm": 4, "ci": 2, "dockerfile": 3}


def strength(fact: Fact) -> int:
    """How much a fact proves, 0 to 7; nothing outside the program's own files proves anything."""
    if fact.role != Role.SOURCE:
        return 0
    if fact.kind == Kind.HOST:
        found = _HOST_USE.get(fact.detail("use"), 0)
        picture = fact.name == "raw.githubusercontent.com" and fact.detail("use") == "script"
        return min(found, 2) if picture or _FETCHED.search(fact.path) else found
    if fact.kind == Kind.DEPENDENCY:
        return _SCOPE.get(fact.detail("scope"), 3)
    if fact.kind == Kind.IMAGE:
        return _IMAGE_WHERE.get(fact.detail("where"), 3)
    if fact.kind == Kind.IMPORT and fact.detail("types_only"):
        return 3
    if fact.kind == Kind.SETTING:
        return _setting_strength(fact)
    return _STRENGTH.get(fact.kind, 0)


def _setting_strength(fact: Fact) -> int:
    """Stock configuration proves little; a connection URL in a sample or a CI file proves nothing of the program."""
    if fact.detail("boilerplate"):
        return 2
    if fact.name == "url.scheme" and _ASIDE.search(fact.path):
        return 1
    return {"module": 4, "url.scheme": 3}.get(fact.name, 6)


_FETCHED = re.compile(
    r"(^|/)\.(github|gitlab|circleci|woodpecker|devcontainer)/|(^|/)\.gitlab-ci\.ya?ml$|(^|/)(\w{1,30}\.)?(Dockerfile|Containerfile)[^/]*$"
    r"|(^|/)(install|setup|bootstrap|get)[^/]{0,40}\.(sh|ps1|bat)$|(^|/)(GoogleService-Info\.plist|google-services\.json)$"
)
"""Files of builds and installers, which fetch from addresses that the program itself never calls; app settings of a console."""
_ASIDE = re.compile(
    r"(^|/)\.(github|circleci|gitlab|woodpecker)[/-]|(^|/)\.?env[^/]*$|\.env$|(^|/)scripts?/|\.sh$|(^|/)Makefile$"
)


def owners(fact: Fact, catalog: Catalog) -> tuple[Service, ...]:
    """The services of the catalogue that a fact speaks of."""
    match fact.kind:
        case Kind.DEPENDENCY | Kind.LOCKED:
            ecosystem = fact.detail("ecosystem")
            found = catalog.by_package(ecosystem, fact.name)
            return found or (catalog.by_package("pypi", fact.name) if ecosystem == "conda" else ())
        case Kind.IMPORT:
            return catalog.by_import(fact.detail("language"), fact.name)
        case Kind.CALL if fact.value and fact.detail("module") in _AWS_CLIENTS:
            return catalog.by_setting("aws.service", fact.value) or catalog.by_import("python", fact.detail("module"))
        case Kind.CALL:
            return catalog.by_import(fact.detail("language"), fact.detail("module"))
        case Kind.ENV_READ | Kind.ENV_DECLARED | Kind.SECRET_REF:
            return catalog.by_env(fact.name)
        case Kind.HOST if fact.name == "www.googleapis.com" and fact.value.startswith("/oauth2/"):
            return catalog.by_setting("oauth.provider", "google")
        case Kind.HOST:
            return catalog.by_host(fact.name)
        case Kind.IMAGE:
            return catalog.by_image(fact.name)
        case Kind.ACTION:
            return catalog.by_action(fact.name)
        case Kind.RESOURCE if fact.name.startswith("cloudflare:"):
            return catalog.by_setting("cloudflare.binding", fact.name.removeprefix("cloudflare:"))
        case Kind.RESOURCE if fact.detail("tool") in ("helm", "heroku"):
            named = catalog.by_name(fact.name.removeprefix("heroku-"))
            return catalog.by_image(fact.name) or ((named,) if named else ())
        case Kind.RESOURCE:
            return catalog.by_resource(fact.name)
        case Kind.FILE:
            return catalog.by_file(fact.name)
        case Kind.SETTING if fact.name == "module" and fact.value in _WORDS:
            return ()
        case Kind.SETTING if fact.name == "module":
            named = catalog.by_name(fact.value)
            return (named,) if named else ()
        case Kind.SETTING:
            return catalog.by_setting(fact.name, fact.value)
        case Kind.WORKFLOW | Kind.PLATFORM | Kind.PUBLISH:
            known = catalog.services.get(fact.name) or catalog.services.get(_PLATFORM_IDS.get(fact.name, ""))
            known = known or catalog.services.get(re.sub(r"^(aws|google|azure)-", "", fact.name))
            return (known,) if known else ()
    return ()


_WORDS = frozenset({"payload", "plain", "base", "front", "render"})
"""Names of services that a module may well bear for what it does."""
_AWS_CLIENTS = frozenset({"boto3", "aiobotocore", "aioboto3", "botocore", "boto3.session", "aiobotocore.session"})
_PLATFORM_IDS = {
    "google-kubernetes-engine": "gke", "azure-kubernetes-service": "aks", "argocd": "argo-cd", "laravel-vapor": "laravel-hosting",
    "open-vsx": "vscode-marketplace", "wordpress-org": "wordpress-plugin-directory", "gitlab-releases": "gitlab-ci",
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
    def best(self) -> int:
        """The strength of the strongest fact."""
        return max((strength(fact) for fact in self.facts), default=0)


def sightings(ledger: Ledger, catalog: Catalog) -> dict[str, Sighting]:
    """Every service that any fact speaks of, by id."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in ledger.facts:
        if fact.kind != Kind.LOCKED:
            for service in owners(fact, catalog):
                found[service.id].append(fact)
    return {
        key: Sighting(catalog.services[key], tuple(sorted(facts, key=lambda one: (-strength(one), one.path, one.line))))
        for key, facts in sorted(found.items())
    }
