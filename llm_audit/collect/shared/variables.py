"""Variables that the scripts of a CI file use but nobody in the file defines: they come from the system's settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llm_audit.collect.expressions import expression

_USE = expression(
    r"(?<![\\$\w])\$(?:\{([A-Z][A-Z0-9_]{2,80})(?=[}:\-+?#%/,^])|([A-Z][A-Z0-9_]{2,80})\b)|\$env:([A-Z][A-Z0-9_]{2,80})\b"
)
_SET = expression(
    r"(?:^|[\s;&(\"'`-])(?:export[ \t]+|local[ \t]+|readonly[ \t]+|declare[ \t]+)?([A-Z][A-Z0-9_]{2,80})\+?=(?!=)"
    r"|\bfor[ \t]+([A-Z][A-Z0-9_]{2,80})[ \t]+in\b|\bread[ \t]+(?:-\w+[ \t]+)?([A-Z][A-Z0-9_]{2,80})\b",
    re.MULTILINE,
)
_KEY = expression(r"^[ \t\-]{1,60}[\"']?([A-Z][A-Z0-9_]{2,80})[\"']?[ \t]*:", re.MULTILINE)
_SHELL = frozenset(
    (
        *("HOME", "PATH", "PWD", "OLDPWD", "USER", "SHELL", "RANDOM", "SECONDS", "HOSTNAME", "LANG", "TERM", "TMPDIR"),
        *("UID", "GID", "EUID", "IFS", "BASH_SOURCE", "LINENO", "GOPATH", "GOROOT", "JAVA_HOME", "LD_LIBRARY_PATH"),
        *("GOBIN", "PYTHONPATH", "NODE_ENV", "SHLVL", "EDITOR", "DISPLAY", "BASH_ENV", "PIPESTATUS", "FUNCNAME"),
    )
)


def undefined(text: str, predefined: re.Pattern[str], defined: Iterable[str] = ()) -> Iterator[tuple[str, int]]:
    """Name and offset of the first use of each such variable, in the order of the text.

    Args:
        text: the file as it stands; commented lines do not count.
        predefined: matches the names that the CI system sets.
        defined: further names that are known to be set.
    """
    known = set(defined) | {name for groups in _SET.findall(text) for name in groups if name} | set(_KEY.findall(text))
    seen: set[str] = set()
    for match in _USE.finditer(text):
        name = match[1] or match[2] or match[3]
        if name in seen or name in known or name in _SHELL or predefined.match(name):
            continue
        head = text.rfind("\n", 0, match.start()) + 1
        if not text[head : min(match.start(), head + 200)].lstrip().startswith("#"):
            seen.add(name)
            yield name, match.start()
