"""What a program keeps beside its stores: caches in its own process, and uploads on its own disk."""

from __future__ import annotations

import re
from functools import lru_cache

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, env_names, in_comment, packages
from llm_audit.model import Kind, SourceFile

_JS = frozenset((".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"))
_JS_CACHES = frozenset(
    "lru-cache node-cache quick-lru memory-cache keyv cache-manager @isaacs/ttlcache mnemonist tiny-lru flru".split()
)
_JS_MADE = expression(
    r"\bnew (?:LRUCache|LRU|NodeCache|QuickLRU|Keyv|TTLCache|LRUMap)(?:<[^()\n]{0,120}>)?\(|\bCacheModule\.register(?:Async)?\(|\bcaching\("
)
_REMOTE = expression(r"(?i)redis|memcache|KeyvRedis|mongo|postgres|sqlite")
_MADE: dict[str, tuple[tuple[str, str], ...]] = {
    ".py": (("TTLCache(", "cachetools"), ("LRUCache(", "cachetools"), ("SimpleMemoryCache(", "aiocache"), ("Cache.MEMORY", "aiocache"), ("SimpleCache(", "cachelib")),
    ".go": (
        ("ristretto.NewCache", "ristretto"), ("lru.New", "golang-lru"), ("expirable.NewLRU", "golang-lru"), ("bigcache.New", "bigcache"), ("freecache.NewCache", "freecache"),  # noqa: E501
        ("ttlcache.New", "ttlcache"), ("otter.M", "otter"), ("gocache.New(", "go-cache"),
    ),
    ".java": (("Caffeine.newBuilder(", "caffeine"), ("new CaffeineCacheManager(", "caffeine"), ("CacheBuilder.newBuilder(", "guava"), ("newCacheManagerBuilder(", "ehcache"), ("new Cache2kBuilder", "cache2k"), ("Cache2kBuilder.of(", "cache2k")),  # noqa: E501
    ".rs": (("moka::", "moka"), ("#[cached", "cached")),
    ".ex": (("{Cachex,", "cachex"), ("Cachex.start_link", "cachex")),
    ".cs": (("new MemoryCache(", "memorycache"),),
}  # fmt: skip
_MADE |= {".kt": _MADE[".java"], ".scala": _MADE[".java"], ".exs": _MADE[".ex"]}


def _javascript(file: SourceFile) -> Finds:
    found = packages(file) & _JS_CACHES
    made = _JS_MADE.search(file.text) if found or "@nestjs/cache-manager" in packages(file) else None
    if made and not in_comment(file.text, made.start()):
        call = file.text[made.start() : block_end(file.text, made.end() - 1, 1500)]
        if not _REMOTE.search(call):
            tool = next(iter(sorted(found)), "cache-manager")
            yield at(file, made.start(), Kind.SETTING, "cache.driver", "memory", tool=tool)


def _code(file: SourceFile) -> Finds:
    if file.suffix == ".py" and packages(file).isdisjoint(("cachetools", "aiocache", "cachelib", "async_lru")):
        return
    known: set[str] = set()
    for needle, tool in _MADE[file.suffix]:
        offset = file.text.find(needle)
        if offset < 0 and file.suffix in _BROKEN:
            offset = next((found.start() for found in _broken(needle).finditer(file.text)), -1)
        if offset >= 0 and tool not in known and not in_comment(file.text, offset):
            known.add(tool)
            yield at(file, offset, Kind.SETTING, "cache.driver", "memory", tool=tool)


_BROKEN = frozenset((".java", ".kt"))
"""Languages whose formatters put each call of a chain on a line of its own."""


@lru_cache(maxsize=64)
def _broken(needle: str) -> re.Pattern[str]:
    """The needle with a line's end before its dots."""
    return re.compile(re.escape(needle).replace(r"\.", r"\s{0,60}\."))


_DISK = expression(
    r"\bmulter\.diskStorage\(|\bmulter\(\s{0,10}\{\s{0,40}dest\b|\bnew FileStore\(\s{0,10}\{[^}]{0,80}directory|\bformidable\(\s{0,10}\{[^}]{0,200}uploadDir"
)
_RECEIVERS = (
    "multer",
    "fastify-multer",
    "@koa/multer",
    "formidable",
    "@tus/server",
    "@tus/file-store",
    "busboy",
    "express",
    "@nestjs/common",
)
_UPLOADS = expression(
    r"""^[ \t]*(?:self\.|app\.config\[["']|export const |const )?(?P<name>(?:[A-Z]{2,16}_)?UPLOAD_(?:FOLDER|DIR|PATH|ROOT)|UPLOADS_(?:FOLDER|DIR|PATH|ROOT)|upload_(?:dir|folder|path)|uploadDir|uploadPath|uploadFolder)\b(?:["']\])?\s{0,3}(?::[^=\n]{1,40})?=\s{0,3}(?P<value>[^\n]{1,160})""",  # noqa: E501
    re.MULTILINE,
)


def _disk(file: SourceFile) -> Finds:
    if file.suffix != ".py" and packages(file).isdisjoint(_RECEIVERS):
        return
    found = _DISK.search(file.text)
    if found and not in_comment(file.text, found.start()):
        tool = "tus" if "FileStore" in found.group() else "formidable" if "formidable" in found.group() else "multer"
        call = file.text[found.start() : block_end(file.text, file.text.find("(", found.start()), 1500)]
        yield at(file, found.start(), Kind.SETTING, "storage.driver", "local", tool=tool, env=",".join(env_names(call)))
    for match in _UPLOADS.finditer(file.text):
        if not in_comment(file.text, match.start()) and not re.search(r"(?i)s3://|https?://|bucket", match["value"]):
            yield at(
                file,
                match.start(),
                Kind.SETTING,
                "storage.driver",
                "local",
                tool="path",
                key=match["name"],
                env=",".join(env_names(match["value"])),
            )
            return


_SAVED = ("move_uploaded_file(", ".SaveUploadedFile(", ".transferTo(")


_RECEIVED = expression(r"\bUploadFile\b|\brequest\.files\b|\breq\.files?\b")
_WRITTEN = expression(
    r"\bshutil\.copyfileobj\(|\bopen\([^()\n]{1,120}(?:\([^()\n]{0,80}\)[^()\n]{0,40})?,\s{0,3}(?:mode\s{0,2}=\s{0,2})?[\"']wb[\"']|\.save\(\s{0,20}(?:os\.path\.join|f[\"']|str\()"
)


def _received(file: SourceFile) -> Finds:
    """A file that a request brings and the handler writes to the disk; one for the moment only is not kept."""
    if not _RECEIVED.search(file.text):
        return
    for match in _WRITTEN.finditer(file.text):
        line = file.line(file.line_of(match.start()))
        if not in_comment(file.text, match.start()) and not re.search(r"(?i)te?mp", line):
            yield at(file, match.start(), Kind.SETTING, "storage.driver", "local", tool="upload")
            return


_MOVED = expression(r"\b(?P<what>\w{1,60})\.transferTo\(\s{0,20}(?P<where>\w{0,60})")
_STREAM = expression(r"(?i)(?:is|in|ins|fis|bis|os|out|bos|baos|body|\w*(?:input|output|stream|response)\w*)\Z")


def _offset(text: str, needle: str) -> int:
    """Where a call saves a file that was sent; streams of Java that are copied into one another go by the same name."""
    if needle != ".transferTo(":
        return text.find(needle)
    received = "Multipart" in text or "FilePart" in text
    for one in _MOVED.finditer(text):
        streams = _STREAM.match(one["what"]) or _STREAM.match(one["where"])
        if _written(text, one.start()) if streams else received:
            return one.start()
    return -1


_SERVES = ("ws.rs", "Mapping", "Multipart")
"""What stands in a file of Java that answers requests."""


def _written(text: str, offset: int) -> bool:
    """Whether a stream that is copied in answer to a request goes to a file which is to stay."""
    before = text[max(0, offset - 400) : offset]
    opened = "new FileOutputStream(" in before or "Files.newOutputStream(" in before
    return opened and any(word in text for word in _SERVES) and re.search(r"(?i)te?mp", before) is None


def _saved(file: SourceFile) -> Finds:
    offset = next((found for needle in _SAVED if (found := _offset(file.text, needle)) >= 0), -1)
    if offset >= 0 and not in_comment(file.text, offset):
        yield at(file, offset, Kind.SETTING, "storage.driver", "local", tool="upload")


COLLECTORS = (
    Collector("caches-javascript", _javascript, suffixes=_JS, needs=(*_JS_CACHES, "@nestjs/cache-manager")),
    Collector(
        "caches",
        _code,
        suffixes=frozenset(_MADE),
        needs=("Cache", "cache", "lru.New", "moka::", "otter."),
    ),
    Collector("uploads", _disk, suffixes=_JS, needs=_RECEIVERS),
    Collector("uploads-python", _disk, suffixes=frozenset((".py",)), needs=("UPLOAD", "upload_")),
    Collector("uploads-received", _received, suffixes=frozenset((".py",)), needs=("UploadFile", "request.files")),
    Collector("uploads-saved", _saved, suffixes=frozenset((".php", ".go", ".java", ".kt")), needs=_SAVED),
)  # fmt: skip
