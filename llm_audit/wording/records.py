"""What is kept of runs with a model, in the user's own cache: answers by content, run records, endpoints' abilities.

Everything here is filtered text. Files are written whole or not at all, readable by the user alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llm_audit.errors import UsageError
from llm_audit.model import Redacted
from llm_audit.redact import redact
from llm_audit.repo import write_atomic
from llm_audit.wording.briefs import Brief

SCHEMA = 1
_KEPT_RECORDS = 50
_MAX_FILE = 16 << 20


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of the user's cache.

    Attributes:
        folder: where answers, runs and endpoints stand; made when first written to.
    """

    folder: Path

    def answer(self, brief: Brief, model: str) -> str | None:
        """The answer that this model gave to this very request before."""
        held = _read(self._answers / f"{_key(brief, model)}.json")
        text = held.get("answer") if held else None
        return text if isinstance(text, str) else None

    def keep_answer(self, brief: Brief, model: str, text: Redacted) -> None:
        """Keeps an answer."""
        content = {"schema": SCHEMA, "model": model, "request": f"sha256:{brief.digest}", "answer": text}
        self._write(self._answers / f"{_key(brief, model)}.json", content)

    def keep_record(self, tree: Path, when: str, content: dict[str, Any]) -> Path:
        """Writes a run record and gives its path; old ones go."""
        path = self._runs / f"{_tree(tree)}-{re.sub(r'[^0-9]', '', when)}.json"
        self._write(path, content)
        for old in sorted(self._runs.glob("*.json"), key=lambda one: one.stat().st_mtime)[:-_KEPT_RECORDS]:
            old.unlink(missing_ok=True)
        return path

    def last_record(self, tree: Path) -> dict[str, Any] | None:
        """The newest run record of a tree."""
        paths = sorted(self._runs.glob(f"{_tree(tree)}-*.json"))
        return _read(paths[-1]) if paths else None

    def ability(self, url: str, model: str) -> dict[str, Any]:
        """What `doctor` found out of an endpoint and model; empty when it has not looked."""
        held = _read(self._endpoints) or {}
        found = held.get(f"{url} {model}")
        return found if isinstance(found, dict) else {}

    def keep_ability(self, url: str, model: str, found: dict[str, Any]) -> None:
        """Remembers what `doctor` found out."""
        self._write(self._endpoints, {**(_read(self._endpoints) or {}), f"{url} {model}": found})

    def usage(self) -> tuple[int, int, int]:
        """Answers, run records, and bytes of both."""
        answers, runs = list(self._answers.glob("*.json")), list(self._runs.glob("*.json"))
        return len(answers), len(runs), sum(one.stat().st_size for one in (*answers, *runs))

    def clear(self) -> int:
        """Deletes answers, records and abilities; gives their number."""
        gone = list(self._files())
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _files(self) -> Iterator[Path]:
        yield from self._answers.glob("*.json")
        yield from self._runs.glob("*.json")
        if self._endpoints.exists():
            yield self._endpoints

    @property
    def _answers(self) -> Path:
        return self.folder / "answers"

    @property
    def _runs(self) -> Path:
        return self.folder / "runs"

    @property
    def _endpoints(self) -> Path:
        return self.folder / "endpoints.json"

    def _write(self, path: Path, content: dict[str, Any]) -> None:
        text, _ = redact(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        for folder in (self.folder, path.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        write_atomic({path: text})


def read_record(path: Path) -> dict[str, Any]:
    """A run record.

    Raises:
        UsageError: there is no such file, or it is no run record of this version.
    """
    content = _read(path)
    if content is None:
        raise UsageError(f"{path} cannot be read as a run record", "runs with a model tell where theirs is")
    if content.get("schema") != SCHEMA or not isinstance(content.get("briefs"), list):
        raise UsageError(f"{path} is no run record of this version")
    return content


def said(record: dict[str, Any], name: str) -> Iterator[str]:
    """What the model of a recorded run said of an entry, and the verdict on each claim.

    Args:
        record: a run record.
        name: an entry's name or key; case does not matter.
    """
    wanted = name.casefold()
    for row in record.get("asides", ()):
        if isinstance(row, dict) and wanted in (str(row.get("key")).casefold(), str(row.get("name")).casefold()):
            yield f"{row['name']}: {row['said']} [{', '.join(row['cited'])}]; {row['became']}"
    for brief in record.get("briefs", ()):
        for handle, one in brief["candidates"].items():
            if wanted not in (one["key"].casefold(), one["name"].casefold()):
                continue
            places = {fact: brief["facts"][fact]["place"] for fact in brief["facts"]}
            yield f"{one['name']}: what {record['model']} said on {record['when'][:10]}, {brief['section']}"
            for verdict in brief["verdicts"]:
                if verdict["candidate"] == handle:
                    why = f" ({verdict['kind']}: {verdict['reason']})" if verdict["reason"] else ""
                    cited = ", ".join(places[fact] for fact in verdict["facts"] if fact in places)
                    yield f"  {verdict['verdict']}{why}: {verdict['field']}: {verdict['text']} [{cited}]"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if path.is_symlink() or path.stat().st_size > _MAX_FILE:
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _key(brief: Brief, model: str) -> str:
    return hashlib.sha256(f"{SCHEMA}\0{model}\0{brief.digest}".encode()).hexdigest()[:40]


def _tree(tree: Path) -> str:
    return hashlib.sha256(os.fsencode(tree)).hexdigest()[:12]
