"""What the stage of words and whoever answers agree on: a brief goes out, an outcome comes back, never an exception."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from llm_audit.wording.answers import Answer
from llm_audit.wording.briefs import Brief
from llm_audit.wording.request import Message

RUNGS = ("json_schema", "json_object", "text")
"""Kinds of structured output, the strictest first."""

Keep = Callable[[Brief, Answer], None]
"""Given each usable answer as soon as it is there."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened to a call.

    Attributes:
        text: a line for the user.
        sent: input tokens since the note before.
        received: output tokens since then.
        retries: requests that are made again since then.
        last: whether the call is through.
        trouble: whether the user should hear of it even without a display.
    """

    text: str = ""
    sent: int = 0
    received: int = 0
    retries: int = 0
    last: bool = False
    trouble: bool = False

    def __str__(self) -> str:
        return self.text


Tell = Callable[[str, Note], None]
"""Told what happens: the brief's key, and a note for the user."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one brief.

    Attributes:
        brief: as it was sent last; shorter than planned when the endpoint found it too long.
        answer: the usable answer, or None.
        fault: why there is none, in words for the user.
        calls: requests that were answered or failed.
        retries: those that were sent again.
        sent: input tokens.
        received: output tokens.
        seconds: wall time.
        cached: whether the answer was known already.
        rung: kind of structured output that gave it.
    """

    brief: Brief
    answer: Answer | None = None
    fault: str = ""
    calls: int = 0
    retries: int = 0
    sent: int = 0
    received: int = 0
    seconds: float = 0.0
    cached: bool = False
    rung: str = ""


class Asker(Protocol):
    """Answers briefs."""

    async def ask_all(self, briefs: tuple[Brief, ...], tell: Tell, keep: Keep) -> tuple[Outcome, ...]:
        """One outcome for each brief, in their order."""
        ...


def body(
    brief: Brief, rung: str = RUNGS[0], messages: tuple[Message, ...] = (), dropped: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The parameters of the chat completion for a brief, the model's name aside.

    Args:
        brief: what is asked.
        rung: kind of structured output.
        messages: instead of the brief's own.
        dropped: parameters that the endpoint does not take.
    """
    limit = "max_completion_tokens" if "max_tokens" in dropped else "max_tokens"
    given: dict[str, Any] = {
        "messages": [{"role": one.role, "content": one.text} for one in messages or brief.messages],
        limit: brief.answer_tokens,
        "temperature": 0,
        "seed": 1,
    }
    if rung == "json_schema":
        schema = {"name": "answer", "strict": True, "schema": json.loads(brief.schema)}
        given["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif rung == "json_object":
        given["response_format"] = {"type": "json_object"}
    return {name: value for name, value in given.items() if name not in dropped}
