"""What `llm-audit redact` does: filter texts, say where secrets stand, prove on the user's text that none survives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from llm_audit import redact, repo
from llm_audit.errors import SafetyError, UsageError
from llm_audit.model import Redacted, SourceFile
from llm_audit.redact.fakes import Fake, fakes
from llm_audit.redact.learning import Learner

_SAMPLE = 200_000
_PIECE = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A secret, without its value: what kind, in which file, on which line (0: in the file's name)."""

    kind: str
    path: Redacted
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}"


@dataclass(frozen=True, slots=True)
class Filtered:
    """A filtered text and what was found in it."""

    path: Redacted
    text: Redacted
    found: tuple[Found, ...]


def filtered(texts: Sequence[tuple[str, str]]) -> Iterator[Filtered]:
    """Each text with its secrets replaced. A secret in one of them is known in all.

    Args:
        texts: path and content.

    Raises:
        SafetyError: the filter could not run, or did not come to rest.
    """
    with Learner(threads=0) as learner:
        for path, text in texts:
            if redact.concerns(path):
                redact.scan(text, path)
            learner.see(path, text)
        redact.learn(value for value in learner.finish() if not redact.is_allowed(value))
    for path, text in texts:
        shown = redact.clean(repo.printable(path))
        in_name = [Found(span.kind, shown, 0) for span in redact.scan(path, path)]
        inside = [Found(s.kind, shown, text.count("\n", 0, s.start) + 1) for s in redact.scan(text, path)]
        yield Filtered(shown, redact.redact(text, path)[0], (*in_name, *inside))


def read(path: str, data: bytes) -> str:
    """The text of a file's bytes.

    Raises:
        UsageError: they are no text.
    """
    text = repo.decode(data)
    if text is None:
        raise UsageError(f"{redact.clean(repo.printable(path))} is not a text file")
    return text


def self_test(root: Path) -> tuple[int, int]:
    """Plants one fake of every kind into a copy of text of the tree; gives how many, and into how many characters.

    Raises:
        SafetyError: a fake survived; the message names its kind and its place in the table.
    """
    planted = tuple(fakes())
    redact.learn(fake.secret for fake in planted if fake.known)
    sample = _sample(root)
    lines = sample.split("\n")
    step = max(1, len(lines) // (len(planted) + 1))
    for number, fake in enumerate(planted):
        lines.insert(min(len(lines), (number + 1) * step + number), fake.line)
    text = "\n".join(lines)
    shown, _ = redact.redact(text)
    for number, fake in enumerate(planted):
        if piece := _survivor(fake, shown, sample):
            raise SafetyError(f"self-test: {len(piece)} characters of fake {number} ({fake.kind}) survived")
    if shown.count("\n") != text.count("\n"):
        raise SafetyError("self-test: the number of lines changed")
    return len(planted), len(text)


def _survivor(fake: Fake, shown: str, sample: str) -> str:
    """A piece of the fake that is still there and was not there before."""
    bare, before = "".join(shown.split()), "".join(sample.split())
    secret = "".join(fake.secret.split())
    pieces = (secret[at : at + _PIECE] for at in range(max(1, len(secret) - _PIECE + 1)))
    return next((piece for piece in pieces if piece in bare and piece not in before), "")


def _sample(root: Path) -> str:
    """Text of the tree, up to a limit, taken from files spread over it."""
    paths = repo.walk(root)
    parts: list[str] = []
    size = 0
    for path in paths[:: max(1, len(paths) // 60)]:
        file = repo.read(root, path)
        if isinstance(file, SourceFile) and size < _SAMPLE:
            parts.append(file.text[:20_000])
            size += len(parts[-1])
    return "\n".join(parts)
