"""Composer beyond the fixture: odd shapes and conflicts."""

from __future__ import annotations

from llm_audit.collect import php
from llm_audit.model import Kind, Skipped
from tests.collect.manifests import packages, read


def test_odd_shapes_give_nothing() -> None:
    for text in ("[]", "{}", '{"require": []}', '{"require": {"a/b": {"x": 1}}}', "null"):
        assert packages(php, "composer.json", text) == {}


def test_what_is_no_json_is_skipped() -> None:
    assert read(php, "composer.json", '{\n"require": {,}}') == [Skipped("composer.json", "invalid JSON", 2)]


def test_platform_packages_are_none_but_extensions_are() -> None:
    text = (
        '{"require": {"php": ">=8", "php-64bit": "*", "lib-pcre": "*", "ext-pgsql": "*", "phpmailer/phpmailer": "^6"}}'
    )
    assert packages(php, "composer.json", text) == {"ext-pgsql": "*", "phpmailer/phpmailer": "^6"}


def test_a_name_without_version_in_a_lock_is_no_package() -> None:
    text = '{\n "packages": [\n {\n "name": "a/b",\n "type": "x",\n "version": "1"\n }\n ]\n}'
    assert packages(php, "composer.lock", text, Kind.LOCKED) == {}
