"""The lines of a document that say when it was made and which commit it describes."""

from __future__ import annotations

import re

_DATES = (
    re.compile(r"(?m)^(\*\*Analysis Date:\*\* )\d{4}-\d\d-\d\d$"),
    re.compile(r"(?m)^(\*Integration audit: )\d{4}-\d\d-\d\d(?=\*$)"),
)
_FRONT = re.compile(r"---[ \t]*\n(?P<body>(?:(?!---[ \t]*\n)[^\n]*\n){0,80})---[ \t]*(?=\n|\Z)")
COMMIT, DAY = "last_mapped_commit", "last_mapped_at"


def dated(text: str, day: str) -> str:
    """The text with the date in the lines that carry one in our form."""
    for pattern in _DATES:
        text = pattern.sub(rf"\g<1>{day}", text)
    return text


def has_front_matter(text: str) -> bool:
    """Whether the text begins with front matter."""
    return _FRONT.match(text) is not None


def stamped(text: str, commit: str, day: str) -> str:
    """The text with the commit and the day in its front matter, which is made when there is none.

    Args:
        text: of a document, line ends `\\n`.
        commit: full id; without one the text stays as it is.
        day: ISO 8601 date.
    """
    if not commit:
        return text
    front = _FRONT.match(text)
    if front is None:
        return f"---\n{COMMIT}: {commit}\n{DAY}: {day}\n---\n\n{text}"
    body = front["body"]
    if re.search(rf"(?m)^{COMMIT}:[ \t]*['\"]?{commit}['\"]?[ \t]*$", body):
        return text
    for key, value in ((COMMIT, commit), (DAY, day)):
        line = re.compile(rf"(?m)^{key}:.*$")
        body = line.sub(f"{key}: {value}", body) if line.search(body) else f"{body}{key}: {value}\n"
    return f"---\n{body}---{text[front.end() :]}"
