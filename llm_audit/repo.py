"""The only module that touches the audited disk: walk, read, git facts, atomic write.

Nothing of the tree is executed: ignore rules are read by ripgrep's walker, and git's own files are read as files, so no
hook, filter or fsmonitor of the repository ever runs.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llm_audit import tracked
from llm_audit.errors import SafetyError, UsageError, WriteError
from llm_audit.model import Redacted, Skipped, SourceFile
from llm_audit.roles import role_of

MAX_SIZE = 1 << 20
MAX_LOCKFILE = 32 << 20
IGNORE_FILE = ".llmauditignore"
LOCKFILES = frozenset(
    "package-lock.json npm-shrinkwrap.json pnpm-lock.yaml yarn.lock bun.lock deno.lock poetry.lock uv.lock pdm.lock "
    "Pipfile.lock Cargo.lock Gemfile.lock composer.lock packages.lock.json mix.lock pubspec.lock Package.resolved "
    "Podfile.lock go.sum conda-lock.yml gradle.lockfile".split()
)
_STAGED = ".llm-audit-"
"""How the names of files begin that wait to be renamed to what they replace; the writer's process id follows."""
_NEVER_READ = (
    f"{_STAGED}*",
    ".git",
    "node_modules",
    ".venv",
    "venv",
    "__pycache__",
    ".tox",
    ".mypy_cache",
    ".terraform",
)
_BINARY = re.compile(
    r"(?i)\.(png|jpe?g|gif|webp|avif|ico|icns|bmp|tiff?|psd|ai|mp[34]|m4a|ogg|wav|flac|mov|avi|webm|mkv|woff2?|ttf|otf|eot|pdf"
    r"|zip|gz|bz2|xz|zst|7z|rar|tar|tgz|jar|war|class|pyc|so|dylib|dll|exe|bin|dat|wasm|o|a|db|sqlite3?|parquet|onnx|pt|gguf"
    r"|docx?|xlsx?|pptx?|odt|keystore|jks|p12|der|map|snap)$"
)


@dataclass(frozen=True, slots=True)
class Commit:
    """What git's own files say of the checked-out commit: full id, or empty outside a work tree or before a commit."""

    id: str


def open_root(path: str) -> Path:
    """The absolute path of the tree to audit.

    Raises:
        UsageError: there is no such folder, or it cannot be listed.
    """
    root = Path(path).expanduser()
    if not root.exists():
        raise UsageError(f"no such folder: {path}", "name a folder that holds a repository")
    if not root.is_dir():
        raise UsageError(f"not a folder: {path}", "name the folder that holds the repository")
    if not os.access(root, os.R_OK | os.X_OK):
        raise UsageError(f"no permission to read {path}")
    return root.resolve()


def walk(root: Path, subtrees: tuple[str, ...] = ()) -> list[str]:
    """The paths of all files under git's ignore rules and `.llmauditignore`, sorted, relative to `root`.

    A file that git tracks is listed whatever its ignore rules say; `.llmauditignore` has the last word.
    Works in git work trees and plain folders. Symbolic links are listed but never followed; the user's global ignore file
    has no say, so that the same tree gives the same list everywhere.

    Args:
        root: absolute path of the tree.
        subtrees: when given, only files below these relative folders.

    Raises:
        UsageError: a subtree is absolute, leaves the tree, or does not exist.
    """
    for subtree in subtrees:
        _check_subtree(root, subtree)
    found = _listed(root, git_rules=True)
    found |= _tracked_besides(root, found)
    wanted = tuple(f"{subtree.strip('/')}/" for subtree in subtrees if subtree.strip("/.") != "")
    return sorted(path for path in found if not wanted or path.startswith(wanted))


def _listed(root: Path, *, git_rules: bool) -> set[str]:
    """The walker's paths; `git_rules` says whether git's ignore files count."""
    import ignore
    from ignore import overrides

    builder = ignore.WalkBuilder(root)
    builder.hidden(False)
    builder.ignore(False)
    builder.git_global(False)
    builder.git_ignore(git_rules)
    builder.git_exclude(git_rules)
    builder.require_git(False)
    builder.parents(_inside_git(root))
    builder.follow_links(False)
    builder.add_custom_ignore_filename(IGNORE_FILE)
    unread = overrides.OverrideBuilder(root)
    for name in _NEVER_READ:
        unread.add(f"!{name}")
    builder.overrides(unread.build())
    prefix = len(str(root)) + 1 if str(root) != "/" else 1
    return {os.fspath(entry.path())[prefix:] for entry in _entries(builder) if entry.depth() > 0}


def _tracked_besides(root: Path, found: set[str]) -> set[str]:
    """The tracked files that git's ignore rules kept out of a walk."""
    lost = {
        path
        for path in _tracked(root)
        if path not in found and not any(part in _NEVER_READ for part in path.split("/")) and _is_there(root, path)
    }
    if lost and _has_own_rules(root, found):
        return lost & _listed(root, git_rules=False)
    return lost


def _tracked(root: Path) -> Iterator[str]:
    """What git's index lists below `root`."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.exists():
            below = root.relative_to(folder).as_posix()
            prefix = "" if below == "." else f"{below}/"
            listed = tracked.paths(_git_folder(git) / "index")
            yield from (path[len(prefix) :] for path in listed if path.startswith(prefix))
            return


def _is_there(root: Path, path: str) -> bool:
    """Whether a path names something below `root` without passing through a symbolic link."""
    at = os.fspath(root)
    try:
        for part in path.split("/")[:-1]:
            at = f"{at}/{part}"
            if not stat.S_ISDIR(os.lstat(at).st_mode):
                return False
        os.lstat(f"{root}/{path}")
    except OSError:
        return False
    return True


def _has_own_rules(root: Path, found: set[str]) -> bool:
    return any((folder / IGNORE_FILE).exists() for folder in (root, *root.parents)) or any(
        path.endswith(IGNORE_FILE) for path in found
    )


def rules_beyond(root: Path) -> list[Path]:
    """The files outside of what `walk` lists that decide what it lists, whether they exist or not."""
    found: list[Path] = []
    for folder in (root, *root.parents):
        found += [folder / ".gitignore", folder / IGNORE_FILE]
        if (folder / ".git").exists():
            git = _git_folder(folder / ".git")
            common = git / _small(git / "commondir") if (git / "commondir").exists() else git
            return [*found, git / "index", common / "info" / "exclude"]
    return found[:2]


def _entries(builder: Any) -> Iterator[Any]:
    """The walker's entries; a folder that cannot be listed yields nothing and is no reason to stop."""
    walker = builder.build()
    while True:
        try:
            yield next(walker)
        except StopIteration:
            return
        except OSError:
            continue
        except Exception as error:
            if type(error).__module__.startswith("ignore") or type(error).__name__ in ("Error", "IOError"):
                continue
            raise


def _check_subtree(root: Path, subtree: str) -> None:
    parts = Path(subtree).parts
    if Path(subtree).is_absolute() or ".." in parts:
        raise SafetyError(f"--paths {subtree}: leaves the repository", "give folders below the audited one")
    if not (root / subtree).is_dir() or (root / subtree).is_symlink():
        raise UsageError(f"--paths {subtree}: no such folder in {root}")


def _inside_git(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root, *root.parents))


def read(root: Path, path: str) -> SourceFile | Skipped | None:
    """Reads one file of the tree; None for a folder.

    UTF-8 (with or without BOM), UTF-16 with BOM, else Latin-1; line ends become `\\n`.
    """
    shown = printable(path)
    try:
        handle = os.open(f"{root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
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
    if _BINARY.search(name):
        return Skipped(shown, "binary")
    limit = MAX_LOCKFILE if name in LOCKFILES else MAX_SIZE
    if status.st_size > limit:
        return Skipped(shown, "too large")
    try:
        # one byte more than there is, so that the second read, which meets the end, asks for no room worth naming
        return b"".join(iter(lambda: os.read(handle, status.st_size + 1), b""))
    except OSError:
        return Skipped(shown, "unreadable")


def _open_reason(path: Path, error: OSError) -> str:
    if path.is_symlink():
        return "symbolic link"
    if isinstance(error, PermissionError):
        return "no permission"
    return "not a regular file" if path.exists() and not path.is_file() else "unreadable"


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
        return _plain_lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _plain_lines(data.decode("latin-1"))


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def printable(path: str) -> str:
    """A path as it may stand in the document: bytes that are no UTF-8 and control characters become escapes."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)


def commit_of(root: Path) -> Commit:
    """The commit that HEAD names, read from git's files without running git."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.exists():
            return Commit(_head(_git_folder(git)))
    return Commit("")


def _git_folder(git: Path) -> Path:
    """The real git directory: `.git` is a file in submodules and linked work trees."""
    if git.is_dir():
        return git
    text = _small(git)
    return (git.parent / text.removeprefix("gitdir:").strip()) if text.startswith("gitdir:") else git


def _head(git: Path) -> str:
    head = _small(git / "HEAD")
    if re.fullmatch(r"[0-9a-f]{40,64}", head):
        return head
    name = head.removeprefix("ref:").strip()
    if not re.fullmatch(r"refs/[\w./\-]+", name) or ".." in name:
        return ""
    common = _small(git / "commondir")
    for base in (git, git / common) if common else (git,):
        if re.fullmatch(r"[0-9a-f]{40,64}", loose := _small(base / name)):
            return loose
        packed = re.search(
            rf"^([0-9a-f]{{40,64}}) {re.escape(name)}$", _small(base / "packed-refs", 8 << 20), re.MULTILINE
        )
        if packed:
            return packed[1]
    return ""


def _small(path: Path, limit: int = 4096) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(limit).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def target_in(root: Path, output: str) -> Path:
    """The absolute path that a relative output names inside the tree.

    Raises:
        SafetyError: the path is absolute, leaves the tree, or passes through a symbolic link out of it.
    """
    if Path(output).is_absolute() or ".." in Path(output).parts:
        raise SafetyError(f"output {output} leaves the repository", "give a path below the audited folder")
    target = root / output
    parent = target.parent
    while not parent.exists():
        parent = parent.parent
    if not parent.resolve().is_relative_to(root):
        raise SafetyError(f"output {output} leaves the repository through a symbolic link")
    return target


def beside(document: Path) -> Path:
    """Where the evidence file of a document stands: `INTEGRATIONS.md` -> `INTEGRATIONS.evidence.json`."""
    return document.with_name(f"{document.name.removesuffix('.md')}.evidence.json")


def write_atomic(files: dict[Path, Redacted]) -> None:
    """Writes all files or leaves all as they were: each goes to a temporary file beside its target, then all are renamed.

    Args:
        files: absolute paths and their whole new text, UTF-8.

    Raises:
        WriteError: a folder or file cannot be written, or the disk is full.
    """
    staged: list[tuple[str, Path]] = []
    try:
        for target, text in files.items():
            if target.is_dir():
                raise WriteError(f"{target} is a folder", "name a file with --output")
            target.parent.mkdir(parents=True, exist_ok=True)
            _sweep(target.parent)
            handle, temporary = tempfile.mkstemp(prefix=f"{_STAGED}{os.getpid()}-", dir=target.parent)
            staged.append((temporary, target))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, _mode(target))  # noqa: PTH101 - mkstemp's name is a str
        for temporary, target in staged:
            os.replace(temporary, target)  # noqa: PTH105
        staged.clear()
    except OSError as error:
        where = error.filename or next(iter(files))
        raise WriteError(f"cannot write {where}: {error.strerror}", "nothing was changed") from error
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108


def _sweep(folder: Path) -> None:
    """Removes what writers left behind that were killed between writing and renaming."""
    for path in folder.glob(f"{_STAGED}*"):
        number = path.name.removeprefix(_STAGED).partition("-")[0]
        if number.isdecimal() and not _is_alive(int(number)):
            with contextlib.suppress(OSError):
                path.unlink()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _mode(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
