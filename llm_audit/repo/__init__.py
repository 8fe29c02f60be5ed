"""The only package that touches the audited disk: walk, read, git facts, atomic write.

Nothing of the tree is executed: ignore rules are read by ripgrep's walker, and git's own files are read as files, so no
hook, filter or fsmonitor of the repository ever runs. Only `history` asks git, with the tree's settings switched off.
"""

from __future__ import annotations

from llm_audit.repo.files import LOCKFILES, MAX_LOCKFILE, MAX_SIZE, content, decode, printable, read
from llm_audit.repo.git import Commit, commit_of
from llm_audit.repo.inside import without_asides
from llm_audit.repo.roles import role_of
from llm_audit.repo.rules import IGNORE_FILE
from llm_audit.repo.walking import open_root, rules_beyond, walk
from llm_audit.repo.writing import beside, target_in, write_atomic

__all__ = [
    "IGNORE_FILE", "LOCKFILES", "MAX_LOCKFILE", "MAX_SIZE", "Commit", "beside", "commit_of", "content", "decode", "open_root",
    "printable", "read", "role_of", "rules_beyond", "target_in", "walk", "without_asides",
    "write_atomic",
]  # fmt: skip
