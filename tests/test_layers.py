"""Who may do what, read from the source: only one module makes Redacted, opens the tree, prints or reads the environment.

`lint-imports` holds the direction of imports; what stands here is what an import cannot show.
"""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import REPO

PACKAGE = REPO / "llm_audit"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
OWN_FILES = frozenset(
    # these read what is installed with the program, or what it keeps for the user; never the audited tree
    "catalog/__init__.py templates.py config.py wording/prompting.py collect/__init__.py".split()
)


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def calls(path: Path) -> tuple[tuple[str, int], ...]:
    """The dotted names of all calls of a module, with their lines."""
    tree = ast.parse(path.read_text("utf-8"))
    return tuple((ast.unparse(node.func), node.lineno) for node in ast.walk(tree) if isinstance(node, ast.Call))


@cache
def names(path: Path) -> frozenset[str]:
    """All dotted names that a module mentions."""
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name))


def imported(path: Path) -> Iterator[str]:
    """The modules and names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offenders(forbidden: set[str], allowed: tuple[str, ...]) -> list[str]:
    return [
        f"{name_of(path)}:{line} {name}"
        for path in MODULES
        if not name_of(path).startswith(allowed)
        for name, line in calls(path)
        if name in forbidden
    ]


REVIEWED = {
    "wording/answers.py": "a model's reply, scanned with the finished text",
    "checking/packed.py": "kept by this program, redacted before it was kept",
    "collect/base.py": "reasons that parsers spell out",
    "excerpts/source.py": "cuts lines of a text that was redacted whole",
    "gathering/factcache.py": "kept by this program, redacted before it was kept",
    "upkeep/renewal.py": "a person's lines go back as they stand; each new one was sealed",
    "upkeep/verdict.py": "fingerprints of findings",
}
"""Modules that give the type to text which is clean already, and why it is. A new one needs a reviewer, not a line here."""


def test_only_redact_makes_redacted_text() -> None:
    makers = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).rpartition(".")[2] == "Redacted"
                and not isinstance(node.args[0], ast.Constant)
            ):
                makers.add(name_of(path))
    assert {name for name in makers if not name.startswith("redact")} <= set(REVIEWED)
    assert not [
        name for name in makers if name.startswith(("collect/", "integrations/", "writers/")) and name not in REVIEWED
    ]


def test_only_the_command_line_prints() -> None:
    assert offenders({"print", "sys.stdout.write", "sys.stderr.write", "typer.echo"}, ("cli/",)) == []


def test_only_settings_read_the_environment() -> None:
    """`history.py` hands git its PATH and nothing more."""
    reading = {"os.environ", "os.getenv", "environ", "getenv"}
    found = {name_of(path) for path in MODULES if names(path) & reading}
    assert found <= {"config.py", "repo/history.py"}


def test_only_repo_opens_files_of_the_tree() -> None:
    opening = {"open", "os.open", "os.listdir", "os.scandir", "os.walk", "io.open"}
    methods = (
        ".read_text",
        ".read_bytes",
        ".write_text",
        ".write_bytes",
        ".open",
        ".iterdir",
        ".glob",
        ".rglob",
        ".unlink",
        ".mkdir",
    )
    found = {
        name_of(path)
        for path in MODULES
        for name, _ in calls(path)
        if (name in opening or (name.endswith(methods) and not name.startswith(("webbrowser.", "repo."))))
        and not name_of(path).startswith("repo/")
    }
    collectors = {
        name
        for name in found
        if name.startswith(("collect/", "integrations/", "parse/", "checking/", "refreshing/", "reports/"))
    }
    assert collectors - OWN_FILES == set()


def test_nothing_of_the_engine_that_talks_to_the_network_is_used() -> None:
    """The secret engine can also check a found key with its vendor and revoke it; a filter must never do either."""
    for path in MODULES:
        text = path.read_text("utf-8")
        assert "Validator" not in text or "kingfisher" not in text, name_of(path)
        assert "Revoker" not in text, name_of(path)
        assert not any(name.endswith((".Validator", ".Revoker")) for name in imported(path)), name_of(path)


def test_nothing_runs_programs_or_evaluates_text() -> None:
    running = {
        "eval",
        "exec",
        "compile",
        "os.system",
        "os.popen",
        "subprocess.run",
        "subprocess.Popen",
        "yaml.load",
        "pickle.loads",
        "__import__",
    }
    assert [
        one for one in offenders(running, ()) if not one.startswith(("repo/history.py", "excerpts/syntax.py"))
    ] == []


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path).startswith("collect/")], ids=name_of)
def test_collectors_are_pure(path: Path) -> None:
    disk = {"os", "io", "subprocess", "socket", "pathlib", "tempfile", "shutil", "urllib.request", "http.client"}
    assert not {
        name for name in imported(path) if name in disk or name.partition(".")[0] in ("os", "subprocess", "socket")
    } - ({"pathlib.Path", "pkgutil"} if path.name == "__init__.py" else set())


@pytest.mark.skipif(importlib.util.find_spec("importlinter") is None, reason="part of the dev extra")
def test_arrows_run_one_way() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=REPO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
