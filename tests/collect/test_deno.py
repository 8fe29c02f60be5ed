from __future__ import annotations

import pytest

from llm_audit.collect import deno
from llm_audit.model import Fact, SourceFile

MANIFEST, SOURCE, LOCK = deno.COLLECTORS


def imported(text: str) -> list[tuple[str, str, str]]:
    found = SOURCE.collect(SourceFile("a.ts", text))
    return [(item.name, item.value, item.detail("ecosystem")) for item in found if isinstance(item, Fact)]


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("npm:stripe", ("stripe", "", "npm")),
        ("npm:/@aws-sdk/client-s3@^3.0.0/x", ("@aws-sdk/client-s3", "^3.0.0", "npm")),
        ("jsr:@std/path@1", ("@std/path", "1", "jsr")),
        ("https://esm.sh/v135/@supabase/supabase-js@2.39.0?dts", ("@supabase/supabase-js", "2.39.0", "npm")),
        ("https://deno.land/std@0.224.0/http/server.ts", ("std", "0.224.0", "deno")),
        ("https://deno.land/x/postgres@v0.19.3/mod.ts", ("postgres", "v0.19.3", "deno")),
    ],
)
def test_specifiers(specifier: str, expected: tuple[str, str, str]) -> None:
    assert imported(f'import x from "{specifier}";') == [expected]


@pytest.mark.parametrize(
    "text",
    [
        'import x from "stripe";',
        'import x from "./npm:stripe";',
        'import x from "https://example.com/stripe@1/mod.ts";',
        'const registry = "npm:stripe@1";',
        '// import x from "npm:stripe@1";',
        ' * import x from "npm:stripe@1";',
    ],
)
def test_look_alikes(text: str) -> None:
    assert imported(text) == []


def test_format_3_of_the_lock() -> None:
    text = '{"version": "3", "packages": {"specifiers": {"npm:chalk@5": "npm:chalk@5.3.0"}}}'
    (found,) = LOCK.collect(SourceFile("deno.lock", text))
    assert isinstance(found, Fact)
    assert (found.name, found.value, found.detail("direct")) == ("chalk", "5.3.0", "")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"imports": 1, "workspace": 2}', '{"workspace": {"members": []}}']
)
def test_odd_files_give_nothing(text: str) -> None:
    for collector in (MANIFEST, LOCK):
        assert [item for item in collector.collect(SourceFile("deno.json", text)) if isinstance(item, Fact)] == []
