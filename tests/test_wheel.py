"""What is published works: the README's set-up on a clean checkout, and the wheel away from it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from llm_audit import __version__
from llm_audit.document import parse
from tests.conftest import REPO

pytestmark = pytest.mark.registry
PARTS = ("llm_audit", "prompts", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")
CLEAN = {
    name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "LLM_AUDIT_"))
}


def shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs a line of sh, the interpreter of this test first in PATH."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{CLEAN['PATH']}"
    return subprocess.run(
        ["sh", "-c", command], cwd=cwd, env={**CLEAN, "PATH": path}, capture_output=True, text=True, check=False, timeout=600
    )  # fmt: skip


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of this checkout that a wheel is made of, without what building or testing left in it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in PARTS:
        source = REPO / name
        skip = shutil.ignore_patterns("__pycache__")
        _ = (
            shutil.copytree(source, folder / name, ignore=skip)
            if source.is_dir()
            else shutil.copy(source, folder / name)
        )
    return folder


@pytest.fixture(scope="module")
def drafted(checkout: Path) -> str:
    """What the README's first command prints, run as it stands there."""
    command = re.findall(r"```sh\n(.*?)```", (REPO / "README.md").read_text("utf-8"), re.DOTALL)[0]
    done = shell(command, checkout)
    if re.search(r"Could not find a version|No matching distribution|ConnectionError|Temporary failure", done.stderr):
        pytest.skip("no package index")
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_the_first_command_of_the_readme_drafts_this_repository(drafted: str) -> None:
    document = parse(drafted)
    assert document.title == "External Integrations"
    assert document.sections[0].name == "APIs & External Services"
    assert "`pyproject.toml:" in drafted


def test_the_installed_program_needs_nothing_of_the_checkout(drafted: str, checkout: Path, tmp_path: Path) -> None:
    assert drafted
    (tmp_path / "src").mkdir()
    (tmp_path / "package.json").write_text('{"dependencies": {"stripe": "14.8.0"}}')
    (tmp_path / "src" / "pay.ts").write_text(
        "import Stripe from 'stripe'\nnew Stripe(process.env.STRIPE_SECRET_KEY!)\n"
    )
    home = tmp_path / "home"
    home.mkdir()
    program = checkout / ".venv" / "bin" / "llm-audit"
    where = shell(f"cd / && {program.parent}/python -c 'import llm_audit; print(llm_audit.__file__)'", tmp_path)
    assert where.stdout.startswith(str(checkout / ".venv"))
    assert shell(f"{program} --version", tmp_path).stdout == f"llm-audit {__version__}\n"
    done = shell(f"HOME={home} XDG_CACHE_HOME={home} {program} draft .", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "stripe 14.8.0" in (tmp_path / ".planning/codebase/INTEGRATIONS.md").read_text("utf-8")


def test_the_wheel_holds_the_program_its_data_and_nothing_else(drafted: str, checkout: Path) -> None:
    assert drafted
    done = shell("python -m pip wheel -q --no-deps --no-cache-dir -w wheels .", checkout)
    assert done.returncode == 0, done.stderr
    [wheel] = (checkout / "wheels").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    modules = {path.relative_to(REPO).as_posix() for path in (REPO / "llm_audit").rglob("*.py")}
    data = {path.relative_to(REPO).as_posix() for path in (REPO / "llm_audit" / "data").rglob("*.toml")}
    prompts = {f"llm_audit/{path.relative_to(REPO).as_posix()}" for path in (REPO / "prompts").rglob("*.md")}
    assert modules | data | prompts | {"llm_audit/py.typed"} <= set(names)
    assert all(name.startswith(("llm_audit/", f"llm_audit-{__version__}.dist-info/")) for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("llm_audit/tests")]
    assert any(name.endswith("licenses/LICENSE") for name in names)
