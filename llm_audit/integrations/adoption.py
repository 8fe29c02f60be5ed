"""Whose a variable is that no service owns by its name: that of the service in use which the end of the name, or a cloud's key, leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from llm_audit.catalog import Catalog, Service
from llm_audit.integrations.variable import Variable, is_own_key


def adopted(
    variables: Mapping[str, Variable], catalog: Catalog, used: frozenset[str], called: frozenset[str]
) -> dict[str, Variable]:
    """The variables that get an owner, by name: the service that the end of the name betrays, or the only bot in use.

    A cloud's own keys go to the only one of its services whose SDK the code speaks to, what a protocol is named in to the
    only service in use that answers to it.

    Args:
        variables: all of them, by name.
        catalog: knows which service a name betrays.
        used: ids of the services that the code uses.
        called: ids of those that it imports or calls.
    """
    given = {**dict(_keys_of_clouds(variables, catalog, called)), **dict(_of_protocols(variables, used, called))}
    bots = sorted(_BOTS & used)
    heads = _heads(catalog, used)
    for name, one in variables.items():
        tells = one.is_credential or one.is_address or name.endswith(("BUCKET", "BUCKET_NAME"))
        if name in given or one.owners or not tells or is_own_key(name):
            continue
        told = set(bots) if len(bots) == 1 and _OF_A_BOT.match(name) else _behind_a_word(name, catalog, heads)
        owners = told & used or {key.removeprefix("oauth-") for key in told} & used
        if len(owners) == 1:
            given[name] = replace(one, owners=tuple(owners), borrowed=True)
    return given


def _keys_of_clouds(
    variables: Mapping[str, Variable], catalog: Catalog, called: frozenset[str]
) -> Iterator[tuple[str, Variable]]:
    for vendor, begins in _CLOUDS.items():
        parts = [key for key in sorted(called - {vendor}) if _is_part(catalog.services[key], begins)]
        for name, one in variables.items() if len(parts) == 1 else ():
            if one.is_credential and _OF_A_CLOUD[vendor].search(name) and set(one.owners) <= {vendor}:
                yield name, replace(one, owners=(parts[0],), borrowed=True)


def _of_protocols(
    variables: Mapping[str, Variable], used: frozenset[str], called: frozenset[str]
) -> Iterator[tuple[str, Variable]]:
    for inventor, others in _PROTOCOLS.items():
        speakers = sorted(called & others)
        for name, one in variables.items() if inventor not in used and len(speakers) == 1 else ():
            if one.owners == (inventor,) and not name.startswith("AWS_"):
                yield name, replace(one, owners=(speakers[0],), borrowed=True)


_PROTOCOLS = {"s3": frozenset({"minio"})}
"""Services whose protocol others answer to as well, each with the clients of those others."""
_CLOUDS = {
    "aws": ("Amazon ", "AWS "),
    "gcp": ("Google ", "Gmail", "YouTube", "Firebase", "BigQuery", "Firestore", "Dialogflow"),
}
"""Clouds whose services are opened by the same keys, and how the names of those services begin."""
_OF_A_CLOUD = {
    "aws": re.compile(r"(^|_)AWS_(ACCESS_KEY(_ID)?|SECRET(_ACCESS)?_KEY|SESSION_TOKEN)$"),
    "gcp": re.compile(
        r"(^|_)GOOGLE_(APPLICATION_CREDENTIALS|(API_)?KEY|SERVICE_ACCOUNT_(KEY|JSON)|CREDENTIALS)(_JSON)?$"
    ),
}


def _is_part(service: Service, begins: tuple[str, ...]) -> bool:
    """Whether a service is one of a cloud, and not a way to sign in with its accounts."""
    return service.kind == "service" and service.name.startswith(begins) and service.group != "OAuth Integrations"


_BOTS = frozenset({"discord", "telegram", "slack", "matrix", "line", "mattermost", "teams", "whatsapp"})
_OF_A_BOT = re.compile(r"(CHAT_?)?BOT_(TOKEN|API_KEY|API_TOKEN|APP_ID|CLIENT_ID|CLIENT_SECRET|SIGNING_SECRET)$")


def _heads(catalog: Catalog, used: frozenset[str]) -> frozenset[str]:
    """The first words of the variables that services in use are known by."""
    patterns = (pattern for key in used for signal, _, pattern in catalog.services[key].patterns if signal == "env")
    return frozenset(pattern.partition("_")[0].rstrip("*") for pattern in patterns) - {""}


def _behind_a_word(name: str, catalog: Catalog, heads: frozenset[str]) -> set[str]:
    """The services that a name betrays without its first words, as those of one part of a program do: `BILLING_STRIPE_KEY`."""
    words = name.split("_")
    for start in range(1, len(words) - 1):
        if words[start] in heads and (found := catalog.by_env("_".join(words[start:]))):
            return {one.id for one in found}
    return set()
