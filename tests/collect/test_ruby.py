"""Bundler beyond the fixture: Ruby around the gems that must not confuse their groups."""

from __future__ import annotations

from llm_audit.collect import ruby
from llm_audit.model import Fact, SourceFile
from tests.collect.manifests import packages, scopes


def test_a_block_inside_a_group_does_not_end_it() -> None:
    text = (
        'group :test do\n  if RUBY_VERSION > "3"\n    gem "a"\n  end\n  unless ENV["CI"]\n    gem "b"\n  end\n'
        '  gem "c"\nend\ngem "d"\n'
    )
    assert scopes(ruby, "Gemfile", text) == {"a": "test", "b": "test", "c": "test", "d": "runtime"}


def test_a_condition_after_a_gem_opens_no_block() -> None:
    text = 'gem "a" if ENV["A"]\ngroup :test do\n  gem "b" unless ENV["B"]\nend\ngem "c"\n'
    assert scopes(ruby, "Gemfile", text) == {"a": "runtime", "b": "test", "c": "runtime"}


def test_option_values_are_no_versions() -> None:
    text = (
        'gem "a", require: "a/b"\ngem "b", :require => "c"\ngem "c", "require" => "d"\n'
        'gem "d", "1.0", platforms: [:ruby], source: "https://gems.example.org"\n'
    )
    assert packages(ruby, "Gemfile", text) == {"a": "", "b": "", "c": "", "d": "1.0"}


def test_words_that_start_like_gem_are_none() -> None:
    text = 'gemspec name: "a"\ngems = %w[b c]\nputs "gem \'d\'"\nmy_gem "e"\n'
    assert packages(ruby, "Gemfile", text) == {}


def test_interpolation_is_no_comment() -> None:
    assert packages(ruby, "Gemfile", 'gem "a", "~> #{VERSION}", require: false\n') == {"a": "~> #{VERSION}"}


def test_a_file_without_gems_is_not_wanted() -> None:
    assert packages(ruby, "lib/Gemfile.rb", 'gem "a"\n') == {}


def test_a_gem_that_is_not_required_is_not_loaded() -> None:
    file = SourceFile(
        "Gemfile", 'gem "a", require: false\ngem "b", :require => false\ngem "c", require: "c/false"\ngem "d"\n'
    )
    found = [one for one in ruby.collect_gemfile(file) if isinstance(one, Fact)]
    assert {one.name: one.detail("loaded") for one in found} == {"a": "no", "b": "no", "c": "", "d": ""}
