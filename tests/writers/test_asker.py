"""The line to an endpoint: every fault becomes an outcome, in bounded time."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llm_audit import catalog, integrations, repo, templates
from llm_audit.endpoint import Endpoint
from llm_audit.excerpts import Source
from llm_audit.excerpts.counting import Estimate
from llm_audit.gathering.collecting import collect
from llm_audit.wording import prompting
from llm_audit.wording.asking import Outcome
from llm_audit.wording.briefs import Brief, Limits, Planned, plan
from llm_audit.writers.openai import OpenAIAsker, Patience, probe
from tests.conftest import Tree
from tests.writers.server import SERVICE, TRUE, Body, Raw, Server, completion, in_turn, raw, saying, serving

PATIENCE = Patience(request=3.0, attempts=3, total=6.0, base=0.01)
HONEST = saying(TRUE)


@pytest.fixture
def planned(tree: Tree) -> Planned:
    return planned_of(tree(SERVICE))


def planned_of(root: Path, limits: Limits | None = None) -> Planned:
    template = templates.load()
    found = integrations.find(collect(root), catalog.load(), template, root.name)
    source = Source(lambda path: repo.read(root, path), lambda: repo.walk(root))
    return plan(found.candidates, template, prompting.load(template), source, Estimate(), limits or Limits())


def ask(
    planned: Planned, server: Server, *, key: str = "", patience: Patience = PATIENCE, cap: int = 0, count: int = 1
) -> tuple[tuple[Outcome, ...], list[str]]:
    told: list[str] = []
    asker = OpenAIAsker(
        Endpoint(server.url, key), "fake", prompting.load(templates.load()), Estimate(), patience,
        cap=cap, shorter=planned.shorter,
    )  # fmt: skip
    outcomes = asyncio.run(
        asker.ask_all(planned.briefs[:count], lambda _, note: told.append(note.text), lambda *_: None)
    )
    return outcomes, told


def one(planned: Planned, answer: Callable[[Body], Any], **options: Any) -> tuple[Outcome, Server, list[str]]:
    with serving(answer) as server:
        (outcome,), told = ask(planned, server, **options)
    return outcome, server, told


def test_a_usable_answer_is_taken_with_its_figures(planned: Planned) -> None:
    outcome, server, _ = one(planned, HONEST)
    assert outcome.answer and outcome.answer.claims
    assert (outcome.calls, outcome.sent, outcome.received, outcome.rung) == (1, 100, 10, "json_schema")
    assert server.requests[0]["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503])
def test_passing_failures_are_tried_again(planned: Planned, status: int) -> None:
    outcome, server, told = one(planned, in_turn(raw(status, "<html>busy</html>", content_type="text/html"), HONEST))
    assert outcome.answer and len(server.requests) == 2 and outcome.retries == 1
    assert str(status) in told[0]


def test_retry_after_is_honoured(planned: Planned) -> None:
    started = time.monotonic()
    outcome, _, told = one(planned, in_turn(raw(429, "{}", retry_after="0.4"), HONEST))
    assert outcome.answer and time.monotonic() - started >= 0.4
    assert "0.4 s" in told[0]


def test_a_wait_beyond_patience_is_not_begun(planned: Planned) -> None:
    started = time.monotonic()
    outcome, server, _ = one(planned, lambda _: raw(429, "{}", retry_after="3600"))
    assert outcome.answer is None and "rate limit" in outcome.fault
    assert len(server.requests) == 1 and time.monotonic() - started < 3


def test_a_storm_of_429_ends_after_the_attempts(planned: Planned) -> None:
    with serving(lambda _: raw(429, "{}")) as server:
        outcomes, _ = ask(planned, server, count=99)
    assert all(one.answer is None for one in outcomes)
    assert len(server.requests) <= 3 * len(planned.briefs)


@pytest.mark.parametrize(("status", "mend"), [(401, "key"), (403, "key"), (404, "--model")])
def test_a_refusal_of_key_or_model_stops_at_once(planned: Planned, status: int, mend: str) -> None:
    outcome, server, _ = one(planned, lambda _: raw(status, '{"error": {"message": "no"}}'))
    assert len(server.requests) == 1 and mend in outcome.fault and str(status) in outcome.fault


def test_a_redirect_is_not_followed(planned: Planned) -> None:
    with serving(HONEST) as other:
        outcome, _, _ = one(planned, lambda _: raw(307, "", location=f"{other.url}/chat/completions"), key="k" * 30)
        assert other.requests == []
    assert outcome.answer is None and "redirect" in outcome.fault


@pytest.mark.parametrize(
    "fault",
    [
        completion(None, refusal="I cannot help with that"),
        completion('{"claims": [{"candi', finish="length"),
        completion("Sure! Here is what I found."),
        completion(""),
        completion({"claims": "many"}),
        completion({"claims": [{"candidate": "c99", "field": "purpose", "text": "Sends", "facts": ["f1"]}]}),
        completion({"claims": [{"candidate": "c1", "field": "purpose", "text": "Sends", "facts": ["f99"]}]}),
        completion('{"claims": ' + "[" * 5000),
        raw(200, '{"choices": []}'),
        raw(200, "<html><body>Welcome</body></html>", content_type="text/html"),
        raw(200, "\0\1garbage"),
        raw(200, '"a string"'),
        raw(200, "[1, 2]"),
        raw(200, '{"choices": [{"message": null}]}'),
        raw(200, '{"choices": "x", "usage": "y"}'),
    ],
    ids=lambda one: one.body.decode("latin-1")[:40] if isinstance(one, Raw) else "",
)
class TestUnusableAnswers:
    def test_one_retry_tells_the_model_and_mends_it(self, planned: Planned, fault: Raw) -> None:
        outcome, server, _ = one(planned, in_turn(fault, HONEST))
        assert outcome.answer and len(server.requests) == 2
        assert "could not be used" in server.requests[1]["messages"][-1]["content"]

    def test_two_in_a_row_are_given_up(self, planned: Planned, fault: Raw) -> None:
        outcome, server, _ = one(planned, lambda _: fault)
        assert outcome.answer is None and outcome.fault and len(server.requests) == 2


def refusing(*words: str) -> Callable[[Body], Any]:
    """A server that takes no request whose body names one of the words."""

    def answer(body: Body) -> Any:
        for word in words:
            if word in json.dumps(body.get("response_format", "")) or word in body:
                return raw(400, json.dumps({"error": {"message": f"Unsupported parameter: {word}"}}))
        return HONEST(body)

    return answer


def test_without_json_schema_the_schema_goes_into_the_prompt(planned: Planned) -> None:
    outcome, server, _ = one(planned, refusing("json_schema"))
    assert outcome.answer and outcome.rung == "json_object"
    assert server.requests[-1]["response_format"] == {"type": "json_object"}
    assert '"additionalProperties":false' in server.requests[-1]["messages"][0]["content"]


def test_without_any_structured_output_plain_text_is_asked_for(planned: Planned) -> None:
    outcome, server, _ = one(planned, refusing("response_format"))
    assert outcome.answer and outcome.rung == "text"
    assert "response_format" not in server.requests[-1]


def test_plain_text_around_the_object_is_forgiven(planned: Planned) -> None:
    def answer(body: Body) -> Any:
        if "response_format" in body:
            return raw(400, '{"error": {"message": "response_format is not supported"}}')
        return completion(f"Here you are:\n```json\n{json.dumps(HONEST(body))}\n```\nBye")

    outcome, _, _ = one(planned, answer)
    assert outcome.answer and outcome.rung == "text"


def test_parameters_that_an_endpoint_does_not_take_are_left_out(planned: Planned) -> None:
    def answer(body: Body) -> Any:
        if "max_tokens" in body:
            return raw(400, '{"error": {"message": "max_tokens: use max_completion_tokens instead"}}')
        if "temperature" in body:
            return raw(400, '{"error": {"message": "temperature does not support 0"}}')
        return HONEST(body)

    outcome, server, _ = one(planned, answer)
    assert outcome.answer and "max_completion_tokens" in server.requests[-1]


def test_a_request_that_is_too_long_is_shortened_once(planned: Planned) -> None:
    def answer(body: Body) -> Any:
        if len(json.dumps(body["messages"])) > shortest:
            return raw(400, '{"error": {"message": "the prompt exceeds the context size"}}')
        return HONEST(body)

    brief = planned.briefs[0]
    shorter = planned.shorter(brief)
    assert shorter and shorter.tokens < brief.tokens
    shortest = len(json.dumps([{"role": m.role, "content": m.text} for m in shorter.messages]))
    outcome, server, told = one(planned, answer)
    assert outcome.answer and len(server.requests) == 2
    assert any("less code" in line for line in told)


def test_a_request_that_is_too_long_even_then_is_given_up(planned: Planned) -> None:
    outcome, server, _ = one(planned, lambda _: raw(400, '{"error": {"message": "maximum context length"}}'))
    assert outcome.answer is None and len(server.requests) == 2


def test_a_slow_drip_ends_at_the_time_limit(planned: Planned) -> None:
    whole = completion(HONEST({"messages": [{"role": "user", "content": ""}]}))
    slow = Raw(200, whole.body, drip=0.1)
    started = time.monotonic()
    outcome, _, _ = one(planned, lambda _: slow, patience=Patience(request=0.5, attempts=2, total=3.0, base=0.01))
    assert outcome.answer is None and "no answer within" in outcome.fault
    assert time.monotonic() - started < 5


def test_a_connection_that_breaks_in_the_body_is_tried_again(planned: Planned) -> None:
    whole = completion({"claims": []})
    outcome, server, _ = one(planned, in_turn(Raw(200, whole.body, cut=20), HONEST))
    assert outcome.answer and len(server.requests) == 2


def test_an_endpoint_that_only_stalls_is_left_alone_after_three_calls(planned: Planned) -> None:
    patience = Patience(request=0.2, attempts=2, total=1.0, base=0.01)
    many = Planned(planned.briefs * 4, ())
    started = time.monotonic()
    with serving(lambda _: Raw(200, b"{" + b" " * 50_000, drip=0.05)) as server:
        outcomes, _ = ask(many, server, patience=patience, count=99)
    assert len(many.briefs) > 12 and all(one.answer is None and one.fault for one in outcomes)
    assert len(server.requests) <= 2 * 8 and time.monotonic() - started < 8


def test_a_call_that_fails_between_others_does_not_stop_them(planned: Planned) -> None:
    many = Planned(planned.briefs * 4, ())
    turns = itertools.count(1)

    def sometimes(body: Body) -> Any:
        return raw(503, "{}") if next(turns) % 3 == 0 else HONEST(body)

    with serving(sometimes) as server:
        # however slow the machine, only what the endpoint refuses may fail
        outcomes, _ = ask(many, server, patience=Patience(request=30.0, attempts=1, total=60.0, base=0.01), count=99)
    assert sum(one.answer is not None for one in outcomes) >= len(outcomes) * 0.6


def test_an_endless_answer_is_cut(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    from llm_audit.writers.openai import client

    monkeypatch.setattr(client, "MAX_BODY", 10_000)
    outcome, _, _ = one(planned, lambda _: raw(200, "x" * 1_000_000))
    assert outcome.answer is None and outcome.fault


def test_nobody_at_the_address_is_one_fault_for_all(planned: Planned) -> None:
    with serving(HONEST) as server:
        url = server.url
    outcomes, _ = ask(planned, Server(HONEST, url), count=99)
    assert {one.fault for one in outcomes} == {"no connection"}


def test_nothing_of_the_environment_goes_along(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-endpoint")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another-endpoint")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-another-endpoint")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-other: of-another-endpoint")
    _, server, _ = one(planned, HONEST)
    assert "another-endpoint" not in json.dumps(server.headers)
    assert "authorization" not in server.headers[0]


def test_the_key_of_this_endpoint_goes_along(planned: Planned) -> None:
    _, server, _ = one(planned, HONEST, key="key-for-this-one")
    assert server.headers[0]["authorization"] == "Bearer key-for-this-one"


def test_the_cap_holds_over_every_retry_and_repair(planned: Planned) -> None:
    briefs: tuple[Brief, ...] = planned.briefs[:1]
    cap = briefs[0].tokens + briefs[0].answer_tokens
    outcome, server, _ = one(planned, lambda _: completion("no JSON"), cap=cap)
    assert outcome.answer is None and "cap" in outcome.fault
    assert len(server.requests) == 1


def test_doctor_finds_the_kinds_of_output_that_work() -> None:
    def answer(body: Body) -> Any:
        kind = body.get("response_format", {}).get("type", "text")
        return raw(400, '{"error": {"message": "no json_schema"}}') if kind == "json_schema" else {"colour": "blue"}

    with serving(answer) as server:
        found = asyncio.run(probe(Endpoint(server.url), "fake", PATIENCE))
    assert found.reached and found.listed and found.rungs == ("json_object", "text")


def test_doctor_names_a_wrong_key() -> None:
    with serving(lambda _: raw(401, "{}")) as server:
        found = asyncio.run(probe(Endpoint(server.url), "fake", PATIENCE))
    assert "wants a key" in found.fault and "--api-key-env" in found.fault and found.rungs == ()
    with serving(lambda _: raw(401, "{}")) as server:
        found = asyncio.run(probe(Endpoint(server.url, "kept"), "fake", PATIENCE))
    assert "refuses the key" in found.fault


def test_doctor_names_the_models_that_there_are() -> None:
    with serving(lambda _: raw(404, "{}")) as server:
        found = asyncio.run(probe(Endpoint(server.url), "other", PATIENCE))
        known = asyncio.run(probe(Endpoint(server.url), "fake", PATIENCE))
    assert found.listed is False and found.offered == ("fake",) and "--model other" in found.fault
    assert known.listed is True and known.offered == ()
