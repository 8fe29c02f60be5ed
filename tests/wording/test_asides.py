"""Remarks of a model: followed where code agrees, never by their own strength."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llm_audit.excerpts import Excerpt
from llm_audit.model import Candidate, Fact, Kind, Redacted, Role, Value
from llm_audit.wording.answers import Aside
from llm_audit.wording.asides import Remark, applied, judged
from llm_audit.wording.briefs import Brief
from llm_audit.wording.request import NONE, SAME

SECTION, GROUP = "APIs & External Services", "External APIs"


def fact(kind: Kind, name: str, path: str = "app/a.py", line: int = 1, value: str = "", use: str = "call") -> Fact:
    details = (("use", Redacted(use)),) if kind == Kind.HOST else ()
    return Fact(kind, Redacted(name), Redacted(value), path, line, Role.SOURCE, details)


def entry(key: str, *facts: Fact, group: str = GROUP, values: tuple[Value, ...] = ()) -> Candidate:
    return Candidate(key, key.removeprefix("host:").title(), SECTION, group, "Something", values, facts)


STRIPE = entry("stripe", fact(Kind.CALL, "stripe.charges.create", "app/pay.py", 3))
MAPS = entry("mapbox", fact(Kind.IMPORT, "mapbox", "app/map.py", 2))
MAIL = entry("resend", fact(Kind.CALL, "resend.send", "app/mail.py", 9))
PAGE = entry("host:example.org", fact(Kind.HOST, "www.example.org", "app/page.tsx", 4, "/pricing"))
API = entry("host:acme.io", fact(Kind.HOST, "api.acme.io", "app/acme.py", 4, "/v2/orders"))
KEYED = replace(
    entry("host:keyed.io", fact(Kind.HOST, "www.keyed.io", "app/k.py")), values=(Value("Auth", "KEYED_TOKEN"),)
)
SAMPLE = entry("algolia", fact(Kind.ENV_DECLARED, "ALGOLIA_ID", ".env.example"))
READ = entry("sentry", fact(Kind.ENV_READ, "SENTRY_DSN", "app/settings.py"))
TILES = entry(
    "host:mapbox-tiles.com",
    fact(Kind.HOST, "api.mapbox-tiles.com", "app/map.py", 7),
    values=(Value("Endpoints used", "`/v4`"),),
)
ALL = (STRIPE, MAPS, MAIL, PAGE, API, KEYED, SAMPLE, READ, TILES)


PAGE_CODE = 'window.open("https://www.example.org/pricing", "_blank")'


def brief(*candidates: Candidate, code: str = PAGE_CODE) -> Brief:
    shown = (Excerpt("app/page.tsx", ((4, 4),), ((4, Redacted(code)),), ()),) if code else ()
    facts = [one for candidate in candidates for one in candidate.facts]
    return Brief(
        "k", SECTION, "replace", (), "{}", tuple((f"c{n}", one) for n, one in enumerate(candidates)),
        tuple((f"f{n}", one) for n, one in enumerate(facts)), shown, (), 0, 0, False,
    )  # fmt: skip


def remarks(*said: tuple[Candidate, str, Candidate], cited: str = "own") -> tuple[Remark, ...]:
    names = {one.key: f"c{n}" for n, one in enumerate(ALL)}
    order = [one for candidate in ALL for one in candidate.facts]
    asides = [
        Aside(names[one.key], kind, names[other.key], (f"f{order.index(one.facts[0])}",) if cited == "own" else ())
        for one, kind, other in said
    ]
    return judged([(brief(*ALL), asides)], ALL)


@pytest.mark.parametrize("one", [PAGE, SAMPLE], ids=lambda one: one.key)
def test_an_entry_of_thin_evidence_goes_and_is_told(one: Candidate) -> None:
    said = remarks((one, NONE, one))
    kept, dismissed = applied(ALL, {id(each): each for each in ALL}, said)
    assert one not in kept and len(kept) == len(ALL) - 1
    assert [each.name for each in dismissed] == [one.name] and "evidence is thin" in dismissed[0].reason
    assert said[0].became.startswith("taken out")


@pytest.mark.parametrize("one", [STRIPE, MAPS, API, KEYED, READ], ids=lambda one: one.key)
def test_an_entry_that_code_shows_stays(one: Candidate) -> None:
    said = remarks((one, NONE, one))
    kept, dismissed = applied(ALL, {id(each): each for each in ALL}, said)
    assert kept == ALL and dismissed == () and said[0].became == "kept: code shows its use"


@pytest.mark.parametrize(
    "code", ["", 'await fetch("https://www.example.org/pricing")', "axios.get(PAGE)", "requests.get(u)"]
)
def test_a_host_that_is_called_or_was_not_shown_stays(code: str) -> None:
    at = ALL.index(PAGE)
    cited = next(f"f{n}" for n, one in enumerate(f for c in ALL for f in c.facts) if one in PAGE.facts)
    (said,) = judged([(brief(*ALL, code=code), [Aside(f"c{at}", NONE, f"c{at}", (cited,))])], ALL)
    assert said.refused == "code shows its use"


def test_a_remark_must_cite_a_fact_of_the_entry() -> None:
    (said,) = remarks((PAGE, NONE, PAGE), cited="none")
    assert said.refused


def test_a_model_that_takes_many_for_none_is_not_followed() -> None:
    said = remarks(*((one, NONE, one) for one in ALL))
    assert all(one.refused for one in said)
    assert applied(ALL, {id(each): each for each in ALL}, said)[0] == ALL


def test_a_group_is_never_emptied() -> None:
    alone = (STRIPE, MAPS, MAIL, replace(PAGE, group="Maps"))
    said = judged([(brief(*alone), [Aside("c3", NONE, "c3", ("f3",))])], alone)
    assert said[0].refused == "the model says so of too many entries"


def test_a_host_of_a_service_is_merged_into_it_with_its_evidence() -> None:
    said = remarks((TILES, SAME, MAPS))
    kept, dismissed = applied(ALL, {id(each): each for each in ALL}, said)
    merged = next(one for one in kept if one.key == "mapbox")
    assert TILES not in kept and set(TILES.facts) < set(merged.facts)
    assert merged.values == TILES.values and dismissed[0].name == TILES.name


@pytest.mark.parametrize(("one", "other"), [(STRIPE, MAPS), (API, STRIPE), (MAPS, TILES)])
def test_what_code_does_not_connect_is_not_merged(one: Candidate, other: Candidate) -> None:
    assert remarks((one, SAME, other))[0].refused == "code does not connect the two"


def test_two_things_said_of_one_are_not_both_followed() -> None:
    said = remarks((PAGE, NONE, PAGE), (PAGE, NONE, PAGE))
    assert [bool(one.refused) for one in said] == [False, True]
    ring = remarks((TILES, SAME, MAPS), (MAPS, SAME, TILES))
    assert [bool(one.refused) for one in ring] == [False, True]


def test_equal_remarks_give_equal_documents() -> None:
    asked = ((TILES, SAME, MAPS), (PAGE, NONE, PAGE))
    first, second = remarks(*asked), remarks(*asked)
    worded = {id(each): each for each in ALL}
    assert applied(ALL, worded, first) == applied(ALL, worded, second)
