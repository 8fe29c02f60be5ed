"""Keys that people type into a page or a terminal."""

from __future__ import annotations

import pytest

from llm_audit.collect.typed import COLLECTORS
from llm_audit.model import Fact, SourceFile


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('acme_key = st.sidebar.text_input("Acme API Key", type="password")', "acme_key"),
        (
            'with st.sidebar:\n    acme_key = st.text_input(\n        "Key",\n        type="password",\n    )',
            "acme_key",
        ),
        ("acme_key = gr.Textbox(label='Acme key', type='password')", "acme_key"),
        ('os.environ["ACME_KEY"] = getpass.getpass("Acme key: ")', "ACME_KEY"),
        # look-alikes: fields that everybody may read, words in comments, other calls
        ('question = st.text_input("Ask", help="no password")\nkind = "password"', ""),
        ('# acme_key = st.text_input("Acme API Key", type="password")', ""),
        ('acme_key = find("Acme API Key", type="password")', ""),
    ],
)
def test_a_hidden_field_is_told_by_the_name_of_its_answer(text: str, name: str) -> None:
    file = SourceFile("app.py", text)
    [collector] = COLLECTORS
    found = collector.collect(file) if collector.wants(file) else ()
    assert [one.value for one in found if isinstance(one, Fact)] == [name] * bool(name)
