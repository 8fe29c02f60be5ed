"""What holds of any text."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llm_audit import redact

TOKEN = "gh" + "p_" + "Q7mT4vK0aZ9bY8cX7dW6eV5fU4gT3h0nFxq1"
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
SYNTAX = st.text(alphabet="abAB019:=@/%\\n\"'`{}[]()<>$-_.,;|&?+# \n\t\u00e9\u0130\ufeff\U0001f511", max_size=300)
PIECES = st.lists(
    st.sampled_from(
        ["password", "=", ": ", '"', "'", "\n", " ", "://", "@", "AKIA", "sk_live_", "-----BEGIN PRIVATE KEY-----",
         "%3D", "\\n", "token", "[REDACTED:", "]", "eyJ", "a1B2c3D4e5F6g7H8", "é", "\\u0041"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@QUICK
@given(st.one_of(SYNTAX, PIECES, st.text(max_size=200)))
def test_idempotent_and_lines_kept(text: str) -> None:
    shown, _ = redact.redact(text)
    assert redact.redact(shown) == (shown, 0)
    assert shown.count("\n") == text.count("\n")
    assert redact.scan(shown) == []


@QUICK
@given(st.one_of(SYNTAX, PIECES), st.one_of(SYNTAX, PIECES))
def test_no_piece_of_a_planted_secret_survives(before: str, after: str) -> None:
    shown = "".join(redact.redact(f"{before}\n{TOKEN}\n{after}")[0].split())
    assert not any(TOKEN[at : at + 8] in shown for at in range(len(TOKEN) - 7))


@QUICK
@given(st.text(st.characters(), max_size=100), st.integers(0, 100))
def test_a_known_value_never_survives(text: str, at: int) -> None:
    value = "correct-horse 4 battery"
    redact.learn([value])
    try:
        assert value not in redact.redact(text[:at] + value + text[at:])[0]
    finally:
        redact.forget()
