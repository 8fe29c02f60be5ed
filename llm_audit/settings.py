"""What a run was asked to do: a value that `config` makes and every stage may read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from llm_audit.checking.rules import Severity
from llm_audit.redact import Allowed

DEFAULT_OUTPUT = ".planning/codebase/INTEGRATIONS.md"


@dataclass(frozen=True)
class RedactSettings:
    """What a person told the secret filter, in their own settings only: false findings that they looked at."""

    allow: tuple[Allowed, ...] = ()


@dataclass(frozen=True)
class Settings:
    """What a run was asked to do.

    Attributes:
        output: path of the document, relative to the tree.
        paths: only these subtrees, relative.
        evidence: whether evidence lines stand in the document or in the evidence file alone.
        date: ISO 8601 date that the document carries; today (UTC) when empty.
        own_hosts: hosts of the project itself, not to be reported.
        severity: severities of the rules of `check` that differ from the catalogue's.
        fail_on: the severity from which on `check` ends with 1; `off` for never.
        cache: whether facts of unchanged files are kept between runs.
        model: who writes the sentences; empty for code alone.
        base_url: of an OpenAI-compatible endpoint.
        api_key_env: name of the variable that holds the key for `base_url`; `none` for no key.
        keys: base URLs and the names of the variables that hold their keys.
        offline: no model, whatever else is set.
        concurrency: calls side by side.
        max_tokens: cap on the input and output of a run together; 0 for none.
        price: what a million tokens of input and of output cost, as `0.15/0.60`; empty where nobody has to pay, or knows.
        small: one candidate per call; None leaves it to what `doctor` found.
        timeout: seconds for one request; 0 for 120, or 600 on this machine.
        retries: how often a failed request is sent again.
        redact: false findings of the secret filter that the user allowed; from the user's own file alone.
        quiet: no summary.
        verbose: more than the summary.
        progress: show progress on a terminal.
    """

    output: str = DEFAULT_OUTPUT
    paths: tuple[str, ...] = ()
    evidence: Literal["inline", "file"] = "inline"
    date: str = ""
    own_hosts: tuple[str, ...] = ()
    severity: dict[str, Severity] = field(default_factory=dict)
    fail_on: Severity = Severity.WARNING
    cache: bool = True
    model: str = ""
    base_url: str = ""
    api_key_env: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    offline: bool = False
    concurrency: int = 4
    max_tokens: int = 0
    price: str = ""
    small: bool | None = None
    timeout: float = 0
    retries: int = 4
    redact: RedactSettings = RedactSettings()
    quiet: bool = False
    verbose: bool = False
    progress: bool = True

    @property
    def day(self) -> str:
        """The document's date."""
        return self.date or datetime.now(UTC).date().isoformat()

    def cost(self, sent: int, received: int) -> float | None:
        """What so many tokens cost at the price that is set; None without one."""
        if not self.price:
            return None
        into, out = map(float, self.price.split("/"))
        return (sent * into + received * out) / 1_000_000
