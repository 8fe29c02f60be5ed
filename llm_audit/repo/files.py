"""Reads the files of a tree as text: what is no text, too large or no file is a value with its reason."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

from llm_audit.model import Skipped, SourceFile
from llm_audit.repo.roles import role_of

MAX_SIZE = 1 << 20
MAX_LOCKFILE = 32 << 20
LOCKFILES = frozenset(
    "package-lock.json npm-shrinkwrap.json pnpm-lock.yaml yarn.lock bun.lock deno.lock poetry.lock uv.lock pdm.lock "
    "Pipfile.lock Cargo.lock Gemfile.lock composer.lock packages.lock.json mix.lock pubspec.lock Package.resolved "
    "Podfile.lock go.sum conda-lock.yml gradle.lockfile".split()
)
_LONG_MANIFESTS = frozenset({"project.pbxproj"})
"""Manifests that grow with the number of source files, since they list each of them."""
_BINARY = frozenset(
    "png jpg jpeg gif webp avif ico icns bmp tif tiff psd ai mp3 mp4 m4a ogg wav flac mov avi webm mkv woff woff2 ttf otf eot pdf "
    "zip gz bz2 xz zst 7z rar tar tgz jar war class pyc so dylib dll exe bin dat wasm o a db sqlite sqlite3 parquet onnx pt gguf "
    "doc docx xls xlsx ppt pptx odt keystore jks p12 der map snap".split()
)
"""Suffixes, without their dot, of files that hold no text worth reading."""


def read(root: Path, path: str) -> SourceFile | Skipped | None:
    """Reads one file of the tree; None for a folder.

    UTF-8 (with or without BOM), UTF-16 with BOM, else Latin-1; line ends become `\\n`.
    """
    shown = printable(path)
    try:
        handle = os.open(f"{root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:  # a value it is where the system's encoding lacks a character of the name
        return Skipped(shown, _open_reason(root / path, error))
    try:
        data = _content(handle, shown)
    finally:
        os.close(handle)
    if not isinstance(data, bytes):
        return data
    text = decode(data)
    if text is None:
        return Skipped(shown, "binary")
    return SourceFile(shown, text, role_of(shown, text))


def _content(handle: int, shown: str) -> bytes | Skipped | None:
    """The bytes of an open file, the reason why it is not read, or None for a folder."""
    status = os.fstat(handle)
    if stat.S_ISDIR(status.st_mode):
        return None
    if not stat.S_ISREG(status.st_mode):
        return Skipped(shown, "not a regular file")
    name = shown.rpartition("/")[2]
    _, dot, suffix = name.rpartition(".")
    if dot and suffix.lower() in _BINARY:
        return Skipped(shown, "binary")
    limit = MAX_LOCKFILE if name in LOCKFILES or name in _LONG_MANIFESTS else MAX_SIZE
    if status.st_size > limit:
        return Skipped(shown, "too large")
    try:
        # one byte more than there is, so that a file that has grown shows it
        data = os.read(handle, status.st_size + 1)
        if len(data) == status.st_size > 0:
            return data
        return data + b"".join(iter(lambda: os.read(handle, 1 << 16), b""))
    except OSError:
        return Skipped(shown, "unreadable")


def _open_reason(path: Path, error: Exception) -> str:
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError):  # gone by now, or its path is too long for the system
        mode = stat.S_IFREG
    if stat.S_ISLNK(mode):
        return "symbolic link"
    if isinstance(error, PermissionError):
        return "no permission"
    return "unreadable" if stat.S_ISREG(mode) else "not a regular file"


def content(path: Path, limit: int) -> bytes | None:
    """The beginning of a regular file; None where there is none that can be read: a pipe would keep its reader waiting."""
    try:
        with open(path, "rb", opener=_at_once) as stream:
            return stream.read(limit) if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else None
    except OSError:
        return None


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def decode(data: bytes) -> str | None:
    """Text of a file's bytes, or None when they are no text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return _plain_lines(data.decode("utf-16"))
        except UnicodeDecodeError:
            return None
    if b"\0" in data:
        return None
    try:
        # the codec that drops the mark itself, `utf-8-sig`, is written in Python
        return _plain_lines(data.removeprefix(codecs.BOM_UTF8).decode())
    except UnicodeDecodeError:
        return _plain_lines(data.decode("latin-1"))


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def printable(path: str) -> str:
    """A path as it may stand in the document: bytes that are no UTF-8 and control characters become escapes."""
    if path.isascii() and path.isprintable():
        return path
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)
