"""The names in a document that can be held against the code: variables, paths with lines, packages with versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from llm_audit.reading.lines import Kind, Line
from llm_audit.reading.outline import ABSENT, Reading

_DOUBT = re.compile(
    r"(?i)\b(not|never|cannot|can't|won't|isn't|aren't|doesn't|don't|without|should|would|could|might|consider|e\.g\.|for example|such as"
    r"|like|similar|instead of|rather than|rename[ds]?|presum\w*|assum(ed|es|ing)|suppos\w*|likely|probabl\w*|implied|inferred|expected|pending"
    r"|pendent\w*|tbd|to do|todo|deleted|obsolete|superseded|archived|moved to|replaced by|migrated"
    r"|создайте|добавьте|установите|crie|adicione|crea|agrega|añad[ae]|créez|ajoutez|erstelle|füge|previst\w*|planejad\w*|a definir"
    r"|was|were|if you|add|create|generated?|copy|cp|to be"
    r"|não|nenhum\w*|sem|sin|ning[uú]n\w*|kein\w*|nicht|aucun\w*|pas|нет|не)\b|\?|没有|未|不|無|없|않|ない|なし"
)
"""Words that make a line a wish, a warning or an example rather than a claim about what is there."""
_NONE = re.compile(r"(?i)^\W*no\s|\bno\s{1,3}`")
_STAND_IN = re.compile(
    r"(?<![A-Za-z])I?(Foo|Bar|Baz|Xxx|Your|Example|Sample)(?![a-z])|(?<![A-Za-z])(foo|bar|baz|xxx+|your|example|sample)(?![A-Za-z])"
    r"|[a-z_\-](N{1,3}|X{1,3})(?=[./]|$)"
    r"|^(FOO|BAR|BAZ|YOUR|MY|XXX+|EXAMPLE|SAMPLE|SOME)_|_(FOO|BAR|XXX+)(?=_|$)"
)
"""Parts of names that stand for any name."""
_NAME = re.compile(r"(?<![\w$.{<%/\-])[A-Z][A-Z0-9]{1,30}(?:_[A-Z0-9]{1,40}){1,12}(?![\w*{<(]|\.[a-z])")
_SINGLE = re.compile(r"`([A-Z][A-Z0-9]{2,30})(?:=[^`]{0,80})?`")
_ENV_WORDS = re.compile(
    r"(?i)\benv(ironment)?s?\b|\bvar(iable)?s?\b|\benv_?vars?\b|\bsecrets?\b|\bauth:|credentials?:|\btoken:|\bdsn:|connection:|\.env"
)
_ENV_ENDS = re.compile(
    r"_(KEY|KEYS|SECRET|TOKEN|PASSWORD|PASS|URL|URI|HOST|PORT|DSN|USER|USERNAME|BUCKET|REGION|ENDPOINT|ENABLED|DATABASE|API|ENV)$"
)
_SPAN = re.compile(r"`([^`\n]{1,300})`|\]\(([^()\s]{1,300})\)")
_FILE = re.compile(r"(?P<path>[\w@.+\-()\[\]%$~/]{1,250}?)(?:(?::|#L)(?P<line>\d{1,6})(?:[-–:,]L?\d{1,6})*)?$")
_SUFFIX = re.compile(
    r"\.(py|pyi|[cm]?[jt]sx?|vue|svelte|astro|go|rs|rb|erb|rake|php|java|kts?|scala|groovy|gradle|cs|fs|vb|csproj|sln|exs?|eex|heex|swift|m|mm|h|c|cc|cpp|hpp"
    r"|dart|lua|pl|r|jl|sh|bash|zsh|ps1|bat|ya?ml|toml|jsonc?|json5|xml|ini|cfg|conf|properties|tf|tfvars|hcl|sql|prisma|graphql|gql|proto|html?|css|scss"
    r"|less|md|mdx|txt|lock|plist|pbxproj|entitlements|gemspec|mod|sum|nix|service|env\.\w+|example|template|sample|dockerfile|ipynb|http|rst)$",
    re.IGNORECASE,
)
_HOST = re.compile(
    r"(?i)^[\w\-]+(\.[\w\-]+)*\.(com|org|net|io|dev|app|ai|co|sh|de|eu|uk|us|me|cloud|tech|xyz|gov|edu|info|br)(:\d+)?/"
)
_VERSIONED = re.compile(
    r"(?<![\w@/.\-])(?P<name>@?[A-Za-z][\w.\-]{0,60}(?:/[\w.\-]{1,60}){0,6}?)"
    r"(?P<joint>[`*\"']{0,3}(?:@|==|:|\s{0,2}\(|\s{1,2}\|\s{1,20}|\s{1,2})[`*\"'\s]{0,3}(?:version\s)?)"
    r"(?P<version>[~^>=]{0,2}v?\d{1,6}(?:\.(?:\d{1,6}|x|\*)){0,3}(?:[-+][\w.\-+]{1,30}|[ab]\d+|rc\d+)?)(?![\w/%]|\.\d|\+)"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A variable that a line names; `sure` when its place speaks of variables that the program reads."""

    name: str
    line: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Cited:
    """A path that a line names, with the line number it gives for it, or 0; `text` is how it is written there."""

    path: str
    at: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Versioned:
    """A name and the version that a line gives for it, `text` as written; `start` is the version's column."""

    name: str
    version: str
    line: int
    start: int
    joint: str


def names(reading: Reading) -> Iterator[Named]:
    """The environment variables that a document claims to be read, once per line.

    A name in capitals counts where its line, its heading or its ending speaks of environment variables.
    """
    under = _under_environment(reading)
    for line in reading.lines:
        if line.kind in (Kind.FRONT, Kind.COMMENT, Kind.HEADING) or doubted(line, reading):
            continue
        near = line.number in under or bool(_ENV_WORDS.search(line.text)) or _is_assignment(line)
        found = dict.fromkeys(match[0] for match in _NAME.finditer(line.text) if not _STAND_IN.search(match[0]))
        if line.number in under:
            found |= dict.fromkeys(match[1] for match in _SINGLE.finditer(line.text))
        # what a block of code sets may be meant for another program, or for a day to come
        sure = near and line.kind != Kind.CODE
        yield from (Named(name, line.number, sure) for name in found if near or _ENV_ENDS.search(name))


def _is_assignment(line: Line) -> bool:
    """Whether a line of a code block sets a variable as dotenv files and shells do."""
    return line.kind == Kind.CODE and re.match(r"(export\s+)?[A-Z][A-Z0-9_]{2,60}=", line.body) is not None


def words(reading: Reading) -> frozenset[str]:
    """Every word in capitals that stands anywhere in the document; one that ends with `*` stands for its prefix."""
    return frozenset(re.findall(r"[A-Z][A-Z0-9_]{1,120}\*?", reading.text))


def _under_environment(reading: Reading) -> frozenset[int]:
    """The lines below a heading or label that speaks of environment variables."""
    found: set[int] = set()
    for item in reading.items:
        if item.form in (Kind.HEADING, Kind.LABEL) and re.search(r"(?i)\benv(ironment)?\b|\bvariables?\b", item.head):
            found |= set(range(item.line, item.end + 1))
    return frozenset(found)


def doubted(line: Line, reading: Reading) -> bool:
    """Whether a line, or a heading above it, speaks of what is not, might or ought to be; code spans do not count.

    A sentence that runs over two lines is doubted as a whole.
    """
    before = reading.lines[line.number - 2] if line.number > 1 and line.kind == Kind.PROSE else line
    lines = (before, line) if before.kind == Kind.PROSE else (line,)
    return line.number in reading.absent or any(map(_is_doubtful, lines))


def _is_doubtful(line: Line) -> bool:
    said = re.sub(r"`[^`]*`", "", line.body)
    return bool(_DOUBT.search(said) or ABSENT.search(said) or _NONE.search(line.body))


def paths(reading: Reading) -> Iterator[Cited]:
    """The paths that code spans and links of a document name, with the line numbers they give."""
    for line in reading.lines:
        if line.kind in (Kind.FRONT, Kind.COMMENT, Kind.CODE) or doubted(line, reading):
            continue
        for match in _SPAN.finditer(line.text):
            if cited := _cited(match[1] or unquote(match[2]), line.number):
                yield cited


def _cited(text: str, number: int) -> Cited | None:
    match = _FILE.fullmatch(text.strip())
    if not match:
        return None
    path = match["path"].removeprefix("./").replace("%60", "`")
    looks = _SUFFIX.search(path) or path.endswith("/")
    if (
        not looks
        or path.startswith(("/", "~", "$", "@", ".."))
        or _HOST.match(path)
        or "://" in text
        or "..." in path
        or _STAND_IN.search(path)
    ):
        return None
    return Cited(path, int(match["line"] or 0), number, text.strip())


def versions(reading: Reading) -> Iterator[Versioned]:
    """The names that a document gives a version for: `stripe ^18.5.0`, `redis@7.2`, `| zod | 3.22.4 |`."""
    for line in reading.lines:
        if line.kind in (Kind.FRONT, Kind.COMMENT, Kind.HEADING, Kind.CODE) or doubted(line, reading):
            continue
        for match in _VERSIONED.finditer(line.text):
            yield Versioned(match["name"], match["version"], line.number, match.start("version"), match["joint"])
