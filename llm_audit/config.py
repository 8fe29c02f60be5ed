"""Settings from flags, `LLM_AUDIT_*`, the audited tree and the user's own files; the only reader of the environment.

Order, strongest first: flags, environment, `[tool.llm_audit]` in `pyproject.toml` or `llm-audit.toml` of the tree, the
user's `config.toml` in the system's configuration folder, defaults. The tree is untrusted: it may tune what is read and
written inside itself, and nothing else.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from llm_audit.checking.rules import BY_ID, Severity
from llm_audit.endpoint import DEFAULT_URL, Endpoint, is_loopback, origin
from llm_audit.errors import UsageError
from llm_audit.redact import KINDS, Allowed

# else pydantic looks through all that is installed for code of others to run here: slow, and nothing that we ask for
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "1"
DEFAULT_OUTPUT = ".planning/codebase/INTEGRATIONS.md"
TREE_KEYS = frozenset({"output", "paths", "evidence", "own_hosts", "severity", "fail_on"})
"""What a setting inside the audited tree may say."""


class AllowedFinding(BaseModel):
    """A false finding of the secret filter that a person looked at: its kind, and a glob of the paths it is in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    path: str = Field(min_length=1)

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, given: str) -> str:
        if given not in KINDS:
            raise ValueError(f"no such kind; known: {', '.join(sorted(KINDS))}")
        return given


class RedactSettings(BaseModel):
    """What a person told the secret filter, in their own settings only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: tuple[AllowedFinding, ...] = ()


class Settings(BaseModel):
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

    model_config = ConfigDict(extra="forbid", frozen=True)

    output: str = DEFAULT_OUTPUT
    paths: tuple[str, ...] = ()
    evidence: Literal["inline", "file"] = "inline"
    date: str = ""
    own_hosts: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    fail_on: Severity = Severity.WARNING
    cache: bool = True
    model: str = ""
    base_url: str = ""
    api_key_env: str = ""
    keys: dict[str, str] = {}
    offline: bool = False
    concurrency: int = Field(default=4, ge=1, le=32)
    max_tokens: int = Field(default=0, ge=0)
    price: str = Field(default="", pattern=r"^(\d{1,6}(\.\d{1,6})?/\d{1,6}(\.\d{1,6})?)?$")
    small: bool | None = None
    timeout: float = Field(default=0, ge=0, le=3600)
    retries: int = Field(default=4, ge=0, le=20)
    redact: RedactSettings = RedactSettings()
    quiet: bool = False
    verbose: bool = False
    progress: bool = True

    @field_validator("paths", "own_hosts", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        """Lists may be given as one text with commas."""
        return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given

    @field_validator("severity", mode="before")
    @classmethod
    def _pairs(cls, given: object) -> object:
        """Severities may be given as one text: `stale-version=warning, wrong-section=off`."""
        if not isinstance(given, str):
            return given
        pairs = (part.partition("=") for part in given.split(",") if part.strip())
        return {rule.strip(): severity.strip() for rule, _, severity in pairs}

    @field_validator("severity")
    @classmethod
    def _known_rules(cls, given: dict[str, Severity]) -> dict[str, Severity]:
        if unknown := sorted(set(given) - set(BY_ID)):
            raise ValueError(f"no such rule: {', '.join(unknown)}")
        return given

    def cost(self, sent: int, received: int) -> float | None:
        """What so many tokens cost at the price that is set; None without one."""
        if not self.price:
            return None
        into, out = map(float, self.price.split("/"))
        return (sent * into + received * out) / 1_000_000

    @field_validator("date")
    @classmethod
    def _iso(cls, given: str) -> str:
        return date.fromisoformat(given).isoformat() if given else given

    @property
    def allowed(self) -> tuple[Allowed, ...]:
        """The false findings that the user allowed, as the secret filter takes them."""
        return tuple(Allowed(one.kind, one.path) for one in self.redact.allow)

    @property
    def day(self) -> str:
        """The document's date."""
        return self.date or datetime.now(UTC).date().isoformat()


def load(
    root: Path, flags: Mapping[str, Any], environment: Mapping[str, str] = os.environ
) -> tuple[Settings, list[str]]:
    """The settings of a run and one remark for each setting of the tree that was ignored.

    Args:
        root: absolute path of the audited tree.
        flags: what the command line gave; None means not given.
        environment: the process's environment.

    Raises:
        UsageError: a value or a key is wrong, or a settings file is no TOML; the message says which.
    """
    tree, remarks = _tree_settings(root)
    layers = [
        ("your settings", _user_toml()),
        ("the tree's settings", tree),
        ("environment", _from_environment(environment)),
        ("options", {key: value for key, value in flags.items() if value is not None}),
    ]
    merged: dict[str, Any] = {}
    for source, layer in layers:
        merged |= layer
        _validated(merged, source)
    settings = _validated(merged, "settings")
    return settings, [*remarks, *allowed_remarks(settings)]


def allowed_remarks(settings: Settings) -> list[str]:
    """One line for each false finding that the user's own settings allow: a summary must not hide it."""
    return [f"allowed by your settings: `{one.kind}` in {one.path}" for one in settings.redact.allow]


def _user_toml() -> dict[str, Any]:
    """The user's own file; its settings may stand under `[tool.llm_audit]`, as they do in a `pyproject.toml`."""
    given = _read_toml(user_file())
    tool = given.pop("tool", {})
    own = tool.get("llm_audit", {}) if isinstance(tool, dict) else {}
    return {**given, **(own if isinstance(own, dict) else {})}


def user_settings(flags: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a command that has no tree: options, environment, the user's own file.

    Raises:
        UsageError: as `load`.
    """
    layers = (_user_toml(), _from_environment(environment), {k: v for k, v in flags.items() if v is not None})
    return _validated({key: value for layer in layers for key, value in layer.items()}, "settings")


def endpoint(settings: Settings, environment: Mapping[str, str] = os.environ) -> Endpoint:
    """Where the model is reached, with the key that is kept for exactly that address and no other.

    `OPENAI_API_KEY` belongs to `OPENAI_BASE_URL` (or OpenAI), `LLM_AUDIT_API_KEY` to `LLM_AUDIT_BASE_URL`; `keys` and
    `api_key_env` name others.

    Raises:
        UsageError: the address is no URL, or no key is kept for it and it is not this machine.
    """
    url = settings.base_url or environment.get("OPENAI_BASE_URL") or DEFAULT_URL
    where = origin(url)
    kept = [(address, environment.get(name, "")) for address, name in settings.keys.items()]
    kept.append((environment.get("LLM_AUDIT_BASE_URL", ""), environment.get("LLM_AUDIT_API_KEY", "")))
    kept.append((environment.get("OPENAI_BASE_URL") or DEFAULT_URL, environment.get("OPENAI_API_KEY", "")))
    key = next((secret for address, secret in kept if address and secret and origin(address) == where), "")
    if settings.api_key_env:
        key = "" if settings.api_key_env == "none" else environment.get(settings.api_key_env, "")
    if not key and settings.api_key_env != "none" and not is_loopback(url):
        raise UsageError(
            f"no key is kept for {where}", "name the variable that holds it with --api-key-env NAME (`none` for no key)"
        )
    if key and url.startswith("http://") and not is_loopback(url) and not settings.api_key_env:
        raise UsageError(f"{where} would get the key over plain http", "use https, or insist with --api-key-env NAME")
    return Endpoint(url.rstrip("/"), key)


def _validated(values: dict[str, Any], source: str) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"][:1]))
        if first["type"] == "extra_forbidden":
            raise UsageError(
                f"{source}: unknown setting {name}", f"known: {', '.join(Settings.model_fields)}"
            ) from error
        raise UsageError(f"{source}: {name}: {first['msg']}") from error


def _tree_settings(root: Path) -> tuple[dict[str, Any], list[str]]:
    own = _read_toml(root / "llm-audit.toml")
    try:
        project = _read_toml(root / "pyproject.toml").get("tool", {})
    except UsageError:
        project = {}  # a broken manifest of the tree is the collectors' finding, not a reason to refuse
    given: dict[str, Any] = {**(project.get("llm_audit", {}) if isinstance(project, dict) else {}), **own}
    refused = sorted(set(given) - TREE_KEYS)
    remarks = [f"ignored `{key}` in the tree's settings: only your own settings may set it" for key in refused]
    kept = {key: value for key, value in given.items() if key in TREE_KEYS}
    if isinstance(kept.get("severity"), dict) and "secret" in kept["severity"]:
        kept["severity"] = {rule: level for rule, level in kept["severity"].items() if rule != "secret"}
        remarks.append("ignored the severity of `secret` in the tree's settings: only your own settings may set it")
    return kept, remarks


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    names = {f"LLM_AUDIT_{key.upper()}": key for key in Settings.model_fields if key != "redact"}
    return {names[name]: value for name, value in environment.items() if name in names and value != ""}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        if path.is_symlink() or path.stat().st_size > 1 << 20:
            return {}
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: not valid TOML ({error})", "mend the file or remove it") from error


def user_file() -> Path:
    """The user's own settings file."""
    return Path(platformdirs.user_config_dir("llm-audit")) / "config.toml"
