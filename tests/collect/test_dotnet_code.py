"""C# beyond `using`: types that are made by their full name, and what only looks like one."""

from __future__ import annotations

import pytest

from llm_audit.collect.code.by_name import csharp_imports
from llm_audit.model import SourceFile


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("using MimeKit;\nvar c = new MailKit.Net.Smtp.SmtpClient();", ["MimeKit", "MailKit.Net.Smtp"]),
        ("using MailKit.Net.Smtp;\nvar c = new MailKit.Net.Smtp.SmtpClient();", ["MailKit.Net.Smtp"]),
        ("namespace Acme.Web;\nvar c = new Acme.Mail.Sender();", []),
        ("var c = new Sender();\n// new MailKit.Net.Smtp.SmtpClient()", []),
        ("var c = new Outer.Inner();", []),
    ],
)
def test_a_type_made_by_its_full_name_is_imported(text: str, modules: list[str]) -> None:
    assert [one.module for one in csharp_imports(SourceFile("A.cs", text))] == modules
