"""What infrastructure code states of a service: the chart, module or provider that brings it, with versions, and its engine."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from llm_audit.document import code, plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.owners import LOCAL_PROVIDERS
from llm_audit.model import Fact, Kind

_NUMBER = re.compile(r"\d+(?:\.\w+)*")
_FEW = 4
_CHART, _MODULE, _PROVIDER, _ENGINE = "Helm chart", "Terraform module", "Terraform provider", "engine"


def brought_by(facts: Iterable[Fact], ledger: Ledger, limit: int = _FEW) -> str:
    """`engine postgres 15.4; Helm charts redis 17.11.3, redis-ha 4.2`: each kind once, each name with its versions."""
    found: dict[str, dict[str, list[str]]] = {kind: defaultdict(list) for kind in (_ENGINE, _CHART, _MODULE, _PROVIDER)}
    for fact in facts:
        if fact.kind == Kind.RESOURCE and (told := _told(fact, ledger)):
            kind, name, version = told
            found[kind][name].append(version)
    texts = []
    for kind, names in found.items():
        if names:
            shown = [f"{name} {' and '.join(_distinct(versions)[:2])}".strip() for name, versions in names.items()]
            more = f" and {len(shown) - limit} more" if len(shown) > limit else ""
            texts.append(f"{kind}{'s' if len(shown) > 1 else ''} {', '.join(shown[:limit])}{more}")
    return "; ".join(texts)


def _distinct(versions: Iterable[str]) -> list[str]:
    """The versions without empty ones and without those that only say less than another: `0.78` beside `0.78.0`."""
    known = list(dict.fromkeys(filter(None, versions)))
    return [one for one in known if not any(other != one and other.startswith(f"{one}.") for other in known)]


def _told(fact: Fact, ledger: Ledger) -> tuple[str, str, str] | None:
    kind, _, source = fact.name.partition(":")
    if fact.detail("tool") == "helm":
        return _CHART, plain(fact.name), plain(fact.value.removeprefix("v"))
    if kind == "module" and source.count("/") == 2 and "." not in source:
        return _MODULE, plain(source), _number(fact.detail("version"))
    if kind == "provider" and fact.detail("block") == "required_providers" and not _computes(source):
        locked = ledger.versions.locked_near("terraform", source, fact.path)
        return _PROVIDER, plain(source), locked or _number(fact.value)
    if engine := fact.detail("engine"):
        return _ENGINE, plain(engine), plain(fact.detail("engine_version"))
    return None


def _computes(source: str) -> bool:
    return source.rpartition("/")[2] in LOCAL_PROVIDERS


def _number(stated: str) -> str:
    number = _NUMBER.search(stated)
    return number[0] if number else ""


def switches(facts: Iterable[Fact]) -> Iterator[str]:
    """The values that decide whether a chart brings a service along: `redis.enabled`."""
    for fact in facts:
        if fact.kind == Kind.RESOURCE and fact.detail("tool") == "helm" and fact.detail("condition"):
            yield from map(code, fact.detail("condition").split(",")[:1])


_BACKENDS = {
    "s3": "Amazon S3", "gcs": "Google Cloud Storage", "azurerm": "Azure Blob Storage", "remote": "HCP Terraform", "cloud": "HCP Terraform",
    "http": "an HTTP back end", "pg": "PostgreSQL", "consul": "Consul", "kubernetes": "a Kubernetes secret", "local": "a local file",
    "oss": "Alibaba Cloud OSS", "cos": "Tencent Cloud COS",
}  # fmt: skip


def state(facts: Iterable[Fact]) -> str:
    """Where Terraform keeps its state: `state in Amazon S3 (bucket `acme-state`)`."""
    places: dict[str, dict[str, None]] = {}
    for fact in facts:
        kind, _, backend = fact.name.partition(":")
        if kind == "backend" and backend in _BACKENDS:
            where = fact.detail("bucket") or fact.detail("organization")
            word = "bucket" if fact.detail("bucket") else "organization"
            places.setdefault(_BACKENDS[backend], {}).setdefault(f"{word} {code(where)}" if where else "")
    texts = []
    for name, shown in list(places.items())[:2]:
        known = [text for text in shown if text]
        rest = f" and {len(known) - 1} more" if len(known) > 1 else ""
        texts.append(f"{name} ({known[0]}{rest})" if known else name)
    return f"state in {' and '.join(texts)}" if texts else ""
