"""What a service is used for here: what the code asks of it, what it keeps there, and which setting chooses it.

Where the calls do not tell, the catalogue's phrase stands in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from llm_audit.document import code, plain
from llm_audit.integrations.choices import chosen_by
from llm_audit.integrations.contents import contents
from llm_audit.integrations.deeds import deeds, is_mailbox, says_little
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.paths import is_ci
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.targets import STORES, TARGETS
from llm_audit.integrations.values import Context, switches
from llm_audit.model import Fact, Kind

_OF_DELIVERY = frozenset({"Infrastructure", "Package Publishing", "Code Quality & Dependencies"})
_ROLE_PURPOSE = {
    "Message Queues": "Broker of background jobs", "Auth Provider": "User sign-in", "Databases": "Database",
    "File Storage": "File storage", "Caching": "Caching", "Search": "Search", "Vector Stores": "Vector search",
    "Logs": "Log records", "Analytics": "Usage events", "Metrics & Tracing": "Metrics and traces", "Error Tracking": "Error reports",
    "Messaging & Notifications": "Messages", "Feature Flags": "Feature flags", "OAuth Integrations": "Sign-in",
}  # fmt: skip
"""What a service is used for in a group that is not its own."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a service is used for.

    Attributes:
        text: without a full stop.
        own: whether it tells of this code what no other code would say: its objects, its tables.
    """

    text: str
    own: bool = False


def purpose_of(context: Context, stores: frozenset[str]) -> Purpose:
    """What the service is used for, and the setting that chooses it where the code has one.

    Args:
        context: the facts of the entry.
        stores: ids of the databases in use.
    """
    sighting, group = context.sighting, context.group
    if group == TARGETS and sighting.service.group in STORES:
        return Purpose("Watched or queried for users, no store of the application's own data")
    if group not in _OF_DELIVERY and _is_ci_only(sighting):
        return Purpose(f"{sighting.service.purpose}, in CI only")
    if told := _connected(sighting) or _reporting(context):
        return Purpose(told)
    peculiar = deeds(context) or contents(context, stores)
    return Purpose(_qualified(peculiar or _stock(context), context), bool(peculiar) and not says_little(peculiar))


_SETTING_OF = {
    "Caching": "cache.driver", "Message Queues": "queue.driver", "Email/SMS": "mail.driver", "File Storage": "storage.driver",
    "Logs": "log.driver",
}  # fmt: skip
"""The setting that says when a service plays the part that its group tells of; others of it may depend on other variables."""


def _qualified(purpose: str, context: Context) -> str:
    """A purpose with the setting that the use depends on."""
    sighting = context.sighting
    role = _SETTING_OF.get(context.group)
    told = [one for one in sighting.of(Kind.SETTING) if one.name != "log.driver" or role == "log.driver"]
    for fact in sorted(told, key=lambda one: one.name != role):
        name = fact.detail("name") or fact.value
        if fact.detail("default") and fact.detail("selector"):
            return f"{purpose}; the default of {plain(fact.detail('selector'))}"
        if selector := _selector(fact, context.ledger):
            return f"{purpose}, when {plain(selector)} is {code(_plainest(fact, name, context.ledger))}"
        if fact.detail("condition"):
            return f"{purpose}, when {code(fact.detail('condition'), 80)}"
    if _is_only_deployed(sighting) and (switch := next(switches(sighting.of(Kind.RESOURCE)), "")):
        return f"{purpose}, when {switch}"
    if choice := chosen_by(sighting.service, context.ledger, context.variables):
        purpose = f"{purpose}, when {choice}"
    endpoint = next((fact.name for fact in sighting.of(Kind.ENV_READ) if "ENDPOINT" in fact.name), "")
    if endpoint and sighting.service.id == "s3":
        return f"{purpose}; {plain(endpoint)} points it to a compatible store"
    return purpose


def _stock(context: Context) -> str:
    """The catalogue's phrase, or that of the role which the service plays."""
    service = context.sighting.service
    ways = [fact for fact in context.sighting.of(Kind.SETTING) if fact.name == "oauth.provider"]
    by_hand = [fact for fact in ways if fact.detail("tool") == "http"]
    if len(by_hand) < len(ways) and any(map(_asks_more, by_hand)):
        return f"{service.purpose}, and access to accounts that users grant by a flow written by hand"
    if ways and len(by_hand) == len(ways):
        return f"Access to {_WAY_IN.sub('', service.name)} accounts that users grant; the flow is written by hand"
    if _asks_for_itself(context.sighting):
        return "Access tokens for what the program itself calls; nobody signs in"
    return service.purpose if service.group == context.group else _ROLE_PURPOSE.get(context.group, service.purpose)


_OWN_TOKEN = re.compile(
    r"(?i)acquire_?token_?(silent_?)?(by_?username_?password|for_?client|by_?client_?credential|by_?integrated_?windows_?auth)"
)
_PERSONS = re.compile(
    r"(?i)auth(orization)?_?code|by_?code|login_?(popup|redirect)|interactive|sso_?silent|redirect_?promise|device_?(code|flow)|popup|signin"
)
"""How MSAL is asked for a token that a person has to sign in for ("Authentication flow support in MSAL", Microsoft)."""


def _asks_for_itself(sighting: Sighting) -> bool:
    """Whether all tokens that the code asks Microsoft for are its own: by a stored password or a secret of its own."""
    calls = [fact.name for fact in sighting.of(Kind.CALL)] if sighting.service.id == "entra-id" else []
    return any(map(_OWN_TOKEN.search, calls)) and not any(map(_PERSONS.search, calls))


_WAY_IN = re.compile(r"^(?:Sign in|Login) with | (?:OAuth|Login)$")
"""What the name of a way to sign in has besides that of whose accounts it is."""


def _asks_more(fact: Fact) -> bool:
    """Whether a flow asks for more than who somebody is."""
    scopes = re.split(r"[\s,+]+", fact.detail("scopes"))
    return any(scope and not _WHO.search(scope) for scope in scopes)


_WHO = re.compile(
    r"(?i)(^|[./:_])(openid|e?mail|profile|userinfo[.:]\w+|identify|user[:.](read|email)|offline_access)$"
)


def _is_ci_only(sighting: Sighting) -> bool:
    """Whether nothing but steps of pipelines speak to the service."""
    return bool(sighting.proof) and all(fact.kind == Kind.ACTION or is_ci(fact.path) for fact in sighting.proof)


_BOUNCES = re.compile(r"(?i)(^|/)\w{0,20}bounces?(_\w{1,20})?(/|\.\w{1,5}$)")
"""Folders and files for reports of mails that came back."""


def _reporting(context: Context) -> str:
    """What a mail provider does that nothing but files for bounces speak of: it sends none of the program's mails."""
    sends = context.group == "Email/SMS" and not is_mailbox(context.sighting.service)
    proof = context.sighting.proof if sends else ()
    if not proof or any(_SENDS.search(fact.name) or not _BOUNCES.search(fact.path) for fact in proof):
        return ""
    return "Reports bounces of mails to the program"


_SENDS = re.compile(r"(?i)send|deliver|smtp|mailer")


_CONNECTED = {
    "alertmanager": "Receives alerts of Alertmanager",
    "flux": "Receives notices of Flux",
    "acme": "Issues TLS certificates",
    "cert-manager": "Proves to the certificate authority whose domains they are",
    "traefik": "Proves to the certificate authority whose domains they are",
    "external-dns": "Keeps the domain records of the hosts",
    "external-secrets": "Holds the secrets that External Secrets copies into the cluster",
}


def _connected(sighting: Sighting) -> str:
    """What a cluster uses the service for, where nothing but its manifests' connections show it."""
    proof = [fact for fact in sighting.proof if fact.kind != Kind.ACTION]
    tools = {fact.detail("tool") if fact.name == "cluster.connection" else "" for fact in proof}
    told = list(dict.fromkeys(text for tool, text in _CONNECTED.items() if tool in tools))
    if not tools <= _CONNECTED.keys() or not told:
        return ""
    return " and ".join((told[0], *(_as_second(text) for text in told[1:])))


def _as_second(text: str) -> str:
    """A sentence as the second half of another one of the same verb."""
    rest = text.removeprefix("Receives ")
    return rest[:1].lower() + rest[1:]


def _is_only_deployed(sighting: Sighting) -> bool:
    """Whether nothing but infrastructure code shows the service."""
    return all(fact.kind in (Kind.RESOURCE, Kind.IMAGE) for fact in sighting.proof)


def _plainest(fact: Fact, name: str, ledger: Ledger) -> str:
    """The shortest of the names under which a configuration file offers one driver: `pgsql` rather than `pgsql-ci`."""
    if not fact.detail("name"):
        return name
    same = (
        one for one in ledger.of(Kind.SETTING) if (one.name, one.path, one.value) == (fact.name, fact.path, fact.value)
    )
    named = [one.detail("name") for one in same if one.detail("name")]
    return min((one for one in named if name.startswith(one)), key=len, default=name)


def _selector(fact: Fact, ledger: Ledger) -> str:
    """The variable that chooses between the drivers of a configuration file, as its default driver names it."""
    if not fact.detail("name"):
        return ""
    for other in ledger.of(Kind.SETTING):
        if other.name == fact.name and other.path == fact.path and other.detail("selector"):
            return other.detail("selector")
    return ""
