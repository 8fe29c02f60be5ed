"""Mix beyond the fixture: tuples that are no dependencies, and lists given inline."""

from __future__ import annotations

from llm_audit.collect import elixir
from tests.collect.manifests import packages, scopes


def test_an_inline_list_is_read() -> None:
    text = 'def project do\n  [app: :a, deps: [{:b, "~> 1.0"}, {:c, path: "../c"}]]\nend\n'
    assert packages(elixir, "mix.exs", text) == {"b": "~> 1.0", "c": ""}


def test_tuples_of_other_functions_are_none() -> None:
    text = (
        'defp deps do\n  [{:a, "1.0"}]\nend\n\ndefp package do\n  [links: {:github, "2.0"}]\nend\n'
        'defp releases do\n  [steps: [{:b, "3.0", only: :prod}]]\nend\n'
    )
    assert packages(elixir, "mix.exs", text) == {"a": "1.0"}


def test_a_tuple_with_plain_text_is_none() -> None:
    assert packages(elixir, "mix.exs", 'defp deps do\n  [{:error, "no deps"}, {:ok, value}]\nend\n') == {}


def test_prod_among_the_environments_means_running() -> None:
    text = 'defp deps, do: [{:a, "1.0", only: [:prod, :dev]}, {:b, "1.0", only: [:dev]}]\n'
    assert scopes(elixir, "mix.exs", text) == {"a": "runtime", "b": "dev"}
