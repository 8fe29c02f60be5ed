"""Makes trees that look like TypeScript monorepos to a reader of files: sizes, imports, variables, hosts, manifests, locks."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

PER_PACKAGE = 150
_WORDS = (
    "account invoice order session user team member project report metric event queue job worker page form field table row "
    "button dialog menu header token scope policy price plan coupon refund batch upload avatar search filter index cursor"
).split()
_PACKAGES = (
    "react react next next/navigation next/link zod zod clsx lodash date-fns swr @tanstack/react-query lucide-react "
    "@radix-ui/react-dialog stripe @aws-sdk/client-s3 @prisma/client ioredis @sentry/nextjs resend openai bullmq posthog-js "
    "@trpc/server @upstash/ratelimit nodemailer jsonwebtoken"
).split()
_HOSTS = (
    "api.stripe.com",
    "api.github.com",
    "slack.com/api",
    "hooks.zapier.com",
    "api.resend.com",
    "graph.facebook.com",
)
_VARIABLES = (
    "DATABASE_URL REDIS_URL STRIPE_API_VERSION NEXT_PUBLIC_APP_URL SENTRY_ENVIRONMENT S3_BUCKET S3_REGION LOG_LEVEL "
    "OPENAI_MODEL FEATURE_SEARCH QUEUE_CONCURRENCY MAIL_FROM"
).split()


def make(folder: Path, files: int, seed: int = 1) -> None:
    """Writes a tree of about that many files; the same number and seed give the same tree."""
    chance = random.Random(seed)
    packages = max(1, round(files / PER_PACKAGE))
    names = [f"{chance.choice(_WORDS)}-{number}" for number in range(packages)]
    _write(folder / "package.json", json.dumps({"private": True, "workspaces": ["packages/*"]}, indent=2))
    _write(folder / "pnpm-lock.yaml", _lock(chance, min(3000, 200 + packages * 20)))
    _write(folder / ".env.example", "".join(f"{name}=\n" for name in _VARIABLES))
    _write(folder / ".github/workflows/ci.yml", _WORKFLOW)
    _write(folder / "docker-compose.yml", _COMPOSE)
    left = files - 5
    for number, name in enumerate(names):
        count = left // (packages - number)
        left -= count
        _package(folder / "packages" / name, name, count, chance)


def _package(folder: Path, name: str, count: int, chance: random.Random) -> None:
    wanted = sorted({one for one in chance.sample(_PACKAGES, 9) if not one.startswith("next/")})
    manifest = {"name": f"@acme/{name}", "version": "0.1.0", "dependencies": dict.fromkeys(wanted, "^1.2.3")}
    _write(folder / "package.json", json.dumps(manifest, indent=2))
    _write(folder / "tsconfig.json", '{"extends": "../../tsconfig.json", "include": ["src"]}\n')
    for number in range(count - 2):
        kind = chance.random()
        place, file = chance.choice(_WORDS), f"{chance.choice(_WORDS)}-{number}"
        if kind < 0.03:
            _write(folder / f"src/locales/{file}.json", json.dumps({one: f"The {one}" for one in _WORDS}, indent=2))
        elif kind < 0.05:
            _write(folder / f"docs/{file}.md", f"# {file}\n\n" + "Some words about it.\n" * 30)
        elif kind < 0.15:
            _write(folder / f"src/{place}/{file}.test.ts", _script(chance, size=2500, routes=False))
        elif kind < 0.2:
            _write(folder / f"src/app/api/{place}/{file}/route.ts", _script(chance, size=3000, routes=True))
        else:
            ending = "tsx" if kind < 0.6 else "ts"
            _write(folder / f"src/{place}/{file}.{ending}", _script(chance, size=0, routes=False))


def _script(chance: random.Random, size: int, *, routes: bool) -> str:
    """One module: most are a few kilobytes long, few are very long."""
    size = size or min(60_000, int(math.exp(chance.gauss(7.6, 0.9))))
    parts = [_import(chance) for _ in range(chance.randint(2, 11))]
    if chance.random() < 0.06:
        parts.append(f"const setting = process.env.{chance.choice(_VARIABLES)} ?? 'none'\n")
    if chance.random() < 0.05:
        parts.append(f"export const address = 'https://{chance.choice(_HOSTS)}/v{chance.randint(1, 3)}/items'\n")
    if routes:
        parts.append(
            "export async function POST(request: Request) {\n  return Response.json(await request.json())\n}\n"
        )
    length = sum(map(len, parts))
    while length < size:
        parts.append(_function(chance))
        length += len(parts[-1])
    return "".join(parts)


def _import(chance: random.Random) -> str:
    name = chance.choice(_WORDS)
    if chance.random() < 0.5:
        return f"import {{ {name}, {name.title()}Props }} from '@/components/{name}'\n"
    module = chance.choice(_PACKAGES)
    return f"import {{ create{name.title()}, {name.title()} }} from '{module}'\n"


def _function(chance: random.Random) -> str:
    one, two, three = chance.sample(_WORDS, 3)
    return (
        f"\n/** Gives the {one} of a {two}. */\nexport async function {one}Of{two.title()}(input: {three.title()}Props) {{\n"
        f"  const {three} = await {two}.find({{ where: {{ id: input.id, {one}: '{three}' }}, take: {chance.randint(1, 99)} }})\n"
        f"  if (!{three}) {{\n    throw new Error(`no {one} of ${{input.id}}`)\n  }}\n"
        f'  return <{one.title()} className="flex gap-{chance.randint(1, 9)}" onClick={{() => {two}.set({three})}} />\n}}\n'
    )


def _lock(chance: random.Random, count: int) -> str:
    lines = ["lockfileVersion: '9.0'", "", "packages:", ""]
    for number in range(count):
        lines += [f"  {chance.choice(_WORDS)}-{number}@{chance.randint(0, 9)}.{chance.randint(0, 30)}.0:"]
        lines += ["    engines: {node: '>=18'}", ""]
    return "\n".join(lines)


_WORKFLOW = """on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pnpm install && pnpm test
        env:
          DATABASE_URL: ${{ secrets.DATABASE_URL }}
"""
_COMPOSE = """services:
  db:
    image: postgres:16
    environment:
      POSTGRES_DB: app
  cache:
    image: redis:7
"""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
