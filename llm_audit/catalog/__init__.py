"""The catalogue of known services: which package, import, variable, host, image or file betrays whom.

Data stands in `data/services/*.toml`, one file per category, whose tables `service` validates; `lookup` answers.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import rtoml

from llm_audit.catalog.lookup import Catalog
from llm_audit.catalog.names import folded, registrable
from llm_audit.catalog.service import ECOSYSTEMS, CatalogError, Service, service_of


@cache
def load() -> Catalog:
    """The catalogue that ships with the program.

    Raises:
        CatalogError: a file of the catalogue is malformed.
    """
    services: list[Service] = []
    folder = resources.files("llm_audit") / "data" / "services"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            tables = rtoml.loads(entry.read_text(encoding="utf-8")).get("service", [])
            services.extend(service_of(table, entry.name) for table in tables)
    return Catalog(services)


__all__ = ["ECOSYSTEMS", "Catalog", "CatalogError", "Service", "folded", "load", "registrable"]
