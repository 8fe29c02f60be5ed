"""Settings from flags, `LLM_AUDIT_*`, the audited tree and the user's own files; the only reader of the environment.

Order, strongest first: flags, environment, `[tool.llm_audit]` in `pyproject.toml` or `llm-audit.toml` of the tree, the
user's `config.toml` in the system's configuration folder, defaults. The tree is untrusted: it may tune what is read and
written inside itself, and nothing else.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import platformdirs

from llm_audit.endpoint import DEFAULT_URL, Endpoint, is_loopback, origin
from llm_audit.errors import UsageError
from llm_audit.settings import Settings

TREE_KEYS = frozenset({"output", "paths", "evidence", "own_hosts", "severity", "fail_on"})
"""What a setting inside the audited tree may say."""
_NAMES = tuple(one.name for one in fields(Settings))
_SWITCHES = frozenset(one.name for one in fields(Settings) if one.type == "bool")


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
    given = _read_toml(user_file().resolve())  # many keep theirs elsewhere, behind a link
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
    if all(name in _SWITCHES and isinstance(value, bool) for name, value in values.items()):
        return Settings(**values)
    # else pydantic looks through all that is installed for code of others to run here: slow, and nothing that we ask for
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "1"
    # loaded only where there is something to look at: it would take a tenth of a second from every run
    from llm_audit import validating

    return validating.validated(values, source)


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
    names = {f"LLM_AUDIT_{key.upper()}": key for key in _NAMES if key != "redact"}
    return {names[name]: value for name, value in environment.items() if name in names and value != ""}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > 1 << 20:
            return {}
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: not valid TOML ({error})", "mend the file or remove it") from error


def user_file() -> Path:
    """The user's own settings file."""
    return Path(platformdirs.user_config_dir("llm-audit")) / "config.toml"
