"""What stands near a place in source code: comments, blocks, function bodies, variables and headers. No collector itself."""

from __future__ import annotations

import re
from functools import lru_cache

from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

MAX_BLOCK = 12_000
"""Longer blocks are cut: what tells about a call stands near it."""

_COMMENT = expression(r"\s*(?://|\*|/\*|#(?!\[)|<!--|--\s|;;)")
_BRACKETS = expression(
    r"""[(){}\[\]]|"(?:[^"\\\n]|\\.){0,2000}"|'(?:[^'\\\n]|\\.){0,2000}'|`[^`]{0,4000}`|//[^\n]*|/\*"""
)
_ENV = expression(
    r"""(?:process\.env|import\.meta\.env|Bun\.env|\benv|\bsettings|\bconfig|\bConfig|\bENV|\bEnvironment)\.([A-Z][A-Z0-9_]{2,80})\b
    |(?:\benv|\bENV|\$_ENV|\$_SERVER|environ|getenv|Getenv|LookupEnv|get_env|fetch_env!?|GetEnvironmentVariable|\bget|\bfetch|\bvar|\bconfig
       |\bstr|\bsecret|envsecret|\brequire|getOrThrow|requireEnv|required|env_var|\bmust\w{0,12}|[eE]nv\w{0,12})
      !?\s?(?:<\w{1,20}>)?[(\[]\s{0,20}["'`]([A-Z][A-Z0-9_]{2,80})["'`]
    |(?:["'`$]\{)([A-Z][A-Z0-9_]{2,80})[:}]""",
    re.VERBOSE,
)
_ENV_NAME = expression(r"""[."'`{][A-Z][A-Z0-9_]{2,80}\b""")
_ENV_HEAD = 120
"""What stands before a name is shorter: only there is the slow expression asked."""
_NO_ENV = frozenset(
    ("BASE_DIR", "ROOT_DIR", "PROJECT_ROOT", "DEBUG", "NODE_ENV", "POST", "GET", "PUT", "DELETE", "DEV", "PROD", "MODE")
)
_IMPORTS_HEAD = 12_000
_JS_IMPORTS = tuple(
    # one expression per keyword: the engine looks for a literal far faster than for one of several
    (literal, expression(rf"""{keyword}\s?["']([@\w][^"'\n]{{0,120}})["']"""))
    for literal, keyword in (("from", r"from ?"), ("import", r"import[ (]"), ("require(", r"require\("))
)
_PY_IMPORT = expression(r"^[ \t]*(?:from|import)[ \t]+([\w.]{1,120})", re.MULTILINE)
_HEADER = expression(r"""["'`]:?([A-Za-z][A-Za-z0-9]{0,30}[-_][A-Za-z0-9_\-]{1,70})["'`]""")
_HEADER_WORDS = expression(
    r"(?i)signature|hmac|(?:^|[-_])(?:sign|sig|digest)$|[-_](?:secret|token|key)$|^webhook-id$|(?<!site)-verification$"
)
_CGI = expression(r"^HTTP_[A-Z0-9_]+$")


def in_comment(text: str, offset: int) -> bool:
    """Whether the line of `offset` starts as a comment of any common language."""
    found = _COMMENT.match(text, text.rfind("\n", 0, offset) + 1)
    return found is not None and found.end() <= max(offset, 1)


def in_block_comment(text: str, offset: int) -> bool:
    """Whether a `/* */` comment that begins a line is open at `offset`; its lines need not start with a star."""
    opened = text.rfind("/*", max(0, offset - MAX_BLOCK), offset)
    if opened < 0 or text.find("*/", opened + 2, offset) >= 0:
        return False
    return not text[text.rfind("\n", 0, opened) + 1 : opened].strip()


def in_backquotes(text: str, offset: int) -> bool:
    """Whether a place of a script stands between backquotes, as code does that a page only shows."""
    return text.count("`", 0, offset) % 2 == 1


_BLANK = expression(r"\b[cC]lient_?[iI][dD][\"']?\s{0,3}[:=]\s{0,3}(?:''|\"\")")


def among_blanks(text: str, offset: int) -> bool:
    """Whether an address stands beside a client's id that is left blank: one of the choices of a form to be filled in."""
    return _BLANK.search(text, max(0, offset - 300), offset + 300) is not None


def block_end(text: str, start: int, limit: int = MAX_BLOCK) -> int:
    """The end of the bracket that opens at or after `start`, or of the window when it does not close in it."""
    depth, stop, position = 0, min(len(text), start + limit), start
    while found := _BRACKETS.search(text, position, stop):
        token, position = found.group(), found.end()
        if token == "/*":
            closed = text.find("*/", position, stop)
            position = closed + 2 if closed >= 0 else stop
        elif token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
            if depth <= 0:
                return position
    return stop


@lru_cache(maxsize=64)
def _dedent(indent: int) -> re.Pattern[str]:
    return expression(rf"\n[ \t]{{0,{indent}}}(?=[^\s)\]}}#])")


def indented_end(text: str, start: int, limit: int = MAX_BLOCK) -> int:
    """The end of a Python block whose header stands at `start`: the next line that is not indented deeper."""
    row = text.rfind("\n", 0, start) + 1
    indent = len(text[row : start + 1]) - len(text[row : start + 1].lstrip())
    stop = min(len(text), start + limit)
    found = _dedent(indent).search(text, min(start + 1, stop), stop)
    return found.start() if found else stop


@lru_cache(maxsize=512)
def _definition(name: str) -> re.Pattern[str]:
    word = re.escape(name)
    return expression(
        rf"\b(?:function|def|func|fn|fun|defp)\s+(?:\([^)\n]{{0,80}}\)\s*)?{word}\b"
        rf"|\b(?:const|let|var|val)\s+{word}\s*[:=]|^[ \t]+(?:[\w<>\[\],?]+[ \t]+){{0,5}}{word}\s*\([^;{{}}]{{0,400}}\{{",
        re.MULTILINE,
    )


def opens_line(text: str, offset: int) -> bool:
    """Whether nothing but white space stands before an offset in its line."""
    return not text[text.rfind("\n", 0, offset) + 1 : offset].strip()


def _defined(text: str, name: str) -> re.Match[str] | None:
    """The first definition of a name. It is looked for around the places where the name stands, which are few."""
    pattern, place = _definition(name), text.find(name)
    while name and place >= 0:
        end = place + len(name)
        if not (_is_part(text[place - 1 : place]) or _is_part(text[end : end + 1])):
            # the word that opens a definition may stand on the line above
            above = text.rfind("\n", 0, max(0, text.rfind("\n", 0, place))) + 1
            if found := pattern.search(text, above, end + _HEAD):
                return found
        place = text.find(name, end)
    return None


def _is_part(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


_HEAD = 420
"""How much behind its name belongs to the head of a definition."""


def function_span(text: str, name: str) -> tuple[int, int] | None:
    """Where the function of that name (the last part of a dotted one) is defined in the text."""
    found = _defined(text, re.split(r"[.:@#]+", name)[-1])
    if not found:
        return None
    if found.group().lstrip().startswith("def") and "{" not in found.group():
        return found.start(), indented_end(text, found.start() + len(found.group()) - len(found.group().lstrip()))
    brace = text.find("{", found.start(), found.start() + 1500)
    return found.start(), block_end(text, brace if brace >= 0 else found.start())


def env_names(text: str, limit: int = 12) -> list[str]:
    """Names of environment variables or upper-case settings read in the text, in order, each once."""
    names: dict[str, None] = {}
    done = 0
    for name in _ENV_NAME.finditer(text):
        for found in _ENV.finditer(text, max(done, name.start() - _ENV_HEAD), name.end() + 1):
            names[found[1] or found[2] or found[3]] = None
            done = found.end()
    return [name for name in names if name not in _NO_ENV][:limit]


_SIGNING = expression(r"SECRET|KEY|JWT|TOKEN(?!S)")
_OF_TOKENS = expression(
    r"EXPIR|TTL|LIFETIME|MINUTES|HOURS|DAYS|SECONDS|MAX_AGE|DURATION|ALGO|ISSUER|AUDIENCE|LOCATION|HEADER|COOKIE|CSRF|TYPE|PREFIX|BLACKLIST|_URL$"
)
"""How long tokens last, where they are carried and what they say; nothing is signed with that."""


def signing_names(names: list[str]) -> list[str]:
    """Of these variables those that tokens may be signed with."""
    return [name for name in names if _SIGNING.search(name) and not _OF_TOKENS.search(name)]


def headers(text: str) -> list[str]:
    """Names of headers that carry a signature or shared secret, CGI forms turned into header names."""
    found: dict[str, None] = {}
    for match in _HEADER.finditer(text):
        name = match[1]
        if _CGI.match(name):
            name = name.removeprefix("HTTP_").replace("_", "-").title()
        if "-" in name and "_" not in name and _HEADER_WORDS.search(name) and not name.lower().startswith("hmac-"):
            found[name] = None
    return list(found)


def imported(file: SourceFile) -> frozenset[str]:
    """Modules that the head of a JavaScript or Python file imports, relative ones left out.

    Read once and kept with the file: many collectors ask, and this is much cheaper than a search for each library's name.
    """
    kept = file.__dict__.get("imported_modules")
    if kept is None:
        head = file.text[:_IMPORTS_HEAD]
        patterns = [_PY_IMPORT] if file.suffix == ".py" else [one for word, one in _JS_IMPORTS if word in head]
        kept = frozenset(name for pattern in patterns for name in pattern.findall(head))
        file.__dict__["imported_modules"] = kept
    return frozenset(kept)


def packages(file: SourceFile) -> frozenset[str]:
    """Package names behind the imports: `@scope/name` or the first part of a JavaScript path, the first of a dotted one."""
    kept = file.__dict__.get("imported_packages")
    if kept is None:
        kept = frozenset(map(_package, imported(file)))
        file.__dict__["imported_packages"] = kept
    return frozenset(kept)


@lru_cache(maxsize=1 << 12)
def _package(name: str) -> str:
    if name.startswith("@"):
        return "/".join(name.split("/")[:2])
    return (
        re.split(r"[/.]", name.removeprefix("node:").removeprefix("bun:"), maxsplit=1)[0]
        if "/" in name or "." in name
        else name
    )


_COOKIE_FLAGS = expression(
    r"\b(httpOnly|secure|sameSite)\s{0,2}:\s{0,2}(true|false|[\"'](?:lax|strict|none)[\"']|[\w.!=\s\"']{3,60}?(?=[,}\n]))",
    re.IGNORECASE,
)


def cookie_flags(block: str) -> str:
    """Flags of a cookie as an options object sets them: `httpOnly=true,sameSite=lax`."""
    flags = (f"{match[1]}={match[2].strip().strip(chr(34)).strip(chr(39))}" for match in _COOKIE_FLAGS.finditer(block))
    return ",".join(dict.fromkeys(flag for flag in flags if len(flag) < 60))[:200]
