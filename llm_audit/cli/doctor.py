"""`llm-audit doctor`: what an endpoint and model can really do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from llm_audit.cli.model import ApiKeyEnv, BaseUrl, ModelName
from llm_audit.errors import UsageError

if TYPE_CHECKING:
    from llm_audit.endpoint import Endpoint
    from llm_audit.writers.openai import Probe


def doctor(model: ModelName = None, base_url: BaseUrl = None, api_key_env: ApiKeyEnv = None) -> None:
    """Check endpoint, key, model, context size and kinds of structured output, with one small request each."""
    import asyncio

    from llm_audit import config, folders
    from llm_audit.wording.records import Store
    from llm_audit.writers.author import patience
    from llm_audit.writers.openai import Patience, probe

    settings = config.user_settings({"model": model, "base_url": base_url, "api_key_env": api_key_env})
    if settings.offline:
        raise UsageError("offline is set; doctor needs the network")
    if not settings.model:
        raise UsageError("no model is named", "name one with --model NAME")
    endpoint = config.endpoint(settings)
    found = asyncio.run(probe(endpoint, settings.model, patience(settings, endpoint, Patience(attempts=2, total=60.0))))
    print("\n".join(_lines(endpoint, settings.model, found)))
    if not found.rungs:
        raise typer.Exit(3)
    ability: dict[str, Any] = {"rung": found.rungs[0], "context": found.context, "small": found.small}
    Store(folders.cache_folder()).keep_ability(endpoint.shown, settings.model, ability)


def _lines(endpoint: Endpoint, model: str, found: Probe) -> list[str]:
    """What was found out, one line for each thing; of what could not be tried nothing but the fault."""
    offers = f"; it lists {', '.join(found.offered)}" if found.offered else ""
    listed = {True: "listed", False: f"not listed by the endpoint{offers}", None: "the endpoint lists no models"}[
        found.listed
    ]
    lines = [
        f"Endpoint: {endpoint.shown}: {'answers' if found.reached else 'no answer'}",
        f"Key: {'kept for this endpoint' if endpoint.key else 'none'}",
    ]
    if found.rungs or found.refused or found.listed is not None:
        lines.append(f"Model: {model} ({listed})")
    if found.rungs or found.refused:
        lines += [
            f"Context: {f'{found.context:,} tokens' if found.context else 'not told'}",
            f"Structured output: {', '.join(found.rungs) or 'none'}",
            *(f"  {line}" for line in found.refused),
        ]
    if found.rungs:
        lines.append(f"Briefs: {'one candidate per call (small model)' if found.small else 'whole sections'}")
    return [*lines, f"Fault: {found.fault}"] if found.fault else lines
