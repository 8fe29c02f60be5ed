"""Asks a model brief by brief: a ladder of structured output, one repair, one shortening, a hard cap on tokens.

Rungs: `json_schema` (strict), `json_object` with the schema in the prompt, `text` likewise. An endpoint that refuses a
rung is asked on the next one from then on.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from llm_audit.endpoint import Endpoint
from llm_audit.excerpts.counting import Counter
from llm_audit.model import Redacted
from llm_audit.redact import redact
from llm_audit.wording.answers import Answer, AnswerFault, parse
from llm_audit.wording.asking import RUNGS, Keep, Note, Outcome, Tell, body
from llm_audit.wording.briefs import Brief
from llm_audit.wording.prompting import Prompts
from llm_audit.wording.request import Message
from llm_audit.writers.openai.client import Line, Passing, Patience, Refused, Reply, Stopped

_LOST = 3
"""Calls in a row that were given up after all their attempts; the endpoint is then left alone for the rest of the run."""
_SCHEMA_WORDS = re.compile(r"(?i)response_format|json_schema|json_object|schema|structured|grammar|strict|json mode")
_LENGTH_WORDS = re.compile(r"(?i)context|too long|too large|maximum|max_model_len|exceed|prompt.{0,40}tokens|length")


@dataclass
class _Known:
    """What was learned of the endpoint in this run."""

    rung: int = 0
    dropped: set[str] = field(default_factory=set)
    stopped: str = ""
    lost: int = 0


class OpenAIAsker:
    """Asks one endpoint and model.

    Args:
        endpoint: where.
        model: whom.
        prompts: for the schema in the prompt and the repair request.
        counter: counts what is sent.
        patience: bounds of time.
        concurrency: calls side by side.
        rung: where on the ladder to begin.
        cap: most tokens, input and output together, that all briefs may cost; 0 for none.
        shorter: gives a brief with less code, or None.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        model: str,
        prompts: Prompts,
        counter: Counter,
        patience: Patience,
        *,
        concurrency: int = 4,
        rung: str = RUNGS[0],
        cap: int = 0,
        shorter: Callable[[Brief], Brief | None] = lambda _: None,
    ) -> None:
        self._endpoint, self._model = endpoint, model
        self._prompts, self._counter, self._patience = prompts, counter, patience
        self._concurrency, self._cap, self._shorter = concurrency, cap, shorter
        self._known = _Known(RUNGS.index(rung) if rung in RUNGS else 0)

    async def ask_all(self, briefs: tuple[Brief, ...], tell: Tell, keep: Keep) -> tuple[Outcome, ...]:
        """One outcome for each brief, in their order; the order of answers has no influence on them."""
        gate = asyncio.Semaphore(max(1, self._concurrency))
        slack = (self._cap - sum(b.tokens + b.answer_tokens for b in briefs)) // max(len(briefs), 1)

        async with Line(self._endpoint, self._model, self._patience) as line:

            async def one(brief: Brief) -> Outcome:
                async with gate:
                    allowance = brief.tokens + brief.answer_tokens + max(slack, 0) if self._cap else 0
                    call = _Call(self, line, brief, allowance, lambda note: tell(brief.key, note))
                    outcome = await call.run()
                    if outcome.answer:
                        keep(brief, outcome.answer)
                    call.end(outcome)
                    return outcome

            return tuple(await asyncio.gather(*map(one, briefs)))


class _Call:
    """One brief on its way: what was sent so far, and how it went."""

    def __init__(
        self, asker: OpenAIAsker, line: Line, brief: Brief, allowance: int, tell: Callable[[Note], None]
    ) -> None:
        self._asker, self._line, self._note = asker, line, tell
        self._told = (0, 0, 0)
        self._brief, self._allowance = brief, allowance
        self._known = asker._known
        self._rung = self._known.rung
        self._extra: tuple[Message, ...] = ()
        self._calls = self._retries = self._sent = self._received = self._reserved = 0
        self._repaired = self._shortened = False

    async def run(self) -> Outcome:
        """The outcome; every failure of the endpoint or the answer is one."""
        started = time.perf_counter()
        fault, answer = "", None
        try:
            while answer is None:
                if self._known.stopped:
                    fault = self._known.stopped
                    break
                answer = await self._step()
        except _GivenUp as error:
            fault = str(error)
        except Stopped as error:
            fault = self._known.stopped = str(error)
        except Passing as error:
            fault = str(error)
            self._retries -= 1  # the last failure was not followed by another attempt
            self._known.lost += 1
            if str(error).startswith("no connection") or self._known.lost >= _LOST:
                self._known.stopped = fault
        return Outcome(
            self._brief, answer, fault, self._calls, self._retries, self._sent, self._received,
            time.perf_counter() - started, rung=RUNGS[self._rung] if answer else "",
        )  # fmt: skip

    def end(self, outcome: Outcome) -> None:
        """Tells how the call went."""
        text = outcome.fault or f"{outcome.sent:,} + {outcome.received:,} tokens, {outcome.seconds:.1f} s"
        self._tell(text, last=True, trouble=outcome.answer is None)

    def _tell(self, text: str, *, last: bool = False, trouble: bool = True) -> None:
        now = (self._sent, self._received, self._retries)
        sent, received, retries = (new - old for new, old in zip(now, self._told, strict=True))
        self._told = now
        self._note(Note(text, sent, received, retries, last, trouble))

    async def _step(self) -> Answer | None:
        """One request and what follows from it: an answer, or a changed request for the next step."""
        try:
            reply = await self._line.send(self._parameters(), self._tell, self._may_try, self._failed)
        except Refused as error:
            self._calls += error.status > 0
            self._change(error)
            return None
        self._calls += 1
        self._known.lost = 0
        self._count(reply)
        try:
            return _answer(reply, self._brief)
        except AnswerFault as error:
            self._repair(str(error), reply)
            return None

    def _parameters(self) -> dict[str, Any]:
        return body(self._brief, RUNGS[self._rung], self._messages(), frozenset(self._known.dropped))

    def _messages(self) -> tuple[Message, ...]:
        messages = self._brief.messages
        if self._rung > 0:
            plain, _ = redact(self._asker._prompts.fill("plain.md", schema=self._brief.schema))
            first = Message(messages[0].role, redact(f"{messages[0].text}\n\n{plain}")[0])
            messages = (first, *messages[1:])
        return (*messages, *self._extra)

    def _tokens(self) -> int:
        """What the next request costs at most, its answer included."""
        counter = self._asker._counter
        texts = sum(counter.count(one.text) + 6 for one in self._messages())
        return texts + (counter.count(self._brief.schema) if self._rung == 0 else 0) + self._brief.answer_tokens

    def _may_try(self) -> bool:
        return not self._allowance or self._reserved + self._tokens() <= self._allowance

    def _failed(self, error: Passing) -> None:
        """A request that broke off may have been billed in full."""
        self._calls += 1
        self._retries += 1
        if error.billed:
            self._reserved += self._tokens()

    def _count(self, reply: Reply) -> None:
        counted = self._tokens() - self._brief.answer_tokens
        received = reply.received or self._asker._counter.count(reply.text or "")
        self._sent += reply.sent or counted
        self._received += received
        self._reserved += max(reply.sent, counted) + received

    def _change(self, error: Refused) -> None:
        """Makes of a refused request one that may be taken, or gives up."""
        reason = str(error)
        for name in ("max_tokens", "temperature", "seed"):
            meant = re.search(rf"\b{name}\b", reason) and (name != "max_tokens" or "max_completion_tokens" in reason)
            if error.status and meant and name not in self._known.dropped:
                self._known.dropped.add(name)
                return
        if error.status and _SCHEMA_WORDS.search(reason) and self._rung + 1 < len(RUNGS):
            self._down()
            return
        if error.status and _LENGTH_WORDS.search(reason) and not self._shortened:
            self._shortened = True
            if (shorter := self._asker._shorter(self._brief)) is not None:
                self._tell("too long for the model; sending less code")
                self._brief = shorter
                return
        if error.status and not reason and self._rung + 1 < len(RUNGS):
            self._down()
            return
        raise _GivenUp(f"the endpoint refuses the request ({error.status}): {reason}" if error.status else reason)

    def _down(self) -> None:
        self._rung += 1
        self._known.rung = max(self._known.rung, self._rung)
        self._tell(f"the endpoint does not take {RUNGS[self._rung - 1]}; asking for {RUNGS[self._rung]}")

    def _repair(self, fault: str, reply: Reply) -> None:
        """Asks once more and says what was wrong; on a lower rung when what came was no JSON."""
        if self._repaired:
            raise _GivenUp(f"two unusable answers; the last: {fault}")
        self._repaired = True
        self._retries += 1
        self._tell(f"unusable answer ({fault}); asking once more")
        if fault.startswith("the answer is not") and self._rung + 1 < len(RUNGS):
            self._rung += 1
        given = redact((reply.text or "")[:2000])[0] or Redacted("(nothing)")
        asked = redact(self._asker._prompts.fill("repair.md", error=fault))[0]
        self._extra = (Message("assistant", given), Message("user", asked))


class _GivenUp(Exception):
    """No further request is made for this brief."""


def _answer(reply: Reply, brief: Brief) -> Answer:
    """The answer in a reply.

    Raises:
        AnswerFault: there is none, or it is of no use.
    """
    if reply.fault:
        raise AnswerFault(reply.fault)
    if reply.refusal:
        raise AnswerFault("the model refused")
    if reply.finish == "length":
        raise AnswerFault("the answer was cut at its length limit; write fewer and shorter claims")
    if reply.finish == "content_filter":
        raise AnswerFault("a content filter held the answer back")
    if not reply.text or not reply.text.strip():
        raise AnswerFault("the answer is not there: no text came back")
    return parse(reply.text, brief)
