from __future__ import annotations

import time

import pytest

from llm_audit.collect import installs
from llm_audit.model import Fact, SourceFile
from llm_audit.redact import clean

DOCKER, SCRIPT, PACKAGE_SCRIPTS, APTFILE = installs.COLLECTORS


def found(text: str, path: str = "run.sh") -> list[tuple[str, str]]:
    collector = next(one for one in installs.COLLECTORS if one.wants(SourceFile(path, f"{text} install npx")))
    return [(item.name, item.value) for item in collector.collect(SourceFile(path, text)) if isinstance(item, Fact)]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pip3 install 'celery[redis]==5.4' flask", [("celery", "==5.4"), ("flask", "")]),
        ("pip install -r requirements.txt -c c.txt --index-url https://p.example.com/simple boto3", [("boto3", "")]),
        ("pip install -e . && pip install ./x dist/y.whl", []),
        ("uv pip install --system psycopg>=3", [("psycopg", ">=3")]),
        ("uv tool install ruff@0.6.9", [("ruff", "0.6.9")]),
        ("uvx --with rich httpie", [("rich", "")]),
        ("npm ci && npm install", []),
        ("npm install --save-dev @scope/a@^1.2 b", [("@scope/a", "^1.2"), ("b", "")]),
        ("npm --version; npm run install thing", []),
        ("yarn dlx pkg@2", [("pkg", "2")]),
        ("npx pkg", []),
        ("npx -y pkg", [("pkg", "")]),
        ("npx pkg@latest serve other@1", [("pkg", "latest")]),
        ("npx --package=a@1 --package b@2 tool", [("a", "1"), ("b", "2")]),
        ("bunx wrangler deploy", [("wrangler", "")]),
        ("apt-get -qq install -y redis-tools=6:7.0 libc6:i386", [("redis-tools", "6:7.0"), ("libc6", "")]),
        ("apk --no-cache add -X http://example.com/edge/main postgresql16-client", [("postgresql16-client", "")]),
        ("gem install rails -v 7.2.1", [("rails", "7.2.1")]),
        ("go install ./... && go install golang.org/x/tools/gopls@latest", [("golang.org/x/tools/gopls", "latest")]),
        ("cargo install --locked sqlx-cli --version 0.8.2", [("sqlx-cli", "0.8.2")]),
        ("cargo install --git https://example.com/x --path y", []),
        ("composer require aws/aws-sdk-php:^3 --no-dev", [("aws/aws-sdk-php", "^3")]),
        ("if true; then sudo -E env X=1 python3 -m pip install -U tox; fi", [("tox", "")]),
        ('bash -c "pip install awscli"', [("awscli", "")]),
        ("x=$(npx cloc@2.11.0 .)", [("cloc", "2.11.0")]),
    ],
)
def test_commands(command: str, expected: list[tuple[str, str]]) -> None:
    assert found(command + "\n") == expected


@pytest.mark.parametrize(
    "line",
    [
        "# pip install x",
        "// npx x@1",
        "echo pip install x",
        'echo "run: npx x@1"',
        "command -v npx x@1",
        "mypip install x",
        "./npx x@1",
        "my-npm install x",
        "brew install $PACKAGES",
        "which pip install x",
    ],
)
def test_look_alikes(line: str) -> None:
    assert found(line + "\n") == []


def test_ci_steps_by_command_not_by_name() -> None:
    text = 'steps:\n  - name: npm i -g a@1\n    run: "npx b@1"\n  - script: ["pip install d"]\n'
    names = [name for name, _ in found(text, ".github/workflows/a.yml")]
    assert "a" not in names
    assert {"b", "d"} <= set(names)


def test_other_yaml_is_not_read() -> None:
    assert not SCRIPT.wants(SourceFile("docs/guide.yml", "run: npx a@1"))
    assert not DOCKER.wants(SourceFile("docs/docker.md", "RUN pip install x"))


def test_stage_is_told_unless_it_is_the_last() -> None:
    text = "FROM a AS deps\nRUN pip install x\nFROM b\nRUN pip install y\nFROM c\nRUN pip install z\n"
    facts = [item for item in DOCKER.collect(SourceFile("Dockerfile", text)) if isinstance(item, Fact)]
    assert [(item.name, item.detail("stage")) for item in facts] == [("x", "deps"), ("y", "1"), ("z", "")]


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("Dockerfile", "runtime"),
        ("docker/Dockerfile.prod", "runtime"),
        ("contest/latest/Dockerfile", "runtime"),
        ("devtools/Dockerfile", "runtime"),
        ("docker/Dockerfile.dev", "dev"),
        ("dev.Dockerfile", "dev"),
        ("dev/app.Dockerfile", "dev"),
        (".devcontainer/Dockerfile", "dev"),
    ],
)
def test_images_for_developers_are_not_what_runs(path: str, scope: str) -> None:
    (one,) = DOCKER.collect(SourceFile(path, "FROM a\nRUN pip install x\n"))
    assert isinstance(one, Fact)
    assert one.detail("scope") == scope


def test_package_json_scripts_stand_on_their_line() -> None:
    text = '{\n  "scripts": {\n    "a": "tsc",\n    "b": "NODE_ENV=x npx \\"c@1.0.0\\" up"\n  }\n}\n'
    (one,) = PACKAGE_SCRIPTS.collect(SourceFile("package.json", text))
    assert isinstance(one, Fact)
    assert (one.name, one.value, one.line) == ("c", "1.0.0", 4)


@pytest.mark.parametrize("piece", ["npx ", "pip install ", "apt-get -y -q ", "\\\n", "npx -y a@1 ", '"', "RUN ", "$("])
def test_a_megabyte_on_one_line_takes_no_second(piece: str) -> None:
    clean("start the engine outside of the measurement = 1")
    text = piece * (1_000_000 // len(piece))
    for collector, prefix in ((DOCKER, "RUN "), (SCRIPT, ""), (APTFILE, "")):
        start = time.process_time()
        list(collector.collect(SourceFile("x", f"{prefix}npx {text}")))
        assert time.process_time() - start < 1.0, collector.name
