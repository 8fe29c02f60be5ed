"""Whom a library that knows many geocoders asks."""

from __future__ import annotations

import pytest

from llm_audit.collect.geocoders import COLLECTORS
from llm_audit.model import Fact, SourceFile


def lookups(path: str, text: str) -> dict[str, int]:
    file = SourceFile(path, text)
    found = (fact for one in COLLECTORS if one.wants(file) for fact in one.collect(file))
    return {str(fact.value): fact.line for fact in found if isinstance(fact, Fact)}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("config/initializers/geocoder.rb", "Geocoder.configure(\n  lookup: :mapbox,\n  ip_lookup: :ipinfo_io\n)", {"mapbox": 2, "ipinfo_io": 3}),
        ("config/initializers/geocoder.rb", "Geocoder.configure(:lookup => :google)", {"google": 1}),
        ("config/initializers/geocoder.rb", "Geocoder.configure(\n  # lookup: :google,\n  timeout: 3\n)", {"nominatim": 1}),
        ("config/initializers/geocoder.rb", "Geocoder.configure(\n  ip_lookup: :maxmind,\n)", {"maxmind": 2, "nominatim": 1}),
        ("config/initializers/geocoder.rb", "# Geocoder.configure(lookup: :google)", {}),
        ("app/models/shop.rb", "Shop.configure(lookup: :google)", {}),
        ("geo.py", "from geopy.geocoders import Nominatim\nasked = Nominatim(user_agent='x')", {"nominatim": 2}),
        ("geo.py", "from maps import Nominatim\nasked = Nominatim(user_agent='x')", {}),
        ("geo.ts", "import NodeGeocoder from 'node-geocoder';\nNodeGeocoder({ provider: 'openstreetmap' })", {"openstreetmap": 2}),
        ("geo.ts", "// instead of node-geocoder\nlogin({ provider: 'google' })", {}),
    ],
)  # fmt: skip
def test_lookups(path: str, text: str, expected: dict[str, int]) -> None:
    assert lookups(path, text) == expected
