"""How much does a fact prove? An import or a call proves use; a manifest line alone does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from llm_audit.model import Fact, Kind, Role

USE = 4
"""A fact of this strength or more proves that a service is in use."""

_PLAIN = {
    Kind.CALL: 7,
    Kind.RESOURCE: 5,
    Kind.ACTION: 5,
    Kind.WORKFLOW: 5,
    Kind.PLATFORM: 5,
    Kind.PUBLISH: 5,
    Kind.FILE: 4,
    Kind.ENV_READ: 3,
    Kind.ENV_DECLARED: 1,
}
_HOST_USE = {"call": 5, "script": 5, "config": 4, "policy": 4, "allowed": 3}
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
_IMAGE_WHERE = {"compose": 4, "k8s": 4, "kubernetes": 4, "helm": 4, "ansible": 4, "ci": 2, "dockerfile": 3}


_OF_ADDRESSES = frozenset({Kind.HOST, Kind.ENV_READ, Kind.ENV_DECLARED, Kind.SECRET_REF})


def is_addressed(facts: Iterable[Fact]) -> bool:
    """Whether addresses and variables are all that shows a service: code asks it by itself, and no SDK reads anything."""
    kinds = {fact.kind for fact in facts if fact.role == Role.SOURCE}
    return Kind.HOST in kinds and kinds <= _OF_ADDRESSES


def strength(fact: Fact) -> int:
    """How much a fact proves, 0 to 7; nothing outside the program's own files proves anything."""
    if fact.role != Role.SOURCE:
        return 0
    judge = _JUDGES.get(fact.kind)
    return judge(fact) if judge else _PLAIN.get(fact.kind, 0)


def _of_host(fact: Fact) -> int:
    found = _HOST_USE.get(fact.detail("use"), 0)
    if fact.detail("keyed"):  # whoever shows a key does more than fetch
        return found
    if found and _SAMPLE.search(fact.path):  # a sample is a hint of what a person may fill in
        return 3
    picture = fact.name == "raw.githubusercontent.com" and fact.detail("use") == "script"
    return min(found, 2) if picture or _FETCHED.search(fact.path) else found


_DECLARING = re.compile(
    r"(aws-cdk-lib|@aws-cdk/|aws_cdk|monocdk|software\.amazon\.awscdk|Amazon\.CDK|github\.com/aws/aws-cdk-go|@pulumi/|pulumi_|Pulumi\."
    r"|github\.com/pulumi/|com\.pulumi|cdktf|@cdktf/|sst$|sst/)"
)


def declares(fact: Fact) -> bool:
    """Whether an import, a call or a manifest's line is one of a library in which programs declare infrastructure instead of using it."""
    module = (
        fact.name
        if fact.kind in (Kind.IMPORT, Kind.DEPENDENCY)
        else fact.detail("module")
        if fact.kind == Kind.CALL
        else ""
    )
    return bool(module and _DECLARING.match(module))


def _of_setting(fact: Fact) -> int:
    """Stock configuration proves little; a connection URL in a sample or a CI file proves nothing of the program."""
    if fact.detail("boilerplate") or fact.detail("environment") in ("development", "test"):
        return 2
    if fact.name == "url.scheme" and _ASIDE.search(fact.path):
        return 1
    if fact.path.endswith((".sh", ".bash")):  # a script that runs a command; a call of the program says more
        return min(USE, _NAMED.get(fact.name, USE))
    if fact.path.endswith("Cargo.toml"):  # a feature of a crate is switched on; the code that opens a store says more
        return USE
    return _NAMED.get(fact.name, 6)


_NAMED = {"module": 4, "url.scheme": 3, "rails.credentials": 2}
"""Settings that prove less than others."""


_SAMPLE = re.compile(r"(^|/)\.?env[^/]{0,40}[.\-](example|sample|template|dist)$|(^|/)(example|sample)\.env$")
_FETCHED = re.compile(
    r"(^|/)magefiles?/|(^|/)magefile\.go$|(^|/)(dev|docker)[^/]{0,40}/([^/]{1,60}/){0,3}[^/]{1,60}\.sh$|(^|/)\.(github|gitlab|circleci|woodpecker|devcontainer|vscode|idea|zed|fleet)/|(^|/)\.gitlab-ci\.ya?ml$|(^|/)\.travis\.ya?ml$|(^|/)(\w{1,30}\.)?(Dockerfile|Containerfile)[^/]*$"
    r"|(^|/)(install|setup|bootstrap|get)[^/]{0,40}\.(sh|ps1|bat)$|(^|/)([^/]*GoogleService-Info[^/]*\.plist|google-services[^/]*\.json)$"
)
"""Files of builds, editors and installers, which fetch from addresses that the program itself never calls; app settings of a console."""
_ASIDE = re.compile(
    r"(^|/)\.(github|circleci|gitlab|woodpecker)[/-]|(^|/)\.?env[^/]*$|\.env$|(^|/)scripts?/|\.sh$|(^|/)Makefile$"
)

_JUDGES: dict[Kind, Callable[[Fact], int]] = {
    Kind.HOST: _of_host,
    Kind.DEPENDENCY: lambda fact: _SCOPE.get(fact.detail("scope"), 3),
    Kind.IMAGE: lambda fact: _IMAGE_WHERE.get(fact.detail("where"), 3),
    Kind.IMPORT: lambda fact: 2 if fact.detail("patched") else 3 if fact.detail("types_only") else 6,
    Kind.SETTING: _of_setting,
}
"""Kinds whose facts do not all prove the same."""
