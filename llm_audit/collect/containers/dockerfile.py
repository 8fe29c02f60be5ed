"""Dockerfiles: the images that stages start from or copy out of, and what the last stage runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.shared.images import expand, split_image
from llm_audit.model import Kind, SourceFile

_HEREDOC = expression(r"<<-?\s?[\"']?([A-Za-z_]\w{0,40})[\"']?")
_FROM = expression(r"(?:--\S{1,100}\s+){0,4}(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_COPY_FROM = expression(r"(?:^|\s)--from=(\S+)|[\s,]from=([^\s,]+)")
_NO_DOCKERFILE = expression(r"\.(?:dockerignore|md|txt|html?|py|[jt]sx?|sh|go|rb|lock)$", re.IGNORECASE)


def instructions(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, upper-case instruction and arguments; continuation lines are joined, comments and heredocs left out."""
    ends = "`" if re.match(r"\s{0,20}#\s{0,9}escape\s{0,9}=\s{0,9}`", text) else "\\"
    first, parts, until = 0, [], ""
    for number, row in enumerate(text.split("\n"), 1):
        row = row.strip()
        if until:
            until = "" if row == until else until
            continue
        if not row or row.startswith("#"):
            continue
        first = first or number
        parts.append(row.removesuffix(ends))
        if row.endswith(ends):
            continue
        words = " ".join(parts).split(None, 1)
        if words:
            yield first, words[0].upper(), words[1] if len(words) > 1 else ""
            heredoc = _HEREDOC.search(words[1]) if len(words) > 1 and words[0].upper() in ("RUN", "COPY") else None
            until = heredoc[1] if heredoc else ""
        first, parts = 0, []


def collect(file: SourceFile) -> Finds:
    """Base and copied images, and one `docker` platform fact for the file."""
    if _NO_DOCKERFILE.search(file.name):
        return
    arguments: dict[str, str] = {}
    stages: set[str] = set()
    runs: dict[str, str] = {}
    start, base = 0, ""
    for line, word, rest in instructions(file.text):
        if word == "ARG" and not start:
            name, _, default = rest.partition("=")
            arguments[name.strip()] = default.strip().strip("\"'")
        elif word == "FROM" and (match := _FROM.match(rest)):
            start, runs = start or line, {}
            source, stage = expand(match[1], arguments), (match[2] or "").lower()
            split = None if source.lower() in stages else split_image(source)
            if split:
                base = ":".join(part for part in split if part)
                yield fact(file, line, Kind.IMAGE, split[0], split[1], where="dockerfile", stage=stage)
            stages.add(stage)
        elif word in ("COPY", "ADD", "RUN") and "from=" in rest:
            yield from _copied(file, line, rest, stages, arguments)
        elif word in ("CMD", "ENTRYPOINT"):
            runs[word.lower()] = _command(rest)
    if start:
        yield fact(file, start, Kind.PLATFORM, "docker", file.path, base=base, **runs)


def _copied(file: SourceFile, line: int, rest: str, stages: set[str], arguments: dict[str, str]) -> Finds:
    for match in _COPY_FROM.finditer(rest[:2000]):
        source = expand(match[1] or match[2], arguments)
        if source.lower() in stages or source.isdigit():
            continue
        if split := split_image(source):
            yield fact(file, line, Kind.IMAGE, split[0], split[1], where="dockerfile", use="copy")


def _command(rest: str) -> str:
    """The command as one line; the JSON form loses its brackets and quotes."""
    if rest.startswith("["):
        rest = " ".join(part.strip().strip("\"'") for part in rest.strip("[] ").split(","))
    return " ".join(rest.split())[:200]


COLLECTORS = (
    Collector(
        "containers.dockerfile",
        collect,
        names=frozenset({"Dockerfile", "Containerfile", "dockerfile"}),
        suffixes=frozenset({".dockerfile", ".containerfile"}),
        paths=expression(r"Dockerfile[._\-][^/]{0,80}$"),
        marks=("dockerfile",),
        needs=("FROM ", "from ", "From "),
    ),
)
