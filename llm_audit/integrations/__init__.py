"""From facts to entries: who is in use, in which role, with which lines; what only looks like an integration is named."""

from __future__ import annotations

import re
from dataclasses import dataclass

from llm_audit.catalog import Catalog, folded
from llm_audit.integrations import (
    accounts,
    brokers,
    deployment,
    environment,
    granted,
    hooks,
    reasons,
    services,
    stages,
    unknown,
)
from llm_audit.integrations.hooks.senders import without_strangers
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.sightings import sightings
from llm_audit.integrations.variables import Variables
from llm_audit.model import Candidate, Collected, Dismissed, Fact, Kind
from llm_audit.templates import Template


@dataclass(frozen=True, slots=True)
class Found:
    """The entries of a document and the look-alikes that are none."""

    candidates: tuple[Candidate, ...]
    dismissed: tuple[Dismissed, ...]


def find(
    collected: Collected, catalog: Catalog, template: Template, project: str = "", own_hosts: tuple[str, ...] = ()
) -> Found:
    """The candidates of every section and what was dismissed.

    Args:
        collected: all facts of the tree.
        catalog: the known services.
        template: the groups and field labels of the document.
        project: name of the audited folder.
        own_hosts: hosts of the project itself.
    """
    ledger = Ledger(without_strangers(collected.facts, catalog))
    own = _own_services(ledger, catalog, project)
    variables = Variables(ledger, catalog, own)
    seen = sightings(ledger, catalog)
    used = frozenset(key for key, one in seen.items() if not reasons.why_not(one)) - own
    spoken = (Kind.IMPORT, Kind.CALL)
    variables.adopt(catalog, used, frozenset(key for key in used if any(f.kind in spoken for f in seen[key].proof)))
    entries = list(services.entries(seen, ledger, variables, template, own))
    known = {one.key: one for one in entries if isinstance(one, Candidate)}
    queues = list(brokers.entries(seen, known, ledger))
    entries = [one for one in entries if isinstance(one, Dismissed) or not brokers.is_only_broker(one, queues)]
    in_use = frozenset(known)
    outcome = [
        *entries,
        *unknown.entries(
            ledger,
            catalog,
            variables,
            in_use,
            own,
            own_hosts,
            _plain(project, ledger),
            template.section_of("External APIs"),
        ),
        *queues,
        *accounts.entries(ledger, _group(entries, "Auth Provider")),
        *accounts.other_providers(ledger, catalog),
        *granted.entries(ledger, catalog, in_use),
        *deployment.entries(seen, ledger, catalog),
        *hooks.entries(ledger, catalog, in_use, own),
    ]
    candidates = tuple(one for one in outcome if isinstance(one, Candidate))
    lines = environment.entries(ledger, variables, catalog, candidates)
    by_stage = list(stages.entries(ledger, candidates, variables))
    told = (one for one in by_stage if isinstance(one, Candidate))
    dismissed = tuple(one for one in (*outcome, *by_stage) if isinstance(one, Dismissed))
    return Found((*candidates, *lines, *told), tuple(sorted(dismissed, key=lambda one: one.name)))


def _plain(project: str, ledger: Ledger) -> str:
    """The project's own short name, as its hosts would bear it; empty when it is too short to tell."""
    names = [
        str(fact.value) for fact in ledger.of(Kind.SETTING) if fact.name in _OWN_NAMES and fact.path.count("/") == 0
    ]
    name = folded(_told_name((names or [project])[0]))
    return name if len(name) > 3 else ""


def _group(entries: list[Candidate | Dismissed], group: str) -> frozenset[str]:
    """The keys of the entries of one group."""
    return frozenset(one.key for one in entries if isinstance(one, Candidate) and one.group == group)


def _own_services(ledger: Ledger, catalog: Catalog, project: str) -> frozenset[str]:
    """The catalogue's services that are the audited project: its folder or its packages bear their names."""
    names = {project, *(f.value for f in ledger.of(Kind.SETTING) if f.name in _OWN_NAMES and not _is_wrapper(f))}
    last = {_told_name(name) for name in names if name}
    return frozenset(service.id for name in last if (service := catalog.by_name(name, exact=True)))


def _told_name(name: str) -> str:
    """The part of a project's full name that tells it from others: `example.org/acme/shop/v2` -> `shop`, `acme/server` -> `acme`."""
    parts = re.split(r"[/:+]", re.sub(r"/v\d+$", "", name))
    return (parts[-2] if parts[-1] in _PART and len(parts) > 1 else parts[-1]).lstrip("@")


_PART = frozenset("server app api web core cli backend main service platform client".split())
"""Names that tell a project from its sisters only; whose it is, the word before says."""


def _is_wrapper(fact: Fact) -> bool:
    """Whether a workspace's package is one for a service, rather than the service's own.

    `@acme/stripe` of npm and `acme/stripe` of Composer are for Stripe, and so is a `stripe` that is never published.
    """
    if (fact.detail("private") or fact.detail("ecosystem") == "swift") and fact.path.count("/") > 0:
        return True  # nobody but its sisters gets it: a package of Swift that others can get stands at the root
    scope, slash, name = fact.value.removeprefix("@").partition("/")
    scoped = fact.value.startswith("@") or (fact.path.endswith("/composer.json") and "/" not in name)
    inner = scoped and slash and fact.path.count("/") > 0
    return bool(inner) and folded(name) not in folded(scope) and folded(scope) not in folded(name)


_OWN_NAMES = frozenset({"npm.name", "python.name", "project.name", "deno.name"})
