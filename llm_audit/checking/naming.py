"""Which services an entry of a document speaks of, judged by the words of its head and the catalogue's names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from llm_audit.catalog import Catalog, Service
from llm_audit.reading.lines import Kind
from llm_audit.reading.outline import Item

_GENERIC = re.compile(
    r"(?i)[\s\-]+(apis?|sdk|services?|platform|databases?|db|integration|clients?|web-?hooks?|payments?|server|cluster|cache|storage"
    r"|provider|hosted|managed|backed|compatible|login|sign-in|authentication|auth|oauth|cdn|hosting|deployment|monitoring|analytics|emails?|cloud|driver|v?\d[\w.]*)$"
)
_ORDINARY = frozenset(
    "vector segment branch adjust signal box square linear render fly drift front heap loops buffer split trigger cube"
    " plain pulse notion crisp convex beam stream temporal harness airflow vault consul nomad base bolt broker chroma"
    " clarity close cursor daily dash delighted frame ghost graph hive honey jet kit knock lob mail main merge metal mode"
    " monday nova orbit outline pipe pixel post prefect prism proxy relay replicate resend scale sentry shift snowflake"
    " sparkpost stack statuspage storage surge swift teams together toggle typeform unify wave workers zoom".split()
)
"""Names that are words of the language as well: before another word, they rather are those."""
_FIRST_JOINT = re.compile(r"\s[-–—]\s|\s?[–—]\s?|:(?=\s|$)|\s->\s|\s→\s")
_PARTS = re.compile(
    r"\s[-–—]\s|\s?[–—]\s?|:(?=\s|$)|[(),;/|]|\s(?:and|or|via|with|on|for|using|by|through|from|in|to)\s|\s?[+&→]\s?"
)
_NUMBERED = re.compile(r"^\W*\d{1,2}(?:\.\d{1,2})*[.)]\s+")


_ALSO = (
    (" openid connect provider ", "OIDC"),
    (" openid connect ", "OIDC"),
    (" postgresql ", "Postgres"),
    (" postgresql ", "psql"),
    (" kubernetes ", "k8s"),
    (" amazon s3 ", "S3"),
    (" ldap directory ", "LDAP"),
    (" microsoft sql server ", "MSSQL"),
    (" sign in with apple ", "Apple"),
)
"""Names that documents use for services as often as the catalogue's."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The services that an entry's head names.

    Attributes:
        item: the entry.
        services: in the order of the head.
        whole: whether the head is the name of a service, and nothing else is what the entry is about.
    """

    item: Item
    services: tuple[Service, ...]
    whole: bool


def plain_head(head: str) -> str:
    """A head without bold, links and code marks."""
    text = re.sub(r"\[([^\]]{1,200})\]\([^)]{0,300}\)", r"\1", head)
    return _NUMBERED.sub("", re.sub(r"[*_]{2}|`|~~", "", text)).strip(" :*")


def naming(item: Item, catalog: Catalog) -> Naming:
    """The services that an entry names. A bullet's or row's name ends at its first joint (`Stripe - payments`)."""
    head = plain_head(item.head)
    if item.form in (Kind.BULLET, Kind.ROW, Kind.LABEL):
        head = _FIRST_JOINT.split(head, maxsplit=1)[0]
    parts = [part.strip() for part in _PARTS.split(head) if part and part.strip()]
    whole = [service for part in parts if (service := service_of(part, catalog))]
    if whole:
        first = service_of(parts[0], catalog) is not None
        return Naming(item, tuple(dict.fromkeys(whole)), first or item.form == Kind.HEADING)
    loose = [service for part in parts for service in _inside(part, catalog)]
    return Naming(item, tuple(dict.fromkeys(loose)), False)


def service_of(words: str, catalog: Catalog) -> Service | None:
    """The service that goes by these words, written like a name; generic words at the end (`API`) do not count."""
    for _ in range(4):
        if not re.match(r"[A-Z0-9@]|\w+\.\w", words):
            return None
        if known := catalog.by_name(words, exact=True):
            # names are compared without their spaces: `Health checks` is not Healthchecks
            return known if len(words) > 1 and (" " not in words or folded(words) in names_of(known)) else None
        shorter = _GENERIC.sub("", words)
        if shorter == words or shorter.lower() in _ORDINARY:
            return None
        words = shorter
    return None


def _inside(part: str, catalog: Catalog) -> Iterator[Service]:
    """The services that one to three words inside a longer phrase name, the longest first."""
    given = part.split()
    at = 0
    while at < len(given):
        for size in (3, 2, 1):
            known = service_of(" ".join(given[at : at + size]), catalog) if at + size <= len(given) else None
            if known:
                yield known
                at += size
                break
        else:
            at += 1


def folded(text: str) -> str:
    """Words of letters and digits in lower case, with a space before and after each."""
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "


def names_of(service: Service) -> tuple[str, ...]:
    """The ways in which prose may write a service's name, folded."""
    short = re.sub(r"\(.*?\)", "", service.name)
    told = {folded(service.name), folded(short), folded(service.id), folded(short.replace(" ", "").replace(".", ""))}
    told |= {folded(inner) for inner in re.findall(r"\(([A-Z][^)]*)\)", service.name)}
    told |= {folded(part) for part in re.split(r" and | & |/|, ", short) if part[:1].isupper()}
    told |= {folded(product) for product, _ in service.products}
    vendorless = re.sub(
        r"(?i)^(amazon|aws|google|microsoft|azure|apache|atlassian|meta|vercel|cloudflare)\s+", "", short
    )
    if len(vendorless) > 4:
        told.add(folded(vendorless))
    told |= {folded(other) for name, other in _ALSO if name in told}
    return tuple(sorted(one for one in told if len(one) > 3))
