"""Files that git tracks are part of the tree whatever its ignore rules say, unless llm-audit's own rules say no."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from llm_audit import repo
from llm_audit.repo import history, tracked, walking
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


def walker_asked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The trees for which the walker that knows git's rules is asked, from now on."""
    asked: list[Path] = []
    listed = walking._listed

    def noting(root: Path, *, git_rules: bool) -> set[str]:
        asked.append(root)
        return listed(root, git_rules=git_rules)

    monkeypatch.setattr(walking, "_listed", noting)
    return asked


def test_where_all_is_tracked_no_rule_is_read(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tracking(tree({**FILES, "node_modules/a/index.js": "1\n"}), ".")
    asked = walker_asked(monkeypatch)
    assert set(files(root)) == set(FILES)
    assert not asked
    (root / "src/new.py").write_text("x = 1\n")
    (root / "late.yml").write_text("a: 1\n")
    assert set(files(root)) == {*FILES, "src/new.py"}
    assert asked


@pytest.mark.parametrize("rules", [".gitignore", ".llmauditignore"])
def test_a_plain_folder_without_rules_needs_no_walker(tree: Tree, monkeypatch: pytest.MonkeyPatch, rules: str) -> None:
    root = tree({"src/a.py": "x = 1\n", "src/out/b.py": "x = 1\n"})
    asked = walker_asked(monkeypatch)
    assert files(root) == ["src/a.py", "src/out/b.py"]
    assert not asked
    (root / "src" / rules).write_text("out\n")
    assert files(root) == [f"src/{rules}", "src/a.py"]
    assert asked


def test_own_rules_above_a_tracked_folder_count(tree: Tree) -> None:
    root = tracking(tree({**FILES, ".llmauditignore": "b.py\n", "src/b.py": "x = 1\n"}), ".")
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
