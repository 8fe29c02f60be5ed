"""Prompts are data that is checked before anything is read or sent."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from llm_audit import templates
from llm_audit.errors import UsageError
from llm_audit.wording import prompting


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "integrations"
    shutil.copytree(Path(str(templates.prompts_folder())) / "integrations", target)
    return target


def test_every_section_of_the_template_has_its_prompt() -> None:
    template = templates.load()
    assert set(prompting.load(template).sections) == {spec.name for spec in template.sections}


@pytest.mark.parametrize("name", sorted(prompting.PLACEHOLDERS))
def test_a_missing_file_is_an_error(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UsageError, match=name):
        prompting.parse(folder, templates.load())


@pytest.mark.parametrize(("name", "words"), [(n, w) for n, w in prompting.PLACEHOLDERS.items() if w])
def test_a_missing_placeholder_is_an_error(folder: Path, name: str, words: frozenset[str]) -> None:
    path = folder / name
    path.write_text(path.read_text().replace("{{" + min(words) + "}}", ""))
    with pytest.raises(UsageError, match="missing"):
        prompting.parse(folder, templates.load())


@pytest.mark.parametrize("name", ["system.md", "example.md", "data-storage.md"])
def test_an_unknown_placeholder_is_an_error(folder: Path, name: str) -> None:
    path = folder / name
    path.write_text(path.read_text() + "{{surprise}}")
    with pytest.raises(UsageError, match="surprise"):
        prompting.parse(folder, templates.load())


def test_a_field_that_the_template_lacks_is_an_error(folder: Path) -> None:
    path = folder / "data-storage.md"
    path.write_text(path.read_text().replace("fields: ", "fields: Colour, "))
    with pytest.raises(UsageError, match="Colour"):
        prompting.parse(folder, templates.load())


def test_what_fills_a_placeholder_is_not_filled_again() -> None:
    filled = prompting.load(templates.load()).fill("repair.md", error="{{schema}}")
    assert "{{schema}}" in filled
