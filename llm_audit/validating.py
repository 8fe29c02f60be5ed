"""The border that settings cross: what files, variables and options hold becomes `Settings`, or a line that says what is wrong."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Annotated, Any, get_type_hints

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from llm_audit.checking.rules import BY_ID, Severity
from llm_audit.errors import UsageError
from llm_audit.redact import KINDS, Allowed
from llm_audit.settings import RedactSettings, Settings


def validated(values: dict[str, Any], source: str) -> Settings:
    """The settings that these values give.

    Args:
        values: by name; texts where a file or a variable holds nothing better.
        source: where they come from, for the message.

    Raises:
        UsageError: a name or a value is wrong.
    """
    try:
        given = _Given(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"][:1]))
        if first["type"] == "extra_forbidden":
            raise UsageError(f"{source}: unknown setting {name}", f"known: {', '.join(_Given.model_fields)}") from error
        raise UsageError(f"{source}: {name}: {first['msg']}") from error
    return Settings(**{name: getattr(given, name) for name in given.model_fields_set})


def _split(given: object) -> object:
    """Lists may be given as one text with commas."""
    return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given


def _pairs(given: object) -> object:
    """Severities may be given as one text: `stale-version=warning, wrong-section=off`."""
    if not isinstance(given, str):
        return given
    pairs = (part.partition("=") for part in given.split(",") if part.strip())
    return {rule.strip(): severity.strip() for rule, _, severity in pairs}


def _known_rules(given: dict[str, Severity]) -> dict[str, Severity]:
    if unknown := sorted(set(given) - set(BY_ID)):
        raise ValueError(f"no such rule: {', '.join(unknown)}")
    return given


def _iso(given: str) -> str:
    return date.fromisoformat(given).isoformat() if given else given


class _Allowed(BaseModel):
    """A false finding: its kind, and a glob of the paths it is in."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    path: str = Field(min_length=1)


class _Redact(BaseModel):
    model_config = ConfigDict(extra="forbid")

    allow: tuple[_Allowed, ...] = ()


def _allowing(given: _Redact) -> RedactSettings:
    if any(one.kind not in KINDS for one in given.allow):
        raise ValueError(f"no such kind; known: {', '.join(sorted(KINDS))}")
    return RedactSettings(tuple(Allowed(one.kind, one.path) for one in given.allow))


_CHECKS: dict[str, tuple[Any, ...]] = {
    "paths": (BeforeValidator(_split),),
    "own_hosts": (BeforeValidator(_split),),
    "severity": (BeforeValidator(_pairs), AfterValidator(_known_rules)),
    "date": (AfterValidator(_iso),),
    "concurrency": (Field(ge=1, le=32),),
    "max_tokens": (Field(ge=0),),
    "price": (Field(pattern=r"^(\d{1,6}(\.\d{1,6})?/\d{1,6}(\.\d{1,6})?)?$"),),
    "timeout": (Field(ge=0, le=3600),),
    "retries": (Field(ge=0, le=20),),
    "redact": (AfterValidator(_allowing),),
}
"""What is asked of a setting beside its type."""
_HINTS = get_type_hints(Settings) | {"redact": _Redact}
_FIELDS: dict[str, Any] = {
    one.name: (Annotated[(_HINTS[one.name], *_CHECKS.get(one.name, (Field(),)))], None) for one in fields(Settings)
}
_Given = create_model("_Given", __config__=ConfigDict(extra="forbid"), **_FIELDS)
