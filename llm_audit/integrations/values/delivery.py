"""Images, CI actions and commands that deploy or publish."""

from __future__ import annotations

import re
from collections.abc import Iterable
from posixpath import commonpath

from llm_audit.document import code, plain
from llm_audit.integrations.paths import is_ci
from llm_audit.integrations.values.citing import is_aside
from llm_audit.integrations.values.context import Context
from llm_audit.integrations.values.resources import state
from llm_audit.model import Fact, Kind


def images_text(facts: Iterable[Fact], limit: int = 2) -> str:
    """`postgres:16 in `docker-compose.yml``: the images that run a service, with tags and files; CI has its own."""
    files: dict[str, dict[str, None]] = {}
    for fact in facts:
        if fact.kind == Kind.IMAGE and not is_ci(fact.path):
            image = f"{plain(fact.name)}{f':{fact.value}' if fact.value else ''}"
            files.setdefault(image, {}).setdefault(code(fact.path))
    more = [f" and {len(paths) - 1} more" if len(paths) > 1 else "" for paths in files.values()]
    texts = [
        f"{image} in {min(paths, key=is_aside)}{rest}" for (image, paths), rest in zip(files.items(), more, strict=True)
    ]
    return "; ".join(texts[:limit])


def container(context: Context) -> str:
    """`Container gotify/server:2.4 in `roles/a.yml``: the image that runs a service or the role that sets it up, where nothing else shows it."""
    roles = [fact for fact in context.sighting.proof if fact.detail("tool") == "ansible-role"]
    proof = [fact for fact in context.sighting.proof if fact not in roles]
    if roles and not proof:
        return f"Ansible role {', '.join(code(name) for name in list(dict.fromkeys(fact.name for fact in roles))[:2])}"
    text = images_text(proof, 1) if all(fact.kind == Kind.IMAGE for fact in proof) else ""
    return f"Container {text}" if text else ""


_ROUTINE = re.compile(
    r"^actions/(checkout|setup-|cache|upload-artifact|download-artifact)|^docker/setup-|/setup-|^astral-sh/setup"
)


def actions_text(facts: Iterable[Fact], limit: int = 4) -> str:
    """`docker/login-action v3`: the CI actions of a service, with versions; what every workflow has comes last."""
    facts = sorted(facts, key=lambda fact: bool(_ROUTINE.search(fact.name)))
    pins = [(f.name, "" if "REDACTED" in f.value else f.value) for f in facts if f.kind == Kind.ACTION]
    seen = dict.fromkeys(f"{plain(name)} {plain(value)}".strip() for name, value in pins)
    return ", ".join(list(seen)[:limit])


_FILES = 3
_DEEPEST = 3


def files_text(paths: Iterable[str]) -> str:
    """Up to three files; of more, the folder that holds them all and their number, or the first ones."""
    files = list(dict.fromkeys(paths))
    if len(files) > _FILES + 1:
        shared = commonpath([path.rpartition("/")[0] for path in files]).split("/")
        if shared[0]:
            return f"{len(files)} files in {code('/'.join(shared[:_DEEPEST]) + '/')}"
    more = len(files) - _FILES
    return ", ".join(map(code, files[:_FILES])) + (f" and {more} more" if more > 0 else "")


_DEPLOYERS = (Kind.PLATFORM, Kind.FILE, Kind.IMAGE, Kind.RESOURCE)


def deployment(context: Context) -> str:
    """Which workflow and action reach the service, by which command, and which files describe it."""
    own = context.sighting
    published = list(own.of(Kind.PUBLISH))
    paths, hows = {fact.path for fact in published}, {fact.detail("how") for fact in published}
    near = [fact for fact in context.ledger.of(Kind.ACTION) if fact.path in paths and fact.name in hows]
    acting = [*own.of(Kind.ACTION), *published, *(f for f in own.of(Kind.PLATFORM) if f.detail("how"))]
    how = actions_text([*own.of(Kind.ACTION), *near]) or _commands(acting) or images_text(own.of(Kind.IMAGE))
    where = files_text(fact.path for fact in acting)
    told = f"{how} in {where}" if how and where and " in " not in how else how or where
    reached = {fact.path for fact in acting}
    if " in " in how and not acting:
        reached |= {fact.path for fact in own.of(Kind.IMAGE)}
    files = files_text(fact.path for fact in own.of(*_DEPLOYERS) if fact.path not in reached)
    return "; ".join(filter(None, (told, _addresses(published), files, state(own.of(Kind.RESOURCE)))))


def _addresses(published: Iterable[Fact]) -> str:
    """Where registries answer that go by no name."""
    hosts = dict.fromkeys(f.value.partition("/")[0] for f in published if f.name == "container-registry" and f.value)
    return f"at {', '.join(code(host) for host in list(hosts)[:3])}" if hosts else ""


def _commands(facts: Iterable[Fact]) -> str:
    return ", ".join(list(dict.fromkeys(plain(f.detail("how"), 60) for f in facts if f.detail("how")))[:3])
