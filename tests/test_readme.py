"""What the README promises is true: its sample is real output, its exit codes are the program's, its commands exist."""

from __future__ import annotations

import re

from llm_audit import errors
from llm_audit.checking.rules import RULES
from llm_audit.config import TREE_KEYS
from tests.conftest import REPO, run

README = (REPO / "README.md").read_text("utf-8")


def test_the_sample_is_real_output() -> None:
    sample = re.search(r"```markdown\n(.*?)```", README.split("<!-- sample: begin -->")[1], re.DOTALL)
    assert sample
    tree = REPO / "fixtures" / "repos" / "booking-saas" / "repo"
    shown = run("draft", tree, "--stdout", "-q", "--date", "2026-01-02").stdout
    for block in sample[1].strip().split("\n\n"):
        group, _, entry = block.partition("\n")
        assert f"{group}\n" in shown
        assert entry in shown, entry


def test_exit_codes_are_those_of_the_program() -> None:
    told = {
        int(code)
        for code in re.findall(r"^\| (\d+) \|", README.split("## Exit codes")[1].split("\n## ")[0], re.MULTILINE)
    }
    raised = {
        cls.exit_code for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, errors.AuditError)
    }
    assert raised <= told
    assert {0, 1, 130} <= told


def test_the_rules_are_those_of_check() -> None:
    table = README.split("<!-- rules: begin -->")[1].split("<!-- rules: end -->")[0]
    told = re.findall(r"^\| `([\w-]+)` \| (\w+) \| (.+) \|$", table, re.MULTILINE)
    assert told == [(rule.id, rule.severity.value, rule.title) for rule in RULES]


def test_every_command_is_told_of_and_exists() -> None:
    told = set(re.findall(r"^\| `llm-audit (\w+)", README, re.MULTILINE))
    helped = set(re.findall(r"^  (\w+)  ", run("--help").stdout.split("Commands:")[1], re.MULTILINE))
    assert told == helped


def test_the_settings_of_a_tree_are_told() -> None:
    section = README.split("## Settings")[1].split("\n## ")[0]
    for key in TREE_KEYS:
        assert f"`{key}`" in section


def test_the_set_up_commands_install_and_run_what_they_say() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert "pip install -q . &&" in blocks[0] and blocks[0].rstrip().endswith("llm-audit draft --stdout .")
    assert "-e '.[dev]'" in blocks[1] and blocks[1].rstrip().endswith("python -m pytest -n auto")
