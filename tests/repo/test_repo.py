"""Reading a tree: what is read, what is skipped and why, and that nothing outside it is ever touched."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from llm_audit import repo
from llm_audit.errors import SafetyError, UsageError, WriteError
from llm_audit.model import Redacted, Role, Skipped, SourceFile
from llm_audit.repo.roles import role_of
from tests.conftest import Tree

as_root = os.geteuid() == 0


def reason(root: Path, path: str) -> str:
    found = repo.read(root, path)
    return found.reason if isinstance(found, Skipped) else f"read {type(found).__name__}"


def text(root: Path, path: str) -> str:
    found = repo.read(root, path)
    assert isinstance(found, SourceFile), found
    return found.text


def test_ignore_rules_nested_and_excluded(tree: Tree) -> None:
    root = tree(
        {
            ".gitignore": "*.log\n/secret/\n",
            "a.log": "x",
            "keep.py": "x",
            "secret/b.py": "x",
            "sub/.gitignore": "!a.log\nlocal.py\n",
            "sub/a.log": "x",
            "sub/local.py": "x",
            ".llmauditignore": "skipme/\n",
            "skipme/c.py": "x",
            ".github/workflows/ci.yml": "on: push",
            ".git/info/exclude": "excluded.py\n",
            ".git/HEAD": "ref: refs/heads/main\n",
            "excluded.py": "x",
            "node_modules/x/index.js": "x",
        }
    )
    files = [path for path in repo.walk(root) if not (root / path).is_dir()]
    assert files == [
        ".github/workflows/ci.yml",
        ".gitignore",
        ".llmauditignore",
        "keep.py",
        "sub/.gitignore",
        "sub/a.log",
    ]


def test_plain_folder_without_git_obeys_gitignore_too(tree: Tree) -> None:
    root = tree({".gitignore": "b.py\n", "a.py": "", "b.py": ""})
    assert "b.py" not in repo.walk(root)
    assert "a.py" in repo.walk(root)


def test_the_users_global_ignore_has_no_say(tree: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "git").mkdir()
    (tmp_path / "git" / "ignore").write_text("a.py\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert "a.py" in repo.walk(tree({"a.py": "", ".git/HEAD": "x"}))


def test_subtrees(tree: Tree) -> None:
    root = tree({"apps/web/a.ts": "", "apps/website/b.ts": "", "c.ts": ""})
    assert [path for path in repo.walk(root, ("apps/web",)) if path.endswith(".ts")] == ["apps/web/a.ts"]
    for bad, error in [("../x", SafetyError), ("/etc", SafetyError), ("nowhere", UsageError)]:
        with pytest.raises(error):
            repo.walk(root, (bad,))


def test_links_are_never_followed(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "key.py").write_text("OUTSIDE = 1")
    root = tree({"a/b.py": "x = 1"})
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "out.py").symlink_to(tmp_path / "outside" / "key.py")
    (root / "a" / "loop").symlink_to(root / "a")
    listed = repo.walk(root)
    assert not any("key.py" in path or "loop/" in path for path in listed)
    assert reason(root, "out.py") == "symbolic link"
    assert reason(root, "out") == "symbolic link"


def test_odd_files_are_skipped_with_a_reason(tree: Tree) -> None:
    root = tree({"nul.txt": b"a\0b", "pic.png": b"\x89PNG", "ok.py": "x"})
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "sock"))
        assert reason(root, "pipe") == "not a regular file"
        assert reason(root, "sock") == "not a regular file"
    assert reason(root, "nul.txt") == "binary"
    assert reason(root, "pic.png") == "binary"
    assert reason(root, "gone.py") == "unreadable"


def test_large_files_are_skipped_without_being_read(tree: Tree) -> None:
    root = tree({"one-line.json": "[" + "1," * 700_000 + "1]"})
    with (root / "huge.sql").open("wb") as stream:
        stream.truncate(2 << 30)
    assert reason(root, "one-line.json") == "too large"
    assert reason(root, "huge.sql") == "too large"


def test_lockfiles_may_be_large(tree: Tree) -> None:
    root = tree({"yarn.lock": "# yarn lockfile v1\n" * 80_000})
    assert reason(root, "yarn.lock") == "read SourceFile"


def test_a_project_of_xcode_may_be_large_since_it_lists_every_file(tree: Tree) -> None:
    root = tree(
        {"App.xcodeproj/project.pbxproj": "/* file */\n" * 120_000, "App.xcodeproj/notes.txt": "a line\n" * 200_000}
    )
    assert reason(root, "App.xcodeproj/project.pbxproj") == "read SourceFile"
    assert reason(root, "App.xcodeproj/notes.txt") == "too large"


@pytest.mark.skipif(as_root, reason="root may read everything")
def test_no_permission_is_a_reason(tree: Tree) -> None:
    root = tree({"locked.py": "x", "closed/a.py": "x"})
    (root / "locked.py").chmod(0)
    (root / "closed").chmod(0)
    try:
        assert reason(root, "locked.py") == "no permission"
        assert "locked.py" in repo.walk(root)
    finally:
        (root / "closed").chmod(0o755)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ("\ufeffa = 1\r\nb".encode(), "a = 1\nb"),
        ("a = 'é'\r".encode("utf-16"), "a = 'é'\n"),
        ("a = 'é'".encode("latin-1"), "a = 'é'"),
        (b"", ""),
    ],
)
def test_encodings_and_line_ends(tree: Tree, data: bytes, wanted: str) -> None:
    assert text(tree({"a.py": data}), "a.py") == wanted


def test_file_names_of_any_bytes(tree: Tree) -> None:
    root = tree({"a b.py": "x", 'quo"te.py': "x", "tick`.py": "x", "new\nline.py": "x"})
    (root / os.fsdecode(b"latin-\xe9.py")).write_text("x")
    shown = [found.path for path in repo.walk(root) if isinstance(found := repo.read(root, path), SourceFile)]
    assert len(shown) == 5
    assert all(path.isprintable() for path in shown)
    assert "new\\x0aline.py" in shown
    assert "latin-\\xe9.py" in shown


def test_open_root_says_what_is_wrong(tree: Tree) -> None:
    root = tree({"a.py": ""})
    with pytest.raises(UsageError, match="no such folder"):
        repo.open_root(str(root / "nowhere"))
    with pytest.raises(UsageError, match="not a folder"):
        repo.open_root(str(root / "a.py"))


COMMIT = "1234567890abcdef1234567890abcdef12345678"


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({".git/HEAD": COMMIT}, COMMIT),
        ({".git/HEAD": "ref: refs/heads/main", ".git/refs/heads/main": f"{COMMIT}\n"}, COMMIT),
        ({".git/HEAD": "ref: refs/heads/main", ".git/packed-refs": f"# pack\n{COMMIT} refs/heads/main\n"}, COMMIT),
        ({".git/HEAD": "ref: refs/heads/empty"}, ""),
        ({".git/HEAD": "ref: refs/../../../etc/passwd"}, ""),
        ({"a.py": ""}, ""),
        ({".git": "gitdir: real", "real/HEAD": COMMIT}, COMMIT),
    ],
)
def test_commit_is_read_from_gits_files(tree: Tree, files: dict[str, str | bytes], wanted: str) -> None:
    assert repo.commit_of(tree(files)).id == wanted


def test_target_must_stay_inside(tree: Tree, tmp_path: Path) -> None:
    root = tree({"a.py": ""})
    (tmp_path / "elsewhere").mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere")
    for bad in ("/tmp/x.md", "../x.md", "link/x.md"):
        with pytest.raises(SafetyError):
            repo.target_in(root, bad)
    assert repo.target_in(root, "docs/x.md") == root / "docs" / "x.md"


def test_write_is_all_or_nothing(tree: Tree) -> None:
    root = tree({"a.md": "old", "dir/x": ""})
    with pytest.raises(WriteError):
        repo.write_atomic({root / "a.md": Redacted("new"), root / "dir": Redacted("new")})
    assert (root / "a.md").read_text() == "old"
    assert sorted(path.name for path in root.iterdir()) == ["a.md", "dir"]


def test_full_disk_leaves_the_old_document(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({"a.md": "old"})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="No space left"):
        repo.write_atomic({root / "a.md": Redacted("new")})
    (root / "kept").mkdir()
    with pytest.raises(WriteError, match="No space left"):
        repo.write_atomic({root / "kept/new/deep/a.md": Redacted("new"), root / "kept/new/b.md": Redacted("new")})
    assert sorted(path.name for path in root.rglob("*")) == ["a.md", "kept"]
    assert (root / "a.md").read_text() == "old"


def test_file_mode_is_kept(tree: Tree) -> None:
    root = tree({"a.md": "old"})
    (root / "a.md").chmod(0o640)
    repo.write_atomic({root / "a.md": Redacted("new")})
    assert (root / "a.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("src/app.py", Role.SOURCE),
        (".github/workflows/tests.yml", Role.SOURCE),
        ("requirements.txt", Role.SOURCE),
        (".env.example", Role.SOURCE),
        ("src/main/java/org/acme/samples/App.java", Role.SOURCE),
        ("tests/test_app.py", Role.TEST),
        ("pkg/store_test.go", Role.TEST),
        ("src/test/java/org/acme/AppTest.java", Role.TEST),
        ("web/login.spec.ts", Role.TEST),
        ("examples/basic/app.py", Role.EXAMPLE),
        ("_examples/basic/main.go", Role.EXAMPLE),
        ("my_examples/basic/main.go", Role.SOURCE),
        ("docs/setup.py", Role.DOCS),
        ("README.md", Role.DOCS),
        ("vendor/github.com/x/y.go", Role.VENDORED),
        ("ios/fastlane/swift/Fastlane.swift", Role.VENDORED),
        ("ios/fastlane/Fastfile.swift", Role.SOURCE),
        ("dist/app.js", Role.GENERATED),
        ("build/Dockerfile", Role.SOURCE),
        ("build/package/api.Dockerfile", Role.SOURCE),
        ("build/docker-compose.dev.yml", Role.SOURCE),
        ("services/api/build/requirements-dev.txt", Role.SOURCE),
        ("build/asset-manifest.json", Role.GENERATED),
        ("build/settings.yml", Role.GENERATED),
        ("dist/Dockerfile", Role.GENERATED),
        ("tests/build/Dockerfile", Role.TEST),
        ("static/jquery.min.js", Role.GENERATED),
        ("api/service.pb.go", Role.GENERATED),
    ],
)
def test_roles_by_path(path: str, role: Role) -> None:
    assert role_of(path, "x = 1\n") == role


def test_roles_by_content() -> None:
    assert role_of("api/x.go", "// Code generated by tool. DO NOT EDIT.\n") == Role.GENERATED
    assert role_of("web/app.js", "a" * 6000) == Role.GENERATED
    assert role_of("web/app.js", "let a = 1;\n" * 600) == Role.SOURCE
