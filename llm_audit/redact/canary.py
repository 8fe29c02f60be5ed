"""One fake per layer. A layer that does not find its own is blind, and a blind filter lets nothing through."""

from __future__ import annotations

import base64
from collections.abc import Callable

from llm_audit.errors import SafetyError
from llm_audit.redact import assigned, encoded, engine, headed, known, placed, randomness, rules, structure, views

# put together from parts: no scanner should take this file for a leak
_TOKEN = "gh" + "p_" + "EXaMpLe0aZ9bY8cX7dW6eV5fU4gT3h0nFxq1".replace("EXaMpLe", "Q7mT4vK")
_RANDOM = "q9Zt" + "4LmX" + "7vBd" + "2Kws" + "8Rfh"


def _decoding() -> bool:
    view = views.decoded(f"https://a.b/?x={_TOKEN[:4]}%5F{_TOKEN[4:]}")
    return bool(view) and f"{_TOKEN[:4]}_{_TOKEN[4:]}" in (view.text if view else "")


def _joining() -> bool:
    view = views.joined(f"a {_TOKEN[:20]}\n  {_TOKEN[20:]} b\n")
    return bool(view) and _TOKEN in (view.text if view else "")


CANARIES: dict[str, Callable[[], bool]] = {
    "engine": lambda: any(engine.spans(f"token = '{_TOKEN}'".encode())[0]),
    "known values": lambda: any(known.spans(f"a {_RANDOM} b", (_RANDOM,))),
    "formats": lambda: any(rules.spans("AK" + "IA" + "QYLPMN5HFIQR7XYA")),
    "structure": lambda: any(structure.spans("postgres://app:" + "Tr4vel-9x" + "@db/main")),
    "places": lambda: any(placed.spans("server.login(user, 'Tr4vel" + "-9x!')")),
    "assignments": lambda: any(assigned.spans("DB_PASSWORD=" + "Tr4vel-9x!")),
    "headings": lambda: any(headed.spans("user,password\nops,Tr4vel" + "-9x!\n")),
    "randomness": lambda: any(randomness.spans(f"see {_RANDOM} there")),
    "base64": lambda: any(
        _TOKEN in content for _, _, content in encoded.blobs(base64.b64encode(f"token={_TOKEN}".encode()).decode())
    ),
    "decoding": _decoding,
    "joining": _joining,
}
"""Layer -> whether it finds its fake."""


def check() -> None:
    """Runs every canary.

    Raises:
        SafetyError: a layer missed its own; the message names the layer.
    """
    for layer, found in CANARIES.items():
        if not found():
            raise SafetyError(f"the secret scanner missed its own canary ({layer})", "nothing was written")
