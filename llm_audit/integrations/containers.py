"""Containers that run somebody else's image: what they are given is no variable of the program."""

from __future__ import annotations

from llm_audit.catalog import Catalog, folded
from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Kind


def foreign_containers(ledger: Ledger, catalog: Catalog, own: frozenset[str]) -> set[tuple[str, str]]:
    """Path and service of the containers that run somebody else's image, whose variables are not the program's.

    In a cluster's manifest, whose variables bear no service, the whole file counts when all its images are such. Beside a
    container that is built of the tree, one that is pulled is somebody else's unless it bears a name of the project.
    """
    images: dict[tuple[str, str], bool] = {}
    building = {
        fact.path for fact in ledger.of(Kind.PLATFORM) if fact.name == "docker-compose" and fact.detail("built")
    }
    names = _own_images(ledger) if building else frozenset()
    for fact in ledger.of(Kind.IMAGE):
        known = {service.id for service in catalog.by_image(fact.name)}
        pulled = fact.path in building and fact.detail("where") == "compose" and not _is_own_image(fact.name, names)
        foreign = (bool(known) or pulled) and not known & own and not fact.detail("built")
        place = (fact.path, fact.detail("service") if fact.detail("where") == "compose" else "")
        images[place] = images.get(place, True) and foreign
    return {place for place, foreign in images.items() if foreign}


def _own_images(ledger: Ledger) -> frozenset[str]:
    """The names that images of the project bear: those that it publishes, and its packages'."""
    told = [fact.value for fact in ledger.of(Kind.PUBLISH)]
    told += [fact.value for fact in ledger.of(Kind.SETTING) if fact.name in ("npm.name", "python.name", "project.name")]
    return frozenset(filter(None, (folded(text.rpartition("/")[2].partition(":")[0]) for text in told)))


def _is_own_image(image: str, names: frozenset[str]) -> bool:
    last = folded(image.rpartition("/")[2].partition(":")[0])
    return "$" in image or not last or any(last.startswith(name) or name.startswith(last) for name in names)
