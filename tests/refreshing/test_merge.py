"""What holds of every merge: idempotent, no human line lost, independent of the order of entries, exact to the byte."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from llm_audit import templates
from llm_audit.document import Document, Entry, Group, Section, entry_lines, parse, render
from llm_audit.evidence import Written
from llm_audit.model import Place, Value
from llm_audit.refreshing.blocks import put_together, take_apart
from llm_audit.refreshing.fields import Choice, paths
from llm_audit.refreshing.merge import Plan, Result, merge

TEMPLATE = templates.load()
SERVICES = ("Stripe", "Adyen", "SendGrid", "Redis", "PostgreSQL", "Sentry", "Algolia", "Auth0")
SLOTS = {
    "Stripe": ("APIs & External Services", "Payment Processing"),
    "Adyen": ("APIs & External Services", "Payment Processing"),
    "SendGrid": ("APIs & External Services", "Email/SMS"),
    "Redis": ("Data Storage", "Caching"),
    "PostgreSQL": ("Data Storage", "Databases"),
    "Sentry": ("Monitoring & Observability", "Error Tracking"),
    "Algolia": ("Data Storage", "Search"),
    "Auth0": ("Authentication & Identity", "Auth Provider"),
}
LABELS = ("SDK/Client", "Auth", "Endpoints used")
WORDS = st.sampled_from(["stripe 1.0", "stripe 2.0", "A_KEY", "B_KEY", "charges", "refunds, payouts"])
FACTS = st.dictionaries(
    st.sampled_from(SERVICES),
    st.tuples(
        st.sampled_from(["Takes money", "Sends mail", "Keeps rows"]),
        st.dictionaries(st.sampled_from(LABELS), WORDS, max_size=3),
        st.integers(1, 99),
    ),
    max_size=6,
)
HUMAN = st.from_regex(r"[A-Z][a-z]{2,8} (knows|wrote|asks)( [a-z]{2,8}){1,3}", fullmatch=True)
EDITS = st.lists(
    st.tuples(st.sampled_from(["change", "insert", "append", "delete", "swap"]), st.integers(0, 200), HUMAN), max_size=5
)


def written(facts: dict[str, tuple[str, dict[str, str], int]]) -> tuple[Written, ...]:
    """The entries that these facts give, in the template's order."""
    rows = []
    for name in sorted(facts, key=SERVICES.index):
        text, values, line = facts[name]
        fields = tuple(Value(label, values[label]) for label in LABELS if label in values)
        entry = Entry(name, text, fields, (Place(f"src/{name.lower()}.ts", line),))
        section, group = SLOTS[name]
        rows.append(Written(name.lower(), section, group, entry, (), ""))
    return tuple(rows)


def document(entries: tuple[Written, ...]) -> str:
    """The document of these entries as a draft writes it."""
    sections = []
    for spec in TEMPLATE.sections:
        groups = []
        for one in spec.groups:
            own = tuple(e.entry for e in entries if (e.section, e.group) == (spec.name, one.label))
            if own or one.fixed:
                groups.append(Group(one.label, own))
        sections.append(Section(spec.name, tuple(groups)))
    return render(Document(TEMPLATE.title, "2026-01-02", tuple(sections)))


def merged(text: str, base: tuple[Written, ...], theirs: tuple[Written, ...], choice: Choice = Choice.OPEN) -> Result:
    plan = Plan(base, theirs, frozenset(), None, TEMPLATE, True, lambda _: choice)
    return merge(take_apart(text), plan)


def edited(text: str, edits: list[tuple[str, int, str]]) -> tuple[str, set[str]]:
    """A document after a person's edits, and the lines of it that are theirs."""
    lines = text.split("\n")
    human: set[str] = set()
    for kind, at, words in edits:
        at %= len(lines)
        line = lines[at]
        if kind == "change" and line.startswith(("- ", "  - ")) and not line.startswith("- None"):
            lines[at] = f"{line} {words}"
        elif kind == "insert" and not line.startswith("  "):
            lines.insert(at, words)
        elif kind == "append" and line.startswith("  - "):
            lines.insert(at + 1, f"    {words}")
        elif kind == "delete" and line.startswith(("  - ", "- ")) and not line.startswith("- None"):
            del lines[at]
            continue
        elif kind == "swap" and line.startswith("## "):
            lines[at:at] = ["## Notes", "", words, ""]
        else:
            continue
        human |= {one for one in lines if words in one}
    # a line that was changed twice is in the document only as it is in the end
    return "\n".join(lines), human.intersection(lines)


@given(st.text(alphabet="abc#*-` \n:|<!>\t_[]", max_size=400))
def test_blocks_are_the_document(text: str) -> None:
    assert put_together(take_apart(text)) == text


@given(FACTS)
def test_nothing_changed_nothing_written(facts: dict[str, tuple[str, dict[str, str], int]]) -> None:
    text = document(written(facts))
    result = merged(text, written(facts), written(facts))
    assert put_together(result.blocks) == text
    assert not result.changed and not result.conflicts


@given(FACTS, FACTS)
def test_an_untouched_document_becomes_what_a_draft_would_write(
    before: dict[str, tuple[str, dict[str, str], int]], after: dict[str, tuple[str, dict[str, str], int]]
) -> None:
    result = merged(document(written(before)), written(before), written(after))
    assert not result.conflicts
    assert parse(put_together(result.blocks)) == parse(document(written(after)))


@settings(max_examples=200)
@given(FACTS, FACTS, EDITS, st.sampled_from([Choice.OPEN, Choice.MINE]))
def test_a_second_merge_does_nothing_and_human_lines_survive(
    before: dict[str, tuple[str, dict[str, str], int]],
    after: dict[str, tuple[str, dict[str, str], int]],
    edits: list[tuple[str, int, str]],
    choice: Choice,
) -> None:
    text, human = edited(document(written(before)), edits)
    first = merged(text, written(before), written(after), choice)
    once = put_together(first.blocks)
    assert human <= set(once.split("\n"))
    second = merged(once, tuple(first.base), written(after), choice)
    assert put_together(second.blocks) == once
    assert [one.label for one in second.conflicts] == [one.label for one in first.conflicts]


@settings(max_examples=100)
@given(FACTS, FACTS, EDITS, st.randoms(use_true_random=False))
def test_a_merge_is_independent_of_the_order_of_what_was_written(
    before: dict[str, tuple[str, dict[str, str], int]],
    after: dict[str, tuple[str, dict[str, str], int]],
    edits: list[tuple[str, int, str]],
    random: object,
) -> None:
    text, _ = edited(document(written(before)), edits)
    shuffled = list(written(before))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = merged(text, written(before), written(after))
    other = merged(text, tuple(shuffled), written(after))
    assert put_together(one.blocks) == put_together(other.blocks)


@given(FACTS, FACTS, EDITS)
def test_theirs_settles_everything(
    before: dict[str, tuple[str, dict[str, str], int]],
    after: dict[str, tuple[str, dict[str, str], int]],
    edits: list[tuple[str, int, str]],
) -> None:
    text, _ = edited(document(written(before)), edits)
    result = merged(text, written(before), written(after), Choice.THEIRS)
    assert not result.conflicts
    again = merged(put_together(result.blocks), tuple(result.base), written(after))
    assert not again.conflicts


def test_a_cut_off_write_is_made_good() -> None:
    """The document is new, its evidence file still the old one: the next run takes nothing for a person's edit."""
    before = written({"Stripe": ("Takes money", {"SDK/Client": "stripe 1.0"}, 3)})
    after = written({"Stripe": ("Takes money", {"SDK/Client": "stripe 2.0"}, 3), "Redis": ("Keeps rows", {}, 1)})
    new = document(after)
    result = merged(new, before, after)
    assert put_together(result.blocks) == new
    assert not result.conflicts and tuple(result.base) == after


def test_an_entry_that_changed_its_group_is_still_the_same() -> None:
    before = written({"Stripe": ("Takes money", {}, 3)})
    after = (replace(before[0], section="Data Storage", group="Databases"),)
    result = merged(document(before), before, after)
    assert put_together(result.blocks) == document(before)


def test_paths_of_lines() -> None:
    entry = Entry("A", "b", (Value("X", "", (Value("Y", "1"), Value("Z", "2"))), Value("Y", "3")))
    lines = [*entry_lines(entry), "    a note"]
    assert paths(lines) == [(), ("X",), ("X", "Y"), ("X", "Z"), ("Y",), None]
