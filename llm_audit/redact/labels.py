"""Which tokens that read as random are digests or public identifiers: by the label, the path or the heading they stand under.

A digest stays where something says that it is one. Each row of `BEFORE` is one such label, with its proof.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from functools import lru_cache

HEX = re.compile(r"(?:0x)?([0-9a-f]{16,}|[0-9A-F]{16,})\Z")
_OBJECT_ID = re.compile(r"(?:[a-z]{1,20}[_\-])?[0-9a-f]{16,28}\Z")
_SHARED = re.compile(
    r"(?:/nix/store/|(?:gist\.github(?:usercontent)?|docs\.google|youtube|loom|chromewebstore\.google)\.com/|forms\.gle/"
    r"|youtu\.be/)[^\s\"'<>()]{0,100}\Z"
)
"""What stands before an identifier that a link to a page for everybody holds."""
_HASHED_NAME = re.compile(r"[.\-_][0-9a-f]{8,64}\Z")
_PACKAGE = re.compile(r"[A-Za-z][\w.\-]*?-v?\d+\.\d+(?:[.\-_+%][\w.\-+%]*)?\Z")
_NAME_HEAD = re.compile(r"[\w.\-+%]*\Z")
_EXTENSION = re.compile(
    r"\.(?:[cm]?jsx?|css|svg|png|jpe?g|webp|woff2?|map|html?|json|wasm|tar|t?gz|tgz|zip|whl|jar|gem|crate|nupkg)\b"
)
_VALUE_OF = re.compile(r"(?<![iI][dD])[\"']?[ \t]?[=:][ \t]?[\"']?\Z")
_NOUNS = (
    "sha1", "sha2", "sha3", "sha5", "sha-", "blake", "digest", "checksum", "integrity", "etag", "fingerprint", "nonce-",
    "transaction", "uses:", "action/", "actions/",
)  # fmt: skip
_WORDS = (
    "md5", "sha", "commit", "hash", "rev", "git", "tree", "blob", "pin", "sum", "h1:", "ref", "merge", "tag", "base", "head",
    "parent", "cid", "address", "contract", "tx", "0x", "main", "master", "origin", "branch",
)  # fmt: skip
_WORD = re.compile(
    r"\b(?:md5|commit|hash|(?:sha|rev(?:ision)?|git|tree|blob|pin(?:ned)?|sum|ref(?:erence)?|tag|base|head|cid|tx|main|master"
    r"|origin)\b|h1:|merge|parent|address|contract|0x|branch)|hash\b"
)
BEFORE: tuple[tuple[str, str, str], ...] = (
    (r"@", "acme/setup@{}", "acme/setup {}"),
    (r"sha(?:1|224|256|384|512)[:\-=]", "sha1-{}", "shared-{}"),
    (r"/(?:commit|blob|tree|raw|archive|zipball|tarball|tar\.gz|zip)s?/", "/repos/acme/shop/zipball/{}", "/hooks/{}"),
    (r"#|\bg|\bh1:|\bzh:", '"zh:{}"', '"zz:{}"'),
    (r"/[0-9a-f]{2}/[0-9a-f]{2}/", "https://files.acme.io/packages/ec/0a/{}/", "https://files.acme.io/packages/{}/"),
    (r"\{:hex, :\w{1,60}, \"[^\"\n]{1,40}\", \"|\"hexpm\", \"", '{{:hex, :plug, "1.18.1", "{}"', '{{:key, :plug, "{}"'),
    (r"\d\.\d{1,5}[\w.\-]{0,40}\(", "nuxt: 4.5.2({})", "nuxt({})"),
    (r"\d\.\d{1,5}\.\d{1,5}[\-+][\w.\-+]{0,30}[.\-]g?", "7.6.0-1.{}", "shop-1.{}"),
    (r"\bimage[ \t]{0,3}[=:][ \t]{0,3}[\"']?[\w./\-]{1,80}:", "image = 'acme/shop:{}'", "token = 'acme/shop:{}'"),
    (r"@\d{1,5}\.\d{1,5}[\w.\-]{0,30}['\"]?: ", "'trees@1.0.0-beta.5': {}", "'trees': {}"),
)
"""What stands right before a digest; the digest in an example, and a look-alike of the label."""
_LEFT_ENDS = ("@", ":", ": ", "-", "=", "/", "#", "g", "G", ".", '", "', "(")
"""How all those labels end."""
_REACH = {"@": 1, "#": 1, "=": 8, "/": 16, " ": 50}
"""How long a label is at most that ends in this character; 140 with any other."""
_LEFT = re.compile(rf"(?i)(?:{'|'.join(row[0] for row in BEFORE)})\Z")
_BASE64_SIZES = frozenset({24, 28, 40, 44, 64, 88})
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_BASE64_SIGNS = f"{string.ascii_letters}{string.digits}+/"
_DIGEST_NAME = re.compile(
    r"(?i)(?:\bh1:|(?:\bmd5|\bsha\d{1,3})[\-:]|(?:hash|checksum|integrity|digest|sha\d{1,3})[\"']?[ \t]?[:=][ \t]?[\"']?)\Z"
)
_VERSION = re.compile(r"(?:[a-z][a-z\-]{0,60}-)?v?\d+\.\d+\.\d+-[\w.\-]{0,40}?(?<![0-9a-f])[0-9a-f]{40}\Z")
_HEADING = re.compile(r"(?mi)^(?:[A-Z]{2,12} )?checksums?:?[ \t]*$")


def labelled(text: str, start: int, end: int) -> bool:
    """Whether a digest or a public identifier stands here: its label is on the line, just before it, or a heading."""
    piece = text[start:end].strip("=")
    before = text[max(0, start - 140) : start]
    left = before[-_REACH.get(before[-1:], 140) :]
    if (left.endswith(_LEFT_ENDS) and _LEFT.search(left)) or piece.startswith(
        ("sha512-", "sha384-", "sha256-", "sha1-")
    ):
        return True
    if text.startswith("://", end) or ("/" in before and _SHARED.search(before.rpartition("\n")[2].rpartition(" ")[2])):
        return True
    if text.startswith(".", end) and _EXTENSION.match(text, end) and _is_file_name(text, start, end):
        return True
    if _OBJECT_ID.match(piece) and not _VALUE_OF.search(text, max(0, start - 24), start):
        return True
    if HEX.match(piece.rpartition("/")[2]):
        return _speaks_of_digests(text, start, end) or _under_heading(text, start)
    return bool(_VERSION.match(piece)) or _is_base64_digest(text, start, end)


def _is_file_name(text: str, start: int, end: int) -> bool:
    """Whether a file's name with a digest in it, or a package's name and version, stands before an extension."""
    head = _NAME_HEAD.search(text, max(0, start - 100), start)
    name = text[head.start() if head else start : end]
    return bool(_HASHED_NAME.search(text[max(0, start - 1) : end]) or _PACKAGE.match(name))


def _speaks_of_digests(text: str, start: int, end: int) -> bool:
    line_start = max(text.rfind("\n", max(0, start - 200), start) + 1, start - 200)
    after = text[end : end + 60].partition("\n")[0]
    line = f"{text[line_start:start]} {after}".lower()
    if any(noun in line for noun in _NOUNS):
        return True
    return any(word in line for word in _WORDS) and bool(_WORD.search(line))


def _is_base64_digest(text: str, start: int, end: int) -> bool:
    """Whether the whole run of base64 has a digest's length, and what stands before it says that it is one."""
    left = text[max(0, start - 90) : start]
    first = start - len(left) + len(left.rstrip(_BASE64_SIGNS))
    run = _BASE64.match(text, first, first + 100)
    if not run or run.end() < end or run.end() - first not in _BASE64_SIZES:
        return False
    return bool(_DIGEST_NAME.search(text, max(0, first - 30), first))


def _under_heading(text: str, start: int) -> bool:
    sections = _sections(text)
    at = bisect_right(sections, (start, len(text))) - 1
    return at >= 0 and start < sections[at][1]


@lru_cache(maxsize=8)
def _sections(text: str) -> tuple[tuple[int, int], ...]:
    """Where lists of checksums stand: from their heading to the next empty line."""
    if "hecksum" not in text and "HECKSUM" not in text:
        return ()
    ends = ((match.end(), text.find("\n\n", match.end())) for match in _HEADING.finditer(text))
    return tuple((start, end if end >= 0 else len(text)) for start, end in ends)
