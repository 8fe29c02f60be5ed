"""What concerns the document as a whole: secrets in it, and how far it is behind."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from llm_audit.checking.findings import Finding, found
from llm_audit.checking.rules import Severity
from llm_audit.redact import scan

_PLACEHOLDER = re.compile(
    r"(?i)[\W_]*(your|my|the|some|example|sample|test|dummy|fake|change)?[\W_]*"
    r"(me|user(name)?|pass(word|wd)?|pwd|secrets?|tokens?|(api|secret|access|private)?[\W_]*key|host|value|here|x{2,}|[.*…]+)?[\W_]*\d*"
)
"""What documents write in place of a secret."""


_PUBLIC = re.compile(r"(sb_publishable_|pk_(live|test)_|phc_|pk\.eyJ|G-|GTM-|UA-)[\w.\-]+")
"""Values that vendors mean to be seen by everybody: keys of web pages."""
_EXAMPLE = re.compile(r"(?i)[a-z_\-]{0,40}(password|passphrase|secret|example|placeholder)[a-z_\-]{0,40}\d{0,6}\W{0,2}")
_JWT = re.compile(r"eyJ[\w\-]{5,500}\.(?P<body>[\w\-]{5,2000})(\.[\w\-]*)?")
_LOCAL = re.compile(
    r"@(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal|host|server|db|postgres|mysql|redis)\b"
)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""The id of a commit, or a digest; what a document says it describes."""


@dataclass(frozen=True, slots=True)
class Behind:
    """How far a document is behind: commits since, the commit it describes, and how that is known."""

    commits: int
    commit: str
    told_by: str


def secrets(text: str) -> Iterator[Finding]:
    """A finding for each line of the document that looks like it holds a secret.

    Raises:
        SafetyError: the scan could not run.
    """
    for span in scan(text):
        held = text[span.start : span.end]
        if _PLACEHOLDER.fullmatch(held) or _COMMIT.fullmatch(held) or _is_default(text, span.start, span.end):
            continue
        # what is only random may be the id of a project; a real secret has its form or its name against it
        most = Severity.INFO if span.kind == "random" or _is_public(held) or _is_told(held) else Severity.ERROR
        line = text.count("\n", 0, span.start) + 1
        yield found(
            "secret",
            f"{span.kind} {line}",
            f"What looks like a secret stands here ({span.kind})",
            line=line,
            at_most=most,
        )


def _is_told(held: str) -> bool:
    """Whether a value says of itself what it is: `SecurePassword1`; whoever writes an example writes so."""
    return _EXAMPLE.fullmatch(held) is not None


def _is_public(held: str) -> bool:
    """Whether a value is one that is sent to every visitor anyway."""
    if _PUBLIC.fullmatch(held):
        return True
    token = _JWT.fullmatch(held)
    if token is None:
        return False
    try:
        body = json.loads(base64.urlsafe_b64decode(token["body"] + "=" * (-len(token["body"]) % 4)))
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("role") == "anon"


def _is_default(text: str, start: int, end: int) -> bool:
    """Whether a password in an address is one of development: the user's name again, or that of a local server."""
    user = re.search(r"://([^\s/:@]{0,100}):$", text[max(0, start - 120) : start])
    return user is not None and (user[1] == text[start:end] or bool(_LOCAL.match(text, end)))


def behind(distance: Behind | None) -> Iterator[Finding]:
    """A finding when commits have been made since the document was true."""
    if distance and distance.commits > 0:
        since = "commit" if distance.commits == 1 else "commits"
        message = f"{distance.commits} {since} behind: it describes {distance.commit[:12]} ({distance.told_by})"
        yield found("unmapped-commits", "commits", message)
