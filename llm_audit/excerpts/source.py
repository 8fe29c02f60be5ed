"""The lines of files as a model may see them: filtered whole, so that a secret is seen in its context; never a key file.

Files that hold secrets by trade give names only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from llm_audit import redact
from llm_audit.excerpts.syntax import Block, is_code, parse
from llm_audit.model import Redacted, Role, Skipped, SourceFile

Reader = Callable[[str], SourceFile | Skipped | None]
"""Reads one file of the tree by its path."""

_SECRETIVE = re.compile(
    r"(?i)(^|/)(\.env[^/]*|[^/]*\.env|\.envrc|[^/]*\.tfvars(\.json)?|\.npmrc|\.netrc|\.pypirc|\.htpasswd|\.pgpass"
    r"|secrets?\.(ya?ml|json|toml|properties|py)|credentials[^/]*|\.secrets[^/]*|\.dockerconfigjson)$"
)
_SAMPLE = re.compile(r"(?i)(^|[._/-])(example|sample|template|tmpl|dist|defaults?|tpl)([._/-]|$)")
_KEYS = re.compile(r"(?i)(\.(pem|key|p8|p12|pfx|ppk|jks|kdbx?|asc|gpg|crt|cer)|(^|/)id_(rsa|dsa|ecdsa|ed25519))$")
_NAME = re.compile(r"\s*(?:export\s+|- )?[\"']?(?P<name>[A-Za-z_][\w.]{0,100})[\"']?\s*[=:]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
_MAX_LINE = 240


class Source:
    """Redacted lines of files and the blocks in them, each read, filtered and parsed once.

    Args:
        read: gives a file of the tree.
        paths: lists the files of the tree, when names are looked for in all of them.
    """

    def __init__(self, read: Reader, paths: Callable[[], Iterable[str]] = tuple) -> None:
        self._read = read
        self._paths = paths
        self._known: dict[str, tuple[Redacted, ...]] = {}
        self._unparsed: dict[str, str] = {}
        self._blocks: dict[str, tuple[Block, ...]] = {}

    def lines(self, path: str) -> tuple[Redacted, ...]:
        """All lines of a file, filtered; empty for files that may not be shown or cannot be read."""
        if path not in self._known:
            self._known[path] = self._lines(path)
        return self._known[path]

    def learn(self, paths: Iterable[str]) -> None:
        """Parses the files that were not parsed yet, all in one go."""
        asked = [path for path in dict.fromkeys(paths) if path not in self._blocks and self.lines(path)]
        if asked:
            self._blocks |= parse({path: self._unparsed.pop(path, "") for path in asked})

    def blocks(self, path: str) -> tuple[Block, ...]:
        """The blocks of a file that was learned; empty where no grammar knows it."""
        return self._blocks.get(path, ())

    def holding(self, names: Collection[str]) -> dict[str, list[str]]:
        """The program's own files of code that hold each of these texts."""
        found: dict[str, list[str]] = {name: [] for name in names}
        for path in self._paths():
            file = self._read(path) if is_code(path) else None
            if isinstance(file, SourceFile) and file.role == Role.SOURCE:
                for name in names:
                    if name in file.text:
                        found[name].append(path)
        return found

    def _lines(self, path: str) -> tuple[Redacted, ...]:
        file = None if _KEYS.search(path) else self._read(path)
        if not isinstance(file, SourceFile):
            return ()
        if _SECRETIVE.search(path) and not _SAMPLE.search(path):
            return tuple(map(_name_only, file.text.split("\n")))
        safe, _ = redact.redact(_flat(file.text))
        self._unparsed[path] = safe
        return tuple(map(_shown, safe.split("\n")))


def _flat(text: str) -> str:
    """The text without characters that could hide or reorder what a reader sees."""
    return _HIDDEN.sub("?", text)


def _shown(line: str) -> Redacted:
    return Redacted(line.rstrip() if len(line) <= _MAX_LINE else _cut(line))


def _cut(line: str) -> str:
    """A long line's beginning, never ending inside a marker."""
    start = line[:_MAX_LINE]
    opened = start.rfind("[REDACTED:")
    return (start[:opened] if opened >= 0 and "]" not in start[opened:] else start) + "…"


def _name_only(line: str) -> Redacted:
    match = _NAME.match(line)
    return redact.clean(f"{match['name']}=(value not shown)") if match else Redacted("")
