"""What an endpoint can really do: one small request for each thing, nothing of any repository in them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from llm_audit import redact
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
_OFFERED, _LONGEST_NAME = 5, 80
"""How many names of models are told, and how much of each."""
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
        offered: some of the models that the endpoint lists, where the one asked for is not among them.
    """

    reached: bool
    fault: str = ""
    listed: bool | None = None
    context: int = 0
    rungs: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    small: bool = False
    offered: tuple[str, ...] = ()


async def probe(endpoint: Endpoint, model: str, patience: Patience) -> Probe:
    """Asks the endpoint for its models and the model for one small answer on each rung."""
    async with Line(endpoint, model, patience) as line:
        rows = await _models(line)
        mine = next((row for row in rows if row.get("id") == model), None)
        found = await _tried(line)
    context, listed = _context(mine or {}), mine is not None if rows else None
    names = [redact.clean(str(row.get("id", ""))[:_LONGEST_NAME]) for row in rows] if mine is None else []
    offered = tuple(name for name in names if name and name.isprintable())[:_OFFERED]
    return replace(found, listed=listed, context=context, small=_small(model, mine or {}, context), offered=offered)


async def _tried(line: Line) -> Probe:
    """What comes of one small request on each rung."""
    rungs: list[str] = []
    refused: list[str] = []
    for rung in RUNGS:
        try:
            fault = await _rung(line, rung)
        except Stopped as error:
            return Probe(True, str(error))
        except Passing as error:
            lost = "connection" in str(error)
            mend = "; start the server, or correct --base-url" if lost else ""
            return Probe(not lost, f"{error}{mend}", rungs=tuple(rungs), refused=tuple(refused))
        except Refused as error:
            fault = f"refused: {error}"
        if fault:
            refused.append(f"{rung}: {fault}")
        else:
            rungs.append(rung)
    none = "no kind of output gave valid JSON; name another model" if not rungs else ""
    return Probe(True, none, rungs=tuple(rungs), refused=tuple(refused))


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


async def _models(line: Line) -> list[dict[str, Any]]:
    """What the endpoint says of its models; nothing where it lists none."""
    try:
        return await line.models()
    except (Passing, Refused, Stopped, httpx2.HTTPError):
        return []


def _context(meta: dict[str, Any]) -> int:
    return _number(meta, ("n_ctx", "max_model_len", "context_length", "context_window", "n_ctx_train"))


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
