"""What a model is sent for real repositories: `python -m tests.bench.tokens [--labels FOLDER] TREE ...`.

For each tree: files, candidates, calls, input tokens, tokens of all text in the tree, and the share of entries (of a
label's core services, where one is given) whose strongest evidence lies inside the excerpts.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import argparse
import json
from pathlib import Path

from llm_audit import catalog, integrations, repo, templates
from llm_audit.excerpts import Source, spread
from llm_audit.excerpts.counting import Counter, counter_for
from llm_audit.gathering.collecting import collect
from llm_audit.model import Candidate, SourceFile
from llm_audit.wording import prompting
from llm_audit.wording.briefs import SMALL, Limits, Planned, plan


def main() -> None:
    """Prints one line for each tree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--labels", type=Path, help="folder of label files, `<tree's name>.json`")
    parser.add_argument("--model", default="gpt-4o", help="whose encoding counts")
    parser.add_argument("--small", action="store_true")
    given = parser.parse_args()
    counter = counter_for(given.model)
    print(f"counted by {counter.label}")
    print(f"{'tree':<40} {'files':>6} {'cand.':>5} {'calls':>5} {'sent':>7} {'whole':>10} {'shown':>6} {'left':>4}")
    for root in given.trees:
        print(line(root.resolve(), counter, given.labels, SMALL if given.small else Limits()))


def line(root: Path, counter: Counter, labels: Path | None, limits: Limits) -> str:
    """The figures of one tree."""
    template = templates.load()
    collected = collect(root)
    found = integrations.find(collected, catalog.load(), template, root.name)
    source = Source(lambda path: repo.read(root, path), lambda: repo.walk(root))
    planned = plan(found.candidates, template, prompting.load(template), source, counter, limits)
    wanted = core(found.candidates, labels / f"{root.name}.json" if labels else None)
    shown = sum(one_shown(one, planned) for one in wanted)
    sent = sum(brief.tokens for brief in planned.briefs)
    share = f"{shown / len(wanted):.2f}" if wanted else "-"
    return (
        f"{root.name:<40} {collected.files:>6,} {len(found.candidates):>5} {len(planned.briefs):>5} {sent:>7,} "
        f"{whole(root, counter):>10,} {share:>6} {len(planned.left_out):>4}"
    )


def core(candidates: tuple[Candidate, ...], label: Path | None) -> list[Candidate]:
    """The candidates that a label names among its core services; all services without a label."""
    services = [one for one in candidates if not one.key.startswith(("env:", "host:")) and ":" not in one.key]
    if label is None or not label.exists():
        return services
    rows = [row for row in json.loads(label.read_text())["services"] if row.get("importance") == "core"]
    names = {name.lower() for row in rows for name in (row["name"], *row.get("match", ()))}
    return [one for one in services if any(name in one.name.lower() for name in names)]


def one_shown(candidate: Candidate, planned: Planned) -> bool:
    """Whether the strongest fact of a candidate lies inside an excerpt of its brief."""
    order = spread(candidate.facts)
    return not order or any(
        excerpt.path == order[0].path and any(a <= order[0].line <= b for a, b in excerpt.spans)
        for brief in planned.briefs
        if candidate in [one for _, one in brief.candidates]
        for excerpt in brief.excerpts
    )


def whole(root: Path, counter: Counter) -> int:
    """Tokens of all text in the tree."""
    files = (repo.read(root, path) for path in repo.walk(root))
    return sum(counter.count(file.text) for file in files if isinstance(file, SourceFile) and len(file.text) < 500_000)


if __name__ == "__main__":
    main()
