"""Each rule on documents of other makes: what it must find, and the look-alikes it must leave alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from llm_audit.checking.rules import BY_ID, Severity
from llm_audit.checking.versions import agrees
from llm_audit.settings import DEFAULT_OUTPUT
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


@pytest.mark.parametrize(
    "text",
    [
        "## Data Storage\n\n- **Algolia** - receipts, documented only, not in repo\n",
        "## Data Storage\n\n- **Algolia** - receipts\n  - Status: optional, disabled by default\n",
        "## Data Storage\n\n| Service | Use | State |\n|---|---|---|\n| Algolia | receipts | mock |\n",
        "## Data Storage\n\n**Vector database:**\n\n- none so far\n",
        "## Data Storage\n\n- LocalStorage via the store - the cart\n",
        "## Environment variables\n\n```bash\nexport PUPPETEER_CACHE_URL=a MAILER_BASE_URL=b\nMAILER_KEY=c\n```\n",
        "## Environment variables\n\n- `EXPRESS_API_KEY`, which the package of that name may read\n",
        "## Smart home\n\n| Integration | Difficulty |\n|---|---|\n| Algolia | easy |\n",
        "## Package registries\n\n| Registry | Command |\n|---|---|\n| PyPI | `pip install` |\n",
        "## Environment variables\n\nNames cannot clash with the `MAILER_PASSWORD` of the host\n",
        "## Settings\n\n```bash\nDB_PASSWORD=SecurePasswordString104\n```\n",
        "### What gets built afterwards\n\nA `src/mailer/send.ts` module\n",
        "## Environment variables\n\n5. ```bash\n   secrets set MAILER_CLIENT_TOKEN='...'\n   ```\n",
        "## Next\n\n1. **Add the mailer:**\n   ```bash\n   MAILER_BASE_URL=\n   ```\n",
        "## Analytics\n\n- Key: `phc_Zk3q9vXw7LmT2bNc8RdY5sHj1GfP4aUe6QiVoXyKtWz`\n",
        "## Data Storage\n\n- Key: `sb_publishable_HU4ZRQ5EfaFU3EV-1IzqNQ_8uOBDJ39`\n",
    ],
)
def test_what_is_not_certain_is_no_error(tree: Tree, text: str) -> None:
    root: Path = tree({**FILES, DEFAULT_OUTPUT: f"# I\n\n{text}"})
    assert not [one.message for one in check(root).findings if one.severity == "error"]


def test_certain_neighbours_of_what_is_not_stay_errors(tree: Tree) -> None:
    lines = (
        "- **SendGrid** - receipts by `@sendgrid/mail`\n- **Algolia** - search, optional\n- Env var `MAILER_BASE_URL`\n"
    )
    root: Path = tree({**FILES, DEFAULT_OUTPUT: f"# I\n\n## Services\n\n{lines}"})
    errors = {one.subject for one in check(root).findings if one.severity == "error"}
    assert errors == {"sendgrid", "MAILER_BASE_URL"}


@pytest.mark.parametrize(
    "line",
    [
        "- Contract: `src/pay/IFooProvider.ts`, `src/foo/FooClient.ts`, `src/your-service/client.ts`",
        "- Env vars: `YOUR_API_KEY`, `MY_SERVICE_TOKEN`",
        "- Config: `CALENDAR_API_KEY` (env var, presumed), `MAILER_TOKEN` (presumidas)",
        "- Manifest: `shop-app/package.json`, counted from the folder above",
        "- Interface: `Domain/Users/IUsers.cs` of the domain",
        "- Slides: `src/slides/pageN.html`, `src/logs/run_XX.py`",
        "It runs in process, so no `MAILER_PASSWORD` is in the env.",
        "No edge functions (`src/functions/edge.ts`) are present.",
        "Names of env vars are unprefixed, and cannot clash with the stack's\n`MAILER_PASSWORD` or `MAILER_TOKEN`.",
        "### Example: another mailer\n\n1. Read `MAILER_API_KEY` from env",
    ],
)
def test_stand_ins_and_guesses_are_no_claims(tree: Tree, line: str) -> None:
    files = {"src/Shop.Domain/Users/IUsers.cs": "interface IUsers {}\n", "Other/Domain.cs": "class D {}\n"}
    found = findings(tree, f"# I\n\n## External Services\n\n{line}\n", **files)
    assert not {one for one in found if one[0] in ("unknown-env-var", "dead-path")}


def test_a_dead_path_is_certain_below_a_folder_that_is_there_or_with_its_parent_moved(tree: Tree) -> None:
    lines = "- `api/src/pay.ts`, `shop-api/lib/pay.ts`, `src/barrel/pay.ts:3`, `src/barrel/pay.ts:9`\n"
    root: Path = tree({**FILES, "core/src/other.ts": "export {}\n", DEFAULT_OUTPUT: f"# I\n\n{lines}"})
    found = {one.subject: one.severity for one in check(root).findings if one.rule == "dead-path"}
    assert sum(one.rule == "dead-path" for one in check(root).findings) == len(found), "each path once"
    assert found == {"shop-api/lib/pay.ts": "warning", "src/barrel/pay.ts": "error"}, "the first counts from above"


def test_a_path_that_git_ignores_is_no_dead_path(tree: Tree) -> None:
    lines = "- `js/config.js` and `src/gone/checkout.ts`\n"
    root: Path = tree({**FILES, ".gitignore": "js/config.js\n", DEFAULT_OUTPUT: f"# I\n\n{lines}"})
    subprocess.run(["git", "-C", str(root), "init", "-q"], check=True)
    assert {subject for rule, subject in told(root) if rule == "dead-path"} == {"src/gone/checkout.ts"}


def test_routes_that_a_document_cuts_short_are_not_missing(tree: Tree) -> None:
    hooks = "".join(f"app.post('/webhooks/stripe/{name}', (request) => request.body)\n" for name in "abcdefg")
    files = {"src/hooks.ts": "import express from 'express'\nconst app = express()\n" + hooks}
    line = "- Stripe - `/webhooks/stripe/a`{}\n"
    cut = findings(tree, "# I\n\n## Webhooks\n\n" + line.format(" and 6 more"), **files)
    whole = findings(tree, "# I\n\n## Webhooks\n\n" + line.format(""), **files)
    assert "undocumented-webhook" in {rule for rule, _ in whole} - {rule for rule, _ in cut}


def test_what_is_missing_is_found_and_what_is_named_is_not(tree: Tree) -> None:
    empty = findings(tree, "# I\n")
    assert ("missing-integration", "stripe") in empty
    assert ("missing-integration", "postgresql") not in empty, "an image alone may be a neighbour"
    assert ("undocumented-env-var", "SHOP_REGION") in empty
    assert any(rule == "undocumented-webhook" for rule, _ in empty)
    full = "# I\n\nWe pay with Stripe, keep rows in Postgres (`postgres:16-alpine`), SHOP_REGION, STRIPE_SECRET_KEY, /webhooks/stripe\n"
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
    assert ("dead-path", "src/gone/checkout.ts") not in told(root, severity={"dead-path": Severity.OFF})
    report = check(root, severity=dict.fromkeys(BY_ID, Severity.INFO))
    assert report.findings and not report.failed
    assert check(root, fail_on=Severity.OFF).failed is False and check(root, fail_on=Severity.ERROR).failed is True


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
