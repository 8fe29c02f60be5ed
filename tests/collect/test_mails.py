"""Where the texts of mails lie."""

from __future__ import annotations

import pytest

from llm_audit.collect.mails import COLLECTORS
from llm_audit.model import Fact, SourceFile


def engines(path: str, text: str = "") -> list[str]:
    """The engines that the collector for folders of mails names for a file."""
    found = COLLECTORS[0].collect(SourceFile(path, text)) if COLLECTORS[0].wants(SourceFile(path, text)) else ()
    return [dict(one.details)["tool"] for one in found if isinstance(one, Fact)]


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("app/emails/welcome.html", "", ["HTML"]),
        ("lib/email/welcome.tsx", 'import { Html } from "@react-email/components"', ["React Email"]),
        ("lib/email/form.tsx", "export const Form = () => null", []),
        ("lib/email/send.ts", "export const send = () => null", []),
        ("packages/email/package.json", "{}", []),
        ("resources/views/emails/welcome.blade.php", "", ["Blade"]),
        ("app/Mail/emails/Sender.php", "", []),
        ("docs/welcome.html", "", []),
    ],
)
def test_templates_in_a_folder_of_mails_are_told_by_their_suffix(path: str, text: str, said: list[str]) -> None:
    assert engines(path, text) == said
