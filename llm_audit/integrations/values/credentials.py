"""Variables of a service: what opens it, how it is told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from llm_audit.catalog import folded
from llm_audit.catalog.globs import matches
from llm_audit.document import code
from llm_audit.integrations.paths import is_ci
from llm_audit.integrations.strength import USE, is_addressed, strength
from llm_audit.integrations.values.connections import names_a_container
from llm_audit.integrations.values.context import Context
from llm_audit.integrations.variable import Variable, is_own_key
from llm_audit.model import Kind

_LIMIT = 6


def _listed(variables: Iterable[Variable], limit: int = _LIMIT) -> str:
    names = without_twins([one.name for one in variables])
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")


def without_twins(names: list[str]) -> list[str]:
    """Names without those that only offer another one as a file (`X_FILE` beside `X`)."""
    return [name for name in names if not (name.endswith("_FILE") and name.removesuffix("_FILE") in names)]


_CLIENT = re.compile(
    r"(_ID|(?:APP|CLIENT)ID|KEY|SECRET|TOKEN|PASSWORD|CREDENTIALS|CERT\w{0,10}|TENANT|REALM|ISSUER|DOMAIN|TEAM)$|(BASE|REDIRECT|CALLBACK|AUTH\w{0,8}|TOKEN|SERVER)_?UR[IL]$"
)
"""What a provider's registration gives; switches and the application's own address beside it say nothing of it."""
_OWN_PLACE = re.compile(r"(?:^|_)(?:URL|HOST|HOSTNAME|ORIGIN|PORT|ENV)$")


def auth(context: Context) -> str:
    """What opens the service: its variables, and the key that whoever uses the program types in."""
    held, typed = _held(context), _typed(context)
    return f"{held}, or typed in by whoever uses it" if held and typed else held or typed


def _typed(context: Context) -> str:
    """The key of the service that a page or a terminal asks for, as it says or the code calls it."""
    mine = [
        fact
        for fact in context.ledger.settings.get("person.types", ())
        if _is_mine(fact.value, context) or (fact.detail("label") and _is_mine(fact.detail("label"), context))
    ]
    return f"{code(mine[0].value)}, typed in by whoever uses it; no variable holds it" if mine else ""


def _is_mine(name: str, context: Context) -> bool:
    """Whether what a key is called is how the service's variables are: `OpenAI API key`, `openai_api_key`."""
    spelled = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    service = context.sighting.service
    of_service = [*service.reads, *(pattern for signal, _, pattern in service.patterns if signal == "env")]
    return bool(_KEY.search(spelled)) and any(matches(pattern, spelled) for pattern in of_service)


def _held(context: Context) -> str:
    named = dict.fromkeys(
        name.strip()
        for fact in context.sighting.of(Kind.SETTING)
        if fact.name == "oauth.provider"
        for name in fact.detail("env").split(",")
        if name.strip()
    )
    kept = [name for name in named if not _is_others(name, context)]
    told = [name for name in kept if _CLIENT.search(name)] or _of_one_registration(named)
    told = told or [name for name in kept if not _OWN_PLACE.search(name)]
    if told:
        return ", ".join(_with_secrets(without_twins(told), context)[:_LIMIT])
    own = [one for one in context.own_variables if one.is_credential and not _NAMES_A_THING.search(one.name)]
    pair = _registration(context)
    if not {one.name for one in own}.issuperset(pair):
        return ", ".join(pair)
    block = [one for one in _of_block(context) if one.is_credential and one not in own]
    own = [*own, *block] if own else _beside(context) or block or _of_family(context) or _whole(context)
    if not own and (keyed := _keyed(context)):
        return ", ".join(keyed[:_LIMIT])
    text = _listed(sorted(own, key=_credential_rank))
    known = context.variables.by_name
    inside = [name for name in _read_inside(context) if name not in text.split(", ")] if not _is_pair(own) else []
    if not text and (told := [name for name in inside if name in known and known[name].reads and _CLIENT.search(name)]):
        text, inside = ", ".join(told[:_LIMIT]), []  # what the program itself reads it gives to the SDK
    inside = inside if any(map(_CLIENT.search, inside)) else []  # a region alone opens nothing
    shown = f"{', '.join(inside[:3])}, read inside the SDK" if inside else ""
    return "; ".join(part for part in (text, shown, _encrypted(context)) if part)


def _with_secrets(names: list[str], context: Context) -> list[str]:
    """The names, each key of a registration with the secret that is read under the same words."""
    known = context.variables.by_name
    whole: list[str] = []
    for name in names:
        secret = _KEY_OF_PAIR.sub("_SECRET", name)
        whole += [name, secret] if secret != name and secret in known and known[secret].reads else [name]
    return list(dict.fromkeys(whole))


_KEY_OF_PAIR = re.compile(r"_(?:KEY|ID)$")


def _registration(context: Context) -> list[str]:
    """What registering at a provider of sign-ins gives, where two variables bear its word and nothing else: `HARBOUR_KEY`, `HARBOUR_SECRET`."""
    word, _, rest = context.sighting.service.name.partition(" OAuth")
    if context.group != "OAuth Integrations" or rest or not word.isalnum():
        return []
    read = [one for one in context.variables.by_name.values() if one.reads and _REGISTERED.search(one.name)]
    pair = [one for one in read if _REGISTERED.sub("", one.name) == word.upper()]
    whole = len(pair) == 2 and sum(one.name.endswith("SECRET") for one in pair) == 1
    return [one.name for one in sorted(pair, key=_credential_rank)] if whole else []


_REGISTERED = re.compile(r"_(OAUTH2?_)?((CLIENT|APP|CONSUMER)_)?(ID|KEY|SECRET)$")


def _is_pair(own: list[Variable]) -> bool:
    """Whether the program has a key and its secret of the service's own name to give to the SDK, which then looks for no other."""
    names = [one.name for one in own if not one.borrowed]
    return any(_PAIR_SECRET.search(name) for name in names) and any(_PAIR_ID.search(name) for name in names)


_PAIR_SECRET = re.compile(r"SECRET(_ACCESS)?(_KEY)?$")
_PAIR_ID = re.compile(r"(ACCESS_KEY|KEY_ID)$(?<!SECRET_ACCESS_KEY)")


def _whole(context: Context) -> list[Variable]:
    """The addresses of a mail server that hold the account as well: `EMAIL_SERVER`, given to the transport as its URL."""
    own = context.own_variables if context.sighting.service.id == "smtp" else ()
    return [one for one in own if _ACCOUNT_IN_IT.search(one.name)]


_ACCOUNT_IN_IT = re.compile(r"(^|_)EMAIL_SERVER$|_UR[IL]$")


def _of_one_registration(names: Iterable[str]) -> list[str]:
    """Of the variables beside a provider those that registering there gives, where all begin alike: its owner goes by two names."""
    found = [name for name in names if _CLIENT.search(name)]
    return found if len(found) > 1 and len({_family(name) for name in found}) == 1 else []


def _keyed(context: Context) -> list[str]:
    """The keys that a pipeline shows to the service's interface."""
    texts = (fact.detail("keyed") for fact in context.sighting.of(Kind.HOST))
    return list(dict.fromkeys(name for text in texts for name in text.split(",") if name))


def _is_others(name: str, context: Context) -> bool:
    """Whether a variable beside a provider bears another service's name, as in a file that holds several of them."""
    every = context.variables.by_name
    known = every.get(name) or next((one for one in every.values() if one.name.endswith(f"_{name}")), None)
    service = context.sighting.service
    mine = any(folded(word) in folded(name) for word in service.name.split() if len(word) > 2)
    theirs = known is not None and bool(known.owners) and service.id not in known.owners
    if not mine and context.group == "OAuth Integrations" and _OF_PROVIDER.search(name):
        return True
    return theirs and not mine and bool(_KEY_OR_ID.search(name))


_OF_PROVIDER = re.compile(
    r"(?i)(?:^|_)(?:apple|discord|dropbox|facebook|github|gitlab|google|linkedin|microsoft|slack|spotify|twitch|twitter|zoom)(?=_)"
)
"""The word of a provider in the name of what it gives those that register there."""


def _encrypted(context: Context) -> str:
    """The entries of Rails' encrypted credentials that bear the service's name or stand in its configuration."""
    paths = {fact.path for fact in context.sighting.of(Kind.SETTING)}
    kept = [
        fact.value
        for fact in context.ledger.of(Kind.SETTING)
        if fact.name == "rails.credentials"
        and (fact.value.partition(".")[0] == context.sighting.service.id or fact.path in paths)
    ]
    return f"{', '.join(map(code, list(dict.fromkeys(kept))[:3]))} of the Rails credentials" if kept else ""


def _read_inside(context: Context) -> list[str]:
    """The variables that the service's SDK reads by itself, where the tree's samples or deployment name them."""
    declared = {fact.name for fact in context.ledger.of(Kind.ENV_DECLARED) if not is_ci(fact.path)}
    if is_addressed(context.sighting.facts):
        return []
    return [name for name in context.sighting.service.reads if name in declared or name in context.variables.by_name]


_BLOCKS = frozenset({"storage.driver", "search.driver", "mail.driver", "broadcast.driver"})


def _of_block(context: Context) -> list[Variable]:
    """The variables that the blocks of settings take which choose the service, unless they are another service's alone."""
    names = dict.fromkeys(
        name
        for fact in context.sighting.of(Kind.SETTING)
        if fact.name in _BLOCKS
        for name in fact.detail("env").split(",")
    )
    known = [one for name in names if (one := context.variables.by_name.get(name))]
    mine = {context.sighting.service.id, *_CLOUDS}
    families = {_family(one.name) for one in known if mine.issuperset(one.owners)}
    return [one for one in known if _family(one.name) in families]


def _of_family(context: Context) -> list[Variable]:
    """Credentials that begin like the variable with the service's address, or like what an OAuth provider's other variables do."""
    hosts = [f"//{fact.name}" for fact in context.sighting.of(Kind.HOST)]
    known = context.variables.by_name.values()
    signs_in = context.group == "OAuth Integrations"
    heads = context.own_variables if signs_in else [one for one in known if any(host in one.default for host in hosts)]
    families = {_family(one.name) for one in heads if "_" in one.name}
    fits = _CLIENT if signs_in else _KEY
    found = [
        one for one in known if _family(one.name) in families and fits.search(one.name) and (signs_in or not one.owners)
    ]
    return found if len(families) == 1 and len(found) <= 4 else []


def _family(name: str) -> str:
    """The first word of a variable's name, behind what bundlers want of names that pages may see."""
    return _PUBLIC.sub("", name).partition("_")[0]


_NAMES_A_THING = re.compile(
    r"(PLAYLIST|CHANNEL|GUILD|ROOM|CHAT|ROLE|LIST|SEGMENT|TEMPLATE|PRICE|PRODUCT|PLAN|FORM|EPISODE|PODCAST|EVENT|GROUP|PAGE|VIDEO|CALENDAR"
    r"|SHEET|SPREADSHEET|BOARD|MESSAGE|FOLDER|DATABASE|AUDIENCE|CAMPAIGN|ADMIN_USER"
    r"|AGENT|ALIAS|LOGICAL|VOICE|GUARDRAILS?|SOURCE|INDEX|MODEL|KNOWLEDGE_BASE|ASSISTANT|VECTOR_STORE|DATASET|COLLECTION|DISTRIBUTION|DISCOUNT|COUPON|PROMOTION|VOUCHER)_IDS?$"
)
"""What a service is asked for, rather than who asks."""
_KEY_OR_ID = re.compile(r"(_ID|(?:APP|CLIENT)ID|KEY|SECRET|TOKEN|PASSWORD)$")
_PUBLIC = re.compile(r"^(NEXT_PUBLIC|EXPO_PUBLIC|NUXT_PUBLIC|REACT_APP|VITE|GATSBY|PUBLIC)_")
_KEY = re.compile(r"((?<!_PUB_)KEY|SECRET|TOKEN|PASSWORD)$")
_LITTLE = 16
"""A file that reads more variables holds the settings of the whole program."""


def _beside(context: Context) -> list[Variable]:
    """Credentials without an owner that the files which use the service read, when those files use little else."""
    paths = {f.path for f in context.sighting.of(Kind.CALL, Kind.IMPORT, Kind.HOST) if strength(f) >= USE}
    read = [one for one in context.variables.by_name.values() if any(place.path in paths for place in one.reads)]
    if len(read) > _LITTLE:
        return []
    if len(paths) > 3:
        return []
    others = _set_for_others(context)
    amazons = context.sighting.service.name.startswith(("AWS ", "Amazon "))  # all opened by the account's keys
    found = [
        one
        for one in context.variables.by_name.values()
        if _KEY.search(one.name)
        and (not one.owners or (one.borrowed and not _CLOUDS.isdisjoint(one.owners)))
        and not is_own_key(one.name)
        and one.name not in others
        and not (amazons and "API_KEY" in one.name)
        and any(read.path in paths for read in one.reads)
    ]
    # keys of several families open several services, and nothing says which
    return found[:4] if len({_family(one.name) for one in found}) == 1 else []


def _set_for_others(context: Context) -> frozenset[str]:
    """The variables that a block of settings takes which is not this service's: one file may hold the blocks of many."""
    mine = {fact.id for fact in context.sighting.of(Kind.SETTING)}
    blocks = (fact for fact in context.ledger.of(Kind.SETTING) if fact.name == "service.config" and fact.id not in mine)
    return frozenset(name.strip() for fact in blocks for name in fact.detail("env").split(","))


_CLOUDS = frozenset({"aws", "gcp", "azure", "cloudflare"})
"""Whose keys open many services."""


def _credential_rank(one: Variable) -> tuple[bool, int, str]:
    order = ("KEY", "TOKEN", "SECRET", "PASSWORD", "PASS", "USER")
    rank = next((rank for rank, end in enumerate(order) if end in one.name.rpartition("_")[2]), len(order))
    return one.borrowed, rank, one.name


def dsn(context: Context) -> str:
    told = _listed(one for one in context.own_variables if "DSN" in one.name) or auth(context)
    return "" if re.match(r"\w*AUTH_TOKEN\b", told) else told


def release(context: Context) -> str:
    return _listed(one for one in context.own_variables if re.search(r"RELEASE|VERSION|AUTH_TOKEN", one.name))


_BUCKET = re.compile(r"BUCKET|CONTAINER")


def _is_only_address(context: Context) -> bool:
    """Whether addresses alone lead to a service: what files lie in buckets of the program's, it does not say."""
    return all(fact.kind in (Kind.HOST, Kind.ENV_READ, Kind.ENV_DECLARED) for fact in context.sighting.proof)


def buckets(context: Context) -> str:
    own = [one for one in context.own_variables if _BUCKET.search(one.name) and not names_a_container(one)]
    own = own or [one for one in _of_block(context) if _BUCKET.search(one.name)]
    only_delivers = "over a CDN" in context.sighting.service.purpose or _is_only_address(context)
    if own or context.sighting.service.id == "own-files" or only_delivers:
        return _listed(own)
    named = [one for one in context.variables.by_name.values() if "BUCKET" in one.name and not one.owners]
    names = tuple(f"{one.name}_" for one in named)
    return _listed([one for one in named if not one.name.startswith(names)])  # without variants of another
