"""Values assigned to names that speak of a secret, in any notation: code, dotenv, YAML, XML, tables, headers, prose.

Works outwards from the stems in such names, so that text without them costs a few searches.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from llm_audit.redact.marks import Marks
from llm_audit.redact.names import (
    is_expression,
    is_mixed,
    is_password_name,
    is_secret_name,
    looks_password,
    looks_secret,
)
from llm_audit.redact.spans import Span
from llm_audit.redact.words import Patience, lowered

_STEMS = Marks(
    "pass pwd secret token key credential salt pepper psk dsn authorization bearer sig seed pw kennwort contrase senha"
    " 密码 口令 пароль".split()
)
_END = r"[\w\-]{0,40}+(?=[\\\"'`*\])|:=?,>{：\s])"
_REST = re.compile(_END)
"""What stands behind a stem: the rest of the name as far as something that may lead to a value."""
_REST_OF = {"sig": re.compile(rf"\b{_END}"), "pw": re.compile(rf"(?<![a-z0-9]pw)(?![a-z]){_END}")}
_OPERATOR = re.compile(
    r"""(?x)
    (?P<closed>(?:\\?["'`]|\*{1,2}|_{2}|\]|\)){0,4})
    (?: (?P<table>\s{0,12}\|(?!\|)\s{0,12})
      | (?P<shell>:[-=?])
      | \s{0,24}(?P<assign>:=|=>|===?|\?\?=?|\|\|=?|->|=|:(?!:)|：)(?:\*\*|__)?[ \t]{0,24}(?:\n[ \t]{1,40})?
        (?:(?:(?<=:)|(?<=:\ ))(?P<typed>[&?!]?[A-Za-z][\w.<>?&\[\]' ]{0,40}?
          (?:\s{1,4}=(?!=)\s{0,8}|=[ \t]{0,4}(?=["'`]))))? (?:[|>][-+]?\s{0,40})?
      | [ \t]*(?:,[ \t]*\n?|\n)[ \t]{0,40}-?[ ]?["']?[Vv]alue["']?[ ]?:[ ]?
      | [ \t]{0,4}\{[ \t]{0,4}(?=(?:"[^"\n]{6,200}"|'[^'\n]{6,200}')[ \t]{0,4}\})
      | \s{0,4}(?P<second>,)\s{0,4} (?=["'])
      | (?P<xml>>)\s{0,20} (?=[^<\s]{6,400}</|<!\[CDATA\[)
      | [ \t]+(?P<prose>is|was|=|is\ set\ to|set\ to|of)[ \t]+
      | \s{1,40}value\s?=\s?(?=["'])
      | [ \t]*\{[^{}]{0,200}?default\s{0,8}=\s{0,4}(?=")
      | \s{0,4},\s{0,8}default\s?=\s?(?=["'])
      | [ \t]+(?:[Aa]s[ \t]+)?[Ss]tring[ \t]*=[ \t]*(?=["'])
      | [ \t]+(?P<flag>)(?=["'`]?[^\s"'`\-]{6,})
      | [ \t]*,?[ \t]*\n[ \t]{0,60}(?:-[ \t]{1,8})?(?P<item>)(?=["'`]?[^\s"'`\-]{6,})
    )"""
)
_LONGEST_HEAD = 60
_LOOK = 120
"""What looking for a value in vain is reckoned at, in characters."""
_NAME_SIGNS = f"{string.ascii_letters}{string.digits}_.-"
_FEWEST, _MOST = 6, 400
_NEXT_PAIR = re.compile(r"[;&?](?=[\w .\-]{1,40}=)")
_WRAP = re.compile(r"(?i:(?:bearer|basic|token|apikey|digest|negotiate)[ :]+)?")
_OPENING = re.compile(
    rf"""(?x)
    (?:(?:&\w{{1,40}}|!!\w{{1,20}})[ \t]{{1,4}})?
    (?:\(\s{{0,40}}(?=["'])|<\w{{1,20}}>(?=["'`])|<!\[CDATA\[)?
    (?:[rbfuL@]{{1,2}}(?=["'])|(?:str|String|Secret|SecretStr|bytes|\[\]byte)\((?=["']))?
    (?-x:{_WRAP.pattern})
    (?P<quote>\\?(?:"{{3}}|'{{3}}|"|'|`))?"""
)
_DEFAULT = re.compile(
    r"""(?x)[^\n]{0,120}?
    (?:\?\?|\|\||\bor\b|:-|\?:|[ ]\?[ ][^\n:?"']{1,60}[ ]:|,|\bdefault(?:_value)?\s?[=:(]|\belse\b|unwrap_or\w*\(|fallback:?)
    \s{0,4}(?P<q>["'])(?P<secret>[^"'`\s]{6,200})(?P=q)"""
)
_LITERAL = re.compile(r"""["'][^"'`\s]{6}""")
_LONGEST_DEFAULT = 200
"""How far from the name the text of a default begins at most: no use to look where no literal is."""
_KEY_KIND = re.compile(
    r"(?i)\b(api|access|secret|private|signing|encryption|auth|admin|account|license|master|service)[ \-]\Z"
)
_APART = frozenset(" -")
_FLAG = re.compile(r"(?:\A|\s)--?[\w\-]{0,40}\Z")
_LISTED = re.compile(r"(?m)^[ \t]{0,60}(?:-[ \t]{1,8})?[\"']?--?[\w\-]{0,40}\Z")
_KEYWORD = re.compile(r"(?:\A|[\s{(\[]):[\w\-]{0,40}\Z")
_ALONE = re.compile(r"(?m)^[ \t]{0,20}[\w.]{0,60}\Z")
_SETTING = re.compile(r"(?m)(?:^|[\n;&])[ \t]{0,20}(?:(?:ENV|setx|setenv|set[ ]-\w{1,3})[ \t]+|set\()\w{0,60}\Z")
_LOGIN = re.compile(r"\b(?:login|machine|user)\s[^\n]{0,60}\Z")
_DIGIT, _LETTER, _MARK, _NO_WORD = map(re.compile, ("[0-9]", "[A-Za-z]", r"[!#$%^&*~@+=]", r"[\W_]"))
_CELL_END = re.compile(r"[`*_ \t]{0,40}(?:\||\n|\Z)")
_BREAK = re.compile(r"[\s\"'`<>|]")
_URLISH = re.compile(r"[a-z][a-z0-9+.\-]{1,20}://")


def spans(text: str) -> Iterator[Span]:
    """The values, without quotes."""
    end = -1
    patience = Patience()
    low = lowered(text)
    for start, stem in _STEMS.starts(low):
        if start < end or not (behind := _REST_OF.get(stem, _REST).match(low, start + len(stem))):
            continue
        rest = behind.end()
        if text.startswith("->", rest - 1):
            rest -= 1
        end = rest
        if not is_secret_name(name := _name(text, start, rest)) or not patience.lasts(start):
            continue
        match = _OPERATOR.match(text, rest)
        if not match:
            continue
        if span := _value(text, name, start, match):
            yield span
            end = span.end
        else:
            patience.looked(_LOOK)


def _name(text: str, start: int, end: int) -> str:
    if (
        end - start == len("key")
        and text[start - 1 : start] in _APART
        and (before := _KEY_KIND.search(text, max(0, start - 20), start))
    ):
        return f"{before[1]}_key"
    if (last := text[start - 1 : start]) not in _NAME_SIGNS and not last.isalnum():
        return text[start:end]
    first = max(0, start - _LONGEST_HEAD)
    head = text[first:start].rstrip(_NAME_SIGNS)
    while head and head[-1].isalnum():  # a letter that ASCII lacks
        head = head[:-1].rstrip(_NAME_SIGNS)
    return text[first + len(head) : end]


def _value(text: str, name: str, start: int, match: re.Match[str]) -> Span | None:
    at = match.end()
    if match["item"] is not None and not _LISTED.search(text, max(0, start - 80), start):
        return None
    if match["flag"] is not None and not (_is_flag(text, start) or _is_line(text, name, start, at)):
        return None
    if opening := _OPENING.match(text, at):
        at = opening.end()
        if opening["quote"]:
            return _quoted(text, name, at, opening["quote"], match)
    if match["prose"] == "of" or match["second"]:
        return None
    return _bare(text, name, at, match)


def _quoted(text: str, name: str, start: int, quote: str, match: re.Match[str]) -> Span | None:
    if wrap := _WRAP.match(text, start):
        start = wrap.end()
    end = _closing(text, start, quote)
    if end < 0:
        end = _unbroken(text, start)
    value = text[start:end]
    if _looks(value, name) and _fits(value, quote, name, match):
        return Span(start, end, "assigned-value")
    if is_expression(value) or _ends_in_name(value, match):
        return _default(text, end, name)
    return None


def _looks(value: str, name: str) -> bool:
    seems = looks_password if is_password_name(name) else looks_secret
    return seems(value) and not (_INTERPOLATED.search(value) or _GLUED.search(value))


_INTERPOLATED = re.compile(r"[#$]\{[^{}]{1,80}\}")
_GLUED = re.compile(r"\A[\"']?\s[+.&]\s|\s[+.&]\s?\Z")


def _fits(value: str, quote: str, name: str, match: re.Match[str]) -> bool:
    """Whether a quoted value reads as a secret: no sentence, and in Markdown's backticks no code either."""
    if quote.endswith("`") or match["prose"] or match["table"]:
        return " " not in value and not _CODE.search(value) and (name.lower() != "pass" or bool(match["closed"]))
    return value.count(" ") < 3 and not _FILE.match(value) and not _is_sentence(value)


_FILE = re.compile(r"@[\w./\-]{1,100}\.\w{2,5}\Z")
_CODE = re.compile(r"[(\[{<][^)\]}>]{0,80}[)\]}>]|\A[@$]|\?\Z|\A[\w.]+\(|\A[\w.\-]+:\Z|\A@[\w./]+\.\w{2,4}\Z")


def _closing(text: str, start: int, quote: str) -> int:
    """Where the literal ends: the same quote, not escaped, on the same line unless it is a triple one."""
    limit = min(len(text), start + 2000)
    if len(quote) == 1:
        line = text.find("\n", start, limit)
        limit = line if line >= 0 else limit
    end = text.find(quote, start, limit)
    while end > start and len(quote) == 1 and text[end - 1] == "\\" and text[end - 2] != "\\":
        end = text.find(quote, end + 1, limit)
    return end


def _ends_in_name(value: str, match: re.Match[str]) -> bool:
    return bool(match["second"]) or value.isupper()


def _unbroken(text: str, at: int) -> int:
    """Where a value without quotes ends."""
    end = _BREAK.search(text, at, at + _MOST)
    return end.start() if end else min(len(text), at + _MOST)


def _bare(text: str, name: str, at: int, match: re.Match[str]) -> Span | None:
    run = text[at : _unbroken(text, at)]
    if len(run) < _FEWEST:
        return None
    if name.lower() == "pass" and match["assign"] == ":" and not match["closed"] and text[at - 6 : at - 5].strip():
        return None
    value = run.rstrip(")]},;.:" if match["assign"] != "=" or "(" in run else ",;")
    if "&" in value or ";" in value or "?" in value:
        value = _NEXT_PAIR.split(value, maxsplit=1)[0]
    if is_expression(value) or text.startswith(" ? ", at + len(value)):
        if value[0] not in "&@!?" or match["assign"] != "=":
            return _default(text, at, name)
        value = value.rstrip(",;")
    if match["table"] and not _CELL_END.match(text, at + len(run)):
        return None
    if match["typed"] and not _DIGIT.search(value):
        return None
    return Span(at, at + len(value), "assigned-value") if _looks(value, name) and _solid(value, match) else None


def _solid(value: str, match: re.Match[str]) -> bool:
    """Unquoted text must look the part: prose and tables hold words after a colon or a bar."""
    if (value[0] in "/.~${(" and value.startswith(("/", "./", "~/", "$", "{", "("))) or _URLISH.match(value):
        return False
    if not all(match[place] is None for place in ("prose", "table", "flag", "item")):
        mixed = (_DIGIT.search(value) and _LETTER.search(value)) or is_mixed(value)
        return bool(mixed) and "(" not in value and "/" not in value
    return bool(_DIGIT.search(value) or _MARK.search(value)) or not _NO_WORD.search(value)


def _default(text: str, at: int, name: str) -> Span | None:
    """A literal that stands in for an expression: `env.X ?? 'v'`, `getenv("X", "v")`, `${X:-v}`."""
    found = _DEFAULT.match(text, at) if _LITERAL.search(text, at, at + _LONGEST_DEFAULT) else None
    if found and _looks(found["secret"], name) and not _CODE.search(found["secret"]):
        return Span(found.start("secret"), found.end("secret"), "assigned-value")
    return None


def _is_flag(text: str, start: int) -> bool:
    """`--password value`, `-Ptoken value`, netrc's `password value`, `ENV PASSWORD value`."""
    head = text[max(0, start - 80) : start]
    return bool(
        ("-" in head and _FLAG.search(head))
        or (":" in head and _KEYWORD.search(head))
        or _LOGIN.search(head)
        or _SETTING.search(head)
    )


def _is_line(text: str, name: str, start: int, at: int) -> bool:
    """A password's name and one word are all that the line holds, as in the settings of many a program."""
    if not is_password_name(name) or name.lower() == "pass" or not _ALONE.search(text[max(0, start - 80) : start]):
        return False
    line_end = text.find("\n", at, at + _MOST)
    return len(text[at : line_end if line_end >= 0 else at + _MOST].split()) == 1


def _is_sentence(value: str) -> bool:
    words = value.split()
    return len(words) > 2 and all(re.fullmatch(r"[A-Za-z'’().,:;!?\-/]+|\d{1,4}", word) for word in words)
