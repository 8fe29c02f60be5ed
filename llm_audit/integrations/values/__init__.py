"""The labelled lines of an entry, each derived from facts alone: packages and versions, variables, endpoints, hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from llm_audit.integrations.values.care import limits, templates
from llm_audit.integrations.values.citing import cited_by, evidence_of
from llm_audit.integrations.values.connections import connection
from llm_audit.integrations.values.context import Context
from llm_audit.integrations.values.credentials import auth, buckets, dsn, release, without_twins
from llm_audit.integrations.values.delivery import actions_text, container, deployment, files_text, images_text
from llm_audit.integrations.values.packages import (
    client,
    log_integration,
    migrations,
    packages,
    packages_text,
    tool_packages,
)
from llm_audit.integrations.values.reach import calls_of, endpoint_words, endpoints, events, method, said_of, scopes
from llm_audit.integrations.values.resources import brought_by, switches
from llm_audit.integrations.values.sessions import cookie, cookie_text, session
from llm_audit.model import Value

__all__ = [
    "Context",
    "actions_text",
    "brought_by",
    "calls_of",
    "cited_by",
    "cookie_text",
    "endpoint_words",
    "evidence_of",
    "files_text",
    "images_text",
    "packages_text",
    "said_of",
    "switches",
    "tool_packages",
    "values_of",
    "without_twins",
]


def values_of(context: Context, labels: Iterable[str]) -> tuple[Value, ...]:
    """The lines that can be filled, in the order of the labels."""
    lines = ((label, _MAKERS[label](context)) for label in labels if label in _MAKERS)
    return tuple(Value(label, text) for label, text in lines if text)


_MAKERS: dict[str, Callable[[Context], str]] = {
    "SDK/Client": packages,
    "Client": client,
    "Implementation": lambda context: packages(context) or container(context),
    "Integration": lambda context: log_integration(context) or container(context),
    "Integration method": lambda context: method(context) or container(context),
    "Auth": auth,
    "Credentials": auth,
    "Token": auth,
    "DSN": dsn,
    "Connection": connection,
    "Release tracking": release,
    "Buckets": buckets,
    "Scopes": scopes,
    "Endpoints used": endpoints,
    "Templates": templates,
    "Rate limits": limits,
    "Events tracked": events,
    "Migrations": migrations,
    "Deployment": deployment,
    "Token storage": cookie,
    "Session management": session,
}
