"""Which way data goes at the calls that a claim is about: out to a service, or back from it.

`Sends the invoices` and `reads the invoices` hold the same nouns, and near most calls there is another that sends something to
somebody. So only the service's own calls count: those of its SDK, of what was made from it, and requests of its addresses.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from llm_audit.model import Candidate, Kind
from llm_audit.wording.bearing import VARIABLE, Evidence
from llm_audit.wording.lexicon import stem, words_of

OUT, BACK = "out", "back"

_OUT = frozenset(
    stem(word)
    for word in (
        "send post put publish push deliver forward notify emit mail email track capture dispatch enqueue add create set save write "
        "store insert upsert update upload append increment incr record patch delete remove del charge refund invoke broadcast reply "
        "generate complete chat ingest report register index cancel persist persis merge sync import expire setex sadd hset lpush rpush zadd identify call"
    ).split()
)
_SENDING = frozenset(
    map(stem, "send post publish push deliver forward notify emit mail email dispatch enqueue invoke broadcast".split())
)
_BACK = frozenset(
    stem(word)
    for word in (
        "get fetch load download list query find select search describe retrieve exists lookup scan first count pull read show "
        "head all mget hget smembers lrange iterate aggregate getdel incr consume receive subscribe poll verify validate check "
        "authenticate exchange ping pipe"
    ).split()
)
_ANSWERED = frozenset(
    stem(word)
    for word in "create generate complete chat invoke run call request execute exec perform transcribe translate embed convert".split()
)
"""Calls that send something and are made for what comes back."""
_MAKES = frozenset(
    "client clients engine pool connection session instance app adapter driver transport transporter mailer".split()
)
"""What a call makes that readies a service and moves nothing yet."""
_USED = re.compile(r"=|\breturn\b|\bawait\b|\byield\b")
STORES = frozenset({"Databases", "Caching", "File Storage", "Search", "Vector Stores", "Message Queues"})
"""Groups of services that keep what they are given."""
_CALL = re.compile(
    r"(?<![\w$.])(?P<chain>[@$]?[A-Za-z_][\w$]*(?:(?:\??\.|->|::)[A-Za-z_$][\w$]*[!?]?)*)(?:<[\w, <>\[\]]{1,60}>)?\s?\("
)
_DEFINES = re.compile(r"\b(?:def|fn|func|fun|function|sub)\s+(?:\([^)]{0,80}\)\s*)?$")
_METHOD = re.compile(
    r"^\s*(?:(?:async|public|private|protected|static|export|override)\s+)*\w+\s*\([^)]*\)\s*(?::[^{]+)?\{\s*$"
)
_KEYWORDS = frozenset(
    "if for while switch catch return await function def fn func fun sub class super print require import".split()
)
_TRANSPORT = re.compile(
    r"(?i)(?:^|[.:>])(?:fetch|axios|ky|got|urlopen|ofetch|superagent|fetchjson|safefetch|\$fetch)\b|(?:^|[.:>])requests[.:]|httpx|urllib|curl|http|"
    r"\bnewrequest|guzzle|faraday|httparty|rest_?(?:client|template)|webclient|reqwest|"
    r"(?:client|session|conn|connection|transport|agent|api)\w*(?:\.|->|::)(?:do|get|post|put|patch|delete|send|request|execute|exchange|perform)\b"
)
_BY_METHOD = re.compile(r"(?i)(?:\.|->|::)_?(?:post|put|patch|delete|get|request)$")
_ADDRESS = re.compile(r"(?i)\b\w*(?:url|uri|endpoint)\b|://")
_WRITES = re.compile(
    r"(?:\b|[\"'])(?:POST|PUT|PATCH|DELETE)\b|(?i:(?:\.|->|::|_)(?:post|put|patch|delete|postform)\w*[!?]?\s?\()|\b(?:body|data|json|form)\s?[:=]"
)
_ANSWER = re.compile(
    r"\.(?:json|data|text|body|content|choices|parsed?)\b|json\.loads|Decode|Unmarshal|ReadAll|JSON\.parse"
)
"""Where what came back is looked into."""
_READS = re.compile(r"(?:\b|[\"'])GET\b|(?i:(?:\.|->|::|_)get\w*[!?]?\s?\()")
_TO_OTHERS = frozenset(
    "res resp response reply ctx c w console logger log fmt errors json jsonify t assert math object array string".split()
)
"""What a handler answers with, logs and helpers: none of it goes to a service."""
_ROUTE = re.compile(r"(?<=[a-zA-Z])\s?\(\s?[\"'`]/")
"""A call with a path as its first argument: it sets up a route, unless it is made on a client."""
_CLIENTS = frozenset("client http axios api requests httpx session fetch fetcher ky got request".split())
_COMMON = frozenset("self this app client config settings env process os api".split())
_BOUND = re.compile(
    r"(?P<name>[A-Za-z_$][\w$.]*)\s*(?::\s?[\w.<>\[\]| ]{1,60})?\s*(?::=|=(?![=>]))\s*(?P<rest>[^\n]{1,200})"
)
_LONGEST = 8
"""Lines of a statement that are looked at."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """A call of a service's own.

    Attributes:
        ways: which way data goes; empty where its name does not tell.
        words: the words of the whole statement, without their endings.
        called: those of what is called.
        made: whether what comes back is made from what was handed over, which so is no thing that was there.
    """

    ways: frozenset[str]
    words: frozenset[str]
    called: frozenset[str]
    made: bool = False


def calls(candidate: Candidate, evidence: Evidence) -> tuple[Traffic, ...]:
    """The calls of a service's own, by the cited facts and in the code that bears a claim out."""
    names = _names(candidate)
    lines = evidence.code.split("\n")
    bound = _bound(lines, names)
    answers = candidate.group not in STORES
    found = []
    for fact in candidate.facts:
        if fact.kind == Kind.CALL and fact.name in evidence.facts:
            ways = _ways(fact.name, "", names, evidence.code, answers=False)
            found.append(Traffic(ways, _stems(f"{fact.name} {fact.value}"), _stems(fact.name)))
    for at, match in _calls(lines):
        chain, statement = match["chain"], _statement(lines, at)
        if _own(chain, statement, names, bound, candidate):
            around = " ".join([statement, *_given(statement, lines)])
            ways = _ways(chain, statement, names, evidence.code, answers=answers)
            made = bool(_ANSWERED & _stems(chain)) and not _transports(chain, statement)
            found.append(Traffic(ways, _stems(around), _stems(chain), made))
    return tuple(dict.fromkeys(found))


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, words_of(text)))


def _calls(lines: list[str]) -> Iterator[tuple[int, re.Match[str]]]:
    for at, line in enumerate(lines):
        if _METHOD.match(line):
            continue
        for match in _CALL.finditer(line):
            root = re.split(r"\W", match["chain"].lstrip("@$"))[0].lower()
            if _ROUTE.match(line, match.end("chain")) and root not in _CLIENTS:
                continue
            if root not in _KEYWORDS | _TO_OTHERS and not _DEFINES.search(line[: match.start()]):
                yield at, match


def _names(candidate: Candidate) -> frozenset[str]:
    """What code calls a service, in small letters and one piece: by its name, its imports, its SDK."""
    names = {re.sub(r"[\W_]", "", one).lower() for one in (candidate.name.split(" (")[0], candidate.key)}
    names |= {word for word in words_of(candidate.name.split(" (")[0]) if len(word) > 4}
    for fact in candidate.facts:
        if fact.kind == Kind.CALL:
            names.add(re.split(r"[^\w$]", fact.name)[0].lower())
        if fact.kind == Kind.IMPORT:
            names |= {one.strip().lower() for one in f"{fact.detail('names')},{fact.detail('bound')}".split(",")}
    return frozenset(name for name in names if len(name) > 2 and name not in _COMMON)


def _bound(lines: list[str], names: Collection[str]) -> frozenset[str]:
    """The names that are given to what the service's own calls made."""
    found: set[str] = set()
    for line in lines:
        match = _BOUND.search(line)
        if match and any(name in re.sub(r"_", "", match["rest"]).lower() for name in names) and "(" in match["rest"]:
            found.add(match["name"].split(".")[-1])
    return frozenset(found)


def _own(chain: str, statement: str, names: Collection[str], bound: Collection[str], candidate: Candidate) -> bool:
    """Whether a call is one of the service: by its name, by what it is made on, or a request of an address."""
    flat = re.sub(r"_", "", chain).lower()
    parts = re.split(r"[^\w$]+", chain)
    if any(name in flat for name in names) or any(part in bound for part in parts[:-1]):
        return True
    if not _transports(chain, statement):
        return False
    hosts = [fact.name for fact in candidate.facts if fact.kind == Kind.HOST]
    held = {fact.name for fact in candidate.facts if fact.kind in (Kind.ENV_READ, Kind.ENV_DECLARED)}
    if any(host in statement for host in hosts) or held & set(VARIABLE.findall(statement)):
        return True
    return "://" not in statement


def _transports(chain: str, statement: str) -> bool:
    """Whether a call makes a request: by a library for it, or by a method of HTTP on an address."""
    return bool(_TRANSPORT.search(chain) or (_BY_METHOD.search(chain) and _ADDRESS.search(statement)))


def _statement(lines: list[str], at: int) -> str:
    """A line, and those after it until its brackets are closed."""
    taken: list[str] = []
    for line in lines[at : at + _LONGEST]:
        taken.append(line)
        if _closed("\n".join(taken)):
            break
    return "\n".join(taken)


def _bare(chain: str, names: Collection[str]) -> str:
    """A call without the service's name in it, which may be a verb: `NewPostmark`, `sendgrid.parse`."""
    bare = chain
    for name in sorted((name for name in names if len(name) > 4), key=len, reverse=True):
        bare = re.sub("_?".join(map(re.escape, name)), " ", bare, flags=re.IGNORECASE)
    return bare.strip()


def _closed(statement: str) -> bool:
    return sum(map(statement.count, "([{")) <= sum(map(statement.count, ")]}"))


def _given(statement: str, lines: list[str]) -> Iterator[str]:
    """The lines that made what a statement hands over."""
    handed = set(re.findall(r"[A-Za-z_$][\w$]*", statement.partition("(")[2]))
    for line in lines:
        match = _BOUND.search(line)
        if match and match["name"] in handed and line not in statement:
            yield line


def _ways(chain: str, statement: str, names: Collection[str], code: str, *, answers: bool) -> frozenset[str]:
    """Which way data goes at a call.

    Args:
        chain: what is called.
        statement: the whole of it.
        names: of the service.
        code: what is shown.
        answers: whether a call that creates something may be made for what it gives back.
    """
    if _transports(chain, statement):
        if code and not _closed(statement):  # its method may stand in what is not shown
            return frozenset({OUT, BACK})
        shown = statement if _WRITES.search(statement) or _READS.search(statement) else code
        if _WRITES.search(shown):
            return frozenset({OUT, BACK} if _ANSWER.search(code) else {OUT})
        return frozenset({BACK} if _READS.search(shown) or re.search(r"(?i)fetch|urlopen", chain) else {OUT, BACK})
    parts = [part for part in re.split(r"[^\w$]+", _bare(chain, names) or chain) if part]
    last = words_of(" ".join(parts[-1:]))
    if _MAKES & set(last):
        return frozenset()
    words = _stems(" ".join(parts[-2:])) | {part.lower() for part in parts[-1:]}
    ways = {OUT} if words & (_OUT | _ANSWERED) else set()
    if words & _BACK or (answers and words & _ANSWERED and _USED.search(statement)):
        ways |= {BACK}
    return frozenset(ways)


def sends(candidate: Candidate, code: str) -> bool:
    """Whether any call in the code sends something, answers to a caller and the service's own name aside."""
    names, lines = _names(candidate), code.split("\n")
    return bool(re.search(r"\b(?:curl|wget)\b", code)) or any(
        _SENDING & _stems(_bare(match["chain"], names))
        or (_transports(match["chain"], _statement(lines, at)) and _WRITES.search(_statement(lines, at)))
        for at, match in _calls(lines)
    )
