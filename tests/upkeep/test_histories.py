"""Histories: after each commit `check` names what changed, `refresh` mends it, and a second `refresh` does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm_audit.refreshing.fields import Choice
from tests.histories import HOOK, MAIL, PAY, History, check, draft, package, refresh, told

TRACK = """import { PostHog } from 'posthog-node'
const client = new PostHog('x')
client.capture({ event: 'paid' })
"""


@pytest.fixture
def shop(tmp_path: Path) -> History:
    """A shop that takes payments and sends mail, with its document."""
    history = History(tmp_path / "shop")
    history.commit(
        {"package.json": package(stripe="^14.8.0", at_sendgrid__mail="^8.1.0"), "src/pay.ts": PAY, "src/mail.ts": MAIL}
    )
    draft(history.root)
    history.commit({})
    return history


def mended(history: History) -> None:
    """After one refresh nothing is wrong, and a second one writes nothing."""
    refresh(history.root)
    assert told(history.root) == set()
    before = history.text, history.document.stat().st_mtime_ns
    again = refresh(history.root, date="2027-09-09")
    assert not again.differs and not again.is_new
    assert (history.text, history.document.stat().st_mtime_ns) == before


def test_a_fresh_document_is_clean(shop: History) -> None:
    assert check(shop.root).findings == ()
    before = shop.text
    assert not refresh(shop.root).differs
    assert shop.text == before


def test_a_service_is_added(shop: History) -> None:
    shop.commit(
        {
            "package.json": package(stripe="^14.8.0", at_sendgrid__mail="^8.1.0", **{"posthog-node": "^4.0.0"}),
            "src/track.ts": TRACK,
        }
    )
    assert ("missing-integration", "posthog") in told(shop.root)
    mended(shop)
    assert "- PostHog - " in shop.text
    assert "**Analysis Date:** 2026-03-04" in shop.text


def test_a_service_is_removed(shop: History) -> None:
    shop.commit({"package.json": package(stripe="^14.8.0"), "src/mail.ts": None})
    found = told(shop.root)
    assert ("unsupported-integration", "sendgrid") in found
    assert ("unknown-env-var", "SENDGRID_API_KEY") in found
    assert not {subject for rule, subject in found if "stripe" in subject.lower()}
    mended(shop)
    assert "SendGrid" not in shop.text and "SENDGRID" not in shop.text
    assert "- Stripe - " in shop.text


def test_a_service_is_replaced(shop: History) -> None:
    resend = "import { Resend } from 'resend'\nconst r = new Resend(process.env.RESEND_API_KEY!)\nr.emails.send({})\n"
    shop.commit({"package.json": package(stripe="^14.8.0", resend="^4.0.0"), "src/mail.ts": resend})
    found = told(shop.root)
    assert {("missing-integration", "resend"), ("unsupported-integration", "sendgrid")} <= found
    mended(shop)


def test_an_sdk_is_bumped(shop: History) -> None:
    shop.commit({"package.json": package(stripe="^15.1.0", at_sendgrid__mail="^8.1.0")})
    assert told(shop.root) == {("stale-version", "stripe@14.8.0")}
    mended(shop)
    assert "stripe 15.1.0" in shop.text and "14.8.0" not in shop.text


def test_a_variable_is_renamed(shop: History) -> None:
    shop.commit({"src/pay.ts": PAY.replace("STRIPE_SECRET_KEY", "STRIPE_API_KEY")})
    assert ("unknown-env-var", "STRIPE_SECRET_KEY") in told(shop.root)
    mended(shop)
    assert "STRIPE_API_KEY" in shop.text and "STRIPE_SECRET_KEY" not in shop.text


def test_a_file_is_moved(shop: History) -> None:
    shop.commit({"src/pay.ts": None, "src/payments/pay.ts": PAY})
    assert told(shop.root) == {("dead-path", "src/pay.ts")}
    [finding] = [one for one in check(shop.root).findings if one.rule == "dead-path"][:1]
    assert "src/payments/pay.ts" in finding.mend
    mended(shop)
    assert "`src/payments/pay.ts:" in shop.text and "`src/pay.ts:" not in shop.text


def test_code_that_moves_within_its_file_is_no_change(shop: History) -> None:
    shop.commit({"src/pay.ts": "// one\n// two\n// three\n" + PAY})
    assert told(shop.root, worst=False) == {("unmapped-commits", "commits")}
    done = refresh(shop.root)
    assert done.result.relinked and not done.result.changed
    assert "`src/pay.ts:5`" in shop.text
    assert "**Analysis Date:** 2026-01-02" in shop.text
    assert not refresh(shop.root).differs


def test_code_that_moves_up_until_its_old_line_is_gone_is_no_change(shop: History) -> None:
    shop.commit({"src/pay.ts": "// one\n// two\n// three\n" + PAY})
    refresh(shop.root)
    shop.commit({"src/pay.ts": PAY})
    assert told(shop.root) == set(), "evidence points past the end of the file, and a refresh re-links it"
    shop.edit("Creates checkout sessions", "Payments, see `src/pay.ts:40`")
    assert ("dead-line", "src/pay.ts:40") in told(shop.root), "what a person wrote is nobody else's to re-link"


def test_a_webhook_is_added(shop: History) -> None:
    shop.commit(
        {"package.json": package(stripe="^14.8.0", at_sendgrid__mail="^8.1.0", express="^4.0.0"), "src/hooks.ts": HOOK}
    )
    found = [one for one in check(shop.root).findings if one.rule == "undocumented-webhook"]
    assert len(found) == 1 and "/webhooks/stripe" in found[0].message and "without verification" in found[0].message
    mended(shop)
    assert "/webhooks/stripe" in shop.text


def test_what_a_person_wrote_stays(shop: History) -> None:
    shop.edit("- Stripe - Creates checkout sessions", "- Stripe - Takes the money; ask Ada")
    shop.edit("**Email/SMS:**", "We mean to leave SendGrid.\n\n**Email/SMS:**")
    shop.edit("## Webhooks & Callbacks", "## Runbook\n\n- Call Ada first\n\n## Webhooks & Callbacks")
    before = shop.text
    assert not refresh(shop.root).differs and shop.text == before
    shop.commit({"package.json": package(stripe="^15.1.0", at_sendgrid__mail="^8.1.0")})
    done = refresh(shop.root)
    assert done.open == ()
    for line in ("- Stripe - Takes the money; ask Ada", "We mean to leave SendGrid.", "## Runbook", "- Call Ada first"):
        assert line in shop.text
    assert "stripe 15.1.0" in shop.text


def test_a_deleted_entry_stays_away_until_its_facts_change(shop: History) -> None:
    start = shop.text.index("- SendGrid - ")
    entry = shop.text[start : shop.text.index("\n\n", start) + 1]
    shop.edit(entry, "")
    assert told(shop.root) == set()
    refresh(shop.root)
    assert "- SendGrid" not in shop.text
    shop.commit({"README.md": "# Shop\n"})
    refresh(shop.root)
    assert "- SendGrid" not in shop.text
    shop.commit({"package.json": package(stripe="^14.8.0", at_sendgrid__mail="^9.0.0")})
    assert ("missing-integration", "sendgrid") in told(shop.root)
    refresh(shop.root)
    assert "- SendGrid - " in shop.text and "@sendgrid/mail 9.0.0" in shop.text


def test_an_entry_that_was_moved_stays_where_it_is(shop: History) -> None:
    start = shop.text.index("- SendGrid - ")
    entry = shop.text[start : shop.text.index("\n\n", start) + 1]
    shop.edit(entry, "")
    shop.edit("**Payment Processing:**\n", f"**Payment Processing:**\n{entry}")
    before = shop.text
    assert not refresh(shop.root).differs and shop.text == before
    shop.commit({"package.json": package(stripe="^14.8.0", at_sendgrid__mail="^9.0.0")})
    refresh(shop.root)
    assert shop.text == before.replace("8.1.0", "9.0.0").replace("2026-01-02", "2026-03-04")


def test_a_contradiction_keeps_the_persons_text(shop: History) -> None:
    shop.edit("  - SDK/Client: stripe 14.8.0", "  - SDK/Client: stripe 14.8.0, pinned on purpose")
    shop.commit({"package.json": package(stripe="^15.1.0", at_sendgrid__mail="^8.1.0")})
    assert ("conflict", "stripe SDK/Client") in told(shop.root)
    for _ in range(2):
        done = refresh(shop.root)
        assert [one.label for one in done.open] == ["SDK/Client"]
        assert "stripe 14.8.0, pinned on purpose" in shop.text
    assert ("conflict", "stripe SDK/Client") in told(shop.root)


@pytest.mark.parametrize(("choice", "line"), [(Choice.MINE, "stripe 14, on purpose"), (Choice.THEIRS, "stripe 15.1.0")])
def test_a_contradiction_is_settled(shop: History, choice: Choice, line: str) -> None:
    shop.edit("  - SDK/Client: stripe 14.8.0", "  - SDK/Client: stripe 14, on purpose")
    shop.commit({"package.json": package(stripe="^15.1.0", at_sendgrid__mail="^8.1.0")})
    assert refresh(shop.root, choice).open == ()
    assert f"  - SDK/Client: {line}\n" in shop.text
    done = refresh(shop.root)
    assert done.open == () and not done.differs


def test_an_edited_entry_of_a_removed_service_is_a_contradiction(shop: History) -> None:
    shop.edit("- SendGrid - ", "- SendGrid - Sends the receipts and ")
    shop.commit({"package.json": package(stripe="^14.8.0"), "src/mail.ts": None})
    done = refresh(shop.root)
    assert [one.name for one in done.open] == ["SendGrid"]
    assert "- SendGrid - Sends the receipts and " in shop.text
    refresh(shop.root, Choice.THEIRS)
    assert "SendGrid" not in shop.text


def test_a_pinned_line_never_changes(shop: History) -> None:
    shop.edit("stripe 14.8.0", "stripe 14.8.0 <!-- llm-audit: keep -->")
    shop.commit({"package.json": package(stripe="^15.1.0", at_sendgrid__mail="^8.1.0")})
    assert refresh(shop.root).open == ()
    assert "stripe 14.8.0 <!-- llm-audit: keep -->" in shop.text


def test_only_what_changed_since_a_commit(shop: History) -> None:
    bumped = shop.commit({"package.json": package(stripe="^15.1.0", at_sendgrid__mail="^8.1.0")})
    shop.commit({"src/mail.ts": None, "package.json": package(stripe="^15.1.0")})
    every = {one.rule for one in check(shop.root).findings}
    new = {one.rule for one in check(shop.root, since=bumped).findings}
    assert "stale-version" in every and "stale-version" not in new
    assert "unsupported-integration" in new


@pytest.mark.parametrize(("new", "both"), [("REPORTS_ENABLED", True), ("", False)])
def test_a_variable_that_goes_by_another_name_is_told_by_both(tmp_path: Path, new: str, both: bool) -> None:
    history = History(tmp_path / "shop")
    asked = 'import Stripe from "stripe"\nexport const pay = new Stripe("x")\n'
    history.commit(
        {
            "package.json": package(stripe="^14.8.0"),
            "src/a.ts": f"{asked}if (process.env.WITH_REPORTS) pay.refunds.list()\nexport const d = process.env.SHOWN_DEPTH\n",
        }
    )
    draft(history.root)
    condition = f"process.env.{new}" if new else "pay"
    history.commit(
        {"src/a.ts": f"{asked}if ({condition}) pay.refunds.list()\nexport const d = process.env.SHOWN_DEPTH\n"}
    )
    findings = check(history.root).findings
    assert [one.subject for one in findings if one.rule == "unknown-env-var"] == ["WITH_REPORTS"]
    assert any(one.rule == "stale-text" and "REPORTS_ENABLED" in one.message for one in findings) is both
    assert [one for one in findings if one.rule == "stale-text"] == [] or both
