"""`refresh --model`: only entries that changed are asked about, and words that still hold stay to the byte."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from llm_audit import repo
from tests.conftest import Tree, run
from tests.writers.server import SERVICE, TRUE, candidates, prompt, raw, saying, serving

DOCUMENT = ".planning/codebase/INTEGRATIONS.md"
DATE = ("--date", "2026-01-02")
NEW = "import sendgrid\n\n\ndef send_receipt(receipt):\n    return sendgrid.SendGridAPIClient().send(receipt)\n"
SAID = "Sends a receipt by `sendgrid.SendGridAPIClient`"


def go(command: str, root: Path, url: str, *more: str) -> subprocess.CompletedProcess[str]:
    options = ("--model", "fake", "--base-url", url, *DATE, *more)
    return run(command, root, *options, LLM_AUDIT_RETRIES="0", LLM_AUDIT_TIMEOUT="5")


def texts(root: Path) -> tuple[str, str]:
    return (root / DOCUMENT).read_text(), repo.beside(root / DOCUMENT).read_text()


@pytest.fixture
def root(tree: Tree) -> Path:
    """A tree whose document a model has put into words."""
    root = tree(SERVICE)
    with serving(saying(TRUE)) as server:
        assert go("draft", root, server.url).returncode == 0
    assert f"- Stripe - {TRUE['Stripe']}\n" in texts(root)[0]
    return root


@pytest.mark.parametrize("offline", [True, False])
def test_nothing_changed_nothing_asked_nothing_written(root: Path, offline: bool) -> None:
    before = texts(root)
    with serving(saying(TRUE)) as server:
        done = run("refresh", root, "--date", "2026-03-04") if offline else go("refresh", root, server.url)
        assert server.requests == []
    assert done.returncode == 0 and "Nothing to change" in done.stderr and texts(root) == before
    assert run("check", root, "--fail-on", "info").returncode == 0, "a model's words are no drift"


def test_only_what_is_new_is_asked_about(root: Path) -> None:
    (root / "bookings/receipts.py").write_text(NEW)
    manifest = root / "pyproject.toml"
    manifest.write_text(manifest.read_text().replace('"redis==5.0.1"', '"redis==5.0.1", "sendgrid==6.11.0"'))
    words = saying({"SendGrid": SAID})
    with serving(words) as server:
        done = go("refresh", root, server.url)
        asked = {name for body in server.requests for name, _ in candidates(body).values()}
        assert done.returncode == 0, done.stderr
        assert "SendGrid" in asked and not asked & set(TRUE)
        text = texts(root)[0]
        assert f"- SendGrid - {SAID}\n" in text
        assert all(f"- {name} - {said}\n" in text for name, said in TRUE.items())
        count, before = len(server.requests), texts(root)
        assert go("refresh", root, server.url).returncode == 0
        assert len(server.requests) == count and texts(root) == before
    assert run("refresh", root, "--date", "2026-05-06").returncode == 0 and texts(root) == before


def test_a_changed_line_is_rewritten_and_the_other_words_stay(root: Path) -> None:
    manifest = root / "pyproject.toml"
    manifest.write_text(manifest.read_text().replace("stripe==9.1.0", "stripe==10.2.0"))
    assert run("refresh", root, *DATE).returncode == 0
    text = texts(root)[0]
    assert f"- Stripe - {TRUE['Stripe']}\n" in text, "the sentence says nothing of the version"
    assert "stripe 10.2.0" in text and "stripe 9.1.0" not in text


def test_the_changed_entry_gets_new_words(root: Path) -> None:
    manifest = root / "pyproject.toml"
    manifest.write_text(manifest.read_text().replace("stripe==9.1.0", "stripe==10.2.0"))
    said = "Takes the deposit by `stripe.PaymentIntent.create`"
    with serving(saying({"Stripe": said})) as server:
        assert go("refresh", root, server.url).returncode == 0
        assert {name for body in server.requests for name, _ in candidates(body).values()} == {"Stripe"}
    assert f"- Stripe - {said}\n" in texts(root)[0] and f"- Redis - {TRUE['Redis']}\n" in texts(root)[0]


def test_a_persons_words_stand_above_the_models(root: Path) -> None:
    document = root / DOCUMENT
    document.write_text(document.read_text().replace(TRUE["Stripe"], "Takes deposits; ask Ada"))
    manifest = root / "pyproject.toml"
    manifest.write_text(manifest.read_text().replace("stripe==9.1.0", "stripe==10.2.0"))
    with serving(saying({"Stripe": TRUE["Stripe"]})) as server:
        go("refresh", root, server.url)
    text = texts(root)[0]
    assert "- Stripe - Takes deposits; ask Ada\n" in text and "stripe 10.2.0" in text


def test_a_dry_run_sends_nothing(root: Path) -> None:
    (root / "bookings/receipts.py").write_text(NEW)
    before = texts(root)
    with serving(saying(TRUE)) as server:
        go("refresh", root, server.url, "--dry-run")
        assert server.requests == []
    assert texts(root) == before


def test_a_model_that_fails_leaves_the_codes_words_and_says_so(root: Path) -> None:
    (root / "bookings/receipts.py").write_text(NEW)
    with serving(lambda _: raw(500, "{}")) as server:
        done = go("refresh", root, server.url)
        assert server.requests and "SendGrid" in "".join(map(prompt, server.requests))
    assert done.returncode == 3 and "Written offline" in done.stderr
    assert "- SendGrid - " in texts(root)[0]


def test_the_record_of_a_refresh_is_no_draft(root: Path, store: Path) -> None:
    (root / "bookings/receipts.py").write_text(NEW)
    with serving(saying({"SendGrid": SAID})) as server:
        done = go("refresh", root, server.url)
    record = next(line.partition(": ")[2] for line in done.stderr.splitlines() if line.startswith("Run record"))
    assert json.loads(Path(record).read_text())["verb"] == "refresh"
    assert run("replay", record, root).returncode == 2
