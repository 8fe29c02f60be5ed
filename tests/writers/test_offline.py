"""How a long document is shortened: what the first of a group keeps, and what of variables is told together."""

from __future__ import annotations

from llm_audit.document import Entry
from llm_audit.model import Value
from llm_audit.writers.offline import brief, fewer


def _line(*groups: tuple[str, str]) -> Entry:
    return Entry("Required env vars", "", tuple(Value(label, text) for label, text in groups), (), True)


def test_the_smallest_groups_of_variables_are_told_as_one_and_lose_no_name() -> None:
    line = _line(
        ("Application", "A_A"), ("Mail", "M_A, M_B"), ("Maps", "P_A"), ("Pay", "S_A, S_B, S_C"), ("Others", "X_A")
    )
    shorter = fewer(line, 3)
    assert [(value.label, value.text) for value in shorter.values] == [
        ("Application", "A_A"), ("Pay", "S_A, S_B, S_C"), ("Others", "M_A, M_B; P_A, X_A"),
    ]  # fmt: skip
    assert fewer(shorter, 3) == shorter and fewer(line, 5) == line


def test_one_line_keeps_the_package_and_the_credentials() -> None:
    entry = Entry("Resend", "Sends mail", (Value("Auth", "RESEND_API_KEY"), Value("SDK/Client", "resend 6.6.0")), ())
    assert brief(entry).text == "Sends mail; resend 6.6.0; RESEND_API_KEY"
    many = Entry(
        "Resend", "Sends mail", (Value("SDK/Client", "resend 6.6.0"), Value("Auth", "RESEND_API_KEY, " * 5)), ()
    )
    assert brief(many).text == "Sends mail; resend 6.6.0"


def test_of_a_long_list_of_keys_a_short_entry_names_those_that_fit() -> None:
    names = [f"ACME_{word}_SECRET_KEY" for word in ("FIRST", "SECOND", "THIRD", "FOURTH")]
    longer = Value("Auth", ", ".join([*names, *(f"{name}_TWIN" for name in names)]))
    told = brief(Entry("Acme", "Payments", (longer,), ()))
    assert told.text == "Payments; ACME_FIRST_SECRET_KEY, ACME_SECOND_SECRET_KEY and 6 more"
    prose = Value(
        "Auth",
        "A token that the first of the accounts has been given and that each of the others takes along, whatever it is called here",
    )
    assert brief(Entry("Acme", "Payments", (prose,), ())).text == "Payments"


def test_a_client_too_long_for_one_line_is_told_by_its_beginning() -> None:
    images = ", ".join(f"docker.io/acme/warehouse:{number} in `compose.{number}.yml`" for number in range(6))
    client = Value("Client", f"acme-warehouse 6.6.0; {images}")
    assert brief(Entry("Acme", "Rows of tables", (client,), ())).text == "Rows of tables; acme-warehouse 6.6.0"
    assert brief(Entry("Acme", "Rows of tables", (Value("Client", images),), ())).text == "Rows of tables"
