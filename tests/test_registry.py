"""A real application, as it is published: the source tree in the npm package `ghost`.

What is asserted, anyone can see in its `package.json` and its sources: payments by Stripe, newsletters by Mailgun, other mail
by SMTP, errors to Sentry, MySQL behind knex, Redis as an optional cache.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from llm_audit.document import parse
from tests import golden

pytestmark = pytest.mark.registry


@pytest.fixture(scope="module")
def ghost(tmp_path_factory: pytest.TempPathFactory) -> golden.Drawn:
    """The published application, read once."""
    folder = tmp_path_factory.mktemp("npm")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    packed = subprocess.run(
        [npm, "pack", "ghost@5", "--silent", "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=60000"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if packed.returncode != 0:
        pytest.skip(f"no registry: {packed.stderr.strip()[:200]}")
    archive = max(folder.glob("ghost-*.tgz"))
    subprocess.run(["tar", "xzf", archive.name, "--no-same-owner"], cwd=folder, check=True)
    return golden.drawn(folder / "package")


def text_of(given: golden.Drawn, name: str) -> str:
    """All lines of an entry."""
    block = re.search(rf"(?ms)^- {re.escape(name)} - .*?(?=^- |^\*\*|^$)", given.text)
    return block[0] if block else ""


def test_who_is_in_use(ghost: golden.Drawn) -> None:
    expected = """
        Payment Processing: Stripe
        Payment Processing: Stripe | Endpoints used: checkout sessions
        Email/SMS: Mailgun
        Email/SMS: SMTP
        Error Tracking: Sentry
        Databases: MySQL
        Caching: Redis
        Incoming: Stripe | text: /webhooks/stripe
        Incoming: Stripe | Verification: webhooks.constructEvent
        !Payment Processing: PayPal
        !Databases: PostgreSQL
        !Databases: MongoDB
        !File Storage: Amazon S3
        !Content & CMS: Payload
        !AI: OpenAI
    """
    assert list(golden.wrong(ghost, expected)) == []


@pytest.mark.parametrize(
    ("package", "entry"),
    [("stripe", "Stripe"), ("mailgun.js", "Mailgun"), ("@sentry/node", "Sentry"), ("mysql2", "MySQL")],
)
def test_versions_are_those_of_its_manifest(ghost: golden.Drawn, package: str, entry: str) -> None:
    manifest = json.loads((ghost.root / "package.json").read_text("utf-8"))
    stated = {**manifest["dependencies"], **manifest.get("optionalDependencies", {})}[package]
    assert f"{package} {stated.lstrip('^~')}" in text_of(ghost, entry)


def test_it_is_a_document_to_be_signed(ghost: golden.Drawn) -> None:
    assert parse(ghost.text) == ghost.document
    assert len(ghost.text.splitlines()) < 250
    for path, line in re.findall(r"`([^`\n]+):(\d+)`", ghost.text):
        source = ghost.root / path
        if source.is_file():
            assert int(line) <= len(source.read_text("utf-8", "replace").splitlines())
    assert ghost.collected.files > 1_500


def test_its_tests_and_assets_are_no_evidence(ghost: golden.Drawn) -> None:
    cited = [
        Path(place.path)
        for section in ghost.document.sections
        for group in section.groups
        for entry in group.entries
        for place in entry.evidence
    ]
    assert cited
    assert not [path for path in cited if path.name.endswith((".test.js", ".min.js", ".md", ".svg"))]
