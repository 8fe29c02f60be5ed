"""Lines of a megabyte: how long they take, and that nothing in them is overlooked for their length."""

from __future__ import annotations

import base64
import json
import sys
import time
from random import Random

import pytest

from llm_audit import redact
from llm_audit.redact import filter, views
from tests.conftest import REPO
from tests.redact.families import ALNUM, run

MEGABYTE = 1 << 20
RNG = Random(5)
WORDS = " ".join(path.read_text(encoding="utf-8") for path in sorted(REPO.glob("fixtures/repos/*/expected.md"))).split()
TOKEN = "gh" + "p_" + "Q7mT4vK0aZ9bY8cX7dW6eV5fU4gT3h0nFxq1"


def _script() -> str:
    """Code as a minifier leaves it, every part another."""
    names = [run(RNG, "abcdefghijklmnopqrstuvwxyzABCXYZ_$", RNG.randrange(1, 9)) for _ in range(400)]
    parts = 'function {0}({1},{2}){{var {3}={1}.{4}({2}[{5}]);return {3}&&{3}.{6}?{0}(!1,"{4}"):void 0}}{6}.prototype.{3}={2}+"\\n";'
    return "".join(parts.format(*RNG.choices(names, k=7)) for _ in range(MEGABYTE // 90))


ORDINARY = {
    "prose": lambda: " ".join(RNG.choices(WORDS, k=MEGABYTE // 5)),
    "script": _script,
    "base64 of an image": lambda: f"url(data:image/png;base64,{base64.b64encode(RNG.randbytes(MEGABYTE)).decode()})",
    "base64 of text": lambda: base64.b64encode(" ".join(RNG.choices(WORDS, k=MEGABYTE // 6)).encode()).decode(),
    "json": lambda: json.dumps(
        [{"id": RNG.randrange(10**9), "name": RNG.choice(WORDS), "sha": RNG.randbytes(20).hex()} for _ in range(15_000)]
    ),
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_an_ordinary_line_of_a_megabyte_takes_a_second_at_most(kind: str) -> None:
    redact.scan("warm" * 20)
    line = ORDINARY[kind]().replace("\n", " ")[:MEGABYTE]
    for work in (redact.scan, redact.redact):
        # what else the machine does may spoil one try
        assert any(_seconds(lambda work=work: work(line)) < 1.2 * _slowness() for _ in range(4))


def _slowness() -> float:
    """How much longer than on a machine with nothing else to do things take here and now, at least 1."""
    measured = 4.0 if sys.gettrace() else 1.0  # every line is counted
    return measured * max(1.0, _seconds(lambda: sum(one & 3 for one in range(5_000_000))) / 0.22)


def _seconds(work: object) -> float:
    started = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - started


HOSTILE = [
    "a", "a1B2", "key", "key=", "key->", "password: ", "password=", "pwd=a;", "accountkey=abc;", "http://a:b@c/", "://a:", "%41", "%2525", "é%41",
    "\\n", "\\u0041", "&amp;", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n", "A" * 63 + "/", "x.y.", "(", '"', "key='", "secret: '",
    "abc-def_", "token ", "?token=", "bearer ", "Authorization: Bearer ", "eyJ", "eyJa.", "0123456789abcdef", "@", "=", "[REDACTED:",
    "[REDACTED:random] ", "://", "a b ", "sk_", "sk-a1-", "A3-", ";", "pass,", "\n", "\r\n", "token:\n", "A1" * 30 + "\n", "q9Zt4LmX\n", "aGVsbG8g" * 9 + "\n",
    "kind: Secret\ndata:\n", "default=", " -u a:", "\u0130", "http://u:changeme@h/ ", "http://u:[REDACTED:url-password]@h/",
    "curl -u a:b1c2d3e4 https://a.b/c\n", 'curl -H "Authorization: Bearer q9Zt4LmX7vBd2Kws8Rfh" ', "GR1348941",
    "curl ", "'pwd',", "secret,'", "---\nkind: Secret\ndata:\n a: b\n", "a,password\n", "insert into a (password) values (",
    "\\", "eyJhbGciOi.eyJzdWIi.", "'pwd',", "pwd ", "pwd: ", "pass->", "a_key=", "akey=", "{{", "\u200b", "e\u0301", "\u4e2d", "\0", "\t", "0x4a", "-----", "a1\nb2",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_repetition_takes_more_than_time_in_proportion(unit: str) -> None:
    redact.scan("warm" * 20)

    def grows() -> bool:
        large = _scanning(unit, MEGABYTE // 4)
        return large > 0.5 and large > 8 * _scanning(unit, MEGABYTE // 16)

    assert not all(grows() for _ in range(3))


def _random_lines(size: int) -> str:
    rng = Random(size)
    return "".join(run(rng, ALNUM, rng.randrange(2, 14)) + "\n" for _ in range(size // 8))


def test_a_list_of_random_words_takes_time_in_proportion() -> None:
    redact.scan("warm" * 20)

    def grows() -> bool:
        small, large = (_seconds(lambda size=size: redact.scan(_random_lines(size))) for size in (1 << 16, 1 << 18))
        return large > 0.5 and large > 8 * small

    assert not all(grows() for _ in range(3))


def test_in_a_list_of_single_words_no_line_goes_on_in_the_next_but_at_its_ends() -> None:
    lines = [f"a{number}b" for number in range(200)]
    view = views.joined("\n".join(["head", *lines, "tail", ""]))
    assert view
    assert "a0ba1b" not in view.text
    assert "a99ba100b" not in view.text
    assert "a198ba199b" in view.text
    few = views.joined("\n".join(lines[:40]))
    assert few
    assert "a20ba21b" in few.text


def test_a_crowd_of_one_kind_hides_none_of_it() -> None:
    rng = Random(7)
    lines = [f"curl -u ops:{run(rng, ALNUM, 12)} https://u:{run(rng, ALNUM, 12)}@a.io/{at}" for at in range(300)]
    shown, count = redact.redact("\n".join(lines))
    assert count == 600
    assert not any(secret in shown for line in lines for secret in (line[12:24], line.partition("@")[0][-12:]))


def _scanning(unit: str, size: int) -> float:
    text = (unit * (size // len(unit) + 1))[:size]
    return _seconds(lambda: redact.scan(text))


@pytest.mark.parametrize("shape", ["{}", '"{}"', "k={}&x=1", "a%20{}%20b"])
@pytest.mark.parametrize("place", [0, 70_001, 200_000])
def test_a_secret_is_found_anywhere_in_a_long_line(shape: str, place: int) -> None:
    filler = "var a=b(c[1],'\\n');" * 10_000
    line = f"{filler[:place]} {shape.format(TOKEN)} {filler[place:]}"
    shown, _ = redact.redact(line)
    assert not any(TOKEN[at : at + 8] in shown for at in range(len(TOKEN) - 7))
    assert len(shown) > len(line) - 2 * len(TOKEN)


def test_rounds_that_look_near_find_what_rounds_over_everything_find(monkeypatch: pytest.MonkeyPatch) -> None:
    filler = "The shop calls `stripe` (see `src/pay.ts:12`), twice a day; 3 retries.\n"
    planted = [f"DB_PASSWORD={run(RNG, ALNUM, 12)} and {run(RNG, ALNUM, 30)}=={TOKEN}\n" for _ in range(9)]
    text = "".join(filler * RNG.randrange(150, 400) + one for one in planted)
    near = redact.redact(text)
    assert redact.scan(near[0]) == []
    monkeypatch.setattr(filter, "_LARGE", len(text) * 2)
    assert redact.redact(text) == near


def test_a_known_quiet_text_is_looked_at_again_when_more_is_known() -> None:
    text = "ask for the plain-looking orchard " * 9
    assert redact.redact(text)[1] == 0
    redact.learn(["plain-looking orchard"])
    try:
        assert len(redact.scan(text)) == 9
    finally:
        redact.forget()


def test_of_a_long_line_only_what_is_near_an_escape_is_decoded() -> None:
    line = "word " * 40_000 + "a%3Db" + " word" * 40_000
    view = views.decoded(line)
    assert view
    assert "a=b" in view.text
    assert len(view.text) < 10_000
    at = view.text.index("a=b")
    back = view.back(redact.Span(at, at + 3, "random"))
    assert line[back.start : back.end] == "a%3Db"
