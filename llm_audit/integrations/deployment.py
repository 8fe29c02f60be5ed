"""Hosting platforms and CI systems: what runs where, which workflows there are, and which secrets they use."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from llm_audit.catalog import Catalog
from llm_audit.document import code, joined, plain
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.owners import owners
from llm_audit.integrations.paths import is_ci
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.strength import USE, declares, strength
from llm_audit.integrations.values import actions_text, brought_by, evidence_of, files_text, packages_text
from llm_audit.integrations.variable import is_given
from llm_audit.model import Candidate, Dismissed, Fact, Kind, Value

_SECTION = "CI/CD & Deployment"
_APIS = "APIs & External Services"
_WEAK = frozenset({Kind.HOST, Kind.ENV_READ, Kind.IMPORT, Kind.CALL})
"""A platform's address, variables or helper library do not say that the program is deployed there."""


def entries(sightings: dict[str, Sighting], ledger: Ledger, catalog: Catalog) -> Iterator[Candidate | Dismissed]:
    """The entries of Hosting and CI Pipeline, one per platform or system that the tree configures."""
    configured = any(_is_configured(one) for one in sightings.values())
    expected = None if configured else _expected(sightings, catalog)
    if expected:
        yield _made_for(expected)
    for sighting in sightings.values():
        service = sighting.service
        if service.kind != "service" or service.group not in ("Hosting", "CI Pipeline"):
            continue
        if expected and service.id == expected.service.id:
            continue
        runs_ci = service.group == "CI Pipeline"
        asked = (Kind.HOST, Kind.CALL) if service.id in _ASKED_FROM else ()
        shown = (f for f in sighting.facts if not _is_weak(f) or f.kind in asked)
        proof = max((strength(f) for f in shown if not (runs_ci and f.kind == Kind.IMAGE)), default=0)
        if service.id == "kubernetes" and _only_in_form(sighting):
            yield Dismissed(
                service.name, "its form alone: objects that the program itself reads", sighting.facts[:4], service.group
            )
        elif proof < USE and (purpose := _ASKED.get(service.id)) and _is_asked(sighting):
            yield _asked(sighting, ledger, purpose)
        elif proof < USE:
            yield Dismissed(
                service.name, "nothing in the tree deploys to it or configures it", sighting.facts[:4], service.group
            )
        elif service.group == "Hosting":
            yield _hosting(sighting, ledger, catalog)
        else:
            yield _pipeline(sighting, ledger)


_ASKED_FROM = frozenset({"lets-encrypt"})
"""Services among the platforms on which nothing runs: they are asked by code and at their addresses, which prove their use."""
_ASKED = {
    "kubernetes": "Objects of a cluster, through its API",
    "fastly": "Content delivery network, through its API",
}
"""Platforms that a program may work on without running there: it starts what it is told to, or watches what runs."""


def _is_asked(sighting: Sighting) -> bool:
    """Whether the code calls a platform's SDK, or names the host of its interface as one that is called."""
    hosts = (fact for fact in sighting.of(Kind.HOST) if fact.detail("use") in ("call", "config"))
    return any(sighting.of(Kind.CALL)) or any(fact.name.startswith("api.") for fact in hosts)


def _asked(sighting: Sighting, ledger: Ledger, purpose: str) -> Candidate:
    """A platform that nothing here is deployed to, but whose interface the code calls."""
    proof = tuple(fact for fact in sighting.facts if strength(fact) >= USE) or sighting.proof
    client = Value("SDK/Client", packages_text(sighting.of(Kind.DEPENDENCY), ledger))
    kept = (client,) if client.text else ()
    return Candidate(sighting.service.id, sighting.title, _APIS, "External APIs", purpose, kept, proof)


def _only_in_form(sighting: Sighting) -> bool:
    """Whether all that speaks of a cluster are manifests whose interfaces no cluster is known to have."""
    proof = list(sighting.of(Kind.PLATFORM, Kind.RESOURCE, Kind.ACTION, Kind.FILE, Kind.IMAGE))
    files = {fact.path for fact in proof if fact.kind == Kind.PLATFORM and fact.detail("custom")}
    return bool(files) and all(fact.path in files for fact in proof)


def _is_weak(fact: Fact) -> bool:
    if fact.kind == Kind.SETTING and fact.name in ("module", "url.path"):
        return True  # an adapter that calls the platform, a path of its interface
    return fact.kind in _WEAK and not declares(fact)


def _is_configured(sighting: Sighting) -> bool:
    service = sighting.service
    return (service.kind, service.group) == ("service", "Hosting") and any(
        not _is_weak(fact) for fact in sighting.proof
    )


_CODE = (Kind.IMPORT, Kind.CALL)
_ONLY_THERE = {"vercel-analytics": "vercel"}
"""Services that work on one platform alone."""


def _expected(sightings: Mapping[str, Sighting], catalog: Catalog) -> Sighting | None:
    """The one platform that the code is made for where nothing configures any; none when it is made for several."""
    signs: dict[str, list[Fact]] = defaultdict(list)
    for key, one in sightings.items():
        if one.service.kind == "service" and one.service.group == "Hosting":
            signs[key] += [fact for fact in one.of(Kind.ENV_READ) if _is_set_there(fact)]
            signs[key] += () if key in _ASKED else one.of(*_CODE)
        elif key in _ONLY_THERE:
            signs[_ONLY_THERE[key]] += one.of(*_CODE)
    made_for = [key for key, facts in signs.items() if facts]
    return Sighting(catalog.services[made_for[0]], tuple(signs[made_for[0]])) if len(made_for) == 1 else None


def _is_set_there(read: Fact) -> bool:
    return is_given(read.name) and not is_ci(read.path)


def _made_for(sighting: Sighting) -> Candidate:
    """A platform without any file of its own in the tree: it builds straight from the repository."""
    names = list(dict.fromkeys(fact.name for fact in sighting.of(Kind.ENV_READ)))[:3]
    used = [fact.name if fact.kind == Kind.IMPORT else fact.detail("module") for fact in sighting.of(*_CODE)]
    modules = list(dict.fromkeys(map(code, used)))[:2]
    sign = f"the code reads {', '.join(names)}" if names else f"the code uses {', '.join(modules)}"
    purpose = f"{sighting.service.purpose}: {sign}; no file of the tree configures it"
    return _candidate(sighting, "Hosting", purpose, [])


def _candidate(sighting: Sighting, group: str, purpose: str, values: list[Value]) -> Candidate:
    # a call of something that runs on the platform is strong proof of the call, and none of where this program runs
    proof = tuple(fact for fact in sighting.facts if fact.kind != Kind.HOST) or sighting.facts
    cited = evidence_of(proof)
    facts = (*cited, *(fact for fact in proof if fact not in cited))
    kept = tuple(value for value in values if value.text)
    return Candidate(sighting.service.id, sighting.title, _SECTION, group, purpose, kept, facts)


def _hosting(sighting: Sighting, ledger: Ledger, catalog: Catalog) -> Candidate:
    configured = [fact for fact in sighting.proof if not _is_weak(fact)]
    what = [f.value for f in configured if f.kind == Kind.PLATFORM and f.value and f.value != f.path]
    packages = packages_text(sighting.of(Kind.DEPENDENCY), ledger) if sighting.service.id != "docker" else ""
    declared = [
        fact for fact in configured if fact.kind == Kind.RESOURCE and owners(fact, catalog) == (sighting.service,)
    ]
    packages = "; ".join(filter(None, (packages, brought_by(declared, ledger, 8))))
    values = [
        Value("SDK/Client", packages),
        Value("Deployment", _deployment(configured)),
        Value("Images", _images(configured, ledger)),
        Value("Environment vars", _declared_in(configured, ledger)),
    ]
    purpose = _purpose(sighting)
    shown = _parts(what)
    return _candidate(sighting, "Hosting", f"{purpose}: {shown}" if shown and len(shown) < 160 else purpose, values)


_OF_DEVELOPERS = re.compile(r"(^|/)\.(devcontainer|ci|circleci|github|gitlab|gitpod|cursor)[/.]")


def _purpose(sighting: Sighting) -> str:
    """What runs on the platform; containers that are started without a Dockerfile of the tree are other people's."""
    files = [fact for fact in sighting.of(Kind.FILE, Kind.PLATFORM) if "ockerfile" in fact.path]
    if sighting.service.id == "docker" and files and all(_OF_DEVELOPERS.search(fact.path) for fact in files):
        return "Images that developers and CI work in"
    if sighting.service.id != "docker" or any(sighting.of(Kind.FILE)):
        return sighting.service.purpose
    started = any(fact.detail("tool") == "ansible" for fact in sighting.of(Kind.RESOURCE))
    return "Containers that Ansible starts on the hosts" if started else "Containers"


def _parts(texts: Sequence[str]) -> str:
    """What a platform's files configure, each name once: the containers of several compose files, kinds, apps."""
    names = list(dict.fromkeys(name.strip() for text in texts for name in text.split(",") if name.strip()))
    shown = [plain(name, 90) for name in names[:_PARTS_SHOWN]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


_PARTS_SHOWN = 8


def _deployment(facts: list[Fact]) -> str:
    used = {f.name for f in facts if f.kind == Kind.ACTION}
    commands = [f for f in facts if f.detail("how") and f.detail("how") not in used]
    texts = dict.fromkeys(f"{code(f.detail('how'), 80)} in {code(f.path)}" for f in commands)
    actions = actions_text(facts)
    if actions:
        texts = {
            f"{actions} in {', '.join(dict.fromkeys(code(f.path) for f in facts if f.kind == Kind.ACTION))}": None,
            **texts,
        }
    return "; ".join(list(texts)[:2]) or files_text(f.path for f in facts)


_IN_PASSING = frozenset({Kind.IMAGE, Kind.SETTING})
"""Facts whose file is not the platform's own: it holds other containers as well, or a line about the platform among others."""


def _images(configured: list[Fact], ledger: Ledger) -> str:
    """The images, with their tags, that the platform's own files run; of one that is itself an image, its own."""
    paths = {fact.path for fact in configured}
    own = {fact.path for fact in configured if fact.kind not in _IN_PASSING}
    tags = dict.fromkeys(
        f"{plain(f.name)}:{f.value}"
        for f in ledger.of(Kind.IMAGE)
        if (f.path in own or (f.path in paths and f in configured)) and f.value and f.detail("where") != "ci"
    )
    return ", ".join(list(tags)[:6]) + (f" and {len(tags) - 6} more" if len(tags) > 6 else "")


def _declared_in(configured: list[Fact], ledger: Ledger) -> str:
    """The names that the platform's own files set for the program, in its own container where it is one of several."""
    paths = {fact.path for fact in configured if fact.kind not in _IN_PASSING and not is_ci(fact.path)}
    containers = {(fact.path, fact.detail("service")) for fact in configured if fact.kind == Kind.IMAGE}
    names = dict.fromkeys(
        f.name
        for f in ledger.of(Kind.ENV_DECLARED)
        if f.path in paths or (f.detail("service") and (f.path, f.detail("service")) in containers)
    )
    more = len(names) - 10
    return ", ".join(list(names)[:10]) + (f" and {more} more" if more > 0 else "")


_WORK = {
    "test": "tests", "lint": "lint checks", "build": "builds", "docker": "image builds", "release": "releases", "deploy": "deployments",
    "publish": "publishing", "security": "security scans", "triage": "triage of issues", "stale": "clean-up of stale issues",
    "docs": "documentation builds",
}  # fmt: skip
"""What pipelines are for, as a sentence says it."""


def _secrets(sighting: Sighting, ledger: Ledger) -> list[str]:
    """The secrets that pipelines of the system name, each once; one that any of them cannot do without has no fallback."""
    refs = [
        f for f in ledger.of(Kind.SECRET_REF)
        if f.detail("system") in ("", sighting.service.id) and not f.detail("builtin") and not f.detail("variable")
    ]  # fmt: skip
    needed = {f.name for f in refs if not f.detail("fallback")}
    names = dict.fromkeys(f.name for f in refs)
    return [name if name in needed else f"{name} (the workflow has a fallback)" for name in names]


def _pipeline(sighting: Sighting, ledger: Ledger) -> Candidate:
    workflows = list(sighting.of(Kind.WORKFLOW))
    purposes = dict.fromkeys(word.strip() for f in workflows for word in f.detail("purpose").split(",") if word.strip())
    triggers = dict.fromkeys(
        word.strip() for f in workflows for word in f.detail("triggers").split(",") if word.strip()
    )
    text = f"Runs {joined([_WORK.get(one, one) for one in purposes][:6])}" if purposes else sighting.service.purpose
    if triggers:
        text += f"; on {joined([trigger.replace('_', ' ') for trigger in list(triggers)[:5]])}"
    files = dict.fromkeys(fact.path for fact in workflows or sighting.facts)
    secrets = _secrets(sighting, ledger)
    shown = ", ".join(code(path) for path in list(files)[:8]) + (
        f" and {len(files) - 8} more" if len(files) > 8 else ""
    )
    names = ", ".join(secrets[:12]) + (f" and {len(secrets) - 12} more" if len(secrets) > 12 else "")
    hosted = sighting.service.id in ("github-actions", "forgejo-actions")
    uses = actions_text(ledger.of(Kind.ACTION), 6) if hosted else ""
    shown += f"; uses {uses}" if uses else ""
    none = "None beyond the system's own token" if workflows else ""
    values = [Value("Workflows", shown), Value("Secrets", names or none)]
    return _candidate(sighting, "CI Pipeline", text, values)
