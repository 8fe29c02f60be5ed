"""Places in which a secret can stand: templates around a value. Half of them are held out from tuning."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from tests.redact.families import FAMILIES, HELD_OUT, Family

GENERIC_OR_NAMED = ("vendor", "url", "private-key", "generic")


@dataclass(frozen=True)
class Context:
    """A template.

    Attributes:
        name: unique.
        kind: plain or encoded, for the table.
        make: a document from the name of the variable, the value, and a random source.
        groups: the groups of families that can stand here.
    """

    name: str
    kind: str
    make: Callable[[str, str, Random], str]
    groups: tuple[str, ...] = GENERIC_OR_NAMED


@dataclass(frozen=True)
class Case:
    """One planted secret: the text, and what must not survive in it."""

    family: Family
    context: Context
    text: str
    secret: str
    held_out: bool


def _wrapped(name: str, value: str, rng: Random) -> str:
    cut = rng.randrange(max(4, len(value) // 3), max(5, len(value) * 2 // 3))
    return f"The service reads {name}={value[:cut]}\n  {value[cut:]} when it starts\nand keeps it.\n"


def _continued(name: str, value: str, rng: Random) -> str:
    cut = rng.randrange(max(4, len(value) // 3), max(5, len(value) * 2 // 3))
    return f'{name} = ("{value[:cut]}"\n    "{value[cut:]}")\nrun()\n'


def _one_line(value: str) -> str:
    return value.replace("\n", "\\n")


_LINE = ("vendor", "url", "generic")
CONTEXTS: tuple[Context, ...] = (
    Context("python", "plain", lambda n, v, _: f'import os\n\n{n} = "{_one_line(v)}"\n\ndef main() -> None: ...\n'),
    Context(
        "typescript",
        "plain",
        lambda n, v, _: f"export const config = {{\n  {_camel(n)}: '{_one_line(v)}',\n  retries: 3,\n}}\n",
    ),
    Context(
        "go-default", "plain", lambda n, v, _: f'func load() string {{\n\treturn getEnv("{n}", "{_one_line(v)}")\n}}\n'
    ),
    Context("dotenv", "plain", lambda n, v, _: f"PORT=3000\n{n}={_one_line(v)}\nLOG_LEVEL=info\n"),
    Context(
        "yaml", "plain", lambda n, v, _: f"services:\n  web:\n    environment:\n      {n}: {_yaml(v)}\n      PORT: 80\n"
    ),
    Context(
        "markdown-bullet", "plain", lambda n, v, _: f"- **Auth:** key in header\n- `{n}`: `{_one_line(v)}`\n- Port 80\n"
    ),
    Context(
        "markdown-table", "plain", lambda n, v, _: f"| Name | Value |\n|---|---|\n| {n} | {v} |\n| PORT | 80 |\n", _LINE
    ),
    Context("wrapped", "plain", _wrapped, _LINE),
    Context("continued", "plain", _continued, _LINE),
    Context(
        "percent-encoded", "encoded", lambda n, v, _: f"GET /cb?{n.lower()}={quote(v, safe='')}&state=1 HTTP/1.1\n"
    ),
    Context("base64", "encoded", lambda n, v, _: f"data:\n  blob: {base64.b64encode(f'{n}={v}'.encode()).decode()}\n"),
    Context(
        "json-escaped",
        "encoded",
        lambda n, v, _: "payload = " + json.dumps(json.dumps({n.lower(): v, "a": "b/c"})).replace("/", "\\/") + "\n",
    ),
    Context(
        "header",
        "plain",
        lambda n, v, _: f"curl -H 'Authorization: Bearer {v}' https://api.acme.io/v1\n",
        ("vendor", "generic"),
    ),
    Context(
        "query",
        "plain",
        lambda n, v, _: f"fetch(`https://api.acme.io/v1?limit=5&api_key={v}&page=2`)\n",
        ("vendor", "generic"),
    ),
    Context(
        "prose", "plain", lambda n, v, _: f"Ask ops, the {n.lower().replace('_', ' ')} is {v} at the moment.\n", _LINE
    ),
    Context(
        "bare-prose",
        "plain",
        lambda n, v, _: f"We saw {v} in the logs, which is odd.\n",
        ("vendor", "url", "private-key"),
    ),
    Context("xml", "plain", lambda n, v, _: f'<config>\n  <add key="{n}" value="{_one_line(v)}"/>\n</config>\n'),
    Context("comment", "plain", lambda n, v, _: f"int x; // old {n}: {_one_line(v)}\nint y;\n"),
    Context("shell", "plain", lambda n, v, _: f"#!/bin/sh\nexport {n}='{_one_line(v)}'\nexec app\n"),
    Context(
        "terraform",
        "plain",
        lambda n, v, _: f'variable "{n.lower()}" {{\n  type    = string\n  default = "{_one_line(v)}"\n}}\n',
    ),
)
HELD_OUT_CONTEXTS = frozenset(context.name for context in CONTEXTS[1::2])


def _camel(name: str) -> str:
    head, *rest = name.lower().split("_")
    return head + "".join(part.capitalize() for part in rest)


def _yaml(value: str) -> str:
    return value if "\n" not in value else "|\n" + "\n".join(f"        {line}" for line in value.splitlines())


def cases(seed: int) -> list[Case]:
    """Every family in every context it can stand in, with values from the seed."""
    rng = Random(seed)
    made: list[Case] = []
    for family in FAMILIES:
        for context in CONTEXTS:
            if family.group in context.groups:
                secret = family.make(rng)
                name, shown = _placed(family, secret, rng)
                held_out = family.name in HELD_OUT or context.name in HELD_OUT_CONTEXTS
                made.append(Case(family, context, context.make(name, shown, rng), secret, held_out))
    return made


def _placed(family: Family, secret: str, rng: Random) -> tuple[str, str]:
    if family.group == "url":
        user = rng.choice(["app", "deploy", "svc_orders"])
        return "SERVICE_URL", family.variable.format(user=user, secret=secret)
    return family.variable, secret


def survives(case: Case, shown: str) -> str:
    """The longest piece of the secret, white space and escapes aside, that is still there; empty when at most 4 remain."""
    secret = _bare(case.secret)
    if case.family.group == "private-key":
        secret = "".join(line for line in case.secret.splitlines() if "-----" not in line)
    for prefix in (
        "https://hooks.slack.com/services/",
        "https://discord.com/api/webhooks/",
        "https://hooks.zapier.com/hooks/catch/",
        "https://",
    ):
        secret = secret.removeprefix(prefix)
    secret = secret.split("@o", maxsplit=1)[0] if case.family.name == "sentry-dsn" else secret
    texts = [_bare(shown)]
    if case.context.kind == "encoded":
        texts.append(_decoded(shown))
    around = _bare(case.text).replace(secret, "") + _bare(case.text.lower())[:200].replace(secret.lower(), "")
    pieces = (secret[at : at + 5] for at in range(len(secret) - 4))
    return next((piece for piece in pieces if piece not in around and any(piece in one for one in texts)), "")


def _bare(text: str) -> str:
    return "".join(text.replace("\\n", "").split())


def _decoded(text: str) -> str:
    from urllib.parse import unquote

    parts = [unquote(text).replace("\\", "").replace("\n", "")]
    for word in text.split():
        try:
            parts.append(base64.b64decode(word, validate=True).decode("utf-8", "replace").replace("\n", ""))
        except ValueError:
            continue
    return "".join(" ".join(parts).split(" "))
