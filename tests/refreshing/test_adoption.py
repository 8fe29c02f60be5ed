"""Documents that llm-audit never wrote: every line stays, what is missing is added, what is wrong is proposed."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm_audit.errors import SafetyError
from llm_audit.refreshing.fields import Choice
from tests.histories import MAIL, PAY, History, package, refresh, told

FOREIGN = """# Integrations

Written by hand.

## External Services

### Payment: Stripe
- **SDK:** `stripe ^14.8.0`
- **Where:** `src/pay.ts`
- **Env vars:** `STRIPE_SECRET_KEY`

Ask Ada before you touch this.

## Logging

Everything goes to the terminal.
"""


@pytest.fixture
def shop(tmp_path: Path) -> History:
    history = History(tmp_path / "shop")
    history.commit(
        {
            "package.json": package(stripe="^14.8.0", at_sendgrid__mail="^8.1.0"),
            "src/pay.ts": PAY,
            "src/mail.ts": MAIL,
            ".planning/codebase/INTEGRATIONS.md": FOREIGN,
        }
    )
    return history


def test_every_line_is_kept_and_the_missing_entry_added(shop: History) -> None:
    assert ("missing-integration", "sendgrid") in told(shop.root)
    done = refresh(shop.root)
    assert done.adopted and done.open == ()
    assert set(FOREIGN.split("\n")) <= set(shop.text.split("\n"))
    assert "- SendGrid - " in shop.text and shop.text.count("Stripe") == FOREIGN.count("Stripe")
    assert told(shop.root) == set()
    again = refresh(shop.root)
    assert not again.differs and not again.is_new


def test_a_wrong_value_is_proposed_then_taken(shop: History) -> None:
    shop.commit(
        {"package.json": package(stripe="^15.1.0"), "src/mail.ts": None, "src/pay.ts": None, "src/a/pay.ts": PAY}
    )
    done = refresh(shop.root)
    assert {one.key for one in done.open} == {"stale-version", "dead-path"}
    assert shop.text == FOREIGN
    assert len(refresh(shop.root).open) == 2, "a proposal stays until it is settled"
    refresh(shop.root, Choice.THEIRS)
    assert "`stripe ^15.1.0`" in shop.text and "`src/a/pay.ts`" in shop.text
    assert told(shop.root) == set()


def test_a_declined_proposal_is_not_made_again(shop: History) -> None:
    shop.commit({"package.json": package(stripe="^15.1.0"), "src/mail.ts": None})
    refresh(shop.root, Choice.MINE)
    assert shop.text == FOREIGN
    assert refresh(shop.root).open == ()


def test_an_adopted_line_that_was_right_is_rewritten(shop: History) -> None:
    shop.commit({"package.json": package(stripe="^14.8.0"), "src/mail.ts": None})
    refresh(shop.root)
    shop.commit({"package.json": package(stripe="^15.1.0")})
    done = refresh(shop.root)
    assert done.open == () and "`stripe ^15.1.0`" in shop.text
    assert shop.text == FOREIGN.replace("14.8.0", "15.1.0")


def test_a_line_that_a_person_changed_is_theirs(shop: History) -> None:
    shop.commit({"package.json": package(stripe="^14.8.0"), "src/mail.ts": None})
    refresh(shop.root)
    shop.edit("`stripe ^14.8.0`", "`stripe ^14.8.0`, for good")
    shop.commit({"package.json": package(stripe="^15.1.0")})
    assert [one.key for one in refresh(shop.root).open] == ["stale-version"]
    assert "`stripe ^14.8.0`, for good" in shop.text


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("last", [True, False])
def test_the_files_spelling_is_kept(shop: History, end: str, mark: bytes, last: bool) -> None:
    text = FOREIGN if last else FOREIGN.rstrip("\n")
    shop.document.write_bytes(mark + text.replace("\n", end).encode())
    shop.document.chmod(0o640)
    refresh(shop.root)
    data = shop.document.read_bytes()
    assert data.startswith(mark) and (data[3:] if mark else data)[:1] == b"#"
    assert data.count(b"\n") == data.count(end.encode()) and b"SendGrid" in data
    assert data.endswith(end.encode()) == last
    assert shop.document.stat().st_mode & 0o777 == 0o640


def test_mixed_line_ends_stay_where_they_are(shop: History) -> None:
    shop.document.write_bytes(FOREIGN.replace("by hand.\n", "by hand.\r\n").encode())
    refresh(shop.root)
    data = shop.document.read_bytes()
    assert data.count(b"\r\n") == 1 and b"by hand.\r\n" in data


def test_front_matter_carries_the_commit(shop: History) -> None:
    shop.document.write_text(f"---\nowner: ada\nlast_mapped_commit: abc\n---\n{FOREIGN}")
    head = shop.commit({})
    refresh(shop.root)
    assert shop.text.startswith(f"---\nowner: ada\nlast_mapped_commit: {head}\nlast_mapped_at: 2026-03-04\n---\n")
    assert not refresh(shop.root, stamp=True).differs
    shop.commit({"README.md": "x\n"})
    assert not refresh(shop.root).differs, "a commit alone is no reason to write"
    assert refresh(shop.root, stamp=True).differs


def test_a_stamp_makes_front_matter(shop: History) -> None:
    head = shop.commit({})
    refresh(shop.root, stamp=True)
    assert shop.text.startswith(f"---\nlast_mapped_commit: {head}\n")


def test_a_document_with_a_secret_is_not_written(shop: History) -> None:
    token = "gh" + "p_" + "a8F3kQ0zL1mX9vB7cR5tY2wE6uJ4oP3sD1fG"
    shop.edit("Written by hand.", f"Written by hand with {token}.")
    before = shop.text
    with pytest.raises(SafetyError):
        refresh(shop.root)
    assert shop.text == before
    found = [one for one in told(shop.root) if one[0] == "secret"]
    assert len(found) == 1


def test_only_the_section_that_was_asked_for(shop: History) -> None:
    refresh(shop.root, section="Data Storage")
    assert "SendGrid" not in shop.text
    refresh(shop.root, section="APIs & External Services")
    assert "- SendGrid - " in shop.text
