"""How a program keeps to the limits of those it calls."""

from __future__ import annotations

import pytest

from llm_audit.collect.limits import COLLECTORS
from llm_audit.model import Fact, SourceFile


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("a.py", "client = OpenAI(max_retries=5)", ["at most 5 retries"]),
        ("a.py", "client = OpenAI(max_retries=0)", ["no retries"]),
        ("a.ts", "new Stripe(key, { maxRetries: 2 })", ["at most 2 retries"]),
        ("a.py", "@retry(stop=stop_after_attempt(4))", ["at most 4 attempts"]),
        ("a.ts", "if (response.status === 429) wait()", ["a 429 is handled"]),
        ("a.go", "if res.StatusCode == http.StatusTooManyRequests {", ["a 429 is handled"]),
        ("a.ts", 'const s = response.headers.get("Retry-After")', ["waits as the header Retry-After says"]),
        ("a.ts", 'response.headers["Retry-After"] = "10"', []),
        ("a.ts", "return new Response(body, { status: 429 })", []),
        ("a.py", "# max_retries=5", []),
        ("a.py", "retries = 5", []),
    ],
)
def test_retries_and_refusals_are_read(path: str, text: str, said: list[str]) -> None:
    file = SourceFile(path, text)
    found = [one for collector in COLLECTORS for one in collector.collect(file)]
    assert [str(one.value) for one in found if isinstance(one, Fact)] == said
