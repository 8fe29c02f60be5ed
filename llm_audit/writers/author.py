"""A run with a model from its settings: which counter, cache, limits and endpoint; and a run again from its record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llm_audit import __version__, catalog, repo
from llm_audit.endpoint import Endpoint
from llm_audit.errors import UsageError
from llm_audit.excerpts import Source
from llm_audit.excerpts.counting import Counter, Estimate, counter_for
from llm_audit.integrations import Found
from llm_audit.redact import redact
from llm_audit.templates import Template
from llm_audit.wording import asides, prompting, stage
from llm_audit.wording.asking import Asker, Keep, Outcome, Tell, body
from llm_audit.wording.briefs import SMALL, Brief, Limits
from llm_audit.wording.records import SCHEMA, Store
from llm_audit.wording.stage import Prepared, Worded

if TYPE_CHECKING:
    from llm_audit.settings import Settings

Announce = Callable[[Prepared, Counter], None]
"""Told what is about to be sent, before anything is."""


@dataclass
class Author:
    """Gives candidates a model's words; made for one run.

    Attributes:
        root: the tree.
        settings: of the run.
        endpoint: where the model is.
        store: answers, records and abilities.
        announce: told the plan.
        tell: told what happens.
        dry: plan only; nothing is sent and the candidates stay as they are.
        verb: the command, for the record; only that of a whole draft can be run again.
        prepared: the plan, once made.
        worded: the result, once there.
        record: where the run record stands, once written.
    """

    root: Path
    settings: Settings
    endpoint: Endpoint
    store: Store
    announce: Announce
    tell: Tell
    dry: bool = False
    verb: str = "draft"
    prepared: Prepared | None = None
    worded: Worded | None = None
    record: Path | None = None

    def __call__(self, found: Found, template: Template) -> Found:
        """The candidates with words, and what the model's remarks took out besides what was dismissed before.

        Raises:
            UsageError: a prompt is broken.
        """
        ability = self.store.ability(self.endpoint.shown, self.settings.model)
        limits = _limits(self.settings, ability)
        counter = counter_for(self.settings.model)
        prompts = prompting.load(template)
        model = self.settings.model
        self.prepared = stage.prepare(
            found.candidates, template, prompts, _source(self.root, self.settings.paths), counter, limits,
            lambda brief: self.store.answer(brief, model), self.settings.max_tokens,
        )  # fmt: skip
        self.announce(self.prepared, counter)
        if self.dry:
            return found
        asker = self._asker(prompts, counter, ability) if self.prepared.asked else _Nobody()
        self.worded = stage.write(
            found.candidates, template, catalog.load(), self.prepared, asker, self.tell,
            lambda brief, text: self.store.keep_answer(brief, model, text),
        )  # fmt: skip
        content = self._content(self.worded, limits, counter, prompts.digests)
        self.record = self.store.keep_record(self.root, content["when"], content)
        return Found(self.worded.candidates, (*found.dismissed, *self.worded.dismissed))

    def _asker(self, prompts: prompting.Prompts, counter: Counter, ability: dict[str, Any]) -> Asker:
        from llm_audit.writers.openai import OpenAIAsker, Patience

        assert self.prepared is not None  # noqa: S101 - set by the only caller
        return OpenAIAsker(
            self.endpoint,
            self.settings.model,
            prompts,
            counter,
            patience(self.settings, self.endpoint, Patience()),
            concurrency=self.settings.concurrency,
            rung=str(ability.get("rung", "")),
            cap=self.settings.max_tokens,
            shorter=self.prepared.planned.shorter,
        )

    def _content(self, worded: Worded, limits: Limits, counter: Counter, digests: Mapping[str, str]) -> dict[str, Any]:
        """The run record: everything that the document came from, and no secret."""
        return {
            "schema": SCHEMA,
            "tool": __version__,
            "verb": self.verb,
            "when": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "tree": self.root.name,
            "commit": repo.commit_of(self.root).id,
            "model": self.settings.model,
            "endpoint": self.endpoint.shown,
            "counter": counter.label,
            "small": limits.small,
            "cap": self.settings.max_tokens,
            "document": {
                "date": self.settings.day,
                "paths": list(self.settings.paths),
                "own_hosts": list(self.settings.own_hosts),
                "evidence": self.settings.evidence,
            },
            "prompts": dict(digests),
            "asides": asides.rows(worded.remarks),
            "briefs": worded.rows,
        }


def patience(settings: Settings, endpoint: Endpoint, usual: Any) -> Any:
    """The bounds of time that settings and endpoint call for; local models may think for long."""
    request = settings.timeout or (600.0 if endpoint.loopback else usual.request)
    return replace(usual, request=request, attempts=settings.retries + 1, total=max(usual.total, 2 * request))


def requests(prepared: Prepared, endpoint: Endpoint, model: str) -> str:
    """The exact requests that would be sent, as JSON; the key is not among them."""
    rows = [
        {"brief": brief.key, "method": "POST", "url": f"{endpoint.shown}/chat/completions",
         "tokens": brief.tokens, "body": {"model": model, **body(brief)}}
        for brief in prepared.asked
    ]  # fmt: skip
    return redact(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")[0]


@dataclass
class Replay:
    """Gives candidates the words of a run record, judged anew; asks nobody.

    Attributes:
        root: the tree, as it was in the recorded run.
        record: the run record.
        worded: the result, once there.
    """

    root: Path
    record: dict[str, Any]
    worded: Worded | None = None

    def __call__(self, found: Found, template: Template) -> Found:
        """The candidates with the recorded words.

        Raises:
            UsageError: the tree, the prompts or the program are not those of the record.
        """
        if self.record.get("verb", "draft") != "draft":
            raise UsageError(
                "the record is of a refresh, which put only what had changed into words",
                "replay the record of a draft; the words of a refresh stand in the document",
            )
        rows = {row["request"]: row for row in self.record["briefs"] if isinstance(row, dict) and "request" in row}
        prompts = prompting.load(template)
        if self.record.get("prompts") != dict(prompts.digests):
            raise UsageError("the record was made with other prompts", "replay it with that version of llm-audit")
        prepared = stage.prepare(
            found.candidates, template, prompts, _source(self.root, _recorded_paths(self.record)), _counter(self.record),
            _recorded_limits(self.record),
            lambda brief: _recorded(rows, brief, self.record),
        )  # fmt: skip
        silent = replace(prepared, asked=(), capped=prepared.asked)
        self.worded = stage.write(
            found.candidates,
            template,
            catalog.load(),
            silent,
            _Nobody(),
            lambda _key, _note: None,
            lambda _brief, _text: None,
        )
        return Found(self.worded.candidates, (*found.dismissed, *self.worded.dismissed))


def _recorded(rows: dict[str, dict[str, Any]], brief: Brief, record: dict[str, Any]) -> str | None:
    row = rows.get(f"sha256:{brief.digest}")
    if row is None:
        commit, tool = record.get("commit") or "unknown", record.get("tool") or "of that day"
        raise UsageError(
            "the tree, or this program, is not as it was when the record was made",
            f"check out commit {commit} and run llm-audit {tool} over it",
        )
    answer = row.get("answer")
    return answer if isinstance(answer, str) else None


def _counter(record: dict[str, Any]) -> Counter:
    if record.get("counter") == Estimate.label:
        return Estimate()
    counter = counter_for(str(record.get("model")))
    if counter.label != record.get("counter"):
        raise UsageError(f"the record was made with {record.get('counter')}, which cannot be loaded here")
    return counter


def _limits(settings: Settings, ability: dict[str, Any]) -> Limits:
    small = settings.small if settings.small is not None else bool(ability.get("small"))
    return SMALL if small else Limits()


def _recorded_limits(record: dict[str, Any]) -> Limits:
    return SMALL if record.get("small") is True else Limits()


def _recorded_paths(record: dict[str, Any]) -> tuple[str, ...]:
    document = record.get("document")
    paths = document.get("paths") if isinstance(document, dict) else None
    return tuple(map(str, paths)) if isinstance(paths, list) else ()


def _source(root: Path, paths: tuple[str, ...]) -> Source:
    return Source(lambda path: repo.read(root, path), lambda: repo.walk(root, paths))


class _Nobody:
    """Answers nothing."""

    async def ask_all(self, briefs: tuple[Brief, ...], tell: Tell, keep: Keep) -> tuple[Outcome, ...]:
        """Outcomes without answers."""
        return tuple(Outcome(brief, fault="nobody to ask") for brief in briefs)
