"""Constants whose addresses are asked for elsewhere, and names that only look like them."""

from __future__ import annotations

import pytest

from llm_audit.collect.hosts.constants import COLLECTORS
from llm_audit.model import Fact, SourceFile


def used(path: str, text: str) -> set[tuple[str, str]]:
    file = SourceFile(path, text)
    found = [one for collector in COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    return {(one.value, one.detail("use")) for one in found if isinstance(one, Fact)}


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("a.ts", "const r = await fetch(`${UPDATES_URL}?v=${v}`);", {("UPDATES_URL", "call")}),
        ("a.ts", "await axios.get(constants.RATES_URL, { params });", {("RATES_URL", "call")}),
        ("a.py", "r = requests.get(settings.RATES_URL, timeout=3)", {("RATES_URL", "call")}),
        ("a.go", "req, err := http.NewRequest(\"GET\", config.RATES_URL, nil)", {("RATES_URL", "call")}),
        ("a.rb", "HTTParty.get(Settings::RATES_URL)", {("RATES_URL", "call")}),
        ("a.tsx", "<img src={PIXEL_URL} />", {("PIXEL_URL", "script")}),
        ("a.ts", "i.setAttribute('src','${PING_PIXEL}?v=1');", {("PING_PIXEL", "script")}),
        # a function's result, an argument's name, other names, a comment
        ("a.ts", "await fetch(BUILD_URL(id));", set()),
        ("a.py", "requests.get(url=RATES_URL)", set()),
        ("a.ts", "await fetch(apiUrl, { headers: RATES_HEADERS });", set()),
        ("a.ts", "// await fetch(UPDATES_URL)", set()),
        ("a.ts", "<a href={DOCS_URL}>src={}</a>", set()),
    ],
)  # fmt: skip
def test_what_asks_for_the_address_of_a_constant(path: str, text: str, found: set[tuple[str, str]]) -> None:
    assert used(path, text) == found
