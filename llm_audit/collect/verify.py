"""Checks of who sent a request: webhook SDKs, HMACs, signatures, shared secrets; and signatures put on what is sent."""

from __future__ import annotations

import re
from dataclasses import replace

from llm_audit.collect.actions import controller
from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.literals import Guarded
from llm_audit.collect.nearby import block_end, env_names, headers, in_comment
from llm_audit.collect.signs import COMPARES, LITERALS, is_hash, signs_in
from llm_audit.model import Fact, Kind, SourceFile
from llm_audit.redact import clean

LANGUAGES = {
    ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".ts": "javascript", ".tsx": "javascript",
    ".mts": "javascript", ".cts": "javascript", ".py": "python", ".go": "go", ".php": "php", ".rb": "ruby", ".java": "java",
    ".kt": "kotlin", ".scala": "java", ".groovy": "java", ".cs": "csharp", ".rs": "rust", ".ex": "elixir", ".exs": "elixir",
    ".swift": "swift", ".dart": "dart",
}  # fmt: skip
"""Languages whose code is read, by suffix."""

_INCOMING = expression(
    r"(?i)webhook|\breq(?:uest)?\b[\w.>()\[\]\"'-]{0,20}headers?\b|request\.(?:META|body|get_data|data|raw)|\bheaders\.get\(|getHeader\(|->header\(|Header\.Get\(|HTTP_[A-Z_]*SIGN|verify_?\w{0,20}signature|php://input"
)
_SIGNING = expression(
    r"(?i)\b(?:create|generate|compute|make|build|sign|get)_?(?:webhook_?|payload_?|request_?)?(?:signature|hmac|payload)\b|send_?webhook|dispatch_?webhook|deliver_?webhook|[\"']?X-[\w-]{0,40}Signature[\"']?\s*[:,=\]]\s*[`\"'\w$(]"
)
_CHECKING = expression(
    r"(?i)\b(?:verify|verif|validate|is_?valid|check|compare|timing_?safe|equals?|unauthori[sz]ed|forbidden|40[0-3]\b|invalid)"
)
_HASHED = expression(r"(?i)hmac|sha_?256|sha_?1\b|sha_?512|digest")
_OTHER_USE = expression(
    r"(?i)password|aws4|AWS4-HMAC|presign|gravatar|csrf|cookie|totp|otp\b|cache_?key|session_?id|jwt|hotp|unsubscribe|api_?key_?hash|hashToken|pbkdf|oauth|\bstate\b"
)
_SECRET = expression(
    r"""\b(?:[A-Za-z_][\w]{0,40}\.){0,3}(?:[A-Z][A-Z0-9_]{0,60}(?:SECRET|SIGNING|KEY|TOKEN)[A-Z0-9_]{0,30}|\w{0,40}(?:[sS]ecret|signing_?[kK]ey|[wW]ebhook_?[kK]ey|[aA]uth_?[tT]oken|public_?[kK]ey))\b"""
)
_SHARED = expression(
    r"""(?:headers?|Headers?|req\.query|request\.args|request\.GET|request\.query|searchParams|->header|->query)(?:\.get|\.Get)?[\[(.]\s?["']?(?P<name>(?:[\w]{1,20}-){1,6}(?:[sS]ecret|[tT]oken|[kK]ey)|(?<=[."'])(?:secret|token|cron_secret|webhook_secret|api_key)(?=["'])|[aA]uthorization)["']?[\])]?[^\n]{0,120}?[!=]==?[^\n]{0,60}?(?P<secret>\w{0,40}(?:SECRET|TOKEN|secret|[aA]pi_?[kK]ey|API_KEY)\w{0,30})"""
)


_SENT = ("header", "Header", "req.query", "request.args", "request.GET", "request.query", "searchParams")


def _verify(file: SourceFile) -> Finds:
    text = file.text
    known: set[tuple[str, str]] = set()
    found = [sign for sign in signs_in(file) if not (in_comment(text, sign.offset) or _imports(text, sign.offset))]
    if found:
        incoming = (
            _INCOMING.search(text) is not None or re.search(r"(?i)webhook|callback|bounce", file.path) is not None
        )
        signing = (
            _SIGNING.search(text) is not None or re.search(r"(?i)sign(?:ature|er|ing)?\.\w+$", file.name) is not None
        )
        for sign in found:
            window = _around(text, sign.offset, sign.end)
            named = re.search(r"(?i)verif|valid", file.path) is not None
            key = sign.name, _actions(file, sign.offset) or _within(file, sign.offset)
            kind = "" if key in known else _judged(sign.kind, sign.name, window, incoming, signing and not named)
            if kind == "hmac" and sign.name in COMPARES and not _HASHED.search(window.replace(sign.name, "")):
                kind = "shared-secret"
            if kind:
                known.add(key)
                yield _found(file, sign.offset, kind, sign.name, window)
    yield from _shared(file, {name for name, _ in known})
    yield from _basic(file)
    yield from _helpers(file, known)


_HELPER = Guarded(
    expression(
        r"(?<!\w)(?<!def )(?:(?:verify|validate|authenticate|check|ensure|require|assert)_\w{0,40}(?:hook|signature|hmac|signed)\w{0,40}"
        r"|\w{0,40}(?:hook|signature|hmac)_(?:valid|verified|authentic)\w{0,20})[!?]?(?!\w|:)"
    ),
    ("hook", "signature", "hmac", "signed"),
)
_ABOUT = expression(
    r"(?i)_(?:id|ids|url|urls|params?|type|name|event|events|endpoint|settings?|attributes|exists|owner|limit|quota)[!?]?$"
)


def _helpers(file: SourceFile, known: set[tuple[str, str]]) -> Finds:
    """Methods that say by their names that a controller checks its caller, run in actions or before them."""
    methods = controller(file)
    if not methods:
        return
    told = {actions for _, actions in known}
    for match in _HELPER.finditer(file.text):
        line = file.text[file.text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip()
        key = match.group().rstrip("!?"), _actions(file, match.start())
        bare = not line.startswith(("skip_", "def ", "#")) and not _ABOUT.search(match.group())
        if bare and key not in known and key[1] not in told and key[1]:
            known.add(key)
            yield _found(file, match.start(), "helper", match.group(), methods.method_at(match.start()))


def _actions(file: SourceFile, offset: int) -> str:
    """The actions of a Rails controller in which a check takes place; empty for any other code."""
    methods = controller(file)
    return ",".join(sorted(methods.actions_at(offset))) if methods else ""


_DECORATED = expression(
    r"^[ \t]{2,12}@(?P<name>(?!login_|permission_|admin_|staff_)(?:[\w.]{0,40}(?:auth|token|signature|secret)\w{0,20}_required"
    r"|(?:require|verify|check)_\w{0,30}(?:auth|token|signature|secret|hmac)\w{0,20}))\b(?=[(\s])",
    re.MULTILINE,
)
_ASKED = expression(r"(?i)scim|hook|callback|inbound|postback")


def _decorators(file: SourceFile) -> Finds:
    """Decorators of a Python view for other systems that let nobody pass unknown, each once for its class."""
    known: set[tuple[str, str]] = set()
    for match in _DECORATED.finditer(file.text):
        key = match["name"], _within(file, match.start())
        if key not in known and _ASKED.search(key[1]):
            known.add(key)
            yield _found(file, match.start("name"), "helper", match["name"], "")


_BASIC = Guarded(
    expression(
        r"\.BasicAuth\(|\bhttp_basic_authenticate_with\b|\bauthenticate_(?:or_request_)?with_http_basic\b|\bHTTPBasicCredentials\b|\$_SERVER\[['\"]PHP_AUTH_USER|\bgetUser\(\)[^\n]{0,60}getPassword\(\)"
    ),
    (".BasicAuth(", "http_basic", "HTTPBasicCredentials", "PHP_AUTH_USER", "getUser()"),
)


_CALLED_BACK = ("webhook", "callback", "bounce", "inbound", "postback", "metrics")


def _basic(file: SourceFile) -> Finds:
    """HTTP Basic credentials that a webhook's sender has to give."""
    path = file.path.lower()
    if not any(word in path for word in _CALLED_BACK):
        return
    found = _BASIC.search(file.text)
    if found and not in_comment(file.text, found.start()):
        window = file.text[found.start() : found.end() + 400]
        yield _made(file, found.start(), "basic", "basic auth", ", ".join(env_names(window, 2)) or "Authorization")


_EDGE = expression(
    r"\n(?:[ \t]{0,4}(?:async |def |public |private |protected |static |func |fn |fun |function |export |pub |class |@\w|const \w{1,60} = (?:async )?\()"
    r"|\w{1,40}\.(?:post|get|put|all|use|on)\()"
)


def _around(text: str, start: int, end: int) -> str:
    """The function that a check stands in, as far as layout shows it: names of other handlers must not be taken for its own."""
    before = [match.start() for match in _EDGE.finditer(text, max(0, start - 1500), start)]
    after = _EDGE.search(text, end, end + 900)
    return text[before[-1] if before else max(0, start - 1500) : after.start() if after else min(len(text), end + 900)]


def _imports(text: str, offset: int) -> bool:
    return (
        re.match(
            r"\s*(?:import|from|use|using|require|export \{)\b", text[text.rfind("\n", 0, offset) + 1 : offset + 1]
        )
        is not None
    )


def _judged(kind: str, name: str, window: str, incoming: bool, signing: bool) -> str:
    """The kind of a sign where it stands: an HMAC checks, signs what is sent, or has nothing to do with requests."""
    if kind == "sdk":
        return kind
    if (
        kind == "hmac"
        and not signing
        and not headers(window)
        and not re.search(r"(?i)hook|callback|bounce|ipn|signature|inbound|secret|api_?key", window)
    ):
        return ""
    if kind == "hmac" and is_hash(name):
        if incoming and (_CHECKING.search(window) or not signing) and (headers(window) or not signing):
            return "" if _OTHER_USE.search(window) and not headers(window) else "hmac"
        return "signing" if signing and not _OTHER_USE.search(window) else ""
    if _OTHER_USE.search(window) and not headers(window):
        return ""
    return kind if incoming or headers(window) else ""


def _found(file: SourceFile, offset: int, kind: str, name: str, window: str) -> Fact:
    actions = _actions(file, offset)
    every = headers(file.text)
    named = headers(window) or (every if len(every) == 1 and not actions else [])
    call = file.text[offset : block_end(file.text, offset, 600)]
    env = [item for item in env_names(call) if re.search(r"SECRET|KEY|TOKEN|SIGN|WEBHOOK|HMAC|PASS", item)]
    env = env or [item for item in env_names(window) if re.search(r"SECRET|KEY|TOKEN|SIGN|WEBHOOK|HMAC|PASS", item)]
    secret = _SECRET.search(window) if not env else None
    value = named[0] if named else env[0] if env else ""
    return _made(
        file,
        offset,
        kind,
        name,
        value,
        header=",".join(named[:4]),
        env=",".join(env[:4]),
        secret=secret.group()[:80] if secret else "",
        actions=actions,
        within=_within(file, offset),
    )


_OUTER = expression(r"^(?:class|def|async def)\s+(\w{1,100})", re.MULTILINE)


def _within(file: SourceFile, offset: int) -> str:
    """The class or function of a Python module that a check stands in; empty for other languages."""
    found = list(_OUTER.finditer(file.text, 0, offset)) if file.suffix == ".py" else []
    return found[-1][1] if found else ""


def _made(file: SourceFile, offset: int, kind: str, name: str, value: str, **details: str) -> Fact:
    """A fact of a check; its detail `kind` shares its name with an argument of the maker of facts."""
    made = at(file, offset, Kind.VERIFY, name, value, language=LANGUAGES.get(file.suffix, ""), **details)
    return replace(made, details=tuple(sorted((*made.details, ("kind", clean(kind))))))


def _shared(file: SourceFile, known: set[str]) -> Finds:
    """A secret of the sender's that is compared as it stands."""
    if not any(mark in file.text for mark in _SENT):
        return
    for match in _SHARED.finditer(file.text):
        header = match["name"]
        name = f"{header.lower()} comparison"
        if name in known or in_comment(file.text, match.start()):
            continue
        known.add(name)
        window = file.text[max(0, match.start() - 300) : match.end() + 300]
        env = [item for item in env_names(window) if re.search(r"SECRET|KEY|TOKEN", item)]
        yield _made(file, match.start(), "shared-secret", name, header, env=",".join(env[:4]), secret=match["secret"])


_OF_DECORATORS = ("_required", "@require_", "@verify_", "@check_")
_SCRIPT = frozenset((".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"))
COLLECTORS = (
    Collector("verify-decorators", _decorators, suffixes=frozenset({".py"}), needs=_OF_DECORATORS),
    Collector(
        "verify-javascript",
        _verify,
        suffixes=_SCRIPT,
        needs=("ebhook", "ignature", "imingSafeEqual", "Hmac", "CRON_SECRET", "eceiver."),
    ),
    Collector(
        "verify",
        _verify,
        suffixes=frozenset(LANGUAGES) - _SCRIPT - {".jsx", ".tsx"},
        needs=(*LITERALS, "SECRET", "uthorization"),
    ),
)
