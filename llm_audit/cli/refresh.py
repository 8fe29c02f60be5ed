"""`llm-audit refresh`: bring the document up to date without losing what people wrote into it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from llm_audit.cli.model import NOTHING, Asked, asks_model, author_of, outcome_lines, require_words
from llm_audit.cli.options import NoCache, NoProgress, Paths, Quiet, TreePath, prepare, progress_line
from llm_audit.errors import UsageError

if TYPE_CHECKING:
    from llm_audit.refreshing.fields import Choice, Conflict, Decide
    from llm_audit.upkeep.renewal import Renewal


@asks_model
def refresh(
    path: TreePath = ".",
    output: Annotated[
        str | None, typer.Option("--output", "--document", "-o", help="The document, inside PATH.")
    ] = None,
    paths: Paths = None,
    section: Annotated[str, typer.Option("--section", help="Only entries under this heading or label.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Show the diff; write no file.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the diff as well.")] = False,
    take_mine: Annotated[bool, typer.Option("--take-mine", help="In a contradiction, keep what people wrote.")] = False,
    take_theirs: Annotated[
        bool, typer.Option("--take-theirs", help="In a contradiction, write what the code says.")
    ] = False,
    interactive: Annotated[bool, typer.Option("--interactive", "-i", help="Ask in each contradiction.")] = False,
    stamp: Annotated[bool, typer.Option("--stamp", help="Write the commit into the document's front matter.")] = False,
    date: Annotated[str | None, typer.Option("--date", help="YYYY-MM-DD that the document carries.")] = None,
    asked: Asked = NOTHING,
    no_cache: NoCache = False,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> None:
    """Bring INTEGRATIONS.md up to date; what people wrote stays. Exit 1 when a contradiction is left open.

    With --model, the model writes the sentences of the entries that changed, and is asked about no other.
    """
    from llm_audit.upkeep import renewal

    if take_mine + take_theirs + interactive > 1:
        raise UsageError("--take-mine, --take-theirs and --interactive exclude each other")
    flags = {
        "output": output, "paths": paths, "date": date, "quiet": quiet or None,
        "progress": False if no_progress else None, "cache": False if no_cache else None, **asked,
    }  # fmt: skip
    root, settings, remarks = prepare(path, flags)
    author = author_of(root, settings, dry=dry_run, verb="refresh")
    wish = renewal.Wish(section, stamp, _decider(take_mine, take_theirs, interactive))
    done = renewal.renew(root, settings, wish, progress_line(settings), author)
    if (dry_run or diff) and done.differs:
        print(renewal.diff(done, settings.output))
    written = False if dry_run else renewal.save(done)
    for conflict in done.open:
        print("\n".join(_shown(conflict, settings.output)))
    if not quiet:
        for line in [*remarks, *_summary(done, written=written, dry_run=dry_run), *outcome_lines(author)]:
            print(line, file=sys.stderr)
    if done.open:
        raise typer.Exit(1)
    require_words(author)


def _decider(take_mine: bool, take_theirs: bool, interactive: bool) -> Decide:
    from llm_audit.refreshing.fields import Choice

    if interactive:
        if not sys.stdin.isatty():
            raise UsageError("--interactive needs a terminal", "use --take-mine or --take-theirs")
        answers: dict[Conflict, Choice] = {}
        return lambda conflict: (
            answers.setdefault(conflict, _ask(conflict)) if conflict not in answers else answers[conflict]
        )
    choice = Choice.MINE if take_mine else Choice.THEIRS if take_theirs else Choice.OPEN
    return lambda _: choice


def _ask(conflict: Conflict) -> Choice:
    from llm_audit.refreshing.fields import Choice

    print("\n".join(_shown(conflict, "")), file=sys.stderr)
    while True:
        print("[m]ine, [t]heirs, [l]eave open? ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        choice = {"m": Choice.MINE, "t": Choice.THEIRS, "l": Choice.OPEN, "": Choice.OPEN}.get(
            answer.strip().lower()[:1]
        )
        if choice and (answer.strip() or not answer):
            return choice


def _shown(conflict: Conflict, document: str) -> Iterator[str]:
    from llm_audit.redact import clean

    name = f"{conflict.name} / {conflict.label}" if conflict.label else conflict.name
    yield f"{document}:{conflict.line}: {name}: the document and the code contradict each other"
    for mark, text in (("-", conflict.mine), ("+", conflict.theirs)):
        for line in text.split("\n") if text else []:
            yield f"  {mark} {''.join(char if char.isprintable() else '?' for char in clean(line))}"
    if not conflict.theirs:
        yield "  + (nothing in the code speaks of it any more)"


def _summary(done: Renewal, *, written: bool, dry_run: bool) -> Iterator[str]:
    result = done.result
    parts = [
        f"added {_names([one.entry.name for one in result.added])}" if result.added else "",
        f"removed {_names([one.name for one in result.removed])}" if result.removed else "",
        f"rewrote {_names([one.name for one in result.rewrites])}" if result.rewrites else "",
        f"mended {len(done.mended.made)} values" if done.mended.made else "",
        f"re-linked {result.relinked + len(result.moved)} entries" if result.relinked or result.moved else "",
    ]
    said = "; ".join(part for part in parts if part) or "Nothing to change"
    yield f"{'Would have ' if dry_run and said[0].islower() else ''}{said}"
    if done.open:
        yield f"{len(done.open)} contradictions left open; --take-mine, --take-theirs or --interactive settles them"
    if written:
        yield f"Wrote {done.target}"


def _names(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))
