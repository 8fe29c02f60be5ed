"""Bundler and RubyGems: `Gemfile` with its groups, `*.gemspec`, and resolved versions of `Gemfile.lock`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_DEV = frozenset({"development", "dev", "debug", "lint", "rubocop", "docs", "doc", "tools", "guard", "local"})
_TEST = frozenset({"test", "tests", "testing", "ci", "spec", "cucumber", "system_test"})
_GEM = expression(r"""\s*gem[ (]\s*(["'])(?P<name>[A-Za-z0-9][\w.\-]{0,100})\1(?P<rest>.*)""", re.DOTALL)
_VERSION = expression(r"""\s*,\s*\[?\s*(["'])(?P<version>[^"'\n]{1,60})\1(?!\s*=>)\s*\]?""")
_GROUP = expression(
    r"""(?:\bgroups?:|:groups?\s*=>)\s*(?P<groups>\[[^\]]{0,200}\]|%i\[[^\]]{0,200}\]|:?\w+|["']\w+["'])"""
)
_OPTION = expression(
    r"""(?:\b(?P<new>git|github|path|require):|:(?P<old>git|github|path|require)\s*=>)\s*["'](?P<value>[^"']+)["']"""
)
_UNLOADED = expression(r"(?:\brequire:|:require\s*=>)\s*false\b")
_BLOCK = expression(r"\s*(?P<word>\w+)\b(?P<rest>.*)\bdo\b(?:\s*\|[^|]*\|)?\s*\Z")
_OPENS = expression(r"\s*(?:if|unless|case|while|until|begin|def)\b")
_ENDS = expression(r"\s*end\b")
_WORD = expression(r"\w+")
_MAX_ROWS = 20_000
_MAX_ROW = 2_000

_LOCKED = expression(r"^(?P<section>[A-Z][A-Z ]+)$|^ {4}(?P<name>[\w.\-]+) \((?P<version>[^()\n]+)\)$", re.MULTILINE)
_PLATFORM = expression(r"-(?:x86|x64|arm|aarch64|java|jruby|universal|mingw|mswin|ruby|linux|darwin|musl)[\w.\-]*\Z")

_SPEC = expression(
    r"""^[^#\n]{0,80}?\.(?P<call>add_(?:runtime_|development_)?dependency|name)\b\s*[(=]?\s*"""
    r"""(?:%q<(?P<packed>[^>\n]+)>|["'](?P<name>[\w.\-]+)["'])(?:\.freeze)?(?P<rest>[^\n]*)""",
    re.MULTILINE,
)
_REQUIREMENT = expression(r"""["'](?P<version>(?:[~<>=!]{1,2} ?)?\d[\w.\-]*)["']""")


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Rows without comments, those that end in a comma joined with what follows."""
    held, start = "", 0
    for number, row in enumerate(text.split("\n")[:_MAX_ROWS], 1):
        row = _uncommented(row[:_MAX_ROW])
        if held and not row.strip():
            continue
        start = start if held else number
        held = f"{held} {row.strip()}" if held else row
        if row.rstrip().endswith((",", "(")) and number - start < 30:
            continue
        yield start, held
        held = ""
    if held:
        yield start, held


def _uncommented(row: str) -> str:
    at_hash = row.find("#")
    while at_hash >= 0:
        before = row[:at_hash]
        if not row.startswith("#{", at_hash) and before.count('"') % 2 == 0 and before.count("'") % 2 == 0:
            return before
        at_hash = row.find("#", at_hash + 1)
    return row


def collect_gemfile(file: SourceFile) -> Finds:
    """Gems with their version and the scope that their groups mean; other groups are for running, named in `group`."""
    blocks: list[tuple[str, tuple[str, ...]]] = []
    for line, row in _statements(file.text):
        if gem := _GEM.match(row):
            yield from _gem(file, line, gem["name"], gem["rest"], blocks)
        elif block := _BLOCK.match(row):
            word = block["word"]
            texts = tuple(_WORD.findall(block["rest"])) if word == "group" else ()
            blocks.append((word, texts))
        elif _OPENS.match(row) and not re.search(r"\bend\s*\Z", row):
            blocks.append(("", ()))
        elif _ENDS.match(row) and blocks:
            blocks.pop()


def _gem(file: SourceFile, line: int, name: str, rest: str, blocks: list[tuple[str, tuple[str, ...]]]) -> Finds:
    versions: list[str] = []
    offset = 0
    while version := _VERSION.match(rest, offset):
        versions.append(version["version"])
        offset = version.end()
    options = {match["new"] or match["old"]: match["value"] for match in _OPTION.finditer(rest, offset)}
    groups = [group for _, names in blocks for group in names if group not in ("optional", "true")]
    if match := _GROUP.search(rest, offset):
        groups += _WORD.findall(match["groups"].removeprefix("%i"))
    local = "path" in options or any(word == "path" for word, _ in blocks)
    remote = options.get("git") or options.get("github") or ""
    yield fact(
        file,
        line,
        Kind.DEPENDENCY,
        name,
        ", ".join(versions),
        ecosystem="rubygems",
        scope=_scope(groups),
        group=",".join(groups),
        source="local" if local else "git" if remote else "",
        url=remote,
        alias=options.get("require", ""),
        loaded="no" if _UNLOADED.search(rest, offset) else "",
    )


def _scope(groups: list[str]) -> str:
    if groups and all(group in _TEST for group in groups):
        return "test"
    return "dev" if groups and all(group in _TEST or group in _DEV for group in groups) else "runtime"


def collect_lock(file: SourceFile) -> Finds:
    """Resolved versions of gems from servers and repositories, once for all platforms."""
    section = ""
    seen: set[tuple[str, str]] = set()
    for match in _LOCKED.finditer(file.text):
        if match["section"]:
            section = match["section"]
            continue
        version = _PLATFORM.sub("", match["version"])
        if section in ("GEM", "GIT") and (match["name"], version) not in seen:
            seen.add((match["name"], version))
            source = "git" if section == "GIT" else ""
            yield at(file, match.start(), Kind.LOCKED, match["name"], version, ecosystem="rubygems", source=source)


def collect_gemspec(file: SourceFile) -> Finds:
    """The gem's name and what it depends on."""
    for match in _SPEC.finditer(file.text):
        name = match["packed"] or match["name"]
        where = match.start("call")
        if match["call"] == "name":
            yield at(file, where, Kind.SETTING, "project.name", name, ecosystem="rubygems")
            continue
        scope = "dev" if "development" in match["call"] else "runtime"
        version = ", ".join(found["version"] for found in _REQUIREMENT.finditer(match["rest"]))
        yield at(file, where, Kind.DEPENDENCY, name, version, ecosystem="rubygems", scope=scope)


COLLECTORS = (
    Collector("ruby-gemfile", collect_gemfile, names=frozenset({"Gemfile", "gems.rb"}), needs=("gem",)),
    Collector("ruby-lock", collect_lock, names=frozenset({"Gemfile.lock", "gems.locked"})),
    Collector("ruby-gemspec", collect_gemspec, suffixes=frozenset({".gemspec"})),
)
