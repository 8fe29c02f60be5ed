"""Each rule on documents of other makes: what it must find, and the look-alikes it must leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm_audit.checking.rules import BY_ID
from llm_audit.checking.versions import agrees
from llm_audit.config import DEFAULT_OUTPUT
from tests.conftest import Tree
from tests.histories import HOOK, PAY, check, package, told

FILES = {
    "package.json": package(stripe="^14.8.0", express="^4.19.0"),
    "src/pay.ts": PAY,
    "src/hooks.ts": HOOK,
    "src/config.py": "import os\n\nREGION = os.environ['SHOP_REGION']\n",
    "docker-compose.yml": "services:\n  db:\n    image: postgres:16-alpine\n",
    "docs/old.md": "We once used Mailgun and OLD_TOKEN.\n",
    "README.md": "# Shop\n",
}


def findings(tree: Tree, document: str, **files: str) -> set[tuple[str, str]]:
    root: Path = tree({**FILES, **files, DEFAULT_OUTPUT: document})
    return told(root)


@pytest.mark.parametrize(
    ("line", "rule", "subject"),
    [
        ("- **Mailgun** - sends the receipts", "unsupported-integration", "mailgun"),
        ("### Email: SendGrid", "unsupported-integration", "sendgrid"),
        ("| Algolia | search |", "unsupported-integration", "algolia"),
        ("- SDK: `stripe ^13.2.0`", "stale-version", "stripe@^13.2.0"),
        ("| `stripe` | 13.2.0 | payments |", "stale-version", "stripe@13.2.0"),
        ("- uses stripe@13.2", "stale-version", "stripe@13.2"),
        ("- image `postgres:15`", "stale-version", "postgres@15"),
        ("- Auth: `STRIPE_PUBLISHABLE_KEY_2` env var", "unknown-env-var", "STRIPE_PUBLISHABLE_KEY_2"),
        ("- Env var `OLD_TOKEN`", "unknown-env-var", "OLD_TOKEN"),
        ("- Handler: `src/payments/pay.ts`", "dead-path", "src/payments/pay.ts"),
        ("- Handler: [pay](src/gone/checkout.ts)", "dead-path", "src/gone/checkout.ts"),
        ("- Handler: `src/pay.ts:400`", "dead-line", "src/pay.ts:400"),
        ("- Handler: `pay.ts#L99`", "dead-line", "pay.ts:99"),
    ],
)
def test_what_is_wrong_is_found(tree: Tree, line: str, rule: str, subject: str) -> None:
    assert (rule, subject) in findings(tree, f"# I\n\n## External Services\n\n{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "- Stripe - payments with `stripe ^14.8.0`, `stripe@14`, `stripe` 14.8.0",
        "- Mailgun is not used any more",
        "- No Mailgun, no SendGrid",
        "### Planned: Mailgun",
        "- Health checks for the database",
        "### S3-compatible backends\n\n- Cloudflare R2\n- Backblaze B2",
        "- Default: `postgres://shop:shop@db:5432/shop`, `redis://:changeme@localhost:6379`",
        "last_mapped_commit: 0123456789abcdef0123456789abcdef01234567",
        "- Retries: stripe 3 times",
        "- Image `postgres:16`",
        "- Redis 7 would be next",
        "- `STRIPE_*` variables, `NODE_ENV`, `PORT`, `AWS_REGION`",
        "- set `MY_NEW_KEY` if you need it? It should be an env var",
        "- HTTP_200_OK is what we answer",
        "- `src/pay.ts`, `pay.ts:2`, `src/`, `./src/pay.ts`, `.env.local`, `node_modules/stripe/index.js`",
        "- `next/font/google`, `text/html`, `stripe/lib/index.js`, `https://x.dev/a.js`, `a.ts/b.ts`, `src/*.ts`",
        "- would live in `src/next/pay.ts`",
        "- Kenne ich nicht: `src/nicht/da.ts` gibt es nicht",
        "- Runs on [Node.js](https://nodejs.org)",
    ],
)
def test_look_alikes_are_left_alone(tree: Tree, line: str) -> None:
    found = findings(tree, f"# I\n\n## External Services\n\n{line}\n")
    provable = {"unsupported-integration", "stale-version", "unknown-env-var", "dead-path", "dead-line", "secret"}
    assert not {one for one in found if one[0] in provable}


def test_what_is_missing_is_found_and_what_is_named_is_not(tree: Tree) -> None:
    empty = findings(tree, "# I\n")
    assert ("missing-integration", "stripe") in empty
    assert ("missing-integration", "postgresql") not in empty, "an image alone may be a neighbour"
    assert ("undocumented-env-var", "SHOP_REGION") in empty
    assert any(rule == "undocumented-webhook" for rule, _ in empty)
    full = "# I\n\nWe pay with Stripe, keep rows in Postgres (`postgres:16-alpine`), SHOP_REGION, /webhooks/stripe\n"
    rules = {rule for rule, _ in findings(tree, full)}
    assert rules <= {"unverified-webhook"}


def test_a_bare_webhook_is_reported_unless_the_document_says_so(tree: Tree) -> None:
    text = "# I\n\n## Webhooks\n\n- Stripe: POST /webhooks/stripe{}\n"
    assert any(rule == "unverified-webhook" for rule, _ in findings(tree, text.format("")))
    assert not any(
        rule == "unverified-webhook" for rule, _ in findings(tree, text.format(", no signature verification"))
    )


def test_severities_are_settings(tree: Tree) -> None:
    root = tree({**FILES, DEFAULT_OUTPUT: "# I\n\n- `src/gone/checkout.ts`\n"})
    assert ("dead-path", "src/gone/checkout.ts") not in told(root, severity={"dead-path": "off"})
    report = check(root, severity=dict.fromkeys(BY_ID, "info"))
    assert report.findings and not report.failed
    assert check(root, fail_on="off").failed is False and check(root, fail_on="error").failed is True


@pytest.mark.parametrize(
    ("claimed", "stated", "same"),
    [
        ("14", "14.8.0", True),
        ("^14.8.0", "14.8.0", True),
        ("14.8", "14.9.1", False),
        ("v3", "3.1", True),
        ("16", "16-alpine", True),
    ],
)
def test_versions_agree_to_the_precision_of_the_shorter(claimed: str, stated: str, same: bool) -> None:
    assert agrees(claimed, stated) is same
