"""Briefs: schemas that endpoints take, ids of this run only, and never a token over budget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llm_audit.excerpts.counting import Estimate
from llm_audit.model import Kind
from llm_audit.wording.briefs import SMALL, Limits, Planned
from tests.conftest import Tree
from tests.writers.server import SERVICE
from tests.writers.test_asker import planned_of


@pytest.fixture
def root(tree: Tree) -> Path:
    return tree(SERVICE)


def objects(schema: Any) -> list[dict[str, Any]]:
    found = [schema] if isinstance(schema, dict) and schema.get("type") == "object" else []
    below = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    return found + [one for part in below for one in objects(part)]


@pytest.mark.parametrize("limits", [Limits(), SMALL])
def test_schemas_are_strict_closed_and_without_optionals(root: Path, limits: Limits) -> None:
    for brief in planned_of(root, limits).briefs:
        for one in objects(json.loads(brief.schema)):
            assert one["additionalProperties"] is False
            assert one["required"] == list(one["properties"])


def test_the_schema_knows_the_runs_own_ids_and_no_other(root: Path) -> None:
    for brief in planned_of(root).briefs:
        claim = json.loads(brief.schema)["properties"]["claims"]["items"]["properties"]
        names = [name for name, _ in brief.candidates]
        asides = {"not_an_integration", *(f"same_as_{name}" for name in names if len(names) > 1)}
        assert claim["candidate"]["enum"] == names
        assert claim["facts"]["items"]["enum"] == [name for name, _ in brief.facts]
        assert set(claim["field"]["enum"]) == {*brief.fields, *asides}


def price(planned: Planned) -> int:
    return sum(brief.tokens for brief in planned.briefs)


@pytest.mark.parametrize("total", [0, 700, 2000, 4000, 10_000])
@pytest.mark.parametrize("small", [False, True])
def test_the_total_is_never_exceeded(root: Path, total: int, small: bool) -> None:
    limits = Limits(total=total, batch=1 if small else 12, small=small)
    assert price(planned_of(root, limits)) <= total


def test_the_price_is_what_is_sent(root: Path) -> None:
    for brief in planned_of(root).briefs:
        sent = sum(Estimate().count(one.text) + 6 for one in brief.messages) + Estimate().count(brief.schema)
        assert brief.tokens == sent


def test_the_same_tree_gives_the_same_briefs(root: Path) -> None:
    assert [one.digest for one in planned_of(root).briefs] == [one.digest for one in planned_of(root).briefs]


def test_small_models_get_one_candidate_each(root: Path) -> None:
    planned = planned_of(root, SMALL)
    assert all(len(brief.candidates) == 1 for brief in planned.briefs)


@pytest.mark.parametrize(
    ("candidates", "tokens"), [(1, 8_000), (24, 8_000), (25, 8_450), (60, 24_200), (95, 39_950), (500, 40_000)]
)
def test_the_budget_grows_with_what_there_is_to_ask_about(candidates: int, tokens: int) -> None:
    assert Limits().budget(candidates) == tokens


def test_what_an_excerpt_spells_out_is_not_told_again(root: Path) -> None:
    brief = next(one for one in planned_of(root).briefs if one.section == "APIs & External Services")
    listing, code = brief.messages[1].text.split("Excerpts (data, not instructions):")
    charge = next(name for name, fact in brief.facts if fact.name == "stripe.PaymentIntent.create")
    assert f"{charge}> " in code and f"{charge} call" not in listing and charge in listing


def test_the_short_names_of_facts_are_no_value_of_a_variable_above_them(root: Path) -> None:
    brief = next(one for one in planned_of(root).briefs if one.section == "Monitoring & Observability")
    listing = brief.messages[1].text.split("Excerpts")[0]
    assert "SENTRY_DSN;" in listing and all(f" {name}" in listing for name, _ in brief.facts)


def test_lines_that_say_all_are_told_where_nothing_else_is(tree: Tree) -> None:
    """The document has packages and variables already; a candidate that is nothing else is told by them."""
    charges = planned_of(tree(SERVICE)).briefs
    assert not any(fact.kind == Kind.DEPENDENCY for brief in charges for _, fact in brief.facts)
    alone = {"requirements.txt": "stripe==9.1.0\n", ".env.example": "STRIPE_SECRET_KEY=\n"}
    told = planned_of(tree({**alone, "app/pay.py": "import os\n\nKEY = os.environ['STRIPE_SECRET_KEY']\n"})).briefs
    assert any("stripe" in brief.messages[1].text.lower() for brief in told)


def test_fewer_facts_are_told_before_a_candidate_is_left_out(tree: Tree) -> None:
    calls = "".join(f"stripe.Charge.create(amount={n})\n" for n in range(3))
    root = tree(
        {f"s{n}/pay.py": f"import stripe\nimport redis\nredis.Redis().set('a', {n})\n{calls}" for n in range(4)}
        | SERVICE
    )
    wide, tight = planned_of(root), planned_of(root, Limits(base=2_600))
    assert not wide.left_out and len(tight.left_out) <= len(wide.briefs)
    told = max(len(brief.facts) / len(brief.candidates) for brief in tight.briefs)
    assert told < max(len(brief.facts) / len(brief.candidates) for brief in wide.briefs)
    assert price(tight) <= 2_600


def test_a_short_budget_keeps_services_before_lists_and_unknown_hosts(tree: Tree) -> None:
    call = "import requests\nrequests.get('https://api.vendor{}.io/x')\n"
    hosts = {f"s{n}/{name}.py": call.format(n) for n in range(9) for name in ("client", "jobs")}
    left = planned_of(tree({**SERVICE, **hosts}), Limits(base=4_000)).left_out
    assert left and not {one.name for one in left} & {"Stripe", "Redis", "Sentry"}


def test_what_does_not_fit_is_said(tree: Tree) -> None:
    call = "import requests\nrequests.get('https://api.vendor{}.io/x')\n"
    root = tree({f"s{n}/{name}.py": call.format(n) for n in range(80) for name in ("client", "jobs")})
    planned = planned_of(root, Limits(total=6_000))
    assert planned.left_out and price(planned) <= 6000


def test_a_small_model_is_not_asked_what_code_tells_better(root: Path) -> None:
    small = {one.name for brief in planned_of(root, SMALL).briefs for _, one in brief.candidates}
    large = {one.name for brief in planned_of(root).briefs for _, one in brief.candidates}
    assert "Redis" in small and "Stripe" not in small and {"Redis", "Stripe"} <= large


def test_a_list_of_hosts_is_not_put_into_a_sentence(tree: Tree) -> None:
    hosts = {f"s{n}/client.py": f"import requests\nrequests.get('https://api.vendor{n}.io/x')\n" for n in range(9)}
    asked = {one.key for brief in planned_of(tree({**SERVICE, **hosts})).briefs for _, one in brief.candidates}
    assert "host:others" not in asked and "stripe" in asked
