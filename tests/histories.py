"""Small repositories whose history a script of commits makes, and the two commands run on them in process."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from llm_audit import pipeline
from llm_audit.refreshing.fields import Choice
from llm_audit.reports.report import Report
from llm_audit.settings import DEFAULT_OUTPUT, Settings
from llm_audit.upkeep import renewal, verdict

PACKAGE = """{{"name": "shop",
 "dependencies": {{
{rows}
 }}
}}
"""
PAY = """import Stripe from 'stripe'
const stripe = new Stripe(process.env.STRIPE_SECRET_KEY!)
export const pay = () => stripe.checkout.sessions.create({})
"""
MAIL = """import sg from '@sendgrid/mail'
sg.setApiKey(process.env.SENDGRID_API_KEY!)
export const send = () => sg.send({})
"""
HOOK = """import express from 'express'
const app = express()
app.post('/webhooks/stripe', (request, response) => { response.json({ received: true }) })
"""


def package(**versions: str) -> str:
    """A manifest with these dependencies; `at_` stands for `@`, `__` for `/`."""
    names = {name.replace("at_", "@").replace("__", "/"): version for name, version in versions.items()}
    return PACKAGE.format(rows=",\n".join(f'  "{name}": "{version}"' for name, version in names.items()))


class History:
    """A repository in the making."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True)
        self._git("init", "-q")

    def commit(self, files: dict[str, str | None]) -> str:
        """Writes files, or deletes those given as None, commits everything, and gives the commit's id."""
        for path, text in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                target.unlink()
            else:
                target.write_text(text)
        self._git("add", "-A")
        self._git("commit", "-qm", "step", "--allow-empty")
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *arguments: str) -> str:
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        who = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
        command = ["git", "-C", str(self.root), *who, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout

    @property
    def document(self) -> Path:
        """The document's path."""
        return self.root / DEFAULT_OUTPUT

    @property
    def text(self) -> str:
        """The document's text."""
        return self.document.read_text()

    def edit(self, old: str, new: str) -> None:
        """Changes the document as a person would."""
        assert old in self.text, f"{old!r} is not in the document"
        self.document.write_text(self.text.replace(old, new, 1))


def settings(**given: Any) -> Settings:
    """Settings of a run that keeps nothing and carries a fixed date."""
    return Settings(**{"cache": False, "date": "2026-01-02", "progress": False, **given})


def draft(root: Path) -> None:
    """Writes the document and its evidence file."""
    given = settings()
    pipeline.save(root, given, pipeline.draft(root, given), force=True)


def check(root: Path, since: str | None = None, **given: Any) -> Report:
    """The outcome of a check."""
    return verdict.report(root, settings(**given), since=since)


def told(root: Path, *, worst: bool = True, **given: Any) -> set[tuple[str, str]]:
    """Rule and subject of every finding; without those that are only information unless `worst` is off."""
    found = check(root, **given).findings
    return {(one.rule, one.subject) for one in found if not worst or one.severity != "info"}


def refresh(
    root: Path, choice: Choice = Choice.OPEN, section: str = "", stamp: bool = False, **given: Any
) -> renewal.Renewal:
    """Refreshes the document and writes it."""
    wish = renewal.Wish(section, stamp, lambda _: choice)
    done = renewal.renew(root, settings(**{"date": "2026-03-04", **given}), wish)
    renewal.save(done)
    return done
