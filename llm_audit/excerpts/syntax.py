"""Blocks that a grammar knows: which lines are a function, a type, a mapping, a resource. The grammars run in a process apart."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

LANGUAGES = {
    suffix: language
    for language, suffixes in {
        "python": "py pyi", "javascript": "js jsx mjs cjs", "typescript": "ts mts cts", "tsx": "tsx", "go": "go", "rust": "rs",
        "java": "java", "kotlin": "kt kts", "ruby": "rb rake", "php": "php", "csharp": "cs", "elixir": "ex exs", "swift": "swift",
        "scala": "scala sc", "dart": "dart", "hcl": "tf hcl", "yaml": "yml yaml", "bash": "sh bash", "lua": "lua", "c": "c h",
        "cpp": "cpp cc cxx hpp", "json": "json", "nix": "nix", "haskell": "hs",
    }.items()
    for suffix in suffixes.split()
}  # fmt: skip
"""Suffixes and the names of their grammars; a name that the parser does not know would end its process."""

_DATA = frozenset({"hcl", "yaml", "json"})
MAX_TEXT = 400_000
_PATIENCE = 20.0
"""Seconds that are waited beside a second for every 200 kB, where the system does not end the process itself."""
_SPEED = 200_000
_FAILURES = 3
_SCRIPT = Path(__file__).with_name("parsing.py")


class Block(NamedTuple):
    """Lines of a file, 1-based, both inside, and what they are: `f`unction, `t`ype, `m`apping, other `b`lock."""

    start: int
    end: int
    kind: str

    @property
    def size(self) -> int:
        """How many lines it has."""
        return self.end - self.start + 1


def is_code(path: str) -> bool:
    """Whether a file is of a programming language, by its suffix."""
    return LANGUAGES.get(path.rpartition(".")[2].lower(), "json") not in _DATA


def parse(files: Mapping[str, str]) -> dict[str, tuple[Block, ...]]:
    """The blocks of each file; none where no grammar is at hand, or one took too long.

    Args:
        files: path and text.
    """
    known = [(path, LANGUAGES.get(path.rpartition(".")[2].lower(), ""), text) for path, text in files.items()]
    left = [one for one in known if one[1] and 0 < len(one[2]) <= MAX_TEXT]
    found: dict[str, tuple[Block, ...]] = dict.fromkeys(files, ())
    for _ in range(_FAILURES):
        if not left:
            break
        answers = _run(left)
        found |= {path: blocks for (path, _, _), blocks in zip(left, answers, strict=False)}
        left = left[len(answers) + 1 :]  # the first without an answer ended the process
    return found


def _run(files: Sequence[tuple[str, str, str]]) -> list[tuple[Block, ...]]:
    """The blocks of the first so many files, as far as the process came."""
    asked = b"".join(json.dumps({"language": language, "text": text}).encode() + b"\n" for _, language, text in files)
    command = [sys.executable, "-I", str(_SCRIPT)]
    try:
        with subprocess.Popen(  # noqa: S603 - this interpreter and our own file
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            try:
                out, _ = process.communicate(asked, _PATIENCE + len(asked) / _SPEED)
            except subprocess.TimeoutExpired:
                process.kill()
                out, _ = process.communicate()
            except BaseException:
                process.kill()
                raise
    except OSError:
        return []
    return list(_answers(out.split(b"\n")[:-1]))


def _answers(lines: Iterable[bytes]) -> Iterable[tuple[Block, ...]]:
    for line in lines:
        try:
            yield tuple(Block(int(start), int(end), str(kind)) for start, end, kind in json.loads(line))
        except (ValueError, TypeError):
            yield ()


def window(blocks: Iterable[Block], line: int, limit: int, lines: int) -> frozenset[int] | None:
    """The lines of the block around a line that has the most to say and at most `limit` lines; None where none is known.

    A function or resource comes before the type it belongs to; the mapping of YAML that has a few lines before the document.
    Where the function is too long: the largest block inside it, or the lines around, and the function's first line.

    Args:
        blocks: of the file.
        line: 1-based line that must be inside.
        limit: how many lines are wanted at most.
        lines: how many the file has.
    """
    around = sorted((one for one in blocks if one.start <= line <= one.end <= lines), key=lambda one: one.size)
    if not around:
        return None
    fitting = [one for one in around if one.size <= limit]
    chosen = _chosen(fitting)
    owner = next((one for one in around if one.kind in "ft" and one.size > limit), None)
    if chosen is not None and (owner is None or chosen.kind != "b"):
        return frozenset(range(chosen.start, chosen.end + 1))
    if owner is None:
        return None
    room = limit - (limit > 1)
    if chosen is not None and chosen.size <= room:
        own = range(chosen.start, chosen.end + 1)
    else:
        start = max(line - room // 3, owner.start)
        own = range(start, max(min(start + room, owner.end + 1), line + 1))
    return frozenset([*own, owner.start]) if limit > 1 else frozenset(own)


def _chosen(fitting: Sequence[Block]) -> Block | None:
    """Of blocks from the smallest on the one to show."""
    functions = [one for one in fitting if one.kind == "f"]
    if functions:
        return functions[-1]
    mappings = [one for one in fitting if one.kind == "m"]
    if mappings:
        return next((one for one in mappings if one.size >= _SOME), mappings[-1])
    return fitting[-1] if fitting else None


_SOME = 4
