"""Hosts of addresses that are put together by parts."""

from __future__ import annotations

import pytest

from llm_audit.collect.hosts.built import COLLECTORS
from llm_audit.model import Fact, SourceFile


def hosts(path: str, text: str) -> list[tuple[str, str, str]]:
    file = SourceFile(path, text)
    found = (fact for one in COLLECTORS if one.wants(file) for fact in one.collect(file))
    return [(str(fact.name), str(fact.value), fact.detail("use")) for fact in found if isinstance(fact, Fact)]


@pytest.mark.parametrize(
    ("path", "text", "host", "where"),
    [
        ("A.swift", 'var parts = URLComponents()\nparts.host = "cloud.acmepay.io"', "cloud.acmepay.io", ""),
        ("A.swift", 'var host: String {\n\tswitch self {\n\tcase .one:\n\t\treturn "https://acmepay.io"\n\t}\n}', "acmepay.io", ""),
        ("a.dart", "final answer = await client.get(Uri.https('api.acmepay.io', '/v1/rates'));", "api.acmepay.io", "/v1/rates"),
        ("a.dart", "dio.getUri(\n  Uri(\n    scheme: 'https',\n    host: 'api.acmepay.io',\n    path: '/v1/rates',\n  ),\n)", "api.acmepay.io", "/v1/rates"),
        ("A.kt", 'val url = HttpUrl.Builder().scheme("https").host("api.acmepay.io").build()', "api.acmepay.io", ""),
        ("A.kt", 'client.get {\n  url {\n    host = "api.acmepay.io"\n  }\n}', "api.acmepay.io", ""),
        ("a.go", 'u := url.URL{\n\tScheme: "https",\n\tHost:   "api.acmepay.io",\n\tPath:   "v1/rates",\n}', "api.acmepay.io", "/v1/rates"),
        ("a.go", 'u := url.URL{\n\tScheme: "https",\n\tHost: "api.acmepay.io",\n}', "api.acmepay.io", ""),
    ],
)  # fmt: skip
def test_a_host_is_a_part(path: str, text: str, host: str, where: str) -> None:
    assert hosts(path, text) == [(host, where, "call")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("A.swift", 'server.host = "cloud.acmepay.io"'),
        ("A.swift", '// URLComponents\n// parts.host = "cloud.acmepay.io"'),
        (
            "A.swift",
            'var parts = URLComponents(url)\nif parts.host == "acmepay.io" {\n  parts.host = "m.acmepay.io"\n}',
        ),
        ("A.swift", 'var helpPage: String {\n\treturn "https://acmepay.io"\n}'),
        ("a.dart", "openLink(Uri.https('acmepay.io', '/about'));"),
        ("a.dart", "client.get(Uri.https('localhost', '/v1'));"),
        ("A.kt", 'Server.Builder().host("api.acmepay.io")'),
        ("a.go", 'u := url.URL{Scheme: "https", Host: "localhost:8080"}'),
    ],
)
def test_what_is_no_part_of_an_address_that_is_called(path: str, text: str) -> None:
    assert hosts(path, text) == []
