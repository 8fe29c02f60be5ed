"""A scripted OpenAI-compatible server on loopback, and a small service for it to describe."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]

SERVICE = {
    "pyproject.toml": (
        '[project]\nname = "bookings"\ndependencies = ["stripe==9.1.0", "redis==5.0.1", "sentry-sdk==2.20.0"]\n'
    ),
    "bookings/settings.py": (
        "import os\n\nSTRIPE_SECRET_KEY = os.environ['STRIPE_SECRET_KEY']\nREDIS_URL = os.environ['REDIS_URL']\n"
        "SENTRY_DSN = os.getenv('SENTRY_DSN', '')\n"
    ),
    "bookings/payments.py": (
        "import stripe\n\nfrom bookings import settings\n\nstripe.api_key = settings.STRIPE_SECRET_KEY\n\n\n"
        "def charge_deposit(booking):\n    if booking.deposit_paid:\n        return None\n"
        "    return stripe.PaymentIntent.create(amount=booking.deposit, currency=booking.currency)\n"
    ),
    "bookings/slots.py": (
        "import redis\n\nfrom bookings import settings\n\nclient = redis.Redis.from_url(settings.REDIS_URL)\n\n\n"
        "def hold_slot(slot, guest):\n    return client.set(f'slot:{slot}', guest, ex=900, nx=True)\n"
    ),
    "bookings/errors.py": (
        "import sentry_sdk\n\nfrom bookings import settings\n\n\ndef report_errors():\n    if settings.SENTRY_DSN:\n"
        "        sentry_sdk.init(dsn=settings.SENTRY_DSN)\n"
    ),
}

TRUE = {
    "Stripe": "Charges the deposit of a booking by `stripe.PaymentIntent.create`",
    "Redis": "Holds a slot for a guest under `slot:{slot}`",
    "Sentry": "Reports errors when `SENTRY_DSN` is set",
}


@dataclass
class Server:
    """What was asked, and what is answered next: a function of the request's body gives status, headers and bytes."""

    answer: Callable[[Body], Any]
    url: str = ""
    requests: list[Body] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(answer: Callable[[Body], Any]) -> Iterator[Server]:
    """A server whose replies are what `answer` gives: a dict is a completion's text; a `Raw` goes out as it is."""
    script = Server(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            raw(200, json.dumps({"object": "list", "data": [{"id": "fake", "object": "model"}]})).send(self)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            script.requests.append(body)
            script.headers.append({name.lower(): value for name, value in self.headers.items()})
            given = script.answer(body)
            reply = given if isinstance(given, Raw) else completion(given)
            try:
                reply.send(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Raw:
    """A reply as bytes: `drip` seconds between its bytes, `cut` bytes before the connection is dropped."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    cut: int = -1

    def send(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(self.status)
        for name, value in {"content-type": "application/json", **self.headers}.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(self.body)))
        handler.end_headers()
        if self.cut >= 0:
            handler.wfile.write(self.body[: self.cut])
            handler.close_connection = True
        elif self.drip:
            for byte in self.body:
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
                time.sleep(self.drip)
        else:
            handler.wfile.write(self.body)


def raw(status: int, body: str, **headers: str) -> Raw:
    return Raw(status, body.encode(), {name.replace("_", "-"): value for name, value in headers.items()})


def completion(text: Any, finish: str = "stop", refusal: str | None = None) -> Raw:
    """A chat completion whose text is given, as JSON when it is no string."""
    content = text if isinstance(text, str) or text is None else json.dumps(text)
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "finish_reason": finish, "message": message, "logprobs": None}
    return raw(
        200,
        json.dumps(
            {
                "id": "c1", "object": "chat.completion", "created": 1, "model": "fake", "choices": [choice],
                "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
            }
        ),
    )  # fmt: skip


def prompt(body: Body) -> str:
    """The user's message of a request."""
    return str(next(one["content"] for one in body["messages"] if one["role"] == "user"))


def candidates(body: Body) -> dict[str, tuple[str, list[str]]]:
    """What a request asks about: short name -> name and fact ids."""
    found: dict[str, tuple[str, list[str]]] = {}
    current = ""
    for line in prompt(body).split("\nExcerpts")[0].split("\n"):
        if match := re.match(r"(c\d+) (.+) \([^()]*\): ", line):
            current = match[1]
            found[current] = (match[2], [])
        elif (match := re.match(r"  ((?:f\d+ ?)+)", line)) and current:
            found[current][1].extend(match[1].split())
    return found


def saying(words: dict[str, str] | Callable[[str], str], field: str = "purpose") -> Callable[[Body], Body]:
    """A model that says something of each candidate whose name is known, citing all its facts."""

    def answer(body: Body) -> Body:
        claims = []
        for handle, (name, facts) in candidates(body).items():
            text = words(name) if callable(words) else words.get(name, "")
            if text:
                claims.append({"candidate": handle, "field": field, "text": text, "facts": facts})
        return {"claims": claims}

    return answer


def none(handle: str, facts: list[str]) -> Body:
    """A model's word that a candidate is no integration."""
    return {"candidate": handle, "field": "not_an_integration", "text": "", "facts": facts}


def in_turn(*answers: Any) -> Callable[[Body], Any]:
    """One answer after the other, the last for ever; functions are asked."""
    left = list(answers)

    def answer(body: Body) -> Any:
        given = left.pop(0) if len(left) > 1 else left[0]
        return given(body) if callable(given) else given

    return answer
