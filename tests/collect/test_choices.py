"""Where code chooses by a setting, and comparisons that only look like it."""

from __future__ import annotations

import pytest

from llm_audit.collect import choices
from llm_audit.model import Fact, SourceFile


def told(text: str, path: str = "src/a.py") -> list[tuple[str, str, str]]:
    given = [one for one in choices.collect(SourceFile(path, text)) if isinstance(one, Fact)]
    return [(one.detail("kind"), one.detail("subject"), one.value) for one in given]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if settings.ai_provider == 'gemini':\n", [("selector", "AI_PROVIDER", "gemini")]),
        ('if (process.env.UPLOAD_TRANSPORT === "s3") {', [("selector", "UPLOAD_TRANSPORT", "s3")]),
        ("if (config.mailDriver.toLowerCase() == 'smtp') {", [("selector", "MAIL_DRIVER", "smtp")]),
        (
            "provider = settings.ai_provider.lower()\nif provider == 'gemini':\n",
            [("selector", "AI_PROVIDER", "gemini")],
        ),
        (
            "switch (config.storageBackend) {\n case 's3': return a\n case 'gcs': return b\n}",
            [("selector", "STORAGE_BACKEND", "s3"), ("selector", "STORAGE_BACKEND", "gcs")],
        ),
        ('match(TRANSPORT).with("s3", () => a)', [("selector", "TRANSPORT", "s3")]),
        ("if settings.environment.lower() == 'production':\n", [("stage", "ENVIRONMENT", "production")]),
        ('process.env.NODE_ENV !== "production"', [("stage", "NODE_ENV", "production")]),
        ("if settings.meta_app_id == 'mock':\n", [("stand-in", "META_APP_ID", "mock")]),
        ("if user.status == 'production':\n", []),
        ("if argument == 'mock':\n", []),
        ("if order.provider_name == 'acme':\n", []),
        ("# if settings.ai_provider == 'gemini':\n", []),
        ("if a.one_provider == b:\n", []),
    ],
)
def test_comparisons(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(text) == expected


def test_a_plain_word_stays_one_where_two_settings_fit() -> None:
    text = "a = settings.ai_provider\nb = settings.mail_provider\nif provider == 'smtp':\n"
    assert told(text) == [("selector", "PROVIDER", "smtp")]
