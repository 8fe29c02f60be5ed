"""`llm-audit redact`: filters texts, or says where secrets stand."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from llm_audit.cli.options import AsJson
from llm_audit.errors import UsageError

Files = Annotated[list[str] | None, typer.Argument(metavar="[FILE]...", help="Text files.", show_default="stdin")]


def redact(
    files: Files = None,
    check: Annotated[
        bool, typer.Option("--check", help="Print kind and path:line of each secret; exit 1 when there is one.")
    ] = False,
    as_json: AsJson = False,
    selftest: Annotated[
        bool, typer.Option("--selftest", help="Plant fakes into a copy of text from FILE, a folder; none may survive.")
    ] = False,
) -> None:
    """Copy texts to stdout with everything that looks like a secret replaced."""
    from llm_audit import config, folders, redacting, repo
    from llm_audit import redact as filter_

    settings = config.user_settings({})
    filter_.use_cache(folders.cache_folder() / "rules")
    filter_.allow(settings.redact.allow)
    if selftest:
        planted, size = redacting.self_test(repo.open_root(files[0] if files else "."))
        print(f"{planted} fakes planted in {size:,} characters, none survived")
        return
    results = list(redacting.filtered([(path, redacting.read(path, _bytes(path))) for path in files or ["-"]]))
    found = [one for result in results for one in result.found]
    for remark in config.allowed_remarks(settings):
        print(remark, file=sys.stderr)
    if as_json:
        rows = [{"kind": one.kind, "path": one.path, "line": one.line} for one in found]
        texts = {} if check else {"texts": [{"path": one.path, "text": one.text} for one in results]}
        print(json.dumps({"found": rows, **texts}, indent=1, ensure_ascii=False))
    elif check:
        for one in found:
            print(one)
    else:
        sys.stdout.write("".join(result.text for result in results))
    if check and found:
        raise typer.Exit(1)


def _bytes(path: str) -> bytes:
    if not path:
        raise UsageError("a file's path is empty", "name a text file, or none for stdin")
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
