"""`llm-audit redact`: filters a text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from llm_audit.errors import UsageError


def redact(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="A text file.", show_default="stdin")] = "-",
) -> None:
    """Copy a text to stdout with everything that looks like a secret replaced."""
    from llm_audit import config
    from llm_audit import redact as filter_
    from llm_audit.repo import decode

    filter_.use_cache(config.cache_folder() / "rules")
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    text = decode(data)
    if text is None:
        raise UsageError(f"{file} is not a text file")
    sys.stdout.write(filter_.redact(text)[0])
