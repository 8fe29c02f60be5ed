"""Where mails' texts lie and how limits are met: said of the service that is called in the same file, and once."""

from __future__ import annotations

import pytest

from llm_audit import templates
from llm_audit.document import Entry
from llm_audit.integrations import Found
from llm_audit.model import Fact, Kind
from llm_audit.writers import offline
from tests.integrations.facts import entry, found, imports, line, made, needs, setting

RESEND = (
    needs("resend", "3"),
    imports("resend"),
    made(Kind.CALL, "resend.emails.send", "", "src/a.ts:4", language="javascript", module="resend"),
)
POSTMARK = (
    needs("postmark", "4"),
    imports("postmark"),
    made(Kind.CALL, "client.sendEmail", "", "src/b.ts:4", language="javascript", module="postmark"),
)


def mail(folder: str, tool: str = "MJML", name: str = "a") -> Fact:
    return setting("mail.templates", folder, f"{folder}/{name}.x:1", tool=tool)


def test_the_largest_folder_is_named_and_the_others_counted() -> None:
    some = [mail("mails/big", name=name) for name in "abc"]
    one = entry(found(*RESEND, *some, mail("mails/a"), mail("mails/b"), mail("views", "ERB")), "Resend")
    assert line(one, "Templates") == "MJML in `mails/big/` and 2 more folders; ERB in `views/`"


def test_two_mailers_share_one_line_and_others_have_none() -> None:
    outcome = found(*RESEND, *POSTMARK, mail("mails"), needs("stripe", "14"), imports("stripe"))
    lines = [value.text for one in _entries(outcome) for value in one.values if value.label == "Templates"]
    assert lines == ["MJML in `mails/`"]


def test_a_list_of_subscribers_has_none_of_the_programs_mails() -> None:
    lists = made(Kind.HOST, "api.convertkit.com", "/v3/forms", "app/sign.rb:9", use="call", scheme="https")
    outcome = found(lists, *RESEND, mail("mails"))
    assert line(entry(outcome, "Kit (ConvertKit)"), "Templates") == ""
    assert line(entry(outcome, "Resend"), "Templates") == "MJML in `mails/`"


def _entries(outcome: Found) -> list[Entry]:
    document = offline.write(outcome, templates.load(), "2026-01-02")
    return [one for section in document.sections for group in section.groups for one in group.entries]


def test_limits_belong_to_the_service_that_the_same_file_calls() -> None:
    call = made(Kind.HOST, "api.openai.com", "/v1/files", "app/ask.py:9", use="call", scheme="https")
    here = setting("http.limits", "at most 4 attempts", "app/ask.py:5")
    there = setting("http.limits", "a 429 is handled", "app/serve.py:5")
    assert line(entry(found(call, here, there), "OpenAI"), "Rate limits") == "at most 4 attempts"
    assert not line(entry(found(call, there), "OpenAI"), "Rate limits")


@pytest.mark.parametrize(
    ("module", "name", "told"), [("airflow", "Apache Airflow", False), ("inngest", "Inngest", True)]
)
def test_what_runs_the_code_has_no_limits_of_its_own(module: str, name: str, told: bool) -> None:
    call = made(Kind.CALL, "DAG", "", "dags/daily.py:9", language="python", module=module)
    limit = setting("http.limits", "at most 4 attempts", "dags/daily.py:5")
    one = entry(found(call, imports(module, "dags/daily.py:1", "python"), limit), name)
    assert bool(line(one, "Rate limits")) is told


def test_a_client_whose_own_retries_are_off_is_retried_by_the_library_beside_it() -> None:
    call = made(Kind.HOST, "api.openai.com", "/v1/files", "app/llm/ask.py:9", use="call", scheme="https")
    off = setting("http.limits", "no retries", "app/llm/ask.py:5")
    handled = setting("http.limits", "a 429 is handled", "app/llm/ask.py:7")
    beside = imports("tenacity", "app/llm/patience.py:1", "python")
    elsewhere = imports("tenacity", "app/mail/send.py:1", "python")
    limits = [
        line(entry(found(call, off, handled, one), "OpenAI"), "Rate limits")
        for one in (beside, elsewhere, imports("tenacious", "app/llm/patience.py:1", "python"))
    ]
    assert limits == ["retries by tenacity, a 429 is handled", *["no retries, a 429 is handled"] * 2]
