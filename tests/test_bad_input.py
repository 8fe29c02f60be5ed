"""Trees that are broken, hostile or out of reach: a clear line, the right exit code, nothing lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from llm_audit.document import parse
from llm_audit.settings import DEFAULT_OUTPUT
from tests.conftest import REPO, Tree, run

SHOP = {
    "package.json": '{"name": "shop",\n "dependencies": {"stripe": "14.8.0"}}\n',
    "src/pay.ts": "import Stripe from 'stripe'\nexport const s = new Stripe(process.env.STRIPE_SECRET_KEY!)\n",
}
ROOT = os.geteuid() == 0
NOBODY = 65534


def document(root: Path) -> str:
    """The draft of a tree, which must succeed."""
    done = run("draft", root, "--stdout", "-q", "--date", "2026-01-02")
    assert done.returncode == 0, done.stderr
    return done.stdout


def proof(root: Path) -> dict[str, object]:
    """The evidence file of a tree."""
    content = json.loads(run("draft", root, "--json", "-q").stdout)
    assert isinstance(content, dict)
    return content


def skipped(root: Path) -> dict[str, str]:
    """Paths and reasons of what was not read or not understood."""
    rows = proof(root)["skipped"]
    assert isinstance(rows, list)
    return {row["path"]: row["reason"] for row in rows}


def git(root: Path, *words: str) -> str:
    """Runs git with nobody's settings."""
    settings = {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "PATH": os.environ["PATH"],
        "HOME": str(root),
    }
    who = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.test",
        "-c",
        "protocol.file.allow=always",
        "-c",
        "init.defaultBranch=main",
    ]
    done = subprocess.run(["git", *who, *words], cwd=root, env=settings, check=True, capture_output=True, text=True)
    return done.stdout.strip()


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="makes repositories with git")


@needs_git
def test_an_empty_repository_has_no_commit(tree: Tree) -> None:
    root = tree({})
    git(root, "init", "-q")
    assert "- None detected" in document(root)
    assert proof(root)["commit"] == ""


@needs_git
def test_a_detached_and_a_shallow_repository(tree: Tree, tmp_path: Path) -> None:
    root = tree(SHOP)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    first = git(root, "rev-parse", "HEAD")
    (root / "b.txt").write_text("x")
    git(root, "add", ".")
    git(root, "commit", "-qm", "two")
    last = git(root, "rev-parse", "HEAD")
    assert proof(root)["commit"] == last
    git(root, "checkout", "-q", first)
    assert proof(root)["commit"] == first
    git(tmp_path, "clone", "-q", "--depth=1", "--branch=main", f"file://{root}", "shallow")
    assert proof(tmp_path / "shallow")["commit"] == last
    assert "- Stripe - " in document(tmp_path / "shallow")


@needs_git
def test_a_submodule_is_read_where_it_is_checked_out_and_its_own_commit_is_told(tree: Tree, tmp_path: Path) -> None:
    inner = tree(SHOP, "inner")
    git(inner, "init", "-q")
    git(inner, "add", ".")
    git(inner, "commit", "-qm", "one")
    outer = tree({"a.py": "x = 1\n"}, "outer")
    git(outer, "init", "-q")
    git(outer, "submodule", "add", "-q", f"file://{inner}", "payments")
    git(outer, "commit", "-qm", "one")
    assert "`payments/src/pay.ts:2`" in document(outer)
    assert proof(outer)["commit"] == git(outer, "rev-parse", "HEAD")
    assert proof(outer / "payments")["commit"] == git(inner, "rev-parse", "HEAD")


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
BROKEN = {
    "package.json": '{"dependencies": {"stripe": ',
    "pyproject.toml": '[project]\ndependencies = ["stripe"\n[',
    "Cargo.toml": "[dependencies\nx = ",
    "pom.xml": "<project><dependencies><dependency>",
    "compose.yaml": "services:\n  db:\n    image: postgres:16\n    ports: [unclosed\n",
    ".github/workflows/ci.yml": "name: ci\non: push\njobs:\n  a:\n    steps: [{uses: actions/checkout@v4\n",
    "composer.json": "[1, 2",
    "pnpm-lock.yaml": "packages:\n\t- x: [",
    "Cargo.lock": "[[package]\nname",
    "deno.json": "{,}",
    "docker-compose.yml": LAUGHS + "services: *i\n",
    "apps/package.json": "[" * 100_000,
    "deep/compose.yaml": "services: " + "{a: " * 5_000,
    "deep/pyproject.toml": "a = " + "[" * 5_000,
    "deep/pom.xml": "<a>" * 5_000,
    "laughs/pom.xml": '<!DOCTYPE a [<!ENTITY a "xxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]><project>&b;</project>',
    "k8s/many.yaml": "---\napiVersion: v1\nkind: [\n" * 50,
    "main.tf": 'resource "aws_s3_bucket" {{{\n',
    "go.mod": "require (\n\tgithub.com/x",
    "Gemfile.lock": "GEM\n  specs:\n    (((\n",
    "src/bad.py": "import (\n\x0c",
}


@pytest.mark.parametrize("path", sorted(BROKEN))
def test_a_broken_file_costs_nothing_else(tree: Tree, path: str) -> None:
    root = tree({"web/package.json": SHOP["package.json"], "web/src/pay.ts": SHOP["src/pay.ts"], path: BROKEN[path]})
    started = time.perf_counter()
    done = run("draft", root, "--stdout", "--date", "2026-01-02")
    assert done.returncode == 0
    assert "- Stripe - " in done.stdout
    assert "Traceback" not in done.stderr
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    "path",
    [
        "package.json",
        "pyproject.toml",
        "pom.xml",
        "compose.yaml",
        ".github/workflows/ci.yml",
        "apps/package.json",
        "deep/pom.xml",
    ],
)
def test_what_was_not_understood_is_listed_in_the_summary_and_the_evidence(tree: Tree, path: str) -> None:
    root = tree({path: BROKEN[path]})
    assert path in skipped(root)
    shown = run("draft", root, "--stdout").stderr
    assert f"Not understood: {path}" in shown


@pytest.mark.parametrize("path", [".gitlab-ci.yml", ".circleci/config.yml", ".github/workflows/ci.yml", "action.yml"])
def test_a_file_whose_name_tells_its_system_is_parsed_even_if_no_word_of_it_does(tree: Tree, path: str) -> None:
    root = tree({path: "on:\n\tpush\n", "data/list.yml": "on:\n\tpush\n", "ci/gitlab.yml": "a: [\n"})
    assert skipped(root) == {path: "invalid YAML"}
    (root / path).write_text("on: push\n")
    assert skipped(root) == {}


CONFLICT = """{
  "name": "shop",
  "dependencies": {
<<<<<<< HEAD
    "stripe": "14.8.0"
=======
    "stripe": "16.0.0",
    "twilio": "5.0.0"
>>>>>>> other
  }
}
"""


def test_conflict_markers_in_a_manifest(tree: Tree) -> None:
    root = tree({**SHOP, "package.json": CONFLICT})
    assert "stripe 14.8.0" in document(root)
    assert "conflict" in skipped(root)["package.json"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = [\n<<<<<<< HEAD\n  "stripe==9.0",\n=======\n  "stripe==10.0",\n>>>>>>> b\n]\n'),
        ("requirements.txt", "<<<<<<< HEAD\nstripe==9.0\n=======\nstripe==10.0\n>>>>>>> b\n"),
        ("go.mod", "module a\n<<<<<<< HEAD\nrequire github.com/stripe/stripe-go v70.0.0\n=======\n>>>>>>> b\n"),
        ("compose.yaml", "services:\n<<<<<<< HEAD\n  db: {image: 'postgres:16'}\n=======\n  db: {image: 'mysql:8'}\n>>>>>>> b\n"),
    ],
)  # fmt: skip
def test_half_merged_files_of_other_kinds_are_no_bug(tree: Tree, path: str, text: str) -> None:
    assert "<<<<" not in document(tree({path: text}))


HOSTILE = [
    "x](https://evil.test/",
    "<img src=x onerror=alert(1)>",
    "a\n## Injected heading",
    "**Injected:**",
    "`](https://evil.test)`",
    "![p](https://evil.test/p.png)",
    "--- | ---",
    "javascript:alert(1)",
    "<!-- hidden -->",
    "\u202ereversed",
]


def structure(text: str) -> tuple[list[str], list[str]]:
    """Headings and group labels of a document."""
    return re.findall(r"(?m)^#+ .*$", text), re.findall(r"(?m)^\*\*[^*\n]+:\*\*$", text)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_values_of_manifests_add_no_structure(tree: Tree, hostile: str) -> None:
    word = json.dumps(hostile)
    root = tree(
        {
            "package.json": f'{{"name": {word}, "dependencies": {{"stripe": {word}, "@aws-sdk/client-s3": "3"}}}}',
            "src/pay.ts": SHOP["src/pay.ts"] + f"import '@aws-sdk/client-s3'\nstripe.webhooks.constructEvent({word})\nmixpanel.track({word})\n",
            "compose.yaml": f"services:\n  db:\n    image: {json.dumps('postgres:' + hostile)}\n    environment: {{{word}: {word}}}\n",
            ".github/workflows/ci.yml": f"name: {word}\non: {{push: {{branches: [{word}]}}}}\njobs:\n"
            f"  {word}:\n    name: {word}\n    environment: {word}\n    steps:\n      - uses: {word}\n      - run: {word}\n",
            "vercel.json": f'{{"name": {word}, "crons": [{{"path": {word}}}]}}',
            "app/main.py": f"import os\nA = os.getenv({word!s}, {word})\n@app.post('/webhooks/' {word})\ndef hook(): ...\n",
            "app/routes.ts": f"app.post({json.dumps('/webhooks/stripe/' + hostile)}, handler)\n",
        }
    )  # fmt: skip
    safe(document(root))


def safe(text: str) -> None:
    """Whether a document has the template's structure alone, and no link, tag or line of anybody else's."""
    headings, labels = structure(text)
    assert headings == [
        "# External Integrations", "## APIs & External Services", "## Data Storage", "## Authentication & Identity",
        "## Monitoring & Observability", "## CI/CD & Deployment", "## Environment Configuration", "## Webhooks & Callbacks",
    ]  # fmt: skip
    assert "**Injected:**" not in labels
    outside = re.sub(r"`[^`\n]*`", "", text)
    assert not re.search(r"\]\(|<[A-Za-z!/]|https?://", outside), outside
    assert all(char.isprintable() or char == "\n" for char in text)
    assert all(re.match(r"$|# |## |\*\*|\*[A-Z]|---$| *- ", line) for line in text.splitlines()), text
    parse(text)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_file_names_add_no_structure(tree: Tree, hostile: str) -> None:
    name = hostile.replace("/", "_")
    root = tree(
        {
            f"{name}/package.json": SHOP["package.json"],
            f"{name}/{name}.ts": SHOP["src/pay.ts"],
            f"{name}/Dockerfile": "FROM postgres:16\n",
            f"{name}/compose.yaml": "services: {db: {image: 'postgres:16'}}\n",
            f".github/workflows/{name}.yml": "on: push\njobs: {a: {steps: [{uses: actions/checkout@v4}]}}\n",
        }
    )
    safe(document(root))
    for command in (["facts", root], ["explain", "Stripe", root]):
        shown = run(*command).stdout
        assert all(char.isprintable() or char == "\n" for char in shown)


def test_a_tree_of_5000_files_with_odd_ones_among_them(tree: Tree) -> None:
    root = tree(SHOP)
    for number in range(5_000):
        folder = root / f"m{number % 50}"
        folder.mkdir(exist_ok=True)
        (folder / f"f{number}.py").write_text(f"import os\nA{number} = {number}\n")
    done = run("draft", root, "--stdout", "--date", "2026-01-02")
    assert done.returncode == 0
    assert "Read 5,002 files" in done.stderr
    assert "- Stripe - " in done.stdout


def test_a_line_of_50_megabytes_is_neither_read_nor_lost(tree: Tree) -> None:
    root = tree(SHOP)
    with (root / "data.json").open("w") as stream:
        stream.write("[" + "1," * (25 << 20) + "1]")
    assert skipped(root)["data.json"] == "too large"
    assert "- Stripe - " in document(root)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_manifests_and_code_in_other_encodings(tree: Tree, encoding: str) -> None:
    root = tree(
        {
            "package.json": SHOP["package.json"].replace("shop", "caf\u00e9").replace("\n", "\r\n").encode(encoding),
            "src/pay.ts": ("// caf\u00e9\r\n" + SHOP["src/pay.ts"]).encode(encoding),
        }
    )
    text = document(root)
    assert "stripe 14.8.0" in text
    assert "`src/pay.ts:3`" in text


def test_a_target_that_cannot_be_written(tree: Tree) -> None:
    in_the_way = tree({**SHOP, ".planning": "a file\n"})
    done = run("draft", in_the_way)
    assert (done.returncode, "cannot write" in done.stderr) == (2, True)
    assert (in_the_way / ".planning").read_text() == "a file\n"
    folder = tree({**SHOP, f"{DEFAULT_OUTPUT}/x": ""}, "folder")
    assert run("draft", folder, "--force").returncode == 2
    assert (folder / DEFAULT_OUTPUT / "x").exists()


def test_a_full_disk_leaves_the_old_document(tree: Tree) -> None:
    """A limit on the size of files is what a full disk looks like to a writer: the write fails half way."""
    root = tree({**SHOP, DEFAULT_OUTPUT: "old\n"})
    done = child(f"""
        import resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        from llm_audit import folders, redact
        redact.use_cache(folders.cache_folder() / "rules")
        redact.scan("warm")
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, resource.RLIM_INFINITY))
        go(["draft", {str(root)!r}, "--force", "-q"])
    """)
    assert done.returncode == 2, done.stderr
    assert "cannot write" in done.stderr
    assert (root / DEFAULT_OUTPUT).read_text() == "old\n"
    assert [path.name for path in (root / DEFAULT_OUTPUT).parent.iterdir()] == ["INTEGRATIONS.md"]


def child(script: str) -> subprocess.CompletedProcess[str]:
    """Runs lines of Python in a process of their own; `go` is the command line."""
    body = (
        "import sys\nfrom llm_audit import cli\ndef go(words):\n    sys.argv = ['llm-audit', *words]\n    cli.run()\n"
    )
    lines = textwrap.dedent(script)
    return subprocess.run(
        [sys.executable, "-c", body + lines], env={**os.environ, "PYTHONPATH": str(REPO)}, cwd=REPO, capture_output=True, text=True, check=False
    )  # fmt: skip


@pytest.mark.skipif(not ROOT, reason="only root can become another user; others meet it in test_repo")
def test_files_folders_and_targets_without_permission(tree: Tree, tmp_path: Path) -> None:
    root = tree({**SHOP, "locked.py": "import redis\n", "closed/a.py": "import redis\n"})
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and folder != Path("/") and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    (root / "locked.py").chmod(0)
    (root / "closed").chmod(0)
    barred = tree(SHOP, "barred")
    barred.chmod(0o700)
    sealed = tree({**SHOP, DEFAULT_OUTPUT: "old\n", ".git/HEAD": "ref: refs/heads/main\n"}, "sealed")
    for closed in (".planning", ".git"):
        (sealed / closed).chmod(0)
    commands = [["draft", str(root), "--stdout"], ["draft", str(root)], ["draft", str(barred), "--stdout"],
                ["draft", str(sealed), "--stdout"], ["draft", str(sealed)], ["check", str(sealed)]]  # fmt: skip
    done = child(f"""
        import os
        def attempt(words):
            try:
                go(words)
            except SystemExit as end:
                print("=== exit", end.code)
        attempt(["draft", {str(tree({**SHOP, ".gitignore": "x"}, "warm"))!r}, "--json", "-q"])  # imports all that nobody may not read
        os.setgroups([])
        os.setgid({NOBODY})
        os.setuid({NOBODY})
        for words in {commands!r}:
            attempt(words)
            print("===", file=sys.stderr)
    """)
    _, shown, written, refused, gitless, *unseen = _parts(done.stdout)
    errors = done.stderr.split("===\n")
    assert "- Stripe - " in shown and shown.endswith("=== exit 0\n")
    assert "Redis" not in shown
    assert "no permission" in errors[0]
    assert (written, "cannot write" in errors[1]) == ("=== exit 2\n", True), errors[1]
    assert not (root / ".planning").exists()
    assert (refused, "no permission" in errors[2]) == ("=== exit 2\n", True), errors[2]
    assert "- Stripe - " in gitless and gitless.endswith("=== exit 0\n"), errors[3]
    assert unseen == ["=== exit 2\n"] * 2
    assert all("cannot look at output" in one and "Permission denied" in one for one in errors[4:6]), errors[4:]


def _parts(output: str) -> list[str]:
    """The output of each command, each ending with its exit code."""
    return [f"{part}=== exit {code}\n" for part, code in re.findall(r"(?s)(.*?)=== exit (\d+)\n", output)]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of a process where Linux tells it")
def test_memory_does_not_grow_with_the_files(tree: Tree) -> None:
    """One file is held at a time: forty files of a megabyte cost a few megabytes, not forty."""
    root = tree({f"d{number}.py": "x = 1  # nothing to see\n" * 40_000 for number in range(40)})
    done = child(f"""
        try:
            go(["draft", {str(root)!r}, "--stdout", "-q"])
        except SystemExit:
            print(open("/proc/self/status").read(), file=sys.stderr)
    """)
    peak = re.search(r"VmHWM:\s*(\d+) kB", done.stderr)
    assert peak and int(peak[1]) < 300 << 10
