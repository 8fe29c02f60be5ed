"""Why a service that facts speak of has no entry: it is not in use, or another entry tells of it."""

from __future__ import annotations

import re

from llm_audit.catalog import folded
from llm_audit.integrations.owners import GOOGLE_APIS
from llm_audit.integrations.pointing import pointed_at
from llm_audit.integrations.sightings import Sighting
from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Fact, Kind, Role

_AUTOLOADED = frozenset({"rubygems", "packagist", "maven", "nuget", "hex"})
"""Ecosystems whose packages are found by name or by annotation, so that no file need import them."""
_DRIVER_GROUPS = frozenset({"Databases", "Caching", "Message Queues", "Search", "File Storage"})
_IDENTITY = frozenset({"OAuth Integrations", "Auth Provider"})


def why_not(sighting: Sighting) -> str:
    """The reason why a sighting is no integration, or empty when it is one."""
    if _best(sighting) >= USE and not _is_preset(sighting) and not _is_stock_cable(sighting):
        return ""
    own = [fact for fact in sighting.facts if fact.role == Role.SOURCE]
    kinds = {fact.kind for fact in own if strength(fact) >= 3}
    declared = [fact for fact in own if fact.kind == Kind.DEPENDENCY and strength(fact) >= 3]
    configured = any(fact.kind == Kind.SETTING for fact in own)
    if declared and (Kind.ENV_READ in kinds or configured):
        return ""
    if any(_starts(fact, sighting) for fact in declared):
        return ""
    driver = sighting.service.group in _DRIVER_GROUPS or sighting.service.id in _REGISTRIES
    if driver and any(f.detail("ecosystem") in _AUTOLOADED for f in declared):
        return ""
    if sighting.service.group in _IDENTITY and _has_client_pair(own):
        return ""
    return _reason(sighting, own, declared)


def _starts(fact: Fact, sighting: Sighting) -> bool:
    """Whether a package works as soon as it is installed, and is loaded."""
    return f"{fact.detail('ecosystem')}:{fact.name}" in sighting.service.starts and fact.detail("loaded") != "no"


def _best(sighting: Sighting) -> int:
    """The strongest proof; in groups about delivery, addresses and code prove nothing."""
    if sighting.service.group not in _DELIVERY_GROUPS or sighting.service.id in _REGISTRIES:
        return sighting.best
    if sighting.service.group == "Code Quality & Dependencies" and any(
        f.detail("where") == "ci" for f in sighting.of(Kind.IMAGE)
    ):
        return USE
    delivering = (f for f in sighting.facts if f.kind not in _NO_DELIVERY and not _is_adapter(f))
    return max(map(strength, delivering), default=0)


def _is_adapter(fact: Fact) -> bool:
    """Whether a fact is a module that speaks to a service, or the path of its interface."""
    return fact.kind == Kind.SETTING and fact.name in ("module", "url.path")


_DELIVERY_GROUPS = frozenset({"Infrastructure", "Package Publishing", "Code Quality & Dependencies"})
_REGISTRIES = frozenset({"consul", "eureka", "nacos"})
"""Infrastructure that programs ask while they run: where the others are, and how they are configured."""
_NO_DELIVERY = frozenset({Kind.HOST, Kind.IMPORT, Kind.CALL, Kind.ENV_READ, Kind.DEPENDENCY})


def _is_stock_cable(sighting: Sighting) -> bool:
    """Whether only the `cable.yml` that Rails generates names the server, and no gem is there to speak to it."""
    proof = sighting.proof
    stock = all(fact.name == "broadcast.driver" and fact.detail("tool") == "rails" for fact in proof)
    return bool(proof) and stock and not any(sighting.of(Kind.DEPENDENCY))


def _is_preset(sighting: Sighting) -> bool:
    """Whether an identity provider is known only by an address: a choice offered in a form, not a provider that is set up."""
    return sighting.service.group in _IDENTITY and all(
        f.kind == Kind.HOST and f.detail("use") == "config" and not f.path.endswith(_DECLARED) for f in sighting.proof
    )


_DECLARED = (".tf", ".tofu", ".bicep")
"""Files whose addresses are attributes of resources: nobody chooses among them."""


def _has_client_pair(own: list[Fact]) -> bool:
    names = {fact.name for fact in own if fact.kind == Kind.ENV_READ}
    return any(name.endswith("_ID") for name in names) and any(name.endswith("SECRET") for name in names)


def _reason(sighting: Sighting, own: list[Fact], declared: list[Fact]) -> str:
    if any(fact.detail("patched") for fact in own):
        return "only switched off"
    if declared:
        return f"{declared[0].name} is declared but never imported"
    if not own:
        roles = sorted({fact.role.value for fact in sighting.facts})
        return f"only in {' and '.join(roles)} files"
    kinds = {fact.kind for fact in own}
    if kinds <= {Kind.ENV_READ, Kind.ENV_DECLARED, Kind.SECRET_REF}:
        return "only a variable's name; nothing calls it"
    if kinds <= {Kind.HOST}:
        return "only allowed to pages" if any(fact.detail("use") == "allowed" for fact in own) else "only a link"
    if kinds <= {Kind.HOST, Kind.SETTING} and all(_is_adapter(f) for f in own if f.kind == Kind.SETTING):
        return "only its interface is called; nothing is delivered there"
    if all(fact.name == "rails.credentials" for fact in own if fact.kind == Kind.SETTING) and Kind.SETTING in kinds:
        return "only a name among the credentials; nothing calls it"
    if Kind.SETTING in kinds:
        return "only a framework's stock configuration; its package is not installed"
    if kinds <= {Kind.IMAGE, Kind.ENV_READ, Kind.ENV_DECLARED}:
        return "only an image of a build or test"
    return "only a development dependency"


def left_out(
    sighting: Sighting, sightings: dict[str, Sighting], used: set[str], assumed: set[str], own: frozenset[str]
) -> str:
    """The reason why a service has no entry of its own, or empty when it has one.

    Args:
        sighting: what the facts say of it.
        sightings: the same of all services.
        used: ids of the services in use.
        assumed: ids of those that are in use though no line of code names them.
        own: ids of catalogue services that are the audited project itself.
    """
    key = sighting.service.id
    parts = _PARTS.get(key)
    if parts and any(sightings[other].service.name.startswith(parts) for other in used - {key}):
        return "its parts have entries of their own"
    if key in own:
        return "the audited project itself"
    if key not in assumed and (reason := why_not(sighting)):
        return reason
    if _is_offered(sighting, sightings):
        return "one of several identity providers whose addresses a form fills in"
    if vendor := _signs_in_for(sighting, sightings, used):
        return f"only signs people in, told as {vendor}"
    if vendor := _authorises(sighting, sightings, used):
        return f"its library only signs in at {vendor}"
    if vendor := pointed_at(sighting, sightings):
        return f"its SDK is built with the address of {vendor}"
    return ""


_OF_GOOGLE = re.compile(r"(?:Google |Gmail|YouTube|Firebase|Vertex)")
_GOOGLE_AUTH = re.compile(r"google[._\-]?(?:auth|oauth2)\b|google-auth-|Google\W{1,2}Auth\b", re.IGNORECASE)


def _authorises(sighting: Sighting, sightings: dict[str, Sighting], used: set[str]) -> str:
    """The service of Google's in use for which its library of credentials is there, where nothing else speaks of its cloud."""
    modules = [
        fact.detail("module") if fact.kind == Kind.CALL else fact.name
        for fact in sighting.proof
        if fact.kind in (Kind.CALL, Kind.IMPORT)
    ]
    if sighting.service.id != "gcp" or len(modules) < len(sighting.proof) or not all(map(_GOOGLE_AUTH.search, modules)):
        return ""
    others = (sightings[key].service for key in sorted(used - {"gcp"}))
    return next((one.name for one in others if one.group not in _NO_APIS and _OF_GOOGLE.match(one.name)), "")


_NO_APIS = frozenset({"OAuth Integrations", "Analytics", "Content & CMS", "Hosting", "CI Pipeline"})
"""Groups of Google's services that no library of credentials is needed for."""
_METADATA = frozenset(
    "issuer authorizationendpoint tokenendpoint userinfoendpoint jwksuri logoutendpoint endsessionendpoint".split()
)
"""What a provider's metadata calls its addresses ("OpenID Connect Discovery 1.0", section 3)."""


def _is_offered(sighting: Sighting, sightings: dict[str, Sighting]) -> bool:
    """Whether an identity provider is known only by its metadata in a file that holds another's as well: whoever runs the program chooses."""
    paths = _described(sighting)
    return len(paths) == 1 and any(
        paths & _described(other) for key, other in sightings.items() if key != sighting.service.id
    )


def _described(sighting: Sighting) -> set[str]:
    """The files that hold a provider's metadata, where nothing else proves its use."""
    proof = sighting.proof if sighting.service.group in _IDENTITY else ()
    told = all(one.kind == Kind.HOST and folded(one.detail("bound")) in _METADATA for one in proof)
    return {one.path for one in proof} if told else set()


_SIGN_IN = re.compile(
    r"/(oauth2?|authorize|token|userinfo|avatars)(/|$)|/(users/@me|me|user|picture)$|/me/permissions$|^/?(api/)?\{\}$"
)
"""Paths that serve a sign-in: its steps, the profile of whoever signed in, the picture beside it."""


def _is_of_sign_in(fact: Fact) -> bool:
    """Whether a fact shows a step of a sign-in, or only the import of a package that is called for one, if for anything."""
    if fact.kind == Kind.HOST:
        return _SIGN_IN.search(fact.value) is not None
    return fact.kind == Kind.IMPORT and fact.name == GOOGLE_APIS


def _signs_in_for(sighting: Sighting, sightings: dict[str, Sighting], used: set[str]) -> str:
    """The OAuth entry of the same vendor, where addresses are all there is and each of them is a step of that sign-in."""
    proof = sighting.proof
    if not proof or not all(map(_is_of_sign_in, proof)):
        return ""
    lines = {one.place for one in proof}
    word = sighting.service.name.split()[0]
    for key in sorted(used):
        other = sightings[key].service
        beside = any(fact.kind == Kind.SETTING and fact.place in lines for fact in sightings[key].facts)
        if (
            other.group == "OAuth Integrations"
            and key != sighting.service.id
            and (beside or other.name.startswith(f"{word} "))
        ):
            return other.name
    return ""


_PARTS = {
    "aws": ("Amazon ", "AWS "),
    "gcp": ("Firebase", "Google Cloud ", "Google Secret", "Google Vertex", "BigQuery", "Firestore"),
    "azure": ("Azure ", "Microsoft "),
}
"""Clouds as a whole, and how the names of their parts begin: an entry for the whole is for what has no part."""
