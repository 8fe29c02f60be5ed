"""Packages that no manifest lists: installed by a command in a Dockerfile, script or CI file, or run by `npx`.

In a Dockerfile they are part of what runs (scope `runtime`, `dev` in images for developers and CI); elsewhere they are
tools of whoever runs the script.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.installs.packages import Installed, installed
from llm_audit.collect.installs.shell import commands
from llm_audit.model import Fact, Kind, SourceFile
from llm_audit.parse import BadSyntax, parse_json

_NEEDS = ("install", "npx", "uvx", "pipx", "dlx", "bunx", "apk", " add ", "require", " exec ", " wheel ")
_RUN_NEEDS = ("npx", "uvx", "pipx", "dlx", "bunx", "pnpx", "npm exec", "npm x", "bun x", "install -g", "i -g")
_DOCKERFILES = expression(r"(?:^|/)(?:Dockerfile|Containerfile|Earthfile)[^/]{0,60}\Z|\.(?:D|d)ockerfile\Z")
_SCRIPTS = expression(
    r"(?:^|/)(?:\.github/workflows/[^/]+|(?:\.github/actions/.{1,100}/)?action|\.circleci/[^/]+|\.(?:woodpecker|buildkite)/[^/]+"
    r"|\.gitlab-ci|\.gitlab/.{1,100}|\.travis|\.drone|\.woodpecker|\.appveyor|appveyor|azure-pipelines|bitbucket-pipelines"
    r"|cloudbuild|buildspec|[Tt]askfile|render|amplify|lefthook|\.readthedocs|codemagic|docker-compose[^/]{0,40}|compose)"
    r"\.ya?ml\Z|(?:^|/)\.husky/[^/]{1,40}\Z"
)
_DEV = r"(?:dev|devel|development|debug|tests?|e2e|ci|local|lint)"
_DEV_IMAGE = expression(
    rf"(?i)(?:^|/)(?:\.(?:devcontainer|cursor|gitpod|github|circleci|gitlab)\b|{_DEV}/"
    rf"|(?:[^/]{{0,60}}[._\-])?{_DEV}(?:[._\-][^/]{{0,60}})?\Z)"
)
_FROM = expression(
    r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+){0,3}\S+(?:[ \t]+AS[ \t]+(?P<name>\S+))?", re.MULTILINE | re.IGNORECASE
)
_APT = expression(r"^[ \t]*(?![#:])([A-Za-z0-9][A-Za-z0-9+._\-]{0,100})(?:=(\S{1,80}))?[ \t]*(?:#.*)?$", re.MULTILINE)


def _collect_dockerfile(file: SourceFile) -> Finds:
    """Everything installed, with the stage unless it is the last: only that one's image runs by default."""
    stages = [(match.start(), match["name"] or str(index)) for index, match in enumerate(_FROM.finditer(file.text))]
    starts = [start for start, _ in stages]
    scope = "dev" if _DEV_IMAGE.search(file.path) else "runtime"
    for command in commands(file.text):
        index = bisect_right(starts, command.offset)
        stage = stages[index - 1][1] if 0 < index < len(stages) else ""
        for package in installed(command):
            yield _dependency(file, file.line_of(package.offset), package, scope, stage)


def _collect_script(file: SourceFile) -> Finds:
    for command in commands(file.text):
        for package in installed(command):
            yield _dependency(file, file.line_of(package.offset), package, "tool")


def _collect_package_scripts(file: SourceFile) -> Finds:
    try:
        scripts = parse_json(file.text).get("scripts")
    except BadSyntax:
        # said by the collector of its dependencies
        return
    for entry in scripts.items():
        for command in commands(entry[1].text):
            for package in installed(command):
                yield _dependency(file, entry[1].line, package, "tool")


def _collect_aptfile(file: SourceFile) -> Finds:
    for match in _APT.finditer(file.text):
        package = Installed(match.start(1), "os", match[1], match[2] or "", "apt")
        yield _dependency(file, file.line_of(match.start(1)), package, "runtime")


def _dependency(file: SourceFile, line: int, package: Installed, scope: str, stage: str = "") -> Fact:
    return fact(
        file,
        line,
        Kind.DEPENDENCY,
        package.name,
        package.version,
        ecosystem=package.ecosystem,
        scope=scope,
        via=package.via,
        extras=package.extras,
        stage=stage,
    )


COLLECTORS = (
    Collector(
        "installs-docker",
        _collect_dockerfile,
        paths=_DOCKERFILES,
        marks=("dockerfile", "containerfile", "earthfile"),
        needs=_NEEDS,
    ),
    Collector(
        "installs-script",
        _collect_script,
        names=frozenset({"Makefile", "GNUmakefile", "makefile", "justfile", "Justfile", "Procfile", "Jenkinsfile"}),
        suffixes=frozenset({".sh", ".bash", ".mk"}),
        paths=_SCRIPTS,
        marks=(".yml", ".yaml", ".husky/"),
        needs=_NEEDS,
    ),
    Collector(
        "installs-package-scripts", _collect_package_scripts, names=frozenset({"package.json"}), needs=_RUN_NEEDS
    ),
    Collector("installs-aptfile", _collect_aptfile, names=frozenset({"Aptfile"})),
)
