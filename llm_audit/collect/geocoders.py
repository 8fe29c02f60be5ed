"""Whom a library that knows many geocoders asks: the one that its configuration names, or the one that it takes by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, env_names, imported, in_comment
from llm_audit.model import Kind, SourceFile

_RUBY = "Geocoder.configure"
_LOOKUP = expression(r"\b(?P<kind>ip_lookup|lookup)(?::|\s{0,3}=>)\s{0,3}:(?P<value>\w{2,30})")
_RUBY_DEFAULT = "nominatim"
"""What the gem asks when nothing is configured (geocoder's README, "Configuration")."""


def _ruby(file: SourceFile) -> Finds:
    """The lookups of the gem's configuration; one that names none for addresses leaves the gem's own."""
    start = file.text.find(_RUBY)
    if in_comment(file.text, start):
        return
    end = block_end(file.text, start, 6000)
    found = [one for one in _LOOKUP.finditer(file.text, start, end) if not in_comment(file.text, one.start())]
    keys = ",".join(env_names(file.text[start:end], 6))
    for one in found:
        yield at(file, one.start(), Kind.SETTING, "geocoder.lookup", one["value"], tool="geocoder", env=keys)
    if all(one["kind"] == "ip_lookup" for one in found):
        yield at(file, start, Kind.SETTING, "geocoder.lookup", _RUBY_DEFAULT, tool="geocoder", default="yes")


_CLASS = expression(
    r"\b(?P<value>Nominatim|Photon|GoogleV3|ArcGIS|AzureMaps|Bing|HereV7|Here|MapBox|MapQuest|OpenCage|TomTom|LocationIQ|Geoapify"
    r"|What3Words|What3WordsV3|BANFrance|MapTiler|Yandex|Baidu|BaiduV3|GeoNames|OpenMapQuest|SmartyStreets|LiveAddress)\("
)
_PROVIDER = expression(r"""\bprovider\s{0,3}:\s{0,3}["'](?P<value>\w{3,30})["']""")


def _python(file: SourceFile) -> Finds:
    """The geocoders of geopy by the classes that are built of them."""
    yield from _each(file, _CLASS.finditer(file.text), "geopy")


def _javascript(file: SourceFile) -> Finds:
    """The provider that node-geocoder is given."""
    if "node-geocoder" in imported(file):
        yield from _each(file, _PROVIDER.finditer(file.text), "node-geocoder")


def _each(file: SourceFile, found: Iterator[re.Match[str]], tool: str) -> Finds:
    known: set[str] = set()
    for match in found:
        value = match["value"].lower()
        if value not in known and not in_comment(file.text, match.start()):
            known.add(value)
            yield at(file, match.start(), Kind.SETTING, "geocoder.lookup", value, tool=tool)


COLLECTORS = (
    Collector("geocoders-ruby", _ruby, suffixes=frozenset({".rb"}), needs=(_RUBY,)),
    Collector("geocoders-python", _python, suffixes=frozenset({".py"}), needs=("geopy.geocoders",)),
    Collector(
        "geocoders-javascript",
        _javascript,
        suffixes=frozenset((".js", ".ts", ".mjs", ".cjs", ".mts", ".cts")),
        needs=("node-geocoder",),
    ),
)
