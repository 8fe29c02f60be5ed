"""Calls that the scripts of a pipeline make themselves: `curl` with a key to an interface, or with a body to a webhook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.hosts.urls import WEB, find_urls, tidy_path
from llm_audit.collect.shared.hooks import kind_of
from llm_audit.model import Kind, SourceFile

_FILES = expression(
    r"(?:^|/)\.(?:github|gitlab|circleci|buildkite|woodpecker|drone|forgejo|gitea|depot)/.*\.(?:ya?ml|sh|bash|py)\Z|(?:^|/)\.(?:gitlab-ci|travis)\.ya?ml\Z"
    r"|(?:^|/)(?:azure|bitbucket)-pipelines\.ya?ml\Z|(?:^|/)Jenkinsfile\Z"
)
_COMMAND = expression(
    r"(?<![\w./\-])curl(?=[ \t\\])(?:\\[\s\S]|\"(?:[^\"\\]|\\[\s\S]){0,2000}\"|'[^']{0,2000}'|[^\n\"'\\;|#]){2,300}"
)
_TEXT = expression(r"[-\s]*(?:#|//|echo\b|-?\s*name:|description:)")
_VARIABLE = expression(r"\$(?:\{\{\s{0,3}(?:secrets|vars|env|inputs)\.|\{)?([A-Za-z_]\w{2,80})")
_KEY = expression(r"(?i)(?:KEY|TOKEN|SECRET|PASSWORD|PASS|_PAT|CREDENTIALS)\Z")
_OWN = frozenset(
    {"GITHUB_TOKEN", "GH_TOKEN", "CI_JOB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_RUNTIME_TOKEN"}
)
"""Keys that the pipeline's own system hands out, and takes back."""
_HOOK = expression(r"(?i)WEB_?HOOK|_HOOK_URL")
_SENDS = expression(
    r"\s(?:-d|--data(?:-\w{1,10})?|--json|-F|--form|-T)[\s='\"]|\s(?:-X|--request)[\s=]{0,2}[\"']?(?:POST|PUT|PATCH)"
)


def _commands(text: str) -> Iterator[re.Match[str]]:
    """The commands, with the lines that quotes and backslashes join to them; what is only said is none."""
    match = _COMMAND.search(text)
    while match:
        head = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        is_text = _TEXT.match(head) is not None
        if not is_text:
            yield match
        match = _COMMAND.search(text, match.start() + 4 if is_text else match.end())


def _calls(file: SourceFile) -> Finds:
    known: set[str] = set()
    for match in _commands(file.text):
        command = match[0]
        names = dict.fromkeys(_VARIABLE.findall(command))
        keys = [name for name in names if _KEY.search(name) and name not in _OWN]
        for name in names:
            if _HOOK.search(name) and not _KEY.search(name) and _SENDS.search(command) and name not in known:
                known.add(name)
                yield at(file, match.start(), Kind.DELIVERY, kind_of(name), name, env=name, form="pipeline")
        for url in find_urls(command) if keys else ():
            if url.scheme in WEB and url.host and f"{url.host}{url.path}" not in known:
                known.add(f"{url.host}{url.path}")
                yield at(
                    file, match.start(), Kind.HOST, url.host, tidy_path(url.path), use="call", scheme=url.scheme,
                    keyed=",".join(keys),
                )  # fmt: skip


COLLECTORS = (
    Collector(
        "ci.calls",
        _calls,
        paths=_FILES,
        marks=(".github/", ".gitlab", ".circleci/", ".buildkite/", ".woodpecker/", ".drone/", ".forgejo/", ".gitea/", ".depot/", ".travis", "pipelines.y", "jenkinsfile"),
        needs=("curl ", "curl\\"),
    ),
)  # fmt: skip
