"""Release tools: GoReleaser, semantic-release, Changesets, fastlane, electron-builder."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import parser_of, root_of
from llm_audit.collect.shared.images import split_image
from llm_audit.collect.shared.registries import registry_of_image
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node

_TEMPLATE = expression(r"\{\{[^{}\n]{0,100}\}\}")
_GO_FILE = expression(r"\.?goreleaser[\w.\-]{0,40}\.ya?ml$")
_LANE_CALLS = {
    "upload_to_testflight": "app-store",
    "pilot": "app-store",
    "upload_to_app_store": "app-store",
    "deliver": "app-store",
    "upload_to_play_store": "google-play",
    "supply": "google-play",
}
_LANE_CALL = expression(rf"^[ \t]+({'|'.join(_LANE_CALLS)})\b(?=\s*(?:\(|$))", re.MULTILINE)
_SWIFT_CALLS = {"uploadToTestflight": "app-store", "uploadToAppStore": "app-store", "uploadToPlayStore": "google-play"}
_SWIFT_CALL = expression(rf"^[ \t]+({'|'.join(_SWIFT_CALLS)})\b(?=\s*\()", re.MULTILINE)
_SEMANTIC = {
    "@semantic-release/npm": "npm",
    "@semantic-release/github": "github-releases",
    "@semantic-release/gitlab": "gitlab-releases",
    "semantic-release-docker": "docker-hub",
}


def collect_goreleaser(file: SourceFile) -> Finds:
    """Where GoReleaser publishes: releases, image registries, package managers."""
    if not _GO_FILE.match(file.name):
        return
    root = yield from root_of(file, parser_of(file))
    if not root.is_map:
        return
    release = root.get("release")
    if not any(item.get("skip_upload").text == "true" or item.get("disable").text == "true" for item in (release,)):
        registry = "gitlab-releases" if release.get("gitlab") else "github-releases"
        owner = release.get("github", "owner").text
        name = "/".join(filter(None, (_plain(owner), release.get("github", "name").text)))
        yield fact(file, release.line or 1, Kind.PUBLISH, registry, name, how="goreleaser")
    seen: set[str] = set()
    for key in ("docker_manifests", "dockers", "dockers_v2", "kos"):
        for entry in root.get(key):
            yield from _images(file, entry, seen)
    for key, registry in (
        ("brews", "homebrew"),
        ("homebrew_casks", "homebrew"),
        ("scoops", "scoop"),
        ("winget", "winget"),
        ("aurs", "aur"),
        ("snapcrafts", "snapcraft"),
        ("chocolateys", "chocolatey"),
        ("nfpms", ""),
    ):
        for entry in root.get(key):
            if registry:
                yield fact(file, entry.line, Kind.PUBLISH, registry, entry.get("name").text, how="goreleaser")


def _images(file: SourceFile, entry: Node, seen: set[str]) -> Finds:
    lists = (entry.get("image_templates"), entry.get("images"), entry.get("repositories"))
    references = [entry.get("name_template"), entry.get("repository"), *(item for node in lists for item in node)]
    for node in references:
        written = _plain(node.text)
        split = split_image(re.sub(r"[{}]", "", written).lower())
        if split and split[0] not in seen:
            seen.add(split[0])
            image = written.rpartition(":")[0] or written
            yield fact(file, node.line, Kind.PUBLISH, registry_of_image(split[0]), image, how="goreleaser")


def _plain(text: str) -> str:
    """A template's text with its fields as `{NAME}`."""
    return _TEMPLATE.sub(lambda match: "{" + re.sub(r"[^\w]|\bEnv\b", "", match[0]) + "}", text)


def collect_semantic_release(file: SourceFile) -> Finds:
    """The registries of semantic-release's plug-ins."""
    found = False
    for plugin, registry in _SEMANTIC.items():
        if (place := file.text.find(plugin)) >= 0:
            found = True
            yield at(file, place, Kind.PUBLISH, registry, how="semantic-release")
    if not found:
        yield fact(file, 1, Kind.PUBLISH, "github-releases", how="semantic-release")


def collect_fastlane(file: SourceFile) -> Finds:
    """The stores that fastlane's lanes upload to."""
    for match in _LANE_CALL.finditer(file.text):
        yield at(file, match.start(1), Kind.PUBLISH, _LANE_CALLS[match[1]], how=f"fastlane {match[1]}")
    if file.suffix == ".swift":
        for match in _SWIFT_CALL.finditer(file.text):
            yield at(file, match.start(1), Kind.PUBLISH, _SWIFT_CALLS[match[1]], how=f"fastlane {match[1]}")


def collect_electron(file: SourceFile) -> Finds:
    """Where electron-builder publishes."""
    root = yield from root_of(file, parser_of(file))
    publish = root.get("publish")
    for item in (publish, *publish):
        provider = item.get("provider")
        if provider.text:
            registry = {"github": "github-releases", "snapStore": "snapcraft"}.get(provider.text, provider.text)
            details = {"how": "electron-builder"}
            yield fact(file, provider.line, Kind.PUBLISH, registry, item.get("bucket").text, **details)


COLLECTORS = (
    Collector("hosting.goreleaser", collect_goreleaser, suffixes=frozenset({".yml", ".yaml"})),
    Collector(
        "hosting.semantic_release",
        collect_semantic_release,
        names=frozenset(
            {
                ".releaserc",
                *(f".releaserc.{end}" for end in ("json", "yml", "yaml", "js", "cjs")),
                *(f"release.config.{end}" for end in ("js", "cjs", "mjs", "ts")),
            }
        ),
    ),
    Collector("hosting.fastlane", collect_fastlane, names=frozenset({"Fastfile", "Fastfile.swift"})),
    Collector("hosting.electron", collect_electron, names=frozenset({"electron-builder.yml", "electron-builder.json"})),
)
