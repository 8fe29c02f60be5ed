"""One request to an OpenAI-compatible endpoint: bounded in time and size, retried where that helps, never redirected.

What the environment may add to a request on its own (organisation, project, custom headers, netrc) is taken out again:
nothing but the key that is kept for this endpoint goes to it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import openai
import tenacity

from llm_audit import redact
from llm_audit.endpoint import Endpoint

MAX_BODY = 8 << 20
_KEPT_HEADERS = frozenset("host accept content-type content-length connection transfer-encoding user-agent".split())


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call is given.

    Attributes:
        request: seconds for one request, its whole answer included.
        attempts: requests in all.
        total: seconds for all of them and the waits between.
        base: seconds that the first wait is about.
    """

    request: float = 120.0
    attempts: int = 5
    total: float = 300.0
    base: float = 1.0


class Passing(Exception):
    """A failure that may pass: connection, time-out, 408, 409, 429, 5xx.

    Args:
        message: for the user.
        after: seconds that the endpoint asked to wait, or None.
        billed: whether the endpoint may have done the work.
    """

    def __init__(self, message: str, after: float | None = None, *, billed: bool = False) -> None:
        super().__init__(message)
        self.after = after
        self.billed = billed


class Refused(Exception):
    """The endpoint will not take this request; `status` 400 or 422, `reason` in its own words, filtered."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Stopped(Exception):
    """No request to this endpoint can succeed: 401, 403, 404, a redirect; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a 200 held: the text or None, why it ended, a refusal, the tokens, and why it is no completion."""

    text: str | None
    finish: str
    refusal: str
    sent: int
    received: int
    fault: str = ""


class Line:
    """An open line to one endpoint and model. Use as an async context manager."""

    def __init__(self, endpoint: Endpoint, model: str, patience: Patience) -> None:
        self.model = model
        self._endpoint = endpoint
        self._patience = patience
        self._client = openai.AsyncOpenAI(
            api_key=endpoint.key or "none",
            base_url=endpoint.url,
            max_retries=0,
            timeout=httpx2.Timeout(patience.request, connect=min(10.0, patience.request)),
            http_client=openai.DefaultAsyncHttpxClient(
                follow_redirects=False,
                trust_env=not endpoint.loopback,
                event_hooks={"request": [self._only_ours], "response": [_bounded]},
            ),
        )

    async def __aenter__(self) -> Line:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def _only_ours(self, request: httpx2.Request) -> None:
        """Leaves of the headers those that the request needs, and the key kept for this endpoint."""
        for name in list(request.headers):
            if name.lower() not in _KEPT_HEADERS:
                del request.headers[name]
        request.headers["user-agent"] = "llm-audit"
        request.headers["accept-encoding"] = "identity"
        if self._endpoint.key:
            request.headers["authorization"] = f"Bearer {self._endpoint.key}"

    async def models(self) -> list[dict[str, Any]]:
        """What the endpoint says of its models; empty when that is no list.

        Raises:
            Passing, Refused, Stopped: as `send`.
        """
        try:
            async with asyncio.timeout(self._patience.request):
                page = await self._client.models.list()
        except (TimeoutError, openai.APIConnectionError) as error:
            raise Passing("no connection") from error
        except openai.APIStatusError as error:
            raise self._status(error) from error
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            return []
        rows = getattr(page, "data", None)
        return [one.model_dump() for one in rows if hasattr(one, "model_dump")] if isinstance(rows, list) else []

    async def send(
        self,
        parameters: dict[str, Any],
        tell: Callable[[str], None],
        may_try: Callable[[], bool],
        failed: Callable[[Passing], None],
    ) -> Reply:
        """The endpoint's reply, after as many retries as patience and allowance permit.

        Args:
            parameters: of the chat completion.
            tell: told what is waited for.
            may_try: asked before each attempt whether the tokens are still allowed.
            failed: told of each failure that may pass.

        Raises:
            Passing: still failing after the last attempt, or it would have to wait too long.
            Refused: 400 or 422.
            Stopped: no request can succeed.
        """
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(Passing),
            stop=tenacity.stop_after_attempt(self._patience.attempts)
            | tenacity.stop_before_delay(self._patience.total),
            wait=self._wait,
            before_sleep=lambda state: tell(_waiting(state, self._patience.attempts)),
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                if not may_try():
                    raise Refused(0, "the token cap leaves no room for another attempt")
                try:
                    return await self._once(parameters)
                except Passing as error:
                    failed(error)
                    raise
        raise AssertionError("tenacity reraises")  # pragma: no cover

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Passing) and error.after is not None:
            return error.after
        return float(tenacity.wait_random_exponential(multiplier=self._patience.base, max=20)(state))

    async def _once(self, parameters: dict[str, Any]) -> Reply:
        try:
            async with asyncio.timeout(self._patience.request):
                completion = await self._client.chat.completions.create(model=self.model, **parameters)
        except (TimeoutError, openai.APITimeoutError) as error:
            raise Passing(f"no answer within {self._patience.request:.0f} s", billed=True) from error
        except openai.APIStatusError as error:
            raise self._status(error) from error
        except openai.APIConnectionError as error:
            broken = not isinstance(error.__cause__, httpx2.ConnectError)
            raise Passing("the connection broke" if broken else "no connection", billed=broken) from error
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError, RecursionError) as error:
            return Reply(None, "", "", 0, 0, f"no completion ({type(error).__name__})")
        return _reply(completion)

    def _status(self, error: openai.APIStatusError) -> Exception:
        status, where = error.status_code, self._endpoint.shown
        if status in (408, 409, 429) or status >= 500:
            return Passing(f"{_STATUS.get(status, 'the endpoint fails')} ({status})", _after(error.response.headers))
        if status in (401, 403):
            why = "refuses the key" if self._endpoint.key else "wants a key"
            mend = "name the variable that holds the one of this endpoint with --api-key-env NAME (README: Use your own model)"
            return Stopped(f"{where} {why} ({status}); {mend}")
        if status == 404:
            return Stopped(f"{where} knows no such model or path (404); check --model {self.model} and --base-url")
        if 300 <= status < 400:
            return Stopped(f"{where} redirects elsewhere ({status}); give the final address with --base-url")
        return Refused(status, _reason(error))


_STATUS = {408: "time-out", 409: "conflict", 429: "rate limit"}


def _waiting(state: tenacity.RetryCallState, attempts: int) -> str:
    error = state.outcome.exception() if state.outcome else None
    wait = state.next_action.sleep if state.next_action else 0.0
    return f"{error}; trying again in {wait:.1f} s ({state.attempt_number + 1} of {attempts})"


def _after(headers: Any) -> float | None:
    """Seconds of a `Retry-After` header; dates count as half a minute, so that no clock is trusted."""
    given = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", given):
        return float(given)
    return 30.0 if given else None


def _reason(error: openai.APIStatusError) -> str:
    """What the endpoint says is wrong, filtered and short."""
    body = error.body
    text = body.get("message") if isinstance(body, dict) else None
    raw = str(text or error.message or "")[:2000]
    return " ".join(redact.redact(raw)[0].split())[:300]


def _reply(completion: Any) -> Reply:
    """A completion's parts; servers answer 200 with all kinds of things."""
    choices = getattr(completion, "choices", None)
    usage = getattr(completion, "usage", None)
    sent, received = (_number(getattr(usage, name, 0)) for name in ("prompt_tokens", "completion_tokens"))
    if isinstance(completion, str) and completion.lstrip()[:1] == "<":
        return Reply(None, "", "", sent, received, "a web page came back; check --base-url")
    if not isinstance(choices, list):
        return Reply(None, "", "", sent, received, "what came back is no completion")
    if not choices:
        return Reply(None, "", "", sent, received, "no choices came back")
    message = getattr(choices[0], "message", None)
    text, refusal = getattr(message, "content", None), getattr(message, "refusal", None)
    return Reply(
        text if isinstance(text, str) else None,
        str(getattr(choices[0], "finish_reason", "") or ""),
        refusal if isinstance(refusal, str) else "",
        sent,
        received,
    )


def _number(given: object) -> int:
    return given if isinstance(given, int) and 0 <= given < 1 << 31 else 0


class _Capped(httpx2.AsyncByteStream):
    """A body that breaks off after `MAX_BODY` bytes."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > MAX_BODY:
                raise httpx2.ReadError("the answer is too large")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bounded(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Capped(response.stream)
