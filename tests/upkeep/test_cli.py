"""`check` and `refresh` as a user meets them: exit codes, formats, baseline, cache, dry run, crashes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema

from llm_audit import repo
from llm_audit.checking.rules import RULES
from llm_audit.errors import WriteError
from llm_audit.gathering import factcache
from llm_audit.repo import writing
from llm_audit.reports.markdown import MARK
from llm_audit.settings import Settings
from llm_audit.upkeep import verdict
from tests.conftest import REPO, run
from tests.histories import HOOK, MAIL, PAY, History, check, draft, package, refresh


@pytest.fixture
def shop(tmp_path: Path) -> History:
    """A shop whose document lacks a webhook and has a stale version, a dead path and a service that is gone."""
    history = History(tmp_path / "shop")
    history.commit(
        {"package.json": package(stripe="^14.8.0", at_sendgrid__mail="^8.1.0"), "src/pay.ts": PAY, "src/mail.ts": MAIL}
    )
    draft(history.root)
    history.commit(
        {"package.json": package(stripe="^15.1.0", express="^4.0.0"), "src/mail.ts": None, "src/hooks.ts": HOOK}
    )
    return history


def test_exit_codes_and_json(shop: History) -> None:
    done = run("check", shop.root, "--format", "json", "--no-cache")
    assert done.returncode == 1, done.stderr
    content = json.loads(done.stdout)
    rules = {one["rule"] for one in content["findings"]}
    assert {"stale-version", "unsupported-integration", "dead-path", "undocumented-webhook"} <= rules
    first = content["findings"][0]
    assert {"rule", "severity", "entry", "message", "document", "code", "mend"} <= set(first)
    assert content["summary"]["error"] >= 3 and content["summary"]["failed"] is True
    assert run("check", shop.root, "--no-cache", "--fail-on", "off", "-q").returncode == 0
    assert run("refresh", shop.root, "--no-cache").returncode == 0
    assert run("check", shop.root, "--no-cache").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "--format", "xml"], "no such format"),
        (["check", "--since", "nonsense"], "no such commit"),
        (["check", "--since", "--upload-pack=x"], "no such commit"),
        (["check", "--explain", "nonsense"], "no such rule"),
        (["check", "--severity", "nonsense=off"], "no such rule"),
        (["check", "--document", "docs/none.md"], "no document"),
        (["refresh", "--take-mine", "--take-theirs"], "exclude each other"),
        (["refresh", "--interactive"], "needs a terminal"),
        (["refresh", "--section", "Weather"], "no such section"),
    ],
)
def test_usage_errors_are_one_line(shop: History, arguments: list[str], words: str) -> None:
    done = run(*arguments, cwd=shop.root)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr and "Traceback" not in done.stderr


def test_every_rule_is_explained(shop: History) -> None:
    listed = run("check", "--explain", "all", cwd=shop.root).stdout
    assert [line.split()[0] for line in listed.splitlines()] == [rule.id for rule in RULES]
    assert "Mend:" in run("check", "--explain", "dead-path", cwd=shop.root).stdout


def test_text_shows_both_sides(shop: History) -> None:
    text = run("check", shop.root, "--no-cache").stdout
    assert "- SDK/Client: stripe 14.8.0" in text and '"stripe": "^15.1.0"' in text
    assert "package.json:3" in text and "mend: Write stripe 15.1.0" in text


def test_github_annotations_stand_at_the_line(shop: History) -> None:
    number = 1 + shop.text.split("\n").index("  - SDK/Client: stripe 14.8.0")
    rows = run("check", shop.root, "--no-cache", "-f", "github").stdout.splitlines()
    assert all(row.startswith(("::error file=", "::warning file=", "::notice file=")) for row in rows)
    assert any(f"line={number},title=stale-version::" in row for row in rows)


def test_sarif_has_what_the_standard_asks_for(shop: History) -> None:
    log = json.loads(run("check", shop.root, "--no-cache", "-f", "sarif").stdout)
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    driver = log["runs"][0]["tool"]["driver"]
    for result in log["runs"][0]["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note") and result["message"]["text"]
        for place in (*result["locations"], *result.get("relatedLocations", [])):
            assert place["physicalLocation"]["region"]["startLine"] >= 1
            assert not place["physicalLocation"]["artifactLocation"]["uri"].startswith("/")


def test_sarif_is_valid_by_its_schema(shop: History) -> None:
    log = json.loads(run("check", shop.root, "--no-cache", "-f", "sarif").stdout)
    read = StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(log)
    levels = {result.level.value for result in read.runs[0].results if result.level}
    assert read.version.value == "2.1.0" and "error" in levels
    assert all(result.partialFingerprints for result in read.runs[0].results)
    for spoil in (_without_message, _with_odd_level, _with_unknown_key, _with_line_zero):
        broken = json.loads(json.dumps(log))
        spoil(broken["runs"][0]["results"][0])
        with pytest.raises(ValidationError):
            StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(broken)


def _without_message(result: dict[str, Any]) -> None:
    del result["message"]


def _with_odd_level(result: dict[str, Any]) -> None:
    result["level"] = "info"


def _with_unknown_key(result: dict[str, Any]) -> None:
    result["entry"] = "Stripe"


def _with_line_zero(result: dict[str, Any]) -> None:
    result["locations"][0]["physicalLocation"]["region"]["startLine"] = 0


def test_markdown_is_one_comment_that_can_be_found_again(shop: History) -> None:
    text = run("check", shop.root, "--no-cache", "-f", "markdown").stdout
    assert text.startswith(f"{MARK}\n")
    assert "- **+** webhook Stripe (`src/hooks.ts:3`), webhook without verification" in text
    assert "- **−** SendGrid" in text


def test_a_baseline_accepts_what_is_there(shop: History, tmp_path: Path) -> None:
    baseline = tmp_path / "accepted.json"
    assert run("check", shop.root, "--no-cache", "--baseline", baseline).returncode == 0
    assert json.loads(baseline.read_text())["accepted"]
    shop.edit("Creates checkout sessions", "Payments, see `src/nowhere/pay.ts`")
    done = run("check", shop.root, "--no-cache", "--baseline", baseline)
    assert done.returncode == 1 and "src/nowhere/pay.ts" in done.stdout and "stale-version" not in done.stdout


def test_a_dry_run_shows_the_diff_and_writes_nothing(shop: History) -> None:
    before = shop.text
    done = run("refresh", shop.root, "--dry-run", "--no-cache")
    assert "-  - SDK/Client: stripe 14.8.0" in done.stdout and "+  - SDK/Client: stripe 15.1.0" in done.stdout
    assert shop.text == before


def test_the_cache_changes_nothing_but_time(shop: History, tmp_path: Path) -> None:
    home = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    for path in shop.root.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            os.utime(path, (1_600_000_000, 1_600_000_000))
    plain = run("check", shop.root, "-f", "json", "--no-cache").stdout
    assert [run("check", shop.root, "-f", "json", **home).stdout for _ in range(3)] == [plain] * 3
    (shop.root / "package.json").write_text(package(stripe="^14.8.0", express="^4.0.0"))
    again = run("check", shop.root, "-f", "json", **home).stdout
    assert again == run("check", shop.root, "-f", "json", "--no-cache").stdout != plain
    for path in (tmp_path / "cache").rglob("facts.json"):
        path.write_text("{broken")
    assert run("check", shop.root, "-f", "json", **home).stdout == again


CHANGES: dict[str, Callable[[History], object]] = {
    "a file changes": lambda shop: (shop.root / "src/pay.ts").write_text(PAY + "// more\n"),
    "a file comes": lambda shop: (shop.root / "src/new.ts").write_text(MAIL),
    "a file comes in a new folder": lambda shop: shop.commit({"lib/mail.ts": MAIL}),
    "a file goes": lambda shop: (shop.root / "src/hooks.ts").unlink(),
    "a rule hides a file": lambda shop: (shop.root / ".gitignore").write_text("src/loose.ts\n"),
    "git's own rule hides a file": lambda shop: (shop.root / ".git/info/exclude").write_text("src/loose.ts\n"),
    "the document changes": lambda shop: shop.edit("Creates", "Makes"),
    "its evidence goes": lambda shop: repo.beside(shop.document).unlink(),
    "a commit is made": lambda shop: shop.commit({}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_remembered_until_something_changes(
    shop: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(factcache, "_RACY", -(10**12))  # files of a test are younger than any would be trusted
    (shop.root / "src/loose.ts").write_text(MAIL)
    given = Settings(progress=False)
    assert verdict.same_as_before(shop.root, given) is None
    first = verdict.report(shop.root, given)
    with monkeypatch.context() as patched:
        patched.setattr(repo, "walk", lambda *_: pytest.fail("nothing has changed, and yet the tree is walked"))
        same = verdict.same_as_before(shop.root, given)
    assert same is not None and verdict.report(shop.root, given, same) == first
    CHANGES[change](shop)
    assert verdict.same_as_before(shop.root, given) is None
    assert verdict.report(shop.root, given) == verdict.report(shop.root, replace(given, cache=False))


def test_a_remembered_answer_needs_neither_filter_nor_catalogue(shop: History, tmp_path: Path) -> None:
    script = (
        "import sys; from llm_audit.gathering import factcache; factcache._RACY = -10**12\n"
        f"sys.argv = ['llm-audit', 'check', {str(shop.root)!r}, '-q']\n"
        "from llm_audit.cli import run\n"
        "try: run()\nfinally: print(sorted(one for one in sys.modules if one.startswith('llm_audit')), file=sys.stderr)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", script]
    cold, warm = (subprocess.run(command, env=environment, cwd=REPO, capture_output=True, text=True) for _ in range(2))
    assert warm.stdout == cold.stdout and warm.returncode == cold.returncode == 1
    heavy = {"llm_audit.redact.filter", "llm_audit.catalog", "llm_audit.gathering.reader", "llm_audit.upkeep.judging"}
    assert all(one in cold.stderr for one in heavy) and not any(f"'{one}'" in warm.stderr for one in heavy)


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_crash_at_any_step_of_writing_loses_nothing(
    shop: History, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails at the first or second file's sync, then at the first or second rename; the next run makes it good."""
    shop.edit("Creates checkout sessions", "Takes the money; ask Ada")
    before = shop.text
    calls = {"fsync": 0, "replace": 0}
    real = {"fsync": os.fsync, "replace": os.replace}

    def failing(name: str, at: int) -> object:
        def call(*arguments: object) -> object:
            calls[name] += 1
            if calls[name] == at:
                raise OSError(28, "No space left on device")
            return real[name](*arguments)

        return call

    name, at = ("fsync", step) if step < 3 else ("replace", step - 2)
    monkeypatch.setattr(writing.os, name, failing(name, at))
    with pytest.raises(WriteError):
        refresh(shop.root)
    monkeypatch.undo()
    assert shop.text == before or "stripe 15.1.0" in shop.text
    assert "Takes the money; ask Ada" in shop.text
    done = refresh(shop.root)
    assert done.open == () and "Takes the money; ask Ada" in shop.text and "stripe 15.1.0" in shop.text
    assert not any(one.severity != "info" for one in check(shop.root).findings)
    assert not refresh(shop.root).differs
    assert not list(shop.root.rglob(".llm-audit-*"))
