"""Whom a file of the tree serves, by its path: the program, those who develop it, or a CI system."""

from __future__ import annotations

import re
from functools import cache

_CI_FILE = re.compile(
    r"(^|/)(\.github|\.circleci|\.gitlab|\.buildkite|\.woodpecker|\.drone|\.forgejo|\.gitea|\.depot)/|(^|/)(\.gitlab-ci|\.travis|appveyor"
    r"|azure-pipelines|bitbucket-pipelines|\.drone|\.cirrus|\.?goreleaser)[^/]*\.ya?ml$|(^|/)Jenkinsfile"
)
_SCRIPT = re.compile(
    r"(^|/)([Ss]cripts?|bin|[Tt]ools?|hack|contrib|magefiles?|\.husky)/|\.(sh|bash|ps1)$|(^|/)Makefile$"
    r"|^([^/]+/)?setup\.py$|(^|/)(noxfile\.py|magefile\.go)$|^((extras?|build|dev|ci|misc|etc|packaging)/)?releas(e|ing)/[^/]+\.(py|rb|go|[cm]?[jt]s)$"
)
"""What developers run: scripts, and what builds a package or makes a release; `src/release/` may well be a part of the program."""


@cache
def is_ci(path: str) -> bool:
    """Whether a file configures a CI system rather than the program."""
    return bool(_CI_FILE.search(path))


def is_script(path: str) -> bool:
    """Whether developers run a file rather than the program."""
    return bool(_SCRIPT.search(path))
