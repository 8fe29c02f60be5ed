"""What the tests of package manifests share: one file read by one module's collectors."""

from __future__ import annotations

from types import ModuleType

from llm_audit.model import Fact, Kind, Skipped, SourceFile


def read(module: ModuleType, path: str, text: str) -> list[Fact | Skipped]:
    """All that the module's collectors which want this file find in it."""
    file = SourceFile(path, text)
    return [item for collector in module.COLLECTORS if collector.wants(file) for item in collector.collect(file)]


def packages(module: ModuleType, path: str, text: str, kind: Kind = Kind.DEPENDENCY) -> dict[str, str]:
    """Names and versions of one kind."""
    found = (item for item in read(module, path, text) if isinstance(item, Fact) and item.kind is kind)
    return {fact.name: fact.value for fact in found}


def scopes(module: ModuleType, path: str, text: str) -> dict[str, str]:
    """Names and scopes of dependencies."""
    found = (item for item in read(module, path, text) if isinstance(item, Fact) and item.kind is Kind.DEPENDENCY)
    return {fact.name: fact.detail("scope") for fact in found}
