"""Delivery commands in scripts that people run: shell files, Makefiles, task runners, scripts of manifests."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.shared.commands import commands, distinct
from llm_audit.model import Kind, SourceFile

_PROGRAMS = (
    *(
        "docker",
        "podman",
        "kubectl",
        "helm ",
        "deploy",
        "publish",
        "gcloud",
        "aws ",
        "terraform",
        "tofu",
        "rsync",
        "scp",
    ),
    *("twine", "push", "upload", "heroku", "eas ", "railway", "pulumi", "ansible-playbook", "gh release", "goreleaser"),
    *("semantic-release", "release-it", "supabase", "ssh ", "certbot"),
)


def collect(file: SourceFile) -> Finds:
    """What the commands of a script deploy, publish and run."""
    start, end = 0, len(file.text)
    if file.name in ("package.json", "composer.json", "deno.json", "deno.jsonc"):
        start = file.text.find('"tasks"' if file.name.startswith("deno") else '"scripts"')
        end = file.text.find("}", start)
        if start < 0 or end < 0:
            return
    for item in distinct(commands(file.text, start, end)):
        details = {"how": item.how}
        if item.kind is Kind.IMAGE:
            details["where"] = "script"
        yield at(file, item.offset, item.kind, item.name, item.value, **details)


COLLECTORS = (
    Collector(
        "hosting.scripts",
        collect,
        names=frozenset(
            (
                *("Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", "Taskfile.yml", "Taskfile.yaml"),
                *("package.json", "composer.json", "deno.json", "deno.jsonc", "Rakefile", "tasks.py", "fabfile.py"),
            )
        ),
        suffixes=frozenset({".sh", ".bash", ".zsh", ".mk", ".ps1", ".fish"}),
        needs=_PROGRAMS,
    ),
)
