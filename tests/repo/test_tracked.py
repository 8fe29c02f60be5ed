"""Files that git tracks are part of the tree whatever its ignore rules say, unless llm-audit's own rules say no."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from llm_audit import repo
from llm_audit.repo import history, tracked
from tests.conftest import Tree

FILES = {
    ".gitignore": "*.yml\nbuild/\n",
    "compose.yml": "services: {}\n",
    "other.yml": "a: 1\n",
    "build/out.py": "x = 1\n",
    "src/a.py": "x = 1\n",
    "src/é.py": "x = 1\n",
}


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


def tracking(root: Path, *paths: str) -> Path:
    git(root, "init", "-q")
    git(root, "add", "-f", *paths)
    return root


def files(root: Path) -> list[str]:
    return [path for path in repo.walk(root) if not (root / path).is_dir()]


@pytest.mark.parametrize("version", ["2", "4"])
def test_a_tracked_file_is_listed_and_an_ignored_one_is_not(tree: Tree, version: str) -> None:
    root = tracking(tree(FILES), ".gitignore", "compose.yml", "src/a.py", "src/é.py", "build/out.py")
    git(root, "update-index", "--index-version", version)
    assert files(root) == [".gitignore", "build/out.py", "compose.yml", "src/a.py", "src/é.py"]
    assert files(root / "src") == ["a.py", "é.py"]


def test_own_ignore_rules_have_the_last_word(tree: Tree) -> None:
    root = tracking(tree({**FILES, ".llmauditignore": "compose.yml\n"}), "compose.yml", "build/out.py")
    assert "compose.yml" not in files(root) and "build/out.py" in files(root)


def test_a_tracked_file_that_is_gone_or_behind_a_link_is_not_listed(tree: Tree, tmp_path: Path) -> None:
    root = tracking(tree(FILES), "compose.yml", "build/out.py")
    (root / "compose.yml").unlink()
    (root / "build/out.py").unlink()
    (root / "build").rmdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/out.py").write_text("x = 1\n")
    (root / "build").symlink_to(tmp_path / "outside")
    assert not {"compose.yml", "build/out.py"} & set(files(root))


@pytest.mark.parametrize("keep", [0, 4, 11, 40, 100, 151])
def test_a_damaged_index_is_no_reason_to_stop(tree: Tree, keep: int) -> None:
    root = tracking(tree(FILES), "compose.yml", "src/a.py")
    index = root / ".git/index"
    index.write_bytes(index.read_bytes()[:keep])
    assert "src/a.py" in files(root)


def test_an_index_cannot_lead_out_of_the_tree(tree: Tree) -> None:
    root = tracking(tree(FILES), "src/a.py")
    index = root / ".git/index"
    index.write_bytes(index.read_bytes().replace(b"src/a.py", b"../a.py\0"))
    assert list(tracked.paths(index)) == []


def test_ignored_paths_need_not_exist(tree: Tree) -> None:
    root = tracking(tree(FILES), "compose.yml")
    asked = ["gone.yml", "build/x.py", "src/b.py", "compose.yml", "/etc/passwd", "../x.yml", "a/../../x.yml", ""]
    assert history.ignored(root, asked) == {"gone.yml", "build/x.py", "compose.yml"}
    assert history.ignored(root, []) == frozenset()
