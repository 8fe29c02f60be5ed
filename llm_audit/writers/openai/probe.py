"""What an endpoint can really do: one small request for each thing, nothing of any repository in them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx2

from llm_audit.endpoint import Endpoint
from llm_audit.wording.asking import RUNGS
from llm_audit.writers.openai.client import Line, Passing, Patience, Refused, Stopped

_SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red", "blue"]}},
    "required": ["colour"],
    "additionalProperties": False,
}
_ASK = "Which colour has the sky on a clear day? Answer with a JSON object that has one key, colour."
_SMALL_CONTEXT = 12_000
_SMALL_PARAMETERS = 9e9


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found out.

    Attributes:
        reached: whether the endpoint answered at all.
        fault: why not, or why the model cannot be used.
        listed: whether the endpoint lists the model; None when it lists none.
        context: tokens that the model can take, 0 when the endpoint does not say.
        rungs: kinds of structured output that gave a valid answer.
        refused: what was said of the others.
        small: whether the model is so small that it should get one candidate at a time.
    """

    reached: bool
    fault: str = ""
    listed: bool | None = None
    context: int = 0
    rungs: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    small: bool = False


async def probe(endpoint: Endpoint, model: str, patience: Patience) -> Probe:
    """Asks the endpoint for its models and the model for one small answer on each rung."""
    async with Line(endpoint, model, patience) as line:
        listed, meta = await _listed(line, model)
        context = _number(meta, ("n_ctx", "max_model_len", "context_length", "context_window", "n_ctx_train"))
        small = _small(model, meta, context)
        rungs: list[str] = []
        refused: list[str] = []
        for rung in RUNGS:
            try:
                fault = await _rung(line, rung)
            except Stopped as error:
                return Probe(True, str(error), listed, context, small=small)
            except Passing as error:
                reached = "connection" not in str(error)
                return Probe(reached, str(error), listed, context, tuple(rungs), tuple(refused), small)
            except Refused as error:
                fault = f"refused: {error}"
            if fault:
                refused.append(f"{rung}: {fault}")
            else:
                rungs.append(rung)
        return Probe(True, "" if rungs else "no kind of output gave valid JSON", listed, context, tuple(rungs),
                     tuple(refused), small)  # fmt: skip


async def _rung(line: Line, rung: str) -> str:
    """What is wrong with the answer on a rung; empty when it holds."""
    given: dict[str, Any] = {"messages": [{"role": "user", "content": _ASK}], "max_tokens": 60, "temperature": 0}
    if rung == "json_schema":
        given["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": _SCHEMA},
        }
    elif rung == "json_object":
        given["response_format"] = {"type": "json_object"}
    try:
        reply = await line.send(given, lambda _: None, lambda: True, lambda _: None)
    except Refused as error:
        if "max_completion_tokens" not in str(error):
            raise
        given["max_completion_tokens"] = given.pop("max_tokens") * 10
        given.pop("temperature")
        reply = await line.send(given, lambda _: None, lambda: True, lambda _: None)
    if reply.text is None:
        return reply.fault or "no text"
    match = re.search(r"\{[^{}]{0,400}\}", reply.text)
    try:
        value = json.loads(reply.text if rung != "text" or not match else match[0])
    except ValueError:
        return "not JSON"
    if not isinstance(value, dict) or "colour" not in value:
        return "another object than asked for"
    return "the schema is ignored" if rung == "json_schema" and value["colour"] not in ("red", "blue") else ""


async def _listed(line: Line, model: str) -> tuple[bool | None, dict[str, Any]]:
    """Whether the endpoint lists the model, and what it says of it."""
    try:
        rows = await line.models()
    except (Passing, Refused, Stopped, httpx2.HTTPError):
        return None, {}
    mine = next((row for row in rows if row.get("id") == model), None)
    if not rows:
        return None, {}
    return mine is not None, mine or {}


def _number(meta: dict[str, Any], names: tuple[str, ...]) -> int:
    inner = meta.get("meta") if isinstance(meta.get("meta"), dict) else {}
    for name in names:
        for holder in (meta, inner or {}):
            value = holder.get(name)
            if isinstance(value, int) and value > 0:
                return value
    return 0


def _small(model: str, meta: dict[str, Any], context: int) -> bool:
    """Few parameters, by what the endpoint says or the model's name does; or a short context."""
    parameters = _number(meta, ("n_params",))
    named = re.search(r"(?i)(?<![a-z0-9.])(\d{1,3}(?:\.\d)?)b(?![a-z0-9])", model)
    count = parameters or (float(named[1]) * 1e9 if named else 0)
    return 0 < count < _SMALL_PARAMETERS or 0 < context < _SMALL_CONTEXT
