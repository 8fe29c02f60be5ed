"""What `draft`, `refresh`, `doctor` and `replay` share: options for a model, and what a run with one tells the user."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from llm_audit.excerpts.counting import Counter
    from llm_audit.settings import Settings
    from llm_audit.wording.stage import Prepared, Worded
    from llm_audit.wording.tally import SectionReport
    from llm_audit.writers.author import Author

ModelName = Annotated[str | None, typer.Option("--model", help="Have this model write the sentences.")]
BaseUrl = Annotated[str | None, typer.Option("--base-url", help="Of an OpenAI-compatible endpoint.")]
ApiKeyEnv = Annotated[
    str | None, typer.Option("--api-key-env", help="Variable that holds the key for --base-url; `none` for no key.")
]
Offline = Annotated[bool, typer.Option("--offline", help="No model and no network, whatever the settings say.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the exact requests; send and write nothing.")]
MaxTokens = Annotated[int | None, typer.Option("--max-tokens", help="Cap on the run's input and output together.")]
Concurrency = Annotated[int | None, typer.Option("--concurrency", help="Calls side by side.")]
Small = Annotated[
    bool | None,
    typer.Option("--small/--no-small", help="One candidate per call, for small models.", show_default="asks doctor"),
]

Asked = Mapping[str, Any]
"""The options for a model that were given, as settings."""

NOTHING: Asked = MappingProxyType({})

_OPTIONS: dict[str, Any] = {
    "model": ModelName,
    "base_url": BaseUrl,
    "api_key_env": ApiKeyEnv,
    "offline": Offline,
    "max_tokens": MaxTokens,
    "concurrency": Concurrency,
    "small": Small,
}
"""What commands that may ask a model have in common, by the names of settings."""


def asks_model(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options for a model; it gets those that were given, as settings, in its parameter `asked`."""

    def run(**given: Any) -> None:
        asked = {name: given.pop(name) for name in _OPTIONS}
        # False of a plain switch means that it was not given
        asked["offline"] = asked["offline"] or None
        command(**given, asked={name: value for name, value in asked.items() if value is not None})

    own = inspect.signature(command, eval_str=True)
    options = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=False if name == "offline" else None, annotation=kind
        )
        for name, kind in _OPTIONS.items()
    ]
    rest = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for name, one in own.parameters.items() if name != "asked"]
    at = list(own.parameters).index("asked")
    run.__signature__ = own.replace(parameters=[*rest[:at], *options, *rest[at:]])  # type: ignore[attr-defined]
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    return run


def author_of(root: Path, settings: Settings, *, dry: bool, verb: str = "draft") -> Author | None:
    """Who writes the words in this run; None when code writes alone.

    Raises:
        UsageError: the endpoint is wrong, or no key is kept for it.
    """
    if settings.offline or not settings.model:
        return None
    from llm_audit import config, folders
    from llm_audit.cli.progress import Board
    from llm_audit.wording.records import Store
    from llm_audit.writers.author import Author

    board = Board(live=settings.progress and sys.stderr.isatty(), quiet=settings.quiet)

    def announce(prepared: Prepared, counter: Counter) -> None:
        if not settings.quiet:
            print("\n".join(plan_lines(prepared, counter, settings.cost)), file=sys.stderr)
        board.plan(prepared)

    store = Store(folders.cache_folder())
    return Author(root, settings, config.endpoint(settings), store, announce, board.tell, dry, verb)


def plan_lines(
    prepared: Prepared, counter: Counter, cost: Callable[[int, int], float | None] = lambda _in, _out: None
) -> list[str]:
    """What is about to be sent, section by section, and what it costs at most where a price is set."""
    briefs = prepared.planned.briefs
    known, capped = set(prepared.known), {one.key for one in prepared.capped}
    lines = [f"{'To be sent':<32} {'calls':>5} {'known':>5} {'files':>5} {'excerpts':>8} {'tokens':>8}"]
    for section in dict.fromkeys(one.section for one in briefs):
        own = [one for one in briefs if one.section == section]
        asked = [one for one in own if one.key not in known and one.key not in capped]
        files = {excerpt.path for one in asked for excerpt in one.excerpts}
        spans = sum(len(excerpt.spans) for one in asked for excerpt in one.excerpts)
        cut = sum(one.key in capped for one in own)
        lines.append(
            f"{section:<32} {len(asked):>5} {len(own) - len(asked) - cut:>5} {len(files):>5} {spans:>8} "
            f"{sum(one.tokens for one in asked):>8,}" + (f"  {cut} left to the token cap" if cut else "")
        )
    sent, answers = (sum(getattr(one, name) for one in prepared.asked) for name in ("tokens", "answer_tokens"))
    lines.append(
        f"{_count(len(prepared.asked), 'call')}, {sent:,} input tokens by {counter.label}, at most {answers:,} output tokens"
        + ("" if (price := cost(sent, answers)) is None else f"; at most {price:.4f} at the price that is set")
    )
    if prepared.planned.left_out:
        out = [one.section for one in prepared.planned.left_out]
        by = ", ".join(f"{section} {out.count(section)}" for section in dict.fromkeys(out))
        lines.append(f"Left with what code says, being of least weight: {_count(len(out), 'candidate')} ({by})")
    return lines


def result_lines(worded: Worded, record: Path | None) -> list[str]:
    """What came of a run with a model; the seconds are those of the longest call."""
    from llm_audit.wording.tally import SectionReport

    head = f"{'Written':<32} {'calls':>5} {'known':>5} {'in':>7} {'out':>6} {'s':>6} {'kept':>5} {'flagged':>7} {'dropped':>7}"
    lines = [head, *map(_row, worded.sections)]
    if len(worded.sections) > 1:
        counts = "calls hits sent received kept flagged dropped retries capped".split()
        sums = {name: sum(getattr(one, name) for one in worded.sections) for name in counts}
        lines.append(_row(SectionReport("In all", seconds=max(one.seconds for one in worded.sections), **sums)))
    lines += [f"Aside: {one.said}; {one.became}" for one in worded.remarks]
    lines += [f"Written offline: {', '.join(sections)}: {why}" for why, sections in worded.unworded.items()]
    return [*lines, f"Run record: {record}"] if record else lines


def outcome_lines(author: Author | None) -> list[str]:
    """What the model wrote in this run; nothing when none was asked."""
    return result_lines(author.worded, author.record) if author and author.worded else []


def require_words(author: Author | None) -> None:
    """Ends the run when something that should have a model's words has not.

    Raises:
        typer.Exit: with 3.
    """
    if author and author.worded and author.worded.unworded:
        raise typer.Exit(3)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _row(one: SectionReport) -> str:
    return (
        f"{one.section:<32} {one.calls:>5} {one.hits:>5} {one.sent:>7,} {one.received:>6,} {one.seconds:>6.1f} "
        f"{one.kept:>5} {one.flagged:>7} {one.dropped:>7}"
        + (f"  {_count(one.retries, 'retry', 'retries')}" if one.retries else "")
        + (f"  {one.capped} left to the token cap" if one.capped else "")
    )
