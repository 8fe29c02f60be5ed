"""Mix: the dependency tuples of `mix.exs` and the resolved versions of `mix.lock`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_REGION = expression(r"^[ \t]*defp?[ \t]+\w{0,40}deps\b|\bdeps:[ \t]*\[", re.MULTILINE)
_FUNCTION = expression(r"^[ \t]*defp?[ \t]", re.MULTILINE)
_APP = expression(r"^[ \t]*app:[ \t]*:(?P<name>\w+)", re.MULTILINE)
_TUPLE = expression(r"""\{:(?P<name>\w{1,100}),\s*(?:"(?P<version>[^"\n]{1,80})"\s*,?)?(?P<options>[^{}]{0,600})\}""")
_REQUIREMENT = expression(r"(?:[~<>=!]{1,2}\s*)?v?\d")
_OPTION = expression(
    r"\b(?P<key>only|git|github|path|in_umbrella|hex|runtime|override|optional|organization|branch|tag|ref):\s*"
    r"(?P<value>\"[^\"\n]{0,200}\"|\[[^\]]{0,100}\]|:?\w+)"
)
_WORD = expression(r"\w+")
_LOCKED = expression(
    r'^[ \t]{0,60}"(?P<name>[^"\n]{1,100})":\s?\{:(?P<kind>hex|git),\s?'
    r'(?::(?P<package>\w+)|"(?P<url>[^"\n]{1,300})"),\s?'
    r'"(?P<version>[^"\n]{1,100})"',
    re.MULTILINE,
)


def collect_manifest(file: SourceFile) -> Finds:
    """Dependencies with the environments they are for; siblings in an umbrella have source `local`."""
    if app := _APP.search(file.text):
        yield at(file, app.start("name"), Kind.SETTING, "project.name", app["name"], ecosystem="hex")
    for start, end in _regions(file.text):
        for match in _TUPLE.finditer(file.text, start, end):
            row = file.text.rfind("\n", 0, match.start()) + 1
            if "#" not in file.text[row : match.start()]:
                yield from _dependency(file, match)


def _regions(text: str) -> Iterator[tuple[int, int]]:
    """Where dependencies are listed: functions whose name ends in `deps`, and a list given inline."""
    end = 0
    for match in _REGION.finditer(text):
        if match.start() >= end:
            function = _FUNCTION.search(text, match.end())
            end = function.start() if function else len(text)
            yield match.start(), end


def _dependency(file: SourceFile, match: re.Match[str]) -> Finds:
    version = match["version"] or ""
    options = {option["key"]: option["value"].strip('"') for option in _OPTION.finditer(match["options"])}
    if not (_REQUIREMENT.match(version) or (options and not version)):
        return
    name = options.get("hex", "").lstrip(":") or match["name"]
    local = "path" in options or options.get("in_umbrella") == "true"
    remote = options.get("git") or options.get("github") or ""
    yield at(
        file,
        match.start(),
        Kind.DEPENDENCY,
        name,
        version or options.get("tag", "") or options.get("branch", "") or options.get("ref", ""),
        ecosystem="hex",
        scope=_scope(options),
        alias=match["name"] if match["name"] != name else "",
        source="local" if local else "git" if remote else "",
        url=remote,
    )


def _scope(options: dict[str, str]) -> str:
    only = set(_WORD.findall(options.get("only", "")))
    if only and "prod" not in only:
        return "test" if only == {"test"} else "dev"
    if options.get("runtime") == "false":
        return "build"
    return "optional" if options.get("optional") == "true" else "runtime"


def collect_lock(file: SourceFile) -> Finds:
    """Resolved versions; a repository's version is the beginning of its commit, as people write it."""
    for match in _LOCKED.finditer(file.text):
        source = "git" if match["kind"] == "git" else ""
        name = match["package"] or match["name"]
        where = match.start("name")
        yield at(
            file, where, Kind.LOCKED, name, match["version"][: 7 if source else None], ecosystem="hex", source=source
        )


COLLECTORS = (
    Collector("mix-manifest", collect_manifest, names=frozenset({"mix.exs"})),
    Collector("mix-lock", collect_lock, names=frozenset({"mix.lock"})),
)
