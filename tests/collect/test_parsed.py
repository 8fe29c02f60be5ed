"""What a collector of a known syntax gets: the content, the first side of a half-merged file, or nothing and a reason."""

from __future__ import annotations

from llm_audit.collect.base import Finds, fact
from llm_audit.collect.parsed import parsed, parser_of, root_of
from llm_audit.model import Kind, Skipped, SourceFile
from llm_audit.parse import Node, parse_json

HALF = '{\n<<<<<<< ours\n"name": "a"\n=======\n"name": "b"\n>>>>>>> theirs\n}\n'


def names(file: SourceFile, root: Node) -> Finds:
    """A collector of one name."""
    yield fact(file, root.get("name").line, Kind.SETTING, "name", root.get("name").text)


STRICT, LENIENT = parsed(parse_json)(names), parsed(parse_json, half_merged=True)(names)


def found(text: str, *, lenient: bool) -> list[tuple[str, int]]:
    finds = (LENIENT if lenient else STRICT)(SourceFile("a.json", text))
    return [(one.reason if isinstance(one, Skipped) else one.value, one.line) for one in finds]


def test_a_valid_file_is_collected_from() -> None:
    for lenient in (False, True):
        assert found('{\n"name": "a"}', lenient=lenient) == [("a", 2)]


def test_of_a_half_merged_file_the_first_side_is_read_where_that_is_wanted() -> None:
    assert found(HALF, lenient=True) == [("merge conflict", 2), ("a", 3)]
    assert [reason for reason, _ in found(HALF, lenient=False)] == ["invalid JSON"]


def test_a_broken_file_gives_its_reason_and_nothing_else() -> None:
    for lenient in (False, True):
        assert found('{\n"name": ', lenient=lenient) == [("invalid JSON", 2)]


def test_a_collector_keeps_its_name_and_what_it_says_of_itself() -> None:
    assert (STRICT.__name__, STRICT.__doc__) == ("names", "A collector of one name.")


def test_the_root_of_a_file_is_its_first_mapping_or_missing_with_a_reason() -> None:
    def look(path: str, text: str) -> tuple[str, list[str]]:
        file = SourceFile(path, text)
        steps, reasons = root_of(file, parser_of(file)), []
        while True:
            try:
                told = next(steps)
            except StopIteration as done:
                return done.value.get("a").text, reasons
            assert isinstance(told, Skipped)
            reasons.append(told.reason)

    assert look("a.yml", "- 1\n---\na: x\n---\na: y\n") == ("x", [])
    assert look("a.json", '{"a": "x"} // said\n') == ("x", [])
    assert look("a.toml", 'a = "x"\n') == ("x", [])
    assert look("a.toml", "a: x\n") == ("", ["invalid TOML"])
    assert look("a.yml", "a: [\n") == ("", ["invalid YAML"])
    assert look("a.yml", "- 1\n") == ("", [])
